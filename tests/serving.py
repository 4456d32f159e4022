"""A service on a free loopback port, in a thread of the test's process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from fastapi import FastAPI

from service.api.app import create_app
from service.api.connection import Connection
from service.api.library import Shelves
from service.settings import Settings
from tests.fakes import MemoryLibrary

ARTICLE = (
    "The general threatened to shell the port of Varnello unless the rebels left by Friday. "
    "A strike on the bridge was reported overnight."
)


@contextmanager
def serving(library: Shelves | None = None, /, **settings: object) -> Iterator[httpx.Client]:
    """A client of a running service; ``client.app`` is its application."""
    app = create_app(Settings(**settings), library or MemoryLibrary())  # type: ignore[arg-type]
    with (
        running(app) as base,
        httpx.Client(
            base_url=base, timeout=60, limits=httpx.Limits(max_connections=None)
        ) as client,
    ):
        client.app = app  # type: ignore[attr-defined]
        wait_until(lambda: client.get("/livez").status_code == 200)
        yield client


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """The address of an application that is served while the context lasts."""
    config = uvicorn.Config(
        app,
        port=0,
        http=Connection,
        log_config=None,
        access_log=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=5,
    )
    listener = config.bind_socket()
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    try:
        yield "http://{}:{}".format(*listener.getsockname())
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()
    assert not thread.is_alive()


def wait_until(condition: object, seconds: float = 15) -> None:
    """Poll until ``condition()`` holds."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def free_port() -> int:
    """A port that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
