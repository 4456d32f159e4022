"""Near duplicates: wire copy that many outlets print should not count as many signals.

Workers sketch each scored text (MinHash of its three-word shingles). The driver then walks
through the sketches in input order and looks each one up among the latest distinct texts,
so the answer does not depend on who sketched what, and memory is bounded by the window.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

import pyarrow as pa
from rensa import RMinHash, RMinHashLSH

from models import resemblance
from models.resemblance import BANDS, PERMUTATIONS, SEED, SIMILAR
from service.batch import storage

WINDOW = 50_000
"""Latest distinct texts kept for comparison; about 5 KB each, 0.26 GB in all."""

SCHEMA = pa.schema([("id", pa.string()), ("sketch", pa.binary())])


def sketch(text: str) -> bytes:
    """The sketch of a text, to be compared by ``Originals``."""
    state: bytes = resemblance.sketch(text).__getstate__()
    return state


class Originals:
    """The latest distinct texts; ``window`` bounds how many are remembered."""

    def __init__(self, window: int = WINDOW) -> None:
        self._window = window
        self._lsh = RMinHashLSH(SIMILAR, PERMUTATIONS, BANDS)
        self._known: OrderedDict[int, tuple[str, RMinHash]] = OrderedDict()
        self._next = 0
        self.repeats = 0

    def original_of(self, id_: str, state: bytes) -> str | None:
        """The id of the earliest remembered text that this one repeats, None if it is new."""
        minhash = RMinHash(PERMUTATIONS, SEED)
        minhash.__setstate__(state)
        for key in sorted(self._lsh.query(minhash)):
            id_of_original, original = self._known[key]
            if original.jaccard(minhash) >= SIMILAR:
                self.repeats += 1
                return id_of_original
        self._remember(id_, minhash)
        return None

    def _remember(self, id_: str, minhash: RMinHash) -> None:
        self._lsh.insert(self._next, minhash)
        self._known[self._next] = (id_, minhash)
        self._next += 1
        if len(self._known) > self._window:
            oldest, _ = self._known.popitem(last=False)
            self._lsh.remove(oldest)


def originals_in(address: str, originals: Originals) -> Iterator[str | None]:
    """``duplicate_of`` for each row of a part, from the sketches beside it."""
    with storage.open_read(address) as file, pa.ipc.open_stream(file) as stream:
        for batch in stream:
            ids, sketches = batch.column("id").to_pylist(), batch.column("sketch").to_pylist()
            for id_, state in zip(ids, sketches, strict=True):
                yield originals.original_of(id_, state)
