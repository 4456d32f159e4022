"""The figures of a model card, as PNG files. The same numbers give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from training.evaluate import TextSet
from training.measures import ECE_BINS, bins_of, probability

Curves = Mapping[str, NDArray[np.float64]]
"""Label -> logits of each text; the model itself comes first."""

_OURS, _OTHERS = "#b3261e", ("#3b5b92", "#6b8e4e", "#9a7b4f", "#7a5a8c")
_GREY = "#8a8a8a"


def plots(texts: TextSet, curves: Curves, report: Mapping[str, Any]) -> dict[str, bytes]:
    """File name to PNG: ranking, calibration, scores, groups, learning curve, families."""
    ours = next(iter(curves.values()))
    drawn = {
        "roc.png": _roc(texts.truth, curves),
        "precision_recall.png": _precision_recall(texts.truth, curves),
        "reliability.png": _reliability(texts.truth, ours),
        "scores.png": _scores(texts, ours),
        "groups.png": _groups(report["by"]),
        "families.png": _families(report["family_importance"]),
    }
    if report.get("learning_curve"):
        drawn["learning_curve.png"] = _learning(report["learning_curve"])
    return {name: _png(figure) for name, figure in drawn.items()}


def _roc(truth: NDArray[np.bool_], curves: Curves) -> Figure:
    figure, axes = _new("False positive rate", "True positive rate", "Ranking (ROC)")
    for number, (label, logit) in enumerate(curves.items()):
        hits, misses, _ = _cumulated(truth, logit)
        axes.plot(misses / misses[-1], hits / hits[-1], label=label, **_line(number))
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=0.8, linestyle=":")
    axes.legend(frameon=False, loc="lower right")
    return figure


def _precision_recall(truth: NDArray[np.bool_], curves: Curves) -> Figure:
    figure, axes = _new("Recall", "Precision", "Precision and recall")
    for number, (label, logit) in enumerate(curves.items()):
        hits, _, chosen = _cumulated(truth, logit)
        axes.plot(hits[1:] / hits[-1], hits[1:] / chosen[1:], label=label, **_line(number))
    axes.axhline(truth.mean(), color=_GREY, linewidth=0.8, linestyle=":")
    axes.set_ylim(0, 1.02)
    axes.legend(frameon=False, loc="upper right")
    return figure


def _reliability(truth: NDArray[np.bool_], logit: NDArray[np.float64]) -> Figure:
    figure, axes = _new("Score", "Share escalating", "Reliability, with texts per bin")
    score = probability(logit)
    bins = bins_of(score)
    filled = [number for number in range(ECE_BINS) if (bins == number).any()]
    x = np.array([score[bins == number].mean() for number in filled])
    y = np.array([truth[bins == number].mean() for number in filled])
    n = np.array([(bins == number).sum() for number in filled])
    error = 1.96 * np.sqrt(np.maximum(y * (1 - y), 0.25 / n) / n)
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=0.8, linestyle=":")
    axes.errorbar(x, y, yerr=error, color=_OURS, marker="o", markersize=4, capsize=2)
    for place, share, count in zip(x, y, n, strict=True):
        axes.annotate(
            f"{count:,}", (place, share), xytext=(6, -11), textcoords="offset points", fontsize=7
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return figure


def _scores(texts: TextSet, logit: NDArray[np.float64]) -> Figure:
    figure, axes = _new("Score", "Texts", "Scores by label")
    score, edges = probability(logit), np.linspace(0, 1, 26)
    parts = {
        "escalating": texts.truth,
        "conflict, not escalating": ~texts.truth & texts.relevant,
        "not about conflict": ~texts.truth & ~texts.relevant,
    }
    shown = {label: score[where] for label, where in parts.items() if where.any()}
    axes.hist(
        list(shown.values()), edges.tolist(), stacked=True, label=list(shown),
        color=[_OURS, _OTHERS[0], "#c9c9c9"][: len(shown)],
    )  # fmt: skip
    axes.legend(frameon=False)
    return figure


def _groups(by: Mapping[str, Mapping[str, Any]]) -> Figure:
    rows = [
        (f"{name} ({group['texts']:,})", group["auc"])
        for slice_ in by.values()
        for name, group in slice_.items()
        if group.get("auc", {}).get("value") is not None
    ][::-1]
    figure, axes = _new("AUC with 95 % interval", "", "By kind, year, source and region")
    figure.set_size_inches(6.4, 1.2 + 0.22 * len(rows))
    value = np.array([figures["value"] for _, figures in rows])
    low = np.array([figures["low"] for _, figures in rows])
    high = np.array([figures["high"] for _, figures in rows])
    reach = np.maximum([value - low, high - value], 0)
    axes.errorbar(value, range(len(rows)), xerr=reach, fmt="o", color=_OURS, markersize=4)
    axes.set_yticks(range(len(rows)), [label for label, _ in rows], fontsize=8)
    return figure


def _families(importance: Sequence[Mapping[str, Any]]) -> Figure:
    rows = sorted(importance, key=lambda row: float(row["auc_lost"]))
    figure, axes = _new("AUC lost with the family silent", "", "What the families carry")
    axes.barh(range(len(rows)), [row["auc_lost"] for row in rows], color=_OTHERS[0])
    axes.set_yticks(range(len(rows)), [row["family"].replace("_", " ") for row in rows])
    return figure


def _learning(curve: Sequence[Mapping[str, Any]]) -> Figure:
    figure, axes = _new("Texts", "AUC out of fold", "Learning curve")
    x = [point["texts"] for point in curve]
    for number, (key, label) in enumerate(
        (("auc", "all texts"), ("auc_within_relevant", "within conflict"))
    ):
        points = [point[key] for point in curve]
        if all(point["value"] is not None for point in points):
            y = np.array([point["value"] for point in points])
            reach = [y - [p["low"] for p in points], [p["high"] for p in points] - y]
            axes.errorbar(x, y, yerr=np.maximum(reach, 0), label=label, capsize=2, **_line(number))
    axes.set_xscale("log")
    axes.set_xticks(x, [f"{count:,}" for count in x])
    axes.minorticks_off()
    axes.legend(frameon=False)
    return figure


def _cumulated(
    truth: NDArray[np.bool_], logit: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Hits, misses and texts chosen, from the highest score down, at each distinct score."""
    order = np.argsort(-logit, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(logit[order])), len(logit) - 1)
    hits = np.cumsum(truth[order])[ends]
    chosen = ends + 1
    return tuple(np.concatenate([[0], column]) for column in (hits, chosen - hits, chosen))  # type: ignore[return-value]


def _line(number: int) -> dict[str, Any]:
    if not number:
        return {"color": _OURS, "linewidth": 1.8}
    return {"color": _OTHERS[(number - 1) % len(_OTHERS)], "linewidth": 1.1}


def _new(x: str, y: str, title: str) -> tuple[Figure, Axes]:
    # A bare Figure, not pyplot: no global state and no display.
    figure = Figure(figsize=(5.2, 4.0), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_title(title, fontsize=10, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100, metadata={"Software": None})
    return buffer.getvalue()
