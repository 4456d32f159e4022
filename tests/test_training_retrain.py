"""A retraining from end to end, on the sample in the package."""

from __future__ import annotations

import contextlib
import json
import math
import os
import pty
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import artefact
from models.article import Article
from models.classifier import sigmoid
from models.registry import Registry
from training.behaviour import sample_files
from training.corpus import digest, read_corpus
from training.out_of_fold import FILE, OutOfFold
from training.progress import Progress
from training.retrain import EXIT_OK, EXIT_REFUSED, main

ROOT = Path(__file__).parent.parent
PLOTS = {
    "roc.png", "precision_recall.png", "reliability.png", "scores.png", "groups.png",
    "families.png", "learning_curve.png",
}  # fmt: skip
SAMPLE = [str(path) for path in sample_files()]


@dataclass(frozen=True)
class Trained:
    registry: Registry
    folder: Path
    output: str

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    root = tmp_path_factory.mktemp("trained") / "registry"
    with pytest.MonkeyPatch.context() as patch:
        written: list[str] = []
        patch.setattr(sys.stdout, "write", written.append)
        code = main(["--corpus", *SAMPLE, "--output", str(root), "--no-gate"])
    assert code == EXIT_OK
    registry = Registry(root)
    return Trained(registry, Path(str(registry.folder("champion"))), "".join(written))


def test_the_version_serves_and_is_whole(trained: Trained) -> None:
    names = {path.name for path in trained.folder.iterdir()}
    assert names == PLOTS | {
        "weights.npz", "model.joblib", "manifest.json", "metrics.json", "card.md", FILE,
    }  # fmt: skip
    artefact.verify(trained.folder)
    assert sum(path.stat().st_size for path in trained.folder.iterdir()) < 15_000_000
    assessment = trained.registry.load().assess(Article("Rebels threatened to shell the port."))
    assert assessment.model.alias == "champion"
    assert f"promoted: {assessment.model.version} is the champion" in trained.output


def test_the_manifest_says_what_it_was_made_of(trained: Trained) -> None:
    manifest = trained.json("manifest.json")
    rows = read_corpus(SAMPLE)
    assert manifest["corpus"]["sha256"] == digest(rows)
    assert manifest["corpus"]["rows"] == len(rows) == sum(manifest["corpus"]["by_kind"].values())
    assert (manifest["name"], manifest["seed"]) == ("escalation", 0)
    assert manifest["version"] == trained.folder.name
    assert set(manifest["runtime"]) == {"scikit-learn", "numpy", "python"}
    assert manifest["thresholds"]["bands"] == {"low": 0.2, "moderate": 0.5, "high": 0.8}
    assert manifest["base_rate"]["shift"] == 0


def test_the_drift_reference_is_of_the_corpus(trained: Trained) -> None:
    reference = trained.json("manifest.json")["reference"]
    for name in ("score", "words"):
        edges, counts = reference[name]["edges"], reference[name]["counts"]
        assert len(edges) == len(counts) + 1
        assert edges == sorted(edges)
        assert sum(counts) == len(read_corpus(SAMPLE))
    assert 0.2 < reference["firing"]["armed_violence"] < 0.7


def test_figures_have_intervals_and_yardsticks(trained: Trained) -> None:
    metrics = trained.json("metrics.json")
    texts = metrics["sets"]["out_of_fold"]
    for name in ("auc", "auc_within_relevant", "average_precision", "brier", "ece", "scope_auc"):
        figure = texts["figures"][name]
        assert 0 <= figure["low"] <= figure["high"] <= 1
    assert texts["figures"]["auc"]["low"] > 0.75
    assert set(texts["yardsticks"]) == {"tfidf", "cue_counts", "gpr_dictionary"}
    assert set(texts["by"]) == {"kind", "year", "source", "region"}
    assert sum(group["texts"] for group in texts["by"]["region"].values()) == texts["texts"]
    assert metrics["calibration"] == texts["calibration"]
    assert sum(row["texts"] for row in metrics["calibration"]) == texts["texts"]
    assert [point["texts"] for point in metrics["learning_curve"]][-1] == texts["texts"]
    assert len(metrics["learning_curve"]) >= 3
    assert len(metrics["family_importance"]) == 9
    assert metrics["behaviour"]["pairs"] > 100
    assert metrics["gate"]["enforced"] is False


def test_the_card_repeats_the_figures_and_the_warnings(trained: Trained) -> None:
    card = (trained.folder / "card.md").read_text("utf-8")
    auc = trained.json("metrics.json")["sets"]["out_of_fold"]["figures"]["auc"]
    assert f"{auc['value']:.3f} [{auc['low']:.3f}, {auc['high']:.3f}]" in card
    for words in ("Not a forecast", "Not severity", "AUC 0.56", "kappa 0.92", "--base-rate",
                  "TF-IDF", "GPR dictionary", "Bands: low below 0.2", "Not enforced"):  # fmt: skip
        assert words in card


def test_plots_are_images(trained: Trained) -> None:
    for name in PLOTS:
        assert (trained.folder / name).read_bytes().startswith(b"\x89PNG")


def test_the_estimators_agree_with_the_weights(trained: Trained) -> None:
    scorer = trained.registry.load()
    estimators = artefact.estimators(trained.folder)
    for row in read_corpus(SAMPLE)[::100]:
        found, terms, _ = scorer.features(row.article())
        wording = np.zeros(len(scorer.classifier.vocabulary.terms))
        wording[terms.number] = terms.weight
        values = np.concatenate([found.values, wording])[None]
        logit = scorer.assess(row.article(), explain="none").logit
        assert estimators["escalation"].decision_function(values)[0] == pytest.approx(logit)


def test_contributions_add_up_in_the_new_version(trained: Trained) -> None:
    for row in read_corpus(SAMPLE)[::60]:
        assessment = trained.registry.load().assess(row.article())
        assert assessment.explanation is not None
        total = assessment.explanation.base_logit + math.fsum(
            family.contribution for family in assessment.explanation.families
        )
        assert total == pytest.approx(assessment.logit, abs=1e-9)
        assert sigmoid(assessment.logit) == assessment.score


def start(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "training.retrain", "--corpus", *SAMPLE, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_at_once_give_the_same_bytes_and_one_champion(trained: Trained, tmp_path: Path) -> None:
    options = ["--no-gate", "--no-learning-curve"]
    processes = [
        start("--output", tmp_path, *options, PYTHONHASHSEED="77", TZ="Asia/Tokyo"),
        start("--output", tmp_path, *options, PYTHONHASHSEED="78", LC_ALL="C"),
    ]
    said = [process.communicate(timeout=300) for process in processes]
    codes = [process.returncode for process in processes]
    assert sorted(codes) in ([EXIT_OK, EXIT_OK], [EXIT_OK, EXIT_REFUSED]), said
    for (output, errors), code in zip(said, codes, strict=True):
        assert ("became the champion meanwhile" in output) == (code == EXIT_REFUSED)
        assert "[1/7] reading the corpus" in errors
        assert "\r" not in errors
    registry = Registry(tmp_path)
    made = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert len(made) == 2
    assert registry.load().ref.version in {path.name for path in made}
    own = {"manifest.json", "card.md", "metrics.json", "learning_curve.png"}
    for folder in made:
        artefact.verify(folder)
        for name in {path.name for path in trained.folder.iterdir()} - own:
            assert (folder / name).read_bytes() == (trained.folder / name).read_bytes(), name
        metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
        apart = {"gate": None, "learning_curve": None}
        assert metrics | apart == trained.json("metrics.json") | apart


def test_the_gate_refuses_beside_a_champion_that_read_the_same_texts_better(
    trained: Trained, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The champion's record is replaced by a better reader's; the same fit is then refused."""
    rows = read_corpus(SAMPLE)
    folder = trained.folder
    truth = np.array([row.escalates for row in rows])
    better = OutOfFold.of(rows, np.where(truth, 4.0, -4.0)).to_bytes()
    manifest = trained.json("manifest.json")
    files = {name: (folder / name).read_bytes() for name in manifest["files"]}
    champion = tmp_path / "registry" / manifest["version"]
    champion.parent.mkdir()
    artefact.save(champion, {**files, FILE: better}, manifest)
    (champion.parent / "aliases.json").write_text(json.dumps({"champion": champion.name}))
    options = ["--no-learning-curve", "--base-rate", "0.05"]
    code = main(["--corpus", *SAMPLE, "--output", str(champion.parent), *options])
    output = capsys.readouterr().out
    assert code == EXIT_REFUSED
    assert "worse beyond noise" in output
    assert f"the champion is {champion.name}" in output
    registry = Registry(champion.parent)
    assert registry.aliases()["champion"] == champion.name
    candidate = registry.aliases()["candidate"]
    assert candidate != champion.name
    kept = artefact.read_manifest(registry.folder(candidate))
    assert kept["base_rate"]["assumed"] == 0.05
    moved = registry.load(candidate).classifier.escalation.intercept
    same = registry.load(champion.name).classifier.escalation.intercept
    assert moved - same == pytest.approx(kept["base_rate"]["shift"])


def test_usage_errors_have_their_own_code(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["--corpus", "x.jsonl"], ["--base-rate", "1.5"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
    assert "'1.5' is no share" in capsys.readouterr().err


def test_a_terminal_gets_a_bar() -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as stream, Progress(2, stream) as progress:
        progress.stage("reading")
        progress("half of it")
        progress.stage("fitting")
    shown = ""
    with contextlib.suppress(OSError):  # how Linux says that the other end is closed
        while "100%" not in shown:
            shown += os.read(master, 10_000).decode()
    os.close(master)
    assert "\r" in shown
    assert "half of it" in shown
    assert "100%" in shown
