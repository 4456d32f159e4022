"""Corpus files: what is accepted, and that every bad row is named at once."""

from __future__ import annotations

import csv
import datetime
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from training.corpus import CorpusRow, digest, read_corpus
from training.errors import CorpusError

TEXT = "Troops moved to the border on Monday, the ministry said."


def write(path: Path, *rows: Any) -> Path:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    content = b"\n".join(lines) + b"\n"
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def one(tmp_path: Path, **fields: Any) -> CorpusRow:
    (row,) = read_corpus([write(tmp_path / "rows.jsonl", {"text": TEXT, **fields})])
    return row


def reason(tmp_path: Path, row: Any) -> str:
    with pytest.raises(CorpusError) as caught:
        read_corpus([write(tmp_path / "rows.jsonl", row)])
    (fault,) = caught.value.faults
    assert fault.row == 1
    return fault.reason


@pytest.mark.parametrize(
    ("code", "escalates"), [(-2, False), (-1, False), (0, False), (1, True), (2, True)]
)
def test_codes_of_one_and_more_escalate(tmp_path: Path, code: int, escalates: bool) -> None:
    row = one(tmp_path, escalation=code)
    assert (row.escalation, row.escalates) == (code, escalates)


def test_a_label_stands_in_for_the_code(tmp_path: Path) -> None:
    row = one(tmp_path, label=1)
    assert row.escalates
    assert row.escalation is None


def test_what_is_not_given_has_a_default(tmp_path: Path) -> None:
    row = one(tmp_path, label=0, relevant=None, flags="", source=None)
    assert (row.relevant, row.flags, row.date, row.source, row.weight) == (None, "", "", "", 1.0)
    assert (row.kind, len(row.id), row.origin) == ("item", 10, "rows.jsonl:1")


def test_texts_without_a_kind_are_told_apart_by_length(tmp_path: Path) -> None:
    long = write(tmp_path / "long.jsonl", {"text": "word " * 150, "label": 0})
    assert read_corpus([long])[0].kind == "article"


@pytest.mark.parametrize("date", ["2018-03-01", "2018-03-01T12:00:00Z"])
def test_iso_dates_are_understood(tmp_path: Path, date: str) -> None:
    row = one(tmp_path, label=0, date=date)
    assert row.day == datetime.date(2018, 3, 1)


def test_training_reads_texts_undated_as_most_are_served(tmp_path: Path) -> None:
    article = one(tmp_path, label=0, date="2018-03-01", source="agency").article()
    assert (article.text, article.source, article.published_at) == (TEXT, "agency", None)


def test_other_dates_are_kept_but_not_understood(tmp_path: Path) -> None:
    row = one(tmp_path, label=0, date="9-Oct-12")
    assert (row.date, row.day) == ("9-Oct-12", None)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "needs 'escalation'"),
        ({"escalation": 3}, "escalation: Input should be less than or equal to 2"),
        ({"escalation": True}, "escalation: must be a whole number"),
        ({"escalation": 0.5}, "escalation: Input should be a valid integer"),
        ({"escalation": "high"}, "escalation: Input should be a valid integer"),
        ({"label": 2}, "label: Input should be less than or equal to 1"),
        ({"escalation": 2, "label": 0}, "contradict each other"),
        ({"label": 0, "relevant": "perhaps"}, "relevant: Input should be a valid boolean"),
        ({"label": 0, "flags": "TX"}, "flags: String should match pattern"),
        ({"label": 0, "weight": 0}, "weight: Input should be greater than 0"),
        ({"label": 0, "weight": -1}, "weight: Input should be greater than 0"),
        ({"label": 0, "text": ""}, "text: Field required"),
        ({"label": 0, "text": 7}, "text: Input should be a valid string"),
        ({"label": 0, "text": "... !"}, "text holds no words"),
        ({"label": 0, "text": "\x00\x01\x02\x03 abc"}, "control or undecodable"),
        ({"label": 0, "text": "a " * 100_001}, "at most 200,000 are accepted"),
        ({"label": 0, "language": "fr"}, "language 'fr' is not supported"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(
    tmp_path: Path, fields: dict[str, Any], expected: str
) -> None:
    assert expected in reason(tmp_path, {"text": TEXT, **fields})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"{", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"text": "caf\xe9", "label": 0}', "not UTF-8"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason(tmp_path: Path, line: bytes, expected: str) -> None:
    assert expected in reason(tmp_path, line)


def test_every_bad_row_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    good = {"text": TEXT, "label": 0}
    first = write(tmp_path / "a.jsonl", good, {"text": TEXT}, b"", b"{")
    second = write(tmp_path / "b.jsonl.gz", {"label": 1}, good)
    with pytest.raises(CorpusError) as caught:
        read_corpus([first, tmp_path / "absent.jsonl", second, tmp_path / "c.txt"])
    assert [(Path(f.file).name, f.row) for f in caught.value.faults] == [
        ("a.jsonl", 2),
        ("a.jsonl", 4),
        ("absent.jsonl", 0),
        ("b.jsonl.gz", 1),
        ("c.txt", 0),
    ]
    message = str(caught.value)
    assert "5 rows are unusable; nothing was trained" in message
    assert "a.jsonl, row 4: not JSON" in message
    assert "absent.jsonl: cannot be read: [Errno 2]" in message
    assert "c.txt: the name must end in .jsonl, .csv, .parquet" in message


def test_a_truncated_archive_is_a_fault(tmp_path: Path) -> None:
    path = write(
        tmp_path / "cut.jsonl.gz", *[{"text": TEXT + str(n), "label": 0} for n in range(99)]
    )
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(CorpusError, match="Compressed file ended"):
        read_corpus([path])


def test_the_three_formats_give_the_same_rows(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"text": 'A "quoted" text, with commas\nand lines.', "escalation": 2, "relevant": 1,
         "date": "2018-01-02", "weight": 2.0, "flags": "TB", "other": "x"},
        {"text": TEXT, "escalation": 0, "relevant": 0, "date": "", "weight": None, "flags": "-",
         "other": None},
    ]  # fmt: skip
    jsonl = write(tmp_path / "rows.jsonl", *rows)
    with (tmp_path / "rows.csv").open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    packed = tmp_path / "rows.csv.gz"
    packed.write_bytes(gzip.compress((tmp_path / "rows.csv").read_bytes()))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "rows.parquet")
    expected = digest(read_corpus([jsonl]))
    for path in (tmp_path / "rows.csv", packed, tmp_path / "rows.parquet"):
        assert digest(read_corpus([path])) == expected
    assert [row.origin for row in read_corpus([packed])] == ["rows.csv.gz:1", "rows.csv.gz:2"]


def test_parquet_dates_and_missing_numbers(tmp_path: Path) -> None:
    table = pa.table(
        {
            "text": [TEXT, TEXT + " More."],
            "escalation": pa.array([1.0, float("nan")]),
            "label": pa.array([None, 0], pa.int64()),
            "date": pa.array([17_000, None], pa.date32()),
        }
    )
    pq.write_table(table, tmp_path / "rows.parquet")
    first, second = read_corpus([tmp_path / "rows.parquet"])
    assert (first.escalation, first.date) == (1, "2016-07-18")
    assert (second.escalation, second.escalates) == (None, False)


def test_csv_rows_of_the_wrong_width_are_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,label\nTroops moved.,0\nTroops, moved.,0\n")
    with pytest.raises(CorpusError, match=r"rows\.csv, row 2: more cells than columns"):
        read_corpus([path])


def test_csv_without_a_text_column_is_refused_once(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("body,label\nTroops moved.,0\n")
    with pytest.raises(CorpusError, match=r"rows\.csv: the first line must name the columns"):
        read_corpus([path])


def test_the_digest_is_of_content_not_of_place(tmp_path: Path) -> None:
    row = {"text": TEXT, "label": 1, "id": "a"}
    one_place = read_corpus([write(tmp_path / "a.jsonl", row)])
    other = read_corpus([write(tmp_path / "b.jsonl", b"", row)])
    assert digest(one_place) == digest(other)
    assert digest(one_place) != digest(
        read_corpus([write(tmp_path / "c.jsonl", {**row, "label": 0})])
    )
