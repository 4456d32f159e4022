"""What must hold of every assessment, checked on texts in tests and on the corpus in benchmarks."""

from __future__ import annotations

import math
from collections.abc import Iterator

from models.article import Article
from models.classifier import off_topic, sigmoid
from models.explanation import Explanation
from models.features.catalogue import INTERACTIONS, OFF_TOPIC
from models.scorer import EscalationScorer

TOLERANCE = 1e-9


def broken(scorer: EscalationScorer, article: Article) -> Iterator[str]:
    """The invariants of DESIGN.md that the assessment of ``article`` breaks, in words."""
    assessment = scorer.assess(article)
    explanation = assessment.explanation
    assert explanation is not None
    total = explanation.base_logit + sum(f.contribution for f in explanation.families)
    if abs(total - assessment.logit) > TOLERANCE:
        yield f"contributions add up to {total}, not to the logit {assessment.logit}"
    if abs(1 / (1 + math.exp(-assessment.logit)) - assessment.score) > TOLERANCE:
        yield "the score is not the sigmoid of the logit"
    for family in explanation.families:
        inside = sum(feature.contribution for feature in family.features)
        if abs(inside - family.contribution) > TOLERANCE:
            yield f"the features of {family.family} do not add up to it"
        if abs(_without(scorer, article, family.family) - family.score_without) > TOLERANCE:
            yield f"score_without of {family.family} is not the score recomputed without it"
        for feature in family.features:
            if any(not 0 <= n < len(explanation.evidence) for n in feature.evidence):
                yield f"{feature.feature} points at evidence that is not there"
    yield from _broken_evidence(explanation, article.text)
    summary, bare = scorer.assess(article, "summary"), scorer.assess(article, "none")
    if not assessment.logit == summary.logit == bare.logit:
        yield "the logit depends on how much is explained"


def _broken_evidence(explanation: Explanation, text: str) -> Iterator[str]:
    for item in explanation.evidence:
        if text[item.start : item.end] != item.text or not item.text:
            yield f"evidence at {item.start} is not verbatim"
        if not item.sentence[0] <= item.start < item.end <= item.sentence[1]:
            yield f"evidence at {item.start} lies outside its sentence {item.sentence}"
    for table in (explanation.threats, explanation.backers, explanation.setbacks):
        if any(not explanation.evidence[row.evidence].scope.affirmed for row in table):
            yield "a table lists what the text does not affirm"


def _without(scorer: EscalationScorer, article: Article, family: str) -> float:
    """The score with every feature of a family at 0, computed from scratch."""
    found, terms, _ = scorer.features(article)
    values = found.values.copy()
    joint = {i.name for i in INTERACTIONS if family in (i.first, i.second)}
    names = scorer.feature_names
    for place, name in enumerate(names):
        if name.startswith(f"{family}.") or name in joint:
            values[place] = 0.0
    if family == "wording":
        terms = terms._replace(
            number=terms.number[:0], weight=terms.weight[:0],
            occurrence_term=terms.occurrence_term[:0], occurrence_part=terms.occurrence_part[:0],
        )  # fmt: skip
    if family != "context":
        scope = values.copy()
        scope[names.index(OFF_TOPIC)] = 0.0
        values[names.index(OFF_TOPIC)] = off_topic(scorer.classifier.scope.logit(scope, terms))
    return sigmoid(scorer.classifier.escalation.logit(values, terms))
