"""Which texts the scores are calibrated on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.corpus import CorpusRow

_LEAST = 100
"""Texts of each label."""


def calibration_weight(rows: Sequence[CorpusRow]) -> NDArray[np.float64]:
    """Each row's weight (n,) in calibration: none for the rows of a minimal pair.

    Pairs are contrived, about half of them escalating, and no feed looks like them. They count
    where the other rows are too few to calibrate on.
    """
    weight = np.array([row.weight for row in rows])
    single = np.array([not row.pair for row in rows])
    for target in (escalates(rows), relevant(rows)):
        if min(np.sum(single & target), np.sum(single & ~target)) < _LEAST:
            return weight
    return np.where(single, weight, 0.0)


def escalates(rows: Sequence[CorpusRow]) -> NDArray[np.bool_]:
    """The target (n,)."""
    return np.array([row.escalates for row in rows])


def relevant(rows: Sequence[CorpusRow]) -> NDArray[np.bool_]:
    """The target of the scope head (n,); texts not coded for it count as relevant."""
    return np.array([row.relevant is not False for row in rows])
