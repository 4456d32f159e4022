"""The models in service: the champion, and within a bound whatever versions callers pin."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import OrderedDict

from models.article import Article
from models.errors import EscalationError
from service.api.drift import Drift
from service.api.library import Scorer, Shelves
from service.api.metrics import Metrics
from service.api.problems import MODEL_NOT_READY, OVERLOADED, RefusedError
from service.api.recorder import failure_fields

LOG = logging.getLogger("escalation.models")

CHAMPION = "champion"
DRIFT_EVERY = 25
"""Articles between two updates of the drift gauges."""

MAX_LOADING = 2
"""Pinned versions that may be loading at once; further ones are asked to come back."""

SELF_TEST = Article(
    text="The general threatened on Monday to shell the port of Varnello unless the rebels left. "
    "Nobody was hurt, the ministry said."
)


class SelfTestError(Exception):
    """A model loaded, but its answer to a known text is not one."""


class Loaded:
    """A scorer that has passed its self-test, with the drift of what it scores."""

    def __init__(self, scorer: Scorer, window: int) -> None:
        _self_test(scorer)
        self.scorer = scorer
        self.drift = Drift(scorer.manifest.get("reference", {}), window)

    @property
    def version(self) -> str:
        """The model version."""
        return self.scorer.ref.version


class Shelf:
    """Hands out loaded models and follows the champion alias."""

    def __init__(self, library: Shelves, metrics: Metrics, pinned: int, window: int) -> None:
        self._library = library
        self._metrics = metrics
        self._window = window
        self._max_pinned = pinned
        self._pinned: OrderedDict[str, asyncio.Task[Loaded]] = OrderedDict()
        self._aliases: dict[str, str] = {}
        self._champion: Loaded | None = None
        self._rejected: str | None = None
        self._complaint: tuple[str, object] | None = None

    @property
    def ready(self) -> bool:
        """Whether there is a champion that has passed its self-test."""
        return self._champion is not None

    async def get(self, name: str | None) -> Loaded:
        """The champion, or the version or alias named.

        Raises:
            RefusedError: not ready, or too many versions are being loaded.
            UnknownModelVersionError: no such version or alias.
            ArtefactError: the version cannot be used.
        """
        if self._champion is None:
            raise RefusedError(MODEL_NOT_READY, "the model is still being loaded", retry_after=1)
        version = CHAMPION if name is None else self._aliases.get(name, name)
        if version in (CHAMPION, self._champion.version):
            return self._champion
        return await self._get_pinned(version)

    async def _get_pinned(self, version: str) -> Loaded:
        task = self._pinned.get(version)
        if task is None:
            if sum(not task.done() for task in self._pinned.values()) >= MAX_LOADING:
                raise RefusedError(
                    OVERLOADED, "other model versions are being loaded", retry_after=2
                )
            task = asyncio.create_task(asyncio.to_thread(self._open, version))
            self._pinned[version] = task
        self._pinned.move_to_end(version)
        try:
            # Shielded: one caller going away must not fail the others that wait for this load.
            loaded = await asyncio.shield(task)
        except BaseException:
            if task.done() and self._pinned.get(version) is task:
                del self._pinned[version]
            raise
        self._evict()
        return loaded

    def _evict(self) -> None:
        done = [version for version, task in self._pinned.items() if task.done()]
        for version in done[: max(0, len(done) - self._max_pinned)]:
            del self._pinned[version]

    def _open(self, name: str) -> Loaded:
        return Loaded(self._library.load(name), self._window)

    async def watch(self, seconds: float) -> None:
        """Follow the champion alias until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            await self.refresh()

    async def refresh(self) -> None:
        """Take the champion alias's version into service, if it changed and passes its test."""
        try:
            self._aliases = await asyncio.to_thread(self._library.aliases)
        except Exception as error:
            # Whatever a half-written or unreachable registry raises must not stop the watch.
            self._complain("aliases unreadable", error)
            return
        version = self._aliases.get(CHAMPION)
        if self._champion is not None and version in (None, self._champion.version):
            self._rejected = None
        elif version is None:
            self._complain("no champion: promote a version")
        elif version != self._rejected:
            await self._take(version)

    def _complain(self, event: str, error: Exception | None = None) -> None:
        """Log what is wrong with the registry, once until it changes."""
        fields = {} if error is None else {"reason": _reason(error), **failure_fields(error)}
        if (event, fields.get("reason")) != self._complaint:
            self._complaint = (event, fields.get("reason"))
            LOG.error(event, extra={"fields": fields})

    async def _take(self, version: str) -> None:
        """Load, test and swap; on any failure the version in service stays."""
        try:
            loaded = await asyncio.to_thread(self._open, CHAMPION)
        except Exception as error:
            # A model folder is code: it may fail in any way, and must not stop the watch.
            self._rejected = version
            self._metrics.rejected.inc()
            fields = {"version": version, "reason": _reason(error), **failure_fields(error)}
            LOG.error("champion refused", extra={"fields": fields})
            return
        if self._champion is not None:
            before = self._champion.scorer.ref
            self._metrics.champion.labels(before.version, before.fingerprint).set(0)
        self._champion, self._rejected, self._complaint = loaded, None, None
        ref = loaded.scorer.ref
        self._metrics.champion.labels(ref.version, ref.fingerprint).set(1)
        self._metrics.swaps.inc()
        LOG.info("champion in service", extra={"fields": {"version": ref.version}})


def _reason(error: Exception) -> str | None:
    """The message of an error that we wrote ourselves; any other might quote anything."""
    return str(error) if isinstance(error, EscalationError | SelfTestError | OSError) else None


def _self_test(scorer: Scorer) -> None:
    assessment = scorer.assess(SELF_TEST, explain="full")
    if not 0 <= assessment.score <= 1:
        raise SelfTestError(f"the self-test's score is {assessment.score}")
    if assessment.explanation is None:
        raise SelfTestError("the self-test has no explanation")
    parts = [family.contribution for family in assessment.explanation.families]
    total = assessment.explanation.base_logit + math.fsum(parts)
    if not math.isclose(total, assessment.logit, abs_tol=1e-6):
        raise SelfTestError(f"contributions add up to {total}, the logit is {assessment.logit}")
