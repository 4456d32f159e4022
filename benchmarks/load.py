"""An open-loop HTTP client: requests leave at their appointed time, whatever the answers do."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from dataclasses import dataclass, field
from typing import Any

IDLE_SECONDS = 3.0
"""A connection unused for longer is not used again: the server closes idle ones after 5."""


@dataclass(slots=True)
class Sent:
    """One request and what came of it; times in seconds."""

    number: int
    status: int = 0
    answer: bytes = b""
    seconds: float = 0.0


@dataclass
class Outcome:
    """All requests of a run."""

    sent: list[Sent] = field(default_factory=list)
    broken: int = 0

    def latencies(self, status: int) -> list[float]:
        return sorted(one.seconds for one in self.sent if one.status == status)


class Connection:
    """One keep-alive connection, written and read with nothing between us and the socket."""

    def __init__(self, host: str, port: int, path: str) -> None:
        self._address = (host, port)
        self._head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        self._used = 0.0
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, body: bytes) -> tuple[int, bytes]:
        if time.perf_counter() - self._used > IDLE_SECONDS:
            self.close()
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._address)
        reader, writer = self._streams
        try:
            writer.write(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n", 1)[0])
            answer = await reader.readexactly(length)
            self._used = time.perf_counter()
            return int(head[9:12]), answer
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            raise

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


def body_of(number: int, text: str) -> bytes:
    """A request that names itself, so that a mixed-up answer shows."""
    return json.dumps({"id": str(number), "text": text, "explain": "none"}).encode()


async def closed_loop(
    host: str, port: int, texts: list[str], callers: int, seconds: float
) -> Outcome:
    """Callers that each wait for an answer before the next request."""
    outcome, end = Outcome(), time.perf_counter() + seconds

    async def caller(first: int) -> None:
        connection, number = Connection(host, port, "/v1/score"), first
        while time.perf_counter() < end:
            await _send(outcome, connection, number, texts)
            number += callers
        connection.close()

    await asyncio.gather(*(caller(first) for first in range(callers)))
    return outcome


async def open_loop(host: str, port: int, texts: list[str], rate: float, seconds: float) -> Outcome:
    """``rate`` requests a second for ``seconds``, each on a connection that is free then."""
    # A collection over all that is kept for the verdict would count as the service's latency.
    gc.disable()
    outcome, free = Outcome(), [Connection(host, port, "/v1/score") for _ in range(8)]
    begun, pending = time.perf_counter(), set()

    async def send(number: int) -> None:
        connection = free.pop() if free else Connection(host, port, "/v1/score")
        await _send(outcome, connection, number, texts)
        free.append(connection)

    for number in range(int(rate * seconds)):
        delay = begun + number / rate - time.perf_counter()
        if delay > 0:
            await asyncio.sleep(delay)
        task = asyncio.create_task(send(number))
        pending.add(task)
        task.add_done_callback(pending.discard)
    await asyncio.gather(*pending)
    for connection in free:
        connection.close()
    gc.enable()
    return outcome


async def _send(outcome: Outcome, connection: Connection, number: int, texts: list[str]) -> None:
    one, body = Sent(number), body_of(number, texts[number % len(texts)])
    begun = time.perf_counter()
    try:
        one.status, one.answer = await connection.call(body)
    except (OSError, asyncio.IncompleteReadError):
        outcome.broken += 1
    one.seconds = time.perf_counter() - begun
    outcome.sent.append(one)


def parsed(one: Sent) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(one.answer)
    return found
