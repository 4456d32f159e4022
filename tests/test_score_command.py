"""``escalation score`` as a user meets it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from service.cli import main

EXAMPLE = Path(__file__).parent.parent / "models" / "examples" / "escalating.txt"


def test_report_shows_score_families_and_passages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(EXAMPLE)]) == 0
    out = capsys.readouterr().out
    for expected in ("Escalation score", "not a forecast", "Armed violence", "without it",
                     "Foreign backers", "[RUS]", "Military setbacks"):  # fmt: skip
        assert expected in out


def test_json_is_the_assessment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(EXAMPLE), "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    text = EXAMPLE.read_text("utf-8")
    evidence = body["explanation"]["evidence"]
    assert evidence
    assert all(text[item["start"] : item["end"]] == item["text"] for item in evidence)
    total = sum(family["contribution"] for family in body["explanation"]["families"])
    assert body["explanation"]["base_logit"] + total == pytest.approx(body["logit"], abs=1e-9)


def test_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piped = io.TextIOWrapper(io.BytesIO(EXAMPLE.read_bytes()), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", piped)
    assert main(["score", "-", "--explain", "none"]) == 0
    assert "Escalation score" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "text_empty"),
        (b"\xff\xfe\x00broken", "text_binary"),
        (b"war " * 2_000_000, "text_too_long"),
        (bytes(range(1, 32)) * 9 + b"x", "text_binary"),
    ],
)
def test_bad_files_are_named_and_never_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, code: str
) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(content)
    assert main(["score", str(path)]) == 1
    captured = capsys.readouterr()
    assert code in captured.err
    assert captured.out == ""


def test_a_missing_file_and_an_unknown_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", str(tmp_path / "no.txt")]) == 1
    assert "cannot read" in capsys.readouterr().err
    assert main(["score", str(EXAMPLE), "--model", "9.9.9"]) == 1
    assert "unknown_model_version" in capsys.readouterr().err


def test_a_wrong_setting_stops_with_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ESCALATION_PORT", "not a port")
    assert main(["score", str(EXAMPLE)]) == 2
    assert "ESCALATION_PORT" in capsys.readouterr().err
