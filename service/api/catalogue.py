"""``GET /v1/models``: which versions there are, and what is known of each."""

from __future__ import annotations

import asyncio

from fastapi import Request, Response
from pydantic_core import to_json

from service.api.library import Shelves
from service.api.service import service_of


async def list_models(request: Request) -> Response:
    """Every version and its aliases."""
    listed = await asyncio.to_thread(_listed, service_of(request).library)
    return Response(to_json({"models": listed}), media_type="application/json")


async def show_model(request: Request) -> Response:
    """Card, metrics, features and calibration of a version or alias."""
    library = service_of(request).library
    detail = await asyncio.to_thread(library.describe, request.path_params["version"])
    return Response(to_json(detail), media_type="application/json")


def _listed(library: Shelves) -> list[dict[str, object]]:
    aliases = library.aliases()
    return [
        {"version": version, "aliases": sorted(a for a, v in aliases.items() if v == version)}
        for version in library.versions()
    ]
