"""``GET /`` and ``GET /static/...``: the analyst's page. It calls the API as anyone would."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.api.problems import NOT_FOUND, RefusedError
from service.page.asset import Asset, assets
from service.page.document import document
from service.page.headers import HEADERS

router = APIRouter()


@router.api_route("/", methods=["GET", "HEAD"])
async def page(request: Request) -> Response:
    """The page."""
    return _response(request, document())


@router.api_route("/static/{path:path}", methods=["GET", "HEAD"])
async def static(request: Request, path: str) -> Response:
    """A style sheet, module, icon or example text of the page.

    Raises:
        RefusedError: the page has no such file.
    """
    asset = assets().get(path)
    if asset is None:
        raise RefusedError(NOT_FOUND, "the page has no such file")
    return _response(request, asset)


def _response(request: Request, asset: Asset) -> Response:
    headers = {**HEADERS, "ETag": asset.etag}
    if request.headers.get("if-none-match") == asset.etag:
        return Response(status_code=304, headers=headers)
    return Response(asset.body, media_type=asset.media_type, headers=headers)
