"""A scorer for the page: the real features and evidence, read with weights set by hand."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import numpy as np

from models.classifier import Classifier, LinearHead
from models.explanation import ModelRef
from models.features.catalogue import OFF_TOPIC, catalogue
from models.features.wording import Vocabulary
from models.scorer import EscalationScorer

VERSION = "9.9.9"

WEIGHTS = {
    "threat_language": 0.3,
    "foreign_backers": 0.15,
    "military_setbacks": 0.3,
    "mobilisation": 0.3,
    "armed_violence": 0.12,
    "scope_widening": 0.3,
    "de_escalation": -0.4,
    "context": -0.3,
}
TERMS = {"rebel": 0.4, "truce": -0.6, "season": -0.5, "border": 0.2}
CALIBRATION = [
    {
        "from": n / 10,
        "to": (n + 1) / 10,
        "texts": 400,
        "score": n / 10 + 0.05,
        "share": n / 10 + 0.04,
    }
    for n in range(10)
]
CARD = (
    "# Model card: escalation 9.9.9\n\nNot a **forecast**. <script>alert(1)</script>\n\n"
    "- one\n  and on\n- two\n\n| figure | value |\n| --- | --- |\n| AUC | 0.9 |\n"
)


def example(name: str) -> str:
    return files("models").joinpath(f"examples/{name}.txt").read_text("utf-8").strip()


def scorer(version: str = VERSION) -> EscalationScorer:
    features = np.array([WEIGHTS[feature.family] for feature in catalogue()])
    vocabulary = Vocabulary(tuple(TERMS), np.ones(len(TERMS)))
    escalation = LinearHead(features, np.array(list(TERMS.values())), -1.0)
    names = [feature.name for feature in catalogue()]
    in_scope = np.array([0.0 if w < 0 else 0.5 for w in features])
    in_scope[names.index("context.off_topic_share")] = -40.0
    in_scope[names.index(OFF_TOPIC)] = 0.0
    scope = LinearHead(in_scope, np.array([0.0, 0.0, -3.0, 0.0]), 2.5)
    ref = ModelRef("escalation", version, "champion", "print")
    return EscalationScorer(ref, Classifier(vocabulary, escalation, scope, 0.5))


class PageLibrary:
    """One version in memory, or none."""

    def __init__(self, *, empty: bool = False) -> None:
        self.empty = empty

    def versions(self) -> list[str]:
        return [] if self.empty else [VERSION]

    def aliases(self) -> dict[str, str]:
        return {} if self.empty else {"champion": VERSION}

    def load(self, name: str) -> EscalationScorer:
        return scorer()

    def describe(self, name: str) -> dict[str, Any]:
        figure = {"value": 0.9, "low": 0.88, "high": 0.92}
        return {
            "version": VERSION,
            "aliases": ["champion"],
            "card": CARD,
            "metrics": {"sets": {"out_of_fold": {"figures": {"auc": figure}}}},
            "features": [],
            "calibration": CALIBRATION,
            "base_rate": {"corpus": 0.3, "assumed": 0.25, "shift": -0.1},
            "fingerprint": "print",
        }


def jsonl(*rows: Any) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()
