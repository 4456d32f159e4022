"""Threat language: who threatens whom, and whether on a condition."""

from __future__ import annotations

from collections.abc import Iterable

from models.features.evidence import Threat
from models.features.reading import Finding, Reading
from models.text.matching import Match

_NOT_CONDITIONAL = frozenset({"ultimatum"})


def read_threats(reading: Reading, matches: Iterable[Match]) -> tuple[list[Finding], list[Threat]]:
    """Findings and the threats they report; ``Threat.evidence`` indexes the findings."""
    findings: list[Finding] = []
    threats: list[Threat] = []
    for match in matches:
        finding, threat = _read(reading, match, len(findings))
        findings.append(finding)
        if finding.evidence.scope.affirmed:
            threats.append(threat)
    return findings, threats


def _read(reading: Reading, match: Match, number: int) -> tuple[Finding, Threat]:
    document, roles = reading.document, reading.roles
    subject = roles.subject(document, match.start)
    speaker = None
    if subject is None:
        speaker = roles.speaker(document, match.start, match.end)
    actor = subject or speaker
    target = roles.object(document, match.end)
    if target is not None and actor is not None and target.first <= actor.last:
        target = None
    scope = reading.scope(match.start, speaker.text if speaker else None)
    named = {"actor": actor.text if actor else None, "target": target.text if target else None}
    evidence = reading.cite(match, {role: text for role, text in named.items() if text}, scope)
    conditional = scope.conditional or match.cue.feature in _NOT_CONDITIONAL
    kind = match.cue.options.get("kind", match.cue.feature)
    threat = Threat(named["actor"], named["target"], kind, conditional, number)
    return reading.place(match.start, evidence), threat
