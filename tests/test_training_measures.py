"""Figures of merit against scikit-learn and by hand, and what their intervals mean."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from training.measures import (
    NOTHING,
    Bootstrap,
    Figure,
    auc,
    average_precision,
    brier,
    ece,
    probability,
)


def texts(count: int = 500, ties: bool = False) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(1)
    truth = generator.random(count) < 0.3
    logit = generator.normal(size=count) + truth
    return truth, np.round(logit, 0 if ties else 9)


@pytest.mark.parametrize("ties", [False, True])
def test_agreement_with_scikit_learn(ties: bool) -> None:
    truth, logit = texts(ties=ties)
    one = np.ones((1, len(truth)))
    assert auc(truth, logit, one)[0] == pytest.approx(roc_auc_score(truth, logit))
    expected = average_precision_score(truth, logit)
    assert average_precision(truth, logit, one)[0] == pytest.approx(expected)
    expected = brier_score_loss(truth, probability(logit))
    assert brier(truth, logit, one)[0] == pytest.approx(expected)


def test_a_weight_of_two_is_a_text_twice() -> None:
    truth, logit = texts(60, ties=True)
    weights = np.random.default_rng(2).integers(0, 3, 60)
    again = np.repeat(np.arange(60), weights)
    for measure in (auc, average_precision, brier, ece):
        weighted = measure(truth, logit, weights[None].astype(float))[0]
        assert weighted == pytest.approx(
            measure(truth[again], logit[again], np.ones((1, len(again))))[0]
        )


def test_calibration_error_by_hand() -> None:
    # Two bins: 0.75 said for shares 1 and 0 (mean gap 0.25), 0.25 said for share 0 (gap 0.25).
    logit = np.log(np.array([3, 3, 1 / 3, 1 / 3]))
    truth = np.array([True, False, False, False])
    assert ece(truth, logit, np.ones((1, 4)))[0] == pytest.approx(0.25)


def test_calibrated_scores_have_almost_no_calibration_error() -> None:
    generator = np.random.default_rng(3)
    logit = generator.normal(size=40_000)
    truth = generator.random(40_000) < probability(logit)
    assert ece(truth, logit, np.ones((1, 40_000)))[0] < 0.01
    assert ece(truth, logit + 1, np.ones((1, 40_000)))[0] > 0.1


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    inside = 0
    for seed in range(100):
        generator = np.random.default_rng(seed)
        truth = generator.random(200) < 0.5
        figure = Bootstrap(np.arange(200), seed, 200).figure(
            auc, truth, generator.normal(size=200) + truth, np.ones(200, dtype=bool)
        )
        assert figure.low is not None
        assert figure.high is not None
        inside += figure.low <= 0.7602 <= figure.high  # Phi(1 / sqrt 2)
    assert 88 <= inside <= 99


def test_texts_of_a_group_are_drawn_together() -> None:
    truth, logit = texts(50)
    many, group = np.tile(truth, 20), np.tile(np.arange(50), 20)
    everywhere = np.ones(1000, dtype=bool)
    singly = Bootstrap(np.arange(1000), 0).figure(auc, many, np.tile(logit, 20), everywhere)
    grouped = Bootstrap(group, 0).figure(auc, many, np.tile(logit, 20), everywhere)
    assert singly.low is not None
    assert grouped.low is not None
    assert grouped.low < singly.low - 0.05


def test_a_difference_of_twins_is_nothing_and_noise_cancels() -> None:
    truth, logit = texts()
    everywhere = np.ones(len(truth), dtype=bool)
    bootstrap = Bootstrap(np.arange(len(truth)), 0)
    assert bootstrap.difference(auc, truth, logit, logit * 2, everywhere) == Figure(0, 0, 0)
    worse = logit + np.random.default_rng(5).normal(size=len(truth))
    gap = bootstrap.difference(auc, truth, worse, logit, everywhere)
    alone = bootstrap.figure(auc, truth, logit, everywhere)
    assert gap.high is not None
    assert gap.low is not None
    assert alone.high is not None
    assert alone.low is not None
    assert gap.high < 0
    assert gap.high - gap.low < 2 * (alone.high - alone.low)


def test_one_class_alone_gives_no_figure() -> None:
    logit = np.zeros(5)
    for truth in (np.ones(5, dtype=bool), np.zeros(5, dtype=bool)):
        bootstrap = Bootstrap(np.arange(5), 0)
        assert bootstrap.figure(auc, truth, logit, np.ones(5, dtype=bool)) == NOTHING
    assert str(NOTHING) == "-"


def test_extreme_logits_are_no_trouble() -> None:
    assert probability(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]
