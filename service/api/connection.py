"""One HTTP/1.1 connection: uvicorn's, with answers sent whole and slow heads cut off."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""Time a caller has for a request's line and headers; uvicorn itself would wait for ever."""


class Connection(H11Protocol):
    """uvicorn's h11 protocol with two additions.

    An answer's head and body leave in one ``send``: two of them cost a short answer a tenth of
    a millisecond and wake the caller twice. A head that does not arrive in time ends the
    connection, as a body that does not is ended by ``gates.BodyGate``.
    """

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._late_head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the first request's clock."""
        super().connection_made(_Gathering(transport, self.loop))  # type: ignore[arg-type]
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        """Read on; the clock stops once the head is whole."""
        super().data_received(data)
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        super().connection_lost(exc)
        self._stop_clock()

    def on_response_complete(self) -> None:
        """Send what has been gathered."""
        self.transport.flush()  # type: ignore[attr-defined]
        super().on_response_complete()

    def _watch_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_clock()
        elif self._late_head is None:
            self._late_head = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_clock(self) -> None:
        if self._late_head is not None:
            self._late_head.cancel()
            self._late_head = None


class _Gathering:
    """A transport that puts together what is written in one round of the event loop."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._parts:
            self._loop.call_soon(self.flush)
        self._parts.append(data)

    def flush(self) -> None:
        if self._parts:
            data = b"".join(self._parts)
            self._parts.clear()
            self._transport.write(data)

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
