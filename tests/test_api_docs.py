"""docs/api.md: every example runs, and answers have what the page shows."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.api import problems
from service.settings import settings_table
from tests.fakes import CountingScorer, MemoryLibrary
from tests.serving import serving

PAGE = Path(__file__).parents[1] / "docs/api.md"
KEY = "a key for the examples"
BLOCKS = re.findall(
    r"^```(sh|python)\n(.*?)^```\n(?:\s*```json\n(.*?)^```)?",
    PAGE.read_text(),
    re.DOTALL | re.MULTILINE,
)


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    keys = {"docs": hashlib.sha256(KEY.encode()).digest()}
    with serving(MemoryLibrary(CountingScorer("0.1.0")), api_keys=keys) as client:
        yield {**os.environ, "BASE": str(client.base_url).rstrip("/"), "KEY": KEY}


def has_shape(found: Any, shown: Any) -> None:
    """Everything shown is there, and of the same kind."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert name in found, f"{name} is shown but not answered"
            has_shape(found[name], value)
    elif isinstance(shown, list) and shown and isinstance(shown[0], dict):
        for one, other in zip(found, shown, strict=False):
            has_shape(one, other)
    elif isinstance(shown, bool | str | int | float):
        assert isinstance(found, type(shown)), (found, shown)


@pytest.mark.parametrize(("language", "code", "shown"), BLOCKS)
def test_example(environment: dict[str, str], language: str, code: str, shown: str) -> None:
    command = ["bash", "-euo", "pipefail", "-c"] if language == "sh" else [sys.executable, "-c"]
    done = subprocess.run(
        [*command, code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    if shown:
        has_shape(json.loads(done.stdout), json.loads(shown))


def test_examples_are_found() -> None:
    assert [language for language, _, _ in BLOCKS].count("python") == 2
    assert sum(bool(shown) for _, _, shown in BLOCKS) >= 5


def test_every_code_is_in_the_table() -> None:
    rows = re.findall(r"^\| (.*?) \| (.*?) \|", PAGE.read_text(), re.MULTILINE)
    listed = {
        (code, int(status))
        for codes, statuses in rows
        if codes.startswith("`") and codes.islower()
        for code, status in zip(
            re.findall(r"`(\w+)`", codes), re.findall(r"\d+", statuses), strict=True
        )
    }
    kinds = {kind for kind in vars(problems).values() if isinstance(kind, problems.Kind)}
    assert listed == {(kind.code, kind.status) for kind in kinds}


def test_every_setting_is_in_the_table() -> None:
    rows = re.findall(
        r"^\| `(ESCALATION_\w+)` \| `(.*?)` \| (.*?) \|$", PAGE.read_text(), re.MULTILINE
    )
    assert rows == settings_table()
