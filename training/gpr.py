"""The Geopolitical Risk index's published word search, as a yardstick."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files


def gpr_score(text: str) -> float:
    """How many of the eight categories a text counts for; 0 if an excluded word is in it."""
    categories, excluded = _search()
    lowered = text.lower()
    if excluded.search(lowered):
        return 0.0
    return float(sum(all(p.search(lowered) for p in patterns) for patterns in categories))


@lru_cache(maxsize=1)
def _search() -> tuple[list[list[re.Pattern[str]]], re.Pattern[str]]:
    table = tomllib.loads(files("training").joinpath("gpr_terms.toml").read_text("utf-8"))
    terms = {name: _alternatives(words) for name, words in table["sets"].items()}
    gap = rf"\W+(?:\w+\W+){{0,{table['within_words'] - 1}}}"
    categories = []
    for category in table["category"]:
        one, other = (terms[name] for name in category["sets"])
        near = [rf"\b(?:{one}{gap}{other}|{other}{gap}{one})\b"]
        anywhere = [rf"\b{one}\b", rf"\b{other}\b"]
        patterns = near if category["near"] else anywhere
        categories.append([re.compile(pattern) for pattern in patterns])
    return categories, re.compile(rf"\b{terms['exclusion']}\b")


def _alternatives(words: str) -> str:
    terms = (re.escape(word.rstrip("*")) + r"\w*" * word.endswith("*") for word in words.split("|"))
    return f"(?:{'|'.join(terms)})"
