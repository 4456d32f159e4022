"""Settings from the environment, and the starts that they forbid."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from service import cli
from service.commands import serve
from service.settings import Settings, SettingsError, read_settings, settings_table

KEY = f"analyst:{hashlib.sha256(b'key').hexdigest()}"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, _, _ in settings_table():
        monkeypatch.delenv(name, raising=False)


def test_environment_and_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATION_PORT", "9000")
    monkeypatch.setenv("ESCALATION_WORKERS", "3")
    monkeypatch.setenv("ESCALATION_API_KEYS", f" {KEY} , robot:{'AB' * 32},")
    found = read_settings(port=9100)
    assert (found.port, found.workers, found.host) == (9100, 3, "127.0.0.1")
    assert found.api_keys == {
        "analyst": hashlib.sha256(b"key").digest(),
        "robot": bytes.fromhex("ab" * 32),
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ESCALATION_PORT", "eighty"),
        ("ESCALATION_PORT", "65536"),
        ("ESCALATION_WORKERS", "0"),
        ("ESCALATION_WORKERS", "1.5"),
        ("ESCALATION_QUEUE_SECONDS", "-1"),
        ("ESCALATION_QUEUE_SECONDS", "nan"),
        ("ESCALATION_LOG_LEVEL", "chatty"),
        ("ESCALATION_API_KEYS", "analyst"),
        ("ESCALATION_API_KEYS", "analyst:my-plain-key"),
        ("ESCALATION_API_KEYS", f"{KEY},{KEY}"),
        ("ESCALATION_API_KEYS", f"an analyst:{'ab' * 32}"),
        ("ESCALATION_RATELIMIT", "5"),
    ],
)
def test_wrong_value_is_named_but_not_shown(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
) -> None:
    monkeypatch.setenv(name, value)
    assert cli.main(["serve"]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"escalation serve: {name}: ")
    assert "my-plain-key" not in message


def test_wrong_option_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve", "--workers", "0"]) == 2
    assert capsys.readouterr().err.startswith("escalation serve: --workers: ")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org", ""])  # noqa: S104
def test_other_machines_need_keys(capsys: pytest.CaptureFixture[str], host: str) -> None:
    assert cli.main(["serve", "--host", host]) == 2
    assert "no keys are set" in capsys.readouterr().err
    serve.check_exposure(read_settings(host=host, api_keys=KEY))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_needs_none(host: str) -> None:
    serve.check_exposure(Settings(host=host))


def test_missing_registry_stops_the_start(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ESCALATION_REGISTRY", str(tmp_path / "nowhere"))
    assert cli.main(["serve"]) == 1
    assert "ESCALATION_REGISTRY" in capsys.readouterr().err


def test_help_lists_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["serve", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert stopped.value.code == 0
    assert len(settings_table()) == len(Settings.model_fields)
    for name, default, meaning in settings_table():
        assert f"{name} (default: {default}) {meaning}" in shown


def test_several_faults_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATION_PORT", "x")
    monkeypatch.setenv("ESCALATION_WORKERS", "x")
    with pytest.raises(SettingsError, match=r"ESCALATION_PORT.*\n.*ESCALATION_WORKERS"):
        read_settings()


def test_import_of_the_application_reads_and_starts_nothing() -> None:
    program = (
        "import sys, threading, os; before = dict(os.environ); import service.api.app;"
        "assert threading.active_count() == 1; assert dict(os.environ) == before"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
