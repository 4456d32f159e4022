"""The errors file: each row that could not be scored, why, and what it was."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, BinaryIO

from service.batch import storage
from service.batch.jsonl_output import ENCODER


class Rejects:
    """Writes the error rows of one partition, numbered within it."""

    def __init__(self, file: BinaryIO, source: str) -> None:
        self.by_code: Counter[str] = Counter()
        self._file = file
        self._source = source

    def add(self, number: int, id_: object, code: str, detail: str, raw: bytes) -> None:
        """Add one row."""
        self.by_code[code] += 1
        row: dict[str, Any] = {
            "source": self._source,
            "row": number,
            "id": id_,
            "code": code,
            "detail": detail,
            **_raw(raw),
        }
        # ASCII only: a JSON string in the row may hold what UTF-8 cannot.
        self._file.write(json.dumps(row, default=str).encode() + b"\n")


def _raw(raw: bytes) -> dict[str, str | None]:
    """The row as text, or as base64 if it is not UTF-8."""
    try:
        return {"raw": raw.decode()}
    except UnicodeDecodeError:
        return {"raw": None, "raw_base64": base64.b64encode(raw).decode()}


def raw_of(columns: Mapping[str, Any]) -> bytes:
    """A Parquet row as the JSON text that stands for it in the errors file."""
    return ENCODER.encode(columns).encode("utf-8", "backslashreplace")


def append_rejects(address: str, records_before: int, target: BinaryIO) -> None:
    """Copy a partition's error rows, numbered within the whole source."""
    if records_before == 0:
        storage.append(address, target)
        return
    with storage.open_read(address) as file:
        for line in file:
            row = json.loads(line)
            row["row"] += records_before
            target.write(json.dumps(row).encode() + b"\n")
