"""A small real fit, so that retraining is tested without the search for a better one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from models.classifier import Classifier, LinearHead
from training.corpus import CorpusRow
from training.design import design
from training.split import folds

LEAST_USES = 4


@dataclass(frozen=True)
class TinyResult:
    classifier: Classifier
    estimators: dict[str, Any]
    oof_logit: NDArray[np.float64]
    oof_scope_logit: NDArray[np.float64]
    candidates: list[dict[str, Any]]


def fit(rows: Sequence[CorpusRow], seed: int, progress: Callable[[str], None]) -> TinyResult:
    read = design(rows)
    values = read.values
    vocabulary = read.vocabulary(np.arange(len(rows)), LEAST_USES)
    wording = read.wording(vocabulary)
    spread = values.std(axis=0)
    scale = np.divide(0.1, spread, out=np.zeros_like(spread), where=spread > 0)
    matrix = sp.hstack([values * scale, wording]).tocsr()
    fold = folds(rows, seed=seed)
    heads, estimators, logits = {}, {}, {}
    targets = {
        "escalation": np.array([row.escalates for row in rows]),
        "scope": np.array([row.relevant is not False for row in rows]),
    }
    for name, target in targets.items():
        progress(f"fitting {name}")
        logit = np.zeros(len(rows))
        for number in range(fold.max() + 1):
            held = fold == number
            logit[held] = _fit(matrix[~held], target[~held]).decision_function(matrix[held])
        slope = LogisticRegression(C=1e6).fit(logit[:, None], target)
        estimator = _fit(matrix, target)
        weight = estimator.coef_[0] * slope.coef_[0, 0]
        weight[: len(scale)] *= scale
        intercept = estimator.intercept_[0] * slope.coef_[0, 0] + slope.intercept_[0]
        estimator.coef_, estimator.intercept_ = weight[None], np.array([intercept])
        heads[name] = LinearHead(weight[: len(scale)], weight[len(scale) :], float(intercept))
        estimators[name] = estimator
        logits[name] = slope.decision_function(logit[:, None])
    return TinyResult(
        Classifier(vocabulary, heads["escalation"], heads["scope"], 0.5),
        estimators,
        logits["escalation"],
        logits["scope"],
        [{"name": "tiny", "auc": 0.5, "chosen": True}],
    )


def _fit(matrix: Any, target: NDArray[np.bool_]) -> LogisticRegression:
    return LogisticRegression(C=3.0, max_iter=500, tol=1e-6).fit(matrix, target)
