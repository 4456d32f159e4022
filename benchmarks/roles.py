"""Who threatens whom, who backs whom, who lost what: figures on texts written for this project.

    python -m benchmarks.roles

600 invented agency-style texts lie in ``tests/data/role_texts.jsonl``. Those of the set "read" were
looked at while cues and roles were built; those of "unread" were not, and tell what to expect of
other texts. A role counts as right if a word of it is among the words asked for; about one text in
six expects an empty table.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from models.article import Article
from models.features.extractor import FeatureSet, shipped_extractor

TEXTS = Path(__file__).parents[1] / "tests/data/role_texts.jsonl"
SETS = ("read", "unread")
KINDS = {
    "territory_lost": "territory",
    "equipment_destroyed": "equipment",
    "commander_lost": "commander",
    "heavy_losses": "losses",
}
"""Kinds of setback as the texts were coded, where they are not the system's own words."""


def rows(name: str) -> list[dict[str, Any]]:
    """The texts of a set, each with its table and the entries expected there."""
    with TEXTS.open(encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row["set"] == name]


def figures(texts: Sequence[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """(right, asked) for every figure: found, each role, kind, and tables rightly empty."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    extractor = shipped_extractor()
    for row in texts:
        for figure, good in _judge(row, extractor.extract(Article(row["text"]))):
            name = f"{row['table']} {figure}"
            asked[name] += 1
            right[name] += good
    return {name: (right[name], asked[name]) for name in sorted(asked)}


def _judge(row: dict[str, Any], found: FeatureSet) -> Iterator[tuple[str, bool]]:
    entries = getattr(found, row["table"])
    if not row["expected"]:
        yield "quiet", not entries
    for wanted in row["expected"]:
        yield "found", bool(entries)
        if row["table"] == "threats":
            for role in ("actor", "target"):
                if wanted[role]:
                    yield role, any(_same(getattr(e, role), wanted[role]) for e in entries)
            yield "conditional", any(e.conditional == wanted["conditional"] for e in entries)
        elif row["table"] == "backers":
            named = [e for e in entries if _is_backer(found, e, wanted["backer"])]
            yield "backer", bool(named)
            if wanted["client"]:
                yield "client", any(_same(e.client, wanted["client"]) for e in named)
            yield "kind", any(e.kind == wanted["kind"] for e in named)
        else:
            yield "party", any(_same(e.party, wanted["party"]) for e in entries)
            yield "kind", any(e.kind == KINDS.get(wanted["kind"], wanted["kind"]) for e in entries)
            if wanted["place"]:
                yield "place", any(_same(e.place, wanted["place"]) for e in entries)


def _is_backer(found: FeatureSet, entry: Any, wanted: str) -> bool:
    """By its words in the text, or by the state that these name (Moscow is Russia)."""
    gazetteer = shipped_extractor().gazetteer
    named = (gazetteer.find(name.split()) for name in wanted.split("|"))
    return (
        _same(entry.backer, wanted)
        or _same(found.evidence[entry.evidence].roles.get("backer"), wanted)
        or any(entity is not None and entity.name == entry.backer for entity in named)
    )


def _same(found: str | None, wanted: str) -> bool:
    return bool(found) and any(words(found) & words(name) for name in wanted.split("|"))


def words(text: str | None) -> set[str]:
    """The words by which roles are compared."""
    return set(re.findall(r"\w+", (text or "").lower())) - {"the", "a", "an", "of", "s", "and"}


def main() -> None:
    for name in SETS:
        texts = rows(name)
        print(f"\n{name}: {len(texts)} texts")
        for figure, (right, asked) in figures(texts).items():
            print(f"  {figure:20} {right:3} of {asked:3}  {right / asked:.0%}")


if __name__ == "__main__":
    main()
