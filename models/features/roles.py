"""Who does what to whom: the parties around a cue, by the grammar of its sentence."""

from __future__ import annotations

import re

from models.features.lexicon import Lexicon
from models.features.parties import Party, Phrases
from models.text.document import Document
from models.text.separators import COMMA, HYPHEN

_FORWARD_REACH = 20
"""Parts (two a word) looked at to the right of a cue for an object."""
_AGENT_REACH = 26
_SPEECH_REACH = 18
_AGAINST_REACH = 12
_SOURCE_REACH = 26
_PREPOSED_REACH = 10
_VERBS_TRIED = 4
_ANTECEDENT_REACH = 200
_GOVERNOR_REACH = 9


class RoleFinder(Phrases):
    """Finds subjects, agents, objects and speakers."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__(lexicon)
        charset = lexicon.charset
        determiner = charset("@det")
        described = f"(?:[^{charset('@calendar|@speech')}][ '{HYPHEN}]){{0,2}}"
        self._governed = re.compile(f"[{charset('@preposition')}].(?:[{determiner}].)?{described}$")
        self._conjunction = re.compile(f"[{charset('@conjunction|but')}]")
        self._speech = re.compile(f"[{charset('@speech')}]")
        # "Mali said it would send" tells of its own doing, "Mali said the flow of arms" does not.
        third = charset("@third_person")
        self._reporting = re.compile(f"[{charset('@reporting')}](?!.*[{third}])")
        self._told = re.compile(f"[{charset('told')}]")
        self._by = re.compile(f"[{charset('by')}](?:.[{determiner}])?")
        self._from = re.compile(f"[{charset('from')}]")
        self._against = re.compile(f"[{charset('against')}]")
        owner = charset("@actor_noun|<state>|<demonym>|<group>")
        to_the = f"(?:[{charset('to')}] )?(?:[{determiner}] )?"
        self._owner = re.compile(
            f"(?:[ ~'-].){{0,2}} [{charset('@belongs')}] {to_the}(?:[^\n] ){{0,1}}?(?=[{owner}])"
        )
        self._first_person = re.compile(f"[{charset('@first_person')}]")
        self._third_person = re.compile(f"[{charset('@third_person')}]")
        self._aside = re.compile(f",[{charset('@relative')}][^\n,]*,")
        self._auxiliary = re.compile(f"[{charset('@auxiliary')}](?:.[^\n])?.$")

    def passive(self, document: Document, part: int) -> bool:
        """Whether a form of "be" governs the participle at ``part``."""
        return self._auxiliary.search(document.symbols, max(0, part - 4), part) is not None

    def subject(self, document: Document, part: int) -> Party | None:
        """The nearest party left of ``part`` in its sentence that no preposition governs.

        A pronoun nearer than the party stands for the speaker ("we") or for the subject of the
        verb of saying ("Ankara warned Athens that it would ...").
        """
        before, _ = self.bounds(document, part)
        party = self._nearest_subject(document, before, part)
        since = before if party is None else max(before, party.first - 3)
        if self._first_person.search(document.symbols, since + 1, part):
            return self.speaker(document, part, part) or party
        if party is None and self._third_person.search(document.symbols, before + 1, part):
            return self._antecedent(document, before)
        if party is not None and self._third_person.search(document.symbols, since + 1, part):
            verb = self._speech.search(document.symbols, before + 1, part)
            if verb is not None:
                return self._nearest_subject(document, before, verb.start()) or party
        return party

    def first_subject(self, document: Document, part: int) -> Party | None:
        """The first party of the sentence before ``part`` that no preposition governs."""
        before, _ = self.bounds(document, part)
        return self._first_of(document, before, part)

    def is_joined(self, document: Document, part: int) -> bool:
        """Whether "and" or "but" stands before the word at ``part``."""
        return self._conjunction.match(document.symbols, max(0, part - 2)) is not None

    def reports(self, document: Document, first: int, last: int) -> bool:
        """Whether a verb of telling, asking or blaming stands between two parts."""
        return self._reporting.search(document.symbols, first, last) is not None

    def object(self, document: Document, part: int, reach: int = _FORWARD_REACH) -> Party | None:
        """The first party right of ``part`` in its sentence."""
        _, after = self.bounds(document, part)
        hit = self._actor.search(document.symbols, part + 1, min(after, part + reach))
        return self.phrase(document, hit.start()) if hit else None

    def agent(self, document: Document, part: int) -> Party | None:
        """The party after "by", right of ``part`` in its sentence."""
        _, after = self.bounds(document, part)
        return self._after_word(document, self._by, part + 1, min(after, part + _AGENT_REACH))

    def agent_before(self, document: Document, part: int) -> Party | None:
        """The party after "by", left of ``part`` in its sentence: "were told by the army to"."""
        before, _ = self.bounds(document, part)
        return self._after_word(document, self._by, before + 1, part)

    def opponent(self, document: Document, first: int, last: int) -> Party | None:
        """The party after "against", between two parts or soon after them."""
        _, after = self.bounds(document, first)
        return self._after_word(document, self._against, first, min(after, last + _AGAINST_REACH))

    def source(self, document: Document, first: int, last: int) -> Party | None:
        """The party after "from", between two parts or soon after them."""
        _, after = self.bounds(document, first)
        return self._after_word(document, self._from, first, min(after, last + _SOURCE_REACH))

    def owner(self, document: Document, first: int, last: int) -> Party | None:
        """Whose the things between two parts are: named among them, or after "of" behind them."""
        inside = self.named(document, first, last)
        if inside is not None:
            return inside
        _, after = self.bounds(document, first)
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
        before, after = self.bounds(document, first)
        symbols = document.symbols
        verbs = [
            hit.start()
            for hit in self._speech.finditer(symbols, before + 1, after)
            if not first <= hit.start() <= last
        ]
        verbs.sort(key=lambda part: min(abs(part - first), abs(part - last)))
        for verb in verbs[:_VERBS_TRIED]:
            if self._third_person.match(symbols, verb - 2):
                continue
            right = self._actor.search(symbols, verb + 1, min(after, verb + 8))
            left = self._nearest_subject(document, max(before, verb - _SPEECH_REACH), verb)
            quoted = symbols[verb - 1] in f'"{COMMA}' and not self._told.match(symbols, verb)
            if left is not None and left.last + 2 == verb and symbols[left.first - 1] == COMMA:
                quoted = False
            party = self.phrase(document, right.start()) if right and (quoted or not left) else left
            if party is not None and not first <= party.first <= last:
                return party
        if any(self._third_person.match(symbols, verb - 2) for verb in verbs[:_VERBS_TRIED]):
            return self._antecedent(document, before)
        return None

    def _after_word(
        self, document: Document, word: re.Pattern[str], first: int, stop: int
    ) -> Party | None:
        """The party soon after the first such word from part ``first`` up to ``stop``."""
        hit = word.search(document.symbols, first, stop)
        return self.object(document, hit.start(), _PREPOSED_REACH) if hit else None

    def _nearest_subject(self, document: Document, before: int, part: int) -> Party | None:
        symbols = document.symbols
        nearest: Party | None = None
        asides = [aside.span() for aside in self._aside.finditer(symbols, before + 1, part)]
        positions = [
            hit.start()
            for hit in self._actor.finditer(symbols, before + 1, part)
            if not any(start < hit.start() < end for start, end in asides)
        ]
        while positions:
            party = self.phrase(document, positions[-1])
            nearest = nearest or party
            if not self._is_governed(symbols, before, party):
                return self._apposed(document, before, party)
            positions = [position for position in positions if position < party.first]
        return nearest

    def _is_governed(self, symbols: str, before: int, party: Party) -> bool:
        first = max(before, party.first - _GOVERNOR_REACH)
        return self._governed.search(symbols, first, party.first) is not None

    def _antecedent(self, document: Document, before: int) -> Party | None:
        """Whom "he", "they" or "it" stands for at the start of a sentence: the subject of the
        sentence that ends at ``before``."""
        if before == 0:
            return None
        start, _ = document.sentence(document.sentence_index(before - 1))
        if before - start > _ANTECEDENT_REACH:
            return None
        return self._first_of(document, start, before)

    def _first_of(self, document: Document, start: int, stop: int) -> Party | None:
        symbols = document.symbols
        for hit in self._actor.finditer(symbols, start + 1, stop):
            party = self.phrase(document, hit.start())
            if not self._is_governed(symbols, start, party):
                return self._apposed(document, start, party)
        return None

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
