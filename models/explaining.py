"""Builds an explanation from a feature set and the coefficients that read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.classifier import Classifier, off_topic, sigmoid
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
    OFF_TOPIC,
    SIGNALS,
    WORDING,
    WORDING_LABEL,
    catalogue,
)
from models.features.evidence import Evidence
from models.features.extractor import FeatureSet
from models.features.lexicon import shipped_lexicon
from models.features.reading import LEAD_END
from models.features.wording import Terms

_IN_SUMMARY = 0.15
"""Families moving the logit by less are not named in the summary."""
_SHAPE_ONLY = frozenset({"long_text", "very_long_text", "past_share"})
"""Features of the text's shape, which no passage shows."""


def explain(
    found: FeatureSet,
    terms: Terms,
    classifier: Classifier,
    logit: float,
    scope_logit: float,
    level: ExplainLevel,
) -> Explanation:
    """The explanation of ``logit``; with ``level="summary"`` without evidence and tables."""
    full = level == "full"
    contributions = found.values * classifier.escalation.features
    wording = classifier.escalation.wording[terms.number] * terms.weight
    evidence: tuple[Evidence, ...] = ()
    features: dict[str, list[FeatureContribution]] = {family: [] for family in ALL_FAMILIES}
    if full:
        features = _catalogue_features(found, contributions)
        features[WORDING], spans = _wording_features(found, terms, classifier, wording)
        evidence = found.evidence + spans
    totals = _totals(contributions, float(wording.sum()))
    scope = _totals(found.values * classifier.scope.features, 0.0)
    scope[WORDING] = float(classifier.scope.wording[terms.number] @ terms.weight)
    families = tuple(
        FamilyContribution(
            family,
            label,
            totals[family],
            _score_without(
                family, found, classifier, contributions, totals, scope, logit, scope_logit
            ),
            tuple(features[family]),
        )
        for family, label in _labels().items()
    )
    present = {item.family for item in found.evidence if item.scope.affirmed}
    not_found = tuple(family for family in SIGNALS if family not in present)
    return Explanation(
        classifier.escalation.intercept,
        families,
        evidence,
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
def _places() -> tuple[dict[str, slice], dict[str, list[int]], int]:
    """Each family's slice of the catalogue, the interactions it has in other families' slices,
    and the place of ``OFF_TOPIC``."""
    names = [feature.name for feature in catalogue()]
    owners = [feature.family for feature in catalogue()]
    slices = {
        family: slice(owners.index(family), len(owners) - owners[::-1].index(family))
        for family in ALL_FAMILIES
        if family in owners
    }
    elsewhere: dict[str, list[int]] = defaultdict(list)
    for item in INTERACTIONS:
        for family in {item.first, item.second} - {item.family}:
            elsewhere[family].append(names.index(item.name))
    return slices, elsewhere, names.index(OFF_TOPIC)


def _totals(contributions: NDArray[np.float64], wording: float) -> dict[str, float]:
    slices, _, _ = _places()
    totals = {family: float(contributions[where].sum()) for family, where in slices.items()}
    return {**totals, WORDING: wording}


def _score_without(
    family: str,
    found: FeatureSet,
    classifier: Classifier,
    contributions: NDArray[np.float64],
    totals: dict[str, float],
    scope: dict[str, float],
    logit: float,
    scope_logit: float,
) -> float:
    """The score with ``family`` at nothing found: its features, the interactions it takes part
    in, and its share in the scope head's view of the text are taken out."""
    _, elsewhere, place = _places()
    rest = logit - totals[family] - sum(contributions[n] for n in elsewhere.get(family, ()))
    if family != "context":
        scope_rest = (
            scope_logit
            - scope[family]
            - sum(found.values[n] * classifier.scope.features[n] for n in elsewhere.get(family, ()))
        )
        rest += (off_topic(scope_rest) - found.values[place]) * classifier.escalation.features[
            place
        ]
    return sigmoid(float(rest))


def _catalogue_features(
    found: FeatureSet, contributions: NDArray[np.float64]
) -> dict[str, list[FeatureContribution]]:
    features: dict[str, list[FeatureContribution]] = {family: [] for family in ALL_FAMILIES}
    of_family: dict[str, list[int]] = defaultdict(list)
    for number, evidence in enumerate(found.evidence):
        if evidence.scope.affirmed:
            of_family[evidence.family].append(number)
    for feature, value, contribution in zip(
        catalogue(), found.values.tolist(), contributions.tolist(), strict=True
    ):
        own = found.sources.get(feature.name, ())
        if not value and not own:
            continue
        sources = own or tuple(_derived_from(feature.name, feature.family, found, of_family))
        features[feature.family].append(
            FeatureContribution(feature.name, feature.label, value, contribution, sources)
        )
    return features


def _derived_from(
    name: str, family: str, found: FeatureSet, of_family: dict[str, list[int]]
) -> Sequence[int]:
    """The evidence of a feature that no cue feeds directly."""
    kind = name.partition(".")[2]
    if kind.startswith("with_"):
        return [number for side in _sides()[name] for number in of_family[side]]
    if kind == "in_lead":
        end = found.document.starts[min(LEAD_END, len(found.document.parts) - 1)]
        return [n for n in of_family[family] if found.evidence[n].start < end]
    if kind.startswith("killed_") or kind == "toll_update":
        return found.sources.get("armed_violence.killed", ())
    if kind == "scoped_out":
        return [n for n, item in enumerate(found.evidence) if not item.scope.affirmed]
    if kind in _SHAPE_ONLY:
        return ()
    return of_family[family]


@lru_cache(maxsize=1)
def _sides() -> dict[str, tuple[str, str]]:
    return {item.name: (item.first, item.second) for item in INTERACTIONS}


def _wording_features(
    found: FeatureSet,
    terms: Terms,
    classifier: Classifier,
    contributions: NDArray[np.float64],
) -> tuple[list[FeatureContribution], tuple[Evidence, ...]]:
    """Every term with its spans, the strongest first; the evidence stands in the same order."""
    if not terms.number.size:
        return [], ()
    order = np.argsort(-np.abs(contributions), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    names = [f"wording.{classifier.vocabulary.terms[n]}" for n in terms.number[order].tolist()]
    place = rank[terms.occurrence_term]
    by_place = np.argsort(place, kind="stable")
    evidence = _occurrences(found, terms.occurrence_part[by_place], place[by_place], names)
    stops = np.cumsum(np.bincount(place, minlength=len(names))).tolist()
    first = len(found.evidence)
    features = [
        FeatureContribution(
            name, f"“{evidence[start].text}”", value, contribution,
            tuple(range(first + start, first + stop)),
        )
        for name, value, contribution, start, stop in zip(
            names, terms.weight[order].tolist(), contributions[order].tolist(),
            [0, *stops[:-1]], stops, strict=True,
        )
    ]  # fmt: skip
    return features, evidence


def _occurrences(
    found: FeatureSet, parts: NDArray[np.int64], places: NDArray[np.int64], names: Sequence[str]
) -> tuple[Evidence, ...]:
    """Evidence for occurrences of terms: ``parts`` where they begin, ``places`` in ``names``."""
    document, text = found.document, found.document.text
    starts, boundaries = np.array(document.starts), np.array(document.boundaries)
    words = np.array([1 + name.count(" ") for name in names])
    before = np.searchsorted(boundaries, parts, side="right") - 1
    return tuple(
        Evidence(start, end, text[start:end], WORDING, names[place], "term", (left, right), {})
        for place, start, end, left, right in zip(
            places.tolist(),
            starts[parts].tolist(),
            starts[parts + 2 * words[places] - 1].tolist(),
            starts[boundaries[before] + 1].tolist(),
            starts[boundaries[before + 1]].tolist(),
            strict=True,
        )
    )


def _summary(families: Sequence[FamilyContribution], score: float, not_found: Sequence[str]) -> str:
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
