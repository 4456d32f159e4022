"""The page's main states as pictures for the README: ``make screenshots``.

    python -m benchmarks.screenshots [--output docs/images]

Drawn with the shipped model by Debian's Chromium. The letters are sharpest with the fonts the
style sheet names first (Debian: fonts-inter, fonts-sil-charis); without them the fallbacks show.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page

from models import load_scorer
from service.api.library import Library
from tests.browsing import Visits, app, chromium
from tests.serving import running

ROWS = Path(__file__).parents[1] / "models/examples/comparison.jsonl"
WIDE, PHONE = (1360, 900), (390, 844)


class Shot(NamedTuple):
    name: str
    state: Callable[[Page], None]
    size: tuple[int, int] = WIDE
    scheme: str = "light"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--output", type=Path, default=Path("docs/images"))
    output = options.parse_args().output
    load_scorer()  # Says by name what is wrong with it; the page would only wait.
    output.mkdir(parents=True, exist_ok=True)
    with running(app(Library(None))) as base, chromium() as browser:
        visits = Visits(browser, base)
        for shot in SHOTS:
            take(visits, shot, output / f"{shot.name}.png")
    return 0


def take(visits: Visits, shot: Shot, path: Path) -> None:
    scale: dict[str, Any] = {"device_scale_factor": 2} if shot.size == PHONE else {}
    page = visits(size=shot.size, color_scheme=shot.scheme, reduced_motion="reduce", **scale)
    shot.state(page)
    page.wait_for_timeout(300)
    page.screenshot(path=path)
    visits.close()
    print(path)


def empty(page: Page) -> None:
    page.wait_for_selector(".empty")


def example(page: Page, name: str = "escalating") -> None:
    page.click(f"#view-read [data-example={name}]")
    page.wait_for_selector(".pointer.base")
    page.mouse.move(1, 1)


def opened(page: Page) -> None:
    example(page)
    page.click("[data-family=threat_language] .opener")
    page.hover("[data-family=threat_language] .features li:first-child button")


def off_topic(page: Page) -> None:
    example(page, "off_topic")


def what_if(page: Page) -> None:
    example(page, "de_escalating")
    page.click("[data-mode=strike]")
    for place in (0, 2):
        page.locator("#passages .sentence").nth(place).click()
    page.get_by_role("switch", name="Count armed violence").click()
    page.wait_for_selector(".whatif p >> nth=1")


def compared(page: Page) -> None:
    page.click("nav >> text=Compare")
    page.locator("[data-side=A]").get_by_role("button", name="de-escalating").click()
    page.locator("[data-side=B]").get_by_role("button", name="escalating", exact=True).click()
    page.wait_for_selector(".differences")


def batch(page: Page) -> None:
    page.click("nav >> text=Batch")
    page.set_input_files("#file", ROWS)
    page.wait_for_selector(".ranking")


def model(page: Page) -> None:
    page.click("nav >> text=Model")
    page.wait_for_selector(".reliability")


def fault(page: Page) -> None:
    page.route("**/v1/score", lambda route: route.abort())
    page.fill("#text", "The army shelled the town of Kessa on Monday.")
    page.wait_for_selector("[role=alert]")


def phone_bars(page: Page) -> None:
    example(page)
    page.locator("#result").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#result').scrollIntoView()")


SHOTS = (
    Shot("empty", empty),
    Shot("read", example),
    Shot("read-dark", example, scheme="dark"),
    Shot("opened", opened),
    Shot("off-topic", off_topic),
    Shot("what-if", what_if),
    Shot("compare", compared),
    Shot("compare-dark", compared, scheme="dark"),
    Shot("batch", batch),
    Shot("model", model),
    Shot("fault", fault),
    Shot("phone", example, PHONE),
    Shot("phone-bars", phone_bars, PHONE),
    Shot("phone-dark", phone_bars, PHONE, "dark"),
)

if __name__ == "__main__":
    sys.exit(main())
