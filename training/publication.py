"""A version's files and manifest, from everything that was learned about it."""

from __future__ import annotations

import io
import json
import platform
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version as installed
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

from models.artefact import ESTIMATORS, MODEL_NAME, WEIGHTS, fingerprint, weights_bytes
from models.explanation import BANDS
from models.features.catalogue import catalogue
from models.registry import Registry, Version
from training.base_rate import BaseRate, corrected, corrected_estimators
from training.card import card
from training.corpus import digest
from training.fitting import Fitted
from training.material import Material
from training.out_of_fold import FILE, OutOfFold
from training.plots import plots
from training.reading import Readings
from training.reference import reference


@dataclass(frozen=True)
class Publication:
    """What a version is made of, all at the corpus's base rate; ``rate`` is the one to assume.

    ``curves`` are the yardsticks' out-of-fold logits, by label.
    """

    material: Material
    fitted: Fitted
    rate: BaseRate
    readings: Readings
    metrics: Mapping[str, Any]
    curves: Mapping[str, NDArray[np.float64]]
    seed: int


def publish(registry: Registry, publication: Publication, version: str | None) -> str:
    """Write the version and name it the candidate; returns its name.

    Raises:
        RegistryError: it could not be written; the registry is as it was.
    """
    fitted, rate = publication.fitted, publication.rate
    estimators = io.BytesIO()
    joblib.dump(corrected_estimators(fitted.estimators, rate), estimators)
    texts = publication.material.texts
    curves = {"this version": fitted.oof_logit, **publication.curves}
    report = {**publication.metrics, "by": publication.metrics["sets"]["out_of_fold"]["by"]}
    files = {
        WEIGHTS: weights_bytes(corrected(fitted.classifier, rate)),
        ESTIMATORS: estimators.getvalue(),
        FILE: OutOfFold.of(texts.rows, fitted.oof_logit).to_bytes(),
        "metrics.json": (json.dumps(publication.metrics, indent=1) + "\n").encode(),
        **plots(texts, curves, report),
    }
    facts = _manifest(publication)

    def build(name: str) -> Version:
        manifest = {"name": MODEL_NAME, "version": name, **facts}
        described = card(manifest, publication.metrics).encode()
        return Version({**files, "card.md": described}, manifest)

    return registry.publish(build, version)


def _manifest(publication: Publication) -> dict[str, Any]:
    rows, settled = publication.material.texts.rows, publication.material.settled
    shifted = publication.fitted.oof_logit + publication.rate.shift
    return {
        "fingerprint": fingerprint(),
        "seed": publication.seed,
        "runtime": {
            "scikit-learn": installed("scikit-learn"),
            "numpy": installed("numpy"),
            "python": platform.python_version(),
        },
        "corpus": {
            "sha256": digest(rows),
            "rows": len(rows),
            "by_kind": dict(sorted(Counter(row.kind for row in rows).items())),
            "repeats": settled.repeats,
            "conflicts": len(settled.conflicts),
            "undated": sum(row.day is None for row in rows),
        },
        "base_rate": publication.rate.to_dict(),
        "thresholds": {
            "bands": {name: upper for upper, name in BANDS},
            "scope": publication.fitted.classifier.scope_threshold,
        },
        "reference": reference(publication.readings, shifted),
        "features": [
            {"feature": feature.name, "family": feature.family, "label": feature.label}
            for feature in catalogue()
        ],
    }
