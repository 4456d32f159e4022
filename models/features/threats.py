"""Threat language: who threatens whom, and whether on a condition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.features.evidence import Threat
from models.features.parties import Party
from models.features.quotations import Quotations
from models.features.reading import Finding, Reading
from models.text.matching import Match


def read_threats(reading: Reading, matches: Sequence[Match]) -> tuple[list[Finding], list[Threat]]:
    """Findings and the threats they report; ``Threat.evidence`` indexes the findings."""
    findings: list[Finding] = []
    threats: list[Threat] = []
    if not matches:
        return findings, threats
    quotations = Quotations(reading.document.text)
    for match in matches:
        finding, threat = _read(reading, match, quotations, len(findings))
        findings.append(finding)
        if finding.evidence.scope.affirmed:
            threats.append(threat)
    return findings, threats


def _read(
    reading: Reading, match: Match, quotations: Quotations, number: int
) -> tuple[Finding, Threat]:
    actor, target, speaker = _parties(reading, match, quotations)
    scope = reading.cue_scope(match, speaker.text if speaker else None)
    named = {"actor": actor.text if actor else None, "target": target.text if target else None}
    evidence = reading.cite(match, {role: text for role, text in named.items() if text}, scope)
    conditional = scope.conditional or match.cue.feature == "ultimatum"
    kind = match.cue.options["kind"]
    threat = Threat(named["actor"], named["target"], kind, conditional, number)
    return reading.place(match.start, evidence), threat


def _parties(
    reading: Reading, match: Match, quotations: Quotations
) -> tuple[Party | None, Party | None, Party | None]:
    """(actor, target, speaker); in a quotation the speaker is the actor."""
    document, roles = reading.document, reading.roles
    quoted = quotations.covers(document.starts[match.start])
    speaker = roles.speaker(document, match.start, match.end) if quoted else None
    if match.cue.options.get("voice") == "passive" or (
        roles.is_done_to(document, match.start) and roles.passive(document, match.start)
    ):
        target = roles.subject(document, match.start)
        actor = roles.agent(document, match.start) or speaker
        actor = actor or roles.speaker(document, match.start, match.end)
        return _distinct(actor, target), target, speaker
    subject = None
    if speaker is None:
        joined = roles.is_joined(document, match.start)
        subject = (roles.first_subject if joined else roles.subject)(document, match.start)
    if match.cue.feature == "ultimatum" and not quoted:
        return _ultimatum(reading, match, subject)
    actor = speaker or subject or roles.speaker(document, match.start, match.end)
    if actor is None:
        actor = _after(reading, match, ("from", "by"))
    inside = roles.within(document, match.start + 2, match.end)
    target = _distinct(roles.opponent(document, match.start, match.end), actor)
    target = target or _distinct(inside, actor) or roles.object(document, match.end)
    return actor, _distinct(target, actor), speaker


def _ultimatum(
    reading: Reading, match: Match, nearest: Party | None
) -> tuple[Party | None, Party | None, Party | None]:
    """ "Mali gave the rebels a week to disarm or be attacked": who must act stands nearest, who
    demands it is the agent or the sentence's first party, or else says so."""
    document, roles = reading.document, reading.roles
    first = roles.agent_before(document, match.start) or roles.first_subject(document, match.start)
    if first is None:
        speaker = roles.speaker(document, match.start, match.end)
        return speaker, _distinct(nearest, speaker), speaker
    target = (
        _distinct(nearest, first)
        or roles.within(document, first.last + 2, match.end)
        or roles.object(document, match.end)
    )
    return first, target, None


def _after(reading: Reading, match: Match, words: Iterable[str]) -> Party | None:
    following = reading.document.parts[match.end + 2 : match.end + 3]
    if following and following[0].lower() in words:
        return reading.roles.object(reading.document, match.end + 2, 10)
    return None


def _distinct(party: Party | None, other: Party | None) -> Party | None:
    if party is None or other is None or party.first > other.last or party.last < other.first:
        return party
    return None
