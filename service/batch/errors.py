"""Why a batch run cannot go on, and why one row cannot be scored.

    EscalationError (models.errors)
    └── BatchError                   the run stops; what is finished is kept for --resume
        ├── UsageError               the command asks for something wrong (exit code 2)
        │   ├── OutputExistsError    never overwritten
        │   └── ResumeRefusedError   input, options or model changed
        ├── TooManyErrorsError       --max-errors was passed
        ├── WorkerModelError         a worker loaded another model than the driver
        ├── WorkersLostError         workers die before they reach a row
        └── ClusterLostError         the scheduler or all its workers are gone

``RowError`` is apart: it never stops a run, it becomes a line of the errors file.
"""

from __future__ import annotations

from typing import NamedTuple

from models.errors import EscalationError


class BatchError(EscalationError):
    """The run stops. Finished partitions are kept, so that ``--resume`` can go on."""

    code = "batch_failed"


class UsageError(BatchError):
    """What was asked for cannot be done; nothing was read or written."""

    code = "batch_usage"


class OutputExistsError(UsageError):
    """The output, its errors file or an unfinished run is already there."""

    code = "output_exists"


class ResumeRefusedError(UsageError):
    """The run to resume was started with other input, options or model."""

    code = "resume_refused"


class TooManyErrorsError(BatchError):
    """More rows failed than ``--max-errors`` allows."""

    code = "too_many_errors"


class WorkerModelError(BatchError):
    """A worker's model has another fingerprint than the driver's."""

    code = "worker_model_differs"


class WorkersLostError(BatchError):
    """Workers die again and again before they reach a row."""

    code = "workers_lost"


class ClusterLostError(BatchError):
    """The cluster cannot be reached any more."""

    code = "cluster_lost"


class RowError(Exception):
    """One row cannot be scored; ``code`` is stable, ``detail`` is for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class Fault(NamedTuple):
    """Why a stream ends early; ``rows`` is how many rows are known to be lost with it."""

    code: str
    detail: str
    rows: int = 1


class StreamBrokenError(Exception):
    """The rest of an input cannot be read. What came before it is good."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault
