"""Loads the lexicons (TOML data beside this file) and compiles them once a process."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from string import ascii_lowercase
from typing import Any

from models.errors import LexiconError
from models.features.names import GAZETTEER_FILES, Gazetteer, shipped_gazetteer
from models.text.document import Document, SentenceMender
from models.text.headlines import Headlines
from models.text.matching import Cue, Matcher
from models.text.patterns import TOKEN_TYPES, Atom, atoms_of, parse
from models.text.symbols import SymbolTable

FAMILIES = (
    "threat_language",
    "foreign_backers",
    "military_setbacks",
    "mobilisation",
    "armed_violence",
    "scope_widening",
    "de_escalation",
    "context",
)
"""The signal families with a lexicon, in the order of every table (``wording`` comes last)."""

_ABBREVIATIONS = (
    "mr|mrs|ms|dr|gen|lt|col|maj|capt|sgt|cpl|cmdr|adm|brig|gov|sen|rep|rev|hon|prof|st|sr|jr|"
    "mt|no|vs|etc|al|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|approx|est|dept|corp|inc"
)


@dataclass(frozen=True, slots=True)
class FeatureName:
    """A feature's machine name (``family.feature``) and its phrase for people."""

    name: str
    family: str
    label: str


@dataclass(frozen=True, slots=True)
class CueExample:
    """A sentence in which a cue must fire, and a look-alike in which it must not."""

    rule: str
    family: str
    example: str
    lookalike: str


class Lexicon:
    """Compiled cues of every family and of scope, with names and labels.

    Raises:
        LexiconError: a file that does not parse, an unknown class, a cue of an undeclared
            feature, or a rule name used twice.
    """

    def __init__(self, folder: Traversable, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        tables = {name: _load(folder, name) for name in (*FAMILIES, "scope")}
        self.labels = {name: str(tables[name]["label"]) for name in FAMILIES}
        self.features = tuple(chain.from_iterable(map(_features, map(tables.get, FAMILIES))))
        self.examples = tuple(chain.from_iterable(map(_examples, map(tables.get, FAMILIES))))
        self.classes = _classes(_load(folder, "classes"), *(tables[name] for name in FAMILIES))
        cues = [cue for name in FAMILIES for cue in _cues(name, tables[name])]
        self._check(cues)
        scope = list(_scope_cues(tables["scope"]))
        self.unworded = words_of(self.classes["unworded"])
        self.terminators = atoms_of(str(tables["scope"]["terminators"]), self.classes)
        self.table = SymbolTable(
            self._atoms([*cues, *scope]),
            gazetteer.types,
            gazetteer.case_sensitive,
            gazetteer.common | words_of(self.classes["calendar"]),
        )
        weak = self.charset("@small_word|@preposition|@det|@be|@have")
        self.matcher = Matcher([*cues, *scope], self.classes, self.table, weak)
        self._headlines = Headlines(
            self.table,
            self.charset("@small_word|<num>"),
            gazetteer.common - gazetteer.types.keys(),
        )
        self._mender = SentenceMender(
            self.charset(_ABBREVIATIONS),
            self.table.capitalised(),
            self.charset("|".join(ascii_lowercase)),
            self.charset("<state>|<demonym>|<capital>|<group>|<name>"),
            (self.charset("on|last|late|early"), self.charset("@weekday")),
        )

    def charset(self, alternatives: str) -> str:
        """Symbols matching ``a|b*|@class|<type>``, as the inside of a ``[...]``."""
        return self.table.charset(atoms_of(alternatives, self.classes))

    def document(self, text: str) -> Document:
        """Read a text."""
        return Document(text, self.table, self._headlines, self._mender)

    def _atoms(self, cues: list[Cue]) -> Iterator[Atom]:
        yield from self.terminators
        yield from chain.from_iterable(self.classes.values())
        yield from atoms_of(_ABBREVIATIONS, {})
        yield from atoms_of("|".join(ascii_lowercase), {})
        yield from (("type", kind) for kind in TOKEN_TYPES)
        for cue in cues:
            for pattern in cue.patterns:
                for element in parse(pattern, self.classes):
                    yield from element.atoms

    def _check(self, cues: list[Cue]) -> None:
        declared = {feature.name for feature in self.features}
        seen: set[tuple[str, str]] = set()
        for cue in cues:
            if f"{cue.group}.{cue.feature}" not in declared:
                raise LexiconError(
                    f"lexicons/{cue.group}.toml: cue {cue.rule!r} feeds feature {cue.feature!r}, "
                    "which no [[feature]] declares"
                )
            if (cue.group, cue.rule) in seen:
                raise LexiconError(f"lexicons/{cue.group}.toml: rule {cue.rule!r} appears twice")
            seen.add((cue.group, cue.rule))


def words_of(atoms: frozenset[Atom]) -> frozenset[str]:
    """The words among ``atoms``, without prefixes and types."""
    return frozenset(value for kind, value in atoms if kind == "word")


@lru_cache(maxsize=1)
def shipped_lexicon() -> Lexicon:
    """The lexicon in the package, compiled on first use."""
    return Lexicon(_folder(), shipped_gazetteer())


def lexicon_digest() -> str:
    """SHA-256 (hex) of every lexicon and gazetteer file, in a fixed order."""
    digest = hashlib.sha256()
    for name in ("classes", *FAMILIES, "scope"):
        digest.update(_folder().joinpath(f"{name}.toml").read_bytes())
    for name in GAZETTEER_FILES:
        digest.update(files("models.features").joinpath("gazetteer", name).read_bytes())
    return digest.hexdigest()


def _folder() -> Traversable:
    return files("models.features").joinpath("lexicons")


def _load(folder: Traversable, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"lexicons/{name}.toml is not valid TOML: {error}") from error


def _classes(*tables: dict[str, Any]) -> dict[str, frozenset[Atom]]:
    classes: dict[str, frozenset[Atom]] = {}
    for table in tables:
        for name, words in table.get("classes", {}).items():
            if name in classes:
                raise LexiconError(f"word class {name!r} is defined twice")
            classes[name] = atoms_of(words, classes)
    return classes


def _features(table: dict[str, Any] | None) -> Iterator[FeatureName]:
    if table is not None:
        family = table["family"]
        for row in table["feature"]:
            yield FeatureName(f"{family}.{row['name']}", family, row["label"])


def _examples(table: dict[str, Any] | None) -> Iterator[CueExample]:
    if table is not None:
        for row in table["cue"]:
            yield CueExample(row["rule"], table["family"], row["example"], row["lookalike"])


def _cues(family: str, table: dict[str, Any]) -> Iterator[Cue]:
    for row in table["cue"]:
        options = {key: str(row[key]) for key in ("kind", "voice", "scope") if key in row}
        yield Cue(family, row["feature"], row["rule"], tuple(row["patterns"]), options)


def _scope_cues(table: dict[str, Any]) -> Iterator[Cue]:
    for number, row in enumerate(table["trigger"]):
        options = {"direction": row["direction"], "reach": str(row["reach"])}
        mark = "neutral" if row.get("neutral") else row["mark"]
        yield Cue("scope", mark, f"{mark}_{number}", tuple(row["patterns"]), options)
