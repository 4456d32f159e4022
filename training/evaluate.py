"""How well a model reads: headline figures with intervals, and the same by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.corpus import CorpusRow
from training.measures import DRAWS, ECE_BINS, MEASURES, Bootstrap, auc, bins_of, probability
from training.regions import region_of
from training.split import days

SLICES = ("kind", "year", "source", "region")
LEAST_SLICE = 40
"""Smaller groups get no figures: an interval over fewer texts says nothing."""
MOST_SLICES = 25
"""Groups shown of one slice, the largest first."""
_SLICE_DRAWS = 300


class TextSet:
    """Labelled texts as arrays, for evaluating any number of models on them.

    ``truth`` is the target; ``relevant`` is all True where relevance was never coded.
    """

    def __init__(self, rows: Sequence[CorpusRow], seed: int) -> None:
        self.rows = list(rows)
        self.truth = np.array([row.escalates for row in rows], dtype=bool)
        coded = [row.relevant for row in rows]
        self.has_scope = any(value is False for value in coded) and any(coded)
        self.relevant = np.array([value is not False for value in coded], dtype=bool)
        self.scope_coded = np.array([value is not None for value in coded], dtype=bool)
        self.everywhere = np.ones(len(self.rows), dtype=bool)
        self._seed = seed

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def slices(self) -> dict[str, NDArray[np.str_]]:
        """The group of each text, by kind, year, source and region."""
        return {
            "kind": np.array([row.kind for row in self.rows]),
            "year": np.array([row.date[:4] if row.day else "undated" for row in self.rows]),
            "source": np.array([row.source or "unnamed" for row in self.rows]),
            "region": np.array([region_of(row.text) for row in self.rows]),
        }

    @cached_property
    def _groups(self) -> NDArray[np.int64]:
        return days(self.rows)

    def bootstrap(self, draws: int = DRAWS) -> Bootstrap:
        """Draws of these texts, a source's day at a time."""
        return Bootstrap(self._groups, self._seed, draws)


def evaluate(
    texts: TextSet, logit: NDArray[np.float64], scope_logit: NDArray[np.float64] | None = None
) -> dict[str, Any]:
    """The figures of a model whose logits are given, as ``metrics.json`` holds them."""
    report: dict[str, Any] = {
        "texts": len(texts),
        "escalating": int(texts.truth.sum()),
        "figures": headline(texts, logit, texts.everywhere),
        "calibration": calibration(texts.truth, logit),
        "by": {name: _by(texts, logit, groups) for name, groups in texts.slices.items()},
    }
    if scope_logit is not None and texts.has_scope:
        scope = texts.bootstrap().figure(auc, texts.relevant, scope_logit, texts.scope_coded)
        report["figures"]["scope_auc"] = scope.to_dict()
    return report


def headline(
    texts: TextSet, logit: NDArray[np.float64], where: NDArray[np.bool_], draws: int = DRAWS
) -> dict[str, dict[str, float | None]]:
    """AUC (over all, and within relevant texts), average precision, Brier score and ECE."""
    bootstrap = texts.bootstrap(draws)
    figures = {
        name: bootstrap.figure(measure, texts.truth, logit, where).to_dict()
        for name, measure in MEASURES.items()
    }
    within = bootstrap.figure(auc, texts.truth, logit, where & texts.relevant)
    return {**figures, "auc_within_relevant": within.to_dict()}


def calibration(truth: NDArray[np.bool_], logit: NDArray[np.float64]) -> list[dict[str, float]]:
    """For each filled tenth of score: texts, mean score and share escalating."""
    score = probability(logit)
    bins = bins_of(score)
    return [
        {
            "from": number / ECE_BINS,
            "to": (number + 1) / ECE_BINS,
            "texts": int((bins == number).sum()),
            "score": round(float(score[bins == number].mean()), 4),
            "share": round(float(truth[bins == number].mean()), 4),
        }
        for number in range(ECE_BINS)
        if (bins == number).any()
    ]


def _by(
    texts: TextSet, logit: NDArray[np.float64], groups: NDArray[np.str_]
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    largest = Counter(groups.tolist()).most_common(MOST_SLICES)
    for name, count in sorted(largest):
        where = groups == name
        share = float(texts.truth[where].mean())
        found[name] = {"texts": count, "share": round(share, 4)}
        found[name]["mean_score"] = round(float(probability(logit[where]).mean()), 4)
        if count >= LEAST_SLICE:
            found[name] |= headline(texts, logit, where, _SLICE_DRAWS)
    return found
