"""Rows: one article each, with the columns that came with it."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

import pyarrow as pa

from service.batch.errors import Fault, RowError
from service.batch.records import MAX_RECORD_BYTES, Record

BOM = b"\xef\xbb\xbf"


class Row(NamedTuple):
    """A readable row. ``number`` counts records of the partition from 1; ``raw`` is its line.

    For Parquet ``raw`` is empty, ``columns`` holds only what an article needs, and
    ``place`` is the row's place in the block's table.
    """

    number: int
    columns: dict[str, Any]
    raw: bytes
    place: int = 0


class BadRow(NamedTuple):
    """A row that cannot even be read."""

    number: int
    fault: Fault
    raw: bytes


@dataclass(slots=True)
class Block:
    """A few rows in input order; ``table`` has all their columns when the input is Parquet.

    ``last`` is the number of the last record read so far, which may have been a blank one;
    ``is_json``: the raw rows are JSON objects.
    """

    rows: list[Row | BadRow]
    last: int
    table: pa.RecordBatch | None = None
    is_json: bool = False


Parser = Callable[[bytes], dict[str, Any]]


def parse(record: Record, number: int, parser: Parser) -> Row | BadRow | None:
    """The row of a text record; None for a blank one."""
    if record.fault is not None:
        return BadRow(number, record.fault, record.data)
    if not record.data or record.data.isspace():
        return None
    try:
        return Row(number, parser(record.data), record.data.removeprefix(BOM))
    except RowError as error:
        return BadRow(number, Fault(error.code, error.detail), record.data)


def parse_json(data: bytes) -> dict[str, Any]:
    """The object on a JSONL line.

    Raises:
        RowError: not UTF-8, not JSON (RFC 8259: no NaN), not an object, a name twice in one
            object, or half of a surrogate pair, which no text can hold.
    """
    try:
        columns = _DECODER.decode(decode(data))
    except RowError:
        raise
    except RecursionError:
        raise RowError("invalid_json", "nested too deeply") from None
    except ValueError as error:
        raise RowError("invalid_json", str(error)) from None
    if not isinstance(columns, dict):
        raise RowError("invalid_json", f"a {type(columns).__name__} instead of an object")
    if b"\\ud" in data or b"\\uD" in data:
        _refuse_surrogates(columns)
    return columns


def decode(data: bytes) -> str:
    """UTF-8 text, without a byte order mark."""
    try:
        return data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        raise RowError(
            "invalid_utf8", f"byte {data[error.start]:#04x} at byte {error.start} of the row"
        ) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    columns = dict(pairs)
    if len(columns) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RowError("invalid_json", f"the name {twice!r} appears twice")
    return columns


def _refuse_constant(constant: str) -> NoReturn:
    raise RowError("invalid_json", f"{constant} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise RowError("invalid_json", f"the number {number[:40]} is out of range")
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_finite
)


def _refuse_surrogates(columns: dict[str, Any]) -> None:
    try:
        json.dumps(columns, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise RowError("invalid_json", f"half of a surrogate pair: {error.reason}") from None


def csv_header(data: bytes) -> tuple[str, ...]:
    """The column names on a CSV file's first record.

    Raises:
        RowError: not UTF-8, not CSV, empty, or a name twice.
    """
    header = tuple(_cells(data))
    if not header:
        raise RowError("invalid_csv", "the first line names no columns")
    twice = {name for name in header if header.count(name) > 1}
    if twice:
        raise RowError("invalid_csv", f"the header names {sorted(twice)} twice")
    return header


def csv_parser(header: tuple[str, ...]) -> Parser:
    """A parser of CSV records under a header; every value is text."""

    def parse_csv(data: bytes) -> dict[str, Any]:
        cells = _cells(data)
        if len(cells) != len(header):
            raise RowError("invalid_csv", f"{len(cells)} cells under {len(header)} column names")
        return dict(zip(header, cells, strict=True))

    return parse_csv


def broken_parser(error: RowError) -> Parser:
    """A parser for a file whose header is unusable: each row fails for that reason."""

    def refuse(data: bytes) -> dict[str, Any]:
        raise RowError(error.code, f"unusable header: {error.detail}")

    return refuse


def _cells(data: bytes) -> list[str]:
    csv.field_size_limit(2 * MAX_RECORD_BYTES)
    try:
        return next(csv.reader([decode(data)], strict=True))
    except csv.Error as error:
        raise RowError("invalid_csv", str(error)) from None
