from __future__ import annotations

import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.batch.cuts import CutsFolder
from service.batch.partitions import LARGEST_BYTES, SMALLEST_BYTES, partition_bytes, partitions
from service.batch.readers import blocks
from service.batch.rows import Row
from service.batch.sources import Source, find_sources

LINES = [json.dumps({"id": f"é{number}", "text": "x" * (number % 90)}) for number in range(400)]


def planned(path, target, tmp_path, finished=()):
    sources, _ = find_sources([str(path)], None)
    cuts = tmp_path / "cuts"
    cuts.mkdir(exist_ok=True)
    folder = CutsFolder(str(cuts), lambda index: index not in finished)
    return partitions(sources, target, folder)


def read(plan):
    """Raw rows of each partition, and the record numbers."""
    for partition in plan:
        rows = [row for block in blocks(partition) for row in block.rows]
        yield partition, rows


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstd.compress])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_partitions_hold_every_line_once(tmp_path, compress, end, last):
    text = end.join(LINES) + (end if last else "")
    path = tmp_path / "in.jsonl"
    path.write_bytes(compress(text.encode()))
    got = list(read(planned(path, 1000, tmp_path)))
    assert len(got) > 3
    assert [row.raw.decode().strip() for _, rows in got for row in rows] == LINES
    assert all(row.number == place for _, rows in got for place, row in enumerate(rows, 1))
    assert sum(partition.weight for partition, _ in got) == path.stat().st_size


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text("ab\r", max_size=12), max_size=40), st.integers(1, 60))
def test_byte_ranges_split_no_line(tmp_path, texts, target):
    path = tmp_path / "in.jsonl"
    data = "\n".join(texts).encode()
    path.write_bytes(data)
    expected = [line for line in data.split(b"\n") if line.strip()]
    got = [row.raw for _, rows in read(planned(path, target, tmp_path)) for row in rows]
    assert got == expected


def test_a_line_longer_than_a_partition_is_whole(tmp_path):
    path = tmp_path / "in.jsonl"
    long = json.dumps({"id": "long", "text": "y" * 5000})
    path.write_text("\n".join([*LINES[:3], long, *LINES[3:6]]))
    got = [row.raw.decode() for _, rows in read(planned(path, 700, tmp_path)) for row in rows]
    assert got == [*LINES[:3], long, *LINES[3:6]]


def test_csv_partitions_split_no_record(tmp_path):
    path = tmp_path / "in.csv"
    texts = [f'line one\nline "" {number}, two' for number in range(200)]
    path.write_text("id,text\n" + "".join(f'{n},"{text}"\n' for n, text in enumerate(texts)))
    got = list(read(planned(path, 500, tmp_path)))
    assert len(got) > 5
    rows = [row for _, rows in got for row in rows]
    assert [row.columns["text"] for row in rows] == [text.replace('""', '"') for text in texts]


@pytest.mark.parametrize("group_rows", [10, 50, 1000])
def test_parquet_partitions_hold_every_row_once(tmp_path, group_rows):
    path = tmp_path / "in.parquet"
    texts = [f"{number} " + "abc" * (number % 50) for number in range(1000)]
    table = pa.table({"id": list(range(1000)), "text": texts})
    pq.write_table(table, path, row_group_size=group_rows, compression=None)
    got = list(read(planned(path, 8000, tmp_path)))
    assert len(got) > 3
    assert [row.columns for _, rows in got for row in rows] == table.to_pylist()


def test_what_is_small_is_read_by_the_worker(tmp_path):
    for name in ("in.jsonl.gz", "in.csv", "in.jsonl"):
        path = tmp_path / name
        path.write_bytes(b"")
        (partition,) = planned(path, 10, tmp_path)
        assert partition.cut is None


def test_a_finished_cut_is_digested_and_not_laid_down(tmp_path):
    path = tmp_path / "in.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(LINES).encode()))
    first = list(planned(path, 1000, tmp_path))
    for cut in (tmp_path / "cuts").iterdir():
        cut.unlink()
    again = list(planned(path, 1000, tmp_path, finished={0, 1}))
    assert again == first
    assert not (tmp_path / "cuts" / "00000001").exists()
    assert (tmp_path / "cuts" / "00000002").exists()


def test_a_pipe_is_cut_as_it_is_read(tmp_path, monkeypatch):
    class Stdin:
        buffer = io.BytesIO("\n".join(LINES).encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    folder = tmp_path / "cuts"
    folder.mkdir()
    plan = partitions(
        [Source("-", "jsonl", None, "stdin")], 1000, CutsFolder(str(folder), lambda index: True)
    )
    first = next(plan)
    assert first.index == 0
    assert [path.name for path in folder.iterdir()] == ["00000000"]
    rest = [row for _, rows in read(plan) for row in rows]
    assert all(isinstance(row, Row) for row in rest)
    assert len(rest) + sum(len(block.rows) for block in blocks(first)) == len(LINES)


def test_the_size_of_a_partition_follows_the_input_alone():
    def size(*sizes):
        return partition_bytes([Source("x", "jsonl", size, "") for size in sizes])

    assert size(10) == size(None) == SMALLEST_BYTES
    assert size(1 << 30, 1 << 30) == 8 << 20
    assert size(1 << 50) == LARGEST_BYTES
