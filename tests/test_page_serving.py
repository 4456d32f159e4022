"""The page as bytes: headers, size, what is and is not served."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from service.commands.serve import worker_app
from service.page.asset import assets
from service.page.document import _embedded, document
from service.page.headers import CONTENT_SECURITY_POLICY
from service.settings import Settings
from tests.browsing import app
from tests.serving import running

BUDGET = 120_000
PARTS = sorted(name for name in assets() if name.endswith((".js", ".css")))


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with running(app()) as base, httpx.Client(base_url=base) as client:
        yield client


def test_page_is_within_its_budget() -> None:
    sizes = {name: len(assets()[name].body) for name in PARTS}
    assert len(document().body) + sum(sizes.values()) < BUDGET, sizes


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/static/base.css", "/static/icon.svg"])
def test_security_headers(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


def test_policy_leaves_nothing_inline_and_nothing_foreign() -> None:
    policy = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert policy["default-src"] == "'none'"
    assert {policy[f"{kind}-src"] for kind in ("script", "style", "connect", "img")} == {"'self'"}
    assert policy["require-trusted-types-for"] == "'script'"


def test_document_has_no_inline_code_and_no_foreign_address(client: httpx.Client) -> None:
    html = client.get("/").text
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", html)
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", html) == []
    assert all(url.startswith(("/", "#")) for url in re.findall(r'(?:href|src)="([^"]*)"', html))


@pytest.mark.parametrize("name", PARTS)
def test_parts_name_no_other_origin_and_keep_nothing(name: str) -> None:
    source = assets()[name].body.decode()
    addresses = set(re.findall(r"https?://[^\s\"'`)]+", source)) - {"http://www.w3.org/2000/svg"}
    assert not addresses
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", source)
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", source)


def test_config_cannot_end_its_element() -> None:
    embedded = _embedded({"a": "</script><script>alert(1)"})
    assert "<" not in embedded
    assert json.loads(embedded) == {"a": "</script><script>alert(1)"}


def test_config_tells_the_service_limits(client: httpx.Client) -> None:
    found = re.search(r'id="config">(.*?)</script>', client.get("/").text)
    assert found is not None
    config = json.loads(found[1])
    assert config["limits"] == {"characters": 200_000, "articles": 256, "bytes": 8 * 2**20}
    assert config["bands"][-1] == [1, "severe"]


def test_modules_are_preloaded(client: httpx.Client) -> None:
    html = client.get("/").text
    assert all(f'rel="modulepreload" href="/static/{n}"' in html for n in PARTS if n[-3:] == ".js")


def test_unchanged_files_are_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/static/main.js")
    again = client.get("/static/main.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/no.js",
        "/static/../router.py",
        "/static/%2e%2e/router.py",
        "/static/..%2frouter.py",
        "/static//etc/passwd",
        "/static/examples/comparison.jsonl",
    ],
)
def test_nothing_else_is_served(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_page_needs_no_key_and_the_api_does() -> None:
    guarded = app(api_keys={"analyst": bytes(32)})
    with running(guarded) as base, httpx.Client(base_url=base) as client:
        assert client.get("/").status_code == 200
        assert client.get("/static/main.js").status_code == 200
        assert client.get("/v1/models").status_code == 401


def test_page_is_not_part_of_the_api_document(client: httpx.Client) -> None:
    assert not {"/", "/static/{path}"} & client.get("/openapi.json").json()["paths"].keys()


def test_serve_command_serves_the_page() -> None:
    with running(worker_app(Settings(), None)) as base:
        assert httpx.get(base).text == document().body.decode()


def test_head_and_other_methods(client: httpx.Client) -> None:
    assert client.head("/").status_code == 200
    assert client.post("/", json={}).status_code == 405
