"""The files that the page consists of, read once from the package."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import NamedTuple

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}

EXAMPLES = "examples/"


class Asset(NamedTuple):
    """A file as it is served."""

    body: bytes
    media_type: str
    etag: str


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """Every file under ``/static/``, by its path there: what is not in this table is not served."""
    ours = _in(files("service.page").joinpath("static"))
    examples = _in(files("models").joinpath("examples"))
    named = [*ours, *((EXAMPLES + name, body) for name, body in examples)]
    return {name: _asset(body, name) for name, body in named}


def _asset(body: bytes, name: str) -> Asset:
    digest = hashlib.sha256(body).hexdigest()[:32]
    return Asset(body, MEDIA_TYPES[PurePosixPath(name).suffix], f'"{digest}"')


def _in(folder: Traversable) -> list[tuple[str, bytes]]:
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return [
        (entry.name, entry.read_bytes())
        for entry in entries
        if PurePosixPath(entry.name).suffix in MEDIA_TYPES
    ]
