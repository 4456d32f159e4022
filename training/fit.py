"""From read texts to a classifier: vocabulary, two heads, out-of-fold calibration.

The candidates differ in the size of the vocabulary and the strength of the penalty. Each is
fitted on four fifths of the groups and judged on the rest; the simplest within one standard
error of the best wins. The same folds give the out-of-fold logits for calibration.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from models.classifier import Classifier, LinearHead
from models.features.catalogue import catalogue
from models.features.wording import Vocabulary
from training.calibration import calibration_weight, escalates, relevant
from training.corpus import CorpusRow
from training.design import OFF_TOPIC_COLUMN, Design, design
from training.split import folds

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Labels = NDArray[np.bool_]

FAMILY_SPREAD = 0.1
"""Standard deviation given to each catalogue feature; a term's weight has about 0.01 to 0.05. It
sets how much less the families are penalised than the wording (chosen on the train split)."""
_LONG = tuple(
    [feature.name for feature in catalogue()].index(f"context.{name}")
    for name in ("long_text", "very_long_text")
)
_RANKING_C = 1.0
_UNPENALISED = 1e6
_MAX_ITERATIONS = 1000
_TOLERANCE = 1e-5


class Candidate(NamedTuple):
    """``terms`` kept in the vocabulary, inverse penalty ``c``. Listed simplest first."""

    terms: int
    c: float


CANDIDATES = (
    Candidate(2000, 0.5),
    Candidate(2000, 1.0),
    Candidate(4000, 1.0),
)


class OutOfFold(NamedTuple):
    """Logits (n,) for every row by a model that saw nothing of its group."""

    escalation: Floats
    scope: Floats


@dataclass(frozen=True)
class FitResult:
    """A classifier, the estimators behind it, and what it was chosen and calibrated by."""

    classifier: Classifier
    estimators: dict[str, Any]
    oof_logit: Floats
    oof_scope_logit: Floats
    candidates: list[dict[str, Any]]


@dataclass(frozen=True)
class _Task:
    """The texts as read, both targets, and a weight for each row, in fitting and in calibration."""

    read: Design
    escalates: Labels
    relevant: Labels
    weight: Floats
    calibrates: Floats

    def ranked(self, rows: Rows) -> tuple[Vocabulary, Rows]:
        """Every term of the texts ``rows``, and the terms' numbers by what they matter to both
        heads when these are fitted on ``rows`` with every term."""
        vocabulary = self.read.vocabulary(rows)
        wording = self.read.wording(vocabulary)
        used = np.sqrt(np.asarray((wording[rows] > 0).sum(axis=0)).ravel())
        matter = np.zeros(len(vocabulary.terms))
        for target in (self.escalates, self.relevant):
            head = self.head(rows, target, self.read.values, wording, _RANKING_C)
            weight = np.abs(head.coef_[0, self.read.values.shape[1] :]) * used
            matter += weight / weight.max()
        return vocabulary, np.argsort(-matter, kind="stable")

    def head(
        self, rows: Rows, target: Labels, values: Floats, wording: sparse.csr_matrix, c: float
    ) -> LogisticRegression:
        """A logistic regression over unscaled columns (catalogue features, then terms)."""
        spread = values[rows].std(axis=0)
        scale = np.divide(FAMILY_SPREAD, spread, out=np.zeros_like(spread), where=spread > 0)
        columns = sparse.hstack([sparse.csr_matrix(values * scale), wording]).tocsr()
        head = LogisticRegression(C=c, max_iter=_MAX_ITERATIONS, tol=_TOLERANCE)
        head.fit(columns[rows], target[rows], sample_weight=self.weight[rows])
        head.coef_[0, : len(scale)] *= scale
        return head


def fit(rows: Sequence[CorpusRow], seed: int, progress: Callable[[str], None]) -> FitResult:
    """Fit both heads on ``rows``; the same rows and seed give the same coefficients."""
    progress(f"reading {len(rows)} texts")
    task = _Task(
        design(rows),
        escalates(rows),
        relevant(rows),
        np.array([row.weight for row in rows]),
        calibration_weight(rows),
    )
    fold = folds(rows, seed=seed)
    items = np.array([row.kind == "item" for row in rows])
    logits = _out_of_fold(task, fold, progress)
    aucs = {
        candidate: _fold_aucs(task.escalates, fold, items, out.escalation)
        for candidate, out in logits.items()
    }
    chosen = _simplest_within_one_error(aucs)
    progress(f"fitting: {chosen.terms} terms, C={chosen.c}")
    table = [
        {**candidate._asdict(), "auc": float(np.mean(auc)), "chosen": candidate == chosen}
        for candidate, auc in aucs.items()
    ]
    return _final(task, chosen, logits[chosen], table)


def _out_of_fold(
    task: _Task, fold: Rows, progress: Callable[[str], None]
) -> dict[Candidate, OutOfFold]:
    shape = len(task.weight)
    logits = {c: OutOfFold(np.zeros(shape), np.zeros(shape)) for c in CANDIDATES}
    splits = [(np.flatnonzero(fold != n), np.flatnonzero(fold == n)) for n in np.unique(fold)]
    wordings: list[dict[Candidate, sparse.csr_matrix]] = []
    for number, (rows, held_out) in enumerate(splits, start=1):
        progress(f"scope, fold {number} of {len(splits)}")
        ranked = task.ranked(rows)
        wordings.append({})
        for candidate, out in logits.items():
            wording = task.read.wording(_kept(*ranked, candidate))
            head = task.head(rows, task.relevant, task.read.values, wording, candidate.c)
            out.scope[held_out] = _logit(head, task.read.values, wording)[held_out]
            wordings[-1][candidate] = wording
    values = {candidate: _with_off_topic(task, out.scope) for candidate, out in logits.items()}
    for number, (rows, held_out) in enumerate(splits, start=1):
        progress(f"escalation, fold {number} of {len(splits)}")
        for candidate, out in logits.items():
            wording = wordings[number - 1][candidate]
            head = task.head(rows, task.escalates, values[candidate], wording, candidate.c)
            out.escalation[held_out] = _logit(head, values[candidate], wording)[held_out]
    return logits


def _final(
    task: _Task, chosen: Candidate, logits: OutOfFold, table: list[dict[str, Any]]
) -> FitResult:
    rows = np.arange(len(task.weight))
    vocabulary = _kept(*task.ranked(rows), chosen)
    wording = task.read.wording(vocabulary)
    scope = task.head(rows, task.relevant, task.read.values, wording, chosen.c)
    values = _with_off_topic(task, logits.scope)
    escalation = task.head(rows, task.escalates, values, wording, chosen.c)
    scope_logit = _calibrate(scope, logits.scope[:, None], (), task.relevant, task.calibrates)
    columns = np.column_stack([logits.escalation, values[:, _LONG]])
    logit = _calibrate(escalation, columns, _LONG, task.escalates, task.calibrates)
    classifier = Classifier(vocabulary, _linear(escalation, task), _linear(scope, task), 0.5)
    return FitResult(
        classifier, {"escalation": escalation, "scope": scope}, logit, scope_logit, table
    )


def _with_off_topic(task: _Task, scope_logit: Floats) -> Floats:
    calibrated = _platt(scope_logit[:, None], task.relevant, task.calibrates)
    values = task.read.values.copy()
    values[:, OFF_TOPIC_COLUMN] = np.maximum(0.0, -_affine(calibrated, scope_logit[:, None]))
    return values


def _kept(every: Vocabulary, order: Rows, candidate: Candidate) -> Vocabulary:
    places = np.sort(order[: candidate.terms])
    return Vocabulary(tuple(every.terms[n] for n in places.tolist()), every.idf[places])


def _platt(columns: Floats, target: Labels, weight: Floats) -> LogisticRegression:
    """Platt's sigmoid (1999) over a logit and, for length, further columns."""
    return LogisticRegression(C=_UNPENALISED).fit(columns, target, sample_weight=weight)


def _affine(calibration: LogisticRegression, columns: Floats) -> Floats:
    found: Floats = calibration.decision_function(columns)
    return found


def _calibrate(
    head: LogisticRegression,
    columns: Floats,
    places: Sequence[int],
    target: Labels,
    weight: Floats,
) -> Floats:
    """Fold a calibration of the head's out-of-fold logits into its coefficients.

    ``columns`` (n, 1 + places): the logit, then the catalogue features at ``places``. Returns
    the calibrated out-of-fold logits (n,).
    """
    calibration = _platt(columns, target, weight)
    slope, *shifts = calibration.coef_[0]
    head.coef_ *= slope
    head.intercept_ = head.intercept_ * slope + calibration.intercept_
    head.coef_[0, list(places)] += shifts
    return _affine(calibration, columns)


def _logit(head: LogisticRegression, values: Floats, wording: sparse.csr_matrix) -> Floats:
    found: Floats = head.decision_function(
        sparse.hstack([sparse.csr_matrix(values), wording]).tocsr()
    )
    return found


def _linear(head: LogisticRegression, task: _Task) -> LinearHead:
    width = task.read.values.shape[1]
    coefficients = head.coef_[0]
    return LinearHead(
        coefficients[:width].copy(), coefficients[width:].copy(), float(head.intercept_[0])
    )


def _fold_aucs(target: Labels, fold: Rows, items: Labels, logit: Floats) -> list[float]:
    """AUC on the items of each fold that has both classes."""
    aucs = []
    for number in np.unique(fold).tolist():
        judged = (fold == number) & items
        if 0 < target[judged].sum() < judged.sum():
            aucs.append(float(roc_auc_score(target[judged], logit[judged])))
    return aucs


def _simplest_within_one_error(aucs: dict[Candidate, list[float]]) -> Candidate:
    """Breiman et al. (1984): the first that is within one standard error of the best. The error
    is that of the difference, fold by fold, since the folds differ more than the candidates."""
    scored = {candidate: np.array(auc) for candidate, auc in aucs.items()}
    best = scored[max(scored, key=lambda candidate: float(scored[candidate].mean()))]
    behind = {candidate: best - auc for candidate, auc in scored.items()}
    return next(
        candidate
        for candidate, gap in behind.items()
        if gap.mean() <= gap.std(ddof=1) / np.sqrt(len(gap))
    )
