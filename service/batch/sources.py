"""What there is to score: the files behind INPUT, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem

from service.batch import storage
from service.batch.errors import UsageError

Format = Literal["jsonl", "csv", "parquet"]

STDIN = "-"

SUFFIXES: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
COMPRESSED = (".gz", ".zst", ".zstd")


@dataclass(frozen=True, slots=True)
class Source:
    """One input file; ``size`` in stored bytes, None for standard input.

    ``identity`` changes whenever the content may have changed; ``--resume`` compares it.
    """

    address: str
    format: Format
    size: int | None
    identity: str


def format_of(address: str) -> Format | None:
    """The format that a file's name tells, looking through ``.gz`` and ``.zst``."""
    name = address.lower()
    for suffix in COMPRESSED:
        name = name.removesuffix(suffix)
    return next((SUFFIXES[suffix] for suffix in SUFFIXES if name.endswith(suffix)), None)


def find_sources(
    inputs: Iterable[str], asked: Format | None, leave_out: tuple[str, ...] = ()
) -> tuple[list[Source], list[str]]:
    """The sources behind files, folders, globs and ``-``, and the files passed over.

    A folder is searched to its depth, in the order of paths; files whose name tells no
    format are passed over there, and hidden ones (``.`` or ``_`` first). ``leave_out``
    holds address prefixes that are this run's own output.

    Raises:
        UsageError: nothing there, or a named file tells no format and none is asked.
    """
    sources: list[Source] = []
    passed_over: list[str] = []
    for given in inputs:
        if given == STDIN:
            sources.append(_standard_input(asked))
            continue
        found = list(_files(given, leave_out))
        if not found:
            raise UsageError(f"no input at {given!r}: give a file, a folder, a glob or '-'")
        for filesystem, path, named in found:
            format_ = asked or format_of(path)
            if format_ is not None:
                sources.append(_source(filesystem, path, format_))
            elif named:
                raise UsageError(f"{path!r} tells no format by its name: add --input-format")
            else:
                passed_over.append(path)
    if not sources:
        raise UsageError(f"no JSONL, CSV or Parquet file in {', '.join(inputs)}")
    return sources, passed_over


def _standard_input(asked: Format | None) -> Source:
    if asked == "parquet":
        raise UsageError("Parquet cannot be piped: its index is at the end; give the file")
    return Source(STDIN, asked or "jsonl", None, "stdin")


def _files(
    given: str, leave_out: tuple[str, ...]
) -> Iterator[tuple[AbstractFileSystem, str, bool]]:
    filesystem, path = storage.resolve(given)
    if filesystem.isfile(path):
        yield filesystem, path, True
    elif filesystem.isdir(path):
        own = tuple(storage.resolve(address)[1] for address in leave_out)
        for inside in sorted(filesystem.find(path)):
            parts = inside.removeprefix(path).split("/")
            hidden = any(part.startswith((".", "_")) for part in parts)
            if not hidden and not inside.startswith(own):
                yield filesystem, inside, False
    else:
        for match in sorted(filesystem.glob(path)):
            if filesystem.isfile(match):
                yield filesystem, match, True


def _source(filesystem: AbstractFileSystem, path: str, format_: Format) -> Source:
    info: dict[str, Any] = filesystem.info(path)
    if isinstance(filesystem, LocalFileSystem):
        return Source(path, format_, info["size"], f"{info['size']}:{info['mtime']!r}")
    return Source(
        str(filesystem.unstrip_protocol(path)), format_, info["size"], str(filesystem.ukey(path))
    )
