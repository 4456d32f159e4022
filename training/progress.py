"""How far a retraining is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self, TextIO

from tqdm import tqdm


class Progress:
    """Counts stages on standard error. A context manager; calling it reports a detail."""

    def __init__(self, stages: int, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._stages = stages
        self._reached = 0
        self._bar: tqdm[None] | None = None

    def __enter__(self) -> Self:
        if self._stream.isatty():
            self._bar = tqdm(
                total=self._stages,
                file=self._stream,
                bar_format="{percentage:3.0f}%|{bar:24}| {desc} [{elapsed}]",
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            if error is None:
                self._bar.update(self._stages - self._bar.n)
                self._bar.set_description_str("done")
            self._bar.close()

    def stage(self, text: str) -> None:
        """Begin a stage; the one before is done."""
        self._reached += 1
        if self._bar is None:
            self._write(f"[{self._reached}/{self._stages}] {text}")
            return
        self._bar.update(self._reached - 1 - self._bar.n)
        self._bar.set_description_str(text)

    def __call__(self, text: str) -> None:
        """Say what the stage is at."""
        if self._bar is None:
            self._write(f"      {text}")
        else:
            self._bar.set_description_str(text)

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()
