"""Debian's Chromium on the page, and what no visit may show: an error, or a foreign request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from service.api.app import create_app
from service.api.library import Shelves
from service.page.router import router
from service.settings import Settings
from tests.page_fakes import PageLibrary

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
]


def app(library: Shelves | None = None, **settings: Any) -> FastAPI:
    return create_app(Settings(**settings), library or PageLibrary(), routers=[router])


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser. It ends with the module: Playwright's loop would be in the way of others'."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@dataclass
class Visits:
    """Opens pages of one address, and keeps what the browser complained of."""

    browser: Browser
    base: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __call__(
        self, path: str = "/", *, size: tuple[int, int] = (1280, 900), **options: Any
    ) -> Page:
        width, height = size
        options = {"viewport": {"width": width, "height": height}, **options}
        page = self.browser.new_context(**options).new_page()
        page.set_default_timeout(10_000)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)
        page.goto(self.base + path)
        return page

    def _listen(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _watch(self, request: Any) -> None:
        if not request.url.startswith((self.base + "/", f"blob:{self.base}/")):
            self.foreign.append(request.url)

    def close(self) -> None:
        for context in self.browser.contexts:
            context.close()
