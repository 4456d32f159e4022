"""A text read once: parts, offsets, symbols and sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from models.text.headlines import Headlines
from models.text.separators import BOUNDARY, JOINT, SPACE
from models.text.symbols import SymbolTable
from models.text.tokens import offsets, split

_BOUNDARY = re.compile(BOUNDARY)
_POINT_ONLY = "."


class Document:
    """One text as the matcher sees it.

    ``parts[i]`` is a separator for even and a word for odd ``i``; ``symbols[i]`` stands for
    it; it covers ``text[starts[i]:starts[i + 1]]``.
    """

    __slots__ = ("__dict__", "parts", "symbols", "text")

    def __init__(
        self, text: str, table: SymbolTable, headlines: Headlines, mend: SentenceMender
    ) -> None:
        self.text = text
        self.parts = split(text)
        self.symbols = mend(headlines.read(self.parts, table.symbols(self.parts)))

    @cached_property
    def starts(self) -> list[int]:
        """Offset of each part, in code points."""
        return offsets(self.parts)

    @cached_property
    def boundaries(self) -> list[int]:
        """Part indices of the sentence boundaries, the text's two ends included."""
        last = len(self.parts) - 1
        inner = [m.start() for m in _BOUNDARY.finditer(self.symbols, 1, max(last, 1))]
        return [0, *inner, last]

    @property
    def word_count(self) -> int:
        """Number of words."""
        return len(self.parts) // 2

    def sentence_index(self, part: int) -> int:
        """Which sentence, from 0, holds the word at ``part``."""
        return bisect_right(self.boundaries, part) - 1

    def sentence(self, index: int) -> tuple[int, int]:
        """The boundary parts around sentence ``index``: its words lie strictly between."""
        return self.boundaries[index], self.boundaries[index + 1]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Code-point range from the start of part ``first`` to the end of part ``last``."""
        return self.starts[first], self.starts[last + 1]


class SentenceMender:
    """Takes back sentence boundaries after abbreviations, adds those scraped away, and joins
    the words of a name or a date.

    "Gen. Smith" is one sentence; "in Gaza.The army" are two.
    """

    def __init__(
        self,
        abbreviations: str,
        capitalised: str,
        single_letters: str,
        names: str,
        date: tuple[str, str],
    ) -> None:
        before, day = date
        self._joint = re.compile(
            f"(?<=[{names}]){SPACE}(?=[{names}])|(?<=[{before}]){SPACE}(?=[{day}])"
        )
        self._no_end = re.compile(rf"(?<=[{abbreviations}{single_letters}]){BOUNDARY}(?=.)")
        self._lost_end = re.compile(rf"(?<=[^{single_letters}])\.(?=[{capitalised}])")

    def __call__(self, symbols: str) -> str:
        """The mended symbol string, of the same length."""
        if _POINT_ONLY in symbols:
            symbols = self._lost_end.sub(BOUNDARY, symbols)
        return self._joint.sub(JOINT, self._no_end.sub(SPACE, symbols))
