"""When one text nearly repeats another: the share of three-word shingles they have in common.

Both find wire copy by it: batch scoring, so that reprints do not count as many signals, and
training, so that they do not straddle a split.
"""

from __future__ import annotations

import re

from rensa import RMinHash

PERMUTATIONS, BANDS, SEED = 128, 32, 42
SHINGLE_WORDS = 3

SIMILAR = 0.7
"""Least share of shingles in common (Jaccard, estimated to within about 0.04)."""

_WORDS = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The words compared; case and punctuation are ignored."""
    return _WORDS.findall(text.lower())


def sketch(text: str) -> RMinHash:
    """The MinHash of a text's shingles; a text of fewer words is one shingle."""
    found = words(text)
    last = max(1, len(found) - SHINGLE_WORDS + 1)
    minhash = RMinHash(PERMUTATIONS, SEED)
    minhash.update([" ".join(found[at : at + SHINGLE_WORDS]) for at in range(last)])
    return minhash
