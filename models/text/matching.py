"""All cues in one pass: the symbols that may begin a cue are found by one scan, and each
hit is read on by the few patterns that begin with its symbol."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from models.errors import LexiconError
from models.text.patterns import Atom, Element, parse, to_regex
from models.text.separators import BOUNDARY
from models.text.symbols import SymbolTable

_KEY_REACH = 240
"""Parts (two a word) from its first word on in which a cue's key word must stand."""
_KEYED_FROM = 10
"""A head that begins this many patterns asks first which of their key words the sentence holds."""


class Cue(NamedTuple):
    """One rule of a lexicon: patterns in the cue language and what a match means.

    ``group`` is the lexicon (a signal family, or scope); within a group the first cue in
    file order wins at a position, across groups every match counts.
    """

    group: str
    feature: str
    rule: str
    patterns: tuple[str, ...]
    options: Mapping[str, str]


class Match(NamedTuple):
    """A cue found from word part ``start`` to word part ``end`` (both inclusive)."""

    start: int
    end: int
    cue: Cue
    roles: dict[str, int]


class _Source(NamedTuple):
    """A pattern as a regular expression, and the symbols of a word that it cannot match without;
    none if there is no such word behind the first."""

    regex: str
    key: str


class Matcher:
    """Compiled cues over a symbol table.

    Args:
        cues: the rules, in the order in which they win.
        classes: word classes that their patterns name.
        table: symbols of words.
        weak: symbols of words that stand in most sentences, and make poor keys.
    """

    def __init__(
        self,
        cues: Iterable[Cue],
        classes: Mapping[str, frozenset[Atom]],
        table: SymbolTable,
        weak: str = "",
    ) -> None:
        compiled: dict[str, dict[str, list[_Source]]] = defaultdict(lambda: defaultdict(list))
        frequent = frozenset(weak)
        self._cue_of: dict[str, Cue] = {}
        self._roles_of: dict[str, tuple[tuple[str, str], ...]] = {}
        for number, cue in enumerate(cues):
            for variant, elements in enumerate(_expand(cue, classes)):
                name = f"c{number}v{variant}"
                self._cue_of[name] = cue
                self._roles_of[name] = tuple(
                    (element.role, f"{name}_{element.role}") for element in elements if element.role
                )
                source = _Source(
                    f"(?P<{name}>{to_regex(elements, table.charset, name)})",
                    _key(elements, table, frequent),
                )
                for symbol in table.charset(elements[0].atoms):
                    compiled[symbol][cue.group].append(source)
        self._readers = _Readers(
            {symbol: tuple(map(tuple, groups.values())) for symbol, groups in compiled.items()}
        )
        self._heads = frozenset(compiled)

    def prepare(self) -> None:
        """Compile every reader now, so that no later text waits for one."""
        for symbol in self._heads:
            any_reader, _ = self._readers[symbol]
            if isinstance(any_reader, _Keyed):
                any_reader.prepare()

    def matches(self, symbols: str) -> list[Match]:
        """Every match, by start; a match inside an earlier one of its group is left out."""
        found: list[Match] = []
        covered: dict[str, int] = {}
        readers, cue_of, roles_of = self._readers, self._cue_of, self._roles_of
        heads = self._heads
        for word, symbol in enumerate(symbols[1::2]):
            if symbol not in heads:
                continue
            start = 2 * word + 1
            any_reader, own_readers = readers[symbol]
            if any_reader.match(symbols, start) is None:
                continue
            for reader in own_readers:
                hit = reader.match(symbols, start)
                if hit is None:
                    continue
                name = hit.lastgroup or ""
                cue = cue_of[name]
                end = hit.end() - 1
                if covered.get(cue.group, -1) >= end:
                    continue
                covered[cue.group] = end
                roles = {role: hit.start(group) for role, group in roles_of[name] if hit[group]}
                found.append(Match(start, end, cue, roles))
        return found


class _Reader(Protocol):
    def match(self, symbols: str, start: int, /) -> object | None: ...


class _Compiler:
    """Compiles expressions, each once."""

    def __init__(self) -> None:
        self._compiled: dict[str, re.Pattern[str]] = {}

    def any_of(self, sources: Iterable[_Source]) -> re.Pattern[str]:
        joined = "|".join(source.regex for source in sources)
        if joined not in self._compiled:
            self._compiled[joined] = re.compile(joined)
        return self._compiled[joined]


class _Readers(dict[str, tuple[_Reader, tuple[re.Pattern[str], ...]]]):
    """Compiled readers by head symbol, made on first use: one text needs a tenth of them.

    A symbol has one reader that matches if any of its cues does, since most heads begin none,
    and one for each group.
    """

    def __init__(self, sources: Mapping[str, tuple[tuple[_Source, ...], ...]]) -> None:
        super().__init__()
        self._sources = sources
        self._compiler = _Compiler()
        self._keyed: dict[tuple[_Source, ...], _Keyed] = {}

    def __missing__(self, symbol: str) -> tuple[_Reader, tuple[re.Pattern[str], ...]]:
        groups = self._sources[symbol]
        every = tuple(source for group in groups for source in group)
        any_reader: _Reader
        if len(every) < _KEYED_FROM:
            any_reader = self._compiler.any_of(every)
        else:
            any_reader = self._keyed.setdefault(every, _Keyed(every, self._compiler))
        readers = any_reader, tuple(map(self._compiler.any_of, groups))
        self[symbol] = readers
        return readers


class _Keyed:
    """Matches if any of many patterns does, and tries only those whose key word is at hand."""

    def __init__(self, sources: Sequence[_Source], compiler: _Compiler) -> None:
        self._compiler = compiler
        self._always = [source for source in sources if not source.key]
        by_key: dict[str, list[_Source]] = defaultdict(list)
        for source in sources:
            for symbol in source.key:
                by_key[symbol].append(source)
        self._by_key = dict(by_key)
        self._readers: dict[str, re.Pattern[str]] = {}
        self._keys = re.compile(f"[{''.join(sorted(by_key))}]") if by_key else None

    def prepare(self) -> None:
        for symbol in self._by_key:
            self._reader(symbol)

    def match(self, symbols: str, start: int, /) -> object | None:
        if self._always:
            hit = self._compiler.any_of(self._always).match(symbols, start)
            if hit is not None:
                return hit
        if self._keys is None:
            return None
        stop = start + _KEY_REACH
        end = symbols.find(BOUNDARY, start, stop)
        tried: set[int] = set()
        for symbol in self._keys.findall(symbols, start + 1, end if end >= 0 else stop):
            reader = self._readers.get(symbol) or self._reader(symbol)
            if id(reader) not in tried:
                tried.add(id(reader))
                hit = reader.match(symbols, start)
                if hit is not None:
                    return hit
        return None

    def _reader(self, symbol: str) -> re.Pattern[str]:
        reader = self._compiler.any_of(self._by_key[symbol])
        self._readers[symbol] = reader
        return reader


def _key(elements: Sequence[Element], table: SymbolTable, frequent: frozenset[str]) -> str:
    """The symbols of the word that a pattern needs behind its first and that is seldom met."""
    needed = [
        table.charset(element.atoms)
        for element in elements[1:]
        if element.kind == "token" and not (element.optional or element.negative)
    ]
    rare = [charset for charset in needed if frequent.isdisjoint(charset)]
    return min(rare or needed, key=len, default="")


def _expand(cue: Cue, classes: Mapping[str, frozenset[Atom]]) -> list[tuple[Element, ...]]:
    variants: list[tuple[Element, ...]] = []
    for pattern in cue.patterns:
        elements = parse(pattern, classes)
        while elements[0].optional:
            variants.append((elements[0]._replace(optional=False), *elements[1:]))
            elements = elements[1:]
            if not elements or elements[0].kind != "token":
                raise LexiconError(f"cue {cue.rule!r}: pattern {pattern!r} needs a fixed word")
        variants.append(elements)
    return variants
