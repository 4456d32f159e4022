"""Parquet output: the input's own Arrow types where it has them, inferred ones elsewhere."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from service.batch import storage
from service.batch.columns import Columns
from service.batch.formats import Part, Scored
from service.batch.rows import Block
from service.batch.schemas import added_schema, conformed, inferred, merged
from service.batch.tables import BATCH_ROWS, parquet_file

PART_GROUP_ROWS, PART_GROUP_BYTES = 2048, 4 << 20
GROUP_ROWS, GROUP_BYTES = 1 << 16, 16 << 20
COMPRESSION = "zstd"


class ParquetWriter:
    """Writes one part; a row with a new column or a wider type widens the rows before it.

    They are kept in a temporary file until the schema is known.
    """

    def __init__(self, file: BinaryIO, columns: Columns) -> None:
        self._file = file
        self._added = added_schema(columns)
        self._passed = pa.schema([])
        self._held: list[pa.Table] = []
        self._body: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed by finish
        self._writer: pq.ParquetWriter | None = None

    def write(self, block: Block, scored: Sequence[Scored]) -> None:
        """Add the scored rows of a block."""
        passed = _passed_through(block, scored)
        added = pa.Table.from_pylist([dict(values) for _, values in scored], self._added)
        for field, column in zip(added.schema, added.columns, strict=True):
            passed = passed.append_column(field, column)
        self._held.append(passed)
        if _is_enough(self._held, PART_GROUP_ROWS, PART_GROUP_BYTES):
            self._flush()

    def _flush(self) -> None:
        passed = self._passed
        for table in self._held:
            passed = merged(passed, _without(table.schema, self._added.names))
        if self._writer is None or not passed.equals(self._passed, check_metadata=True):
            self._widen(passed)
        schema = self._schema()
        group = pa.concat_tables(conformed(table, schema) for table in self._held)
        assert self._writer is not None  # noqa: S101 - opened by _widen
        self._writer.write_table(group, row_group_size=GROUP_ROWS)
        self._held = []

    def _schema(self) -> pa.Schema:
        return pa.schema([*self._passed, *self._added])

    def _widen(self, passed: pa.Schema) -> None:
        written, narrow = self._writer is not None, self._body
        self._close()
        self._passed = passed
        schema = self._schema()
        self._body = tempfile.TemporaryFile()  # noqa: SIM115
        self._writer = pq.ParquetWriter(self._body, schema, compression=COMPRESSION)
        with narrow:
            if written:
                for batch in pq.ParquetFile(narrow).iter_batches(PART_GROUP_ROWS):
                    self._writer.write_table(conformed(pa.Table.from_batches([batch]), schema))

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def finish(self) -> None:
        """Write what was kept."""
        if self._held:
            self._flush()
        self._close()
        with self._body:
            self._body.seek(0)
            while piece := self._body.read(storage.COPY_BYTES):
                self._file.write(piece)


def _passed_through(block: Block, scored: Sequence[Scored]) -> pa.Table:
    if block.table is not None:
        chosen = block.table.take(pa.array([row.place for row, _ in scored], pa.int64()))
        return pa.Table.from_batches([chosen]).replace_schema_metadata(None)
    names: dict[str, None] = {}
    for row, _ in scored:
        names.update(dict.fromkeys(row.columns))
    columns = [inferred(name, [row.columns.get(name) for row, _ in scored]) for name in names]
    return pa.table(
        [array for _, array in columns], schema=pa.schema([field for field, _ in columns])
    )


def _without(schema: pa.Schema, names: Iterable[str]) -> pa.Schema:
    left_out = set(names)
    return pa.schema([field for field in schema if field.name not in left_out])


def _is_enough(tables: Sequence[pa.Table], rows: int, size: int) -> bool:
    held_rows: int = sum(table.num_rows for table in tables)
    held_bytes: int = sum(table.nbytes for table in tables)
    return held_rows >= rows or held_bytes >= size


class ParquetFormat:
    """The shape of Parquet parts is the Arrow schema."""

    def part_writer(self, file: BinaryIO, columns: Columns) -> ParquetWriter:
        """A writer of one part."""
        return ParquetWriter(file, columns)

    def shape(self, addresses: Iterator[str], columns: Columns) -> pa.Schema:
        """The input's columns in the order of their first appearance, then the added ones."""
        passed = pa.schema([])
        for address in addresses:
            with parquet_file(address) as file:
                passed = merged(passed, _without(file.schema_arrow, columns.names))
        return pa.schema([*passed, *added_schema(columns)])

    def agrees(self, address: str, shape: pa.Schema, columns: Columns) -> bool:
        """Whether the part has that schema."""
        with parquet_file(address) as file:
            same: bool = file.schema_arrow.equals(shape)
            return same

    def join(
        self, parts: Iterator[Part], shape: pa.Schema, columns: Columns, target: BinaryIO
    ) -> None:
        """Write the rows of all parts, in row groups of a useful size."""
        schema = shape
        if columns.duplicates:
            schema = schema.append(pa.field(columns.duplicate_name, pa.string()))
        with pq.ParquetWriter(target, schema, compression=COMPRESSION) as writer:
            held: list[pa.Table] = []
            for part in parts:
                for table in _tables(part, shape, columns.duplicate_name):
                    held.append(table)
                    if _is_enough(held, GROUP_ROWS, GROUP_BYTES):
                        writer.write_table(pa.concat_tables(held), row_group_size=GROUP_ROWS)
                        held = []
            if held:
                writer.write_table(pa.concat_tables(held), row_group_size=GROUP_ROWS)


def _tables(part: Part, shape: pa.Schema, duplicate_name: str) -> Iterator[pa.Table]:
    with parquet_file(part.address) as file:
        for batch in file.iter_batches(BATCH_ROWS):
            table = conformed(pa.Table.from_batches([batch]), shape)
            if part.duplicates is not None:
                originals = pa.array(islice(part.duplicates, table.num_rows), pa.string())
                table = table.append_column(duplicate_name, originals)
            yield table
