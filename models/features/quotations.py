"""Which passages are quoted: inside quotation marks the speaker, not the grammar, acts."""

from __future__ import annotations

import re
from bisect import bisect_right

_LONGEST = 1200
_QUOTED = re.compile(rf"“[^“”]{{1,{_LONGEST}}}[”]|\"[^\"]{{1,{_LONGEST}}}\"")


class Quotations:
    """The quoted ranges of a text, in code points."""

    def __init__(self, text: str) -> None:
        ranges = [match.span() for match in _QUOTED.finditer(text)]
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]

    def covers(self, offset: int) -> bool:
        """Whether the character at ``offset`` is quoted."""
        place = bisect_right(self._starts, offset) - 1
        return place >= 0 and offset < self._ends[place]
