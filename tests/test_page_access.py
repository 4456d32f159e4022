"""The page for everyone: keyboard, screen reader, contrast, small screens, still ones."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browsing import Visits
from tests.page_fakes import jsonl

TEXT = (
    "The general did not threaten to attack the port of Varnello. Rebels backed by Russia seized "
    "the town of Kessa on Monday. A bomb killed 14 people, and the army vowed revenge."
)
ROWS = jsonl({"id": "a", "text": TEXT}, {"id": "b", "text": ""})
STATES = ("empty", "read", "open", "strike", "compare", "batch", "model", "fault")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = (360, 740)


def show(page: Page, state: str) -> None:
    """Bring the page into a state worth looking at."""
    if state in ("read", "open", "strike"):
        page.fill("#text", TEXT)
        page.keyboard.press("Control+Enter")
        page.click(f"[data-mode={'strike' if state == 'strike' else 'read'}]")
    if state == "open":
        page.click("[data-family=armed_violence] .opener")
        page.get_by_role("switch").first.click()
    if state == "strike":
        page.locator("#passages .sentence").first.click()
        expect(page.locator(".whatif")).to_be_visible()
    if state == "compare":
        page.click("nav >> text=Compare")
        for side in "AB":
            page.fill(f"#text-{side}", TEXT[: 61 if side == "A" else None])
        expect(page.locator(".differences")).to_be_visible()
    if state == "batch":
        page.click("nav >> text=Batch")
        file: Any = {"name": "a.jsonl", "mimeType": "", "buffer": ROWS}
        page.set_input_files("#file", file)
        expect(page.locator(".ranking")).to_be_visible()
    if state == "model":
        page.click("nav >> text=Model")
        expect(page.locator(".reliability")).to_be_visible()
    if state == "fault":
        page.route("**/v1/score", lambda route: route.abort())
        page.fill("#text", TEXT)
        expect(page.locator("[role=alert]")).to_be_visible()


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_and_a_phone_need_not_scroll_sideways(visit: Visits, state: str) -> None:
    # axe itself writes markup from strings, which the page's policy forbids.
    page = visit(bypass_csp=True, reduced_motion="reduce")
    show(page, state)
    axe(page, RULES)
    page.emulate_media(color_scheme="dark")
    axe(page, ["wcag2aa"])
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    axe(page, ["wcag22aa"])
    visit.complaints[:] = [line for line in visit.complaints if "Failed to load" not in line]


def axe(page: Page, rules: list[str]) -> None:
    found = Axe().run(page, options={"runOnly": rules})
    assert found.violations_count == 0, found.generate_report()


def test_phone_shows_bars_and_what_if(visit: Visits) -> None:
    page = visit(size=PHONE, has_touch=True, is_mobile=True)
    show(page, "read")
    page.locator("[data-family=armed_violence] .opener").tap()
    expect(page.locator("[data-family=armed_violence] .features")).to_be_visible()
    page.get_by_role("switch").first.tap()
    expect(page.locator(".whatif")).to_be_visible()


def press_until(page: Page, key: str, selector: str, most: int = 40) -> None:
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} not reached with {key}")


def test_keyboard_alone(visit: Visits) -> None:
    page = visit()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    press_until(page, "Tab", "#text")
    page.keyboard.type(TEXT)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".waterfall")).to_be_visible()
    press_until(page, "Shift+Tab", "[data-mode=read]")
    page.keyboard.press("Enter")
    press_until(page, "Tab", "#passages mark")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") != first
    expect(page.locator("#inspector q").first).to_be_visible()
    press_until(page, "Tab", "[data-family=armed_violence] .opener")
    page.keyboard.press("Enter")
    press_until(page, "Tab", "[data-family=armed_violence] .switch")
    page.keyboard.press("Space")
    expect(page.locator(".whatif")).to_be_visible()
    press_until(page, "Tab", "[data-spot='armed_violence.bombing']", 60)
    assert "".join(page.locator("#passages .lit").all_inner_texts()) == "bomb killed"
    page.keyboard.press("Escape")
    expect(page.locator("#text")).to_be_visible()


def test_focus_is_always_seen(visit: Visits) -> None:
    page = visit()
    show(page, "open")
    page.locator("h1").click()
    for _ in range(30):
        page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none", page.evaluate("document.activeElement.outerHTML")


def test_reduced_motion_is_kept(visit: Visits) -> None:
    page = visit(reduced_motion="reduce")
    show(page, "read")
    durations = page.evaluate(
        "[...document.querySelectorAll('*')].map((e) => getComputedStyle(e).transitionDuration)"
    )
    assert set(durations) == {"0s"}


def test_families_are_told_apart_without_colour(visit: Visits) -> None:
    page = visit()
    show(page, "read")
    letters = page.locator(".waterfall .letter").all_inner_texts()
    assert len(letters) == len(set(letters))
    assert page.locator("#passages mark[data-letter]").count() > 0
