"""How long texts take, learned from the latest ones: seconds a character, by explain level."""

from __future__ import annotations

from collections.abc import Mapping

from models.explanation import ExplainLevel

FIXED_CHARACTERS = 500
"""What an article costs before its first character, in characters."""

FIRST_PACE = 3e-7
"""Seconds a character until there are measurements: 3 ms for a 1,500-word article."""

LEARNING_RATE = 0.2

MAX_SURPRISE = 4.0
"""A measurement counts for at most this many times what was expected: a pause of the machine
during one short text must not make every long text look slow."""


class Pace:
    """A moving average of measured times."""

    def __init__(self) -> None:
        self._known: dict[ExplainLevel, float] = {}

    def seconds(self, sizes: Mapping[ExplainLevel, int]) -> float:
        """Time that articles of these total sizes (see ``size_of``) are expected to take."""
        return sum(self._known.get(level, FIRST_PACE) * size for level, size in sizes.items())

    def learn(self, seconds: float, sizes: Mapping[ExplainLevel, int]) -> None:
        """Take in how long articles of these total sizes took together."""
        surprise = min(MAX_SURPRISE, seconds / self.seconds(sizes))
        for level in sizes:
            known = self._known.get(level, FIRST_PACE)
            self._known[level] = known + LEARNING_RATE * (known * surprise - known)


def size_of(characters: int) -> int:
    """An article's size: its characters and what any article costs."""
    return characters + FIXED_CHARACTERS
