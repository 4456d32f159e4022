"""Folds that tell how a model reads texts of a time, a story and a publisher it has not seen.

Three things must not straddle a split: near duplicates, a running story (texts of one source
and month), and a publisher's style (all full articles of one source, unless that source is
most of the corpus).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

from training.corpus import CorpusRow
from training.duplicates import clusters

FOLDS = 5


def groups(rows: Sequence[CorpusRow]) -> NDArray[np.int64]:
    """A group number for each row; a group stays on one side of every split."""
    large = _large_sources(rows)
    return _joined(
        clusters([row.text for row in rows]),
        _numbered([_block(row, row.source in large) for row in rows]),
        _numbered([f"pair {row.pair}" if row.pair else f"row {n}" for n, row in enumerate(rows)]),
    )


def days(rows: Sequence[CorpusRow]) -> NDArray[np.int64]:
    """Finer groups, for resampling: texts of one source and day, and near duplicates."""
    dated = [(row.source, row.date) if row.day else n for n, row in enumerate(rows)]
    return _joined(clusters([row.text for row in rows]), _numbered(dated))


def folds(
    rows: Sequence[CorpusRow],
    count: int = FOLDS,
    seed: int = 0,
    group: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """A fold number (0 to ``count - 1``) for each row.

    Groups stay whole; labels, and items against longer texts, are about balanced.
    """
    group = groups(rows) if group is None else group
    stratum = np.array([2 * row.escalates + (row.kind != "item") for row in rows])
    fold = np.zeros(len(rows), dtype=np.int64)
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    for number, (_, held_out) in enumerate(splitter.split(stratum, stratum, group)):
        fold[held_out] = number
    return fold


def unlike(rows: Sequence[CorpusRow], others: Sequence[CorpusRow]) -> list[CorpusRow]:
    """Those of ``rows`` that are no near duplicate of any of ``others``."""
    cluster = clusters([row.text for row in (*others, *rows)])
    known = set(cluster[: len(others)].tolist())
    own = cluster[len(others) :].tolist()
    return [row for row, number in zip(rows, own, strict=True) if number not in known]


def _large_sources(rows: Sequence[CorpusRow]) -> set[str]:
    counts = Counter(row.source for row in rows)
    return {source for source, count in counts.items() if count * FOLDS > len(rows)}


def _block(row: CorpusRow, large: bool) -> Hashable:
    if row.kind == "article" and row.source and not large:
        return row.source
    return (row.source, row.date[:7]) if row.day else row.origin or row.id


def _numbered(keys: Sequence[Hashable]) -> NDArray[np.int64]:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _joined(*groupings: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows that share a group in any grouping end in one group."""
    count = len(groupings[0])
    first = [np.unique(grouping, return_index=True, return_inverse=True) for grouping in groupings]
    left = np.concatenate([index[inverse] for _, index, inverse in first])
    right = np.tile(np.arange(count), len(groupings))
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(count, count))
    _, found = connected_components(graph, directed=False)
    return np.asarray(found, dtype=np.int64)
