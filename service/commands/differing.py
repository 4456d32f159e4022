"""The same articles scored with two model versions: what moved, and which families moved it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from models.article import Article
from models.errors import ArticleError
from models.explanation import Assessment, band_of
from models.scorer import EscalationScorer

BASE = "base"
"""The intercept, listed among the families that moved."""


class ArticleMove(NamedTuple):
    """Scores of one article before and after; ``families`` are changes of logit, largest first."""

    id: str
    before: float
    after: float
    families: tuple[tuple[str, float], ...]

    @property
    def change(self) -> float:
        """Change of score."""
        return self.after - self.before

    @property
    def band_changed(self) -> bool:
        """Whether the article moves to another band."""
        return band_of(self.before) != band_of(self.after)

    def to_dict(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {**self._asdict(), "families": dict(self.families), "change": self.change}


def differ(
    before: EscalationScorer, after: EscalationScorer, articles: Sequence[Article]
) -> list[ArticleMove]:
    """Every article's move, the largest change of score first."""
    moves = [
        _move(one, other)
        for one, other in zip(
            before.assess_many(articles, explain="summary"),
            after.assess_many(articles, explain="summary"),
            strict=True,
        )
    ]
    return sorted(moves, key=lambda move: -abs(move.change))


def frozen_articles() -> list[Article]:
    """The articles that ship with the package, always the same."""
    folder = files("models").joinpath("examples")
    examples = [
        Article(entry.read_text("utf-8"), entry.name.removesuffix(".txt"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".txt")
    ]
    lines = folder.joinpath("comparison.jsonl").read_text("utf-8").splitlines()
    return [*examples, *_articles(lines)]


def read_articles(path: Path) -> list[Article]:
    """Articles of a JSON-lines file.

    Raises:
        OSError: it cannot be read.
        ValueError: a line is no article, or there is none.
    """
    with path.open(encoding="utf-8") as file:
        found = list(_articles(file))
    if not found:
        raise ValueError("holds no article")
    return found


def _articles(lines: Iterable[str]) -> Iterator[Article]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            yield Article(fields["text"], str(fields.get("id") or f"line {number}"))
        except (ValueError, KeyError, TypeError, AttributeError, ArticleError) as error:
            raise ValueError(f"line {number}: {error}") from error


def _move(one: Assessment, other: Assessment) -> ArticleMove:
    shares, shares_after = _shares(one), _shares(other)
    gains = {
        name: shares_after.get(name, 0.0) - shares.get(name, 0.0)
        for name in {**shares, **shares_after}
    }
    ordered = sorted(gains.items(), key=lambda item: (-abs(item[1]), item[0]))
    return ArticleMove(one.id or "", one.score, other.score, tuple(ordered))


def _shares(assessment: Assessment) -> dict[str, float]:
    explanation = assessment.explanation
    if explanation is None:
        return {}
    families = {family.family: family.contribution for family in explanation.families}
    return {BASE: explanation.base_logit, **families}
