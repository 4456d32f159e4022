"""What retraining needs of a fit, whoever does the fitting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.classifier import Classifier
from training.corpus import CorpusRow


class Fitted(Protocol):
    """A classifier and what it was chosen by.

    ``oof_logit`` and ``oof_scope_logit`` (n,) are calibrated logits of each row by models that
    saw nothing of the row's group.
    """

    @property
    def classifier(self) -> Classifier:
        """What scores."""

    @property
    def estimators(self) -> dict[str, Any]:
        """The scikit-learn estimators behind it: "escalation" and "scope"."""

    @property
    def oof_logit(self) -> NDArray[np.float64]:
        """Escalation, out of fold."""

    @property
    def oof_scope_logit(self) -> NDArray[np.float64]:
        """Relevance to conflict, out of fold."""

    @property
    def candidates(self) -> list[dict[str, Any]]:
        """What was compared, and the figures it was chosen by."""


Fit = Callable[[Sequence[CorpusRow], int, Callable[[str], None]], Fitted]
"""(rows, seed, progress) -> fitted; the same rows and seed give the same coefficients."""
