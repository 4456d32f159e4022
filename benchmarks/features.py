"""Precision, recall and F1 of the signal families against coded flags and human-coded gold.

    python -m benchmarks.features [--errors FAMILY]

Train serves development, dev the report. ``--errors`` prints the twenty worst misses and false
alarms of a family on train: texts to read for causes, never phrases to copy.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from benchmarks.roles import words
from benchmarks.shared import rows
from models.article import Article
from models.features.extractor import FeatureSet, shipped_extractor

FLAGS = {
    "threat_language": ("T", 0.62),
    "foreign_backers": ("B", 0.70),
    "military_setbacks": ("S", 0.72),
    "mobilisation": ("M", 0.62),
    "armed_violence": ("A", 0.90),
    "de_escalation": ("D", 0.72),
}
PLOVER = {
    "threat_language": ("THREATEN",),
    "armed_violence": ("ASSAULT",),
    "mobilisation": ("MOBILIZE",),
    "foreign_backers": ("AID", "SUPPORT"),
    "de_escalation": ("YIELD", "AGREE"),
}
CASE = {
    "military_setbacks": ("GOV_REGAINS_TERIT", "NON_STATE_ACTOR_OVERTAKES_TER"),
    "de_escalation": ("AGREEMENT",),
    "armed_violence": ("AIR_STRIKE", "ATTACK", "ARM_CLASH", "ART", "SUIC_BOMB", "GRENADE",
                       "REM_EXPLOS"),
}  # fmt: skip


def read(texts: Iterable[str]) -> list[FeatureSet]:
    extractor = shipped_extractor()
    return [extractor.extract(Article(text)) for text in texts]


def fires(found: FeatureSet, family: str) -> bool:
    return any(e.family == family and e.scope.affirmed for e in found.evidence)


def score(pairs: Iterable[tuple[bool, bool]]) -> str:
    """Figures for (fired, coded) pairs."""
    hits = alarms = misses = 0
    for fired, coded in pairs:
        hits += fired and coded
        alarms += fired and not coded
        misses += coded and not fired
    precision = hits / max(1, hits + alarms)
    recall = hits / max(1, hits + misses)
    f1 = 2 * hits / max(1, 2 * hits + alarms + misses)
    return f"P {precision:.2f}  R {recall:.2f}  F1 {f1:.3f}  n {hits + misses}"


def flags(name: str) -> None:
    coded = [row for row in rows(f"corpus/{name}") if row["relevant"]]
    found = read(row["text"] for row in coded)
    print(f"\n{name}: {len(coded)} relevant texts")
    for family, (flag, target) in FLAGS.items():
        pairs = [
            (fires(item, family), flag in row["flags"])
            for item, row in zip(found, coded, strict=True)
        ]
        print(f"  {family:18} {score(pairs)}  (target on dev {target:.2f})")


def gold(name: str, events: dict[str, tuple[str, ...]]) -> None:
    coded = rows(f"gold/{name}")
    found = read(row["text"] for row in coded)
    print(f"\n{name}: {len(coded)} texts")
    for family, names in events.items():
        pairs = [
            (fires(item, family), row["event"] in names)
            for item, row in zip(found, coded, strict=True)
        ]
        print(f"  {family:18} {score(pairs)}  ({', '.join(names)})")


def roles() -> None:
    """How often the actor (backer) named is the coded source, where the family fired."""
    coded = rows("gold/plover_train")
    print("\nplover_train: roles against coded source and target")
    for label, names, table, who, whom in (
        ("threat actor", ("THREATEN",), "threats", "actor", "target"),
        ("backer", ("AID", "SUPPORT"), "backers", "backer", "client"),
    ):
        some = [row for row in coded if row["event"] in names]
        right = target = fired = 0
        for row, found in zip(some, read(row["text"] for row in some), strict=True):
            entries = [entry._asdict() for entry in getattr(found, table)]
            fired += bool(entries)
            right += any(words(entry[who]) & words(row["source"]) for entry in entries)
            target += any(words(entry[whom]) & words(row["target"]) for entry in entries)
        print(
            f"  {label:13} {len(some)} coded, {fired} found; source right in "
            f"{right / max(1, fired):.0%} of those found, target in {target / max(1, fired):.0%}"
        )


def errors(family: str) -> None:
    coded = [row for row in rows("corpus/train") if row["relevant"]]
    flag, _ = FLAGS[family]
    misses: list[str] = []
    alarms: list[str] = []
    for row, found in zip(coded, read(row["text"] for row in coded), strict=True):
        evidence: list[Any] = [e for e in found.evidence if e.family == family and e.scope.affirmed]
        if flag in row["flags"] and not evidence:
            misses.append(row["text"][:200])
        elif evidence and flag not in row["flags"]:
            alarms.append(f"{[(e.rule, e.text) for e in evidence]} {row['text'][:160]}")
    for label, texts in (("misses", misses), ("false alarms", alarms)):
        print(f"\n{len(texts)} {label}; the shortest twenty, where a cue alone decides:")
        for text in sorted(texts, key=len)[:20]:
            print(f"  - {text}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", choices=sorted(FLAGS))
    options = parser.parse_args()
    if options.errors:
        errors(options.errors)
        return
    flags("train")
    flags("dev")
    gold("plover_train", PLOVER)
    gold("plover_codebook", PLOVER)
    gold("case2021_a", CASE)
    roles()


if __name__ == "__main__":
    main()
