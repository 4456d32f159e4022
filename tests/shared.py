"""The data folder beside the checkout: tests that need it skip where it is not."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.shared import SHARED, rows_if_there


def shared_rows(name: str) -> list[dict[str, Any]]:
    found = rows_if_there(name)
    if found is None:
        pytest.skip(f"{SHARED} has no data/{name}.jsonl.gz: it is not part of the product")
    return found
