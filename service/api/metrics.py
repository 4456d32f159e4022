"""The service's Prometheus metrics. No label takes a value that a caller can choose freely."""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from models.explanation import Assessment
from service.api.drift import Drift

LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SCORE_BUCKETS = tuple(step / 20 for step in range(1, 21))


class Metrics:
    """Counters, gauges and histograms of one worker, or of all through ``shared``.

    ``shared`` is the folder that the workers of one ``escalation serve`` write their values
    to; the Prometheus client must have been imported with PROMETHEUS_MULTIPROC_DIR set to it.
    """

    def __init__(self, shared: Path | None = None) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._shared = shared
        self._registry = CollectorRegistry()
        self._add_requests()
        self._add_queue()
        self._add_scores()
        self._add_models()

    def _add_requests(self) -> None:
        self.requests = Counter(
            "escalation_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self.latency = Histogram(
            "escalation_request_seconds",
            "Time from a request's headers to the end of its answer.",
            ("route",),
            buckets=LATENCY_BUCKETS,
            registry=self._registry,
        )
        self.in_flight = self._gauge("escalation_requests_in_flight", "Requests being answered.")
        self.refused = Counter(
            "escalation_refused",
            "Requests, and articles of batches, answered with a problem.",
            ("code",),
            registry=self._registry,
        )

    def _add_queue(self) -> None:
        self.queue_depth = self._gauge(
            "escalation_queue_depth", "Pieces of scoring work waiting or running."
        )
        self.queue_wait = self._gauge(
            "escalation_queue_wait_seconds", "Expected wait of a newcomer.", mode="livemax"
        )

    def _add_scores(self) -> None:
        self.scores = Histogram(
            "escalation_score",
            "Scores given.",
            ("version",),
            buckets=SCORE_BUCKETS,
            registry=self._registry,
        )
        self.articles = Counter(
            "escalation_articles",
            "Articles scored, by whether they are about organised conflict.",
            ("version", "in_scope"),
            registry=self._registry,
        )
        self.explained = Counter(
            "escalation_explained",
            "Articles scored with an explanation: what firing rates are a share of.",
            ("version",),
            registry=self._registry,
        )
        self.fired = Counter(
            "escalation_family_fired",
            "Explained articles in which a signal family found something.",
            ("version", "family"),
            registry=self._registry,
        )
        self.warnings = Counter(
            "escalation_warnings", "Warnings given with scores.", ("code",), registry=self._registry
        )

    def _add_models(self) -> None:
        self.champion = self._gauge(
            "escalation_champion",
            "1 for the version served by default.",
            ("version", "fingerprint"),
            mode="livemax",
        )
        self.swaps = Counter(
            "escalation_model_swaps", "Champions taken into service.", registry=self._registry
        )
        self.rejected = Counter(
            "escalation_model_rejected",
            "Promoted versions that could not be used.",
            registry=self._registry,
        )
        self.drift_index = self._gauge(
            "escalation_drift_psi",
            "Population stability index of the latest articles against the model's reference.",
            ("version", "distribution"),
            mode="livemax",
        )
        self.drift_articles = self._gauge(
            "escalation_drift_articles",
            "Articles that drift is measured on.",
            ("version",),
            mode="livemin",
        )

    def _gauge(
        self, name: str, documentation: str, labels: tuple[str, ...] = (), mode: str = "livesum"
    ) -> Gauge:
        return Gauge(
            name,
            documentation,
            labels,
            registry=self._registry,
            multiprocess_mode=mode,  # type: ignore[arg-type]
        )

    def observe_request(
        self, route: str, method: str, status: int, seconds: float, code: str | None
    ) -> None:
        """Count one answered request."""
        self.requests.labels(route, method, str(status)).inc()
        self.latency.labels(route).observe(seconds)
        if code is not None:
            self.refused.labels(code).inc()

    def observe_assessment(self, assessment: Assessment) -> None:
        """Count one score given."""
        version = assessment.model.version
        self.scores.labels(version).observe(assessment.score)
        self.articles.labels(version, "yes" if assessment.in_scope else "no").inc()
        for warning in assessment.warnings:
            self.warnings.labels(warning.code).inc()
        if assessment.explanation is not None:
            self.explained.labels(version).inc()
            for family in fired_families(assessment):
                self.fired.labels(version, family).inc()

    def observe_queue(self, depth: int, wait: float) -> None:
        """Note how much scoring work waits or runs, and how long a newcomer would wait."""
        self.queue_depth.set(depth)
        self.queue_wait.set(wait)

    def observe_drift(self, version: str, drift: Drift) -> None:
        """Note how far a version's latest articles are from its reference."""
        self.drift_articles.labels(version).set(drift.size)
        for distribution, index in drift.indices():
            self.drift_index.labels(version, distribution).set(index)

    def exposition(self) -> bytes:
        """The text that Prometheus reads."""
        if self._shared is None:
            return generate_latest(self._registry)
        _forget_dead(self._shared)
        gathered = CollectorRegistry()
        MultiProcessCollector(gathered, path=str(self._shared))  # type: ignore[no-untyped-call]
        return generate_latest(gathered)


def fired_families(assessment: Assessment) -> list[str]:
    """Families that found something in an explained article."""
    if assessment.explanation is None:
        return []
    missing = set(assessment.explanation.not_found)
    names = (family.family for family in assessment.explanation.families)
    return [name for name in names if name not in missing]


def _forget_dead(shared: Path) -> None:
    """Remove the live gauges of workers that are gone; their counters stay."""
    for file in shared.glob("gauge_live*_*.db"):
        process = int(file.stem.rpartition("_")[2])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            file.unlink(missing_ok=True)
