"""The same run on a Dask cluster: a scheduler and two workers of their own, over TCP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.batch_command import Finished, run, start, table_of
from tests.serving import wait_until

pytest.importorskip("distributed", reason="the extra 'dask' is not installed")

from service.batch.cluster import cluster as connected
from service.batch.errors import ClusterLostError

ROOT = Path(__file__).parent.parent


def dask(log, *arguments):
    """One of Dask's own commands, its output in a file."""
    with open(log, "wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
            stdout=output,
            stderr=output,
            cwd=ROOT,
            start_new_session=True,
            # Dask tries a task that kills its worker on three more; one will do here.
            env={**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"},
        )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Address, scheduler and workers. The last test here ends the scheduler."""
    folder = tmp_path_factory.mktemp("dask")
    address_file = folder / "scheduler.json"
    with ExitStack() as started:

        def begin(log, *arguments):
            process = dask(folder / log, *arguments)
            started.callback(end, process)
            return process

        scheduler = begin(
            "scheduler.log", "dask_scheduler", "--host", "127.0.0.1", "--port", "0",
            "--no-dashboard", "--scheduler-file", str(address_file),
        )  # fmt: skip
        wait_until(lambda: address_in(address_file), 60)
        address = address_in(address_file)
        workers = [
            begin(
                f"worker{number}.log", "dask_worker", address, "--host", "127.0.0.1",
                "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder),
            )
            for number in (1, 2)
        ]  # fmt: skip
        for number in (1, 2):
            log = folder / f"worker{number}.log"
            wait_until(lambda log=log: b"Registered to" in log.read_bytes(), 60)
        yield address, scheduler, workers


def address_in(scheduler_file):
    """The scheduler's address, nothing while it has not yet written all of the file."""
    try:
        return json.loads(scheduler_file.read_text())["address"]
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def end(process):
    """End a process and those it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def batch(cluster, source, out, *more):
    return start(
        source, "--output", out, "--partition-bytes", "700", "--backend", "dask",
        "--scheduler", cluster[0], "--quiet", *more,
    )  # fmt: skip


def finish(process):
    out, err = process.communicate(timeout=60)
    return Finished(process.returncode, out.decode(), err.decode())


@pytest.fixture
def held(tmp_path):
    """While this file exists, the second half of ``source`` is not scored."""
    return tmp_path / "held"


@pytest.fixture
def source(tmp_path, held):
    rows = [
        {"id": n, "text": f"Article {n} of troops." + f" HELD-BY:{held}" * (n >= 150)}
        for n in range(300)
    ]
    rows[7] = {"id": "no text"}
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def done(out):
    return len(list((out.with_name(out.name + ".partial") / "done").glob("*.json")))


def same(tmp_path, first, second):
    return all(
        (tmp_path / (first + end)).read_bytes() == (tmp_path / (second + end)).read_bytes()
        for end in ("", ".errors.jsonl")
    )


def test_a_row_that_kills_every_worker_is_isolated(tmp_path, cluster):
    rows = [{"id": n, "text": "KILL" if n == 5 else "Troops."} for n in range(60)]
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with batch(cluster, source, tmp_path / "out.jsonl") as process:
        finished = finish(process)
    assert finished.returncode == 3, finished.stderr
    assert json.loads(finished.stdout)["errors"] == {"worker_died": 1}
    ids = [row["id"] for row in table_of(tmp_path / "out.jsonl")]
    assert ids == [number for number in range(60) if number != 5]


def test_a_cluster_gives_the_same_bytes_also_when_it_loses_a_worker(
    tmp_path, cluster, source, held
):
    for workers in (1, 2):
        run(source, tmp_path / f"{workers}.parquet", partition_bytes=700, workers=workers)
    assert same(tmp_path, "1.parquet", "2.parquet")
    with batch(cluster, source, tmp_path / "dask.parquet") as process:
        assert finish(process).returncode == 3
    assert same(tmp_path, "1.parquet", "dask.parquet")
    held.touch()
    with batch(cluster, source, tmp_path / "loss.parquet") as process:
        wait_until(lambda: done(tmp_path / "loss.parquet") > 3, 30)
        end(cluster[2][0])
        held.unlink()
        assert finish(process).returncode == 3
    assert same(tmp_path, "1.parquet", "loss.parquet")


def test_nobody_at_the_scheduler_s_address():
    nobody = connected("tcp://127.0.0.1:9", seconds=1)
    with pytest.raises(ClusterLostError, match="no Dask scheduler"), nobody:
        pass


def test_a_lost_scheduler_stops_the_run_and_resume_goes_on_without_it(
    tmp_path, cluster, source, held
):
    run(source, tmp_path / "whole.jsonl", partition_bytes=700)
    held.touch()
    with batch(cluster, source, tmp_path / "out.jsonl") as process:
        wait_until(lambda: done(tmp_path / "out.jsonl") > 3, 30)
        end(cluster[1])
        finished = finish(process)
    held.unlink()
    assert finished.returncode == 1
    assert "cluster" in finished.stderr
    assert not (tmp_path / "out.jsonl").exists()
    run(source, tmp_path / "out.jsonl", partition_bytes=700, resume=True)
    assert same(tmp_path, "whole.jsonl", "out.jsonl")
