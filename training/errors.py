"""Why nothing was trained.

EscalationError
└── TrainingError              training_failed
    ├── CorpusError            corpus_invalid: rows that cannot be read, all of them named
    └── CorpusUnfitError       corpus_unfit: readable rows from which nothing can be learned
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from models.errors import EscalationError


class RowFault(NamedTuple):
    """A row that cannot be used. ``row`` counts from 1; 0 stands for the file as a whole."""

    file: str
    row: int
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}, row {self.row}" if self.row else self.file
        return f"{where}: {self.reason}"


class TrainingError(EscalationError):
    """Retraining stopped before a version was written."""

    code = "training_failed"


class CorpusError(TrainingError):
    """Some rows are wrong; ``faults`` names every one, and nothing was trained."""

    code = "corpus_invalid"

    def __init__(self, faults: Sequence[RowFault]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        noun = "row is" if len(self.faults) == 1 else "rows are"
        super().__init__(f"{len(self.faults)} {noun} unusable; nothing was trained:\n{lines}")


class CorpusUnfitError(TrainingError):
    """The rows are well formed, but a model of them could not be trusted; ``reasons`` says why."""

    code = "corpus_unfit"

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(
            "the corpus is unfit for training; nothing was trained:\n"
            + "\n".join(f"  {reason}" for reason in self.reasons)
        )
