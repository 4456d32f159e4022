"""The cue language: what a lexicon writes, turned into a regular expression over symbols.

A pattern is a row of elements parted by blanks:

    word        that word, whatever its case          word*       words that begin so
    a|b*|c      any of these                          @name       a word class
    <type>      a token type (see ``TOKEN_TYPES``)    <any>       any one token
    ~N          up to N tokens of any kind            element?    may be missing
    !element    the next token must not be this       -           the parts are hyphenated
    role=element    keeps the token for a role

Neighbours may be parted by anything but a sentence boundary; a gap does not cross a
semicolon or colon, and counts a run of names (El Geneina, the Khmer Rouge) as one token, so
that a cue reaches as far under long names as under short ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from models.errors import LexiconError
from models.text.separators import JOINT

TOKEN_TYPES = ("state", "demonym", "capital", "group", "name", "num", "year")
"""Types given by the gazetteer and by shape; a token may have several."""

Atom = tuple[str, str]
"""("word", w), ("prefix", p) or ("type", t): the smallest thing a symbol stands for."""

_ELEMENT = re.compile(
    r"(?P<negative>!)?(?:(?P<role>[a-z_]+)=)?(?P<body>[^?]+)(?P<optional>\?)?", re.ASCII
)


class Element(NamedTuple):
    """One parsed element; ``atoms`` is empty for gaps, hyphens and ``<any>``."""

    kind: str
    atoms: frozenset[Atom] = frozenset()
    role: str | None = None
    optional: bool = False
    negative: bool = False
    reach: int = 0


def parse(pattern: str, classes: Mapping[str, frozenset[Atom]]) -> tuple[Element, ...]:
    """Parse a pattern.

    Raises:
        LexiconError: an unknown class or type, a bad element, or no fixed first element.
    """
    elements = tuple(_parse_element(word, pattern, classes) for word in pattern.split())
    if not elements or elements[0].kind != "token" or elements[0].negative:
        raise LexiconError(f"pattern {pattern!r} must begin with a word, a class or a type")
    return elements


def atoms_of(alternatives: str, classes: Mapping[str, frozenset[Atom]]) -> frozenset[Atom]:
    """The atoms of ``a|b*|@c|<t>``.

    Raises:
        LexiconError: an unknown class or type, or a prefix shorter than three letters.
    """
    found: set[Atom] = set()
    for word in alternatives.split("|"):
        if word.startswith("@"):
            if word[1:] not in classes:
                raise LexiconError(f"unknown word class {word!r} in {alternatives!r}")
            found |= classes[word[1:]]
        elif word.startswith("<"):
            if word.strip("<>") not in TOKEN_TYPES:
                raise LexiconError(f"unknown token type {word!r}; known: {', '.join(TOKEN_TYPES)}")
            found.add(("type", word.strip("<>")))
        elif word.endswith("*"):
            if len(word) < 4:  # noqa: PLR2004 - a prefix of two letters is no cue
                raise LexiconError(f"prefix {word!r} is too short to mean anything")
            found.add(("prefix", word[:-1]))
        elif re.fullmatch(r"[^\W_]+", word) and word == word.lower():
            found.add(("word", word))
        else:
            raise LexiconError(f"{word!r} is not a lower-case word: write hyphens as blanks")
    return frozenset(found)


def _parse_element(word: str, pattern: str, classes: Mapping[str, frozenset[Atom]]) -> Element:
    if word == "-":
        return Element("hyphen")
    if word.startswith("~"):
        if not word[1:].isdigit():
            raise LexiconError(f"bad gap {word!r} in {pattern!r}: write ~N")
        return Element("gap", reach=int(word[1:]))
    match = _ELEMENT.fullmatch(word)
    if match is None:
        raise LexiconError(f"bad element {word!r} in {pattern!r}")
    optional, negative = bool(match["optional"]), bool(match["negative"])
    if match["body"] == "<any>":
        return Element("any", frozenset(), match["role"], optional, negative)
    atoms = atoms_of(match["body"], classes)
    return Element("token", atoms, match["role"], optional, negative)


def to_regex(
    elements: tuple[Element, ...], charset: Callable[[frozenset[Atom]], str], prefix: str
) -> str:
    """Source of a regular expression over symbols; role groups are called ``{prefix}_{role}``."""
    out: list[str] = []
    separator = ""
    for element in elements:
        if element.kind == "hyphen":
            separator = "-"
        elif element.kind == "gap":
            out.append(f"(?:[^\\n;].(?:{JOINT}.)*+){{0,{element.reach}}}?")
            separator = "."
        else:
            token = "." if element.kind == "any" else f"[{charset(element.atoms)}]"
            if element.role:
                token = f"(?P<{prefix}_{element.role}>{token})"
            token = separator + token
            if element.negative:
                out.append(f"(?!{token})")
                continue
            out.append(f"(?:{token})?" if element.optional else token)
            separator = "."
    return "".join(out)
