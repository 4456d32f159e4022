"""The output under its final name, made of the finished parts in input order.

``OUT`` is one file: the parts are joined into it. ``OUT/`` is a folder: it gets the parts,
each of them made to agree with the others. Either appears under its name at once, whole,
after the errors file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from service.batch import storage
from service.batch.duplicates import Originals, originals_in
from service.batch.errors import OutputExistsError, UsageError
from service.batch.formats import Part
from service.batch.job import OUTPUT_FORMATS, Job
from service.batch.rejects import append_rejects
from service.batch.sources import COMPRESSED, Format, format_of
from service.batch.workspace import Done, Workspace


@dataclass(frozen=True, slots=True)
class Output:
    """Where the result goes; ``folder``: as one file for each partition."""

    address: str
    errors: str
    folder: bool
    format: Format

    @property
    def workspace(self) -> str:
        """The folder of the unfinished run."""
        return self.address + ".partial"

    def refuse_existing(self) -> None:
        """Refuse to write over anything.

        Raises:
            OutputExistsError: the output, the errors file or an unfinished run is there.
        """
        for address in (self.address, self.errors):
            if storage.exists(address):
                raise OutputExistsError(f"{address} exists: remove it or choose another name")
        if storage.exists(Workspace(self.workspace, self.format).run):
            raise OutputExistsError(
                f"an unfinished run is in {self.workspace}: add --resume, or remove that folder"
            )


def output_at(given: str, format_: Format | None, errors: str | None) -> Output:
    """The output that the command line asks for; the format is told by the name if not given.

    Raises:
        UsageError: the name tells no format, or asks for compression.
    """
    folder = given.endswith("/")
    name = given.rstrip("/")
    if name.endswith(COMPRESSED):
        raise UsageError(
            f"output is not compressed, as {name!r} asks: choose Parquet, or compress it after"
        )
    told = format_ or format_of(name) or ("jsonl" if folder else None)
    if told is None:
        raise UsageError(f"{name!r} tells no format by its name: add --format")
    address = storage.absolute(name)
    return Output(address, storage.absolute(errors or name + ".errors.jsonl"), folder, told)


def assemble(job: Job, output: Output, done: Sequence[Done]) -> int:
    """Make the output and the errors file, not yet under their names.

    Can be begun again after it was interrupted anywhere. Returns how many rows repeat another
    (0 unless duplicates are asked for).
    """
    originals = Originals() if job.columns.duplicates else None
    if any(partition.scored for partition in done):
        join = _join_folder if output.folder else _join_file
        join(job, done, originals)
    if any(partition.errors for partition in done):
        with storage.NewFile(job.workspace.final_errors) as new:
            _join_errors(job, done, new.file)
            new.commit()
    return 0 if originals is None else originals.repeats


def give_names(workspace: Workspace, output: Output) -> None:
    """Give output and errors file their names and remove the folder of the run.

    Can be begun again after it was interrupted anywhere.
    """
    for made, address in (
        (workspace.final_errors, output.errors),
        (workspace.final_output, output.address),
    ):
        if storage.exists(made):
            storage.make_folder(storage.parent(address))
            storage.move(made, address)
    storage.remove_folder(workspace.folder)


def _join_file(job: Job, done: Sequence[Done], originals: Originals | None) -> None:
    format_ = OUTPUT_FORMATS[job.format]
    shape = format_.shape(_addresses(job, done), job.columns)
    with storage.NewFile(job.workspace.final_output) as new:
        format_.join(_parts(job, done, originals), shape, job.columns, new.file)
        new.commit()


def _join_folder(job: Job, done: Sequence[Done], originals: Originals | None) -> None:
    format_ = OUTPUT_FORMATS[job.format]
    folder = job.workspace.final_output
    storage.make_folder(folder)
    shape = format_.shape(_addresses(job, done), job.columns)
    for part in _parts(job, done, originals):
        target = storage.join(folder, part.name)
        if storage.exists(target):
            for _ in part.duplicates or ():
                pass
        elif part.duplicates is None and format_.agrees(part.address, shape, job.columns):
            storage.move(part.address, target)
        else:
            with storage.NewFile(target) as new:
                format_.join(iter([part]), shape, job.columns, new.file)
                new.commit()


def _parts(job: Job, done: Sequence[Done], originals: Originals | None) -> Iterator[Part]:
    for partition in done:
        if partition.scored:
            sketches = job.workspace.sketches(partition.index)
            yield Part(
                job.workspace.part(partition.index),
                job.workspace.part_name(partition.index),
                None if originals is None else originals_in(sketches, originals),
            )


def _addresses(job: Job, done: Sequence[Done]) -> Iterator[str]:
    """Where the parts are: in an output folder, if they had been moved there before."""
    for part in _parts(job, done, None):
        moved = storage.join(job.workspace.final_output, part.name)
        yield part.address if storage.exists(part.address) else moved


def _join_errors(job: Job, done: Sequence[Done], target: BinaryIO) -> None:
    records_before: Counter[str] = Counter()
    for partition in done:
        if partition.errors:
            address = job.workspace.errors(partition.index)
            append_rejects(address, records_before[partition.source], target)
        records_before[partition.source] += partition.records
