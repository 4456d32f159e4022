"""Which stretches of a text are negated, supposed, conditional or past (ConText-like)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from models.text.document import Document
from models.text.matching import Match
from models.text.separators import COMMA, SEMICOLON

EARLIEST_PRESENT = 2001
"""Years before this are past even in an undated text: the corpus begins in 2002."""
PAST_AFTER_YEARS = 2
"""A year this much before the text's own counts as past."""
_SURE_YEAR = 1700
"""Lower numbers are years only after "in" or "of": "1400 civilians" are no date."""
_PREMISE_REACH = 18
_ATTRIBUTE_REACH = 4
"""Words that a year before a noun dates: "the 1973 war", but not what is done about it today."""


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
        since: symbols of words after which a year dates no event ("since independence in 1960").
        numbered: symbols of words after which the digits are no year ("Resolution 1973").
        determiners: symbols of words after which a year describes a noun ("the 1967 borders").
    """

    def __init__(
        self, terminators: str, years: str, since: str, numbered: str, determiners: str
    ) -> None:
        ends = terminators + SEMICOLON
        self._terminator = re.compile(f"[{ends}]")
        self._denial_terminator = re.compile(f"[{ends}{COMMA}]")
        self._last_terminator = re.compile(f".*[{ends}]", re.DOTALL)
        # A year before a colon labels the text's topic: "War in Somalia (2006-2009): ..."
        self._year = re.compile(f"(?<![{numbered}] )(?<!-)[{years}](?!(?:[_-][{years}])?;)")
        self._undated = re.compile(f"[{since}](?: [^\\n]){{0,3}} $")
        self._attribute = re.compile(f"[{determiners}] $")

    def stretches(
        self, document: Document, triggers: Sequence[Match], present: int | None
    ) -> list[Stretch]:
        """Every marked stretch.

        Args:
            document: the text read.
            triggers: matches of the scope lexicon.
            present: year of publication; None takes the latest year the text names.
        """
        found = [self._stretch(document, trigger) for trigger in triggers]
        found += self._premises(document, triggers)
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

    def _premises(self, document: Document, triggers: Iterable[Match]) -> list[Stretch]:
        """The conditions themselves: from "if" or "unless" to the next comma."""
        found = []
        for trigger in triggers:
            if trigger.cue.feature == "conditional":
                _, after = document.sentence(document.sentence_index(trigger.start))
                stop = min(after, trigger.end + 2 * _PREMISE_REACH)
                end = self._denial_terminator.search(document.symbols, trigger.end + 1, stop)
                found.append(Stretch(trigger.end + 2, end.start() if end else stop, "premise"))
        return found

    def _past_years(self, document: Document, present: int | None) -> list[Stretch]:
        symbols = document.symbols
        years = [
            (match.start(), int(document.parts[match.start()]))
            for match in self._year.finditer(symbols)
            if not self._undated.search(symbols, max(0, match.start() - 8), match.start())
        ]
        if not years:
            return []
        latest = max(year for _, year in years) if present is None else present
        limit = max(latest - PAST_AFTER_YEARS, EARLIEST_PRESENT - 1)
        found = []
        for part, year in years:
            sure = year >= _SURE_YEAR or document.parts[max(0, part - 2)].lower() in ("in", "of")
            if year <= limit and sure:
                found.append(self._dated(document, part))
        return found

    def _dated(self, document: Document, part: int) -> Stretch:
        """What a past year at ``part`` makes past: its sentence, or the noun it describes."""
        before, after = document.sentence(document.sentence_index(part))
        if self._attribute.search(document.symbols, max(before, part - 2), part):
            return Stretch(part, min(after, part + 2 + 2 * _ATTRIBUTE_REACH), "past")
        return Stretch(before + 1, after, "past")
