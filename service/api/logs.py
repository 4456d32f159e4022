"""Structured logs: one JSON object a line on standard error, for our lines and uvicorn's."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from service.api.record import REQUEST_ID


class JsonFormatter(logging.Formatter):
    """Time, level, logger, event and request id, then the record's ``fields``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line. Tracebacks keep type and places but no message, which may quote a text."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage().strip(),
        }
        request_id = REQUEST_ID.get()
        if request_id is not None:
            line["request_id"] = request_id
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        line.update(getattr(record, "fields", {}))
        return json.dumps(line, default=str)


def log_config(level: str) -> dict[str, Any]:
    """Configuration for ``logging.config.dictConfig``, which uvicorn applies in each worker."""
    logger = {"handlers": ["stderr"], "level": level.upper(), "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "service.api.logs.JsonFormatter"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {"escalation": logger, "uvicorn": logger, "uvicorn.error": logger},
    }
