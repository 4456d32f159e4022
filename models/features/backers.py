"""Foreign backers: which outside power supports which party, and how."""

from __future__ import annotations

from collections.abc import Iterable

from models.features.evidence import Backer
from models.features.parties import Party
from models.features.reading import Finding, Reading
from models.text.matching import Match

_SUBJECT_REACH = 14
"""A subject further off, in parts (two a word), is seldom the one who supplies."""
_OBJECT_REACH = 10


def read_backers(reading: Reading, matches: Iterable[Match]) -> tuple[list[Finding], list[Backer]]:
    """Findings and the backers they name; ``Backer.evidence`` indexes the findings.

    A cue whose backer and client belong to one state is no foreign backing and is dropped.
    """
    findings: list[Finding] = []
    backers: list[Backer] = []
    for match in matches:
        client = _client(reading, match)
        parties = _backers(reading, match)
        foreign = [party for party in parties if not _same_state(party, client)]
        if parties and not foreign:
            continue
        roles = {"backer": ", ".join(party.text for party in foreign)} if foreign else {}
        if client is not None:
            roles["client"] = client.text
        evidence = reading.cite(match, roles, reading.cue_scope(match))
        if evidence.scope.affirmed:
            kind = match.cue.options["kind"]
            backers += [
                Backer(
                    party.entity.name if party.entity else party.text,
                    party.entity.iso3 if party.entity else None,
                    client.text if client else None,
                    "troops"
                    if kind == "unspecified" and reading.roles.is_force(reading.document, party)
                    else kind,
                    len(findings),
                )
                for party in foreign
            ]
        findings.append(reading.place(match.start, evidence))
    return findings, backers


def _backers(reading: Reading, match: Match) -> list[Party]:
    document, roles = reading.document, reading.roles
    part = match.roles.get("backer")
    if part is not None:
        return roles.listed(document, roles.phrase(document, part))
    if match.cue.options.get("voice") != "active":
        return []
    agent = roles.agent(document, match.start) if roles.passive(document, match.start) else None
    subject = agent or roles.subject(document, match.start)
    if subject is None or subject.entity is None:
        return []
    near = agent is not None or (
        match.start - subject.last <= _SUBJECT_REACH
        and not roles.reports(document, subject.last, match.start)
    )
    return roles.listed(document, subject) if near else []


def _client(reading: Reading, match: Match) -> Party | None:
    document, roles = reading.document, reading.roles
    part = match.roles.get("client")
    if part is not None:
        return roles.phrase(document, part)
    if match.cue.options.get("voice") == "passive":
        return roles.adjacent(document, match.start) or roles.subject(document, match.start)
    if match.cue.options.get("voice") == "possessed":
        return roles.owner(document, match.end, match.end) or roles.object(document, match.end)
    if not roles.is_receiving(document, match.end):
        return None
    return roles.object(document, match.end, _OBJECT_REACH)


def _same_state(backer: Party, client: Party | None) -> bool:
    if client is None:
        return False
    if backer.entity is None or client.entity is None:
        return backer.first <= client.last and client.first <= backer.last
    return backer.entity.name == client.entity.name
