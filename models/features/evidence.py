"""What the signal families find: verbatim spans with roles and scope marks."""

from __future__ import annotations

from typing import NamedTuple


class Scope(NamedTuple):
    """How a passage is meant, after ConText (Harkema et al. 2009): not every mention asserts."""

    negated: bool = False
    hypothetical: bool = False
    conditional: bool = False
    past: bool = False
    attributed_to: str | None = None

    @property
    def affirmed(self) -> bool:
        """Whether the passage counts towards the affirmative feature."""
        return not (self.negated or self.hypothetical or self.past)


AFFIRMED = Scope()


class Evidence(NamedTuple):
    """A verbatim passage: ``article.text[start:end] == text``.

    ``start``, ``end`` and ``sentence`` are half-open ranges of Unicode code points.
    ``rule`` names the cue in the family's lexicon. ``roles`` maps a role (actor,
    target, place, amount, ...) to the words that fill it.
    """

    start: int
    end: int
    text: str
    family: str
    feature: str
    rule: str
    sentence: tuple[int, int]
    roles: dict[str, str]
    scope: Scope = AFFIRMED


class Threat(NamedTuple):
    """Who threatens whom; ``evidence`` indexes the explanation's evidence list."""

    actor: str | None
    target: str | None
    kind: str
    conditional: bool
    evidence: int


class Backer(NamedTuple):
    """A foreign supporter of a party; ``kind`` is political, arms, troops, money or unspecified."""

    backer: str
    iso3: str | None
    client: str | None
    kind: str
    evidence: int


class Setback(NamedTuple):
    """A military loss of ``party``; ``kind`` names what was lost."""

    party: str | None
    kind: str
    place: str | None
    evidence: int
