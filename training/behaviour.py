"""The behaviour suite: minimal pairs and hard negatives of the sample, as tests of reading.

A pair differs in what an analyst would judge by (a threat made or denied, a truce signed or
torn up) and in little else. The suite is also training material, so it is scored out of fold
wherever a version was trained on it: no model is asked about a text it has seen.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.corpus import CorpusRow, read_corpus

OFF_TOPIC_LIMIT = 0.35
"""Score that a text not about conflict should stay under."""

ReadLogits = Callable[[Sequence[CorpusRow]], NDArray[np.float64]]


class Pair(NamedTuple):
    """Two near-equal texts, of which the first must score higher."""

    name: str
    higher: CorpusRow
    lower: CorpusRow


class Suite(NamedTuple):
    """What is asked of every version."""

    pairs: tuple[Pair, ...]
    off_topic: tuple[CorpusRow, ...]


def sample_files() -> list[Path]:
    """The corpus files in the package: our own texts, free to use."""
    folder = Path(str(files("training").joinpath("sample")))
    return sorted(folder.glob("*.jsonl"))


def shipped_suite() -> Suite:
    """The suite of the sample in the package."""
    return suite_of(read_corpus(sample_files()))


def suite_of(rows: Sequence[CorpusRow]) -> Suite:
    """Pairs (rows that share ``pair`` and differ in the target) and texts coded irrelevant."""
    members: dict[str, list[CorpusRow]] = defaultdict(list)
    for row in rows:
        if row.pair:
            members[row.pair].append(row)
    pairs = [
        Pair(name, *(pair if pair[0].escalates else pair[::-1]))
        for name, same in members.items()
        for pair in combinations(same, 2)
        if pair[0].escalates != pair[1].escalates
    ]
    return Suite(tuple(pairs), tuple(row for row in rows if row.relevant is False))


def run(suite: Suite, logits: ReadLogits) -> dict[str, Any]:
    """How a version does: pairs in order, off-topic texts scored low, and the failures."""
    higher = logits([pair.higher for pair in suite.pairs])
    gap = higher - logits([pair.lower for pair in suite.pairs])
    quiet = logits(suite.off_topic) < math.log(OFF_TOPIC_LIMIT / (1 - OFF_TOPIC_LIMIT))
    return {
        "pairs": len(suite.pairs),
        "pairs_in_order": int((gap > 0).sum()),
        "mean_gap": round(float(gap.mean()), 4) if len(gap) else None,
        "out_of_order": [p.name for p, gain in zip(suite.pairs, gap, strict=True) if gain <= 0],
        "off_topic": len(suite.off_topic),
        "off_topic_quiet": int(quiet.sum()),
    }


def passed(result: dict[str, Any]) -> int:
    """How many of the suite's demands are met."""
    return int(result["pairs_in_order"] + result["off_topic_quiet"])


def asked(result: dict[str, Any]) -> int:
    """How many demands the suite makes."""
    return int(result["pairs"] + result["off_topic"])
