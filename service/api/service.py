"""What the routes work with, and the two things they do: assess an article, and count it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from fastapi import Request
from pydantic_core import to_json

from models.explanation import Assessment, ExplainLevel
from service.api.keys import Allowance
from service.api.lane import Lane
from service.api.ledger import Ledger
from service.api.library import Shelves
from service.api.metrics import Metrics, fired_families
from service.api.record import Record
from service.api.shelf import DRIFT_EVERY, Loaded, Shelf
from service.schemas import ScoreRequest


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of one worker."""

    library: Shelves
    shelf: Shelf
    lane: Lane
    metrics: Metrics
    ledger: Ledger
    allowance: Allowance

    async def assess(
        self, model: Loaded, asked: ScoreRequest, explain: ExplainLevel, record: Record
    ) -> bytes:
        """One assessment as JSON, made when its turn comes.

        Raises:
            ArticleError: the text cannot be scored.
        """

        def work() -> tuple[Assessment, bytes]:
            assessment = model.scorer.assess(asked.article(), explain=explain)
            return assessment, to_json(assessment.to_dict())

        assessment, answer = await self.lane.run(work, len(asked.text), explain)
        record.articles += 1
        record.model = model.version
        self.ledger.add(partial(self._count, model, assessment, asked.text))
        return answer

    def _count(self, model: Loaded, assessment: Assessment, text: str) -> None:
        self.metrics.observe_assessment(assessment)
        fired = None if assessment.explanation is None else fired_families(assessment)
        drift = model.drift
        drift.observe(assessment.score, len(text.split()), fired)
        if drift.seen % DRIFT_EVERY == 0:
            self.metrics.observe_drift(model.version, drift)


def service_of(request: Request) -> Service:
    """The parts of the worker that answers this request."""
    service: Service = request.app.state.service
    return service


def record_of(request: Request) -> Record:
    """What is known of this request."""
    record: Record = request.scope["escalation"]
    return record
