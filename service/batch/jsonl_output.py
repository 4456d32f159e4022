"""JSONL output: the input's line as it stood, with the added columns before its last brace."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from service.batch import storage
from service.batch.columns import Columns
from service.batch.formats import Part, Scored
from service.batch.rows import Block
from service.batch.tables import plain_rows

ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


class JsonlWriter:
    """Writes the lines of one part."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, block: Block, scored: Sequence[Scored]) -> None:
        """Add the scored rows of a block."""
        table = None if block.table is None else plain_rows(block.table)
        for row, values in scored:
            if table is not None:
                line = ENCODER.encode({**table[row.place], **values}).encode()
            elif block.is_json:
                added = ENCODER.encode(values)[1:]
                line = b"%s, %s" % (row.raw.strip()[:-1], added.encode())
            else:
                line = ENCODER.encode({**row.columns, **values}).encode()
            self._file.write(line + b"\n")

    def finish(self) -> None:
        """Nothing is held back."""


class JsonlFormat:
    """JSONL has no shape: each line says what it holds."""

    def part_writer(self, file: BinaryIO, columns: Columns) -> JsonlWriter:
        """A writer of one part."""
        return JsonlWriter(file)

    def shape(self, addresses: Iterator[str], columns: Columns) -> None:
        """Lines need to share nothing."""

    def agrees(self, address: str, shape: None, columns: Columns) -> bool:
        """Every part does."""
        return True

    def join(self, parts: Iterator[Part], shape: None, columns: Columns, target: BinaryIO) -> None:
        """Write the parts one after the other."""
        for part in parts:
            if part.duplicates is None:
                storage.append(part.address, target)
            else:
                _join_with_duplicates(part.address, part.duplicates, columns, target)


def _join_with_duplicates(
    address: str, duplicates: Iterator[str | None], columns: Columns, target: BinaryIO
) -> None:
    name = ENCODER.encode(columns.duplicate_name)
    with storage.open_read(address) as file:
        for line, original in zip(file, duplicates, strict=True):
            added = f", {name}: {ENCODER.encode(original)}}}\n"
            target.write(line[:-2] + added.encode())
