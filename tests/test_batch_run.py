from __future__ import annotations

import gzip
import json
import os
from functools import partial

import fsspec
import joblib
import pytest

from models.errors import FingerprintError
from service.batch import backends, storage
from service.batch.errors import (
    OutputExistsError,
    ResumeRefusedError,
    TooManyErrorsError,
    UsageError,
    WorkerModelError,
)
from service.batch.fan_out import Backend
from service.batch.run import Request, run_batch
from service.batch.sources import find_sources
from tests.batch_command import command, invoke, run, table_of
from tests.batch_fakes import load_fake, load_unlike


def write(path, count=300, first=0, **more):
    rows = [
        {"id": number, "text": f"Article {number} tells of troops.", **more}
        for number in range(first, first + count)
    ]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def test_the_same_bytes_for_any_number_of_workers(tmp_path):
    write(tmp_path / "in.jsonl.gz")
    for format_ in ("jsonl", "csv", "parquet"):
        outputs = []
        for workers in (1, 2, 3):
            out = tmp_path / f"{workers}.{format_}"
            run(tmp_path / "in.jsonl.gz", out, workers=workers, partition_bytes=1500)
            outputs.append(out.read_bytes())
        assert outputs[0] == outputs[1] == outputs[2]
        assert len(table_of(tmp_path / f"1.{format_}")) == 300


def test_the_order_is_that_of_the_input_files(tmp_path):
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    write(folder / "b.jsonl", 3, 10)
    write(folder / "a.jsonl.gz", 3, 0)
    write(folder / "deep" / "c.ndjson", 3, 20)
    write(folder / "_hidden.jsonl", 3, 90)
    (folder / "README.md").write_text("no input")
    run(folder, tmp_path / "out.jsonl")
    assert [row["id"] for row in table_of(tmp_path / "out.jsonl")] == [
        0,
        1,
        2,
        10,
        11,
        12,
        20,
        21,
        22,
    ]
    run(folder / "*.jsonl", tmp_path / "glob.jsonl")
    assert [row["id"] for row in table_of(tmp_path / "glob.jsonl")] == [90, 91, 92, 10, 11, 12]
    assert find_sources([str(folder)], None)[1] == [str(folder / "README.md")]


def test_an_output_beside_its_input_is_not_read(tmp_path):
    write(tmp_path / "in.jsonl", 3)
    run(tmp_path, tmp_path / "out.jsonl", partition_bytes=50)
    assert len(table_of(tmp_path / "out.jsonl")) == 3


@pytest.mark.parametrize(
    ("rows", "code", "scored"),
    [
        ('{"id": 1, "text": "A text."}\n', 0, 1),
        ('{"id": 1, "text": "A text."}\n{"id": 2}\n', 3, 1),
        ('{"id": 2}\n', 1, 0),
        ("", 1, 0),
    ],
)
def test_exit_codes_and_summary(tmp_path, rows, code, scored):
    (tmp_path / "in.jsonl").write_text(rows)
    done = invoke(tmp_path / "in.jsonl", "--output", tmp_path / "out.jsonl", "--workers", "1")
    summary = json.loads(done.stdout)
    assert (done.returncode, summary["scored"]) == (code, scored)
    assert summary["rows"] == scored + sum(summary["errors"].values())
    assert (tmp_path / "out.jsonl").exists() is (scored > 0)
    assert (tmp_path / "out.jsonl.errors.jsonl").exists() is bool(summary["errors"])
    assert not (tmp_path / "out.jsonl.partial").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.jsonl", "--output", "out.jsonl"], "no input at"),
        (["in.jsonl", "--output", "out"], "add --format"),
        (["in.jsonl", "--output", "out.jsonl.gz"], "not compressed"),
        (["in.txt", "--output", "out.jsonl"], "add --input-format"),
        (["in.jsonl", "--output", "out.csv", "--explain", "full"], "cannot hold"),
        (["in.jsonl", "--output", "out.jsonl", "--backend", "dask"], "go together"),
        (["in.jsonl", "--output", "out.jsonl", "--scheduler", "tcp://x"], "go together"),
        (["in.jsonl", "--output", "out.jsonl", "--resume"], "no unfinished run"),
        (["in.jsonl", "--output", "out.jsonl", "--workers", "0"], "at least 1"),
        (["-", "--output", "out.jsonl", "--input-format", "parquet"], "cannot be piped"),
        (["nothing://in.jsonl", "--output", "out.jsonl"], "cannot be reached"),
        (["in.jsonl", "--output", "there.jsonl"], "exists"),
    ],
)
def test_wrong_use_is_exit_code_2_and_leaves_nothing(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "in.jsonl", 1)
    (tmp_path / "in.txt").touch()
    (tmp_path / "there.jsonl").write_text("precious")
    before = sorted(tmp_path.iterdir())
    done = invoke(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "there.jsonl").read_text() == "precious"


def test_standard_input_may_be_piped(tmp_path):
    data = write(tmp_path / "in.jsonl").read_bytes()
    run(tmp_path / "in.jsonl", tmp_path / "file.jsonl")
    for name, piped in (("plain", data), ("packed", gzip.compress(data))):
        out = tmp_path / f"{name}.jsonl"
        done = invoke("-", "--output", out, "--partition-bytes", "2000", stdin=piped)
        assert done.returncode == 0, done.stderr
        assert out.read_bytes() == (tmp_path / "file.jsonl").read_bytes()


def test_a_run_stopped_before_it_began_is_no_obstacle(tmp_path):
    write(tmp_path / "in.jsonl", 3)
    (tmp_path / "out.jsonl.partial" / "done").mkdir(parents=True)
    assert run(tmp_path / "in.jsonl", tmp_path / "out.jsonl").scored == 3


def test_nothing_is_overwritten(tmp_path):
    write(tmp_path / "in.jsonl", 3)
    run(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    with pytest.raises(OutputExistsError):
        run(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    with pytest.raises(UsageError):
        run(tmp_path / "in.jsonl", tmp_path / "out.jsonl", resume=True)
    (tmp_path / "errors").write_text("kept")
    with pytest.raises(OutputExistsError):
        run(tmp_path / "in.jsonl", tmp_path / "new.jsonl", errors=str(tmp_path / "errors"))


def stop_early(tmp_path, source, **options):
    """Leave an unfinished run behind, with some partitions finished."""
    with pytest.raises(TooManyErrorsError):
        run(source, tmp_path / "out.jsonl", max_errors=0, partition_bytes=200, **options)
    assert not (tmp_path / "out.jsonl").exists()
    assert (tmp_path / "out.jsonl.partial" / "run.json").exists()


@pytest.fixture
def source(tmp_path):
    path = write(tmp_path / "in.jsonl.gz", 20)
    more = gzip.compress(b'{"id": "bad"}\n' + b'{"id": "x", "text": "More."}\n' * 50)
    path.write_bytes(path.read_bytes() + more)
    return path


def test_max_errors_stops_and_resume_goes_on(tmp_path, source):
    run(source, tmp_path / "whole.jsonl", partition_bytes=200)
    stop_early(tmp_path, source)
    with pytest.raises(OutputExistsError, match="--resume"):
        run(source, tmp_path / "out.jsonl", partition_bytes=200)
    summary = run(source, tmp_path / "out.jsonl", partition_bytes=200, resume=True)
    assert (summary.rows, summary.scored) == (71, 70)
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


CHANGES = [
    ({"explain": "none"}, "--explain"),
    ({"prefix": "x_"}, "--prefix"),
    ({"duplicates": True}, "--duplicates"),
    ({"partition_bytes": 300}, "--partition-bytes"),
    ({"format": "csv"}, "--format"),
    ({"errors": "elsewhere.jsonl"}, "output"),
    ({"load": load_unlike}, "model"),
]


def test_resume_refuses_other_options_another_model_or_another_input(tmp_path, source):
    stop_early(tmp_path, source)
    before = sorted(tmp_path.rglob("*"))
    for changed, named in CHANGES:
        options = {"partition_bytes": 200, "resume": True, **changed}
        with pytest.raises(ResumeRefusedError, match=named):
            run(source, tmp_path / "out.jsonl", **options)
    os.utime(source, (1, 1))
    with pytest.raises(ResumeRefusedError, match="input"):
        run(source, tmp_path / "out.jsonl", partition_bytes=200, resume=True)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("piped", "said"),
    [(b'{"id": 9, "text": "Other."}\n' * 30, "differs"), (b"", "shorter")],
)
def test_resume_refuses_another_pipe(tmp_path, source, piped, said):
    good = gzip.decompress(source.read_bytes())
    options = ("--output", tmp_path / "out.jsonl", "--partition-bytes", "200")
    first = invoke("-", *options, "--max-errors", "0", stdin=good)
    assert first.returncode == 1
    second = invoke("-", *options, "--resume", stdin=piped)
    assert (second.returncode, said in second.stderr) == (2, True)
    third = invoke("-", *options, "--resume", stdin=good)
    assert third.returncode == 3
    assert len(table_of(tmp_path / "out.jsonl")) == 70


def test_a_run_that_only_lacks_its_names_gets_them(tmp_path, source, monkeypatch):
    run(source, tmp_path / "whole.jsonl", partition_bytes=200)
    moved = []

    def move_once(first, second):
        moved.append(second)
        if len(moved) == 2:
            raise OSError("the power failed")
        os.replace(first, second)

    with monkeypatch.context() as patched:
        patched.setattr(storage, "move", move_once)
        with pytest.raises(OSError, match="power"):
            run(source, tmp_path / "out.jsonl", partition_bytes=200)
    assert not (tmp_path / "out.jsonl").exists()
    summary = run(source, tmp_path / "out.jsonl", partition_bytes=200, resume=True)
    assert summary.scored == 70
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert not (tmp_path / "out.jsonl.partial").exists()


def test_an_output_folder_can_be_finished_after_an_interruption(tmp_path, source, monkeypatch):
    run(source, f"{tmp_path / 'whole'}/", partition_bytes=200)
    real = storage.move
    moved = []

    def move_some(first, second):
        moved.append(second)
        if len(moved) == 4:
            raise OSError("the power failed")
        real(first, second)

    with monkeypatch.context() as patched:
        patched.setattr(storage, "move", move_some)
        with pytest.raises(OSError, match="power"):
            run(source, f"{tmp_path / 'out'}/", partition_bytes=200)
    run(source, f"{tmp_path / 'out'}/", partition_bytes=200, resume=True)
    whole = {path.name: path.read_bytes() for path in (tmp_path / "whole").iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == whole
    assert len(whole) > 4


def test_the_errors_file_says_where_and_why(tmp_path):
    for name in ("a", "b"):
        lines = ['{"id": 1, "text": "Good."}', "", "{broken", '{"id": "no text"}'] * 3
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    errors = tmp_path / "bad" / "rows.jsonl"
    run(tmp_path / "*.jsonl", tmp_path / "out.jsonl", errors=str(errors), partition_bytes=30)
    rows = table_of(errors)
    assert [row["source"] for row in rows] == [str(tmp_path / "a.jsonl")] * 6 + [
        str(tmp_path / "b.jsonl")
    ] * 6
    assert [row["row"] for row in rows] == [3, 4, 7, 8, 11, 12] * 2
    assert [row["code"] for row in rows] == ["invalid_json", "missing_column"] * 6
    assert [row["id"] for row in rows] == [None, "no text"] * 6
    assert rows[0]["raw"] == "{broken"
    assert "text" in rows[1]["detail"]


def test_an_error_of_the_scorer_costs_one_row(tmp_path):
    texts = ["Good.", "RAISE", "NAN", "Good too."]
    rows = [json.dumps({"id": n, "text": text}) for n, text in enumerate(texts)]
    (tmp_path / "in.jsonl").write_text("\n".join(rows))
    summary = run(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert (summary.scored, summary.errors) == (2, {"internal_error": 2})
    details = [row["detail"] for row in table_of(tmp_path / "out.jsonl.errors.jsonl")]
    assert details == ["ValueError: the scorer has a bug", "score nan is not in [0, 1]"]


def test_the_model_is_loaded_once_per_process(tmp_path, monkeypatch):
    loads = tmp_path / "loads"
    monkeypatch.setenv("BATCH_FAKE_LOADS", str(loads))
    write(tmp_path / "in.jsonl", 100)
    done = command(tmp_path / "in.jsonl", "--output", tmp_path / "out.jsonl",
                   "--workers", "2", "--partition-bytes", "300")  # fmt: skip
    assert done.returncode == 0
    pids = loads.read_text().split()
    assert len(pids) == len(set(pids)) == 3


def test_a_worker_with_another_model_stops_the_run(tmp_path):
    write(tmp_path / "in.jsonl", 10)
    with pytest.raises(WorkerModelError, match="fingerprint"):
        run(tmp_path / "in.jsonl", tmp_path / "out.jsonl", load=load_unlike)
    assert not (tmp_path / "out.jsonl").exists()


def test_a_model_that_cannot_be_loaded_stops_before_anything_is_made(tmp_path):
    def load(version, registry):
        raise FingerprintError("other features")

    write(tmp_path / "in.jsonl", 1)
    with pytest.raises(FingerprintError):
        run(tmp_path / "in.jsonl", tmp_path / "out.jsonl", load=load)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.parametrize("output", ["memory://out/all.jsonl", "memory://out/parts/"])
def test_any_file_system_will_do(tmp_path, monkeypatch, output):
    # That file system lives in this process, and so must the worker.
    inside = Backend(1, 1, partial(joblib.parallel_config, backend="loky"))
    monkeypatch.setattr(backends, "local", lambda workers: _context(inside))
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    memory.pipe("/in/a.jsonl", write(tmp_path / "a.jsonl", 100).read_bytes())
    memory.pipe("/in/b.jsonl", write(tmp_path / "b.jsonl", 2, 100).read_bytes() + b"{broken")
    request = Request(("memory://in",), output, quiet=True, partition_bytes=2000)
    summary = run_batch(request, load_fake)
    assert (summary.scored, summary.errors) == (102, {"invalid_json": 1})
    files = sorted(path for path in memory.find("/out") if "errors" not in path)
    data = b"".join(memory.cat(path) for path in files)
    assert [json.loads(line)["id"] for line in data.splitlines()] == list(range(102))
    assert len(files) == (1 if output.endswith("jsonl") else 4)
    assert summary.errors_file is not None
    assert json.loads(memory.cat(summary.errors_file))["source"] == "memory:///in/b.jsonl"


class _context:  # noqa: N801 - stands for a function
    def __init__(self, value):
        self.value = value

    def __enter__(self):
        return self.value

    def __exit__(self, *error):
        return None
