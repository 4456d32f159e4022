"""Headlines in capitals, read as if written in ordinary case.

In "JUNTA GIVES FRENCH GARRISON 48 HOURS" or "Junta Gives French Garrison 48 Hours" capital letters
tell no names from words. Where a whole sentence stands so, its ordinary words are read as if in
lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.text.separators import BOUNDARY
from models.text.symbols import SymbolTable

_LEAST_CAPITALS = 4
_LONGEST_ACRONYM = 4


class Headlines:
    """Finds such sentences and gives their words the symbols they would have in a text.

    Args:
        table: symbols of words.
        small: symbols of the words that a headline leaves in lower case (of, to, the).
        ordinary: lower-cased words that name nothing.
    """

    def __init__(self, table: SymbolTable, small: str, ordinary: frozenset[str]) -> None:
        self._table = table
        self._ordinary = ordinary
        capital = table.capitalised()
        word = f"[{capital}{small}]"
        self._capital = re.compile(f"[{capital}]")
        self._sentence = re.compile(
            rf"(?:\A.|{BOUNDARY})((?:{word}[^{BOUNDARY}])*{word})(?={BOUNDARY}|.\Z)"
        )

    def read(self, parts: list[str], symbols: str) -> str:
        """``symbols`` with those of headlines replaced."""
        changed: list[str] | None = None
        for first, stop in self._found(symbols):
            if changed is None:
                changed = list(symbols)
            for part in range(first, stop, 2):
                changed[part] = self._table.symbol(self._plain(parts[part]))
        return symbols if changed is None else "".join(changed)

    def _found(self, symbols: str) -> Iterator[tuple[int, int]]:
        for match in self._sentence.finditer(symbols):
            first, stop = match.span(1)
            if len(self._capital.findall(symbols, first, stop)) >= _LEAST_CAPITALS:
                yield first, stop

    def _plain(self, word: str) -> str:
        lowered = word.lower()
        if lowered in self._ordinary:
            return lowered
        if word.isupper() and len(word) > _LONGEST_ACRONYM:
            return word.capitalize()
        return word
