"""docs/batch.md says what is so."""

from __future__ import annotations

import gzip
import json
import re
import shlex
from pathlib import Path

import pytest

from models import errors
from service.batch.partitions import LARGEST_BYTES, PARTITIONS_WANTED, SMALLEST_BYTES
from service.commands import batch
from tests.batch_command import invoke

ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs/batch.md").read_text()
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL)
    for line in block.strip().splitlines()
]


@pytest.fixture
def articles(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [{"id": n, "text": f"Article {n} tells of troops."} for n in range(9)]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "archive").mkdir()
    (tmp_path / "articles.jsonl").write_text(text)
    (tmp_path / "articles.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "archive/2023.jsonl").write_text(text)
    (tmp_path / "archive/2024-01.csv").write_text("id,text\n1,Troops.\n")
    return text.encode()


def test_there_are_examples():
    assert len(COMMANDS) >= 5


@pytest.mark.parametrize("line", COMMANDS)
def test_examples_work(articles, line):
    words = shlex.split(line.rpartition("|")[2])
    assert words[:2] == ["escalation", "batch"]
    done = invoke(*words[2:], stdin=articles if "|" in line else b"")
    assert done.returncode == 0, done.stderr
    output = Path(words[words.index("--output") + 1])
    assert output.exists()


def test_every_error_code_is_explained():
    source = "".join(path.read_text() for path in (ROOT / "service/batch").glob("*.py"))
    codes = set(re.findall(r'(?:RowError|Fault)\(\s*"(\w+)"', source))
    codes |= {kind.code for kind in errors.ArticleError.__subclasses__()}
    assert len(codes) > 10
    assert codes == {code for code in codes if f"`{code}`" in DOCS}


def test_every_option_named_exists():
    options = set(re.findall(r"--[a-z][a-z-]+", DOCS))
    source = Path(batch.__file__).read_text()
    assert {option for option in options if f'"{option}"' not in source} == {"--help"}


def test_the_figures_are_those_of_the_code():
    assert f"{PARTITIONS_WANTED}, at least {SMALLEST_BYTES >> 10} KiB" in DOCS
    assert f"at most {LARGEST_BYTES >> 20} MiB" in DOCS
