"""What a retraining works on: distinct, checked texts, their folds, and evaluation texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.codes import read_codes
from training.corpus import CorpusRow, read_corpus
from training.duplicates import Settled, clusters, near_conflicts, settle
from training.evaluate import TextSet
from training.fitness import check_rows, named
from training.split import folds, groups, unlike

Report = Callable[[str], None]


@dataclass(frozen=True)
class Material:
    """Texts to train on (with group and fold of each), and texts kept for evaluation."""

    settled: Settled
    texts: TextSet
    dev: TextSet
    group: NDArray[np.int64]
    fold: NDArray[np.int64]


@dataclass(frozen=True)
class Sources:
    """The files of a corpus: labelled texts, texts without labels, and codes for either."""

    corpus: tuple[Path, ...]
    texts: tuple[Path, ...] = ()
    codes: tuple[Path, ...] = ()


def gather(sources: Sources, dev: Sequence[Path], seed: int, report: Report) -> Material:
    """Read and check everything; ``report`` hears what was left out and what looks wrong.

    Raises:
        CorpusError: rows are wrong.
        CorpusUnfitError: nothing trustworthy can be learned from the rows.
    """
    codes = read_codes(sources.codes)
    given = read_corpus(sources.corpus, sources.texts, codes)
    if codes:
        report(f"{len(codes):,} codes placed")
    settled = settle(given)
    check_rows(len(given), settled)
    rows = settled.rows
    _report_doubts(settled, report)
    group = groups(rows)
    kept = _dev(dev, rows, report)
    report(f"{len(rows):,} distinct texts in {len(set(group.tolist())):,} groups")
    fold = folds(rows, seed=seed, group=group)
    return Material(settled, TextSet(rows, seed), TextSet(kept, seed), group, fold)


def _report_doubts(settled: Settled, report: Report) -> None:
    if settled.repeats:
        report(f"{settled.repeats:,} repeated rows left out")
    if settled.conflicts:
        firsts = [same[0] for same in settled.conflicts]
        report(f"{len(firsts):,} texts labelled both ways left out: {named(firsts)}")
    disputed = near_conflicts(settled.rows, clusters([row.text for row in settled.rows]))
    if disputed:
        firsts = [same[0] for same in disputed]
        report(f"{len(firsts):,} near duplicates labelled both ways, kept: {named(firsts)}")
    odd = [row for row in settled.rows if row.escalates and row.relevant is False]
    if odd:
        report(f"{len(odd):,} texts labelled escalating but not relevant, kept: {named(odd)}")


def _dev(paths: Sequence[Path], rows: Sequence[CorpusRow], report: Report) -> list[CorpusRow]:
    if not paths:
        return []
    given = settle(read_corpus(paths)).rows
    kept = unlike(given, rows)
    if len(kept) < len(given):
        report(f"{len(given) - len(kept):,} evaluation texts left out: the corpus holds them")
    return kept
