"""How far a run is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TextIO

from tqdm import tqdm

from service.batch.workspace import Done

LINE_SECONDS = 30.0


class Progress:
    """Counts rows and errors, and shows them with the speed and the time left.

    The share done is that of the stored bytes of the input; a pipe has none to compare with.
    ``before`` are the partitions that an earlier run finished: counted, but not as speed.
    """

    def __init__(
        self, total_bytes: int | None, before: list[Done], quiet: bool, stream: TextIO
    ) -> None:
        self.rows = self.errors = 0
        self._total = total_bytes
        self._stream = None if quiet else stream
        self._bytes = self._rows_before = 0
        for done in before:
            self._count(done)
        self._rows_before, self._bytes_before = self.rows, self._bytes
        self._begun = self._said = time.monotonic()
        self._bar = self._new_bar() if stream.isatty() and not quiet else None

    def _new_bar(self) -> tqdm[None]:
        shape = "{percentage:3.0f}%|{bar}| " if self._total else ""
        return tqdm(
            total=self._total or None,
            initial=self._bytes,
            bar_format=shape + "{desc} [{elapsed}<{remaining}]",
            file=self._stream,
            dynamic_ncols=True,
        )

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def add(self, done: Done) -> None:
        """Count a finished partition and show it."""
        self._count(done)
        if self._bar is not None:
            self._bar.set_description_str(self._figures(), refresh=False)
            self._bar.update(done.weight)
        elif self._stream is not None and time.monotonic() - self._said >= LINE_SECONDS:
            self._said = time.monotonic()
            self._stream.write(f"escalation batch: {self._figures()}{self._left()}\n")
            self._stream.flush()

    def _count(self, done: Done) -> None:
        self.rows += done.rows
        self.errors += done.rows - done.scored
        self._bytes += done.weight

    def _figures(self) -> str:
        seconds = max(time.monotonic() - self._begun, 1e-9)
        speed = (self.rows - self._rows_before) / seconds
        return f"{self.rows:,} rows, {speed:,.0f} rows/s, {self.errors:,} errors"

    def _left(self) -> str:
        read = self._bytes - self._bytes_before
        if not self._total or read <= 0:
            return ""
        left = (time.monotonic() - self._begun) * (self._total - self._bytes) / read
        share = min(1.0, self._bytes / self._total)
        return f", {share:.0%}, {tqdm.format_interval(max(0.0, left))} left"
