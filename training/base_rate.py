"""Correction for a user's own base rate.

The corpus is sampled to be rich in conflict, so its share of escalating texts is not that of a
news feed. If the two differ only in that share, not in how escalating and other texts read,
then the calibrated logit is off by a constant: the difference of the two shares' logits
(Saerens, Latinne and Decaestecker 2002; Elkan 2001). Adding it to the intercept moves every
score, keeps their order, and keeps explanations additive.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from models.classifier import Classifier
from training.calibration import calibration_weight, escalates
from training.corpus import CorpusRow


class BaseRate(NamedTuple):
    """Share of escalating texts in the corpus and the share assumed in use."""

    corpus: float
    assumed: float

    @property
    def shift(self) -> float:
        """What is added to the intercept, in logits."""
        return _logit(self.assumed) - _logit(self.corpus)

    def to_dict(self) -> dict[str, float]:
        """As the manifest holds it."""
        return {
            "corpus": round(self.corpus, 6),
            "assumed": round(self.assumed, 6),
            "shift": self.shift,
        }


def base_rate_of(rows: Sequence[CorpusRow], assumed: float | None = None) -> BaseRate:
    """The rate that the scores are calibrated to, kept unless another is assumed."""
    corpus = float(np.average(escalates(rows), weights=calibration_weight(rows)))
    return BaseRate(corpus, corpus if assumed is None else assumed)


def corrected(classifier: Classifier, rate: BaseRate) -> Classifier:
    """The classifier for the assumed rate. Relevance to conflict is left as it is."""
    head = classifier.escalation
    return replace(classifier, escalation=replace(head, intercept=head.intercept + rate.shift))


def corrected_estimators(estimators: Mapping[str, Any], rate: BaseRate) -> dict[str, Any]:
    """Copies of the estimators that agree with ``corrected``."""
    copies = {name: copy.deepcopy(estimator) for name, estimator in estimators.items()}
    copies["escalation"].intercept_ = copies["escalation"].intercept_ + rate.shift
    return copies


def _logit(share: float) -> float:
    return math.log(share / (1 - share))
