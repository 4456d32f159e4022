"""Tolls: every number of people killed or wounded, and whether it counts this event.

A number belongs to the verb that governs it from the left ("killing 14") or to the first
word of death or injury to its right ("34 people were killed and 125 wounded").
"""

from __future__ import annotations

import re
from typing import NamedTuple

from models.features.amounts import amount
from models.features.lexicon import Lexicon
from models.text.document import Document

_LEFT, _RIGHT = 12, 30
"""Parts (two a word) searched before and after a number."""
_NUMBER_WORDS = 5
_LIKE_A_YEAR = range(1900, 2101)


class Toll(NamedTuple):
    """One number of people: ``kind`` is killed, wounded or running_total, ``who`` is fighters,
    forces or others; ``first`` and ``last`` are the word parts cited."""

    first: int
    last: int
    size: int
    kind: str
    who: str
    update: bool


class TollReader:
    """Finds tolls sentence by sentence."""

    def __init__(self, lexicon: Lexicon) -> None:
        charset = lexicon.charset
        joiner = charset("@toll_joiner")
        stop = f"[{charset('@amount')}{joiner}]"
        self._number = re.compile(f"[{charset('@amount|<year>|a|an|another')}]")
        self._weak = re.compile(f"[{charset('@vague_number')}]")
        kill, wound = charset("@kill_verb"), charset("@wound_word")
        toll, dead = charset("@toll_word"), charset("@dead_word")
        passive = charset("@auxiliary")
        self._any = re.compile(f"[{kill}{toll}{dead}{wound}]")
        filler = f"(?:[ ~'-](?!{stop})[^\\n;])"
        self._governed = re.compile(f".*(?:(?<![{passive}].)[{kill}])(?:{filler}{{0,4}}[ ~'-])$")
        self._wounding = re.compile(f".*(?:(?<![{passive}].)[{wound}])(?:{filler}{{0,4}}[ ~'-])$")
        self._counted = re.compile(f".*[{toll}](?:[^\\n;](?![{wound}]).){{0,8}}[^\\n;]$")
        self._after = re.compile(
            f"(?:[^\\n;](?![{dead}{wound}]).){{0,12}}[^\\n;](?:(?P<dead>[{dead}])|(?P<wound>[{wound}]))"
        )
        self._not_people = re.compile(
            f"[ ~'-](?:[{charset('@number_word|<num>')}][ -])?[{charset('@not_people')}]"
        )
        self._people = re.compile(
            f"(?:[^\\n;].){{0,2}}[^\\n;][{charset('@people|@armed|@senior|@forces_dead|@armed_dead')}]"
        )
        self._fighters = re.compile(f"(?:[ ~'-].){{0,3}}[ ~'-][{charset('@armed_dead')}]")
        self._forces = re.compile(f"(?:[ ~'-].){{0,3}}[ ~'-][{charset('@forces_dead')}]")
        numbered = charset("@numbered_thing")
        self._month = re.compile(f"[{charset('@month')}][ ,]|[{numbered}][ ]")
        self._month_next = re.compile(f"[ ][{charset('@month')}]")
        self._total = re.compile(
            f"[{charset('@total_word')}]|[{charset('@recent_word')}].(?:[{charset('@amount')}].)?"
            f"[{charset('@period_word')}]|[{charset('@period_word')}].[{charset('of')}]|[{charset('@strife')}]."
            f"[{charset('@begun_word')}]"
        )
        self._update = re.compile(f"[{charset('@revised_word')}]")
        self._accident = re.compile(f"[{charset('@accident')}]")

    def read(self, document: Document) -> list[Toll]:
        """The tolls of a text, in order."""
        found: list[Toll] = []
        symbols = document.symbols
        for before, after in zip(document.boundaries, document.boundaries[1:], strict=False):
            if not self._any.search(symbols, before, after):
                continue
            if self._accident.search(symbols, before, after):
                continue
            found += self._sentence(document, before, after)
        return found

    def _sentence(self, document: Document, before: int, after: int) -> list[Toll]:
        found: list[Toll] = []
        read_to = before
        for hit in self._number.finditer(document.symbols, before + 1, after):
            part = hit.start()
            if part < read_to:
                continue
            words = document.parts[part : min(after, part + 2 * _NUMBER_WORDS) : 2]
            size, used = amount(words)
            if not size:
                continue
            last = part + 2 * (used - 1)
            read_to = last + 1
            toll = self._toll(document, part, last, size, before, after)
            if toll is not None:
                found.append(toll)
        return found

    def _toll(
        self, document: Document, part: int, last: int, size: int, before: int, after: int
    ) -> Toll | None:
        symbols = document.symbols
        if self._not_people.match(symbols, last + 1, after):
            return None
        if self._month.match(symbols, max(before + 1, part - 2), part) or self._month_next.match(
            symbols, last + 1, after
        ):
            return None
        vague = self._weak.match(symbols, part) is not None or size in _LIKE_A_YEAR
        if vague and not self._people.match(symbols, last + 1, min(after, last + 8)):
            return None
        left = symbols[max(before + 1, part - _LEFT) : part]
        kind, end = self._kind(document, left, last, min(after, last + _RIGHT))
        if kind is None:
            return None
        around = (max(before + 1, part - 18), min(after, end + 16))
        if kind == "killed" and self._total.search(symbols, *around):
            kind = "running_total"
        who = "others"
        if self._fighters.match(symbols, last + 1, after):
            who = "fighters"
        elif self._forces.match(symbols, last + 1, after):
            who = "forces"
        update = self._update.search(left) is not None
        return Toll(part, max(end, last), size, kind, who, update)

    def _kind(self, document: Document, left: str, last: int, stop: int) -> tuple[str | None, int]:
        if self._wounding.match(left):
            return "wounded", last
        if self._governed.match(left) and not _leaves(document, last):
            return "killed", last
        right = self._after.match(document.symbols, last + 1, stop)
        if right is not None:
            return ("killed" if right["dead"] else "wounded"), right.end() - 1
        if self._counted.match(left):
            return "killed", last
        return None, last


def _leaves(document: Document, last: int) -> bool:
    """Whether the governing verb is "leave", which kills only with "dead" after the number."""
    near = document.parts[max(1, last - _LEFT) : last : 2]
    return any(word.lower() in ("left", "leave", "leaves", "leaving") for word in near[-6:])
