"""Which part of the world a text is about, by the states it names."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import lru_cache
from importlib.resources import files

from models.features.lexicon import shipped_lexicon
from models.text.tokens import split

UNNAMED = "none named"
_LONGEST = 3


def region_of(text: str) -> str:
    """The region whose states are named most often, the first named among equals."""
    gazetteer = shipped_lexicon().gazetteer
    words = split(text)[1::2]
    named: Counter[str] = Counter()
    for start, word in enumerate(words):
        if word[0].isupper():
            entity = gazetteer.find(words[start : start + _LONGEST])
            if entity is not None and entity.iso3 in _regions():
                named[_regions()[entity.iso3]] += 1
    return named.most_common(1)[0][0] if named else UNNAMED


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    table = tomllib.loads(files("training").joinpath("regions.toml").read_text("utf-8"))
    return {code: region for region, codes in table.items() for code in codes.split()}
