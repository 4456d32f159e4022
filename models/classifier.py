"""The trained classifier as the scorer uses it: two linear models over one feature vector.

Both are stock scikit-learn logistic regressions, calibrated so that their logit stays affine
in the features; scoring reads their coefficients, so no estimator is unpickled to answer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.features.wording import Terms, Vocabulary


@dataclass(frozen=True)
class LinearHead:
    """Coefficients of one logistic regression: catalogue features, wording terms, intercept."""

    features: NDArray[np.float64]
    wording: NDArray[np.float64]
    intercept: float

    def logit(self, values: NDArray[np.float64], terms: Terms) -> float:
        """The logit of one text."""
        shares = self.wording[terms.number] @ terms.weight
        return self.intercept + float(values @ self.features) + float(shares)


def off_topic(scope_logit: float) -> float:
    """The value of the ``OFF_TOPIC`` feature: 0 for texts more likely in scope than not."""
    return max(0.0, -scope_logit)


@dataclass(frozen=True)
class Classifier:
    """What a model version has learned: the vocabulary and the two heads."""

    vocabulary: Vocabulary
    escalation: LinearHead
    scope: LinearHead
    scope_threshold: float


def sigmoid(logit: float) -> float:
    """The logistic function, without overflow."""
    if logit >= 0:
        return 1.0 / (1.0 + math.exp(-logit))
    small = math.exp(logit)
    return small / (1.0 + small)
