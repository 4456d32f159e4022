"""Every kind of bad request, the problem it gets, and what no answer may give away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from models import errors
from models.article import MAX_CHARACTERS
from service.api import problems
from service.schemas import MAX_ARTICLES, MAX_BODY_BYTES, Problem
from tests.fakes import CountingScorer, MemoryLibrary
from tests.serving import ARTICLE, serving, wait_until

JSON = {"Content-Type": "application/json"}
SCORE, BATCH = "/v1/score", "/v1/score:batch"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    library = MemoryLibrary(CountingScorer(), broken=("v0",))
    with serving(library) as client:
        yield client


def body(**fields: Any) -> bytes:
    return json.dumps({"text": ARTICLE, **fields}).encode()


Row = tuple[str, str, str, bytes, dict[str, str], int, str, list[str]]

BAD: list[Row] = [
    ("not JSON", "POST", SCORE, b"text=war", JSON, 422, "invalid_request", []),
    ("nothing", "POST", SCORE, b"", JSON, 422, "invalid_request", []),
    ("cut short", "POST", SCORE, body()[:-1], JSON, 422, "invalid_request", []),
    ("not UTF-8", "POST", SCORE, b'{"text":"\xff\xfe"}', JSON, 422, "invalid_request", []),
    ("lone surrogate", "POST", SCORE, b'{"text":"\\ud800 war"}', JSON, 422, "invalid_request", []),
    ("surrogate bytes", "POST", SCORE, b'{"text":"\xed\xa0\x80"}', JSON, 422,
     "invalid_request", []),
    ("deep nesting", "POST", SCORE, b"[" * 100_000, JSON, 422, "invalid_request", []),
    ("huge number", "POST", SCORE, b'{"text":' + b"9" * 50_000 + b"}", JSON, 422,
     "invalid_request", []),
    ("a list", "POST", SCORE, b"[]", JSON, 422, "invalid_request", [""]),
    ("null", "POST", SCORE, b"null", JSON, 422, "invalid_request", [""]),
    ("no text", "POST", SCORE, b'{"id":"a"}', JSON, 422, "invalid_request", ["/text"]),
    ("text is a number", "POST", SCORE, body(text=7), JSON, 422, "invalid_request", ["/text"]),
    ("text is null", "POST", SCORE, body(text=None), JSON, 422, "invalid_request", ["/text"]),
    ("unknown field", "POST", SCORE, body(**{"te/xt~": 1}), JSON, 422, "invalid_request",
     ["/te~1xt~0"]),
    ("wrong explain", "POST", SCORE, body(explain="all"), JSON, 422, "invalid_request",
     ["/explain"]),
    ("id is a number", "POST", SCORE, body(id=7), JSON, 422, "invalid_request", ["/id"]),
    ("two faults", "POST", SCORE, body(id=7, title=[]), JSON, 422, "invalid_request",
     ["/id", "/title"]),
    ("no such day", "POST", SCORE, body(published_at="2025-02-30"), JSON, 422, "invalid_request",
     ["/published_at"]),
    ("day as number", "POST", SCORE, body(published_at=1740787200), JSON, 422, "invalid_request",
     ["/published_at"]),
    ("empty text", "POST", SCORE, body(text=""), JSON, 422, "text_empty", []),
    ("no words", "POST", SCORE, body(text=" \u200b--\n"), JSON, 422, "text_empty", []),
    ("text too long", "POST", SCORE, body(text="a" * (MAX_CHARACTERS + 1)), JSON, 422,
     "text_too_long", []),
    ("binary text", "POST", SCORE, body(text="\x00\x01\x02\x03 PNG"), JSON, 422, "text_binary", []),
    ("French", "POST", SCORE, body(language="fr"), JSON, 422, "language_not_supported", []),
    ("unknown model", "POST", SCORE, body(model="v9"), JSON, 404, "unknown_model_version", []),
    ("path as model", "POST", SCORE, body(model="../../etc"), JSON, 404,
     "unknown_model_version", []),
    ("unusable model", "POST", SCORE, body(model="v0"), JSON, 503, "model_unusable", []),
    ("body too large", "POST", SCORE, b" " * (MAX_BODY_BYTES + 1), JSON, 413,
     "body_too_large", []),
    ("form", "POST", SCORE, b"text=war", {"Content-Type": "application/x-www-form-urlencoded"},
     415, "unsupported_media_type", []),
    ("no media type", "POST", SCORE, body(), {}, 415, "unsupported_media_type", []),
    ("UTF-16", "POST", SCORE, body(), {"Content-Type": "application/json; charset=utf-16"}, 415,
     "unsupported_media_type", []),
    ("gzip", "POST", SCORE, body(), {**JSON, "Content-Encoding": "gzip"}, 415,
     "unsupported_media_type", []),
    ("GET of score", "GET", SCORE, b"", {}, 405, "method_not_allowed", []),
    ("DELETE of models", "DELETE", "/v1/models", b"", {}, 405, "method_not_allowed", []),
    ("unknown path", "GET", "/v1/scores", b"", {}, 404, "not_found", []),
    ("trailing slash", "POST", SCORE + "/", body(), JSON, 404, "not_found", []),
    ("unknown version", "GET", "/v1/models/v9", b"", {}, 404, "unknown_model_version", []),
    ("path as version", "GET", "/v1/models/..%2f..%2fetc", b"", {}, 404, "not_found", []),
    ("no articles", "POST", BATCH, b"{}", JSON, 422, "invalid_request", ["/articles"]),
    ("empty batch", "POST", BATCH, b'{"articles":[]}', JSON, 422, "invalid_request",
     ["/articles"]),
    ("articles is text", "POST", BATCH, b'{"articles":"war"}', JSON, 422, "invalid_request",
     ["/articles"]),
    ("too many", "POST", BATCH, b'{"articles":[' + b"0," * MAX_ARTICLES + b"0]}", JSON, 422,
     "too_many_articles", []),
    ("batch model", "POST", BATCH, json.dumps({"articles": [1], "model": "v9"}).encode(), JSON,
     404, "unknown_model_version", []),
]  # fmt: skip


@pytest.mark.parametrize("row", BAD, ids=[row[0] for row in BAD])
def test_bad_request(client: httpx.Client, row: Row) -> None:
    _, method, path, content, headers, status, code, pointers = row
    sent = {"X-Request-ID": "bad-1", **headers}
    answer = client.request(method, path, content=content, headers=sent)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(answer.content, strict=True, extra="forbid")
    assert (answer.status_code, problem.status, problem.code) == (status, status, code)
    assert [fault.pointer for fault in problem.errors] == pointers
    assert problem.request_id == answer.headers["x-request-id"] == "bad-1"
    assert problem.detail
    assert "score" not in answer.json()
    assert ("retry-after" in answer.headers) == (code == "overloaded")
    if status == 405:
        assert answer.headers["allow"]


def test_nothing_internal_is_told(client: httpx.Client) -> None:
    answer = client.post(SCORE, json={"text": ARTICLE, "model": "v0"})
    assert answer.json()["detail"] == "the model version is there but cannot be used"
    assert "/srv" not in answer.text


def test_text_is_not_quoted_back(client: httpx.Client) -> None:
    for fields in ({"text": [ARTICLE]}, {"explain": ARTICLE}, {"published_at": ARTICLE}):
        answer = client.post(SCORE, json={"text": "war", **fields})
        assert "Varnello" not in answer.text


def test_a_million_unknown_fields_are_refused_briefly(client: httpx.Client) -> None:
    content = b'{"text":"war",' + b",".join(b'"%d":0' % n for n in range(700_000)) + b"}"
    answer = client.post(SCORE, content=content, headers=JSON)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 20
    assert answer.elapsed.total_seconds() < 5


def test_unforeseen_failure_is_a_problem_without_its_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Failing(CountingScorer):
        def assess(self, article: Any, explain: Any = "full") -> Any:
            if "shell" in article.text and "Nobody was hurt" not in article.text:
                raise KeyError(article.text)
            return super().assess(article, explain)

    with serving(MemoryLibrary(Failing())) as client:
        answer = client.post(SCORE, json={"text": ARTICLE})
        again = client.post(SCORE, json={"text": "Calm."})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert again.status_code == 200
    assert "Varnello" not in answer.text + caplog.text
    assert any("KeyError" in str(getattr(r, "fields", "")) for r in caplog.records)


def test_not_ready_before_the_model_is_there() -> None:
    library = MemoryLibrary()
    library.alias = {}
    with serving(library, watch_seconds=0.05) as client:
        early = client.get("/readyz"), client.post(SCORE, json={"text": ARTICLE})
        for answer in early:
            assert (answer.status_code, answer.json()["code"]) == (503, "model_not_ready")
            assert answer.headers["retry-after"] == "1"
        assert client.get("/livez").json() == {"status": "alive"}
        library.alias = {"champion": "v1"}
        wait_until(lambda: client.get("/readyz").json() == {"status": "ready"})


def test_every_domain_error_has_a_status() -> None:
    pending, known = [errors.EscalationError], {**problems.DOMAIN, **problems.WITHHELD}
    while pending:
        error = pending.pop()
        pending += error.__subclasses__()
        # Retraining and the command line have errors of their own, which no request can meet.
        if error.__module__ == errors.__name__ and not error.__subclasses__():
            assert error.code in known, error
