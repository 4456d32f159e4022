"""Parquet input as record batches, and batches as plain rows."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from service.batch import storage
from service.batch.articles import ARTICLE_COLUMNS
from service.batch.errors import Fault, StreamBrokenError
from service.batch.rows import Row

BATCH_ROWS = 256
BATCH_BYTES = 1 << 20
READ_BUFFER_BYTES = 1 << 18


@contextmanager
def content_errors(rows: int = 1) -> Iterator[None]:
    """Turn what pyarrow raises on damaged content into ``StreamBrokenError``.

    pyarrow also reports damaged content as OSError; one of the operating system has an
    errno, and stops the run.
    """
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        fault = Fault("input_unreadable", str(error).splitlines()[0], rows)
        raise StreamBrokenError(fault) from error


@contextmanager
def parquet_file(address: str) -> Iterator[pq.ParquetFile]:
    """An open Parquet file that is read through small buffers, not a row group at a time."""
    with storage.open_read(address) as file:
        with content_errors():
            parquet = pq.ParquetFile(file, pre_buffer=False, buffer_size=READ_BUFFER_BYTES)
        yield parquet


def parquet_batches(address: str, first: int, stop: int | None) -> Iterator[pa.RecordBatch | Fault]:
    """The row groups ``first`` to ``stop`` of a Parquet file in batches of about 1 MiB.

    A fault takes the place of the rows that are damaged; if the file's index is, of one row.
    """
    try:
        with parquet_file(address) as file:
            for group in range(first, file.num_row_groups if stop is None else stop):
                yield from group_batches(file, group)
    except StreamBrokenError as broken:
        yield broken.fault


def group_batches(file: pq.ParquetFile, group: int) -> Iterator[pa.RecordBatch | Fault]:
    """One row group; a fault takes the place of its rows from the first damaged one on."""
    metadata = file.metadata.row_group(group)
    left = metadata.num_rows
    rows = left * BATCH_BYTES // max(1, metadata.total_byte_size)
    batches = file.iter_batches(max(1, min(BATCH_ROWS, rows)), row_groups=[group])
    while left:
        try:
            with content_errors(left):
                batch = next(batches, None)
        except StreamBrokenError as broken:
            yield broken.fault
            return
        if batch is None:
            yield Fault("input_unreadable", "fewer rows than the file's index says", left)
            return
        left -= batch.num_rows
        yield batch


def ipc_batches(address: str) -> Iterator[pa.RecordBatch]:
    """The batches of an Arrow stream that the driver has cut."""
    with storage.open_read(address) as file, pa.ipc.open_stream(file) as stream:
        yield from stream


def article_rows(batch: pa.RecordBatch, before: int) -> list[Row]:
    """The rows of a batch, with the columns that an article needs."""
    names = [name for name in ARTICLE_COLUMNS if batch.schema.get_field_index(name) >= 0]
    columns = {name: _article_values(name, batch.column(name)) for name in names}
    return [
        Row(before + place + 1, {name: columns[name][place] for name in names}, b"", place)
        for place in range(batch.num_rows)
    ]


def _article_values(name: str, column: pa.Array) -> list[Any]:
    if name == "published_at" and pa.types.is_timestamp(column.type):
        column = column.cast(pa.date32(), safe=False)
    values: list[Any] = (
        plain_values(column) if pa.types.is_temporal(column.type) else column.to_pylist()
    )
    return values


def plain_rows(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """The rows with values that JSON and CSV can hold."""
    names = batch.schema.names
    columns = [plain_values(column) for column in batch.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def plain_values(column: pa.Array) -> list[Any]:
    """Values as JSON holds them: times and decimals as text, bytes as base64, NaN as text.

    A length of time becomes the number of its units.
    """
    kind = _plain_type(column.type)
    if kind != column.type:
        column = column.cast(kind)
    values: list[Any] = column.to_pylist()
    if pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return values
    return [plain_value(value) for value in values]


def _plain_type(kind: pa.DataType) -> pa.DataType:
    """The type with times and decimals as text, which Python's own types cannot always hold."""
    if pa.types.is_duration(kind):
        return pa.int64()
    if pa.types.is_temporal(kind) or pa.types.is_decimal(kind):
        return pa.string()
    if pa.types.is_list(kind):
        return pa.list_(_plain_type(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_plain_type(field.type)) for field in kind])
    return kind


def plain_value(value: Any) -> Any:
    """One value, nested or not, as JSON holds it."""
    if isinstance(value, dict):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)
