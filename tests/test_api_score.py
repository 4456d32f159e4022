"""Scoring over HTTP: the answer is the scorer's own assessment, for one article and for many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from models.article import Article
from service import schemas
from service.schemas import MAX_ARTICLES
from tests.fakes import CountingScorer, MemoryLibrary
from tests.serving import ARTICLE, serving

OTHER = CountingScorer("v2", alias=None, weight=0.5)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serving(MemoryLibrary(CountingScorer(), OTHER), queue_seconds=30) as client:
        yield client


@pytest.mark.parametrize("explain", ["none", "summary", "full"])
def test_answer_is_the_assessment(client: httpx.Client, explain: str) -> None:
    answer = client.post("/v1/score", json={"text": ARTICLE, "id": "a-1", "explain": explain})
    expected = CountingScorer().assess(Article(ARTICLE, id="a-1"), explain=explain)  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == json.loads(json.dumps(expected.to_dict()))


def test_explained_in_full_unless_asked_otherwise(client: httpx.Client) -> None:
    answer = client.post("/v1/score", json={"text": ARTICLE}).json()
    evidence = answer["explanation"]["evidence"]
    assert evidence
    assert all(ARTICLE[item["start"] : item["end"]] == item["text"] for item in evidence)


def test_documented_answer_takes_every_assessment(client: httpx.Client) -> None:
    for explain in ("none", "summary", "full"):
        answer = client.post("/v1/score", json={"text": ARTICLE, "explain": explain})
        parsed = schemas.Assessment.model_validate_json(answer.content, strict=True, extra="forbid")
        assert parsed.model_dump() == answer.json()


@pytest.mark.parametrize(
    "extra",
    [
        {"id": None, "title": None, "source": None, "published_at": None, "model": None},
        {"published_at": "2025-03-04"},
        {"published_at": "2025-03-04T23:30:00Z"},
        {"published_at": "2025-03-04T23:30:00.5+02:00"},
        {"language": "en-GB"},
        {"title": "Varnello", "source": "Own wire", "id": "ид-1 \u2028 \U0001f54a"},
    ],
)
def test_accepts(client: httpx.Client, extra: dict[str, object]) -> None:
    answer = client.post("/v1/score", json={"text": ARTICLE, **extra})
    assert answer.status_code == 200
    assert answer.json()["id"] == extra.get("id")


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=UTF-8"])
def test_accepts_json_in_utf8(client: httpx.Client, media_type: str) -> None:
    body = json.dumps({"text": "Снаряд \U0001f54a " + ARTICLE}, ensure_ascii=False).encode()
    answer = client.post("/v1/score", content=body, headers={"Content-Type": media_type})
    found = answer.json()["explanation"]["evidence"][0]
    assert found["text"] == ("Снаряд \U0001f54a " + ARTICLE)[found["start"] : found["end"]]


def test_model_for_one_request(client: httpx.Client) -> None:
    champion = client.post("/v1/score", json={"text": ARTICLE}).json()
    pinned = client.post("/v1/score", json={"text": ARTICLE, "model": "v2"}).json()
    named = client.post("/v1/score", json={"text": ARTICLE, "model": "champion"}).json()
    assert (champion["model"]["version"], pinned["model"]["version"]) == ("v1", "v2")
    assert pinned["score"] < champion["score"]
    assert named == champion


def test_batch_keeps_order_and_gives_each_article_its_own(client: httpx.Client) -> None:
    articles: list[object] = [
        {"id": "0", "text": ARTICLE},
        {"id": "1", "text": " \n"},
        {"id": "2", "text": ARTICLE, "language": "fr"},
        {"id": "3", "text": ARTICLE, "explain": "full", "model": "v2"},
        {"id": "4", "text": None},
        {"id": "5", "text": ARTICLE, "nope": 1},
        "text",
        {"id": "7", "text": ARTICLE, "model": "v9"},
        {"id": "8", "text": "a" * 200_001},
    ]
    answer = client.post("/v1/score:batch", json={"articles": articles, "explain": "none"})
    results = answer.json()["results"]
    codes = [item.get("code", item.get("id")) for item in results]
    assert answer.status_code == 200
    assert codes == [
        "0", "text_empty", "language_not_supported", "3", "invalid_request", "invalid_request",
        "invalid_request", "unknown_model_version", "text_too_long",
    ]  # fmt: skip
    assert results[0]["explanation"] is None
    assert results[3]["explanation"]["evidence"]
    assert results[3]["model"]["version"] == "v2"
    assert [fault["pointer"] for fault in results[4]["errors"]] == ["/articles/4/text"]
    assert [fault["pointer"] for fault in results[5]["errors"]] == ["/articles/5/nope"]
    assert [fault["pointer"] for fault in results[6]["errors"]] == ["/articles/6"]
    assert results[1]["instance"] == "/v1/score:batch#/articles/1"
    schemas.BatchAnswer.model_validate_json(answer.content)


def test_batch_equals_single_requests(client: httpx.Client) -> None:
    texts = [f"{ARTICLE} {'They threatened again. ' * n}" for n in range(MAX_ARTICLES)]
    batch = client.post("/v1/score:batch", json={"articles": [{"text": t} for t in texts]}).json()
    assert len(batch["results"]) == MAX_ARTICLES
    for place in (0, 100, 255):
        single = client.post("/v1/score", json={"text": texts[place]}).json()
        assert batch["results"][place] == single


def test_200_callers_each_get_their_own_answer(client: httpx.Client) -> None:
    def call(number: int) -> tuple[str, str, int]:
        body = {"id": f"caller-{number}", "text": "They threatened. " * (number + 1)}
        headers = {"X-Request-ID": f"request-{number}"}
        answer = client.post("/v1/score", json=body, headers=headers)
        found = answer.json()
        return found["id"], answer.headers["x-request-id"], len(found["explanation"]["evidence"])

    with ThreadPoolExecutor(200) as callers:
        answers = list(callers.map(call, range(200)))
    assert answers == [(f"caller-{n}", f"request-{n}", n + 1) for n in range(200)]


def test_catalogue(client: httpx.Client) -> None:
    listed = client.get("/v1/models").json()
    assert listed == {
        "models": [{"version": "v1", "aliases": ["champion"]}, {"version": "v2", "aliases": []}]
    }
    detail = client.get("/v1/models/champion").json()
    assert (detail["version"], detail["card"]) == ("v1", "# v1")
    schemas.ModelDetail.model_validate(detail, strict=True, extra="forbid")
