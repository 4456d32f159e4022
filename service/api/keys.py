"""Who may call, and how much: bearer keys known by their hashes, and an allowance for each."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import mmap
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from service.api.problems import RATE_LIMITED, UNAUTHORISED, RefusedError

ANYONE = "anyone"
"""The caller's name when no keys are set."""

_SLOT = struct.Struct("<dd")


class KeyRing:
    """Names of callers by the SHA-256 of their keys."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = tuple(keys.items())

    def caller(self, authorization: Sequence[bytes]) -> str:
        """The name of the caller that the ``Authorization`` headers show to be.

        Every key is compared, each in constant time, whatever came: neither the time of an
        answer nor its text tells how close a wrong key was or which names there are.

        Raises:
            RefusedError: there is no known key.
        """
        if not self._keys:
            return ANYONE
        scheme, _, token = (authorization[0] if len(authorization) == 1 else b"").partition(b" ")
        digest = hashlib.sha256(token.strip()).digest()
        found = None
        for name, known in self._keys:
            if hmac.compare_digest(digest, known):
                found = name
        if found is None or scheme.lower() != b"bearer":
            raise RefusedError(
                UNAUTHORISED, "send one header 'Authorization: Bearer KEY' with a key of yours"
            )
        return found


class Allowance:
    """A token bucket for each caller, shared by all workers through a small mapped file.

    A caller may send while its bucket is not in debt; a batch takes one token for each
    article and may put the bucket in debt, which is then waited off.
    """

    def __init__(
        self, names: Sequence[str], per_minute: int, burst: int, file: Path | None = None
    ) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._slots = {name: index * _SLOT.size for index, name in enumerate([ANYONE, *names])}
        size = len(self._slots) * _SLOT.size
        self._file = None if file is None else file.open("a+b")
        with self._locked():
            if self._file is not None:
                self._file.truncate(size)
            self._map = mmap.mmap(-1 if self._file is None else self._file.fileno(), size)

    def take(self, name: str, articles: int = 1) -> None:
        """Count articles against a caller's bucket.

        Raises:
            RefusedError: the bucket is empty; nothing is counted then.
        """
        if self._rate == 0:
            return
        with self._locked():
            tokens = self._tokens(name)
            if tokens >= 1:
                self._write(name, tokens - articles)
        if tokens < 1:
            raise RefusedError(
                RATE_LIMITED,
                f"this key may send {self._rate * 60:.0f} articles a minute: wait before the next",
                retry_after=(1 - tokens) / self._rate,
            )

    def charge(self, name: str, articles: int) -> None:
        """Count further articles of a request that was let in already."""
        if self._rate == 0 or articles == 0:
            return
        with self._locked():
            self._write(name, self._tokens(name) - articles)

    def close(self) -> None:
        """Give the file back."""
        self._map.close()
        if self._file is not None:
            self._file.close()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other workers out; within one, only the event loop comes here."""
        if self._file is None:
            yield
            return
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _tokens(self, name: str) -> float:
        spent: float
        since: float
        spent, since = _SLOT.unpack_from(self._map, self._slots[name])
        # The monotonic clock is the machine's, so that workers agree; a new slot is all zeros.
        refilled = (time.monotonic() - since) * self._rate
        return min(self._burst, self._burst - spent + refilled)

    def _write(self, name: str, tokens: float) -> None:
        _SLOT.pack_into(self._map, self._slots[name], self._burst - tokens, time.monotonic())
