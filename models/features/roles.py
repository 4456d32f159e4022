"""Who does what to whom: parties around a cue, found in the symbol string."""

from __future__ import annotations

import re
from typing import NamedTuple

from models.features.lexicon import Lexicon
from models.features.names import Entity
from models.text.document import Document

_FORWARD_REACH = 20
"""Parts (two a word) looked at to the right of a cue for an object."""
_MAX_PHRASE_WORDS = 6
_PREPOSITIONS = "of|in|by|on|from|to|with|near|at|against|for|into|over|around|across|towards|toward"
_SPEECH = "said|says|say|told|stated|warned|warns|added|announced|declared|vowed|tweeted|insisted"


class Party(NamedTuple):
    """A phrase naming a party: part indices (inclusive), its words, and what it names."""

    first: int
    last: int
    text: str
    entity: Entity | None


class RoleFinder:
    """Finds subjects, objects, speakers and lists of parties by position and prepositions."""

    def __init__(self, lexicon: Lexicon) -> None:
        actor, capital = lexicon.charset("@actor"), lexicon.table.capitalised()
        self._gazetteer = lexicon.gazetteer
        self._actor = re.compile(f"[{actor}]")
        self._foreign = re.compile(f"[{lexicon.charset('<state>|<demonym>|<capital>|<group>')}]")
        preposition = lexicon.charset(_PREPOSITIONS)
        determiner = lexicon.charset("@det")
        self._governed = re.compile(f"[{preposition}].(?:[{determiner}].)?$")
        inner = f"[{actor}{capital}]"
        self._right = re.compile(f"(?:[ .'-]{inner})*")
        self._left = re.compile(f"(?:{inner}[ .-])*$")
        article = lexicon.charset("the|its|by")
        conjunction = lexicon.charset("and|or|plus")
        self._next_item = re.compile(
            f"(?:,(?:[{conjunction}] )?| [{conjunction}] )(?:[{article}] )?(?=[{actor}{capital}])"
        )
        speech = lexicon.charset(_SPEECH)
        self._speech = re.compile(f"[{speech}]")

    def phrase(self, document: Document, part: int) -> Party:
        """The run of names and party nouns around the word at ``part``."""
        symbols = document.symbols
        begin = max(0, part - 2 * _MAX_PHRASE_WORDS)
        left = self._left.search(symbols, begin, part)
        first = left.start() if left else part
        if first % 2 == 0:
            first += 1
        right = self._right.match(symbols, part + 1, part + 2 * _MAX_PHRASE_WORDS)
        last = right.end() - 1 if right and right.end() > part + 1 else part
        start, end = document.span(first, last)
        entity = self._gazetteer.find(document.parts[first : last + 1 : 2])
        return Party(first, last, document.text[start:end], entity)

    def subject(self, document: Document, part: int) -> Party | None:
        """The nearest party left of ``part`` in its sentence that no preposition governs."""
        symbols = document.symbols
        before, _ = document.sentence(document.sentence_index(part))
        nearest: Party | None = None
        positions = [hit.start() for hit in self._actor.finditer(symbols, before + 1, part)]
        while positions:
            party = self.phrase(document, positions[-1])
            nearest = nearest or party
            if not self._governed.search(symbols, max(before, party.first - 5), party.first):
                return party
            positions = [position for position in positions if position < party.first]
        return nearest

    def object(self, document: Document, part: int, reach: int = _FORWARD_REACH) -> Party | None:
        """The first party right of ``part`` in its sentence."""
        _, after = document.sentence(document.sentence_index(part))
        hit = self._actor.search(document.symbols, part + 1, min(after, part + reach))
        return self.phrase(document, hit.start()) if hit else None

    def speaker(self, document: Document, first: int, last: int) -> Party | None:
        """Who says the words from part ``first`` to ``last``: the subject of a verb of saying
        in the same sentence, or in the next one when the sentence ends inside a quotation."""
        index = document.sentence_index(first)
        before, after = document.sentence(index)
        symbols = document.symbols
        for hit in self._speech.finditer(symbols, before + 1, after):
            if first <= hit.start() <= last:
                continue
            party = self._subject_near(document, hit.start(), before, after)
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

    def foreign_near(self, document: Document, first: int, last: int) -> Party | None:
        """The first state, capital or group named between two parts."""
        hit = self._foreign.search(document.symbols, first, last + 1)
        return self.phrase(document, hit.start()) if hit else None

    def _subject_near(
        self, document: Document, verb: int, before: int, after: int
    ) -> Party | None:
        right = self._actor.search(document.symbols, verb + 1, min(after, verb + 8))
        left = [hit.start() for hit in self._actor.finditer(document.symbols, max(before, verb - 24), verb)]
        if left:
            return self.subject(document, verb)
        return self.phrase(document, right.start()) if right else None
