"""The matcher: many patterns of one head, each compiled when asked for, all with one answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks.roles import rows
from models.features import lexicon
from models.features.lexicon import Lexicon
from models.features.names import shipped_gazetteer
from models.text import matching

EXAMPLES = Path(__file__).parent.parent / "models" / "examples"


@pytest.fixture
def texts() -> Iterator[str]:
    return (row["text"] for row in (*rows("read"), *rows("unread")))


def fresh() -> Lexicon:
    return Lexicon(lexicon._folder(), shipped_gazetteer())


def test_key_words_change_no_match(monkeypatch: pytest.MonkeyPatch, texts: Iterator[str]) -> None:
    keyed = fresh()
    monkeypatch.setattr(matching, "_KEYED_FROM", 10**9)
    plain = fresh()
    for text in texts:
        symbols = plain.document(text).symbols
        assert keyed.matcher.matches(symbols) == plain.matcher.matches(symbols)


def test_nothing_is_left_to_compile_after_prepare(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = fresh()
    prepared.matcher.prepare()

    def compile_nothing(source: str) -> None:
        pytest.fail(f"compiled late: {source[:80]}")

    monkeypatch.setattr(matching, "re", SimpleNamespace(compile=compile_nothing))
    for example in sorted(EXAMPLES.glob("*.txt")):
        symbols = prepared.document(example.read_text("utf-8")).symbols
        assert prepared.matcher.matches(symbols)
