"""Bytes of a request body into a checked request, or a refusal that says where it is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json
from starlette.datastructures import Headers

from service.api.problems import (
    INVALID_REQUEST,
    TOO_MANY_ARTICLES,
    UNSUPPORTED_MEDIA_TYPE,
    Fault,
    RefusedError,
)
from service.schemas import MAX_ARTICLES, BatchRequest, RequestModel, ScoreRequest

MAX_FAULTS = 20
MAX_POINTER = 200

Asked = TypeVar("Asked", bound=RequestModel)


def check_media_type(headers: Headers) -> None:
    """Take plain JSON in UTF-8 and nothing else.

    Raises:
        RefusedError: the headers announce something else.
    """
    if headers.get("content-type") == "application/json" and "content-encoding" not in headers:
        return
    media_type, *parameters = (part.strip() for part in headers.get("content-type", "").split(";"))
    if media_type.lower() != "application/json":
        raise RefusedError(
            UNSUPPORTED_MEDIA_TYPE, "send the body as 'Content-Type: application/json'"
        )
    if not _charsets(parameters) <= {"utf-8", "utf8", "us-ascii"}:
        raise RefusedError(UNSUPPORTED_MEDIA_TYPE, "send the JSON in UTF-8")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError(UNSUPPORTED_MEDIA_TYPE, "send the body without Content-Encoding")


def _charsets(parameters: Iterable[str]) -> set[str]:
    pairs = (parameter.lower().partition("=") for parameter in parameters)
    return {value.strip().strip('"') for name, _, value in pairs if name.strip() == "charset"}


def read_score(body: bytes) -> ScoreRequest:
    """The request of ``POST /v1/score``.

    Raises:
        RefusedError: not JSON, or not as the schema says.
    """
    return _check(ScoreRequest, _parse(body))


def read_batch(body: bytes) -> BatchRequest:
    """The request of ``POST /v1/score:batch``; its articles are not checked yet.

    Raises:
        RefusedError: not JSON, not as the schema says, or too many articles.
    """
    document = _parse(body)
    articles = document.get("articles") if isinstance(document, dict) else None
    if isinstance(articles, list) and len(articles) > MAX_ARTICLES:
        raise RefusedError(
            TOO_MANY_ARTICLES,
            f"the batch holds {len(articles):,} articles; at most {MAX_ARTICLES} are accepted: "
            "send several batches, or use 'escalation batch' for files",
        )
    return _check(BatchRequest, document)


def read_item(document: Any) -> ScoreRequest:
    """One article of a batch.

    Raises:
        RefusedError: not as the schema says; pointers start at the article.
    """
    return _check(ScoreRequest, document)


def _parse(body: bytes) -> Any:
    """The JSON document. The parser refuses lone surrogates and invalid UTF-8 (RFC 8259)."""
    try:
        return from_json(body)
    except ValueError as error:
        raise RefusedError(INVALID_REQUEST, f"the body is not JSON in UTF-8: {error}") from None


def _check(model: type[Asked], document: Any) -> Asked:
    if not isinstance(document, dict):
        raise _misfit([Fault("", "must be a JSON object")])
    if not model.model_fields.keys() >= document.keys():
        # Before validation: pydantic would collect an error for each of a million unknown fields.
        raise _misfit(_unknown_fields(model, document))
    try:
        return model.model_validate(document)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise _misfit(
            Fault(_pointer(fault["loc"]), fault["msg"]) for fault in found[:MAX_FAULTS]
        ) from None


def _unknown_fields(model: type[RequestModel], document: dict[str, Any]) -> list[Fault]:
    unknown = [name for name in document if name not in model.model_fields]
    return [
        Fault(_pointer((name,)), "no such field: unknown fields are refused")
        for name in unknown[:MAX_FAULTS]
    ]


def _misfit(faults: Iterable[Fault]) -> RefusedError:
    listed = tuple(faults)
    return RefusedError(
        INVALID_REQUEST, "the request does not fit its schema: see errors", faults=listed
    )


def _pointer(location: Sequence[int | str]) -> str:
    """RFC 6901; cut where a caller's field name is longer than any of ours."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location)
    return "".join(f"/{step}" for step in steps)[:MAX_POINTER]
