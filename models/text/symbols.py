"""Every token as one character, so that cues are regular expressions run by the C engine.

A symbol stands for a set of atoms (the words, prefixes and types that lexicons ask for)
and for the case of the first letter. The sets are finite: a word not listed exactly has
the atoms of its longest listed prefix, or of its shape.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from models.errors import LexiconError
from models.text.patterns import Atom
from models.text.separators import separator_symbol

_FIRST_SYMBOL = 0x4E00
_CACHE_LIMIT = 300_000
"""Distinct parts remembered before the cache starts again; about 40 MB at the most."""
_MIN_PREFIX = 3
_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")
_LETTERS_OF_ACRONYM = 2
_LETTERS_OF_SHORT_NAME = 3
"""Short ambiguous names (US, IS) count only in capitals."""

OTHER: frozenset[Atom] = frozenset()


class SymbolTable:
    """Maps parts (words and separators) to symbols, and atoms to sets of symbols.

    Args:
        atoms: every atom that any pattern asks for.
        types: token types of single lower-cased words, from the gazetteer.
        case_sensitive: words that have their types only when capitalised (turkey, chad).
        common: lower-cased words that are not names even when capitalised.
    """

    def __init__(
        self,
        atoms: Iterable[Atom],
        types: Mapping[str, frozenset[str]],
        case_sensitive: frozenset[str],
        common: frozenset[str],
    ) -> None:
        wanted = frozenset(atoms)
        self._words = {value for kind, value in wanted if kind == "word"}
        self._prefixes = {value for kind, value in wanted if kind == "prefix"}
        self._longest_prefix = max(map(len, self._prefixes), default=0)
        self._types = types
        self._case_sensitive = case_sensitive
        self._common = common
        self._symbol_of: dict[tuple[frozenset[Atom], bool], str] = {}
        self._cache: _Cache = _Cache(self)
        for word in sorted(self._words | self._prefixes | types.keys()):
            for form in (word, word.capitalize(), word.upper()):
                self.symbol(form)
        for shape in ("7", "1999", "zzqz", "Zzqz", "ZZQZ", "the", "The"):
            self.symbol(shape)
        self._frozen = True
        self._holding: dict[Atom, list[str]] = defaultdict(list)
        for (held, _), symbol in self._symbol_of.items():
            for atom in held:
                self._holding[atom].append(symbol)

    _frozen = False

    def symbols(self, parts: list[str]) -> str:
        """One symbol a part; a symbol's index is its part's index."""
        if len(self._cache) > _CACHE_LIMIT:
            self._cache = _Cache(self)
        return "".join(map(self._cache.__getitem__, parts))

    def charset(self, atoms: frozenset[Atom]) -> str:
        """The body of a regular-expression character class matching any of ``atoms``.

        Raises:
            LexiconError: none of ``atoms`` has a symbol: the table was not made with them.
        """
        if not any(atom in self._holding for atom in atoms):
            raise LexiconError(f"no symbol stands for any of {sorted(atoms)}")
        return "".join(sorted({symbol for atom in atoms for symbol in self._holding.get(atom, ())}))

    def capitalised(self) -> str:
        """The symbols of tokens that begin with a capital letter."""
        return "".join(sorted(s for (_, capital), s in self._symbol_of.items() if capital))

    def symbol(self, part: str) -> str:
        """The symbol of one word."""
        capital = part[:1].isupper()
        key = (self._atoms_of_word(part, capital), capital)
        if key not in self._symbol_of:
            if self._frozen:  # a case the constructor did not foresee is an ordinary word
                return self._symbol_of[(OTHER, capital)]
            self._symbol_of[key] = chr(_FIRST_SYMBOL + len(self._symbol_of))
        return self._symbol_of[key]

    def _atoms_of_word(self, part: str, capital: bool) -> frozenset[Atom]:
        if part[:1].isdigit():
            kinds = {"num", "year"} if _YEAR.fullmatch(part) else {"num"}
            if not part[-1].isdigit():
                return frozenset({("word", part)}) if part in self._words else OTHER
            return frozenset(("type", kind) for kind in kinds)
        if "." in part:
            part = part.replace(".", "")
        word = part.lower()
        atoms: set[Atom] = {
            ("prefix", word[:length])
            for length in range(_MIN_PREFIX, min(len(word), self._longest_prefix) + 1)
            if word[:length] in self._prefixes
        }
        if word in self._words:
            atoms.add(("word", word))
        short = len(word) <= _LETTERS_OF_SHORT_NAME
        if word not in self._case_sensitive or (part.isupper() if short else capital):
            atoms |= {("type", kind) for kind in self._types.get(word, ())}
        acronym = len(part) >= _LETTERS_OF_ACRONYM and part.isupper()
        plain = all(kind == "word" for kind, _ in atoms)
        if capital and plain and (word not in self._common or (acronym and not atoms)):
            atoms.add(("type", "name"))
        return frozenset(atoms)


class _Cache(dict[str, str]):
    def __init__(self, table: SymbolTable) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, part: str) -> str:
        word = part[:1].isalnum()
        symbol = self._table.symbol(part) if word else separator_symbol(part)
        self[part] = symbol
        return symbol
