"""``escalation serve``: the HTTP API in one or more processes."""

from __future__ import annotations

import argparse
import ipaddress
import os
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.supervisors import Multiprocess

from models.errors import RegistryError
from models.registry import Registry
from service.api.connection import Connection
from service.api.logs import log_config
from service.settings import Settings, SettingsError, read_settings, settings_table

if TYPE_CHECKING:
    from fastapi import FastAPI

EXIT_OK, EXIT_NOT_STARTED, EXIT_USAGE = 0, 1, 2
SWITCH_SECONDS = 0.0005
OPTIONS = ("host", "port", "workers")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options, and the settings to its help."""
    parser.add_argument("--host", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on")
    parser.add_argument("--workers", type=int, help="processes that answer requests")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "settings, read from the environment (options go before them):\n" + "\n".join(
        f"  {name} (default: {default})\n"
        + textwrap.fill(meaning, 88, initial_indent="      ", subsequent_indent="      ")
        for name, default, meaning in settings_table()
    )


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop; returns the exit code."""
    given = {name: getattr(options, name) for name in OPTIONS}
    try:
        settings = read_settings(**{k: v for k, v in given.items() if v is not None})
        check_exposure(settings)
    except SettingsError as error:
        sys.stderr.write(f"escalation serve: {error}\n")
        return EXIT_USAGE
    check_registry(settings)
    with _shared_folder(settings.workers) as shared:
        return _serve(settings, shared)


def check_exposure(settings: Settings) -> None:
    """Refuse to let anyone but this machine's users call the service without a key.

    Raises:
        SettingsError: no keys, and the address is not a loopback one.
    """
    if not settings.api_keys and not _is_loopback(settings.host):
        raise SettingsError(
            f"ESCALATION_API_KEYS: no keys are set and {settings.host} can be reached from other "
            "machines: set NAME:SHA256 of at least one key, or listen on 127.0.0.1"
        )


def check_registry(settings: Settings) -> None:
    """Fail at once, by name, where there is no champion to serve.

    Raises:
        RegistryError: the registry cannot be read or has no champion.
    """
    if settings.registry is not None and not settings.registry.is_dir():
        raise RegistryError(f"ESCALATION_REGISTRY: {settings.registry} is not a folder")
    Registry(settings.registry).resolve("champion")


def worker_app(settings: Settings, shared: Path | None) -> FastAPI:
    """The application of one worker.

    Imported here, in the worker, because the Prometheus client decides on import whether
    its values are shared between processes.
    """
    # Models are loaded in a thread: the event loop shall not wait 5 ms for the interpreter at
    # every socket call meanwhile.
    sys.setswitchinterval(SWITCH_SECONDS)
    from service.api.app import create_app  # noqa: PLC0415
    from service.page.router import router  # noqa: PLC0415

    return create_app(settings, shared=shared, routers=[router])


def _serve(settings: Settings, shared: Path | None) -> int:
    config = uvicorn.Config(
        partial(worker_app, settings, shared),
        factory=True,
        http=Connection,
        loop="asyncio",
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_config=log_config(settings.log_level),
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    if settings.workers == 1:
        server = uvicorn.Server(config)
        server.run()
        return EXIT_OK if server.started else EXIT_NOT_STARTED
    Multiprocess(config, sockets=[config.bind_socket()]).run()
    return EXIT_OK


@contextmanager
def _shared_folder(workers: int) -> Iterator[Path | None]:
    """Where several workers keep their metrics and the callers' allowances while they run."""
    if workers == 1:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="escalation-") as folder:
        # Written, not read: the Prometheus client in each worker looks for it.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield Path(folder)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
