"""The ASGI application, put together from settings. Nothing happens at import."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.exceptions import HTTPException

from models.errors import EscalationError
from service import schemas
from service.api import problems
from service.api.gates import BodyGate, Door
from service.api.keys import Allowance, KeyRing
from service.api.lane import Lane
from service.api.ledger import Ledger
from service.api.library import Library, Shelves
from service.api.metrics import Metrics
from service.api.openapi import describe
from service.api.problems import RefusedError, problem_response, refusal_of
from service.api.recorder import Recorder
from service.api.routes import operations, plain
from service.api.service import Service
from service.api.shelf import Shelf
from service.settings import Settings

LOG = logging.getLogger("escalation.service")


def create_app(
    settings: Settings,
    library: Shelves | None = None,
    *,
    shared: Path | None = None,
    routers: Sequence[APIRouter] = (),
) -> FastAPI:
    """The service.

    ``library`` is where models come from, the registry of ``settings`` if left out. ``shared``
    is a folder through which several workers add up their metrics and share the rate limit.
    ``routers`` are served beside the API and need no key: the analyst's page.
    """
    metrics, ledger = Metrics(shared), Ledger()
    library = library or Library(settings.registry)
    shelf = Shelf(library, metrics, settings.pinned_models, settings.drift_articles)
    lane = Lane(settings.queue_seconds, settings.batch_seconds, metrics.observe_queue)
    allowance = Allowance(
        list(settings.api_keys),
        settings.rate_limit,
        settings.rate_burst,
        None if shared is None else shared / "allowance",
    )
    app = FastAPI(
        title="Escalation risk",
        version=version("escalation-risk"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(settings),
    )
    app.state.service = Service(library, shelf, lane, metrics, ledger, allowance)
    app.openapi = describe(app.version, operations())  # type: ignore[method-assign]
    app.router.routes.extend(plain(operation) for operation in operations())
    for router in routers:
        app.include_router(router, include_in_schema=False)
    _add_answers_to_errors(app)
    # The last one added is the first to see a request.
    app.add_middleware(
        BodyGate, max_bytes=schemas.MAX_BODY_BYTES, max_seconds=settings.body_seconds
    )
    app.add_middleware(Door, lane=lane, keys=KeyRing(settings.api_keys), allowance=allowance)
    app.add_middleware(Recorder, metrics=metrics, ledger=ledger, route_of=_route_names(app))
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service: Service = app.state.service
        if not settings.api_keys:
            LOG.warning("NO KEYS ARE SET: anyone who reaches this address may call the service")
        # Before the first request is taken: a new worker gets its share of them at once. Where
        # there is no usable champion the service starts all the same, unready, and watches on.
        await service.shelf.refresh()
        # What is there now stays: collecting around it would stop the loop for 70 ms at times.
        gc.collect()
        gc.freeze()
        watch = asyncio.create_task(service.shelf.watch(settings.watch_seconds))
        try:
            yield
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            gc.unfreeze()
            service.ledger.settle()
            service.allowance.close()

    return lifespan


def _add_answers_to_errors(app: FastAPI) -> None:
    async def refused(request: Request, error: RefusedError) -> Response:
        return problem_response(error, request.scope)

    async def failed(request: Request, error: EscalationError) -> Response:
        refusal = refusal_of(error)
        if refusal.kind.status >= problems.INTERNAL_ERROR.status:
            LOG.error("model failed", extra={"fields": {"code": error.code, "reason": str(error)}})
        return problem_response(refusal, request.scope)

    async def unrouted(request: Request, error: HTTPException) -> Response:
        return problem_response(_unrouted(error), request.scope)

    app.add_exception_handler(RefusedError, refused)  # type: ignore[arg-type]
    app.add_exception_handler(EscalationError, failed)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, unrouted)  # type: ignore[arg-type]


def _unrouted(error: HTTPException) -> RefusedError:
    headers = error.headers or {}
    if error.status_code == problems.METHOD_NOT_ALLOWED.status:
        return RefusedError(
            problems.METHOD_NOT_ALLOWED,
            f"use {headers.get('Allow', 'another method')}",
            allow=headers.get("Allow"),
        )
    if error.status_code == problems.NOT_FOUND.status:
        return RefusedError(problems.NOT_FOUND, "nothing is served at this path; see /openapi.json")
    raise error


def _route_names(app: FastAPI) -> Callable[[str], str]:
    """A function from paths to the bounded names used in metrics and logs."""
    fixed = {"/", "/openapi.json", *app.openapi()["paths"]}

    def name(path: str) -> str:
        if path in fixed:
            return path
        if path.startswith("/v1/models/"):
            return "/v1/models/{version}"
        return "/static" if path.startswith("/static/") else "unmatched"

    return name
