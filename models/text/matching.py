"""All cues in one pass: the symbols that may begin a cue are found by one scan, and each
hit is read on by the few patterns that begin with its symbol."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from models.errors import LexiconError
from models.text.patterns import Atom, Element, parse, to_regex
from models.text.symbols import SymbolTable


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


class Matcher:
    """Compiled cues over a symbol table."""

    def __init__(
        self,
        cues: Iterable[Cue],
        classes: Mapping[str, frozenset[Atom]],
        table: SymbolTable,
    ) -> None:
        compiled: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._cue_of: dict[str, Cue] = {}
        self._roles_of: dict[str, tuple[tuple[str, str], ...]] = {}
        for number, cue in enumerate(cues):
            for variant, elements in enumerate(_expand(cue, classes)):
                name = f"c{number}v{variant}"
                self._cue_of[name] = cue
                self._roles_of[name] = tuple(
                    (element.role, f"{name}_{element.role}") for element in elements if element.role
                )
                source = f"(?P<{name}>{to_regex(elements, table.charset, name)})"
                for symbol in table.charset(elements[0].atoms):
                    compiled[symbol][cue.group].append(source)
        self._readers = _Readers(
            {
                symbol: tuple("|".join(sources) for sources in groups.values())
                for symbol, groups in compiled.items()
            }
        )
        self._heads = frozenset(compiled)

    def prepare(self) -> None:
        """Compile every reader now, so that no later text waits for one."""
        for symbol in self._heads:
            self._readers[symbol]

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


class _Readers(dict[str, tuple[re.Pattern[str], tuple[re.Pattern[str], ...]]]):
    """Compiled readers by head symbol, made on first use: one text needs a tenth of them.

    A symbol has one reader that matches if any of its cues does, since most heads begin none,
    and one for each group.
    """

    def __init__(self, sources: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self._sources = sources
        self._compiled: dict[str, re.Pattern[str]] = {}

    def __missing__(self, symbol: str) -> tuple[re.Pattern[str], tuple[re.Pattern[str], ...]]:
        sources = self._sources[symbol]
        readers = self._compile("|".join(sources)), tuple(map(self._compile, sources))
        self[symbol] = readers
        return readers

    def _compile(self, source: str) -> re.Pattern[str]:
        if source not in self._compiled:
            self._compiled[source] = re.compile(source)
        return self._compiled[source]


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
