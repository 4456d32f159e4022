"""One article in the browser: scored, explained, linked, taken apart."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from models import Article
from tests.browsing import Visits
from tests.page_fakes import VERSION, example, scorer

NEGATED = (
    "The general did not threaten to attack the port of Varnello. A bomb killed 14 people in the "
    "town of Kessa on Monday, and rebels backed by Russia vowed revenge."
)
HOSTILE = (
    '<script>document.title="owned"</script> The army "shelled" Kessa & killed 14 people. '
    "<img src=x onerror=\"document.title='owned'\"> Rebels' leader vowed to attack the "
    "\U0001f6a8 capital </textarea><svg/onload=alert(1)> unless the army's `withdraws`."
)


def read(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".waterfall")).to_be_visible()
    page.click("[data-mode=read]")


def lit(page: Page) -> list[str]:
    return page.locator("#passages [data-over].lit").all_inner_texts()


def test_example_is_scored_and_explained(visit: Visits) -> None:
    page = visit()
    expect(page.locator("#result")).to_contain_text("How dangerous does it read")
    page.click("#view-read [data-example=escalating]")
    assessment = scorer().assess(Article(example("escalating")))
    expect(page.locator(".headline .value")).to_have_text(f"{assessment.score:.2f}")
    expect(page.locator(".headline .word")).to_have_text(assessment.band)
    expect(page.locator(".meaning")).to_contain_text("not a forecast and not a measure of severity")
    expect(page.locator("#scale")).to_contain_text("base rate 25 %")
    expect(page.locator("#passages")).to_have_text(example("escalating"), use_inner_text=False)
    explanation = assessment.explanation
    assert explanation is not None
    for title, rows in {
        "Threats": explanation.threats,
        "Foreign backers": explanation.backers,
        "Setbacks": explanation.setbacks,
    }.items():
        table = page.get_by_role("region", name=f"{title}, table")
        expect(table.locator("tbody tr")).to_have_count(len(rows))
    expect(page.locator(".graph")).to_have_attribute("aria-label", re.compile("Russia backs UNF"))
    expect(page.locator("#status")).to_have_text(re.compile(r"^Score 0\.\d\d, "))


def test_waterfall_shows_the_contributions_and_opens_into_features(visit: Visits) -> None:
    page = visit()
    read(page, NEGATED)
    explanation = scorer().assess(Article(NEGATED)).explanation
    assert explanation is not None
    for family in explanation.families:
        row = page.locator(f".waterfall li[data-family={family.family}]")
        if not family.features:
            expect(row).to_have_count(0)
            continue
        shown = row.locator(".row > .figure").first.inner_text().replace("\u2212", "-")
        assert float(shown) == pytest.approx(family.contribution, abs=0.0051)
        row.locator(".opener").click()
        expect(row.locator(".features li")).to_have_count(len(family.features))


def test_bar_and_passage_light_each_other(visit: Visits) -> None:
    page = visit()
    read(page, NEGATED)
    page.hover("[data-spot=foreign_backers]")
    assert "".join(lit(page)) == "backed by Russia"
    expect(page.locator("#inspector")).to_contain_text("backer: Russia")
    page.hover("h1")
    assert lit(page) == []
    page.hover("#passages mark[data-family=armed_violence] >> nth=0")
    expect(page.locator("[data-spot=armed_violence]")).to_have_class(re.compile(r"\blit\b"))
    page.focus("[data-family=threat_language] .opener")
    assert lit(page)


def test_feature_lights_only_its_own_passages(visit: Visits) -> None:
    page = visit()
    read(page, NEGATED)
    page.click("[data-family=armed_violence] .opener")
    page.hover("[data-spot='armed_violence.bombing']")
    assert "".join(lit(page)) == "bomb killed"


def test_learned_wording_shows_its_terms_when_pointed_at(visit: Visits) -> None:
    page = visit()
    read(page, example("escalating"))
    page.hover("[data-spot=wording]")
    assert {word.lower() for word in lit(page)} >= {"rebel", "border"}


def test_negated_evidence_is_struck_and_said_not_to_count(visit: Visits) -> None:
    page = visit()
    read(page, NEGATED)
    struck = page.locator("#passages mark.struck").first
    expect(struck).to_have_css("text-decoration-line", "line-through")
    struck.hover()
    expect(page.locator("#inspector")).to_contain_text("negated: does not count")


def test_what_was_not_found_is_listed(visit: Visits) -> None:
    page = visit()
    read(page, NEGATED)
    explanation = scorer().assess(Article(NEGATED)).explanation
    assert explanation is not None
    expect(page.locator(".absent li")).to_have_count(len(explanation.not_found))


def test_family_off_moves_the_score(visit: Visits) -> None:
    page = visit()
    read(page, NEGATED)
    assessment = scorer().assess(Article(NEGATED))
    assert assessment.explanation is not None
    family = next(f for f in assessment.explanation.families if f.family == "armed_violence")
    page.click("[data-family=armed_violence] .opener")
    switch = page.get_by_role("switch", name="Count armed violence")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(switch).to_be_focused()
    expect(page.locator("[data-family=armed_violence] .features")).to_be_visible()
    expect(page.locator(".whatif strong")).to_have_text(f"{family.score_without:.2f}")
    page.get_by_role("switch", name="Count threat language").click()
    expect(page.locator(".whatif p")).to_have_count(1)
    page.click("text=Reset")
    expect(page.locator(".whatif")).to_have_count(0)


def test_sentence_struck_out_is_scored_without(visit: Visits) -> None:
    page = visit()
    read(page, NEGATED)
    page.click("[data-mode=strike]")
    sentences = page.locator("#passages .sentence")
    expect(sentences).to_have_count(2)
    sentences.nth(1).click()
    first = NEGATED.partition(". ")[0] + ". "
    expect(page.locator(".whatif strong")).to_have_text(
        f"{scorer().assess(Article(first)).score:.2f}"
    )
    expect(sentences.nth(1)).to_have_attribute("aria-pressed", "true")
    sentences.nth(1).click()
    expect(page.locator(".whatif")).to_have_count(0)


def test_scores_while_typing_and_on_the_day_given(visit: Visits) -> None:
    page = visit()
    asked: list[dict[str, Any]] = []
    page.on("request", lambda r: asked.append(json.loads(r.post_data)) if r.post_data else None)
    page.locator("#text").press_sequentially("Rebels shelled Kessa.", delay=5)
    expect(page.locator(".headline")).to_be_visible()
    assert len(asked) < 4
    expect(page.locator("#text")).to_be_focused()
    page.fill("#day", "2024-05-01")
    expect(page.locator("#result")).not_to_have_attribute("aria-busy", "true")
    page.wait_for_timeout(100)
    assert asked[-1] == {"text": "Rebels shelled Kessa.", "published_at": "2024-05-01"}


def test_markup_in_an_article_stays_text(visit: Visits) -> None:
    page = visit()
    read(page, HOSTILE)
    expect(page.locator("#passages")).to_have_text(HOSTILE)
    assert page.title() == "Escalation risk"
    assert page.locator("#passages script, #passages img, #passages svg").count() == 0
    page.hover("[data-spot=armed_violence]")
    assert "shelled" in "".join(lit(page))
    page.hover("[data-spot=threat_language]")
    found = scorer().assess(Article(HOSTILE)).explanation
    assert found is not None
    threats = "".join(item.text for item in found.evidence if item.family == "threat_language")
    assert "".join(lit(page)) == threats


def test_out_of_scope_is_said_first(visit: Visits) -> None:
    page = visit()
    page.click("#view-read [data-example=off_topic]")
    expect(page.locator("#result > :first-child")).to_contain_text("Out of scope")


def test_copies(visit: Visits) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    read(page, "Rebels' leader said \u201cwe will attack\u201d | *Kessa*.")
    copied = {}
    for name in ("JSON", "Markdown", "curl"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator("#status")).to_have_text(f"{name}: Copied")
        copied[name] = page.evaluate("navigator.clipboard.readText()")
    assessment = scorer().assess(
        Article("Rebels' leader said \u201cwe will attack\u201d | *Kessa*.")
    )
    assert json.loads(copied["JSON"])["score"] == assessment.score
    assert "not a forecast" in copied["Markdown"]
    assert copied["curl"].startswith("curl -s 'http://127.0.0.1:")
    assert "Rebels'\\''" in copied["curl"]


def test_card_and_reliability_are_one_click_away(visit: Visits) -> None:
    page = visit()
    page.click("nav >> text=Model")
    expect(page.locator(".reliability circle")).to_have_count(10)
    expect(page.locator("#card")).to_contain_text(VERSION)
    expect(page.locator("#card .prose")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator("#card .prose strong")).to_have_text("forecast")
    expect(page.locator("#card .prose td")).to_have_text(["AUC", "0.9"])


def test_clearing_forgets(visit: Visits) -> None:
    page = visit()
    read(page, NEGATED)
    page.click("#clear")
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator("#result")).to_contain_text("start from an example")
    storage = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert storage == [0, 0, ""]
