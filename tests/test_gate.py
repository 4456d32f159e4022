"""The gate: a worse candidate is refused, whichever way it is worse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.explanation import ModelRef
from models.registry import Registry
from models.scorer import EscalationScorer
from tests.versions import build, classifier, publish
from training import gate
from training.champion import Champion
from training.corpus import CorpusRow
from training.evaluate import TextSet
from training.gate import Check, Contest, judge, table
from training.out_of_fold import FILE, OutOfFold

COUNT = 600


def texts(count: int = COUNT) -> TextSet:
    return TextSet(
        [
            CorpusRow(str(n), f"Text {n}.", n % 3 == 0, relevant=n % 2 == 0 or n % 3 == 0)
            for n in range(count)
        ],
        seed=0,
    )


def logits(truth: np.ndarray, strength: float = 2.0, seed: int = 1) -> np.ndarray:
    """Calibrated logits of a reader whose AUC grows with ``strength``."""
    noise = np.random.default_rng(seed).normal(size=len(truth))
    return strength * (noise + strength * (truth - 0.5)) + np.log(truth.mean() / (1 - truth.mean()))


class Rival(Champion):
    """A champion that answers what it is told to."""

    def __init__(self, version: str | None = "1.0.0", unusable: str | None = None) -> None:
        self.version, self.unusable, self.record = version, unusable, None


GOOD = {"pairs": 100, "pairs_in_order": 90, "off_topic": 100, "off_topic_quiet": 95}


def scorer(fingerprint: str | None = None) -> EscalationScorer:
    found = fingerprint or gate.fingerprint()
    return EscalationScorer(ModelRef("escalation", "candidate", None, found), classifier())


@pytest.fixture(autouse=True)
def no_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples are for trained models; the classifier here is not one."""
    monkeypatch.setattr(gate, "SMOKE", {})


def failed(
    candidate: np.ndarray,
    champion: np.ndarray | None,
    among: TextSet | None = None,
    behaviour: tuple[dict[str, Any], dict[str, Any] | None] = (GOOD, GOOD),
    rival: Rival | None = None,
) -> list[Check]:
    contest = Contest("out of fold", among or texts(), candidate, champion)
    checks = judge([contest], rival or Rival(), scorer(), behaviour)
    return [check for check in checks if not check.passed]


def test_an_equal_candidate_passes() -> None:
    same = logits(texts().truth)
    assert failed(same, same) == []


def test_a_better_candidate_passes() -> None:
    assert failed(logits(texts().truth, 2.5), logits(texts().truth, 1.5)) == []


def test_a_candidate_worse_beyond_noise_is_refused() -> None:
    truth = texts().truth
    checks = failed(logits(truth, 1.2), logits(truth, 2.0))
    assert [check.check for check in checks] == [
        "AUC against champion, out of fold",
        "AUC within relevant against champion, out of fold",
    ]
    assert all("worse beyond noise" in check.why for check in checks)


def test_a_large_loss_is_refused_even_where_it_could_be_noise() -> None:
    few = texts(120)
    worse, better = logits(few.truth, 1.35, seed=2), logits(few.truth, 1.6, seed=52)
    gap = few.bootstrap().difference(gate.auc, few.truth, worse, better, few.everywhere)
    assert gap.value is not None
    assert gap.high is not None
    assert gap.value < -gate.AUC_MARGIN
    assert gap.high > 0
    checks = failed(worse, better, few)
    assert "worse by more than 0.02" in " ".join(check.why for check in checks)


def test_a_candidate_that_hardly_separates_is_refused_without_a_champion() -> None:
    truth = texts().truth
    (check,) = failed(logits(truth, 0.2), None, rival=Rival(None), behaviour=(GOOD, None))
    assert (check.check, check.why) == ("AUC, out of fold", "the interval must lie above 0.7")


def test_a_miscalibrated_candidate_is_refused() -> None:
    same = logits(texts().truth)
    (check,) = failed(same + 1.0, same)
    assert check.check == "ECE, out of fold"
    assert "must not lie above 0.050" in check.why


def test_a_candidate_no_worse_calibrated_than_a_bad_champion_passes() -> None:
    same = logits(texts().truth)
    assert failed(same + 1.0, same + 1.0) == []


@pytest.mark.parametrize(("met", "passes"), [(90, True), (87, True), (80, False)])
def test_behaviour_must_not_get_worse(met: int, passes: bool) -> None:
    same = logits(texts().truth)
    checks = failed(same, same, behaviour=({**GOOD, "pairs_in_order": met}, GOOD))
    assert (checks == []) == passes


def test_another_fingerprint_is_refused() -> None:
    same = logits(texts().truth)
    contest = Contest("out of fold", texts(), same, same)
    checks = judge([contest], Rival(), scorer("of other features"), (GOOD, GOOD))
    assert [check.check for check in checks if not check.passed] == ["fingerprint"]


def test_examples_out_of_range_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    same = logits(texts().truth)
    monkeypatch.setattr(gate, "SMOKE", {"off_topic": (0.0, 0.001)})
    (check,) = failed(same, same)
    assert check.check == "example off_topic"
    assert check.why == "must lie between 0.0 and 0.001"


def test_a_champion_that_may_have_seen_the_texts_is_no_measure() -> None:
    unfair = np.full(COUNT, np.nan)
    (check,) = failed(logits(texts().truth), unfair)
    assert check.check == "champion"
    assert "give others with --dev, or --no-gate" in check.why


def test_a_champion_that_cannot_score_any_more_is_no_bar() -> None:
    unfair = np.full(COUNT, np.nan)
    rival = Rival(unusable="trained with other features")
    assert failed(logits(texts().truth), unfair, rival=rival) == []


def test_too_few_comparable_texts_are_not_held_against_the_candidate() -> None:
    truth = texts().truth
    champion = np.where(np.arange(COUNT) < 50, logits(truth, 4.0), np.nan)
    assert failed(logits(truth), champion) == []


def test_the_table_says_which_check_failed_and_why() -> None:
    shown = table([Check("AUC", "0.7", "0.9", False, "worse"), Check("ECE", "0", "0", True, "")])
    assert shown.splitlines() == [
        "check  candidate  champion",
        "AUC    0.7        0.9       NO  worse",
        "ECE    0          0         ok",
    ]


def with_record(registry: Registry, rows: list[CorpusRow], shift: float = 0.0) -> Champion:
    def made(name: str) -> Any:
        version = build(name)
        record = OutOfFold.of(rows, np.arange(len(rows), dtype=float))
        files = {**version.files, FILE: record.to_bytes()}
        return version._replace(
            files=files, manifest={**version.manifest, "base_rate": {"shift": shift}}
        )

    registry.promote(registry.publish(made))
    return Champion(registry)


def test_a_champion_is_asked_out_of_fold_about_its_training_texts(tmp_path: Path) -> None:
    rows = texts(20).rows
    champion = with_record(Registry(tmp_path), rows[:10])
    found = champion.logits(rows)
    assert found[:10].tolist() == list(range(10))
    expected = Registry(tmp_path).load().assess(rows[12].article(), explain="none").logit
    assert found[12] == expected


def test_a_champions_own_base_rate_is_taken_out(tmp_path: Path) -> None:
    rows = texts(4).rows
    champion = with_record(Registry(tmp_path), rows[:2], shift=-2.0)
    raw = Registry(tmp_path).load().assess(rows[3].article(), explain="none").logit
    assert champion.logits(rows)[3] == raw + 2.0
    assert champion.logits(rows)[1] == 1.0


def test_a_champion_without_record_answers_only_for_texts_it_cannot_have_seen(
    tmp_path: Path,
) -> None:
    registry = Registry(tmp_path)
    registry.promote(publish(registry))
    rows = texts(3).rows
    assert np.isnan(Champion(registry).logits(rows)).all()
    assert not np.isnan(Champion(registry).logits(rows, unseen=True)).any()


def test_a_champion_of_other_features_keeps_its_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = texts(5).rows
    registry = Registry(tmp_path)
    with_record(registry, rows[:3])
    monkeypatch.setattr("models.artefact.lexicon_digest", lambda: "another")
    champion = Champion(registry)
    assert champion.unusable is not None
    assert "changed" in champion.unusable
    assert champion.logits(rows)[:3].tolist() == [0, 1, 2]
    assert np.isnan(champion.logits(rows)[3:]).all()


def test_the_record_holds_no_text(tmp_path: Path) -> None:
    row = CorpusRow("x", "Rebels seized the bridge at Varnello.", True)
    content = OutOfFold.of([row], np.array([0.5])).to_bytes()
    assert b"Varnello" not in content
    back = OutOfFold.from_bytes(content)
    assert back.logits([row, replace(row, text="Other.")])[0] == 0.5
    assert np.isnan(back.logits([replace(row, text="Other.")])[0])
