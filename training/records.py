"""Raw rows of JSONL, CSV and Parquet files, plain or gzipped, with their row numbers."""

from __future__ import annotations

import codecs
import csv
import gzip
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import pyarrow as pa
import pyarrow.parquet as pq

from models.article import MAX_CHARACTERS
from training.errors import RowFault

_BATCH_ROWS = 1_000
_BOM = b"\xef\xbb\xbf"
_UNDECODABLE = re.compile("[\udc80-\udcff]")
_BROKEN = (OSError, EOFError, zlib.error, pa.ArrowException, csv.Error)


class Record(NamedTuple):
    """One row. ``row`` is the line of a JSONL file, else the record's number after the header."""

    file: str
    row: int
    fields: dict[str, Any]


def records(path: Path) -> Iterator[Record | RowFault]:
    """The rows of a file in order; what cannot be read is a fault. Blank lines are skipped."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    reader = _READERS.get(suffixes[-1] if suffixes else "")
    if reader is None:
        known = ", ".join(_READERS)
        yield RowFault(str(path), 0, f"the name must end in {known} (or that with .gz)")
        return
    reached = 0
    try:
        with _open(path) as file:
            for item in reader(str(path), file):
                reached = item.row
                yield item
    except _BROKEN as error:
        yield RowFault(str(path), reached + 1 if reached else 0, f"cannot be read: {error}")


def _open(path: Path) -> BinaryIO:
    if path.suffix.lower() == ".gz":
        return cast(BinaryIO, gzip.open(path, "rb"))
    return path.open("rb")


def _jsonl(name: str, file: BinaryIO) -> Iterator[Record | RowFault]:
    for number, line in enumerate(file, 1):
        if line.strip():
            yield _parsed(name, number, line.removeprefix(_BOM))


def _parsed(name: str, number: int, line: bytes) -> Record | RowFault:
    try:
        fields = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return RowFault(name, number, "not UTF-8")
    except (ValueError, RecursionError) as error:
        return RowFault(name, number, f"not JSON: {error}")
    if not isinstance(fields, dict):
        return RowFault(name, number, "not a JSON object")
    return Record(name, number, fields)


def _csv(name: str, file: BinaryIO) -> Iterator[Record | RowFault]:
    # The default limit of 131,072 characters a cell is less than an article may have.
    csv.field_size_limit(4 * MAX_CHARACTERS)
    rows = csv.DictReader(codecs.iterdecode(file, "utf-8-sig", "surrogateescape"), strict=True)
    if rows.fieldnames is None or "text" not in rows.fieldnames:
        yield RowFault(name, 0, "the first line must name the columns, 'text' among them")
        return
    for number, fields in enumerate(rows, 1):
        if None in fields:
            yield RowFault(name, number, "more cells than columns: quote texts that hold commas")
        elif any(
            "\udc80" <= letter <= "\udcff" for cell in fields.values() for letter in cell or ""
        ):
            yield RowFault(name, number, "not UTF-8")
        else:
            yield Record(name, number, dict(fields))


def _parquet(name: str, file: BinaryIO) -> Iterator[Record | RowFault]:
    table = pq.ParquetFile(file)
    if "text" not in table.schema_arrow.names:
        yield RowFault(name, 0, "has no column 'text'")
        return
    number = 0
    for batch in table.iter_batches(batch_size=_BATCH_ROWS):
        for fields in batch.to_pylist():
            number += 1
            yield Record(name, number, fields)


_READERS = {".jsonl": _jsonl, ".csv": _csv, ".parquet": _parquet}
