"""How the shipped score behaves: negation, history, metaphor, and names that do not matter."""

from __future__ import annotations

import json
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from models import Article, load_scorer

DATA = Path(__file__).parent / "data"
PAIRS = tomllib.loads((DATA / "behaviour.toml").read_text("utf-8"))["pair"]
SWAPS = tomllib.loads((DATA / "name_swaps.toml").read_text("utf-8"))["swap"]
MORE_PAIRS = [json.loads(line) for line in (DATA / "pairs.jsonl").read_text("utf-8").splitlines()]
EXAMPLES = Path(__file__).parent.parent / "models" / "examples"
MOST_BY_NAME = 0.05
FLOORS = {"negation": 33, "history": 23, "metaphor": 31, "hypothetical": 8, "talks": 8,
          "withdrawn": 7, "toll": 8}  # fmt: skip
"""Pairs in the right order, of 36, 23, 32, 9, 8, 7 and 8; raise them with the figures."""

MORE_FLOORS = {
    "negation": 47, "history": 39, "metaphor": 50, "hypothetical": 20, "deescalation": 30,
    "failure": 16, "routine": 14, "swap": 20, "paraphrase": 13,
}  # fmt: skip
"""Of 50, 40, 50, 20, 30, 16, 14, 20 and 20 further pairs, half of them read while cues were built.
In a swap both score alike; in a paraphrase, where this model is weak, both at least one half."""

SCORER = load_scorer()


def score(text: str) -> float:
    return SCORER.assess(Article(text), "none").score


def test_pairs_are_in_order() -> None:
    right: dict[str, int] = defaultdict(int)
    for pair in PAIRS:
        right[pair["kind"]] += score(pair["higher"]) > score(pair["lower"])
    assert {kind: right[kind] for kind, floor in FLOORS.items() if right[kind] < floor} == {}


def test_further_pairs() -> None:
    right: Counter[str] = Counter()
    for pair in MORE_PAIRS:
        first, second = score(pair["first"]), score(pair["second"])
        if pair["type"] == "swap":
            right["swap"] += abs(first - second) <= MOST_BY_NAME
        elif pair["type"] == "paraphrase":
            right["paraphrase"] += min(first, second) >= 0.5
        else:
            right[pair["type"]] += first > second
    assert {kind: right[kind] for kind, floor in MORE_FLOORS.items() if right[kind] < floor} == {}


@pytest.mark.parametrize("swap", SWAPS, ids=lambda swap: swap["name"])
def test_names_do_not_matter(swap: dict[str, str]) -> None:
    assert abs(score(swap["a"]) - score(swap["b"])) <= MOST_BY_NAME


@pytest.mark.parametrize(
    ("example", "least", "most"),
    [("escalating", 0.7, 1.0), ("de_escalating", 0.0, 0.4), ("off_topic", 0.0, 0.2)],
)
def test_bundled_examples(example: str, least: float, most: float) -> None:
    assert least <= score((EXAMPLES / f"{example}.txt").read_text("utf-8")) <= most
