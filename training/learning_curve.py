"""What more texts would bring: the same fit on an eighth, a quarter and a half of the corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.corpus import CorpusRow
from training.evaluate import TextSet
from training.fitness import LEAST_OF_EACH
from training.fitting import Fit
from training.measures import auc

SHARES = (0.125, 0.25, 0.5)
_DRAWS = 300


def learning_curve(
    rows: Sequence[CorpusRow],
    group: NDArray[np.int64],
    whole: NDArray[np.float64],
    fit: Fit,
    *,
    seed: int,
    progress: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Texts against out-of-fold AUC; ``whole`` are the logits of the fit on everything.

    Parts are whole groups in a seeded order, each part within the next.
    """
    order = np.random.default_rng(seed).permutation(int(group.max()) + 1)
    rank = np.argsort(order)[group]
    reached = np.sort(rank)
    points = []
    for share in SHARES:
        last = reached[int(share * len(rows))]
        part = [row for row, place in zip(rows, rank.tolist(), strict=True) if place <= last]
        positive = sum(row.escalates for row in part)
        if min(positive, len(part) - positive) < LEAST_OF_EACH:
            continue
        progress(f"learning curve: {len(part):,} texts")
        points.append(_point(part, fit(part, seed, _silent).oof_logit, seed))
    return [*points, _point(rows, whole, seed)]


def _point(rows: Sequence[CorpusRow], logit: NDArray[np.float64], seed: int) -> dict[str, Any]:
    texts = TextSet(rows, seed)
    bootstrap = texts.bootstrap(_DRAWS)
    return {
        "texts": len(rows),
        "auc": bootstrap.figure(auc, texts.truth, logit, texts.everywhere).to_dict(),
        "auc_within_relevant": bootstrap.figure(auc, texts.truth, logit, texts.relevant).to_dict(),
    }


def _silent(_: str) -> None:
    pass
