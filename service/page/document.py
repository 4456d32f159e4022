"""The page's HTML, rendered once: the template, its modules and what they need to know."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from html import escape
from importlib.metadata import version
from importlib.resources import files
from string import Template

from models.article import MAX_CHARACTERS
from models.explanation import BANDS
from service.page.asset import Asset, assets
from service.schemas import MAX_ARTICLES, MAX_BODY_BYTES


@lru_cache(maxsize=1)
def document() -> Asset:
    """The HTML of ``/``."""
    template = Template(files("service.page").joinpath("page.html").read_text("utf-8"))
    html = template.substitute(
        version=escape(version("escalation-risk")),
        modules="\n".join(_preloads()),
        config=_embedded(
            {
                "limits": {
                    "characters": MAX_CHARACTERS,
                    "articles": MAX_ARTICLES,
                    "bytes": MAX_BODY_BYTES,
                },
                "bands": [*BANDS, [1, "severe"]],
            }
        ),
    ).encode()
    digest = hashlib.sha256(html).hexdigest()[:32]
    return Asset(html, "text/html; charset=utf-8", f'"{digest}"')


def _preloads() -> list[str]:
    """Without these the browser learns of a module only when its importer has arrived."""
    return [
        f'<link rel="modulepreload" href="/static/{escape(name)}">'
        for name in assets()
        if name.endswith(".js")
    ]


def _embedded(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value).replace("<", "\\u003c")
