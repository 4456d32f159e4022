"""``metrics.json``: every figure of a version, with the yardsticks beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from training import yardsticks
from training.evaluate import TextSet, evaluate, headline
from training.fitness import check_signal
from training.fitting import Fitted
from training.material import Material
from training.reading import Readings, importance
from training.yardsticks import Yardstick

CORPUS_SET, DEV_SET = "out_of_fold", "dev"


def measure_yardsticks(
    material: Material, embeddings: bool, report: Callable[[str], None]
) -> list[Yardstick]:
    """The yardsticks' logits. Cue counts come first: if they find nothing, there is nothing.

    Raises:
        CorpusUnfitError: the labels have nothing to do with the texts.
        TrainingError: embeddings were asked for and are not installed.
    """
    rows, dev, truth = material.texts.rows, material.dev.rows, material.texts.truth
    report("cue counts")
    values, dev_values = yardsticks.values_of(rows), yardsticks.values_of(dev)
    cues = yardsticks.cue_counts(values, dev_values, truth, material.fold)
    check_signal(material.texts, cues.out_of_fold, "cue counts")
    report("TF-IDF and the GPR dictionary")
    measured = [yardsticks.tfidf(rows, dev, truth, material.fold), cues, yardsticks.gpr(rows, dev)]
    if embeddings:
        report("sentence embeddings")
        measured.append(yardsticks.embeddings(rows, dev, truth, material.fold))
    return measured


def metrics_of(
    material: Material,
    fitted: Fitted,
    readings: Readings,
    dev_readings: Readings | None,
    measured: Sequence[Yardstick],
) -> dict[str, Any]:
    """Figures out of fold and, where there are evaluation texts, on those."""
    sets = {CORPUS_SET: evaluate(material.texts, fitted.oof_logit, fitted.oof_scope_logit)}
    sets[CORPUS_SET]["yardsticks"] = {
        stick.name: _figures(stick, material.texts, stick.out_of_fold) for stick in measured
    }
    truth, read_by, shown = material.texts.truth, readings, CORPUS_SET
    if dev_readings is not None:
        sets[DEV_SET] = evaluate(material.dev, dev_readings.logit, dev_readings.scope_logit)
        sets[DEV_SET]["yardsticks"] = {
            stick.name: _figures(stick, material.dev, stick.dev) for stick in measured
        }
        truth, read_by, shown = material.dev.truth, dev_readings, DEV_SET
    return {
        "sets": sets,
        "calibration": sets[CORPUS_SET]["calibration"],
        "family_importance_on": shown,
        "family_importance": importance(read_by, truth),
        "candidates": fitted.candidates,
    }


def _figures(stick: Yardstick, texts: TextSet, logit: Any) -> dict[str, Any]:
    figures = headline(texts, logit, texts.everywhere)
    if not stick.calibrated:
        figures = {name: value for name, value in figures.items() if name not in ("brier", "ece")}
    return {"label": stick.label, **figures}
