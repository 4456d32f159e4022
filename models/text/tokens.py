"""Words and the separators between them, with offsets, in one pass.

``split`` alternates separators and words, so word ``k`` sits at part ``2k + 1`` and the
parts joined give back the text. One symbol a part (see ``models.text.symbols``) then makes
every position of the symbol string a position of the parts list.
"""

from __future__ import annotations

import re
from itertools import accumulate

_WORD = re.compile(r"([A-Za-z]\w+|(?:[A-Z]\.){2,}|\d+(?:[.,]\d+)*(?!\w)|\w+)")


def split(text: str) -> list[str]:
    """``[separator, word, separator, word, ..., separator]``; joined, they are ``text``.

    A number keeps its inner points and commas, initials their points (U.S.); hyphens and
    apostrophes separate words.
    """
    return _WORD.split(text)


def offsets(parts: list[str]) -> list[int]:
    """Start of each part in code points, and the length of the text as a last element."""
    return list(accumulate(map(len, parts), initial=0))
