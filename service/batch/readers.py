"""A partition's rows, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import BinaryIO

import pyarrow as pa

from service.batch import storage, streams
from service.batch.errors import Fault, RowError, StreamBrokenError
from service.batch.partitions import Partition
from service.batch.records import Record, csv_records, lines
from service.batch.rows import (
    BadRow,
    Block,
    Parser,
    Row,
    broken_parser,
    csv_header,
    csv_parser,
    parse,
    parse_json,
)
from service.batch.tables import article_rows, ipc_batches, parquet_batches

BLOCK_ROWS = 256
BLOCK_BYTES = 1 << 20


def blocks(partition: Partition) -> Iterator[Block]:
    """The rows of a partition in order, at most ``BLOCK_ROWS`` or about ``BLOCK_BYTES`` at once.

    Every record becomes one row, readable or not; what cannot be read at all becomes one bad
    row for each row known to be lost. Blank lines are no rows, but they are numbered.
    """
    if partition.source.format == "parquet":
        return _table_blocks(_batches(partition))
    return _READERS[partition.source.format](partition)


def _jsonl_blocks(partition: Partition) -> Iterator[Block]:
    return _text_blocks(lines(_pieces(partition)), parse_json)


def _csv_blocks(partition: Partition) -> Iterator[Block]:
    records = csv_records(lines(_pieces(partition)))
    if partition.header is not None:
        return _text_blocks(records, _csv_parser(partition.header))
    header = next(records, None)
    if header is None:
        return iter(())
    if header.fault is not None:
        return _text_blocks(chain([header], records), _csv_parser(b""))
    return _text_blocks(records, _csv_parser(header.data))


_READERS: dict[str, Callable[[Partition], Iterator[Block]]] = {
    "jsonl": _jsonl_blocks,
    "csv": _csv_blocks,
}


def _csv_parser(header: bytes) -> Parser:
    try:
        return csv_parser(csv_header(header))
    except RowError as error:
        return broken_parser(error)


def _text_blocks(records: Iterable[Record], parser: Parser) -> Iterator[Block]:
    rows: list[Row | BadRow] = []
    held = number = 0
    is_json = parser is parse_json
    for number, record in enumerate(records, 1):
        row = parse(record, number, parser)
        if row is not None:
            rows.append(row)
            held += len(record.data)
        if len(rows) >= BLOCK_ROWS or held >= BLOCK_BYTES:
            yield Block(rows, number, is_json=is_json)
            rows, held = [], 0
    yield Block(rows, number, is_json=is_json)


def _pieces(partition: Partition) -> Iterator[bytes]:
    with storage.open_read(partition.cut or partition.source.address) as file:
        if partition.cut is not None:
            yield from _bytes(file, 0, None)
        elif partition.stop is None:
            yield from streams.pieces(file)
        else:
            first = _line_start(file, partition.start)
            yield from _bytes(file, first, _line_start(file, partition.stop))
    if partition.fault is not None:
        raise StreamBrokenError(partition.fault)


def _bytes(file: BinaryIO, start: int, stop: int | None) -> Iterator[bytes]:
    file.seek(start)
    wanted = streams.PIECE_BYTES
    while stop is None or start < stop:
        if stop is not None:
            wanted = min(streams.PIECE_BYTES, stop - start)
        piece = file.read(wanted)
        if not piece:
            return
        yield piece
        start += len(piece)


def _line_start(file: BinaryIO, position: int) -> int:
    """Where the first line begins at or after ``position``; the file's end if none does."""
    if position == 0:
        return 0
    # The byte before ``position`` tells whether a line begins exactly there.
    position -= 1
    file.seek(position)
    while piece := file.read(streams.PIECE_BYTES):
        end = piece.find(b"\n") + 1
        if end:
            return position + end
        position += len(piece)
    return position


def _batches(partition: Partition) -> Iterator[pa.RecordBatch | Fault]:
    if partition.cut is None:
        return parquet_batches(partition.source.address, partition.start, partition.stop)
    fault = () if partition.fault is None else (partition.fault,)
    return chain(ipc_batches(partition.cut), fault)


def _table_blocks(batches: Iterator[pa.RecordBatch | Fault]) -> Iterator[Block]:
    number = 0
    for batch in batches:
        if isinstance(batch, Fault):
            yield from _lost_rows(batch, number)
            number += batch.rows
        else:
            yield _table_block(batch, number)
            number += batch.num_rows


def _table_block(batch: pa.RecordBatch, before: int) -> Block:
    last = before + batch.num_rows
    names = batch.schema.names
    if len(set(names)) < len(names):
        fault = Fault("invalid_column", "two columns have the same name")
        return Block([BadRow(number, fault, b"") for number in range(before + 1, last + 1)], last)
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        return _partly_valid(batch, before)
    return Block(list(article_rows(batch, before)), last, batch)


def _partly_valid(batch: pa.RecordBatch, before: int) -> Block:
    """A block in which some rows hold what their types forbid, such as text that is not UTF-8."""
    good: list[int] = []
    bad: list[Row | BadRow] = []
    for place in range(batch.num_rows):
        try:
            batch.slice(place, 1).validate(full=True)
        except pa.ArrowInvalid as error:
            bad.append(BadRow(before + place + 1, Fault("invalid_utf8", str(error)), b""))
        else:
            good.append(place)
    table = batch.take(pa.array(good, pa.int64()))
    rows = [
        row._replace(number=before + place + 1)
        for row, place in zip(article_rows(table, before), good, strict=True)
    ]
    in_order = sorted([*rows, *bad], key=lambda row: row.number)
    return Block(in_order, before + batch.num_rows, table)


def _lost_rows(fault: Fault, before: int) -> Iterator[Block]:
    """A bad row for each row that is known to be lost."""
    for start in range(0, fault.rows, BLOCK_ROWS):
        stop = min(start + BLOCK_ROWS, fault.rows)
        lost: list[Row | BadRow] = [
            BadRow(before + number, fault, b"") for number in range(start + 1, stop + 1)
        ]
        yield Block(lost, before + stop)
