"""The data folder beside the checkout, which benchmarks read and users do not have."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def rows_if_there(name: str) -> list[dict[str, Any]] | None:
    """The rows of ``data/{name}.jsonl.gz``; None where the folder has no such file."""
    path = SHARED / "data" / f"{name}.jsonl.gz"
    if not path.is_file():
        return None
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of ``data/{name}.jsonl.gz``; ends the program with a reason if it is not there."""
    found = rows_if_there(name)
    if found is None:
        sys.exit(f"skipped: {SHARED} has no data/{name}.jsonl.gz, which this benchmark needs")
    return found


def text(name: str) -> str:
    """A text file of the shared folder."""
    path = SHARED / name
    if not path.is_file():
        sys.exit(f"skipped: {path} is not there; this benchmark needs the shared data folder")
    return path.read_text("utf-8")
