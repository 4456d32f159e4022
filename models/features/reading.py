"""What every signal family works on: a document, its scope marks, and a way to cite it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from models.features.evidence import AFFIRMED, Evidence, Scope
from models.features.roles import RoleFinder
from models.text.document import Document
from models.text.matching import Match
from models.text.scope import Stretch

LEAD_END = 100
"""The part (two a word) where the lead ends: what an analyst reads first. News leads run 25 to 45
words; items have 12 to 140."""
_BEFORE_VERB = 4
_SHORT = 40
"""Longest stretch of parts that is short: triggers reach up to 14 words, the rest is sentences."""
_MARKS = ("negated", "hypothetical", "conditional", "past")


class Finding(NamedTuple):
    """Evidence with the part where it begins and its sentence, by which families count it."""

    part: int
    sentence: int
    evidence: Evidence
    amount: int | None = None


class Reading:
    """One document being read."""

    def __init__(self, document: Document, roles: RoleFinder, stretches: list[Stretch]) -> None:
        self.document = document
        self.roles = roles
        # Long stretches cover sentences and repeat; short ones are found by where they begin, so
        # that a text of nothing but triggers takes no longer than others.
        self._long: dict[int, set[Stretch]] = defaultdict(set)
        self._short: list[Stretch] = []
        for stretch in stretches:
            if stretch.stop - stretch.first > _SHORT:
                self._long[document.sentence_index(stretch.first)].add(stretch)
            else:
                self._short.append(stretch)
        self._short.sort()
        self._held: dict[tuple[re.Pattern[str], int], bool] = {}
        self._firsts = [stretch.first for stretch in self._short]

    def scope(self, part: int, speaker: str | None = None) -> Scope:
        """The scope marks on the word at ``part``."""
        marks = self._marks(part)
        if not marks:
            return AFFIRMED if speaker is None else Scope(attributed_to=speaker)
        negated, hypothetical, conditional, past = (mark in marks for mark in _MARKS)
        return Scope(negated, hypothetical, conditional, past, speaker)

    def _marks(self, part: int) -> set[str]:
        near: Iterable[Stretch] = ()
        if self._long:
            near = self._long.get(self.document.sentence_index(part), ())
        begin, end = bisect_left(self._firsts, part - _SHORT), bisect_right(self._firsts, part)
        return {
            mark
            for first, stop, mark in chain(near, self._short[begin:end])
            if first <= part < stop
        }

    def cue_scope(self, match: Match, speaker: str | None = None) -> Scope:
        """The marks on a cue; on its last word too where a party may come first ("Poland refused
        to send arms"), unless the cue itself holds a negation ("warned them not to")."""
        scope = self.scope(match.start, speaker)
        if match.cue.options.get("scope") == "start" or not scope.affirmed:
            return scope
        return self.scope(match.end, speaker)

    def cite(
        self, match: Match, roles: dict[str, str] | None = None, scope: Scope | None = None
    ) -> Evidence:
        """The passage of ``match`` as evidence."""
        cue = match.cue
        return self.cite_span(
            match.start, match.end, cue.group, cue.feature, cue.rule, roles, scope
        )

    def cite_span(
        self,
        first: int,
        last: int,
        family: str,
        feature: str,
        rule: str,
        roles: dict[str, str] | None = None,
        scope: Scope | None = None,
    ) -> Evidence:
        """The words from part ``first`` to part ``last`` as evidence."""
        document = self.document
        start, end = document.span(first, last)
        before, after = document.sentence(document.sentence_index(first))
        starts = document.starts
        return Evidence(
            start,
            end,
            document.text[start:end],
            family,
            f"{family}.{feature}",
            rule,
            (starts[before + 1], starts[after]),
            roles or {},
            self.scope(first) if scope is None else scope,
        )

    def cite_done(self, match: Match, roles: dict[str, str] | None = None) -> Evidence:
        """The passage as evidence of a thing done: an intention is marked hypothetical."""
        scope = self.cue_scope(match)
        if self.intended(match):
            scope = scope._replace(hypothetical=True)
        return self.cite(match, roles, scope)

    def cite_all(self, matches: Iterable[Match]) -> list[Finding]:
        """Matches of a family that needs no roles."""
        return [self.place(match.start, self.cite(match)) for match in matches]

    def cite_steps(self, matches: Iterable[Match]) -> list[Finding]:
        """Steps towards peace; one that is itself the condition ("unless the troops withdraw") is
        marked supposed."""
        found = []
        for match in matches:
            scope = self.scope(match.start)
            if "premise" in self._marks(match.start):
                scope = scope._replace(hypothetical=True)
            found.append(self.place(match.start, self.cite(match, scope=scope)))
        return found

    def place(self, part: int, evidence: Evidence, amount: int | None = None) -> Finding:
        """Evidence with its place in the document."""
        return Finding(part, self.document.sentence_index(part), evidence, amount)

    def intended(self, match: Match) -> bool:
        """Whether the cue is a purpose or a prospect: "an offensive to retake the town"."""
        parts = self.document.parts
        if match.start < _BEFORE_VERB:
            return False
        if self.roles.is_modal(self.document, match.start - 2):
            return True
        if parts[match.start - 2].lower() != "to":
            return False
        return not self.roles.is_realised(self.document, match.start - _BEFORE_VERB)

    def holds(self, word: re.Pattern[str], sentence: int) -> bool:
        """Whether a sentence holds such a word; searched once, however many cues ask."""
        known = self._held.get((word, sentence))
        if known is None:
            before, after = self.document.sentence(sentence)
            known = word.search(self.document.symbols, before, after) is not None
            self._held[word, sentence] = known
        return known

    def words(self, first: int, count: int) -> list[str]:
        """Up to ``count`` words from part ``first`` on."""
        return self.document.parts[first : first + 2 * count : 2]
