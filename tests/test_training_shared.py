"""On the project's own data: the corpus is whole, and the shipped figures can be had again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models import artefact
from models.registry import Registry
from training.behaviour import sample_files
from training.codes import read_codes
from training.corpus import CorpusRow, digest, read_corpus
from training.duplicates import settle
from training.evaluate import TextSet, headline
from training.fitness import check_rows
from training.out_of_fold import FILE, OutOfFold
from training.reading import read
from training.split import unlike

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
CORPUS, DEV = (DATA / "corpus" / f"{name}.jsonl.gz" for name in ("train", "dev"))
NEWS = DATA / "unlabelled" / "news.jsonl.gz"
CODES = Path(__file__).parent.parent / "training" / "coded" / "news.tsv"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="the data folder ../shared is not here"),
]


def corpus() -> list[CorpusRow]:
    """What ``make retrain`` reads."""
    return read_corpus([CORPUS, *sample_files()], [NEWS], read_codes([CODES]))


def test_the_corpus_has_no_bad_row_and_enough_to_learn_from() -> None:
    rows = corpus()
    settled = settle(rows)
    check_rows(len(rows), settled)
    assert (settled.repeats, settled.conflicts) == (0, [])


def test_no_evaluation_text_is_like_a_training_text() -> None:
    dev = read_corpus([DEV])
    assert len(unlike(dev, corpus())) == len(dev)


def test_the_shipped_version_was_made_of_this_corpus() -> None:
    folder = Registry().folder("champion")
    manifest = artefact.read_manifest(folder)
    if FILE not in manifest["files"]:
        pytest.skip("the shipped version is provisional: it has no record of its training")
    rows = settle(corpus()).rows
    assert manifest["corpus"]["sha256"] == digest(rows)
    assert len(OutOfFold.from_bytes(artefact.read_file(folder, FILE))) == len(rows)


def test_the_shipped_figures_can_be_had_again() -> None:
    folder = Registry().folder("champion")
    shipped = json.loads(artefact.read_file(folder, "metrics.json")).get("sets", {}).get("dev")
    if shipped is None:
        pytest.skip("the shipped version was made without --dev")
    manifest = artefact.read_manifest(folder)
    texts = TextSet(read_corpus([DEV]), manifest["seed"])
    logit = read(Registry().load(), texts.rows).logit - manifest["base_rate"]["shift"]
    for name, figure in headline(texts, logit, texts.everywhere).items():
        assert figure == pytest.approx(shipped["figures"][name], abs=2e-4), (
            f"{name}: the features changed since the version was made; run make retrain"
        )
