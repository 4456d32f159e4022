"""What a scorer sees in a set of texts: the raw material of figures, plots and drift."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.explanation import Assessment
from models.features.catalogue import ALL_FAMILIES
from models.scorer import EscalationScorer
from training.corpus import CorpusRow
from training.measures import auc

Floats = NDArray[np.float64]
_SMALLEST = 1e-15


class Readings(NamedTuple):
    """One row a text.

    ``contribution`` and ``without`` are logits by family (n, families): the family's share, and
    the logit with it silent. ``fired`` marks families that found something.
    """

    logit: Floats
    scope_logit: Floats
    contribution: Floats
    without: Floats
    fired: NDArray[np.bool_]
    words: NDArray[np.int64]


def read(scorer: EscalationScorer, rows: Sequence[CorpusRow]) -> Readings:
    """Read every text with a scorer."""
    columns: list[list[Any]] = [[] for _ in Readings._fields]
    for row in rows:
        assessment = scorer.assess(row.article(), explain="summary")
        for column, value in zip(columns, _columns(assessment, row.text), strict=True):
            column.append(value)
    return Readings(*(np.array(column) for column in columns))


def importance(readings: Readings, truth: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """For each family: how often it fires, how far it moves the logit, and the AUC without it."""
    ones = np.ones((1, len(truth)))
    whole = float(auc(truth, readings.logit, ones)[0])
    return [
        {
            "family": family,
            "fires": round(float(readings.fired[:, place].mean()), 4),
            "mean_contribution": round(float(np.abs(readings.contribution[:, place]).mean()), 4),
            "auc_without": round(float(auc(truth, readings.without[:, place], ones)[0]), 4),
            "auc_lost": round(whole - float(auc(truth, readings.without[:, place], ones)[0]), 4),
        }
        for place, family in enumerate(ALL_FAMILIES)
    ]


def _columns(assessment: Assessment, text: str) -> Iterator[Any]:
    families = assessment.explanation.families if assessment.explanation else ()
    missing = assessment.explanation.not_found if assessment.explanation else ()
    yield assessment.logit
    yield _logit(assessment.scope_probability)
    yield [family.contribution for family in families]
    yield [_logit(family.score_without) for family in families]
    yield [family.family not in missing for family in families]
    # As the service counts them, whose drift is measured against these.
    yield len(text.split())


def _logit(score: float) -> float:
    score = min(max(score, _SMALLEST), 1 - _SMALLEST)
    return math.log(score) - math.log1p(-score)
