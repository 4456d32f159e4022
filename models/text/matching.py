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
        self._cues = tuple(cues)
        compiled: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._cue_of: dict[str, Cue] = {}
        self._roles_of: dict[str, tuple[tuple[str, str], ...]] = {}
        for number, cue in enumerate(self._cues):
            for variant, elements in enumerate(_expand(cue, classes)):
                name = f"c{number}v{variant}"
                self._cue_of[name] = cue
                self._roles_of[name] = tuple(
                    (element.role, f"{name}_{element.role}") for element in elements if element.role
                )
                source = f"(?P<{name}>{to_regex(elements, table.charset, name)})"
                for symbol in table.charset(elements[0].atoms):
                    compiled[symbol][cue.group].append(source)
        shared: dict[str, re.Pattern[str]] = {}
        self._readers: dict[str, tuple[re.Pattern[str], ...]] = {}
        for symbol, groups in compiled.items():
            sources = ["|".join(sources) for sources in groups.values()]
            for source in sources:
                if source not in shared:
                    shared[source] = re.compile(source)
            self._readers[symbol] = tuple(shared[source] for source in sources)
        self._heads = re.compile("[" + "".join(sorted(self._readers)) + "]")

    def matches(self, symbols: str) -> list[Match]:
        """Every match, by start; a match inside an earlier one of its group is left out."""
        found: list[Match] = []
        covered: dict[str, int] = {}
        readers, cue_of, roles_of = self._readers, self._cue_of, self._roles_of
        for head in self._heads.finditer(symbols):
            start = head.start()
            for reader in readers[head.group()]:
                hit = reader.match(symbols, start)
                if hit is None:
                    continue
                name = hit.lastgroup or ""
                cue = cue_of[name]
                end = hit.end() - 1
                if covered.get(cue.group, -1) >= end:
                    continue
                covered[cue.group] = end
                roles = {
                    role: hit.start(group) for role, group in roles_of[name] if hit[group]
                }
                found.append(Match(start, end, cue, roles))
        return found


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
