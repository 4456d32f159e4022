"""Whether a corpus can teach anything, asked before and after fitting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.caution import cautions
from models.features.lexicon import shipped_lexicon
from training.corpus import CorpusRow
from training.duplicates import Settled
from training.errors import CorpusUnfitError
from training.evaluate import TextSet
from training.measures import auc

LEAST_TEXTS = 200
LEAST_OF_EACH = 40
"""Fewer texts of either label leave folds in which an AUC is a matter of luck."""

MOST_FOREIGN = 0.1
MOST_CONFLICTS = 0.05
LEAST_AUC = 0.6
"""Lower end of the 95 % interval, out of fold. Careful coding gives 0.8 from cue counts alone."""

_NAMED = 5


def check_rows(read: int, settled: Settled) -> None:
    """Refuse a corpus that is too small, one-sided, contradictory or not English.

    Raises:
        CorpusUnfitError: with every reason that applies.
    """
    rows = settled.rows
    reasons = []
    positive = sum(row.escalates for row in rows)
    negative = len(rows) - positive
    if not positive or not negative:
        label = "escalating" if positive else "not escalating"
        reasons.append(
            f"constant label: all {len(rows):,} texts are labelled {label}, so there is nothing to "
            "tell apart; add texts of the other label"
        )
    elif min(positive, negative) < LEAST_OF_EACH:
        reasons.append(
            f"too few of one label: {positive:,} escalating and {negative:,} other texts; at least "
            f"{LEAST_OF_EACH} of each are needed"
        )
    if len(rows) < LEAST_TEXTS:
        reasons.append(
            f"too small: {len(rows):,} distinct texts; at least {LEAST_TEXTS} are needed to choose "
            "and calibrate a model; training/sample may be added to the corpus"
        )
    disputed = sum(len(same) for same in settled.conflicts)
    if disputed > MOST_CONFLICTS * read:
        reasons.append(
            f"contradictory labels: {disputed:,} of {read:,} rows repeat a text that another row "
            f"labels otherwise (more than {MOST_CONFLICTS:.0%}), such as "
            f"{named([same[0] for same in settled.conflicts])}"
        )
    foreign = [row for row in rows if is_foreign(row.text)]
    if len(foreign) > MOST_FOREIGN * len(rows):
        reasons.append(
            f"not English: {len(foreign):,} of {len(rows):,} texts hold few English function words "
            f"(more than {MOST_FOREIGN:.0%}), such as {named(foreign)}; only English is read"
        )
    if reasons:
        raise CorpusUnfitError(reasons)


def check_signal(texts: TextSet, logit: NDArray[np.float64], reader: str) -> None:
    """Refuse labels that the texts do not explain.

    Raises:
        CorpusUnfitError: out of fold, ``reader`` tells the labels apart little better than chance.
    """
    figure = texts.bootstrap(300).figure(auc, texts.truth, logit, texts.everywhere)
    if figure.low is not None and figure.low < LEAST_AUC:
        raise CorpusUnfitError(
            [
                f"labels unrelated to the texts: on texts kept apart, {reader} tell escalating "
                f"from other texts with AUC {figure} (0.5 is chance; the lower end must reach "
                f"{LEAST_AUC}); the labels may be shuffled, shifted by a row, or answer another "
                "question"
            ]
        )


def is_foreign(text: str) -> bool:
    """Whether the text looks like another language than English."""
    found = cautions(shipped_lexicon().document(text), in_scope=True)
    return any(warning.code == "language_doubtful" for warning in found)


def named(rows: Sequence[CorpusRow]) -> str:
    """The first few rows, by file and row."""
    more = ", ..." if len(rows) > _NAMED else ""
    return ", ".join(row.origin or row.id for row in rows[:_NAMED]) + more
