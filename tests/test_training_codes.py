"""Codes kept apart from their texts: placed by id, and every bad or lost line is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.codes import read_codes
from training.corpus import CorpusRow, read_corpus
from training.errors import CorpusError
from training.retrain import EXIT_NOTHING_DONE, EXIT_USAGE, main

TEXTS = {
    "a": "Guns fell silent along the river.",
    "b": "A column crossed the ford at Nerrin and took the customs post.",
    "7": "The mint issued a coin.",
}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.jsonl"
    path.write_text(
        "".join(json.dumps({"id": i, "text": text}) + "\n" for i, text in TEXTS.items())
    )
    return path


def codes(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "codes.tsv"
    path.write_text(content)
    return path


def reasons(error: CorpusError) -> list[tuple[int, str]]:
    return [(fault.row, fault.reason) for fault in error.faults]


def labels(rows: list[CorpusRow]) -> list[tuple[str, int | None, bool | None, str]]:
    return [(row.id, row.escalation, row.relevant, row.flags) for row in rows]


def test_only_texts_with_a_code_are_read(tmp_path: Path, texts: Path) -> None:
    given = read_codes([codes(tmp_path, "# by hand\n\n7\t0\t0\t-\nb\t1\t2\tAS\n")])
    rows = read_corpus([], [texts], given)
    assert labels(rows) == [("b", 2, True, "AS"), ("7", 0, False, "")]
    assert rows[0].text == TEXTS["b"]


def test_a_code_corrects_a_label(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    kept = {"id": "a", "text": TEXTS["a"], "label": 0, "date": "2019-03-01"}
    wrong = {"id": "b", "text": TEXTS["b"], "label": 0, "flags": "D", "relevant": 0}
    path.write_text(json.dumps(kept) + "\n" + json.dumps(wrong) + "\n")
    rows = read_corpus([path], codes=read_codes([codes(tmp_path, "b\t1\t1\tAS\n")]))
    assert labels(rows) == [("a", None, None, ""), ("b", 1, True, "AS")]
    assert [row.escalates for row in rows] == [False, True]


def test_the_last_code_of_a_text_counts(tmp_path: Path, texts: Path) -> None:
    first = codes(tmp_path, "b\t1\t2\tAS\n")
    second = tmp_path / "second.tsv"
    second.write_text("b\t1\t1\tS\n")
    rows = read_corpus([], [texts], read_codes([first, second]))
    assert labels(rows) == [("b", 1, True, "S")]


def test_a_code_of_no_text_is_named(tmp_path: Path, texts: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        read_corpus([], [texts], read_codes([codes(tmp_path, "b\t1\t1\tS\nc\t0\t0\t-\n")]))
    assert reasons(caught.value) == [(2, "no text has the id 'c'")]


def test_a_row_without_an_id_has_no_code(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"text": TEXTS["a"]}) + "\n")
    with pytest.raises(CorpusError, match="no text has the id 'None'"):
        read_corpus([], [path], read_codes([codes(tmp_path, "None\t0\t0\t-\n")]))


@pytest.mark.parametrize(
    "line",
    ["b 1 1 S", "b\t1\t1", "\t1\t1\tS", "b\t2\t1\tS", "b\t1\t3\tS", "b\t1\t-0\tS", "b\t1\t1\tX",
     "b\t1\t1\t", "id\trelevant\tescalation\tflags", "b\t1\t1\tS\tnote"],
)  # fmt: skip
def test_a_line_that_is_no_code_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(CorpusError) as caught:
        read_codes([codes(tmp_path, f"a\t0\t0\t-\n{line}\n")])
    [(row, reason)] = reasons(caught.value)
    assert row == 2
    assert "parted by tabs" in reason


@pytest.mark.parametrize("content", [None, b"a\t0\t0\t-\xff\n"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "codes.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CorpusError, match=r"codes\.tsv: cannot be read"):
        read_codes([path])


def test_the_command_line_reads_them(
    tmp_path: Path, texts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--corpus", str(texts), "--output", str(tmp_path / "registry")]
    with pytest.raises(SystemExit) as left:
        main([*options, "--texts", str(texts)])
    assert left.value.code == EXIT_USAGE
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text(json.dumps({"text": "Nothing happened in Orvale.", "label": 0}) + "\n")
    lost = codes(tmp_path, "b\t1\t1\tS\nz\t0\t0\t-\n")
    code = main(
        ["--corpus", str(labelled), "--texts", str(texts), "--codes", str(lost),
         "--output", str(tmp_path / "registry")]
    )  # fmt: skip
    assert code == EXIT_NOTHING_DONE
    assert "codes.tsv, row 2: no text has the id 'z'" in capsys.readouterr().err
    assert not (tmp_path / "registry").exists()
