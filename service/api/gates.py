"""What a request passes before it is read: the queue has room, the key is known, the body fits."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.keys import Allowance, KeyRing
from service.api.lane import Lane
from service.api.problems import (
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    OVERLOADED,
    RefusedError,
    problem_response,
)

GUARDED = "/v1/"
"""Paths that need a key. Probes, metrics, the page and the OpenAPI document do not."""

MAX_HELD_BYTES = 256 * 2**20
"""Bodies that one worker keeps in memory at a time, however many callers send at once."""

LINGER_SECONDS = 2.0
LINGER_BYTES = 32 * 2**20


class Door:
    """Lets a request in or answers it with a problem, before its body is read."""

    def __init__(self, app: ASGIApp, lane: Lane, keys: KeyRing, allowance: Allowance) -> None:
        self._app = app
        self._lane = lane
        self._keys = keys
        self._allowance = allowance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check key, queue and allowance of a request to ``/v1/``."""
        if scope["type"] == "http" and scope["path"].startswith(GUARDED):
            try:
                self._check(scope)
            except RefusedError as refusal:
                await problem_response(refusal, scope)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        shown = [value for name, value in scope["headers"] if name == b"authorization"]
        caller = scope["escalation"].caller = self._keys.caller(shown)
        if scope["method"] == "POST":
            self._lane.admit()
        self._allowance.take(caller)


class BodyGate:
    """Reads the whole body, within a size and a time, before the application sees it."""

    def __init__(self, app: ASGIApp, max_bytes: int, max_seconds: float) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request whose body fits; answer any other."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        chunks: list[bytes] = []
        try:
            if await self._take_in(chunks, scope, receive, send):
                body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
                await self._app(scope, _replay(body, receive), send)
        finally:
            self._drop(chunks)

    async def _take_in(
        self, chunks: list[bytes], scope: Scope, receive: Receive, send: Send
    ) -> bool:
        """Whether the whole body has come; if not, the caller is answered or gone."""
        try:
            self._check_length(scope)
            async with asyncio.timeout(self._max_seconds):
                return await self._read(chunks, receive)
        except RefusedError as error:
            refusal = error
        except TimeoutError:
            refusal = RefusedError(
                BODY_TOO_SLOW, f"the body did not arrive within {self._max_seconds:g} seconds"
            )
        self._drop(chunks)
        await self._refuse(refusal, scope, receive, send)
        return False

    def _drop(self, chunks: list[bytes]) -> None:
        self._held -= sum(map(len, chunks))
        chunks.clear()

    def _check_length(self, scope: Scope) -> None:
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit() and int(value) > self._max_bytes:
                raise self._too_large()

    async def _read(self, chunks: list[bytes], receive: Receive) -> bool:
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return False
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            self._held += len(chunks[-1])
            more = message.get("more_body", False)
            if size > self._max_bytes:
                raise self._too_large()
            if self._held > MAX_HELD_BYTES:
                raise RefusedError(
                    OVERLOADED, "other bodies fill the memory set aside for them", retry_after=1
                )
        return True

    def _too_large(self) -> RefusedError:
        return RefusedError(
            BODY_TOO_LARGE,
            f"at most {self._max_bytes:,} bytes are accepted: send fewer articles at a time",
        )

    async def _refuse(
        self, refusal: RefusedError, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer, then read on for a while before closing.

        Closing with unread bytes resets the connection, and a caller still sending would
        never see the answer.
        """
        response = problem_response(refusal, scope)
        response.headers["Connection"] = "close"
        start, body = response.raw_headers, response.body
        await send(
            {"type": "http.response.start", "status": response.status_code, "headers": start}
        )
        await send({"type": "http.response.body", "body": bytes(body), "more_body": True})
        await _linger(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _linger(receive: Receive) -> None:
    read = 0
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while read < LINGER_BYTES:
                message = await receive()
                read += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return


def _replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives the body once, then whatever the connection says next."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
