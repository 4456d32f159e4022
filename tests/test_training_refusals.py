"""Corpora from which nothing should be learned are refused, with what and why."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.registry import Registry
from tests.tiny_fit import fit
from training.behaviour import sample_files
from training.corpus import CorpusRow, read_corpus
from training.duplicates import settle
from training.errors import CorpusUnfitError
from training.evaluate import TextSet
from training.fitness import check_rows, check_signal, is_foreign
from training.measures import probability
from training.retrain import EXIT_NOTHING_DONE, main

FRENCH = (
    "Le ministre de la Défense a menacé mardi de bombarder le port de {} si les rebelles ne se "
    "retiraient pas avant vendredi, et des renforts ont été envoyés vers la frontière {}.",
    "Les combats se sont poursuivis dans la ville de {}, où l'armée a repris deux quartiers aux "
    "insurgés après une semaine de siège, selon le gouverneur de la province {}.",
    "Un accord de cessez-le-feu a été signé dimanche à {} par les deux camps, qui doivent échanger "
    "leurs prisonniers sous la surveillance de la Croix-Rouge au mois de {}.",
)


@pytest.fixture(scope="module")
def sample() -> list[CorpusRow]:
    return read_corpus(sample_files())


def refused(
    tmp_path: Path, rows: list[CorpusRow], capsys: pytest.CaptureFixture[str], *extra: str
) -> str:
    """What the command says of a corpus; nothing may be written."""
    path = tmp_path / "corpus.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            fields = {"text": row.text, "label": int(row.escalates), "date": row.date}
            file.write(json.dumps(fields) + "\n")
    registry = tmp_path / "registry"
    before = Registry(registry).aliases()
    code = main(["--corpus", str(path), "--output", str(registry), "--no-gate", *extra], fit)
    assert code == EXIT_NOTHING_DONE
    assert Registry(registry).aliases() == before
    assert not registry.exists()
    return capsys.readouterr().err


def test_shuffled_labels(
    tmp_path: Path, sample: list[CorpusRow], capsys: pytest.CaptureFixture[str]
) -> None:
    labels = np.random.default_rng(7).permutation([row.escalates for row in sample]).tolist()
    rows = [replace(row, escalates=label) for row, label in zip(sample, labels, strict=True)]
    said = refused(tmp_path, rows, capsys)
    assert "corpus_unfit" in said
    assert "labels unrelated to the texts" in said
    assert "may be shuffled, shifted by a row" in said


@pytest.mark.parametrize(("label", "name"), [(True, "escalating"), (False, "not escalating")])
def test_a_constant_label(
    tmp_path: Path,
    sample: list[CorpusRow],
    capsys: pytest.CaptureFixture[str],
    label: bool,
    name: str,
) -> None:
    said = refused(tmp_path, [replace(row, escalates=label) for row in sample], capsys)
    assert f"constant label: all {len(sample):,} texts are labelled {name}" in said


def test_a_tiny_corpus(
    tmp_path: Path, sample: list[CorpusRow], capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(tmp_path, sample[:30] + sample[-30:], capsys)
    assert "too small: 60 distinct texts; at least 200 are needed" in said
    assert "too few of one label" in said


def test_a_corpus_in_french(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"{a}{b}" for a in ("Val", "Mont", "Roc", "Bel") for b in "abcdefghijklmnopqrstuvwx"]
    rows = [
        CorpusRow(name, text.format(name, name.upper()), number < 2)
        for name in names
        for number, text in enumerate(FRENCH)
    ]
    said = refused(tmp_path, rows, capsys)
    assert "not English: 288 of 288 texts hold few English function words" in said
    assert "corpus.jsonl:1, corpus.jsonl:2" in said
    assert "only English is read" in said


def test_bad_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"text": "Troops moved."}\n{"label": 1}\n')
    code = main(["--corpus", str(path), "--output", str(tmp_path / "registry")], fit)
    assert code == EXIT_NOTHING_DONE
    said = capsys.readouterr().err
    assert "corpus.jsonl, row 1: needs 'escalation'" in said
    assert "corpus.jsonl, row 2: text: Field required" in said


def test_a_few_foreign_texts_are_let_pass(sample: list[CorpusRow]) -> None:
    rows = [*sample, CorpusRow("f", FRENCH[0].format("Valsec", "nord"), True)]
    check_rows(len(rows), settle(rows))


@pytest.mark.parametrize("text", FRENCH)
def test_french_is_foreign(text: str) -> None:
    assert is_foreign(text.format("Valsec", "nord"))


def test_english_is_not_foreign(sample: list[CorpusRow]) -> None:
    assert sum(is_foreign(row.text) for row in sample) < 0.02 * len(sample)


def test_contradictory_labels(sample: list[CorpusRow]) -> None:
    rows = sample + [replace(row, escalates=not row.escalates) for row in sample[:100]]
    with pytest.raises(CorpusUnfitError, match=f"contradictory labels: 200 of {len(rows):,} rows"):
        check_rows(len(rows), settle(rows))


def test_every_reason_is_given_at_once() -> None:
    rows = [CorpusRow("f", FRENCH[0].format("Valsec", "nord"), True)]
    with pytest.raises(CorpusUnfitError) as caught:
        check_rows(1, settle(rows))
    assert [reason.partition(":")[0] for reason in caught.value.reasons] == [
        "constant label",
        "too small",
        "not English",
    ]


def test_labels_that_texts_explain_pass() -> None:
    generator = np.random.default_rng(0)
    logit = generator.normal(size=300) * 2
    truth = generator.random(300) < probability(logit)
    texts = TextSet([CorpusRow(str(n), f"{n}.", bool(t)) for n, t in enumerate(truth)], 0)
    check_signal(texts, logit, "the model")
    with pytest.raises(CorpusUnfitError, match="the model tell escalating"):
        check_signal(texts, generator.normal(size=300), "the model")
