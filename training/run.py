"""One retraining, from files to a published version."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from models.aliases import CHAMPION
from models.artefact import MODEL_NAME, fingerprint
from models.errors import RegistryError
from models.explanation import ModelRef
from models.registry import Registry
from models.scorer import EscalationScorer
from training.base_rate import base_rate_of
from training.champion import Champion
from training.comparison import compare
from training.fitness import check_signal
from training.fitting import Fit
from training.gate import Check
from training.learning_curve import learning_curve
from training.material import Sources, gather
from training.metrics import measure_yardsticks, metrics_of
from training.progress import Progress
from training.publication import Publication, publish
from training.reading import read

STAGES = 7


@dataclass(frozen=True)
class Request:
    """What to train on, where to put it, and how."""

    sources: Sources
    registry: Registry
    dev: tuple[Path, ...] = ()
    version: str | None = None
    seed: int = 0
    gate: bool = True
    base_rate: float | None = None
    curve: bool = True
    embeddings: bool = False


class Outcome(NamedTuple):
    """A published version, and whether it serves.

    ``champion`` serves now; ``overtaken`` is a champion that came in while this was training.
    """

    version: str
    champion: str | None
    overtaken: str | None
    checks: list[Check]
    metrics: dict[str, Any]

    @property
    def promoted(self) -> bool:
        """Whether the new version is the champion."""
        return self.champion == self.version


def retrain(request: Request, fit: Fit, progress: Progress) -> Outcome:
    """Train, evaluate, compare, publish and (if the gate allows) promote a version.

    Raises:
        CorpusError: rows are wrong; nothing was trained.
        CorpusUnfitError: nothing trustworthy can be learned from the rows.
        RegistryError: the version could not be published; the champion is unchanged.
    """
    progress.stage("reading the corpus")
    material = gather(request.sources, request.dev, request.seed, progress)
    rows, dev = material.texts.rows, material.dev.rows
    progress.stage("yardsticks")
    measured = measure_yardsticks(material, request.embeddings, progress)
    request.registry.check_writable(request.version)
    progress.stage("fitting")
    fitted = fit(rows, request.seed, progress)
    check_signal(material.texts, fitted.oof_logit, "the fitted models")
    ref = ModelRef(MODEL_NAME, "candidate", None, fingerprint())
    scorer = EscalationScorer(ref, fitted.classifier)
    progress.stage("reading the texts with the new model")
    readings, dev_readings = read(scorer, rows), read(scorer, dev) if dev else None
    progress.stage("evaluating")
    metrics = metrics_of(material, fitted, readings, dev_readings, measured)
    metrics["learning_curve"] = []
    if request.curve:
        metrics["learning_curve"] = learning_curve(
            rows, material.group, fitted.oof_logit, fit, seed=request.seed, progress=progress
        )
    progress.stage("comparing with the champion")
    champion = Champion(request.registry)
    dev_logit = None if dev_readings is None else dev_readings.logit
    checks, metrics["behaviour"] = compare(material, fitted, scorer, dev_logit, champion)
    metrics["gate"] = {
        "champion": champion.version,
        "enforced": request.gate,
        "checks": [check.to_dict() for check in checks],
    }
    progress.stage("publishing")
    publication = Publication(
        material=material,
        fitted=fitted,
        rate=base_rate_of(rows, request.base_rate),
        readings=readings,
        metrics=metrics,
        curves={stick.label: stick.out_of_fold for stick in measured},
        seed=request.seed,
    )
    version = publish(request.registry, publication, request.version)
    allowed = not request.gate or all(check.passed for check in checks)
    overtaken = _promote(request.registry, version, champion.version) if allowed else None
    serving = request.registry.aliases().get(CHAMPION)
    return Outcome(version, serving, overtaken, checks, metrics)


def _promote(registry: Registry, version: str, compared: str | None) -> str | None:
    """Promote a version over the champion it was compared with; another one is returned."""
    try:
        registry.promote(version, instead_of=compared)
    except RegistryError:
        serving = registry.aliases().get(CHAMPION)
        if serving == compared:
            raise
        return serving
    return None
