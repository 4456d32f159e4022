"""The gazetteer: which words name a state, an international body or an armed group."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from typing import NamedTuple

from models.text.tokens import split

GAZETTEER_FILES = ("states.toml", "armed_groups.toml", "common_words.txt")
_LONGEST_NAME = 6
_STATE_KEYS = {
    "aliases": "state",
    "demonyms": "demonym",
    "capitals": "capital",
    "organs": "state",
}


class Entity(NamedTuple):
    """A named party: ``kind`` is state, demonym, capital, body or group."""

    name: str
    iso3: str | None
    kind: str


class Gazetteer:
    """Aliases to entities, by lower-cased words."""

    def __init__(self, folder: Traversable) -> None:
        self._entities: dict[tuple[str, ...], Entity | None] = {}
        self._case_sensitive: set[str] = set()
        self.common = frozenset(_word_list(folder.joinpath("common_words.txt").read_text("utf-8")))
        states = tomllib.loads(folder.joinpath("states.toml").read_text("utf-8"))
        groups = tomllib.loads(folder.joinpath("armed_groups.toml").read_text("utf-8"))
        for alias in states["look_alikes"]:
            self._entities[_key(alias)] = None
        for alias, entity in chain(_states(states), _groups(groups)):
            self._add(alias, entity)
        for row in chain(states["state"], states["body"], groups["group"]):
            self._case_sensitive.update(_strings(row.get("ambiguous")))

    @cached_property
    def types(self) -> dict[str, frozenset[str]]:
        """Token types of single words.

        A longer name lends its type to its last word unless that is an ordinary one:
        ``korea`` and ``faso`` name states, ``states`` and ``army`` do not.
        """
        found: dict[str, set[str]] = defaultdict(set)
        for words, entity in self._entities.items():
            if entity is None:
                continue
            last = words[-1]
            if len(words) == 1 or (last not in self.common and entity.kind != "group"):
                found[last].add("state" if entity.kind == "body" else entity.kind)
        return {word: frozenset(kinds) for word, kinds in found.items()}

    @cached_property
    def case_sensitive(self) -> frozenset[str]:
        """Words that are names only when capitalised."""
        return frozenset(self._case_sensitive) | (self.common & self.types.keys())

    def find(self, words: Sequence[str]) -> Entity | None:
        """The entity of the longest name inside ``words``, the leftmost of equals.

        None if there is none, or if the longest is a look-alike (Latin America).
        """
        lowered = [word.replace(".", "").lower() for word in words]
        for length in range(min(len(lowered), _LONGEST_NAME), 0, -1):
            for start in range(len(lowered) - length + 1):
                key = tuple(lowered[start : start + length])
                if key not in self._entities:
                    continue
                if " ".join(key) in self._case_sensitive and not words[start][:1].isupper():
                    continue
                return self._entities[key]
        return None

    def _add(self, alias: str, entity: Entity) -> None:
        words = _key(alias)
        if words:
            self._entities.setdefault(words, entity)
            if len(words) == 1 and words[0] in self.common:
                self._case_sensitive.add(words[0])


def shipped_gazetteer() -> Gazetteer:
    """The gazetteer in the package."""
    return Gazetteer(files("models.features").joinpath("gazetteer"))


def _key(alias: str) -> tuple[str, ...]:
    return tuple(word.replace(".", "").lower() for word in split(alias)[1::2])


def _word_list(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _states(table: dict[str, list[dict[str, object]]]) -> Iterator[tuple[str, Entity]]:
    for row in table["state"]:
        name, iso3 = str(row["name"]), str(row["iso3"])
        yield name, Entity(name, iso3, "state")
        for key, kind in _STATE_KEYS.items():
            for alias in _strings(row.get(key)):
                yield alias, Entity(name, iso3, kind)
    for row in table["body"]:
        name = str(row["name"])
        for alias in (name, *_strings(row.get("aliases"))):
            yield alias, Entity(name, None, "body")


def _groups(table: dict[str, list[dict[str, object]]]) -> Iterator[tuple[str, Entity]]:
    for row in table["group"]:
        name = str(row["name"])
        for alias in (name, *_strings(row.get("aliases"))):
            yield alias, Entity(name, None, "group")


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
