"""Figures of merit over weighted texts, with bootstrap intervals.

A bootstrap draw is a row of counts, one for each text, so every measure takes a matrix of
weights and computes all draws at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Measure = Callable[[NDArray[np.bool_], Floats, Floats], Floats]
"""(truth (n,), logit (n,), weights (draws, n)) -> figure of each draw (draws,)."""

DRAWS = 1_000
ECE_BINS = 10
LEVEL = 0.95
_CHUNK = 2_000_000
"""Weights held at once, in numbers; 16 MB."""


class Figure(NamedTuple):
    """A figure and its bootstrap 95 % interval; all None where it cannot be computed."""

    value: float | None
    low: float | None
    high: float | None

    def to_dict(self) -> dict[str, float | None]:
        """Rounded to what is worth reading."""
        return {
            name: None if number is None else round(number, 4)
            for name, number in self._asdict().items()
        }

    def __str__(self) -> str:
        if self.value is None or self.low is None or self.high is None:
            return "-"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


NOTHING = Figure(None, None, None)


def probability(logit: Floats) -> Floats:
    """The logistic function, without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logit)))


def auc(truth: NDArray[np.bool_], logit: Floats, weights: Floats) -> Floats:
    """Chance that a positive text outscores a negative one, ties counting half."""
    positive, negative = _by_score(truth, logit, weights)
    below = np.cumsum(negative, axis=1) - negative
    wins = (positive * (below + 0.5 * negative)).sum(axis=1)
    return np.asarray(wins / (positive.sum(axis=1) * negative.sum(axis=1)))


def average_precision(truth: NDArray[np.bool_], logit: Floats, weights: Floats) -> Floats:
    """Precision averaged over the positives, from the highest score down."""
    positive, negative = _by_score(truth, -logit, weights)
    hits = np.cumsum(positive, axis=1)
    chosen = hits + np.cumsum(negative, axis=1)
    precision = np.divide(hits, chosen, out=np.zeros_like(hits), where=chosen > 0)
    return np.asarray((positive * precision).sum(axis=1) / positive.sum(axis=1))


def brier(truth: NDArray[np.bool_], logit: Floats, weights: Floats) -> Floats:
    """Mean squared difference between score and outcome (0 or 1)."""
    error = (probability(logit) - truth) ** 2
    return np.asarray(weights @ error / weights.sum(axis=1))


def ece(truth: NDArray[np.bool_], logit: Floats, weights: Floats) -> Floats:
    """Expected calibration error: over ten equal bins of score, mean distance to the share."""
    score = probability(logit)
    gaps = np.zeros((len(score), ECE_BINS))
    gaps[np.arange(len(score)), bins_of(score)] = score - truth
    return np.asarray(np.abs(weights @ gaps).sum(axis=1) / weights.sum(axis=1))


MEASURES: dict[str, Measure] = {
    "auc": auc,
    "average_precision": average_precision,
    "brier": brier,
    "ece": ece,
}


def bins_of(score: Floats) -> NDArray[np.int64]:
    """The calibration bin (0 to 9) of each score in [0, 1]."""
    return np.minimum((score * ECE_BINS).astype(np.int64), ECE_BINS - 1)


class Bootstrap:
    """Draws of texts with replacement, whole groups at a time.

    Texts of a group (a day's news of one source) resemble each other; drawing them singly
    would give intervals that are too narrow.
    """

    def __init__(self, group: NDArray[np.int64], seed: int, draws: int = DRAWS) -> None:
        _, self._group = np.unique(group, return_inverse=True)
        self._seed = seed
        self._draws = draws

    def figure(
        self, measure: Measure, truth: NDArray[np.bool_], logit: Floats, where: NDArray[np.bool_]
    ) -> Figure:
        """A measure of the texts at ``where`` and its interval."""
        if not where.any() or truth[where].all() or not truth[where].any():
            return NOTHING
        whole = measure(truth[where], logit[where], np.ones((1, int(where.sum()))))[0]
        drawn = self._over_draws(where, lambda w: measure(truth[where], logit[where], w))
        return _figure(float(whole), drawn)

    def difference(
        self,
        measure: Measure,
        truth: NDArray[np.bool_],
        one: Floats,
        other: Floats,
        where: NDArray[np.bool_],
    ) -> Figure:
        """``measure(one) - measure(other)`` over the same draws."""
        if not where.any() or truth[where].all() or not truth[where].any():
            return NOTHING

        def gap(weights: Floats) -> Floats:
            first = measure(truth[where], one[where], weights)
            return np.asarray(first - measure(truth[where], other[where], weights))

        whole = gap(np.ones((1, int(where.sum()))))[0]
        return _figure(float(whole), self._over_draws(where, gap))

    def _over_draws(self, where: NDArray[np.bool_], measure: Callable[[Floats], Floats]) -> Floats:
        _, group = np.unique(self._group[where], return_inverse=True)
        count = int(group.max()) + 1
        generator = np.random.default_rng(self._seed)
        step = max(1, _CHUNK // len(group))
        found = []
        with np.errstate(invalid="ignore", divide="ignore"):
            for start in range(0, self._draws, step):
                size = min(step, self._draws - start)
                drawn = generator.multinomial(count, np.full(count, 1 / count), size)
                found.append(measure(drawn[:, group].astype(np.float64)))
        return np.concatenate(found)


def _by_score(truth: NDArray[np.bool_], logit: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Weight of positives and of negatives at each distinct score, ascending."""
    order = np.argsort(logit, kind="stable")
    starts = np.flatnonzero(np.diff(logit[order], prepend=-np.inf))
    sorted_weights, sorted_truth = weights[:, order], truth[order]
    positive = np.add.reduceat(sorted_weights * sorted_truth, starts, axis=1)
    negative = np.add.reduceat(sorted_weights * ~sorted_truth, starts, axis=1)
    return positive, negative


def _figure(whole: float, drawn: Floats) -> Figure:
    # A draw may hold one class only; it says nothing about the measure.
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn):
        return NOTHING
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(whole, float(low), float(high))
