"""A tiny real scorer and a registry in memory: the service's tests do not wait for a fit."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.article import Article
from models.errors import ArtefactCorruptError, UnknownModelVersionError
from models.explanation import (
    Assessment,
    ExplainLevel,
    Explanation,
    FamilyContribution,
    FeatureContribution,
    ModelRef,
    Warning,
    band_of,
)
from models.features.evidence import Evidence, Threat

BASE_LOGIT = -1.5
FAMILIES = {
    "threat_language": ("Threat language", re.compile(r"\bthreaten\w*|\bunless\b", re.IGNORECASE)),
    "armed_violence": ("Armed violence", re.compile(r"\bshell\w*|\bstrike\b", re.IGNORECASE)),
}
REFERENCE = {
    "score": {"edges": [0.0, 0.2, 0.5, 0.8, 1.0], "counts": [40, 30, 20, 10]},
    "words": {"edges": [0, 10, 100, 1000], "counts": [30, 60, 10]},
    "firing": {"threat_language": 0.3, "armed_violence": 0.2},
}


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


@dataclass
class CountingScorer:
    """Counts a few words: one logit for each. Additive and explained, as the real one is."""

    version: str = "v1"
    alias: str | None = "champion"
    seconds: float = 0.0
    weight: float = 1.0
    manifest: Mapping[str, Any] = field(default_factory=lambda: {"reference": REFERENCE})

    @property
    def ref(self) -> ModelRef:
        return ModelRef("escalation", self.version, self.alias, f"print-{self.version}")

    def assess(self, article: Article, explain: ExplainLevel = "full") -> Assessment:
        if self.seconds:
            end = time.perf_counter() + self.seconds
            while time.perf_counter() < end:
                pass
        found = {
            family: list(pattern.finditer(article.text))
            for family, (_, pattern) in FAMILIES.items()
        }
        logit = BASE_LOGIT + self.weight * sum(map(len, found.values()))
        score = _sigmoid(logit)
        explanation = None if explain == "none" else self._explain(article, found, logit, explain)
        warned = (Warning("short_text", "few words"),) if len(article.text) < 20 else ()
        return Assessment(
            article.id, self.ref, score, logit, band_of(score), True, 0.9, warned, explanation
        )

    def _explain(
        self, article: Article, found: dict[str, list[re.Match[str]]], logit: float, explain: str
    ) -> Explanation:
        families, evidence = [], []
        for family, hits in found.items():
            first = len(evidence)
            evidence += [
                Evidence(
                    *hit.span(),
                    hit[0],
                    family,
                    f"{family}.words",
                    "word",
                    (0, len(article.text)),
                    {"actor": "the general"},
                )
                for hit in hits
            ]
            indices = tuple(range(first, len(evidence))) if explain == "full" else ()
            share = self.weight * len(hits)
            feature = FeatureContribution(
                f"{family}.words", "Words", float(len(hits)), share, indices
            )
            families.append(
                FamilyContribution(
                    family, FAMILIES[family][0], share, _sigmoid(logit - share), (feature,)
                )
            )
        full = explain == "full"
        threats = tuple(
            Threat("the general", None, "words", False, index)
            for index, item in enumerate(evidence)
            if item.family == "threat_language"
        )
        return Explanation(
            BASE_LOGIT,
            tuple(families),
            tuple(evidence) if full else (),
            threats if full else (),
            (),
            (),
            tuple(family for family, hits in found.items() if not hits),
            "Counts words.",
        )


class MemoryLibrary:
    """Versions in memory; ``broken`` ones cannot be loaded."""

    def __init__(self, *scorers: CountingScorer, broken: tuple[str, ...] = ()) -> None:
        self.scorers = {scorer.version: scorer for scorer in scorers or (CountingScorer(),)}
        self.broken = set(broken)
        self.alias = {"champion": next(iter(self.scorers))}
        self.loads: list[str] = []

    def versions(self) -> list[str]:
        return sorted({*self.scorers, *self.broken})

    def aliases(self) -> dict[str, str]:
        return dict(self.alias)

    def load(self, name: str) -> CountingScorer:
        version = self.alias.get(name, name)
        self.loads.append(version)
        if version in self.broken:
            raise ArtefactCorruptError(f"/srv/secret/{version}/model.joblib: hash mismatch")
        if version not in self.scorers:
            raise UnknownModelVersionError(f"no model version {name!r}")
        return self.scorers[version]

    def describe(self, name: str) -> dict[str, Any]:
        scorer = self.load(name)
        return {
            "version": scorer.version,
            "aliases": sorted(a for a, v in self.alias.items() if v == scorer.version),
            "card": f"# {scorer.version}",
            "metrics": {"auc": 0.9},
            "features": [{"feature": "threat_language.words", "label": "Words"}],
            "calibration": [{"score": 0.1, "share": 0.1}],
            "fingerprint": scorer.ref.fingerprint,
        }
