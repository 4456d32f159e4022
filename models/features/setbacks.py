"""Military setbacks: who lost what, whichever side the sentence is told from."""

from __future__ import annotations

import re
from collections.abc import Iterable

from models.features.amounts import amount
from models.features.evidence import Setback
from models.features.lexicon import Lexicon
from models.features.reading import Finding, Reading
from models.features.roles import Party
from models.text.matching import Match

HEAVY_LOSSES = 10
"""Fewer fighters killed in one mention are routine, not a setback (tuned on train, flag S)."""
_OWNER_REACH = 8


class SetbackReader:
    """Reads setbacks; knows which sentences speak of agreements."""

    def __init__(self, lexicon: Lexicon) -> None:
        agreed = "@truce|@deal|peace|agreed|negotiated|phased|planned|scheduled|timetable|voluntary"
        self._agreed = re.compile(f"[{lexicon.charset(agreed)}]")
        self._from = re.compile(f"[{lexicon.charset('from')}]")

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
            roles = {
                role: value.text
                for role, value in (("party", party), ("place", place))
                if value is not None
            }
            evidence = reading.cite_done(match, roles)
            if evidence.scope.affirmed:
                setbacks.append(
                    Setback(
                        party.text if party else None,
                        match.cue.options["kind"],
                        place.text if place else None,
                        len(findings),
                    )
                )
            findings.append(reading.place(match.start, evidence, size))
        return findings, setbacks

    def _is_agreed(self, reading: Reading, match: Match) -> bool:
        document = reading.document
        before, after = document.sentence(document.sentence_index(match.start))
        return self._agreed.search(document.symbols, before, after) is not None

    def _party(self, reading: Reading, match: Match) -> Party | None:
        document, roles = reading.document, reading.roles
        if "party" in match.roles:
            return roles.phrase(document, match.roles["party"])
        voice = match.cue.options["voice"]
        if voice == "subject":
            own = roles.foreign_near(document, match.start, match.end)
            return roles.subject(document, match.start) or own or roles.phrase(document, match.start)
        _, after = document.sentence(document.sentence_index(match.start))
        source = self._from.search(document.symbols, match.start, min(after, match.end + 12))
        if source is not None and voice != "object":
            return roles.object(document, source.start(), _OWNER_REACH)
        return _owner(reading, match) if voice in ("object", "active") else None


def _size(reading: Reading, match: Match) -> int | None:
    part = match.roles.get("amount")
    return None if part is None else amount(reading.words(part, 5))[0]


def _place(reading: Reading, match: Match) -> Party | None:
    part = match.roles.get("place")
    if part is not None:
        return reading.roles.phrase(reading.document, part)
    if match.cue.options["voice"] in ("fell", "passive"):
        return reading.roles.subject(reading.document, match.start)
    return None


def _owner(reading: Reading, match: Match) -> Party | None:
    party = reading.roles.foreign_near(reading.document, match.start + 2, match.end)
    return None if party is None or party.entity is None else party
