"""README, CONTRIBUTING and docs/ say what is so."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from benchmarks import readme
from models.article import MAX_CHARACTERS
from models.features.catalogue import TOLL_STEPS
from models.features.lexicon import Lexicon
from models.features.names import shipped_gazetteer
from models.features.wording import WORDS_READ
from models.registry import Registry
from models.text.patterns import TOKEN_TYPES
from service.cli import COMMANDS
from service.settings import settings_table
from training import fitness, retrain

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text("utf-8")
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "models/features/gazetteer/LICENSES.md",
]
LINKS = [
    (page, target)
    for page in PAGES
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    if not target.startswith(("http://", "https://"))
]
SHELL = re.compile(r"^```sh( skip)?\n(.*?)^```", re.DOTALL | re.MULTILINE)
RUN = [block for skip, block in SHELL.findall(README) if not skip and "make" not in block]


def commands(page: str) -> list[str]:
    """Every command line of the page's shell blocks, continuations joined, pipes taken apart."""
    blocks = "\n".join(block for _, block in SHELL.findall(page)).replace("\\\n", " ")
    lines = [part.strip() for line in blocks.splitlines() for part in line.split("|")]
    return [line.partition(" #")[0].strip() for line in lines if line]


NAMED = sorted(
    {line for page in PAGES for line in commands(page.read_text("utf-8"))}
    | set(re.findall(r"`((?:escalation|make|python -m)[ -][^`]+)`", README + ARCHITECTURE))
)


@pytest.mark.parametrize(("page", "target"), LINKS)
def test_link_leads_somewhere(page: Path, target: str) -> None:
    path, _, anchor = target.partition("#")
    found = page.parent / path if path else page
    assert found.exists()
    if anchor:
        heads = re.findall(r"^#+ (.*)$", found.read_text("utf-8"), re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}


def test_links_are_found() -> None:
    assert len(LINKS) >= 20


@pytest.mark.parametrize("line", [line for line in NAMED if line.startswith("make ")])
def test_make_target_exists(line: str) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(line.split()[1:]) <= set(targets)


@pytest.mark.parametrize("line", [line for line in NAMED if line.startswith("escalation ")])
def test_command_parses(line: str) -> None:
    words = shlex.split(line)[1:]
    assert words[0] in COMMANDS
    if len(words) == 1 or words[1:] == ["--help"]:
        return
    module = importlib.import_module(f"service.commands.{words[0]}")
    parser = argparse.ArgumentParser()
    module.configure(parser)
    parser.parse_args(words[1:])


@pytest.mark.parametrize("line", [line for line in NAMED if line.startswith("escalation-retrain ")])
def test_retraining_parses(line: str) -> None:
    words = shlex.split(line)[1:]
    if words[0] == "--base-rate":  # named in passing, without the rest
        words = ["--corpus", "mine.jsonl", "--output", "registry", "--base-rate", "0.1"]
    retrain._parser().parse_args(words)


@pytest.mark.parametrize("line", [line for line in NAMED if line.startswith("python -m ")])
def test_module_exists(line: str) -> None:
    assert importlib.util.find_spec(line.split()[2]) is not None


def test_commands_are_found() -> None:
    assert {"make score", "make serve", "make test", "make retrain"} <= set(NAMED)
    assert sum(line.startswith("escalation ") for line in NAMED) >= 8


@pytest.mark.parametrize("block", RUN)
def test_readme_commands_run(block: str, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(ROOT / "models")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_readme_commands_are_found() -> None:
    assert sum(block.count("escalation ") for block in RUN) >= 3


def test_readme_python_runs() -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert 0 < float(done.stdout) < 1


def test_settings_are_those_of_the_service() -> None:
    rows = re.findall(r"^\| `(ESCALATION_\w+)` \| `(.*?)` \| (.*?) \|$", README, re.MULTILINE)
    assert rows == settings_table()


def test_figures_are_those_of_the_shipped_version() -> None:
    version, _ = Registry().resolve()
    metrics = json.loads(Registry().folder(version).joinpath("metrics.json").read_text("utf-8"))
    assert readme.figures(metrics, version) in README, "run: python -m benchmarks.readme"
    assert f"models/artifacts/{version}/card.md" in README


def test_limits_are_those_of_the_code() -> None:
    assert f"{MAX_CHARACTERS:,} characters" in README
    assert f"first {WORDS_READ} words" in README
    assert f"At least {fitness.LEAST_TEXTS} distinct texts" in README
    assert f"{fitness.LEAST_OF_EACH} of each label" in README
    assert f"({', '.join(map(str, TOLL_STEPS))})" in ARCHITECTURE


def test_cue_of_contributing_works(tmp_path: Path) -> None:
    """The example, put into its lexicon, fires on its example and not on its look-alike."""
    (example,) = re.findall(r"^```toml\n(\[\[feature\]\].*?)^```", CONTRIBUTING, re.DOTALL | re.M)
    added = example[example.index("[[cue]]") :]
    folder = tmp_path / "lexicons"
    shutil.copytree(ROOT / "models/features/lexicons", folder)
    family = folder / "threat_language.toml"
    before, _, after = family.read_text("utf-8").partition("[[cue]]")
    family.write_text(f"{before}{added}\n[[cue]]{after}", "utf-8")
    lexicon = Lexicon(folder, shipped_gazetteer())
    (cue,) = tomllib.loads(added)["cue"]
    fired = {
        name: cue["rule"]
        in {m.cue.rule for m in lexicon.matcher.matches(lexicon.document(cue[name]).symbols)}
        for name in ("example", "lookalike")
    }
    assert fired == {"example": True, "lookalike": False}


def test_cue_language_is_described() -> None:
    assert [kind for kind in TOKEN_TYPES if f"<{kind}>" not in CONTRIBUTING] == []


def test_paths_of_the_architecture_exist() -> None:
    named = set(re.findall(r"`((?:\w+/)*\w+\.(?:py|toml))`", ARCHITECTURE))
    places = [ROOT, ROOT / "models", ROOT / "models/features", ROOT / "training"]
    assert {name for name in named if not any((place / name).exists() for place in places)} == set()
