"""What every signal family works on: a document, its scope marks, and a way to cite it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from models.features.evidence import AFFIRMED, Evidence, Scope
from models.features.roles import RoleFinder
from models.text.document import Document
from models.text.matching import Match
from models.text.scope import Stretch

LEAD_WORDS = 50
"""The lead: what an analyst reads first. News leads run 25 to 45 words; items have 12 to 140."""
_MARKS = ("negated", "hypothetical", "conditional", "past")


class Finding(NamedTuple):
    """Evidence with the part where it begins, by which families count and place it."""

    part: int
    evidence: Evidence
    amount: int | None = None


class Reading:
    """One document being read."""

    def __init__(self, document: Document, roles: RoleFinder, stretches: list[Stretch]) -> None:
        self.document = document
        self.roles = roles
        self._stretches = stretches
        self.lead_end = 2 * LEAD_WORDS

    def scope(self, part: int, speaker: str | None = None) -> Scope:
        """The scope marks on the word at ``part``."""
        marks = {mark for first, stop, mark in self._stretches if first <= part < stop}
        if not marks:
            return AFFIRMED if speaker is None else Scope(attributed_to=speaker)
        negated, hypothetical, conditional, past = (mark in marks for mark in _MARKS)
        return Scope(negated, hypothetical, conditional, past, speaker)

    def cite(
        self,
        match: Match,
        roles: dict[str, str] | None = None,
        scope: Scope | None = None,
        feature: str | None = None,
    ) -> Evidence:
        """The passage of ``match`` as evidence."""
        document = self.document
        start, end = document.span(match.start, match.end)
        before, after = document.sentence(document.sentence_index(match.start))
        starts = document.starts
        cue = match.cue
        return Evidence(
            start,
            end,
            document.text[start:end],
            cue.group,
            f"{cue.group}.{feature or cue.feature}",
            cue.rule,
            (starts[before + 1], starts[after]),
            roles or {},
            self.scope(match.start) if scope is None else scope,
        )

    def cite_all(self, matches: Iterable[Match]) -> list[Finding]:
        """Matches of a family that needs no roles."""
        return [Finding(match.start, self.cite(match)) for match in matches]

    def words(self, first: int, count: int) -> list[str]:
        """Up to ``count`` words from part ``first`` on."""
        return self.document.parts[first : first + 2 * count : 2]
