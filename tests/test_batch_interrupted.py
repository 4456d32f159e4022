"""A run that is stopped anywhere leaves no half output, and its resumption no trace."""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import signal
import time
from contextlib import nullcontext

import pytest

from service.batch.columns import Columns
from service.batch.errors import WorkersLostError
from service.batch.fan_out import Backend, FanOut
from service.batch.job import Job, Model
from service.batch.partitions import Partition
from service.batch.sources import find_sources
from service.batch.workspace import Workspace
from tests.batch_command import command, run, start, table_of
from tests.batch_fakes import FAMILIES, load_fake

KILLS = 10


def write(path, count, text="Article {} tells of troops. SLEEP:0.003", held=None):
    """Rows, of which the last quarter is not scored while the file ``held`` exists."""
    rows = [{"id": number, "text": text.format(number)} for number in range(count)]
    if held:
        for row in rows[3 * count // 4 :]:
            row["text"] += f" HELD-BY:{held}"
    rows[count // 2] = {"id": "no text"}
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def finished(out):
    folder = out.with_name(out.name + ".partial") / "done"
    return len(list(folder.glob("*.json"))) if folder.exists() else 0


def wait_until(condition, process):
    deadline = time.monotonic() + 30
    while not condition():
        assert process.poll() is None, process.stderr.read().decode()
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("name", ["in.jsonl", "in.jsonl.gz"])
def test_kill_9_at_random_moments_and_resume(tmp_path, name):
    held = tmp_path / "held"
    source = write(tmp_path / name, 800, held=held)
    whole, out = tmp_path / "whole.parquet", tmp_path / "out.parquet"
    run(source, whole, partition_bytes=700, workers=2)
    held.touch()
    options = (source, "--output", out, "--partition-bytes", "700", "--workers", "2", "--quiet")
    moments = random.Random()  # noqa: S311 - what they hit is up to the machine anyway
    progress = [0]
    for _ in range(KILLS // 2):
        resume = ("--resume",) if (tmp_path / "out.parquet.partial" / "run.json").exists() else ()
        with start(*options, *resume) as process:
            wait_until(lambda: finished(out) > progress[-1], process)
            time.sleep(moments.uniform(0, 0.1))
            process.kill()
        progress.append(finished(out))
        assert not out.exists()
    assert progress == sorted(progress)
    held.unlink()
    done = command(*options, "--resume")
    assert done.returncode == 3, done.stderr
    assert out.read_bytes() == whole.read_bytes()
    errors = ".errors.jsonl"
    assert (tmp_path / f"out.parquet{errors}").read_bytes() == (
        tmp_path / f"whole.parquet{errors}"
    ).read_bytes()
    assert not (tmp_path / "out.parquet.partial").exists()


def test_workers_end_with_a_driver_that_is_killed(tmp_path):
    held = tmp_path / "held"
    source = write(tmp_path / "in.jsonl", 400, held=held)
    out = tmp_path / "out.jsonl"
    held.touch()
    with start(source, "--output", out, "--partition-bytes", "700", "--workers", "2") as process:
        wait_until(lambda: finished(out) > 1, process)
        workers = [int(pid) for pid in children(process.pid)]
        process.kill()
    deadline = time.monotonic() + 10
    while any(os.path.exists(f"/proc/{pid}") for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(workers) >= 2


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return file.read().split()


def test_interrupted_from_the_keyboard(tmp_path):
    held = tmp_path / "held"
    source = write(tmp_path / "in.jsonl", 400, held=held)
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    run(source, whole, partition_bytes=700)
    held.touch()
    options = (source, "--output", out, "--partition-bytes", "700", "--workers", "2")

    def heed_the_keyboard():
        # A shell's background jobs, and all that they start, ignore it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with start(*options, start_new_session=True, preexec_fn=heed_the_keyboard) as process:
        wait_until(lambda: finished(out) > 1, process)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"--resume" in err
    assert b"Traceback" not in err
    assert not out.exists()
    held.unlink()
    assert command(*options, "--resume").returncode == 3
    assert out.read_bytes() == whole.read_bytes()


def test_a_full_disk_stops_the_run_and_nothing_is_lost(tmp_path):
    source = write(tmp_path / "in.jsonl", 200, "Article {} tells of troops. " + "word " * 40)
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    run(source, whole, partition_bytes=30_000)
    options = (source, "--output", out, "--partition-bytes", "30000", "--workers", "1")

    def limit():
        # A limit on a file's size fails a write as a full disk does.
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = command(*options, preexec_fn=limit)
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()
    assert not list((tmp_path / "out.jsonl.partial" / "parts").iterdir())
    assert command(*options, "--resume").returncode == 3
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize(("workers", "lethal"), [(1, [4]), (2, [3, 4])])
def test_a_row_that_kills_its_worker_is_isolated(tmp_path, workers, lethal):
    texts = ["Good."] * 12
    for number in lethal:
        texts[number] = "KILL"
    texts[9] = f"KILL-ONCE:{tmp_path / 'killed'}"
    lines = [json.dumps({"id": n, "text": text}) for n, text in enumerate(texts)]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    summary = run(
        tmp_path / "in.jsonl", tmp_path / "out.jsonl", partition_bytes=100, workers=workers
    )
    assert (summary.rows, summary.errors) == (12, {"worker_died": len(lethal)})
    assert [row["id"] for row in table_of(tmp_path / "out.jsonl")] == [
        number for number in range(12) if number not in lethal
    ]
    errors = table_of(tmp_path / "out.jsonl.errors.jsonl")
    assert [(row["row"], row["id"]) for row in errors] == [(n + 1, n) for n in lethal]


def test_workers_that_never_reach_a_row_stop_the_run(tmp_path):
    write(tmp_path / "in.jsonl", 4)
    with pytest.raises(WorkersLostError, match=r"in\.jsonl"):
        run(tmp_path / "in.jsonl", tmp_path / "out.jsonl", load=Deadly(os.getpid()))
    assert not (tmp_path / "out.jsonl").exists()


class Deadly:
    """A loader that ends every process but the driver."""

    def __init__(self, driver):
        self.driver = driver

    def __eq__(self, other):
        return isinstance(other, Deadly)

    def __hash__(self):
        return 1

    def __call__(self, version, registry):
        if os.getpid() != self.driver:
            os.kill(os.getpid(), signal.SIGKILL)
        return load_fake()


class Forgetful(FanOut):
    """Asks for two partitions and hands out one, as joblib can when a worker dies."""

    forgot = False

    def _call(self, tasks):
        function, arguments, options = next(tasks)
        if not self.forgot:
            self.forgot = True
            function, arguments, options = next(tasks)
        done = function(*arguments, **options)
        del self._under_way[done.index]
        yield done


def test_a_partition_asked_for_and_not_handed_out_is_not_lost(tmp_path):
    source, _ = find_sources([str(write(tmp_path / "in.jsonl", 10, "Troops {}."))], None)
    workspace = Workspace(str(tmp_path / "work"), "jsonl")
    workspace.start({})
    model = Model(load_fake, None, None, load_fake().ref.fingerprint)
    job = Job(workspace, "jsonl", Columns("none", FAMILIES), model)
    two = [Partition(0, source[0], 0, 100), Partition(1, source[0], 100, 200)]
    backend = Backend(1, 1, nullcontext)
    assert sorted(done.index for done in Forgetful(job, backend, iter(two)).results()) == [0, 1]
