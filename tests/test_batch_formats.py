from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.article import Article
from service.batch.columns import Columns
from service.batch.schemas import arrow_type, merged
from service.batch.tables import plain_rows
from tests.batch_command import run, table_of
from tests.batch_fakes import FAMILIES, FakeScorer, load_fake

ARTICLES = [
    {"id": "a", "text": "Troops crossed.", "year": 2020, "tags": ["x"], "meta": {"k": 1}},
    {"id": "b", "text": 'She said: "No,\nnever."', "year": 2021, "tags": [], "meta": {"l": "m"}},
    {"id": "c", "text": "Überfall 😀", "year": None, "rate": 1.5, "flag": True},
]
ADDED = ["score", "band", "logit", "in_scope", "scope_probability", "warnings", "model_version"]
CONTRIBUTIONS = [f"contribution_{family}" for family in FAMILIES]


@pytest.fixture
def articles(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ARTICLES))
    return path


def assessed(text, explain="summary"):
    columns = Columns(explain, FAMILIES)
    return columns.values(FakeScorer().assess(Article(text=text), explain=explain))


def test_jsonl_passes_the_line_through_as_it_stood(tmp_path):
    line = (
        '{ "id":"a" ,"text":"caf\\u00e9 troops", "n": 1.0e5,"big":123456789012345678901, "x":0.10 }'
    )
    (tmp_path / "in.jsonl").write_text(line + "\r\n")
    run(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    out = (tmp_path / "out.jsonl").read_text()
    assert out.startswith(line[:-1])
    assert out.count("\n") == 1
    (tmp_path / "padded.jsonl").write_text(f"\ufeff  {line}  \n")
    run(tmp_path / "padded.jsonl", tmp_path / "trimmed.jsonl")
    assert (tmp_path / "trimmed.jsonl").read_text() == out
    added = json.loads(out)
    assert added["score"] == assessed("café troops")["score"]


@pytest.mark.parametrize("explain", ["none", "summary", "full"])
def test_the_columns_that_are_added(articles, tmp_path, explain):
    run(articles, tmp_path / "out.jsonl", explain=explain)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    expected = ADDED + (CONTRIBUTIONS if explain != "none" else [])
    expected += ["explanation"] if explain == "full" else []
    for row, article in zip(rows, ARTICLES, strict=True):
        assert list(row) == [*article, *expected]
        assert {name: row[name] for name in article} == article
        assert {name: row[name] for name in expected} == json.loads(
            json.dumps(assessed(article["text"], explain))
        )


def test_contributions_and_base_add_up_to_the_logit(articles, tmp_path):
    run(articles, tmp_path / "out.jsonl", explain="full")
    for line in (tmp_path / "out.jsonl").read_text().splitlines():
        row = json.loads(line)
        total = row["explanation"]["base_logit"] + sum(row[name] for name in CONTRIBUTIONS)
        assert total == pytest.approx(row["logit"], abs=1e-9)


def test_jsonl_to_parquet_infers_types(articles, tmp_path):
    run(articles, tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.schema.names == [
        "id", "text", "year", "tags", "meta", "rate", "flag", *ADDED, *CONTRIBUTIONS
    ]  # fmt: skip
    types = {name: table.schema.field(name).type for name in ("year", "rate", "flag", "score")}
    assert types == {
        "year": pa.int64(),
        "rate": pa.float64(),
        "flag": pa.bool_(),
        "score": pa.float64(),
    }
    assert table.column("year").to_pylist() == [2020, 2021, None]
    assert table.column("tags").to_pylist() == [["x"], [], None]
    assert table.column("text").to_pylist() == [article["text"] for article in ARTICLES]


def test_values_without_a_common_type_become_json_text(tmp_path):
    rows = [
        {"id": 1, "text": "one", "mixed": 5, "empty": {}, "wide": 2**53 + 1, "huge": 2**70},
        {"id": 2, "text": "two", "mixed": "five", "empty": {}, "wide": 0.5, "huge": None},
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run(tmp_path / "in.jsonl", tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    for name in ("mixed", "empty", "wide", "huge"):
        field = table.schema.field(name)
        assert field.metadata[b"escalation.encoding"] == b"json"
        texts = table.column(name).to_pylist()
        assert [json.loads(text) if text else text for text in texts] == [row[name] for row in rows]


def test_parts_with_other_columns_and_types_agree_in_the_end(tmp_path):
    rows = [
        {"id": 1, "text": "one", "n": None},
        {"id": 2, "text": "two", "n": 5, "deep": {"a": None}},
        {"id": 3, "text": "three", "n": 2.5, "deep": {"a": 1, "b": "x"}},
        {"id": 4, "text": "four", "late": "only here", "any": 1},
        {"id": 5, "text": "five", "any": "text"},
        {"id": 6, "text": "six", "any": None},
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name, size in (("one", 10_000), ("many", 40)):
        run(tmp_path / "in.jsonl", tmp_path / f"{name}.parquet", partition_bytes=size)
        table = pq.read_table(tmp_path / f"{name}.parquet")
        assert table.column("n").to_pylist() == [None, 5.0, 2.5, None, None, None]
        assert table.column("deep").to_pylist()[1:3] == [{"a": None, "b": None}, {"a": 1, "b": "x"}]
        assert table.column("late").to_pylist() == [None, None, None, "only here", None, None]
        assert table.column("any").to_pylist() == [None, None, None, "1", '"text"', None]
        run(tmp_path / "in.jsonl", tmp_path / f"{name}.csv", partition_bytes=size)
    with open(tmp_path / "many.csv", newline="") as file:
        cells = list(csv.DictReader(file))
    assert [row["late"] for row in cells] == ["", "", "", "only here", "", ""]
    assert [row["deep"] for row in cells][:3] == ["", '{"a": null}', '{"a": 1, "b": "x"}']
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "many.csv").read_bytes()


def test_an_output_folder_holds_parts_that_agree(tmp_path):
    rows = [{"id": 1, "text": "one"}, {"id": 2, "text": "two", "late": 5}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for format_ in ("parquet", "csv", "jsonl"):
        run(tmp_path / "in.jsonl", f"{tmp_path / format_}/", format=format_, partition_bytes=1)
        parts = sorted((tmp_path / format_).iterdir())
        assert len(parts) == 2
        assert all(part.name.startswith("part-000000") for part in parts)
        assert [row["id"] for part in parts for row in table_of(part)] in ([1, 2], ["1", "2"])
    schemas = {pq.read_schema(part) for part in (tmp_path / "parquet").iterdir()}
    assert len(schemas) == 1
    headers = {part.read_text().splitlines()[0] for part in (tmp_path / "csv").iterdir()}
    assert len(headers) == 1
    assert not list(tmp_path.glob("*.partial"))


RICH = pa.table(
    {
        "id": pa.array([1, 2], pa.int32()),
        "text": pa.array(["One text.", "Two text."], pa.large_string()),
        "published_at": pa.array([datetime(2024, 3, 1, 12), None], pa.timestamp("ns")),
        "day": pa.array([date(2024, 1, 2), None]),
        "when": pa.array([datetime(2024, 1, 2, 3, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
        "price": pa.array([Decimal("1.50"), None], pa.decimal128(9, 2)),
        "blob": pa.array([b"\xff\x00", None]),
        "kind": pa.array(["news", None]).dictionary_encode(),
        "rate": pa.array([float("nan"), 2.5], pa.float32()),
        "spans": pa.array([[{"at": datetime(2024, 1, 1), "n": 1}], None]),
        "codes": pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int8())),
    }
)


def test_parquet_to_parquet_keeps_every_type(tmp_path):
    pq.write_table(RICH, tmp_path / "in.parquet")
    run(tmp_path / "in.parquet", tmp_path / "out.parquet", explain="none")
    table = pq.read_table(tmp_path / "out.parquet")
    passed = table.select(RICH.schema.names)
    assert passed.schema.equals(RICH.schema)
    assert passed.drop_columns(["rate"]).equals(RICH.drop_columns(["rate"]))
    assert str(passed.column("rate").to_pylist()) == "[nan, 2.5]"


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
def test_parquet_to_text_loses_no_value(tmp_path, format_):
    pq.write_table(RICH, tmp_path / "in.parquet")
    run(tmp_path / "in.parquet", tmp_path / f"out.{format_}", explain="none")
    first = table_of(tmp_path / f"out.{format_}")[0]
    expected = {
        "id": 1,
        "published_at": "2024-03-01 12:00:00.000000000",
        "day": "2024-01-02",
        "when": "2024-01-02 03:00:00.000000Z",
        "price": "1.50",
        "blob": "/wA=",
        "kind": "news",
        "rate": "nan",
        "spans": [{"at": "2024-01-01 00:00:00.000000", "n": 1}],
        "codes": [["a", 1]],
    }
    if format_ == "csv":
        expected |= {name: json.dumps(expected[name]) for name in ("id", "spans", "codes")}
    assert {name: first[name] for name in expected} == expected


def test_csv_cells_pass_through_as_text(tmp_path):
    rows = [["id", "text", "n"], ["007", 'A "quoted",\nword', "1.0"], ["{2", "Two", "}"]]
    with open(tmp_path / "in.csv", "w", newline="") as file:
        csv.writer(file).writerows(rows)
    for format_ in ("csv", "jsonl", "parquet"):
        run(tmp_path / "in.csv", tmp_path / f"out.{format_}")
        table = table_of(tmp_path / f"out.{format_}")
        assert [[row[name] for name in rows[0]] for row in table] == rows[1:]


def test_a_full_explanation_is_nested_in_parquet_as_in_jsonl(articles, tmp_path):
    run(articles, tmp_path / "out.parquet", explain="full")
    table = pq.read_table(tmp_path / "out.parquet")
    for row, article in zip(table.to_pylist(), ARTICLES, strict=True):
        expected = assessed(article["text"], "full")["explanation"]
        found = row["explanation"]
        for item in found["evidence"]:
            item["roles"] = dict(item["roles"])
        assert found == expected


def test_every_annotation_of_the_explanation_has_an_arrow_type():
    with pytest.raises(TypeError, match="complex"):
        arrow_type(complex)


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (pa.int32(), pa.int64(), pa.int64()),
        (pa.null(), pa.list_(pa.string()), pa.list_(pa.string())),
        (pa.list_(pa.null()), pa.list_(pa.int64()), pa.list_(pa.int64())),
        (pa.string(), pa.binary(), None),
        (pa.bool_(), pa.int64(), None),
        (pa.timestamp("us"), pa.timestamp("ns"), pa.timestamp("ns")),
        (pa.list_(pa.string()), pa.list_(pa.int64()), None),
        (pa.struct([("a", pa.string())]), pa.struct([("a", pa.int64())]), None),
        (pa.struct([]), pa.string(), None),
    ],
)
def test_types_merge_only_without_loss(first, second, both):
    for pair in ((first, second), (second, first)):
        schema = merged(*(pa.schema([("x", kind)]) for kind in pair))
        expected = pa.string() if both is None else both
        assert schema.field("x").type == expected
        assert (schema.field("x").metadata is not None) is (both is None)


def test_a_column_of_the_input_is_never_written_over(tmp_path):
    rows = [{"id": 1, "text": "one", "score": "mine"}, {"id": 2, "text": "two"}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    summary = run(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert (summary.scored, summary.errors) == (1, {"column_clash": 1})
    summary = run(tmp_path / "in.jsonl", tmp_path / "prefixed.jsonl", prefix="risk_")
    assert (summary.scored, summary.errors) == (2, {})
    first = table_of(tmp_path / "prefixed.jsonl")[0]
    assert first["score"] == "mine"
    assert first["risk_score"] == assessed("one")["score"]


def test_plain_rows_hold_lengths_of_time_as_numbers():
    batch = pa.record_batch({"d": pa.array([1_500_000_001], pa.duration("ns"))})
    assert plain_rows(batch) == [{"d": 1_500_000_001}]


def test_the_loader_of_the_fakes_is_what_workers_get():
    assert load_fake().ref.version == "fake-1"
