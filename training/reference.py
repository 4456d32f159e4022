"""What scores, lengths and findings looked like in training, for watching drift in service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.article import MAX_CHARACTERS
from models.features.catalogue import ALL_FAMILIES
from training.measures import probability
from training.reading import Readings

SCORE_EDGES = [number / 10 for number in range(11)]
WORD_EDGES = [0, 15, 25, 40, 60, 100, 200, 400, 800, MAX_CHARACTERS]


def reference(readings: Readings, logit: NDArray[np.float64]) -> dict[str, Any]:
    """Histograms and rates for the manifest; ``logit`` is out of fold, as in service.

    ``counts[i]`` is of values from ``edges[i]`` up to, not including, ``edges[i + 1]``.
    """
    rates = readings.fired.mean(axis=0).tolist()
    return {
        "score": _histogram(probability(logit), SCORE_EDGES),
        "words": _histogram(readings.words, WORD_EDGES),
        "firing": {name: round(rate, 4) for name, rate in zip(ALL_FAMILIES, rates, strict=True)},
    }


def _histogram(values: NDArray[Any], edges: Sequence[float]) -> dict[str, list[float]]:
    counts, _ = np.histogram(values, edges)
    return {"edges": list(edges), "counts": counts.tolist()}
