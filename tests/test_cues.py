"""The lexicons' own linter: every cue fires wherever it stands, and its look-alike does not."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files

import pytest

from models.article import Article
from models.features.extractor import shipped_extractor
from models.features.lexicon import FAMILIES, CueExample, shipped_lexicon
from tests.shared import shared_rows

LEXICON = shipped_lexicon()
EXTRACTOR = shipped_extractor()
POSITIONS = {
    "alone": "{}.",
    "start": "{}, officials said on Tuesday about the armed conflict.",
    "middle": "Officials at the ministry say {}, and the conflict with the rebels has not ended.",
    "end": "According to two diplomats who follow the fighting between the armies, {}.",
}


def rules(text: str, family: str) -> set[str]:
    found = EXTRACTOR.extract(Article(text))
    return {item.rule for item in found.evidence if item.family == family}


@pytest.mark.parametrize("cue", LEXICON.examples, ids=lambda cue: f"{cue.family}.{cue.rule}")
@pytest.mark.parametrize("position", POSITIONS)
def test_fires_in_every_position(cue: CueExample, position: str) -> None:
    assert cue.rule in rules(POSITIONS[position].format(cue.example), cue.family)


@pytest.mark.parametrize("cue", LEXICON.examples, ids=lambda cue: f"{cue.family}.{cue.rule}")
def test_look_alike_does_not_fire(cue: CueExample) -> None:
    assert cue.rule not in rules(f"{cue.lookalike.capitalize()}.", cue.family)


def test_no_pattern_stands_twice() -> None:
    seen = Counter(
        (family, pattern)
        for family in FAMILIES
        for cue in load(family)["cue"]
        for pattern in cue["patterns"]
    )
    assert [key for key, count in seen.items() if count > 1] == []


def test_every_lexicon_names_its_source() -> None:
    for family in FAMILIES:
        assert len(load(family)["source"]) > 40, family


@pytest.mark.shared
def test_no_cue_is_dead_on_train() -> None:
    fired: set[tuple[str, str]] = set()
    for row in shared_rows("corpus/train"):
        found = EXTRACTOR.extract(Article(row["text"]))
        fired |= {(item.family, item.rule) for item in found.evidence}
    wanted = {(cue.family, cue.rule) for cue in LEXICON.examples}
    assert wanted - fired == set()


def load(family: str) -> dict:
    path = files("models.features").joinpath("lexicons", f"{family}.toml")
    return tomllib.loads(path.read_text("utf-8"))
