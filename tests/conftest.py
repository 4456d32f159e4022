"""Fixtures of the page's tests in a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browsing import Visits


# Taken out: the service refuses to start beside a variable of its prefix that it does not know.
BROWSER_REQUIRED = os.environ.pop("ESCALATION_REQUIRE_BROWSER", "") == "1"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from tests.browsing import CHROMIUM, chromium  # noqa: PLC0415

    if not CHROMIUM.exists():
        if BROWSER_REQUIRED:
            pytest.fail(f"ESCALATION_REQUIRE_BROWSER=1 and no {CHROMIUM}", pytrace=False)
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium")
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def site(browser: Browser) -> Iterator[str]:
    from tests.browsing import app  # noqa: PLC0415
    from tests.serving import running  # noqa: PLC0415

    with running(app()) as base:
        yield base


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visits]:
    """A function that opens the page; whatever it did, the console must be silent after it."""
    from tests.browsing import Visits  # noqa: PLC0415

    visits = Visits(browser, site)
    yield visits
    visits.close()
    assert visits.complaints == []
    assert visits.foreign == []
