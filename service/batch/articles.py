"""From a row's columns to an article: ``id`` and ``text`` at least."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from models.article import Article
from service.batch.errors import RowError

ARTICLE_COLUMNS = ("id", "text", "title", "language", "source", "published_at")


def article_of(columns: Mapping[str, Any]) -> Article:
    """The article in a row. Other columns are not looked at.

    Raises:
        RowError: ``id`` or ``text`` is missing, or a column has a value of the wrong type.
        ArticleError: the text cannot be scored.
    """
    text = columns.get("text")
    if not isinstance(text, str):
        raise _wrong("text", text, "a string")
    return Article(
        text=text,
        id=row_id(columns),
        title=_text(columns, "title"),
        language=_text(columns, "language") or "en",
        source=_text(columns, "source"),
        published_at=_day(columns.get("published_at")),
    )


def row_id(columns: Mapping[str, Any]) -> str:
    """The row's id as text: a non-empty string or an integer."""
    value = columns.get("id")
    if isinstance(value, str) and value:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _wrong("id", value or None, "a string or an integer")


def _text(columns: Mapping[str, Any], name: str) -> str | None:
    value = columns.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _wrong(name, value, "a string")


def _day(value: object) -> date | None:
    """ISO 8601, date or date and time; the day as written, whatever the time zone."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise _wrong("published_at", value, "an ISO 8601 date")
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        raise RowError(
            "invalid_column", f"published_at {value[:40]!r} is not an ISO 8601 date"
        ) from None


def _wrong(name: str, value: object, wanted: str) -> RowError:
    if value is None:
        return RowError("missing_column", f"{name} is missing or empty")
    return RowError("invalid_column", f"{name} must be {wanted}, not {type(value).__name__}")
