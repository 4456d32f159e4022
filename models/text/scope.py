"""Which stretches of a text are negated, supposed, conditional or past (ConText-like)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from models.text.document import Document
from models.text.matching import Match
from models.text.separators import COMMA, SEMICOLON

EARLIEST_PRESENT = 2001
"""Years before this are past even in an undated text: the corpus begins in 2002."""
PAST_AFTER_YEARS = 2
"""A year this much before the text's own counts as past."""


class Stretch(NamedTuple):
    """A mark on the words from part ``first`` up to, not including, part ``stop``."""

    first: int
    stop: int
    mark: str


class ScopeReader:
    """Turns trigger matches and years into marked stretches.

    Args:
        terminators: symbols that end the reach of a trigger.
        years: symbols of four-digit years.
        since: symbols of words after which a year dates no event (since, until).
    """

    def __init__(self, terminators: str, years: str, since: str) -> None:
        ends = terminators + SEMICOLON
        self._terminator = re.compile(f"[{ends}]")
        self._denial_terminator = re.compile(f"[{ends}{COMMA}]")
        self._last_terminator = re.compile(f".*[{ends}]", re.DOTALL)
        self._year = re.compile(f"(?<![{since}] )[{years}]")

    def stretches(
        self, document: Document, triggers: Iterable[Match], present: int | None
    ) -> list[Stretch]:
        """Every marked stretch.

        Args:
            document: the text read.
            triggers: matches of the scope lexicon.
            present: year of publication; None takes the latest year the text names.
        """
        found = [self._stretch(document, trigger) for trigger in triggers]
        found += self._past_years(document, present)
        return [stretch for stretch in found if stretch.mark != "neutral"]

    def _stretch(self, document: Document, trigger: Match) -> Stretch:
        before, after = document.sentence(document.sentence_index(trigger.start))
        mark, options = trigger.cue.feature, trigger.cue.options
        reach = 2 * int(options["reach"])
        if options["direction"] == "forward":
            first = trigger.end + 2
            stop = min(after, first + reach)
            denial = mark == "negated"
            terminator = self._denial_terminator if denial else self._terminator
            end = terminator.search(document.symbols, first, stop)
            return Stretch(first, end.start() if end else stop, mark)
        if options["direction"] == "backward":
            first = max(before + 1, trigger.start - reach)
            end = self._last_terminator.match(document.symbols, first, trigger.start)
            return Stretch(end.end() if end else first, trigger.start, mark)
        return Stretch(before + 1, after, mark)

    def _past_years(self, document: Document, present: int | None) -> list[Stretch]:
        years = [
            (match.start(), int(document.parts[match.start()]))
            for match in self._year.finditer(document.symbols)
        ]
        if not years:
            return []
        latest = max(year for _, year in years) if present is None else present
        limit = max(latest - PAST_AFTER_YEARS, EARLIEST_PRESENT - 1)
        found = []
        for part, year in years:
            if year <= limit:
                before, after = document.sentence(document.sentence_index(part))
                found.append(Stretch(before + 1, after, "past"))
        return found
