"""One news text, checked once, never changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from models.errors import (
    LanguageNotSupportedError,
    TextBinaryError,
    TextEmptyError,
    TextTooLongError,
)

MAX_CHARACTERS = 200_000
"""Longest text accepted, in Unicode code points (DESIGN.md, HTTP limits)."""

MAX_CONTROL_SHARE = 0.02
"""Above this share of control or replacement characters a text is taken for binary.

No article of the corpus has any; PNG, gzip and PDF bytes decoded as Latin-1 have over 0.1.
"""

_WORD = re.compile(r"[^\W_]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")


@dataclass(frozen=True, slots=True)
class Article:
    """A text to be scored.

    ``text`` is kept untouched: every offset of every explanation indexes it, in
    Unicode code points. ``title`` is carried along but not read; a headline that
    should count belongs into ``text`` as its first line. ``published_at`` tells
    which years are past.

    Raises:
        TextEmptyError: no letter or digit in ``text``.
        TextTooLongError: more than ``MAX_CHARACTERS`` code points.
        TextBinaryError: more than ``MAX_CONTROL_SHARE`` control characters.
        LanguageNotSupportedError: ``language`` is not English.
    """

    text: str
    id: str | None = None
    title: str | None = None
    language: str = "en"
    source: str | None = None
    published_at: date | None = None

    def __post_init__(self) -> None:
        if len(self.text) > MAX_CHARACTERS:
            raise TextTooLongError(
                f"text has {len(self.text):,} characters; at most {MAX_CHARACTERS:,} are accepted: "
                "cut it or send its parts as separate articles"
            )
        if not _WORD.search(self.text):
            raise TextEmptyError("text holds no words: send the article's body as plain text")
        control = len(_CONTROL.findall(self.text))
        if control > 1 and control > MAX_CONTROL_SHARE * len(self.text):
            raise TextBinaryError(
                f"text holds {control:,} control or undecodable characters, as binary data does: "
                "send the article's body as plain text in UTF-8"
            )
        if self.language.lower().replace("_", "-").split("-")[0] not in ("en", "eng"):
            raise LanguageNotSupportedError(
                f"language {self.language!r} is not supported: only English ('en') is read; "
                "translate the text first or leave the language out if it is English"
            )
