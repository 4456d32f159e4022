"""CSV output: one header for all parts; a row without a column has an empty cell there."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

from service.batch import storage
from service.batch.columns import Columns
from service.batch.formats import Part, Scored
from service.batch.jsonl_output import ENCODER
from service.batch.records import MAX_RECORD_BYTES
from service.batch.rows import Block
from service.batch.tables import plain_rows

Names = tuple[str, ...]


def cell(value: Any) -> str:
    """A value as CSV text: nothing for null, JSON for what is neither text nor a number."""
    if value is None:
        return ""
    return value if isinstance(value, str) else ENCODER.encode(value)


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as UTF-8 CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


class CsvWriter:
    """Writes one part; a row with a new column widens the rows before it.

    They are kept in a temporary file until the columns are known.
    """

    def __init__(self, file: BinaryIO, columns: Columns) -> None:
        self._file = file
        self._added = columns.names
        self._names: Names = ()
        self._body: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed by finish

    def write(self, block: Block, scored: Sequence[Scored]) -> None:
        """Add the scored rows of a block."""
        table = None if block.table is None else plain_rows(block.table)
        rows = [row.columns if table is None else table[row.place] for row, _ in scored]
        seen = dict.fromkeys(self._names)
        for columns in rows:
            seen.update(dict.fromkeys(columns))
        if len(seen) > len(self._names):
            self._widen(tuple(seen))
        self._body.write(
            csv_bytes(
                [cell(columns.get(name)) for name in self._names]
                + [cell(values[name]) for name in self._added]
                for columns, (_, values) in zip(rows, scored, strict=True)
            )
        )

    def _widen(self, names: Names) -> None:
        narrow, self._body = self._body, tempfile.TemporaryFile()  # noqa: SIM115
        before, after = self._names + self._added, names + self._added
        narrow.seek(0)
        with _rows(narrow) as rows:
            for row in rows:
                self._body.write(csv_bytes([_reshaped(row, before, after)]))
        self._names = names

    def finish(self) -> None:
        """Write the header and what was kept."""
        self._file.write(csv_bytes([self._names + self._added]))
        with self._body:
            self._body.seek(0)
            while piece := self._body.read(storage.COPY_BYTES):
                self._file.write(piece)


@contextmanager
def _rows(file: BinaryIO) -> Iterator[Iterator[list[str]]]:
    """The rows of a CSV file, which is closed in the end."""
    csv.field_size_limit(2 * MAX_RECORD_BYTES)
    with io.TextIOWrapper(file, "utf-8", newline="") as text:
        yield csv.reader(text)


def _reshaped(row: Sequence[str], before: Names, after: Names) -> list[str]:
    cells = dict(zip(before, row, strict=True))
    return [cells.get(name, "") for name in after]


class CsvFormat:
    """The shape of CSV parts is the header."""

    def part_writer(self, file: BinaryIO, columns: Columns) -> CsvWriter:
        """A writer of one part."""
        return CsvWriter(file, columns)

    def shape(self, addresses: Iterator[str], columns: Columns) -> Names:
        """The input's columns in the order of their first appearance, then the added ones."""
        names: dict[str, None] = {}
        for address in addresses:
            with _rows(storage.open_read(address)) as rows:
                names.update(dict.fromkeys(next(rows)))
        return tuple(name for name in names if name not in columns.names) + columns.names

    def agrees(self, address: str, shape: Names, columns: Columns) -> bool:
        """Whether the part has that header."""
        header = csv_bytes([shape])
        with storage.open_read(address) as file:
            return file.read(len(header)) == header

    def join(self, parts: Iterator[Part], shape: Names, columns: Columns, target: BinaryIO) -> None:
        """Write the header and the rows of all parts under it."""
        duplicate_name = (columns.duplicate_name,) if columns.duplicates else ()
        target.write(csv_bytes([shape + duplicate_name]))
        for part in parts:
            if part.duplicates is None and self.agrees(part.address, shape, columns):
                storage.append(part.address, target, skip=len(csv_bytes([shape])))
            else:
                _join_reshaped(part, shape, target)


def _join_reshaped(part: Part, shape: Names, target: BinaryIO) -> None:
    with _rows(storage.open_read(part.address)) as rows:
        before = tuple(next(rows))
        for row in rows:
            cells = _reshaped(row, before, shape)
            if part.duplicates is not None:
                cells.append(cell(next(part.duplicates)))
            target.write(csv_bytes([cells]))
