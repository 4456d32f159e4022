"""What is known of a request while it is answered: its id, caller and outcome."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request being answered, for log lines."""


@dataclass(slots=True)
class Record:
    """Kept in the ASGI scope under ``escalation``; holds nothing of any article's text."""

    request_id: str
    started: float
    caller: str | None = None
    status: int = 0
    code: str | None = None
    articles: int = 0
    model: str | None = None

    def seconds(self) -> float:
        """Time since the request's headers arrived."""
        return perf_counter() - self.started
