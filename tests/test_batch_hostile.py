"""Input that nobody would write on purpose: good rows are scored, the others accounted for."""

from __future__ import annotations

import gzip
import hashlib
import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd

from tests.batch_command import invoke, run, table_of

GOOD = b'{"id": "%d", "text": "Troops crossed the river."}'
LONG = b'{"id": "long", "text": "' + b"word " * 1_000_000 + b'"}'
ENDLESS = b'{"id": "endless", "text": "' + b"x" * (17 << 20) + b'"}'

HOSTILE_LINES = [
    (b'{"id": "1", "text": "Troops crossed the river."}', None),
    (b'{"id": "2", "text": ', "invalid_json"),
    (b'{"id": "3"}', "missing_column"),
    (b'{"text": "No id."}', "missing_column"),
    (b'{"id": "5", "text": ""}', "text_empty"),
    (b'{"id": "6", "text": "... !!! ..."}', "text_empty"),
    (LONG, "text_too_long"),
    (b'{"id": "8", "text": "A nul \\u0000 in a text of some length is no harm done to it."}', None),
    (b'{"id": "9", "text": "A raw nul \x00 is not JSON."}', "invalid_json"),
    (b'{"id": "10", "text": "' + b"\\u0000" * 100 + b'a"}', "text_binary"),
    (b'{"id": "11", "text": "caf\xe9"}', "invalid_utf8"),
    (b'{"id": "1", "text": "The same id again."}', None),
    (b'{"id": "13", "text": "Des troupes.", "language": "fr"}', "language_not_supported"),
    (b'{"id": "14", "text": 14}', "invalid_column"),
    (b'{"id": ["15"], "text": "A list for an id."}', "invalid_column"),
    (b'{"id": "16", "text": "A \\ud800 surrogate."}', "invalid_json"),
    (b'{"id": "17", "text": "Twice.", "text": "Again."}', "invalid_json"),
    (b'{"id": "18", "text": "A score of its own.", "score": 1}', "column_clash"),
    (b'{"id": "19", "text": "When?", "published_at": "tomorrow"}', "invalid_column"),
    (b'["20", "no object"]', "invalid_json"),
    (b"[" * 100_000, "invalid_json"),
    (ENDLESS, "row_too_long"),
    (b"\xff\xfe{\x00}\x00", "invalid_utf8"),
    (b'{"id": 24, "text": "A number for an id."}', None),
    (b'{"id": "25", "text": "cut off', "invalid_json"),
]


def noise(count):
    """Words that cannot be compressed much."""
    return [hashlib.sha512(b"%d" % number).hexdigest() for number in range(count)]


def expect(path, expected, code):
    """Run it; check every row's fate, that nothing is lost, and the exit code."""
    out = path.with_name("out.jsonl")
    done = invoke(path, "--output", out, "--quiet")
    summary = json.loads(done.stdout)
    assert summary["rows"] == summary["scored"] + sum(summary["errors"].values())
    assert summary["rows"] == len(expected)
    assert done.returncode == code
    errors = table_of(out.with_name("out.jsonl.errors.jsonl"))
    fates = [(row["row"], row["code"]) for row in errors]
    assert fates == [(number, fate) for number, fate in enumerate(expected, 1) if fate]
    assert all(row["source"] == str(path) for row in errors)
    scored = table_of(out) if out.exists() else []
    assert len(scored) == expected.count(None)
    assert all(0 <= row["score"] <= 1 for row in scored)
    return scored, errors


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstd.compress])
def test_a_hostile_jsonl_file(tmp_path, compress):
    path = tmp_path / "in.jsonl"
    path.write_bytes(compress(b"\n".join(line for line, _ in HOSTILE_LINES)))
    scored, errors = expect(path, [fate for _, fate in HOSTILE_LINES], 3)
    assert [row["id"] for row in scored] == ["1", "8", "1", 24]
    raw = {row["row"]: row.get("raw_base64") or row["raw"] for row in errors}
    assert raw[2] == HOSTILE_LINES[1][0].decode()
    assert len(raw[7]) == len(LONG)
    assert len(raw[22]) == 1 << 16


def test_the_same_in_small_partitions_and_three_workers(tmp_path):
    lines = [line for line, _ in HOSTILE_LINES if line is not ENDLESS] * 3
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines))
    run(tmp_path / "in.jsonl", tmp_path / "one.jsonl")
    run(tmp_path / "in.jsonl", tmp_path / "many.jsonl", workers=3, partition_bytes=200_000)
    for suffix in ("", ".errors.jsonl"):
        one, many = (tmp_path / f"{name}.jsonl{suffix}" for name in ("one", "many"))
        assert one.read_bytes() == many.read_bytes()


@pytest.mark.parametrize(
    ("compress", "code"), [(gzip.compress, "input_truncated"), (zstd.compress, "input_truncated")]
)
def test_a_truncated_file(tmp_path, compress, code):
    lines = [json.dumps({"id": n, "text": f"Troops {word}"}) for n, word in enumerate(noise(2000))]
    whole = compress("\n".join(lines).encode())
    path = tmp_path / "in.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    out = tmp_path / "out.jsonl"
    done = invoke(path, "--output", out, "--quiet")
    scored = table_of(out)
    assert done.returncode == 3
    assert [row["id"] for row in scored] == list(range(len(scored)))
    assert 800 < len(scored) < 1100
    (error,) = table_of(tmp_path / "out.jsonl.errors.jsonl")
    assert (error["code"], error["row"]) == (code, len(scored) + 1)
    assert lines[len(scored)].startswith(error["raw"])


def test_a_truncated_pipe_in_many_cuts(tmp_path):
    lines = [json.dumps({"id": n, "text": f"Troops {word}"}) for n, word in enumerate(noise(2000))]
    whole = gzip.compress("\n".join(lines).encode())
    path = tmp_path / "in.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    run(path, tmp_path / "one.jsonl")
    options = ("--partition-bytes", "9000", "--workers", "2")
    done = invoke("-", "--output", tmp_path / "many.jsonl", *options, stdin=path.read_bytes())
    assert done.returncode == 3
    assert (tmp_path / "many.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()


HOSTILE_CSV = [
    ("1,Troops crossed the river.,", None),
    ('2,"A text\nof two lines, with ""quotes"" in it",', None),
    ("3,too few", "invalid_csv"),
    ("4,too,many,cells", "invalid_csv"),
    (",no id,", "missing_column"),
    ("6,,", "text_empty"),
    ("7,A nul \0 is harmless in a text that is as long as this one here.,", None),
    ('8,"closed" badly,', "invalid_csv"),
    ('9,a 5" gun,', None),
    ("10,bonne nuit,fr", "language_not_supported"),
]


@pytest.mark.parametrize("partition_bytes", [1 << 20, 60])
def test_a_hostile_csv_file(tmp_path, partition_bytes):
    path = tmp_path / "in.csv"
    rows = [row.encode() for row, _ in HOSTILE_CSV]
    bad = b"11,caf\xe9,"
    never = b'12,"never closed,'
    after = b"13,After the quote.,"
    path.write_bytes(b"\n".join([b"id,text,language", *rows, bad, never, after]))
    out = tmp_path / "out.jsonl"
    done = invoke(path, "--output", out, "--partition-bytes", partition_bytes)
    assert done.returncode == 3
    assert [row["id"] for row in table_of(out)] == ["1", "2", "7", "9", "13"]
    fates = [fate for _, fate in HOSTILE_CSV] + ["invalid_utf8", "invalid_csv", None]
    errors = table_of(tmp_path / "out.jsonl.errors.jsonl")
    assert [(row["row"], row["code"]) for row in errors] == [
        (number, fate) for number, fate in enumerate(fates, 1) if fate
    ]
    assert errors[-1]["raw"] == never.decode()


@pytest.mark.parametrize("partition_bytes", [1 << 20, 10])
@pytest.mark.parametrize("header", [b"id,text,id", b'id,"text', b"id,te\xe9", b"title,body", b"\n"])
def test_a_csv_file_with_an_unusable_header_has_only_errors(tmp_path, header, partition_bytes):
    path = tmp_path / "in.csv"
    path.write_bytes(header + b"\n1,One.\n2,Two.\n3,Three.\n")
    done = invoke(path, "--output", tmp_path / "out.jsonl", "--partition-bytes", partition_bytes)
    summary = json.loads(done.stdout)
    assert done.returncode == 1
    assert summary["scored"] == 0
    assert summary["rows"] >= 3
    raws = [row["raw"] for row in table_of(tmp_path / "out.jsonl.errors.jsonl")]
    assert {"1,One.", "2,Two.", "3,Three."} <= set(raws)


def test_parquet_with_the_wrong_types(tmp_path):
    tables = {
        "number": pa.table({"id": ["1"], "text": [5]}),
        "bytes": pa.table({"id": ["1"], "text": [b"bytes"]}),
        "float": pa.table({"id": [1.5], "text": ["Text."]}),
        "lacking": pa.table({"id": ["1"], "body": ["Text."]}),
        "twice": pa.Table.from_arrays([pa.array(["1"])] * 3, names=["id", "text", "text"]),
        "clash": pa.table({"id": ["1"], "text": ["Text."], "band": ["mine"]}),
    }
    folder = tmp_path / "in"
    folder.mkdir()
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    pq.write_table(pa.table({"id": ["1"], "text": ["Good."]}), folder / "zz.parquet")
    done = invoke(folder, "--output", tmp_path / "out.parquet")
    assert done.returncode == 3
    assert table_of(tmp_path / "out.parquet")[0]["text"] == "Good."
    errors = table_of(tmp_path / "out.parquet.errors.jsonl")
    assert {os.path.basename(row["source"]): row["code"] for row in errors} == {
        "number.parquet": "invalid_column",
        "bytes.parquet": "invalid_column",
        "float.parquet": "invalid_column",
        "lacking.parquet": "missing_column",
        "twice.parquet": "invalid_column",
        "clash.parquet": "column_clash",
    }
    assert json.loads(errors[0]["raw"])["id"] == "1"


def test_parquet_text_that_is_not_utf8_costs_its_row(tmp_path):
    bad = pa.Array.from_buffers(
        pa.string(), 3, [None, *pa.array([b"Good.", b"caf\xe9", b"Good too."]).buffers()[1:]]
    )
    pq.write_table(pa.table({"id": [1, 2, 3], "text": bad}), tmp_path / "in.parquet")
    for name in ("out.jsonl", "out.parquet"):
        summary = run(tmp_path / "in.parquet", tmp_path / name)
        assert (summary.scored, summary.errors) == (2, {"invalid_utf8": 1})
        assert [row["id"] for row in table_of(tmp_path / name)] == [1, 3]
        assert table_of(tmp_path / f"{name}.errors.jsonl")[0]["row"] == 2


@pytest.mark.parametrize("partition_bytes", [1 << 20, 2000])
def test_a_damaged_parquet_file_loses_no_count(tmp_path, partition_bytes):
    path = tmp_path / "in.parquet"
    texts = [f"Troops {word}" for word in noise(1000)]
    table = pa.table({"id": list(range(1000)), "text": texts})
    pq.write_table(
        table, path, row_group_size=300, use_dictionary=False, compression="gzip",
        data_page_size=4096,
    )  # fmt: skip
    data = bytearray(path.read_bytes())
    with pq.ParquetFile(path) as file:
        start = file.metadata.row_group(1).column(1).data_page_offset
    data[start + 10_000 : start + 10_200] = bytes(200)
    path.write_bytes(data)
    summary = run(path, tmp_path / "out.jsonl", partition_bytes=partition_bytes)
    assert summary.rows == 1000
    assert set(summary.errors) == {"input_unreadable"}
    ids = [row["id"] for row in table_of(tmp_path / "out.jsonl")]
    lost = [row["row"] - 1 for row in table_of(tmp_path / "out.jsonl.errors.jsonl")]
    assert sorted(ids + lost) == list(range(1000))
    assert lost == list(range(lost[0], 600))
    assert lost[0] >= 300


def test_what_is_no_parquet_at_all_is_one_error(tmp_path):
    (tmp_path / "in.parquet").write_bytes(b"PAR1 but not really" * 10)
    summary = run(tmp_path / "in.parquet", tmp_path / "out.jsonl", partition_bytes=10)
    assert summary.errors == {"input_unreadable": 1}
