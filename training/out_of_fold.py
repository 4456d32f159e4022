"""What a version says of each text it was trained on, by a model that had not seen the text.

Kept beside the version (hashes and logits, no texts), so that a later candidate can be compared
with it on the same texts fairly: scoring them with the finished version would flatter it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from training.corpus import CorpusRow, text_digest

FILE = "out_of_fold.npz"
_KEY_DIGITS = 16


class OutOfFold:
    """Logits by text. ``keys`` are the texts' first 64 bits of SHA-256, ascending."""

    def __init__(self, keys: NDArray[np.uint64], logit: NDArray[np.float64]) -> None:
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._logit = logit[order]

    @classmethod
    def of(cls, rows: Sequence[CorpusRow], logit: NDArray[np.float64]) -> Self:
        """The record of the rows a version was trained on."""
        return cls(_keys(rows), np.asarray(logit, dtype=np.float64))

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """The record in a version's file."""
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return cls(arrays["keys"], arrays["logit"].astype(np.float64))

    def to_bytes(self) -> bytes:
        """The file's content; the same record gives the same bytes."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, keys=self._keys, logit=self._logit.astype(np.float32))
        return buffer.getvalue()

    def __len__(self) -> int:
        return len(self._keys)

    def logits(self, rows: Sequence[CorpusRow]) -> NDArray[np.float64]:
        """The logit of each row, NaN for texts the version was not trained on."""
        wanted = _keys(rows)
        if not len(self):
            return np.full(len(rows), np.nan)
        place = np.minimum(np.searchsorted(self._keys, wanted), len(self) - 1)
        return np.where(self._keys[place] == wanted, self._logit[place], np.nan)


def _keys(rows: Sequence[CorpusRow]) -> NDArray[np.uint64]:
    return np.array([int(text_digest(row.text)[:_KEY_DIGITS], 16) for row in rows], dtype=np.uint64)
