"""The OpenAPI document: bodies, limits, examples and every problem an operation may answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Any

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import PlainTextResponse

from models.article import MAX_CHARACTERS
from service import schemas
from service.api import problems
from service.api.problems import MEDIA_TYPE, TYPE_PREFIX, Kind

REF = "#/components/schemas/"
DESCRIPTION = f"""\
Scores news text and explains the score.

The score is the calibrated probability that a trained conflict analyst, reading only this text
on its day of publication, codes it as escalation. It is not a forecast of deaths and not a
measure of severity.

Limits: {MAX_CHARACTERS:,} code points a text, {schemas.MAX_ARTICLES} articles a batch,
{schemas.MAX_BODY_BYTES:,} bytes a body. Errors are `application/problem+json` (RFC 9457) with a
stable `code`. `X-Request-ID` is echoed, or made if absent. Article text is neither logged nor
stored.
"""

DOCUMENTED = (
    schemas.ScoreRequest,
    schemas.BatchRequest,
    schemas.Assessment,
    schemas.BatchAnswer,
    schemas.ModelList,
    schemas.ModelDetail,
    schemas.Health,
    schemas.Problem,
)

GUARD = (problems.UNAUTHORISED, problems.RATE_LIMITED)
BODY = (
    problems.BODY_TOO_LARGE,
    problems.BODY_TOO_SLOW,
    problems.UNSUPPORTED_MEDIA_TYPE,
    problems.INVALID_REQUEST,
    problems.UNKNOWN_MODEL_VERSION,
    problems.OVERLOADED,
    problems.MODEL_NOT_READY,
    problems.MODEL_UNUSABLE,
)
ARTICLE = (
    problems.TEXT_EMPTY,
    problems.TEXT_TOO_LONG,
    problems.TEXT_BINARY,
    problems.LANGUAGE_NOT_SUPPORTED,
)
ANY = (problems.INTERNAL_ERROR,)

REQUEST_ID_HEADER = {
    "X-Request-ID": {"schema": {"type": "string"}, "description": "The request's id."}
}
RETRY_HEADER = {
    "Retry-After": {
        "schema": {"type": "integer", "minimum": 1},
        "description": "Seconds after which to try again.",
    }
}
VERSION_PARAMETER = {
    "name": "version",
    "in": "path",
    "required": True,
    "description": "A model version or alias.",
    "schema": {"type": "string", "minLength": 1},
    "example": "champion",
}
EXPOSITION: dict[str, Any] = {
    "responses": {
        200: {
            "description": "Prometheus metrics of all workers.",
            "headers": REQUEST_ID_HEADER,
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    },
    "response_class": PlainTextResponse,
    "openapi_extra": {"security": []},
}


def describe(version: str, operations: Sequence[APIRoute]) -> Callable[[], dict[str, Any]]:
    """A replacement for ``FastAPI.openapi``; the document is made once, when first asked for."""
    return lru_cache(maxsize=1)(partial(_document, version, operations))


def _document(version: str, operations: Sequence[APIRoute]) -> dict[str, Any]:
    document = get_openapi(
        title="Escalation risk", version=version, description=DESCRIPTION, routes=operations
    )
    _, definitions = models_json_schema(
        [(model, "validation") for model in DOCUMENTED], ref_template=REF + "{model}"
    )
    components = document.setdefault("components", {})
    components["schemas"] = dict(sorted(definitions["$defs"].items()))
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return document


def operation(
    answer: type[BaseModel],
    *kinds: Kind,
    body: type[BaseModel] | None = None,
    parameters: Sequence[dict[str, Any]] = (),
    guarded: bool = True,
) -> dict[str, Any]:
    """Keyword arguments of a route: how it answers, what it takes, whether it needs a key."""
    kinds = (*kinds, *(GUARD if guarded else ()), *ANY)
    extra: dict[str, Any] = {"security": [{"key": []}] if guarded else []}
    if parameters:
        extra["parameters"] = list(parameters)
    if body is not None:
        content = {"application/json": {"schema": {"$ref": REF + body.__name__}}}
        extra["requestBody"] = {"required": True, "content": content}
    answered = {
        "description": (answer.__doc__ or "").partition("\n")[0],
        "headers": REQUEST_ID_HEADER,
        "content": {"application/json": {"schema": {"$ref": REF + answer.__name__}}},
    }
    return {"responses": {200: answered, **_problems(kinds)}, "openapi_extra": extra}


def _problems(kinds: Iterable[Kind]) -> dict[int | str, dict[str, Any]]:
    by_status: dict[int, list[Kind]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind)
    return {status: _problem(status, listed) for status, listed in sorted(by_status.items())}


def _problem(status: int, kinds: list[Kind]) -> dict[str, Any]:
    headers = dict(REQUEST_ID_HEADER)
    if status in (429, 503):
        headers.update(RETRY_HEADER)
    return {
        "description": "; ".join(kind.title for kind in kinds),
        "headers": headers,
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": REF + "Problem"},
                "examples": {kind.code: {"value": _example(kind)} for kind in kinds},
            }
        },
    }


def _example(kind: Kind) -> dict[str, Any]:
    return {
        "type": TYPE_PREFIX + kind.code,
        "title": kind.title,
        "status": kind.status,
        "detail": kind.title,
        "code": kind.code,
        "instance": "/v1/score",
        "request_id": "5f0c6c1c8a1e4d0e9d3b7a2f4c6e8a10",
        "errors": [],
    }
