"""What the page does when the service will not answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browsing import Visits, app
from tests.page_fakes import PageLibrary, jsonl
from tests.serving import running

TEXT = "The army shelled Kessa on Monday."
PROBLEM = {"type": "x", "title": "The service is at its limit", "detail": "too many", "errors": []}


def ask(page: Page) -> None:
    page.fill("#text", TEXT)
    page.keyboard.press("Control+Enter")


@pytest.fixture
def refused(browser: Browser) -> Iterator[Visits]:
    """Visits to a service without a model. Chromium logs each failed request by itself."""
    with running(app(PageLibrary(empty=True))) as base:
        visits = Visits(browser, base)
        yield visits
        visits.close()
    assert all("status of 503" in line for line in visits.complaints), visits.complaints


def test_503_says_when_it_tries_again_and_shows_no_score(refused: Visits) -> None:
    page = refused()
    ask(page)
    expect(page.locator("#result")).to_contain_text(
        "The model is not ready. Trying again in 1 second."
    )
    expect(page.locator("#result [role=alert]")).to_contain_text("The model is still being loaded.")
    expect(page.locator(".value")).to_have_count(0)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def _limit(page: Page, path: str, status: int, times: int, headers: dict[str, str]) -> list[int]:
    seen: list[int] = []

    def answer(route: Route) -> None:
        seen.append(1)
        if len(seen) > times:
            route.continue_()
            return
        route.fulfill(
            status=status, json={**PROBLEM, "status": status, "code": "overloaded"}, headers=headers
        )

    page.route(path, answer)
    return seen


def _quiet(visit: Visits, page: Page) -> None:
    """Forget what Chromium itself says of answers that are not 200."""
    page.wait_for_timeout(50)
    visit.complaints[:] = [line for line in visit.complaints if "Failed to load" not in line]


def test_429_is_waited_off(visit: Visits) -> None:
    page = visit()
    seen = _limit(page, "**/v1/score", 429, 1, {"Retry-After": "1"})
    ask(page)
    expect(page.locator("#result")).to_contain_text("Trying again in 1 second")
    expect(page.locator(".headline .value")).to_be_visible()
    assert len(seen) == 2
    _quiet(visit, page)


def test_typing_on_ends_the_wait(visit: Visits) -> None:
    page = visit()
    _limit(page, "**/v1/score", 503, 1, {"Retry-After": "20"})
    ask(page)
    expect(page.locator("#result")).to_contain_text("Trying again in")
    page.locator("#text").press_sequentially(" More.")
    expect(page.locator(".headline .value")).to_be_visible()
    _quiet(visit, page)


def test_batch_503(visit: Visits) -> None:
    page = visit("/#batch")
    _limit(page, "**/v1/score:batch", 503, 1, {"Retry-After": "1"})
    file: Any = {"name": "a.jsonl", "mimeType": "", "buffer": jsonl({"text": TEXT})}
    page.set_input_files("#file", file)
    expect(page.locator("#scored")).to_contain_text("Trying again")
    expect(page.locator(".ranking tbody tr")).to_have_count(1)
    _quiet(visit, page)


def test_no_answer_at_all_and_words_of_a_stranger(visit: Visits) -> None:
    page = visit()
    page.route("**/v1/score", lambda route: route.abort())
    ask(page)
    expect(page.locator("#result")).to_contain_text("The service cannot be reached")
    page.unroute("**/v1/score")
    page.route("**/v1/score", lambda route: route.fulfill(status=502, body="<b>proxy</b>"))
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#result")).to_contain_text("HTTP status 502")
    expect(page.locator("#result")).not_to_contain_text("proxy")
    page.unroute("**/v1/score")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".headline .value")).to_be_visible()
    _quiet(visit, page)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("...", "The text holds no words"),
        ("x " * 150_000, "The text is too long"),
        ("y " * 250_000, "Too long"),
    ],
)
def test_texts_that_cannot_be_scored(visit: Visits, text: str, said: str) -> None:
    page = visit()
    page.fill("#text", text)
    expect(page.locator("#result")).to_contain_text(said)
    _quiet(visit, page)


def test_key_is_asked_for_only_when_wanted_and_kept_nowhere(browser: Browser) -> None:
    digest = hashlib.sha256(b"open sesame").digest()
    with running(app(api_keys={"analyst": digest})) as base:
        visit = Visits(browser, base)
        page = visit()
        expect(page.locator("#key")).to_be_hidden()
        ask(page)
        field = page.get_by_label("This service asks for a key")
        expect(field).to_be_focused()
        field.fill("wrong")
        field.press("Enter")
        expect(page.locator("#key")).to_contain_text("not accepted")
        field.fill("open sesame")
        field.press("Enter")
        expect(page.locator(".headline .value")).to_be_visible()
        expect(page.locator("#key")).to_be_hidden()
        expect(page.locator("#scale")).to_contain_text("base rate")
        assert "sesame" not in page.content()
        page.reload()
        ask(page)
        expect(field).to_be_focused()
        visit.close()
    assert all("status of 401" in line for line in visit.complaints)
    assert visit.foreign == []


def test_key_that_is_no_header_value_is_refused_in_words(browser: Browser) -> None:
    with running(app(api_keys={"analyst": bytes(32)})) as base:
        visit = Visits(browser, base)
        page = visit()
        ask(page)
        field = page.get_by_label("This service asks for a key")
        field.fill("pass\u2014word")
        field.press("Enter")
        expect(page.locator("#key")).to_contain_text("not accepted")
        expect(field).to_be_focused()
        visit.close()
