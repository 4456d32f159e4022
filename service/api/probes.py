"""What machines ask of the service: is it alive, is it ready, how is it doing."""

from __future__ import annotations

import asyncio

from fastapi import Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic_core import to_json

from service.api.problems import MODEL_NOT_READY, RefusedError
from service.api.service import service_of


async def livez(request: Request) -> Response:
    """Whether the process answers; restart it if not."""
    return Response(to_json({"status": "alive"}), media_type="application/json")


async def readyz(request: Request) -> Response:
    """Whether a model is loaded and has passed its self-test; send no traffic if not."""
    if not service_of(request).shelf.ready:
        raise RefusedError(MODEL_NOT_READY, "no model has passed its self-test yet", retry_after=1)
    return Response(to_json({"status": "ready"}), media_type="application/json")


async def metrics(request: Request) -> Response:
    """Prometheus metrics of all workers."""
    service = service_of(request)
    service.ledger.settle()
    exposition = await asyncio.to_thread(service.metrics.exposition)
    return Response(exposition, media_type=CONTENT_TYPE_LATEST)
