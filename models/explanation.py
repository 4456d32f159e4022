"""The answer to "why this score": values that add up exactly, and where they come from.

Additivity, for every assessment: ``base_logit`` plus the families' contributions
equals ``logit`` (to 1e-9), ``score`` is its sigmoid, and a family's contribution is
the sum of its features'.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from models.features.evidence import Backer, Evidence, Setback, Threat

ExplainLevel = Literal["none", "summary", "full"]
Band = Literal["low", "moderate", "high", "severe"]

BANDS: tuple[tuple[float, Band], ...] = ((0.2, "low"), (0.5, "moderate"), (0.8, "high"))
"""Upper bounds (exclusive) of the score bands below ``severe`` (DESIGN.md)."""


def band_of(score: float) -> Band:
    """The band of a score in [0, 1]."""
    for upper, band in BANDS:
        if score < upper:
            return band
    return "severe"


class Warning(NamedTuple):
    """Something about the text that a reader of the score should know."""

    code: str
    detail: str


class ModelRef(NamedTuple):
    """Which model version produced an assessment."""

    name: str
    version: str
    alias: str | None
    fingerprint: str


class FeatureContribution(NamedTuple):
    """One feature's value and its share of the logit; ``evidence`` indexes the evidence list."""

    feature: str
    label: str
    value: float
    contribution: float
    evidence: tuple[int, ...]


class FamilyContribution(NamedTuple):
    """A signal family's share of the logit.

    ``score_without`` is the score recomputed with the family at its "nothing found" values.
    """

    family: str
    label: str
    contribution: float
    score_without: float
    features: tuple[FeatureContribution, ...]


class Explanation(NamedTuple):
    """Families, evidence, the three tables, what was looked for in vain, and a summary."""

    base_logit: float
    families: tuple[FamilyContribution, ...]
    evidence: tuple[Evidence, ...]
    threats: tuple[Threat, ...]
    backers: tuple[Backer, ...]
    setbacks: tuple[Setback, ...]
    not_found: tuple[str, ...]
    summary: str


class Assessment(NamedTuple):
    """A score in [0, 1], its logit, and (unless ``explain="none"``) its explanation."""

    id: str | None
    model: ModelRef
    score: float
    logit: float
    band: Band
    in_scope: bool
    scope_probability: float
    warnings: tuple[Warning, ...]
    explanation: Explanation | None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form shared by HTTP, batch and ``--json`` (DESIGN.md): plain dicts and lists.

        An explanation made with ``explain="summary"`` has empty evidence lists.
        """
        body = self._asdict()
        body["model"] = self.model._asdict()
        body["warnings"] = [warning._asdict() for warning in self.warnings]
        if self.explanation is not None:
            body["explanation"] = _explanation_dict(self.explanation)
        return body


def _explanation_dict(explanation: Explanation) -> dict[str, Any]:
    return {
        "base_logit": explanation.base_logit,
        "families": [_family_dict(family) for family in explanation.families],
        "evidence": [_evidence_dict(item) for item in explanation.evidence],
        "threats": [threat._asdict() for threat in explanation.threats],
        "backers": [backer._asdict() for backer in explanation.backers],
        "setbacks": [setback._asdict() for setback in explanation.setbacks],
        "not_found": list(explanation.not_found),
        "summary": explanation.summary,
    }


def _family_dict(family: FamilyContribution) -> dict[str, Any]:
    features = [
        {**feature._asdict(), "evidence": list(feature.evidence)} for feature in family.features
    ]
    return {**family._asdict(), "features": features}


def _evidence_dict(evidence: Evidence) -> dict[str, Any]:
    return {
        **evidence._asdict(),
        "sentence": list(evidence.sentence),
        "scope": evidence.scope._asdict(),
    }
