"""Is a passage about armed conflict at all? War words serve sport, markets and kitchens too."""

from __future__ import annotations

import re
from bisect import bisect_left

from models.features.lexicon import Lexicon
from models.text.document import Document

_BETWEEN_PARTIES = frozenset(
    {"threat_language", "foreign_backers", "military_setbacks", "mobilisation", "de_escalation"}
)


class Anchors:
    """Finds, sentence by sentence, what ties a text to armed conflict and what to other domains."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._anchor = re.compile(f"[{lexicon.charset('@anchor')}]")
        self._party = re.compile(
            f"[{lexicon.charset('@armed|<state>|<demonym>|<capital>|<group>')}]"
        )
        self._soft_domain = re.compile(f"[{lexicon.charset('@soft_domain')}]")
        self._domain = re.compile(f"[{lexicon.charset('@off_domain')}]")

    def read(self, document: Document) -> Anchoring:
        """The anchoring of one text."""
        anchors = [hit.start() for hit in self._anchor.finditer(document.symbols)]
        return Anchoring(document, anchors, self._domain, self._soft_domain, self._party)


class Anchoring:
    """Which passages of one text count."""

    def __init__(
        self,
        document: Document,
        anchors: list[int],
        domain: re.Pattern[str],
        soft_domain: re.Pattern[str],
        party: re.Pattern[str],
    ) -> None:
        self._document = document
        self._party = party
        self._anchors = anchors
        self._domain = domain
        self._soft_domain = soft_domain
        symbols = document.symbols
        self._elsewhere = len(soft_domain.findall(symbols)) > max(1, len(anchors))
        self._known: dict[int, tuple[int, int, int, int]] = {}

    def holds(self, part: int, family: str) -> bool:
        """Whether the sentence of ``part``, with its neighbours, is about armed conflict:
        it names an anchor, and not more words of another domain than anchors. A cue of violence
        is an anchor itself; for what passes between parties a party is one too, where no word of
        another domain stands. Nothing holds in a text with more words of other domains than
        anchors."""
        if self._elsewhere:
            return False
        index = self._document.sentence_index(part)
        if index not in self._known:
            self._known[index] = self._weigh(index)
        anchors, parties, domains, soft = self._known[index]
        if family == "armed_violence":
            return anchors + 1 >= domains
        if family in _BETWEEN_PARTIES:
            return anchors >= max(soft, 1) or (parties > 0 and not soft)
        return anchors > 0 and anchors >= soft

    def _weigh(self, index: int) -> tuple[int, int, int, int]:
        boundaries = self._document.boundaries
        first = boundaries[max(0, index - 1)]
        stop = boundaries[min(len(boundaries) - 1, index + 2)]
        anchors = bisect_left(self._anchors, stop) - bisect_left(self._anchors, first)
        symbols = self._document.symbols
        parties, domains, soft = (
            len(pattern.findall(symbols, first, stop))
            for pattern in (self._party, self._domain, self._soft_domain)
        )
        return anchors, parties, domains, soft
