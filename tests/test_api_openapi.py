"""The service fuzzed from its own OpenAPI document, and the document held to the code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from service.api import problems
from service.api.app import create_app
from service.schemas import MAX_ARTICLES, BatchRequest, Problem, ScoreRequest
from service.settings import Settings
from tests.fakes import CountingScorer, MemoryLibrary
from tests.serving import serving

KEY = "fuzzing key"
EXAMPLES = 60


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    library = MemoryLibrary(CountingScorer("v1"), CountingScorer("v2", alias=None))
    keys = {"fuzzer": hashlib.sha256(KEY.encode()).digest()}
    with serving(library, api_keys=keys, queue_seconds=30, batch_seconds=60) as client:
        yield client


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


fuzzed = schemathesis.openapi.from_dict(create_app(Settings(), MemoryLibrary()).openapi())


@fuzzed.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_documented(client: httpx.Client, case: Any) -> None:
    # A text that fits the schema may still be refused (binary, unknown model), and a batch
    # answers 200 with a problem in place of an article that does not fit.
    excluded = [positive_data_acceptance]
    if case.path.endswith(":batch"):
        excluded.append(negative_data_rejection)
    answer = case.call_and_validate(
        base_url=str(client.base_url),
        headers={"Authorization": f"Bearer {KEY}"},
        excluded_checks=excluded,
    )
    assert answer.status_code < 500 or answer.status_code == 503


def test_every_kind_of_problem_is_documented(document: dict[str, Any]) -> None:
    documented = {
        (int(status), code)
        for operations in document["paths"].values()
        for operation in operations.values()
        for status, answer in operation["responses"].items()
        for code in answer["content"].get("application/problem+json", {}).get("examples", {})
    }
    kinds = {kind for kind in vars(problems).values() if isinstance(kind, problems.Kind)}
    # These two answer what is not in the document.
    unrouted = {problems.NOT_FOUND, problems.METHOD_NOT_ALLOWED}
    assert documented == {(kind.status, kind.code) for kind in kinds - unrouted}


def test_examples_are_accepted(client: httpx.Client, document: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    schemas = document["components"]["schemas"]
    for path, name in (("/v1/score", "ScoreRequest"), ("/v1/score:batch", "BatchRequest")):
        assert schemas[name]["examples"]
        for example in schemas[name]["examples"]:
            assert client.post(path, json=example, headers=headers).status_code == 200


def test_problem_examples_are_problems(document: dict[str, Any]) -> None:
    for operations in document["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                media = answer["content"].get("application/problem+json", {"examples": {}})
                for example in media["examples"].values():
                    Problem.model_validate(example["value"], strict=True, extra="forbid")


def test_limits_are_documented(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["ScoreRequest"]["properties"]["text"]["maxLength"] == 200_000
    assert schemas["BatchRequest"]["properties"]["articles"]["maxItems"] == MAX_ARTICLES
    assert "8,388,608 bytes" in document["info"]["description"]


@pytest.mark.parametrize("model", [ScoreRequest, BatchRequest])
def test_unknown_fields_are_refused_by_the_document_too(
    document: dict[str, Any], model: type
) -> None:
    assert document["components"]["schemas"][model.__name__]["additionalProperties"] is False


def test_references_resolve(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
