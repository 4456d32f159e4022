"""``POST /v1/score`` and ``POST /v1/score:batch``."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request, Response
from pydantic_core import to_json

from models.errors import EscalationError
from models.explanation import ExplainLevel
from service.api.lane import Lane
from service.api.problems import Fault, RefusedError, problem_dict, refusal_of
from service.api.reading import check_media_type, read_batch, read_item, read_score
from service.api.service import Service, record_of, service_of
from service.schemas import BatchRequest

DEFAULT_EXPLAIN: ExplainLevel = "full"


async def score(request: Request) -> Response:
    """Score one article."""
    service, record = service_of(request), record_of(request)
    check_media_type(request.headers)
    asked = read_score(await request.body())
    model = await service.shelf.get(asked.model)
    service.lane.admit()
    answer = await service.assess(model, asked, asked.explain or DEFAULT_EXPLAIN, record)
    return Response(answer, media_type="application/json")


async def score_batch(request: Request) -> Response:
    """Score up to 256 articles; the answer holds an assessment or a problem for each."""
    service, record = service_of(request), record_of(request)
    check_media_type(request.headers)
    batch = read_batch(await request.body())
    await service.shelf.get(batch.model)
    service.lane.admit()
    with service.lane.owing(_expected(service.lane, batch)):
        service.allowance.charge(record.caller or "", len(batch.articles) - 1)
        results = []
        for place, document in enumerate(batch.articles):
            results.append(await _result(service, request, batch, place, document))
            await asyncio.sleep(0)
    return Response(b'{"results":[' + b",".join(results) + b"]}", media_type="application/json")


async def _result(
    service: Service, request: Request, batch: BatchRequest, place: int, document: Any
) -> bytes:
    """The assessment of one article of a batch, or the problem that stands in its place."""
    pointer = f"/articles/{place}"
    try:
        asked = read_item(document)
        model = await service.shelf.get(asked.model or batch.model)
        explain = asked.explain or batch.explain
        return await service.assess(model, asked, explain, record_of(request))
    except EscalationError as error:
        refusal = refusal_of(error)
    except RefusedError as raised:
        faults = [Fault(pointer + fault.pointer, fault.detail) for fault in raised.faults]
        refusal = RefusedError(
            raised.kind, raised.detail, faults=faults, retry_after=raised.retry_after
        )
    service.metrics.refused.labels(refusal.kind.code).inc()
    return to_json(problem_dict(refusal, request.scope, "#" + pointer))


def _expected(lane: Lane, batch: BatchRequest) -> float:
    texts = (item.get("text") for item in batch.articles if isinstance(item, dict))
    return sum(lane.expected(len(text), batch.explain) for text in texts if isinstance(text, str))
