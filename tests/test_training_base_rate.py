"""The correction for a user's own base rate."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from models.article import Article
from models.classifier import sigmoid
from models.explanation import ModelRef
from models.scorer import EscalationScorer
from tests.versions import classifier
from training.base_rate import BaseRate, base_rate_of, corrected, corrected_estimators
from training.corpus import CorpusRow


def test_the_corpus_rate_counts_weights() -> None:
    rows = [CorpusRow("a", "A.", True, weight=3.0), CorpusRow("b", "B.", False)]
    assert base_rate_of(rows) == BaseRate(0.75, 0.75)
    assert base_rate_of(rows, 0.1) == BaseRate(0.75, 0.1)


def test_no_other_rate_changes_nothing() -> None:
    assert BaseRate(0.3, 0.3).shift == 0
    assert corrected(classifier(-0.5), BaseRate(0.3, 0.3)).escalation.intercept == -0.5


def test_resampled_texts_come_out_calibrated() -> None:
    """Scores calibrated at 50 %, texts thinned to 10 %: the correction restores calibration."""
    generator = np.random.default_rng(0)
    logit = generator.normal(size=400_000) * 1.5
    truth = generator.random(400_000) < 1 / (1 + np.exp(-logit))
    corpus = truth.mean()
    kept = ~truth | (generator.random(400_000) < 1 / 9)
    rate = BaseRate(float(corpus), float(truth[kept].mean()))
    scores = 1 / (1 + np.exp(-(logit[kept] + rate.shift)))
    for low in (0.0, 0.1, 0.3, 0.5):
        chosen = (scores >= low) & (scores < low + 0.1)
        assert truth[kept][chosen].mean() == pytest.approx(scores[chosen].mean(), abs=0.02)


def test_every_logit_moves_alike_and_explanations_still_add_up() -> None:
    rate = BaseRate(0.33, 0.05)
    before, after = (
        EscalationScorer(ModelRef("m", "1", None, "f"), c)
        for c in (classifier(), corrected(classifier(), rate))
    )
    for text in ("Rebels seized the town.", "The choir sang.", "Troops massed at the border."):
        one, other = before.assess(Article(text)), after.assess(Article(text))
        assert other.logit - one.logit == pytest.approx(rate.shift)
        assert other.scope_probability == one.scope_probability
        assert other.explanation is not None
        total = other.explanation.base_logit + math.fsum(
            family.contribution for family in other.explanation.families
        )
        assert total == pytest.approx(other.logit, abs=1e-9)
        assert sigmoid(other.logit) == other.score


def test_the_estimators_agree_and_the_originals_stay() -> None:
    estimator = LogisticRegression().fit(np.array([[0.0], [1.0]]), [0, 1])
    given = {"escalation": estimator, "scope": estimator}
    before = estimator.intercept_.copy()
    moved = corrected_estimators(given, BaseRate(0.5, 0.1))
    assert moved["escalation"].intercept_ == pytest.approx(before - math.log(9))
    assert moved["scope"].intercept_ == estimator.intercept_ == before
