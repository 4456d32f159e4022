"""The model versions on disk, as the service sees them. Everything here may block."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from models import artefact, load_scorer
from models.article import Article
from models.errors import ArtefactCorruptError
from models.explanation import Assessment, ExplainLevel, ModelRef
from models.registry import Registry


class Scorer(Protocol):
    """What the service needs of ``models.EscalationScorer``."""

    @property
    def ref(self) -> ModelRef:
        """The version that scores."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The version's manifest."""

    def assess(self, article: Article, explain: ExplainLevel = "full") -> Assessment:
        """Score one article."""


class Shelves(Protocol):
    """Where versions come from: ``Library``, or a test's own."""

    def versions(self) -> list[str]:
        """Every version there is."""

    def aliases(self) -> dict[str, str]:
        """Versions by alias."""

    def load(self, name: str) -> Scorer:
        """A version or alias, ready to score."""

    def describe(self, name: str) -> dict[str, Any]:
        """Card, metrics, features and calibration of a version or alias."""


class Library:
    """The registry at ``root``, laid over the shipped versions."""

    def __init__(self, root: Path | None) -> None:
        self._root = root

    def versions(self) -> list[str]:
        """Every version there is."""
        return sorted(Registry(self._root).versions())

    def aliases(self) -> dict[str, str]:
        """Versions by alias, as they are now."""
        return dict(Registry(self._root).aliases())

    def load(self, name: str) -> Scorer:
        """A version or alias, checked and ready to score.

        Raises:
            UnknownModelVersionError: there is no such version or alias.
            ArtefactError: its folder cannot be used.
        """
        scorer = load_scorer(name, registry=self._root)
        scorer.prepare()
        return scorer

    def describe(self, name: str) -> dict[str, Any]:
        """Card, metrics, features and calibration, read without loading the model.

        Raises:
            UnknownModelVersionError: there is no such version or alias.
            ArtefactCorruptError: a file of its folder is missing or unreadable.
        """
        registry = Registry(self._root)
        version, _ = registry.resolve(name)
        folder = registry.folder(version)
        manifest = artefact.read_manifest(folder)
        try:
            card = folder.joinpath("card.md").read_text("utf-8")
            metrics = json.loads(folder.joinpath("metrics.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ArtefactCorruptError(f"{version}: card or metrics unreadable") from error
        return {
            "version": version,
            "aliases": sorted(a for a, v in registry.aliases().items() if v == version),
            "card": card,
            "metrics": metrics,
            "features": manifest.get("features", []),
            "calibration": metrics.get("calibration"),
            "base_rate": manifest.get("base_rate"),
            "fingerprint": manifest["fingerprint"],
        }
