"""Who does what to whom: parties around a cue, found in the symbol string."""

from __future__ import annotations

import re
from typing import NamedTuple

from models.features.lexicon import Lexicon
from models.features.names import Entity
from models.text.document import Document
from models.text.separators import COMMA, HYPHEN

_FORWARD_REACH = 20
"""Parts (two a word) looked at to the right of a cue for an object."""
_AGENT_REACH = 26
_SPEECH_REACH = 18
_MAX_PHRASE = 16
"""Longest phrase to each side of its head, in parts."""


class Party(NamedTuple):
    """A phrase naming a party: part indices (inclusive), its words, and what it names."""

    first: int
    last: int
    text: str
    entity: Entity | None


class RoleFinder:
    """Finds subjects, agents, objects, speakers and lists of parties."""

    def __init__(self, lexicon: Lexicon) -> None:
        charset = lexicon.charset
        actor, capital = charset("@actor"), lexicon.table.capitalised()
        proper, determiner = charset("@proper"), charset("@det")
        self._gazetteer = lexicon.gazetteer
        self._actor = re.compile(f"[{actor}]")
        self._proper = re.compile(f"[{proper}]")
        self._governed = re.compile(f"[{charset('@preposition')}].(?:[{determiner}].)?$")
        head, particle = f"[{actor}{capital}]", f"(?:[{charset('@name_particle')}][ -])?"
        of_name = f" [{charset('of')}] (?:[{charset('the')}] )?(?=[{capital}]){head}"
        acronym = charset("<name>|<group>")
        self._right = re.compile(f"(?:[ ~.'-]{particle}{head}|{of_name})*(?:_[{acronym}](?=_))?")
        self._left = re.compile(f"(?:{head}[ ~.-]{particle})*$")
        article = charset("@item_article")
        conjunction = charset("@conjunction")
        self._next_item = re.compile(
            f"(?:,(?:[{conjunction}] )?| [{conjunction}] )(?:[{article}] )?(?=[{actor}{capital}])"
        )
        self._speech = re.compile(f"[{charset('@speech')}]")
        self._by = re.compile(f"[{charset('by')}](?:.[{determiner}])?")
        to_the = f"(?:[{charset('to')}] )?(?:[{determiner}] )?"
        self._owner = re.compile(
            f"(?:[ ~'-].){{0,2}} [{charset('@belongs')}] {to_the}(?:[^\\n] ){{0,1}}?(?=[{actor}])"
        )
        self._first_person = re.compile(f"[{charset('@first_person')}]")
        self._third_person = re.compile(f"[{charset('@third_person')}]")
        self._auxiliary = re.compile(f"[{charset('@auxiliary')}](?:.[^\\n])?.$")

    def phrase(self, document: Document, part: int) -> Party:
        """The run of names and party nouns around the word at ``part``."""
        symbols = document.symbols
        left = self._left.search(symbols, max(0, part - _MAX_PHRASE), part)
        first = left.start() if left else part
        first += 1 - first % 2
        right = self._right.match(symbols, part + 1, part + _MAX_PHRASE)
        last = right.end() - 1 if right and right.end() > part + 1 else part
        start, end = document.span(first, last)
        text = document.text[start:end]
        if "(" in text:
            text += ")"
        return Party(first, last, text, self._gazetteer.find(document.parts[first : last + 1 : 2]))

    def passive(self, document: Document, part: int) -> bool:
        """Whether a form of "be" governs the participle at ``part``."""
        return self._auxiliary.search(document.symbols, max(0, part - 4), part) is not None

    def subject(self, document: Document, part: int) -> Party | None:
        """The nearest party left of ``part`` in its sentence that no preposition governs.

        A pronoun nearer than the party stands for the speaker ("we") or for the subject of the
        verb of saying ("Ankara warned Athens that it would ...").
        """
        before, _ = document.sentence(document.sentence_index(part))
        party = self._nearest_subject(document, before, part)
        since = before if party is None else max(before, party.first - 3)
        if self._first_person.search(document.symbols, since + 1, part):
            return self.speaker(document, part, part) or party
        if party is not None and self._third_person.search(document.symbols, since + 1, part):
            verb = self._speech.search(document.symbols, before + 1, part)
            if verb is not None:
                return self._nearest_subject(document, before, verb.start()) or party
        return party

    def agent(self, document: Document, part: int) -> Party | None:
        """The party after "by", right of ``part`` in its sentence."""
        _, after = document.sentence(document.sentence_index(part))
        by = self._by.search(document.symbols, part + 1, min(after, part + _AGENT_REACH))
        return self.object(document, by.start(), 10) if by else None

    def object(self, document: Document, part: int, reach: int = _FORWARD_REACH) -> Party | None:
        """The first party right of ``part`` in its sentence."""
        _, after = document.sentence(document.sentence_index(part))
        hit = self._actor.search(document.symbols, part + 1, min(after, part + reach))
        return self.phrase(document, hit.start()) if hit else None

    def owner(self, document: Document, first: int, last: int) -> Party | None:
        """Whose the things between two parts are: named among them, or after "of" behind them."""
        inside = self.named(document, first, last)
        if inside is not None:
            return inside
        _, after = document.sentence(document.sentence_index(first))
        hit = self._owner.match(document.symbols, last + 1, after)
        return self.phrase(document, hit.end()) if hit else None

    def adjacent(self, document: Document, part: int) -> Party | None:
        """The party that ends just before ``part``, with or without a comma between."""
        symbols = document.symbols
        if part <= 1 or symbols[part - 1] not in f"{COMMA} _":
            return None
        if not self._actor.match(symbols, part - 2):
            return None
        return self.phrase(document, part - 2)

    def speaker(self, document: Document, first: int, last: int) -> Party | None:
        """Who says the words from part ``first`` to ``last``: the subject of the nearest verb of
        saying in the sentence, before or after it."""
        before, after = document.sentence(document.sentence_index(first))
        symbols = document.symbols
        verbs = [
            hit.start()
            for hit in self._speech.finditer(symbols, before + 1, after)
            if not first <= hit.start() <= last
        ]
        for verb in sorted(verbs, key=lambda part: min(abs(part - first), abs(part - last))):
            right = self._actor.search(symbols, verb + 1, min(after, verb + 8))
            left = self._nearest_subject(document, max(before, verb - _SPEECH_REACH), verb)
            quoted = symbols[verb - 1] in f'"{COMMA}'
            party = self.phrase(document, right.start()) if right and (quoted or not left) else left
            if party is not None and not first <= party.first <= last:
                return party
        return None

    def listed(self, document: Document, party: Party) -> list[Party]:
        """``party`` and those joined to it by commas and "and": "by Russia, the UAE and Egypt"."""
        found = [party]
        while True:
            step = self._next_item.match(document.symbols, found[-1].last + 1)
            if step is None:
                return found
            item = self.phrase(document, step.end())
            if item.entity is None or item.last <= found[-1].last:
                return found
            found.append(item)

    def named(self, document: Document, first: int, last: int) -> Party | None:
        """The first state, capital or group named between two parts, in whatever phrase; not
        the maker in "Russian-supplied"."""
        for hit in self._proper.finditer(document.symbols, first, last + 1):
            party = self.phrase(document, hit.start())
            if party.entity is not None and document.symbols[party.last + 1] != HYPHEN:
                return party
        return None

    def _nearest_subject(self, document: Document, before: int, part: int) -> Party | None:
        symbols = document.symbols
        nearest: Party | None = None
        positions = [hit.start() for hit in self._actor.finditer(symbols, before + 1, part)]
        while positions:
            party = self.phrase(document, positions[-1])
            nearest = nearest or party
            if not self._governed.search(symbols, max(before, party.first - 5), party.first):
                return self._apposed(document, before, party)
            positions = [position for position in positions if position < party.first]
        return nearest

    def _apposed(self, document: Document, before: int, party: Party) -> Party:
        """The name that ``party`` only describes: "Abu Hamza, spokesman of ..."."""
        symbols = document.symbols
        if self._proper.search(symbols, party.first, party.last + 1):
            return party
        for start in (party.first - 2, party.first - 4):
            if (
                start > before
                and symbols[start + 1] == COMMA
                and self._proper.match(symbols, start)
            ):
                return self.phrase(document, start)
        return party
