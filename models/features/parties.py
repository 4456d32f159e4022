"""The phrases that name parties and places, found in the symbol string."""

from __future__ import annotations

import re
from typing import NamedTuple

from models.features.lexicon import Lexicon
from models.features.names import Entity
from models.text.document import Document
from models.text.separators import HYPHEN

_BEFORE_NOUN = 8
_MAX_PHRASE = 16
"""Longest phrase to each side of its head, in parts (two a word)."""
_REACH = 401
"""Parts to each side that one cue's parties are looked for in: longer sentences are no prose, and a
bound keeps the time in proportion to the text. Odd, to end on a separator as sentences do."""


class Party(NamedTuple):
    """A phrase naming a party: part indices (inclusive), its words, and what it names."""

    first: int
    last: int
    text: str
    entity: Entity | None


class Phrases:
    """Reads the noun phrases around words."""

    def __init__(self, lexicon: Lexicon) -> None:
        charset = lexicon.charset
        actor, capital = charset("@actor"), lexicon.table.capitalised()
        determiner, conjunction = charset("@det"), charset("@conjunction")
        self._gazetteer = lexicon.gazetteer
        self._actor = re.compile(f"[{actor}]")
        self._proper = re.compile(f"[{charset('@proper')}]")
        self._side = re.compile(f"[{charset('@side_noun')}]")
        self._idle = re.compile(f"[{charset('@idle_start')}]")
        self._maker = re.compile(f"[{HYPHEN}][{charset('@made')}]")
        self._ours = re.compile(f"[{charset('@ours')}]")
        self._force = re.compile(f"[{charset('@force_owned')}]")
        self._realised = re.compile(f"[{charset('@realised')}]")
        self._modal = re.compile(f"[{charset('@modal')}]")
        self._receiving = re.compile(f"[{charset('@receiving')}]")
        self._done_to = re.compile(f"[{charset('@done_to')}]")
        head, particle = f"[{actor}{capital}]", f"(?:[{charset('@name_particle')}][ -])?"
        of_name = f" [{charset('of')}] (?:[{charset('the')}] )?(?=[{capital}]){head}"
        acronym = charset("<name>|<group>")
        self._right = re.compile(f"(?:[ ~.'-]{particle}{head}|{of_name})*(?:_[{acronym}](?=_))?")
        self._left = re.compile(f"(?:{head}[ ~.-]{particle})*$")
        joined = f"(?:,(?:[{conjunction}] )?| [{conjunction}] )(?:[{charset('@item_article')}] )?"
        self._next_item = re.compile(f"{joined}(?={head})")
        self._previous_item = re.compile(f"{head}{joined}$")
        to_name = (
            f" (?:[{determiner}] )?(?:[^{charset('@calendar')}{capital}] ){{0,3}}?"
            f"{particle}[{charset('<name>|<capital>')}]"
        )
        self._where = tuple(
            re.compile(f"[{charset(kind)}]{to_name}") for kind in ("@where", "@whence")
        )

    def bounds(self, document: Document, part: int) -> tuple[int, int]:
        """The boundaries of the sentence of ``part``, or how far it is read."""
        before, after = document.sentence(document.sentence_index(part))
        return max(before, part - _REACH), min(after, part + _REACH)

    def phrase(self, document: Document, part: int) -> Party:
        """The run of names and party nouns around the word at ``part``."""
        symbols = document.symbols
        left = self._left.search(symbols, max(0, part - _MAX_PHRASE), part)
        first = left.start() if left else part
        first += 1 - first % 2
        while first < part and self._idle.match(symbols, first):
            first += 2
        right = self._right.match(symbols, part + 1, part + _MAX_PHRASE)
        last = right.end() - 1 if right and right.end() > part + 1 else part
        start, end = document.span(first, last)
        text = document.text[start:end]
        if "(" in text:
            text += ")"
        return Party(first, last, text, self._gazetteer.find(document.parts[first : last + 1 : 2]))

    def within(self, document: Document, first: int, last: int) -> Party | None:
        """The first party between two parts, the ends included."""
        hit = self._actor.search(document.symbols, first, last + 1)
        return self.phrase(document, hit.start()) if hit else None

    def named(self, document: Document, first: int, last: int) -> Party | None:
        """The first state, capital or group named between two parts, in whatever phrase; not
        the maker in "Russian-supplied"."""
        for hit in self._proper.finditer(document.symbols, first, last + 1):
            party = self.phrase(document, hit.start())
            if party.entity is not None and not self._maker.match(document.symbols, party.last + 1):
                return party
        return None

    def side(self, document: Document, first: int, last: int) -> Party | None:
        """The first armed party or government between two parts, named or not."""
        hit = self._side.search(document.symbols, first, last + 1)
        return self.phrase(document, hit.start()) if hit else None

    def place(self, document: Document, part: int) -> Party | None:
        """The place named in the sentence of ``part``: after it if there is one, else before."""
        before, after = self.bounds(document, part)
        for pattern in self._where:
            for start, stop in ((part, after), (before + 1, part)):
                for hit in pattern.finditer(document.symbols, start, stop):
                    party = self.phrase(document, hit.end() - 1)
                    if party.entity is None or party.entity.kind != "group":
                        return party
        return None

    def describing(self, document: Document, part: int) -> Party | None:
        """Whose the thing at ``part`` is, from the words right before it: "Russian general"."""
        before, _ = self.bounds(document, part)
        first = max(before + 1, part - _BEFORE_NOUN)
        return self.named(document, first, part) or self.side(document, first, part - 2)

    def listed(self, document: Document, party: Party) -> list[Party]:
        """``party`` and those joined to it by commas and "and": "by Russia, the UAE and Egypt"."""
        found = [*self._listed_before(document, party), party]
        while True:
            step = self._next_item.match(document.symbols, found[-1].last + 1)
            if step is None:
                return found
            item = self.phrase(document, step.end())
            if item.entity is None or item.last <= found[-1].last:
                return found
            found.append(item)

    def _listed_before(self, document: Document, party: Party) -> list[Party]:
        found: list[Party] = []
        first = party.first
        while True:
            step = self._previous_item.search(document.symbols, max(0, first - 8), first)
            if step is None:
                return found[::-1]
            item = self.phrase(document, step.start())
            if item.entity is None or item.first >= first:
                return found[::-1]
            found.append(item)
            first = item.first

    def is_place(self, document: Document, party: Party) -> bool:
        """Whether a phrase holds a name and no armed party."""
        symbols = document.symbols
        return (
            self._proper.search(symbols, party.first, party.last + 1) is not None
            and self._side.search(symbols, party.first, party.last + 1) is None
        )

    def is_actor(self, document: Document, part: int) -> bool:
        """Whether the word at ``part`` names a party."""
        return self._actor.match(document.symbols, part) is not None

    def is_force(self, document: Document, party: Party) -> bool:
        """Whether a phrase names troops or their machines."""
        return self._force.search(document.symbols, party.first, party.last + 1) is not None

    def is_realised(self, document: Document, part: int) -> bool:
        """Whether an infinitive after the word at ``part`` tells of something done."""
        return self._realised.match(document.symbols, part) is not None

    def is_modal(self, document: Document, part: int) -> bool:
        """Whether the verb after the word at ``part`` tells of a prospect: "will", "could"."""
        return self._modal.match(document.symbols, part) is not None

    def is_receiving(self, document: Document, part: int) -> bool:
        """Whether the supported party stands after the word at ``part``: "to", "arming"."""
        word = document.parts[part].lower()
        return word.endswith("ing") or self._receiving.match(document.symbols, part) is not None

    def is_done_to(self, document: Document, part: int) -> bool:
        """Whether the participle at ``part``, after "be", makes the subject the one threatened."""
        return self._done_to.match(document.symbols, part) is not None

    def speaks_of_own(self, document: Document, first: int, last: int) -> bool:
        """Whether "its" or "their" stands between two parts."""
        return self._ours.search(document.symbols, first, last + 1) is not None
