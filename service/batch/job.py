"""What a worker must know to score partitions: small, frozen and pickled with each of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from models.article import Article
from models.explanation import Assessment, ExplainLevel, ModelRef
from service.batch.columns import Columns
from service.batch.csv_output import CsvFormat
from service.batch.errors import WorkerModelError
from service.batch.formats import OutputFormat
from service.batch.jsonl_output import JsonlFormat
from service.batch.parquet_output import ParquetFormat
from service.batch.sources import Format
from service.batch.workspace import Workspace

OUTPUT_FORMATS: dict[Format, OutputFormat] = {
    "jsonl": JsonlFormat(),
    "csv": CsvFormat(),
    "parquet": ParquetFormat(),
}


class Scorer(Protocol):
    """What batch scoring needs of ``models.scorer.EscalationScorer``."""

    @property
    def ref(self) -> ModelRef:
        """Which model it is."""

    def assess(self, article: Article, explain: ExplainLevel = "full") -> Assessment:
        """Score one article."""


Loader = Callable[[str | None, Path | None], Scorer]


@dataclass(frozen=True, slots=True)
class Model:
    """A model version that every process loads for itself, once."""

    load: Loader
    version: str | None
    registry: Path | None
    fingerprint: str

    def scorer(self) -> Scorer:
        """The scorer of this process.

        Raises:
            WorkerModelError: the version here has another fingerprint than the driver's.
        """
        with _LOADING:
            if self not in _LOADED:
                scorer = self.load(self.version, self.registry)
                if scorer.ref.fingerprint != self.fingerprint:
                    raise WorkerModelError(
                        f"model {self.version} has fingerprint {scorer.ref.fingerprint} here, "
                        f"{self.fingerprint} at the driver: install the same release on every "
                        "worker and let them see the same registry"
                    )
                _LOADED.clear()
                _LOADED[self] = scorer
            return _LOADED[self]


_LOADED: dict[Model, Scorer] = {}
_LOADING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Job:
    """One batch run as its workers see it.

    ``driver`` is the process id of a driver on the same machine whose death ends them, None
    on a cluster.
    """

    workspace: Workspace
    format: Format
    columns: Columns
    model: Model
    driver: int | None = None
