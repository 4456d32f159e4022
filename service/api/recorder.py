"""The outermost layer: gives each request an id, a log line and its metrics, and fails safely."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.ledger import Ledger
from service.api.metrics import Metrics
from service.api.problems import INTERNAL_ERROR, RefusedError, problem_response
from service.api.record import REQUEST_ID, Record

LOG = logging.getLogger("escalation.request")

CLIENT_GONE = 499
"""Logged where a caller hung up before there was an answer (nginx's number)."""

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")


class Recorder:
    """ASGI middleware; ``route_of`` turns a path into one of a bounded set of names."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, ledger: Ledger, route_of: Callable[[str], str]
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._ledger = ledger
        self._route_of = route_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        record = scope["escalation"] = Record(request_id, perf_counter())
        token = REQUEST_ID.set(request_id)
        header = (b"x-request-id", request_id.encode())

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                message["headers"] = [*message["headers"], header]
            await send(message)

        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, send_marked)
        except Exception as error:
            # The one place where anything may end up: logged by type and place only, since the
            # message of an unforeseen error could quote the article.
            LOG.error("request failed", extra={"fields": failure_fields(error)})
            if record.status == 0:
                refusal = RefusedError(INTERNAL_ERROR, "the service failed; the log has the reason")
                await problem_response(refusal, scope)(scope, receive, send_marked)
        except asyncio.CancelledError:
            LOG.warning("request cancelled: it did not finish in the time left to stop")
            raise
        finally:
            self._metrics.in_flight.dec()
            REQUEST_ID.reset(token)
            self._ledger.add(partial(self._write, scope, record, time.time(), record.seconds()))

    def _write(self, scope: Scope, record: Record, ended: float, seconds: float) -> None:
        route = self._route_of(scope["path"])
        method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST") else "other"
        status = record.status or CLIENT_GONE
        self._metrics.observe_request(route, method, status, seconds, record.code)
        if LOG.isEnabledFor(logging.INFO):
            fields = {
                "ended": datetime.fromtimestamp(ended, UTC).isoformat(timespec="milliseconds"),
                "request_id": record.request_id,
                "method": method,
                "route": route,
                "status": status,
                "code": record.code,
                "milliseconds": round(seconds * 1000, 3),
                "caller": record.caller,
                "articles": record.articles,
                "model": record.model,
            }
            LOG.info("request", extra={"fields": fields})


def failure_fields(error: BaseException) -> dict[str, object]:
    """An error's type and where it was raised, for the log; not its message."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return {"error": type(error).__name__, "trace": places}


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return str(value, "ascii")
    return os.urandom(16).hex()
