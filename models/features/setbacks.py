"""Military setbacks: who lost what, whichever side the sentence is told from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from models.features.amounts import amount
from models.features.evidence import Setback
from models.features.lexicon import Lexicon
from models.features.parties import Party
from models.features.reading import Finding, Reading
from models.text.document import Document
from models.text.matching import Match

HEAVY_LOSSES = 10
"""Fewer fighters killed in one mention are routine, not a setback: on train, flag S stands on 3 %
of the texts that only tell of up to 8, on 35 % of those from 10 on."""
_SIDES = 2


class SetbackReader:
    """Reads setbacks; knows which sentences speak of agreements and who the two sides are."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._agreed = re.compile(f"[{lexicon.charset('@agreed_word')}]")
        self._side = re.compile(f"[{lexicon.charset('<group>')}]")

    def read(
        self, reading: Reading, matches: Iterable[Match]
    ) -> tuple[list[Finding], list[Setback]]:
        """Findings and setbacks; ``Setback.evidence`` indexes the findings.

        Withdrawals in a sentence about an agreement belong to de-escalation, and small
        numbers of fighters killed to armed violence: both are left out.
        """
        findings: list[Finding] = []
        setbacks: list[Setback] = []
        for match in matches:
            size = _size(reading, match)
            if match.cue.feature == "losses" and size is not None and size < HEAVY_LOSSES:
                continue
            if match.cue.rule == "retreats" and self._is_agreed(reading, match):
                continue
            party, place = self._party(reading, match), _place(reading, match)
            place = place or reading.roles.place(reading.document, match.start)
            name = party.text if party else self._inferred(reading, match)
            roles = {"party": name, "place": place.text if place else None}
            if "agent" in match.roles:
                roles["winner"] = reading.roles.phrase(reading.document, match.roles["agent"]).text
            evidence = reading.cite_done(match, {k: v for k, v in roles.items() if v})
            if evidence.scope.affirmed:
                kind = match.cue.options["kind"]
                setbacks.append(Setback(name, kind, roles["place"], len(findings)))
            findings.append(reading.place(match.start, evidence, size))
        return findings, setbacks

    def _is_agreed(self, reading: Reading, match: Match) -> bool:
        return reading.holds(self._agreed, reading.document.sentence_index(match.start))

    def _party(self, reading: Reading, match: Match) -> Party | None:
        document, roles = reading.document, reading.roles
        if "party" in match.roles:
            return roles.phrase(document, match.roles["party"])
        voice = match.cue.options["voice"]
        if voice == "passive":
            return roles.source(document, match.start, match.end) or roles.subject(
                document, match.start
            )
        if voice in ("active", "fell"):
            return (
                roles.source(document, match.start, match.end)
                or roles.owner(document, match.start + 2, match.end)
                or roles.side(document, match.start + 2, match.end)
            )
        if voice == "object":
            return self._bereaved(reading, match)
        if voice == "driven" and not roles.passive(document, match.start):
            return roles.object(document, match.start)
        return self._acting(reading, match)

    def _acting(self, reading: Reading, match: Match) -> Party | None:
        """Who retreats, surrenders, defects or loses: in the cue itself, or its subject."""
        document, roles = reading.document, reading.roles
        own = match.cue.options["voice"] == "subject"
        if own and roles.is_actor(document, match.start):
            return roles.phrase(document, match.start)
        subject = roles.subject(document, match.start)
        if subject is None and own:
            subject = roles.named(document, match.start, match.end)
            return subject or roles.phrase(document, match.start)
        return subject

    def _bereaved(self, reading: Reading, match: Match) -> Party | None:
        """Whose the lost commander, equipment or fighters were."""
        document, roles = reading.document, reading.roles
        owner = roles.owner(document, match.start + 2, match.end)
        if owner is not None:
            return owner
        kind = match.cue.options["kind"]
        if kind == "losses" or roles.speaks_of_own(document, match.start, match.end):
            return roles.subject(document, match.start)
        if kind == "commander":
            _, after = roles.bounds(document, match.start)
            return (
                roles.side(document, match.start, match.end)
                or roles.describing(document, match.start)
                or roles.named(document, match.end, after - 1)
            )
        return roles.side(document, match.start + 2, match.end) or roles.describing(
            document, match.start
        )

    def _inferred(self, reading: Reading, match: Match) -> str | None:
        """The loser where the sentence names only the winner, in a text about two named groups:
        the other one."""
        if match.cue.options["voice"] not in ("active", "object"):
            return None
        winner = reading.roles.subject(reading.document, match.start)
        sides = self._sides(reading.document)
        if winner is not None and len(sides) == _SIDES:
            for side, other in (sides, sides[::-1]):
                if side.lower() in winner.text.lower():
                    return other
        return None

    def _sides(self, document: Document) -> list[str]:
        named = Counter(
            document.parts[hit.start()] for hit in self._side.finditer(document.symbols)
        )
        return [name for name, _ in named.most_common(_SIDES)]


def _size(reading: Reading, match: Match) -> int | None:
    part = match.roles.get("amount")
    return None if part is None else amount(reading.words(part, 5))[0]


def _place(reading: Reading, match: Match) -> Party | None:
    part = match.roles.get("place")
    if part is not None:
        return reading.roles.phrase(reading.document, part)
    if match.cue.options["voice"] in ("fell", "passive"):
        subject = reading.roles.subject(reading.document, match.start)
        if subject is not None and reading.roles.is_place(reading.document, subject):
            return subject
    return None
