"""``escalation serve`` as an operator runs it: real processes, real signals, the shipped model."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

import httpx
import pytest

from models import Article, load_scorer
from tests.serving import free_port, wait_until

TEXT = (
    "The general threatened on Monday to shell the port of Varnello unless the rebels withdrew. "
    "Two brigades were moved to the border overnight, the ministry said, and reservists called up."
)


class Served:
    """A running ``escalation serve`` and what it has written."""

    def __init__(self, process: subprocess.Popen[bytes], base: str, log: Path) -> None:
        self.process, self.base, self._log = process, base, log

    @property
    def log(self) -> str:
        return self._log.read_text()

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [
            int(child)
            for child in children.split()
            if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()
        ]


@contextmanager
def served(folder: Path, *options: str, **environment: str) -> Iterator[Served]:
    port, log = free_port(), folder / "serve.log"
    script = Path(sys.executable).with_name("escalation")
    command = [script, "serve", "--port", str(port), *options]
    given = {f"ESCALATION_{name.upper()}": value for name, value in environment.items()}
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stderr=stream, env={**os.environ, **given})
    one = Served(process, f"http://127.0.0.1:{port}", log)
    try:
        wait_until(lambda: is_ready(one), 30)
        yield one
    finally:
        process.terminate()
        process.wait(timeout=30)


def is_ready(one: Served) -> bool:
    assert one.process.poll() is None, one.log
    try:
        return httpx.get(one.base + "/readyz").status_code == 200
    except httpx.TransportError:
        return False


class Load:
    """Callers that each send one request after another and keep what they got."""

    def __init__(self, base: str, callers: int) -> None:
        self.statuses: list[int] = []
        self.broken = 0
        self.wrong = 0
        self.versions: list[str] = []
        self._base = base
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(n,)) for n in range(callers)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _call(self, caller: int) -> None:
        with httpx.Client(base_url=self._base, timeout=30) as client:
            for turn in range(1_000_000):
                if self._stop.is_set():
                    return
                sent = f"{caller}-{turn}"
                try:
                    answer = client.post(
                        "/v1/score", json={"id": sent, "text": TEXT, "explain": "none"}
                    )
                except httpx.TransportError:
                    self.broken += 1
                    time.sleep(0.05)
                    continue
                self.statuses.append(answer.status_code)
                if answer.status_code == 200:
                    self.wrong += answer.json()["id"] != sent
                    self.versions.append(answer.json()["model"]["version"])


def copy_version(registry: Path, name: str) -> Path:
    with as_file(files("models").joinpath("artifacts")) as shipped:
        champion = json.loads((shipped / "aliases.json").read_text())["champion"]
        folder = Path(shutil.copytree(shipped / champion, registry / name))
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "version": name}))
    return folder


def promote(registry: Path, version: str) -> None:
    (registry / "new").write_text(json.dumps({"champion": version}))
    (registry / "new").replace(registry / "aliases.json")


def test_answer_equals_the_scorer_s(tmp_path: Path) -> None:
    scorer = load_scorer()
    with served(tmp_path) as one:
        for explain in ("none", "summary", "full"):
            answer = httpx.post(one.base + "/v1/score", json={"text": TEXT, "explain": explain})
            expected = scorer.assess(Article(TEXT), explain=explain)  # type: ignore[arg-type]
            assert answer.json() == json.loads(json.dumps(expected.to_dict()))
        detail = httpx.get(one.base + "/v1/models/champion").json()
        listed = httpx.get(one.base + "/v1/models").json()["models"]
    assert detail["version"] == scorer.ref.version
    assert detail["fingerprint"] == scorer.ref.fingerprint
    assert {"feature", "family", "label"} <= detail["features"][0].keys()
    assert detail["card"]
    assert {"version": scorer.ref.version, "aliases": detail["aliases"]} in listed
    assert all(json.loads(line)["level"] for line in one.log.splitlines())


def test_killed_worker_takes_only_its_own_requests_along(tmp_path: Path) -> None:
    callers = 6
    with served(tmp_path, "--workers", "2", queue_seconds="20") as one:
        wait_until(lambda: one.log.count("champion in service") == 2, 30)
        with Load(one.base, callers) as load:
            time.sleep(1)
            before = len(load.statuses)
            [victim, other] = one.workers()
            os.kill(victim, signal.SIGKILL)
            wait_until(lambda: len(load.statuses) > before + 100, 30)
            wait_until(lambda: one.log.count("champion in service") == 3, 30)
            assert victim not in one.workers()
        assert other in one.workers()
        metrics = httpx.get(one.base + "/metrics").text
    assert before > 20
    assert load.broken <= callers
    assert set(load.statuses) == {200}
    assert load.wrong == 0
    # What the killed worker had not written down yet, 20 ms of it, is lost; all else is kept.
    assert total(metrics, "escalation_score_count") > 0.9 * len(load.statuses)


def total(metrics: str, name: str) -> float:
    lines = [line for line in metrics.splitlines() if line.startswith(name)]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


def test_promotion_under_load_fails_no_request(tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    registry.mkdir()
    copy_version(registry, "next")
    broken = copy_version(registry, "broken")
    (broken / "weights.npz").write_bytes(b"not weights")
    copy_version(registry, "first")
    promote(registry, "first")
    with served(tmp_path, registry=str(registry), watch_seconds="0.2", queue_seconds="20") as one:
        with Load(one.base, 4) as load:
            time.sleep(0.5)
            promote(registry, "broken")
            wait_until(lambda: "champion refused" in one.log)
            promote(registry, "next")
            wait_until(lambda: "next" in load.versions)
            time.sleep(0.3)
        log = one.log
    assert load.broken == 0
    assert set(load.statuses) == {200}
    assert set(load.versions) == {"first", "next"}
    assert "differs from the hash" in log


@pytest.mark.parametrize("options", [[], ["--workers", "2"]], ids=["one process", "two workers"])
def test_sigterm_loses_no_accepted_request(tmp_path: Path, options: Sequence[str]) -> None:
    callers, stopping = 24, threading.Event()

    def call(number: int) -> httpx.Response:
        with httpx.Client(timeout=60) as client:
            body = json.dumps({"id": str(number), "text": TEXT}).encode()
            return client.post(
                one.base + "/v1/score",
                content=in_two_parts(body, stopping),
                headers={"Content-Type": "application/json"},
            )

    with (
        served(tmp_path, *options, queue_seconds="30") as one,
        ThreadPoolExecutor(callers) as pool,
    ):
        calls = [pool.submit(call, number) for number in range(callers)]
        try:
            # The request that asks is one more.
            wait_until(lambda: in_flight(one) > callers)
            one.process.terminate()
            wait_until(lambda: takes_no_more(one))
        finally:
            stopping.set()
        answers = [call.result() for call in calls]
        one.process.wait(timeout=30)
    assert [answer.status_code for answer in answers] == [200] * callers
    assert [answer.json()["id"] for answer in answers] == [str(n) for n in range(callers)]


def in_two_parts(body: bytes, signal_given: threading.Event) -> Iterator[bytes]:
    """A body whose second half is sent once the signal is given."""
    yield body[: len(body) // 2]
    assert signal_given.wait(30)
    yield body[len(body) // 2 :]


def takes_no_more(one: Served) -> bool:
    try:
        httpx.get(one.base + "/livez", timeout=1)
    except httpx.TransportError:
        return True
    return False


def in_flight(one: Served) -> float:
    return total(httpx.get(one.base + "/metrics").text, "escalation_requests_in_flight")
