"""``escalation models``: the registry from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.article import Article
from models.explanation import ModelRef
from models.registry import Registry
from models.scorer import EscalationScorer
from service.cli import EXIT_NOTHING_DONE, EXIT_OK, EXIT_USAGE, main
from service.commands.differing import differ, frozen_articles, read_articles
from tests.versions import classifier, publish


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    monkeypatch.setenv("ESCALATION_REGISTRY", str(tmp_path / "registry"))
    registry = Registry(tmp_path / "registry")
    publish(registry, "7.0.0", level=-1.0)
    registry.promote("7.0.0")
    publish(registry, "7.1.0", level=1.0)
    return registry


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["models", *arguments]) == EXIT_OK
    return capsys.readouterr().out


def test_list_names_every_version_and_alias(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [line.split() for line in run(capsys, "list").splitlines()]
    assert ["7.0.0", "champion"] in lines
    assert ["7.1.0", "candidate"] in lines


def test_list_says_which_version_cannot_be_used(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(str(registry.folder("7.1.0")), "weights.npz").unlink()
    assert "unusable: model_corrupt: model 7.1.0: weights.npz is missing" in run(capsys, "list")
    rows = {row["version"]: row for row in json.loads(run(capsys, "list", "--json"))}
    assert rows["7.0.0"]["unusable"] is None
    assert "weights.npz" in rows["7.1.0"]["unusable"]


def test_show_prints_the_card(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "show") == "# 7.0.0\n"
    assert run(capsys, "show", "candidate") == "# 7.1.0\n"
    assert json.loads(run(capsys, "show", "--json"))["manifest"]["version"] == "7.0.0"


def test_promote_and_rollback(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "promote", "candidate") == "champion: 7.1.0 (before: 7.0.0)\n"
    assert run(capsys, "promote", "7.1.0") == "7.1.0 is the champion already\n"
    assert registry.aliases()["champion"] == "7.1.0"
    assert run(capsys, "rollback") == "champion: 7.0.0 (before: 7.1.0)\n"
    assert main(["models", "rollback"]) == EXIT_NOTHING_DONE
    assert "registry_error: there is no previous version" in capsys.readouterr().err


def test_the_option_goes_before_the_environment(
    registry: Registry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = run(capsys, "list", "--registry", str(tmp_path / "other"))
    assert "7.0.0" not in shown


def test_without_a_registry_nothing_can_be_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ESCALATION_REGISTRY", raising=False)
    assert main(["models", "promote", "champion"]) == EXIT_NOTHING_DONE
    assert "read-only: name a registry folder" in capsys.readouterr().err


def test_a_wrong_setting_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ESCALATION_REGISTRI", "x")
    assert main(["models", "list"]) == EXIT_USAGE
    assert "ESCALATION_REGISTRI: no such setting" in capsys.readouterr().err


def test_diff_lists_the_largest_moves_with_their_families(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = run(capsys, "diff", "champion", "candidate", "--top", "3").splitlines()
    assert lines[0].startswith(f"7.0.0 -> 7.1.0 on {len(frozen_articles())} articles: mean move")
    assert len(lines) == 4
    assert all("logit by base +2.00" in line for line in lines[1:])


def test_diff_on_own_articles(
    registry: Registry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"text": "Rebels seized the town.", "id": "mine"}\n\n{"text": "It rained."}\n')
    moves = json.loads(run(capsys, "diff", "7.0.0", "7.1.0", "--articles", str(path), "--json"))
    assert {move["id"] for move in moves} == {"mine", "line 3"}
    for move in moves:
        assert move["change"] == pytest.approx(move["after"] - move["before"])
        assert move["families"]["base"] == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("content", "expected"),
    [("", "holds no article"), ("{", "line 1"), ('{"text": ""}', "line 1: text holds no words"),
     ('{"body": "x"}', "line 1"), ("[]", "line 1")],
)  # fmt: skip
def test_articles_that_cannot_be_read_are_a_usage_error(
    registry: Registry,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str,
    expected: str,
) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(content)
    arguments = ["models", "diff", "7.0.0", "7.1.0", "--articles", str(path)]
    assert main(arguments) == EXIT_USAGE
    assert expected in capsys.readouterr().err
    with pytest.raises(ValueError, match=expected):
        read_articles(path)


def test_unknown_versions_are_named(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "diff", "champion", "9.9.9"]) == EXIT_NOTHING_DONE
    assert (
        "no model version or alias '9.9.9'; known: candidate, champion" in capsys.readouterr().err
    )


def test_moves_are_the_families_changes_of_logit() -> None:
    one, other = (
        EscalationScorer(ModelRef("m", str(level), None, "f"), classifier(level))
        for level in (0.0, 0.0)
    )
    (move,) = differ(one, other, [Article("Rebels seized the town.", "a")])
    assert (move.change, move.band_changed) == (0.0, False)
    assert {gain for _, gain in move.families} == {0.0}


def test_the_frozen_articles_are_told_apart() -> None:
    articles = frozen_articles()
    assert len({article.id for article in articles}) == len(articles) > 20
    assert {"escalating", "ultimatum-withdrawn", "football"} <= {a.id for a in articles}
