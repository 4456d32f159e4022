"""How the shipped score behaves: negation, history, metaphor, and names that do not matter."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from models import Article, load_scorer

DATA = Path(__file__).parent / "data"
PAIRS = tomllib.loads((DATA / "behaviour.toml").read_text("utf-8"))["pair"]
SWAPS = tomllib.loads((DATA / "name_swaps.toml").read_text("utf-8"))["swap"]
EXAMPLES = Path(__file__).parent.parent / "models" / "examples"
MOST_BY_NAME = 0.05
FLOORS = {"negation": 32, "history": 23, "metaphor": 30, "hypothetical": 8, "talks": 7,
          "withdrawn": 7, "toll": 8}  # fmt: skip
"""Pairs in the right order, of 36, 23, 32, 9, 8, 7 and 8; raise them with the figures."""


SCORER = load_scorer()


def score(text: str) -> float:
    return SCORER.assess(Article(text), "none").score


def test_pairs_are_in_order() -> None:
    right: dict[str, int] = defaultdict(int)
    for pair in PAIRS:
        right[pair["kind"]] += score(pair["higher"]) > score(pair["lower"])
    assert {kind: right[kind] for kind, floor in FLOORS.items() if right[kind] < floor} == {}


@pytest.mark.parametrize("swap", SWAPS, ids=lambda swap: swap["name"])
def test_names_do_not_matter(swap: dict[str, str]) -> None:
    assert abs(score(swap["a"]) - score(swap["b"])) <= MOST_BY_NAME


@pytest.mark.parametrize(
    ("example", "least", "most"),
    [("escalating", 0.7, 1.0), ("de_escalating", 0.0, 0.4), ("off_topic", 0.0, 0.2)],
)
def test_bundled_examples(example: str, least: float, most: float) -> None:
    assert least <= score((EXAMPLES / f"{example}.txt").read_text("utf-8")) <= most
