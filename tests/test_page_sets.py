"""More than one article in the browser: two compared, and a file of them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from models import Article
from models.explanation import band_of
from tests.browsing import Visits
from tests.page_fakes import example, jsonl, scorer

ROWS = [
    {"id": "calm", "text": "The truce held on Monday and the border was quiet.", "desk": "x"},
    {"id": "war", "text": "The army shelled Kessa, killing 40 people, and vowed to attack again."},
    {"id": "=1+1", "text": "Rebels seized the town of Tiren on Sunday."},
    {"id": "void", "text": ""},
]
DROP = """([name, content]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([content], name));
  document.querySelector("main").dispatchEvent(
    new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
}"""


def take(page: Page, name: str, content: bytes) -> None:
    page.set_input_files(
        "#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def ids(page: Page) -> list[str]:
    return page.locator(".ranking tbody td:first-child").all_inner_texts()


def test_two_texts_compared(visit: Visits) -> None:
    page = visit("/#compare")
    page.locator("[data-side=A]").get_by_role("button", name="de-escalating").click()
    page.locator("[data-side=B]").get_by_role("button", name="escalating", exact=True).click()
    a, b = (scorer().assess(Article(example(n))) for n in ("de_escalating", "escalating"))
    expect(page.locator(".verdict")).to_contain_text(
        f"B reads higher. {a.score:.2f} → {b.score:.2f}"
    )
    assert a.explanation is not None
    assert b.explanation is not None
    changes = {
        after.label: after.contribution - before.contribution
        for before, after in zip(a.explanation.families, b.explanation.families, strict=True)
    }
    strongest = max(changes, key=lambda label: abs(changes[label]))
    first = page.locator(".differences tbody tr").first
    expect(first.locator("th")).to_contain_text(strongest)
    expect(first.locator(".why q").first).to_be_visible()


def test_compare_takes_the_article_being_read(visit: Visits) -> None:
    page = visit()
    page.fill("#text", ROWS[1]["text"])
    page.click("nav >> text=Compare")
    page.locator("[data-side=A]").get_by_text("the article in Read").click()
    expect(page.locator("#text-A")).to_have_value(ROWS[1]["text"])
    expect(page.locator("[data-side=A] .answer .value")).to_be_visible()


def test_dropped_jsonl_is_ranked_and_downloaded(visit: Visits, tmp_path: Path) -> None:
    page = visit()
    page.evaluate(DROP, ["articles.jsonl", jsonl(*ROWS).decode()])
    expect(page.locator(".ranking tbody tr")).to_have_count(4)
    expect(page.locator("#scored")).to_contain_text("3 articles scored, 1 not.")
    scores = {r["id"]: scorer().assess(Article(r["text"])).score for r in ROWS if r["text"]}
    falling = [*sorted(scores, key=lambda name: -scores[name]), "void"]
    assert ids(page) == falling
    page.get_by_role("button", name="Score").click()
    assert ids(page) == [*falling[2::-1], "void"]
    expect(page.locator(".ranking th[aria-sort]")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="Id").click()
    assert ids(page)[-1] == "war"
    expect(page.locator(".histogram")).to_have_attribute("aria-label", _spread(scores))
    expect(page.locator(".failed-row")).to_have_text("The text holds no words")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    path = tmp_path / "scores.csv"
    download.value.save_as(path)
    assert download.value.suggested_filename == "articles-scores.csv"
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["id"] for row in rows] == ["calm", "war", "'=1+1", "void"]
    assert float(rows[1]["score"]) == pytest.approx(scores["war"])
    assert rows[3]["problem"] == "text_empty"


def _spread(scores: dict[str, float]) -> str:
    counts: dict[str, int] = {"low": 0, "moderate": 0, "high": 0, "severe": 0}
    for score in scores.values():
        counts[band_of(score)] += 1
    return "Scores of 3 articles: " + ", ".join(f"{n} {band}" for band, n in counts.items())


def test_csv_with_quotes_and_line_breaks(visit: Visits) -> None:
    page = visit("/#batch")
    quoted = '1,"The army ""shelled"", they said,\nKessa."'
    take(page, "a.csv", f"\ufeffID,Text\r\n{quoted}\r\n2,Truce held\r\n".encode())
    expect(page.locator(".ranking tbody tr")).to_have_count(2)
    expect(page.locator(".ranking")).to_contain_text('The army "shelled", they said, Kessa.')


def test_a_row_opens_for_reading(visit: Visits) -> None:
    page = visit("/#batch")
    take(page, "a.jsonl", jsonl(*ROWS))
    page.get_by_role("button", name="The army shelled").click()
    expect(page.locator("#passages")).to_have_text(ROWS[1]["text"])


UNFIT = [
    ("a.jsonl", b'{"text": "a"}\nnot json', "Line 2 is not a JSON object"),
    ("a.csv", b"id,body\n1,x\n", "names no column"),
    ("a.jsonl", b"\n\n", "holds no articles"),
    ("a.csv", b"", "names no column"),
    ("a.jsonl", jsonl(*([{"text": "War."}] * 257)), "at most 256"),
    # Each of these characters takes six in JSON.
    ("a.csv", b"text\n" + (b"\x01" * 150_000 + b"\n") * 10, "larger than 8 MiB"),
]


def test_unfit_files(visit: Visits) -> None:
    page = visit("/#batch")
    for name, content, said in UNFIT:
        take(page, name, content)
        expect(page.locator("#scored .notice")).to_contain_text(said)


def test_rows_that_are_not_articles_are_told_one_by_one(visit: Visits) -> None:
    page = visit("/#batch")
    rows: list[Any] = [
        {"id": 1, "text": "Rebels shelled Kessa."},
        {"text": 7},
        {"text": "x", "language": "fr"},
    ]
    take(page, "a.jsonl", jsonl(*rows))
    expect(page.locator(".failed-row")).to_have_count(2)


def test_256_articles(visit: Visits) -> None:
    page = visit("/#batch")
    take(page, "a.jsonl", jsonl(*([ROWS[1]] * 256)))
    expect(page.locator(".ranking tbody tr")).to_have_count(256)


def test_dropped_text_is_read(visit: Visits) -> None:
    page = visit("/#compare")
    page.evaluate(DROP, ["wire.txt", ROWS[1]["text"]])
    expect(page.locator("#passages")).to_have_text(ROWS[1]["text"])
