"""The features that an estimator sees, in order: one list for training and serving."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from models.features.lexicon import FAMILIES, FeatureName, Lexicon, shipped_lexicon

EXTRACTOR_VERSION = 2
"""Raised whenever code, not only a lexicon, changes what a text's features are."""

TOLL_STEPS = (3, 10, 15, 20, 25, 50)
"""Steps of killed in one event. Coders drew lines near 10 and 25 (data README)."""

WORDING = "wording"
ALL_FAMILIES = (*FAMILIES, WORDING)
"""Every signal family, the learned rest last."""
WORDING_LABEL = "Other wording"

SIGNALS = tuple(name for name in FAMILIES if name != "context")


OFF_TOPIC = "context.off_topic"
"""How far below even odds the scope head puts the text, in logits; the scorer fills it in."""


class Interaction(NamedTuple):
    """A feature that is on when two families are found together."""

    name: str
    family: str
    label: str
    first: str
    second: str


INTERACTIONS = (
    Interaction("de_escalation.with_violence", "de_escalation",
                "De-escalation beside armed violence", "de_escalation", "armed_violence"),
    Interaction("de_escalation.with_widening", "de_escalation",
                "De-escalation beside widening", "de_escalation", "scope_widening"),
)  # fmt: skip


def _violence_features() -> list[FeatureName]:
    steps = [(f"killed_{step}", f"{step} or more killed in one event") for step in TOLL_STEPS]
    named = [
        *steps,
        ("killed_others", "Civilians or unnamed people killed (log10)"),
        ("killed_fighters", "Fighters killed (log10)"),
        ("killed_forces", "Soldiers or police killed (log10)"),
        ("toll_update", "A toll revised"),
        ("wounded", "Wounded (log10)"),
        ("running_total", "Running total of dead (log10)"),
        ("no_toll", "Attack without a toll"),
    ]
    return [FeatureName(f"armed_violence.{n}", "armed_violence", label) for n, label in named]


def _shape_features(lexicon: Lexicon) -> list[FeatureName]:
    out = [
        FeatureName(f"{family}.in_lead", family, f"{lexicon.labels[family]} in the lead")
        for family in SIGNALS
    ]
    out += [FeatureName(item.name, item.family, item.label) for item in INTERACTIONS]
    out += [
        FeatureName("context.long_text", "context", "Length beyond a news item"),
        FeatureName("context.very_long_text", "context", "Length beyond a digest"),
        FeatureName("context.off_topic_share", "context", "Off-topic words, share of sentences"),
        FeatureName("context.scoped_out", "context", "Negated, supposed or past signals"),
        FeatureName("context.past_share", "context", "Share of sentences about the past"),
        FeatureName(OFF_TOPIC, "context", "Reads as outside armed conflict"),
    ]
    return out


@lru_cache(maxsize=1)
def catalogue() -> tuple[FeatureName, ...]:
    """Every feature but the learned wording, grouped by family in ``FAMILIES`` order."""
    lexicon = shipped_lexicon()
    features = [*lexicon.features, *_violence_features(), *_shape_features(lexicon)]
    return tuple(sorted(features, key=lambda feature: FAMILIES.index(feature.family)))
