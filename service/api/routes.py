"""Which paths there are, what each takes and how each may answer.

FastAPI describes the operations. Every handler takes the raw request, so Starlette's plain
routes call them: FastAPI's own would add a tenth of a millisecond a request for nothing.
"""

from __future__ import annotations

from fastapi.routing import APIRoute
from starlette.routing import Route

from service import schemas
from service.api import catalogue, openapi, probes, problems, scoring
from service.api.openapi import operation


def operations() -> list[APIRoute]:
    """The API's operations, for the OpenAPI document."""
    return [*_scoring(), *_models(), *_probes()]


def plain(operation: APIRoute) -> Route:
    """The route that serves an operation."""
    return Route(operation.path, operation.endpoint, methods=sorted(operation.methods or ()))


def _scoring() -> list[APIRoute]:
    article = operation(
        schemas.Assessment, *openapi.BODY, *openapi.ARTICLE, body=schemas.ScoreRequest
    )
    batch = operation(
        schemas.BatchAnswer,
        *openapi.BODY,
        problems.TOO_MANY_ARTICLES,
        body=schemas.BatchRequest,
    )
    return [
        APIRoute("/v1/score", scoring.score, methods=["POST"], **article),
        APIRoute("/v1/score:batch", scoring.score_batch, methods=["POST"], **batch),
    ]


def _models() -> list[APIRoute]:
    listed = operation(schemas.ModelList, problems.MODEL_UNUSABLE)
    detail = operation(
        schemas.ModelDetail,
        problems.UNKNOWN_MODEL_VERSION,
        problems.MODEL_UNUSABLE,
        parameters=[openapi.VERSION_PARAMETER],
    )
    return [
        APIRoute("/v1/models", catalogue.list_models, methods=["GET"], **listed),
        APIRoute("/v1/models/{version}", catalogue.show_model, methods=["GET"], **detail),
    ]


def _probes() -> list[APIRoute]:
    alive = operation(schemas.Health, guarded=False)
    ready = operation(schemas.Health, problems.MODEL_NOT_READY, guarded=False)
    return [
        APIRoute("/livez", probes.livez, methods=["GET"], **alive),
        APIRoute("/readyz", probes.readyz, methods=["GET"], **ready),
        APIRoute("/metrics", probes.metrics, methods=["GET"], **openapi.EXPOSITION),
    ]
