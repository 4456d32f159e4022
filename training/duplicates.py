"""Repeated texts: wire copy that must neither count twice nor straddle a split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHashLSH
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models.resemblance import BANDS, PERMUTATIONS, SIMILAR, sketch, words
from training.corpus import CorpusRow


class Settled(NamedTuple):
    """Rows of which no two are the same text.

    ``repeats`` counts the copies left out; ``conflicts`` lists texts that were labelled both
    ways and are left out altogether.
    """

    rows: list[CorpusRow]
    repeats: int
    conflicts: list[tuple[CorpusRow, ...]]


def settle(rows: Sequence[CorpusRow]) -> Settled:
    """Keep each text once (case and punctuation aside), and none whose labels disagree."""
    copies: dict[str, list[CorpusRow]] = defaultdict(list)
    for row in rows:
        copies[" ".join(words(row.text))].append(row)
    agreed = [same for same in copies.values() if len({row.escalates for row in same}) == 1]
    conflicts = [tuple(same) for same in copies.values() if len({r.escalates for r in same}) > 1]
    repeats = sum(len(same) - 1 for same in agreed)
    return Settled([same[0] for same in agreed], repeats, conflicts)


def clusters(texts: Sequence[str]) -> NDArray[np.int64]:
    """A cluster number for each text; near duplicates, also through others, share one."""
    sketches = [sketch(text) for text in texts]
    lsh = RMinHashLSH(SIMILAR, PERMUTATIONS, BANDS)
    lsh.insert_many(sketches)
    pairs = [
        (one, other)
        for one, candidates in enumerate(lsh.query_all(sketches))
        for other in candidates
        if other > one and sketches[one].jaccard(sketches[other]) >= SIMILAR
    ]
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(len(texts), len(texts)))
    _, found = connected_components(graph, directed=False)
    return np.asarray(found, dtype=np.int64)


def near_conflicts(
    rows: Sequence[CorpusRow], cluster: NDArray[np.int64]
) -> list[tuple[CorpusRow, ...]]:
    """Clusters of near duplicates labelled both ways, minimal pairs aside (they are meant to)."""
    members: dict[int, list[CorpusRow]] = defaultdict(list)
    for row, number in zip(rows, cluster.tolist(), strict=True):
        if not row.pair:
            members[number].append(row)
    return [tuple(same) for same in members.values() if len({row.escalates for row in same}) > 1]
