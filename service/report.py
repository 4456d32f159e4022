"""An assessment as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from models.explanation import Assessment, Explanation, FamilyContribution, FeatureContribution
from models.features.evidence import Evidence

_WIDTH = 100
_BAR_CELLS = 12
_LOGITS_A_CELL = 0.25
_FEATURES_SHOWN = 5
_PASSAGES_SHOWN = 4
_AROUND = 34
"""Characters of context printed on each side of a passage."""
_LEAST = 0.05
"""Features that move the logit by less are not printed; ``--json`` has them all."""


def report(assessment: Assessment, text: str) -> str:
    """The whole report, ending in a newline."""
    return "\n".join(_lines(assessment, text)) + "\n"


def _lines(assessment: Assessment, text: str) -> Iterator[str]:
    model = assessment.model
    yield f"Escalation score  {assessment.score:.2f}  {assessment.band.upper()}"
    yield "Probability that a conflict analyst would say the text reports or signals escalation."
    yield "A reading of the text: not a forecast of deaths, not a measure of severity."
    scope = "in scope" if assessment.in_scope else "OUT OF SCOPE"
    yield (
        f"{scope} (probability {assessment.scope_probability:.2f} that it is about armed conflict)"
        f"  ·  model {model.name} {model.version}"
    )
    for warning in assessment.warnings:
        yield f"warning {warning.code}: {warning.detail}"
    if assessment.explanation is not None:
        yield ""
        yield from _explanation(assessment.explanation, text)


def _explanation(explanation: Explanation, text: str) -> Iterator[str]:
    yield from textwrap.wrap(explanation.summary, _WIDTH)
    yield ""
    yield "What moves it (log-odds; contributions add up to the logit)"
    yield f"  {'base':32}{explanation.base_logit:+7.2f}"
    for family in sorted(explanation.families, key=lambda item: -abs(item.contribution)):
        yield (
            f"  {family.label:32}{family.contribution:+7.2f}  {_bar(family.contribution):12}"
            f"  without it {family.score_without:.2f}"
        )
    for family in explanation.families:
        yield from _family(family, explanation.evidence, text)
    yield from _tables(explanation)


def _bar(contribution: float) -> str:
    cells = min(_BAR_CELLS, round(abs(contribution) / _LOGITS_A_CELL))
    return ("+" if contribution > 0 else "-") * cells


def _family(family: FamilyContribution, evidence: tuple[Evidence, ...], text: str) -> Iterator[str]:
    shown = [
        feature
        for feature in sorted(family.features, key=lambda item: -abs(item.contribution))
        if abs(feature.contribution) >= _LEAST or _scoped_out(feature, evidence)
    ][:_FEATURES_SHOWN]
    if not shown:
        return
    yield ""
    yield f"{family.label} ({family.contribution:+.2f})"
    cited: set[int] = set()
    for feature in shown:
        yield f"  {feature.contribution:+6.2f}  {feature.label}"
        fresh = [number for number in feature.evidence if number not in cited]
        for number in fresh[:_PASSAGES_SHOWN]:
            cited.add(number)
            yield f"            {_passage(evidence[number], text)}"


def _scoped_out(feature: FeatureContribution, evidence: tuple[Evidence, ...]) -> bool:
    return any(not evidence[number].scope.affirmed for number in feature.evidence)


def _passage(item: Evidence, text: str) -> str:
    before = text[max(item.sentence[0], item.start - _AROUND) : item.start]
    after = text[item.end : min(item.sentence[1], item.end + _AROUND)]
    quote = " ".join(f"…{before}[{item.text}]{after}…".split())
    marks = [name for name in ("negated", "hypothetical", "past") if getattr(item.scope, name)]
    note = f"  ({', '.join(marks)}: shown, not counted)" if marks else ""
    return f"{item.start}-{item.end} {quote}{note}"


def _tables(explanation: Explanation) -> Iterator[str]:
    if explanation.threats:
        yield "\nThreats"
        for threat in explanation.threats:
            condition = ", conditional" if threat.conditional else ""
            yield f"  {threat.actor or '?'} -> {threat.target or '?'}  ({threat.kind}{condition})"
    if explanation.backers:
        yield "\nForeign backers"
        for backer in dict.fromkeys(backer._replace(evidence=0) for backer in explanation.backers):
            code = f" [{backer.iso3}]" if backer.iso3 else ""
            yield f"  {backer.backer}{code} -> {backer.client or '?'}  ({backer.kind})"
    if explanation.setbacks:
        yield "\nMilitary setbacks"
        for setback in explanation.setbacks:
            place = f", {setback.place}" if setback.place else ""
            yield f"  {setback.party or 'party not named'}  ({setback.kind}{place})"
    if explanation.not_found:
        yield f"\nLooked for and not found: {', '.join(explanation.not_found)}"
