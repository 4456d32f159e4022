"""A batch run, from what is asked for to the summary."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.article import Article
from models.explanation import ExplainLevel, ModelRef
from service.batch import backends, storage
from service.batch.columns import Columns
from service.batch.cuts import CutsFolder
from service.batch.errors import (
    OutputExistsError,
    ResumeRefusedError,
    TooManyErrorsError,
    UsageError,
)
from service.batch.fan_out import Backend, FanOut
from service.batch.job import Job, Loader, Model
from service.batch.output import Output, assemble, give_names, output_at
from service.batch.partitions import Partition, partition_bytes, partitions
from service.batch.progress import Progress
from service.batch.sources import Format, Source, find_sources
from service.batch.summary import Summary, errors_by_code
from service.batch.workspace import Done, Workspace

SELF_TEST = "The army shelled the border town on Monday and threatened to cross the river."


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for; see ``service.commands.batch`` for the meanings."""

    inputs: tuple[str, ...]
    output: str
    format: Format | None = None
    input_format: Format | None = None
    errors: str | None = None
    explain: ExplainLevel = "summary"
    prefix: str = ""
    duplicates: bool = False
    version: str | None = None
    registry: Path | None = None
    workers: int = 1
    scheduler: str | None = None
    resume: bool = False
    max_errors: int | None = None
    partition_bytes: int | None = None
    quiet: bool = False


def run_batch(request: Request, load: Loader) -> Summary:
    """Score everything that is asked for.

    Raises:
        BatchError: the run cannot begin or go on; see ``service.batch.errors``.
        ArtefactError, RegistryError: the model cannot be loaded.
    """
    begun = time.monotonic()
    output = output_at(request.output, request.format, request.errors)
    if output.format == "csv" and request.explain == "full":
        raise UsageError("CSV cannot hold a full explanation: choose --explain summary or JSONL")
    sources = _sources(request, output)
    target = request.partition_bytes or partition_bytes(sources)
    job, ref = _job(request, output, load)
    finished = _open(request, output, job, _identity(request, sources, target, ref, output))
    if storage.exists(job.workspace.summary):
        summary = Summary.from_json(storage.read(job.workspace.summary))
    else:
        done = _score(request, job, sources, target, finished)
        repeats = assemble(job, output, done)
        summary = _summary(done, ref, output, repeats if request.duplicates else None, begun)
        storage.write(job.workspace.summary, summary.to_json().encode())
    give_names(job.workspace, output)
    return summary


def _sources(request: Request, output: Output) -> list[Source]:
    own = (output.address, output.errors)
    sources, passed_over = find_sources(request.inputs, request.input_format, own)
    if passed_over and not request.quiet:
        sys.stderr.write(
            f"escalation batch: {len(passed_over)} files are left out, as their names tell no "
            f"format: {', '.join(passed_over[:3])}...\n"
        )
    return sources


def _job(request: Request, output: Output, load: Loader) -> tuple[Job, ModelRef]:
    """Load the model once in the driver, so that a bad one fails before anything is read."""
    scorer = load(request.version, request.registry)
    assessment = scorer.assess(Article(text=SELF_TEST), explain="summary")
    assert assessment.explanation is not None  # noqa: S101 - what "summary" asks for
    families = tuple(family.family for family in assessment.explanation.families)
    columns = Columns(request.explain, families, request.prefix, request.duplicates)
    model = Model(load, scorer.ref.version, request.registry, scorer.ref.fingerprint)
    workspace = Workspace(output.workspace, output.format)
    driver = None if request.scheduler else os.getpid()
    return Job(workspace, output.format, columns, model, driver), scorer.ref


def _identity(
    request: Request, sources: Sequence[Source], target: int, ref: ModelRef, output: Output
) -> dict[str, Any]:
    """What must be the same for a run to be resumed."""
    return {
        "input": [asdict(source) for source in sources],
        "model": {"version": ref.version, "fingerprint": ref.fingerprint},
        "output": [output.address, output.errors, output.folder],
        "--format": output.format,
        "--explain": request.explain,
        "--prefix": request.prefix,
        "--duplicates": request.duplicates,
        "--partition-bytes": target,
    }


def _open(request: Request, output: Output, job: Job, identity: dict[str, Any]) -> dict[int, Done]:
    """The partitions that an earlier run has finished; none for a new run."""
    if not request.resume:
        output.refuse_existing()
        job.workspace.start(identity)
        return {}
    finished = job.workspace.resume(identity)
    if storage.exists(output.address) and not storage.exists(job.workspace.summary):
        raise OutputExistsError(f"{output.address} exists: remove it or choose another name")
    return finished


def _score(
    request: Request, job: Job, sources: Sequence[Source], target: int, finished: dict[int, Done]
) -> list[Done]:
    """Every partition's record, in input order; those not finished before are scored."""
    cuts = CutsFolder(job.workspace.place("cuts"), lambda index: index not in finished)
    wanted = _unfinished(partitions(sources, target, cuts), finished)
    sizes = [source.size for source in sources]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    done = dict(finished)
    with (
        _backend(request) as backend,
        Progress(total, list(finished.values()), request.quiet, sys.stderr) as progress,
    ):
        for result in FanOut(job, backend, wanted).results():
            done[result.index] = result
            if result.digest is not None:
                storage.remove(cuts.address_of(result.index))
            progress.add(result)
            _refuse_too_many(request, job, progress.errors)
    return [done[index] for index in sorted(done)]


def _backend(request: Request) -> AbstractContextManager[Backend]:
    if request.scheduler is not None:
        return backends.dask(request.scheduler)
    return backends.local(request.workers)


def _unfinished(planned: Iterator[Partition], finished: dict[int, Done]) -> Iterator[Partition]:
    """Leave out what is finished, making sure that it is the same input."""
    count = 0
    for partition in planned:
        count += 1
        before = finished.get(partition.index)
        if before is None:
            yield partition
        elif before.digest != partition.digest:
            raise ResumeRefusedError(
                f"{partition.source.address} differs from what was read before: give the same "
                "input again, or remove the unfinished run to start over"
            )
    if any(index >= count for index in finished):
        raise ResumeRefusedError("the input is shorter than what was read before")


def _refuse_too_many(request: Request, job: Job, errors: int) -> None:
    if request.max_errors is not None and errors > request.max_errors:
        raise TooManyErrorsError(
            f"{errors} rows failed, more than --max-errors {request.max_errors}: see "
            f"{job.workspace.place('errors')}; --resume with a higher limit goes on"
        )


def _summary(
    done: Sequence[Done], ref: ModelRef, output: Output, duplicates: int | None, begun: float
) -> Summary:
    errors = errors_by_code(done)
    scored = sum(partition.scored for partition in done)
    return Summary(
        rows=sum(partition.rows for partition in done),
        scored=scored,
        errors=errors,
        seconds=round(time.monotonic() - begun, 3),
        model=ref._asdict(),
        output=output.address if scored else None,
        errors_file=output.errors if errors else None,
        duplicates=duplicates,
    )
