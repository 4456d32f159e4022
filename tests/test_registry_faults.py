"""The registry stays whole: killed at any moment, on a full disk, and with writers at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from models import aliases
from models.errors import RegistryError
from models.registry import Registry
from tests.crashing import check_whole
from tests.versions import publish

ROOT = Path(__file__).parent.parent


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crashing", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return output


def test_death_before_any_file_operation_leaves_the_registry_whole(tmp_path: Path) -> None:
    deaths = int(finish(start("steps", tmp_path / "registry")))
    assert deaths > 20


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    refused = int(finish(start("full", tmp_path / "registry")))
    assert refused >= 6


def test_the_message_of_a_full_disk_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(tmp_path)
    publish(registry)

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(aliases.os, "fsync", no_space)
    with pytest.raises(RegistryError, match="No space left on device; the champion is unchanged"):
        publish(registry)
    with pytest.raises(RegistryError, match="No space left on device; the champion is still"):
        registry.promote("candidate")


@pytest.mark.parametrize("milliseconds", [5, 60])
def test_a_kill_while_publishing_leaves_the_registry_whole(
    tmp_path: Path, milliseconds: int
) -> None:
    registry = Registry(tmp_path / "registry")
    process = start("publish", registry.root, 10_000)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(milliseconds / 1000)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL
    check_whole(registry)
    registry.promote(publish(registry))
    assert not list((tmp_path / "registry").glob(".partial-*"))


def test_writers_at_once_take_turns(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "registry")
    processes = [start("publish", registry.root, 5) for _ in range(3)]
    versions = [line for process in processes for line in finish(process).split()]
    assert len(set(versions)) == 15
    assert set(versions) <= set(registry.versions())
    check_whole(registry)


def test_a_writer_that_hangs_is_not_waited_for_forever(tmp_path: Path) -> None:
    with (
        aliases.locked(tmp_path),
        pytest.raises(RegistryError, match="has been locked by another process"),
        aliases.locked(tmp_path, seconds=0.05),
    ):
        pass


def test_the_lock_of_a_dead_process_is_free(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from models.aliases import locked\n"
        "with locked(Path(sys.argv[1])): os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=False)
    with aliases.locked(tmp_path, seconds=0.05):
        pass
