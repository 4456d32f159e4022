"""Bodies that are too large or too slow, over raw sockets: refused while they stream."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import IO

import httpx
import pytest

from service.api import connection, gates
from service.schemas import MAX_BODY_BYTES
from tests.serving import ARTICLE, serving, wait_until

HEAD = b"POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
MEBIBYTE = b" " * 2**20
CHUNK = b"100000\r\n" + MEBIBYTE + b"\r\n"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serving(body_seconds=0.5) as client:
        yield client


def connect(client: httpx.Client) -> socket.socket:
    caller = socket.create_connection((client.base_url.host, client.base_url.port or 80))
    caller.settimeout(10)
    return caller


def read_answer(caller: socket.socket) -> tuple[bytes, dict[str, object]]:
    with caller.makefile("rb") as stream:
        return read_from(stream)


def read_from(stream: IO[bytes]) -> tuple[bytes, dict[str, object]]:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        assert line, head
        head += line
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    return head, json.loads(stream.read(length))


def test_announced_body_is_refused_before_it_is_sent(client: httpx.Client) -> None:
    with connect(client) as caller:
        caller.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1))
        head, problem = read_answer(caller)
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in head.lower()
    assert problem["code"] == "body_too_large"


def test_body_of_unknown_length_is_refused_while_it_streams(client: httpx.Client) -> None:
    with connect(client) as caller:
        caller.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(9):
            caller.sendall(CHUNK)
        # No end of the body was sent: the refusal did not wait for one.
        head, problem = read_answer(caller)
    assert head.startswith(b"HTTP/1.1 413 ")
    assert problem["code"] == "body_too_large"


def test_caller_that_sends_on_still_gets_the_answer(client: httpx.Client) -> None:
    with connect(client) as caller:
        caller.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(16):
            caller.sendall(CHUNK)
        caller.sendall(b"0\r\n\r\n")
        head, _ = read_answer(caller)
        assert head.startswith(b"HTTP/1.1 413 ")
        assert caller.recv(1) == b""


def test_largest_body_is_read(client: httpx.Client) -> None:
    body = json.dumps({"text": ARTICLE}).encode()
    padded = body + b" " * (MAX_BODY_BYTES - len(body))
    headers = {"Content-Type": "application/json"}
    assert client.post("/v1/score", content=padded, headers=headers).status_code == 200
    streamed = client.post(
        "/v1/score",
        content=(padded[i : i + 99_991] for i in range(0, len(padded), 99_991)),
        headers=headers,
    )
    assert streamed.status_code == 200


@pytest.mark.parametrize("sent", [b"", b'{"text": "slow'])
def test_slow_body_times_out(client: httpx.Client, sent: bytes) -> None:
    begun = time.monotonic()
    with connect(client) as caller:
        caller.sendall(HEAD + b"Content-Length: 400\r\n\r\n" + sent)
        head, problem = read_answer(caller)
    assert head.startswith(b"HTTP/1.1 408 ")
    assert problem["code"] == "body_too_slow"
    assert 0.4 < time.monotonic() - begun < 5


def test_drip_fed_body_times_out(client: httpx.Client) -> None:
    with connect(client) as caller:
        caller.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(12):
            caller.sendall(b"1\r\n \r\n")
            time.sleep(0.06)
        head, _ = read_answer(caller)
    assert head.startswith(b"HTTP/1.1 408 ")


def test_caller_that_hangs_up_leaves_the_service_well(client: httpx.Client) -> None:
    for sent in (b"", b'{"te'):
        with connect(client) as caller:
            caller.sendall(HEAD + b"Content-Length: 400\r\n\r\n" + sent)
    assert client.post("/v1/score", json={"text": ARTICLE}).status_code == 200
    wait_until(lambda: 'status="499"' in client.get("/metrics").text)


@pytest.mark.parametrize("sent", [b"", b"POST /v1/score HT", HEAD])
def test_slow_head_is_cut_off(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.3)
    begun = time.monotonic()
    with connect(client) as caller:
        caller.sendall(sent)
        assert caller.recv(1) == b""
    assert 0.2 < time.monotonic() - begun < 4


def test_requests_in_one_piece_are_answered_in_order(client: httpx.Client) -> None:
    requests = []
    for number in range(3):
        body = json.dumps({"id": str(number), "text": ARTICLE}).encode()
        requests.append(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    with connect(client) as caller:
        caller.sendall(b"".join(requests))
        with caller.makefile("rb") as stream:
            answered = [read_from(stream)[1]["id"] for _ in requests]
    assert answered == ["0", "1", "2"]


def test_head_request_has_no_body(client: httpx.Client) -> None:
    answer = client.head("/livez")
    assert (answer.status_code, answer.content) == (200, b"")


def test_bodies_held_at_once_have_a_bound(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "MAX_HELD_BYTES", 3 * 2**19)
    head = HEAD + b"Content-Length: %d\r\n\r\n" % (2 * 2**20)
    with connect(client) as first, connect(client) as second:
        first.sendall(head + MEBIBYTE)
        time.sleep(0.1)
        second.sendall(head + MEBIBYTE)
        answered, problem = read_answer(second)
        assert answered.startswith(b"HTTP/1.1 503 ")
        assert problem["code"] == "overloaded"
    assert client.post("/v1/score", json={"text": ARTICLE}).status_code == 200
    wait_until(lambda: held(client) == 0)


def held(client: httpx.Client) -> int:
    layer = client.app.middleware_stack  # type: ignore[attr-defined]
    while not isinstance(layer, gates.BodyGate):
        layer = getattr(layer, "_app", None) or layer.app
    return layer._held
