"""Errors as answers: one table from codes to statuses, rendered as RFC 9457 problem details."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from pydantic_core import to_json
from starlette.responses import Response
from starlette.types import Scope

from models.errors import EscalationError

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:escalation:problem:"


class Kind(NamedTuple):
    """A sort of problem: its stable code, HTTP status and title."""

    code: str
    status: int
    title: str


TEXT_EMPTY = Kind("text_empty", 422, "The text holds no words")
TEXT_TOO_LONG = Kind("text_too_long", 422, "The text is too long")
TEXT_BINARY = Kind("text_binary", 422, "The text looks like binary data")
LANGUAGE_NOT_SUPPORTED = Kind("language_not_supported", 422, "The language is not supported")
TOO_MANY_ARTICLES = Kind("too_many_articles", 422, "The batch holds too many articles")
INVALID_REQUEST = Kind("invalid_request", 422, "The request does not fit its schema")
BODY_TOO_LARGE = Kind("body_too_large", 413, "The body is too large")
BODY_TOO_SLOW = Kind("body_too_slow", 408, "The body took too long to arrive")
UNSUPPORTED_MEDIA_TYPE = Kind("unsupported_media_type", 415, "The body is not plain JSON")
UNKNOWN_MODEL_VERSION = Kind("unknown_model_version", 404, "No such model version")
NOT_FOUND = Kind("not_found", 404, "No such resource")
METHOD_NOT_ALLOWED = Kind("method_not_allowed", 405, "The method is not allowed here")
UNAUTHORISED = Kind("unauthorised", 401, "A valid key is needed")
RATE_LIMITED = Kind("overloaded", 429, "This key sends too much")
OVERLOADED = Kind("overloaded", 503, "The service is at its limit")
MODEL_NOT_READY = Kind("model_not_ready", 503, "The model is not ready")
MODEL_UNUSABLE = Kind("model_unusable", 503, "The model version cannot be used")
INTERNAL_ERROR = Kind("internal_error", 500, "The service failed")

DOMAIN: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        TEXT_EMPTY,
        TEXT_TOO_LONG,
        TEXT_BINARY,
        LANGUAGE_NOT_SUPPORTED,
        UNKNOWN_MODEL_VERSION,
    )
}
"""Domain errors whose message is meant for the caller, by ``EscalationError.code``."""

WITHHELD: dict[str, Kind] = {
    "model_unusable": MODEL_UNUSABLE,
    "model_corrupt": MODEL_UNUSABLE,
    "model_fingerprint_mismatch": MODEL_UNUSABLE,
    "model_runtime_untested": MODEL_UNUSABLE,
    "registry_error": MODEL_UNUSABLE,
    "lexicon_invalid": MODEL_UNUSABLE,
}
"""Domain errors whose message may name files: logged, never answered."""


class Fault(NamedTuple):
    """Where in the request something is wrong: a JSON pointer into the body."""

    pointer: str
    detail: str


class RefusedError(Exception):
    """A request, or one article of a batch, that gets a problem instead of an assessment."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        faults: Sequence[Fault] = (),
        retry_after: float | None = None,
        allow: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.faults = faults
        self.retry_after = retry_after
        self.allow = allow

    def headers(self) -> dict[str, str]:
        """Response headers that the status asks for."""
        headers = {}
        if self.retry_after is not None:
            headers["Retry-After"] = str(max(1, math.ceil(self.retry_after)))
        if self.allow is not None:
            headers["Allow"] = self.allow
        if self.kind is UNAUTHORISED:
            headers["WWW-Authenticate"] = 'Bearer realm="escalation"'
        return headers


def refusal_of(error: EscalationError) -> RefusedError:
    """The refusal that tells a caller about a domain error, without internal detail."""
    if error.code in DOMAIN:
        return RefusedError(DOMAIN[error.code], str(error))
    if error.code in WITHHELD:
        return RefusedError(WITHHELD[error.code], "the model version is there but cannot be used")
    return RefusedError(INTERNAL_ERROR, "the service failed; the log has the reason")


def problem_dict(refusal: RefusedError, scope: Scope, fragment: str = "") -> dict[str, Any]:
    """The problem's JSON form; ``fragment`` points at one article of a batch."""
    return {
        "type": TYPE_PREFIX + refusal.kind.code,
        "title": refusal.kind.title,
        "status": refusal.kind.status,
        "detail": refusal.detail,
        "code": refusal.kind.code,
        "instance": quote(scope["path"][:200], safe="/:") + fragment,
        "request_id": scope["escalation"].request_id,
        "errors": [fault._asdict() for fault in refusal.faults],
    }


def problem_response(refusal: RefusedError, scope: Scope) -> Response:
    """The whole answer to a refused request; also notes the code for log and metrics."""
    scope["escalation"].code = refusal.kind.code
    return Response(
        to_json(problem_dict(refusal, scope)),
        status_code=refusal.kind.status,
        media_type=MEDIA_TYPE,
        headers=refusal.headers(),
    )
