"""One symbol for what stands between two words: how strongly does it part them?"""

from __future__ import annotations

import re
from typing import Final

BOUNDARY: Final = "\n"
"""Sentence boundary. Regular expressions over symbols rely on ``.`` not matching it."""
JOINT: Final = "~"
"""A space inside a run of names (the Khmer Rouge), put there by ``SentenceMender``."""
SPACE, POINT, QUOTE, SEMICOLON, COMMA, BRACKET, DASH, HYPHEN, APOSTROPHE = " .\";,(_-'"

_END = re.compile(r"[.!?…][\"'”’)\]]*\s|[!?…]|\n[ \t\r]*\n|[•|]|\r\r|\u2029")
_ORDER = (
    (QUOTE, re.compile(r"[\"“”«»„]|(?:^|\s)['‘]|['’](?:[\s,]|$)")),
    (SEMICOLON, re.compile(r"[;:]")),
    (BRACKET, re.compile(r"[()\[\]{}]")),
    (DASH, re.compile(r"[–—]|\s-+\s|--")),
    (COMMA, re.compile(r"[,،、]")),
    (POINT, re.compile(r"\.")),
    (APOSTROPHE, re.compile(r"^['’]$")),
    (HYPHEN, re.compile(r"^[-‐‑]$")),
)


def separator_symbol(separator: str) -> str:
    """The symbol of the strongest mark in ``separator``; a bare space if there is none."""
    if _END.search(separator):
        return BOUNDARY
    for symbol, pattern in _ORDER:
        if pattern.search(separator):
            return symbol
    return SPACE
