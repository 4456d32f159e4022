"""Is a passage about armed conflict at all? War words serve sport, markets and kitchens too."""

from __future__ import annotations

import re
from bisect import bisect_left

from models.features.lexicon import Lexicon
from models.text.document import Document


class Anchors:
    """Finds, sentence by sentence, what ties a text to armed conflict and what to other domains."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._anchor = re.compile(f"[{lexicon.charset('@anchor')}]")
        self._domain = re.compile(f"[{lexicon.charset('@off_domain')}]")

    def read(self, document: Document) -> Anchoring:
        """The anchoring of one text."""
        anchors = [hit.start() for hit in self._anchor.finditer(document.symbols)]
        domains = [hit.start() for hit in self._domain.finditer(document.symbols)]
        return Anchoring(document, anchors, domains)


class Anchoring:
    """Which passages of one text count."""

    def __init__(self, document: Document, anchors: list[int], domains: list[int]) -> None:
        self._document = document
        self._anchors = anchors
        self._domains = domains
        self._known: dict[int, tuple[int, int]] = {}

    def holds(self, part: int, violent: bool = False) -> bool:
        """Whether the sentence of ``part``, with its neighbours, is about armed conflict:
        it names an anchor, and not more words of another domain than anchors. A ``violent``
        cue is an anchor itself."""
        index = self._document.sentence_index(part)
        if index not in self._known:
            self._known[index] = self._weigh(index)
        anchors, domains = self._known[index]
        return anchors + violent > 0 and anchors + violent >= domains

    def _weigh(self, index: int) -> tuple[int, int]:
        boundaries = self._document.boundaries
        first = boundaries[max(0, index - 1)]
        stop = boundaries[min(len(boundaries) - 1, index + 2)]
        anchors = bisect_left(self._anchors, stop) - bisect_left(self._anchors, first)
        domains = bisect_left(self._domains, stop) - bisect_left(self._domains, first)
        return anchors, domains
