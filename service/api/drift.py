"""How far the latest articles are from those the model was fitted on."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

MIN_ARTICLES = 200
"""Fewer say nothing: the index of a ten-bin sample of 200 is about 0.05 by chance."""

SMOOTHING = 0.5
"""Articles added to every bin, so that an empty one does not make the index infinite."""


def stability_index(expected: Sequence[float], found: Sequence[float]) -> float:
    """Population stability index of two counts over the same bins.

    0 for equal shares; by convention under 0.1 is no change, over 0.25 a large one.
    """
    total_expected = sum(expected) + SMOOTHING * len(expected)
    total_found = sum(found) + SMOOTHING * len(found)
    index = 0.0
    for one, other in zip(expected, found, strict=True):
        share = (one + SMOOTHING) / total_expected
        live = (other + SMOOTHING) / total_found
        index += (live - share) * math.log(live / share)
    return index


class BinDrift:
    """A number's latest values against a reference histogram."""

    def __init__(self, edges: Sequence[float], counts: Sequence[float], window: int) -> None:
        self._inner = list(edges[1:-1])
        self._reference = list(counts)
        self._bins: deque[int] = deque(maxlen=window)
        self._found: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._bins)

    def observe(self, value: float) -> None:
        """Take in a value; the oldest leaves once the window is full."""
        if len(self._bins) == self._bins.maxlen:
            self._found[self._bins[0]] -= 1
        place = bisect_right(self._inner, value)
        self._bins.append(place)
        self._found[place] += 1

    def index(self) -> float:
        """The stability index over the window."""
        return stability_index(
            self._reference, [self._found[place] for place in range(len(self._reference))]
        )


class Drift:
    """Score, length and firing of one model version, live against ``manifest["reference"]``.

    A manifest without reference measures nothing.
    """

    def __init__(self, reference: Mapping[str, Any], window: int) -> None:
        self._numbers = {
            name: BinDrift(reference[name]["edges"], reference[name]["counts"], window)
            for name in ("score", "words")
            if name in reference
        }
        # A rate is a histogram of two bins; its counts are as of 1,000 reference articles.
        self._families = {
            family: BinDrift((0, 0.5, 1), (1000 * (1 - rate), 1000 * rate), window)
            for family, rate in reference.get("firing", {}).items()
        }
        self._seen = 0
        self._window = window

    @property
    def size(self) -> int:
        """Articles that the indices are over."""
        return min(self._seen, self._window)

    @property
    def seen(self) -> int:
        """Articles taken in so far."""
        return self._seen

    def observe(self, score: float, words: int, fired: Collection[str] | None) -> None:
        """Take in one article; ``fired`` is unknown where no explanation was made."""
        self._seen += 1
        for name, value in (("score", score), ("words", float(words))):
            if name in self._numbers:
                self._numbers[name].observe(value)
        if fired is not None:
            for family, drift in self._families.items():
                drift.observe(float(family in fired))

    def indices(self) -> Iterator[tuple[str, float]]:
        """(distribution, index) of whatever has enough articles."""
        named = {**self._numbers, **{f"firing.{k}": v for k, v in self._families.items()}}
        for name, drift in named.items():
            if len(drift) >= MIN_ARTICLES:
                yield name, drift.index()
