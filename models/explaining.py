"""Builds an explanation from a feature set and the coefficients that read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.classifier import Classifier, sigmoid
from models.explanation import (
    ExplainLevel,
    Explanation,
    FamilyContribution,
    FeatureContribution,
    band_of,
)
from models.features.catalogue import (
    ALL_FAMILIES,
    INTERACTIONS,
    SIGNALS,
    WORDING,
    WORDING_LABEL,
    catalogue,
)
from models.features.evidence import Evidence
from models.features.extractor import FeatureSet
from models.features.lexicon import shipped_lexicon
from models.features.wording import Terms

_IN_SUMMARY = 0.15
"""Families moving the logit by less are not named in the summary."""


def explain(
    found: FeatureSet, terms: Terms, classifier: Classifier, logit: float, level: ExplainLevel
) -> Explanation:
    """The explanation of ``logit``; with ``level="summary"`` without evidence and tables."""
    head = classifier.escalation
    contributions = found.values * head.features
    full = level == "full"
    features = _catalogue_features(found, contributions, full)
    wording, wording_evidence = _wording_features(found, terms, classifier, full)
    features[WORDING] = wording
    totals = {
        family: float(sum(item.contribution for item in features[family]))
        for family in ALL_FAMILIES
    }
    families = tuple(
        FamilyContribution(
            family,
            label,
            totals[family],
            sigmoid(logit - totals[family] - _elsewhere(family, contributions)),
            tuple(features[family]) if full else (),
        )
        for family, label in _labels().items()
    )
    present = {
        evidence.family for evidence in found.evidence if evidence.scope.affirmed
    }
    not_found = tuple(family for family in SIGNALS if family not in present)
    return Explanation(
        head.intercept,
        families,
        found.evidence + wording_evidence if full else (),
        found.threats if full else (),
        found.backers if full else (),
        found.setbacks if full else (),
        not_found,
        _summary(families, sigmoid(logit), not_found),
    )


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    return {**shipped_lexicon().labels, WORDING: WORDING_LABEL}


@lru_cache(maxsize=1)
def _interaction_places() -> dict[str, tuple[int, ...]]:
    """For each family, the interactions it takes part in that are booked to another family."""
    index = {feature.name: number for number, feature in enumerate(catalogue())}
    places: dict[str, list[int]] = defaultdict(list)
    for item in INTERACTIONS:
        for family in {item.first, item.second} - {item.family}:
            places[family].append(index[item.name])
    return {family: tuple(numbers) for family, numbers in places.items()}


def _elsewhere(family: str, contributions: NDArray[np.float64]) -> float:
    return float(sum(contributions[number] for number in _interaction_places().get(family, ())))


def _catalogue_features(
    found: FeatureSet, contributions: NDArray[np.float64], full: bool
) -> dict[str, list[FeatureContribution]]:
    features: dict[str, list[FeatureContribution]] = {family: [] for family in ALL_FAMILIES}
    of_family: dict[str, list[int]] = defaultdict(list)
    if full:
        for number, evidence in enumerate(found.evidence):
            if evidence.scope.affirmed:
                of_family[evidence.family].append(number)
    pairs = {item.name: (item.first, item.second) for item in INTERACTIONS}
    for feature, value, contribution in zip(
        catalogue(), found.values.tolist(), contributions.tolist(), strict=True
    ):
        sources: Sequence[int] = found.sources.get(feature.name, ())
        if not value and not sources:
            continue
        if not sources and full:
            families = pairs.get(feature.name, (feature.family,))
            sources = [number for family in families for number in of_family[family]]
        features[feature.family].append(
            FeatureContribution(
                feature.name, feature.label, value, contribution, tuple(sources) if full else ()
            )
        )
    return features


def _wording_features(
    found: FeatureSet, terms: Terms, classifier: Classifier, full: bool
) -> tuple[list[FeatureContribution], tuple[Evidence, ...]]:
    weights = classifier.escalation.wording[terms.index] * terms.weight
    if not full:
        total = float(weights.sum())
        return [FeatureContribution(WORDING, WORDING_LABEL, 1.0, total, ())], ()
    names = classifier.vocabulary.terms
    document, evidence = found.document, []
    spans: list[list[int]] = [[] for _ in weights]
    number = len(found.evidence)
    surface = [""] * len(spans)
    for place, part in zip(
        terms.occurrence_term.tolist(), terms.occurrence_part.tolist(), strict=True
    ):
        term = names[terms.index[place]]
        start, end = document.span(part, part + 2 if " " in term else part)
        before, after = document.sentence(document.sentence_index(part))
        text = document.text[start:end]
        surface[place] = surface[place] or text
        evidence.append(
            Evidence(
                start, end, text, WORDING, f"wording.{term}", "term",
                (document.starts[before + 1], document.starts[after]), {},
            )
        )  # fmt: skip
        spans[place].append(number)
        number += 1
    features = [
        FeatureContribution(f"wording.{names[index]}", f"“{text}”", value, weight, tuple(where))
        for index, text, value, weight, where in zip(
            terms.index.tolist(), surface, terms.weight.tolist(), weights.tolist(), spans,
            strict=True,
        )
    ]  # fmt: skip
    features.sort(key=lambda feature: -abs(feature.contribution))
    return features, tuple(evidence)


def _summary(
    families: Sequence[FamilyContribution], score: float, not_found: Sequence[str]
) -> str:
    ordered = sorted(families, key=lambda family: -abs(family.contribution))
    up = [_phrase(f) for f in ordered if f.contribution >= _IN_SUMMARY][:3]
    down = [_phrase(f) for f in ordered if f.contribution <= -_IN_SUMMARY][:3]
    sentences = [f"Reads as {band_of(score)} ({score:.2f})."]
    if up:
        sentences.append(f"Pushed up by {', '.join(up)}.")
    if down:
        sentences.append(f"Pulled down by {', '.join(down)}.")
    if not_found:
        missing = ", ".join(_labels()[family].lower() for family in not_found)
        sentences.append(f"Looked for and not found: {missing}.")
    return " ".join(sentences)


def _phrase(family: FamilyContribution) -> str:
    return f"{family.label.lower()} ({family.contribution:+.2f})"
