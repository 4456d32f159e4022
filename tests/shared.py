"""The data folder beside the checkout: tests that need it skip where it is not."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared_rows(name: str) -> list[dict[str, Any]]:
    path = SHARED / "data" / f"{name}.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"{path} is not there: the shared data is not part of the product")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
