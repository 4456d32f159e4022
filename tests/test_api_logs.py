"""Log lines: structured, with the request's id, and never with an article's text."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest

from service.api.logs import log_config
from tests.serving import ARTICLE, serving


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the service writes, at its most talkative, with asyncio's warnings joined in."""
    written = io.StringIO()
    config = log_config("debug")
    config["handlers"]["stderr"]["stream"] = written
    config["loggers"]["asyncio"] = config["loggers"]["escalation"]
    loggers = [logging.getLogger(name) for name in config["loggers"]]
    before = [(one.handlers[:], one.level, one.propagate) for one in loggers]
    logging.config.dictConfig(config)
    yield written
    for one, (handlers, level, propagate) in zip(loggers, before, strict=True):
        one.handlers, one.propagate = handlers, propagate
        one.setLevel(level)


def parsed(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_each_request_has_a_line(lines: io.StringIO) -> None:
    with serving() as client:
        sent = {"X-Request-ID": "wire-7:a/b"}
        answer = client.post("/v1/score", json={"text": ARTICLE}, headers=sent)
    [line] = [one for one in parsed(lines) if one.get("request_id") == "wire-7:a/b"]
    assert answer.headers["x-request-id"] == "wire-7:a/b"
    expected = {
        "level": "info", "logger": "escalation.request", "event": "request", "method": "POST",
        "route": "/v1/score", "status": 200, "code": None, "caller": "anyone", "articles": 1,
        "model": "v1",
    }  # fmt: skip
    assert expected.items() <= line.items()
    assert line["milliseconds"] > 0


@pytest.mark.parametrize("sent", ["", "x" * 129, "a b", "a\tb", 'a"b', "é"])
def test_unfit_request_id_is_replaced(sent: str) -> None:
    with serving() as client:
        headers = {"X-Request-ID": sent.encode()}
        answer = client.get("/livez", headers=headers)  # type: ignore[arg-type]
    assert len(answer.headers["x-request-id"]) == 32


def test_text_is_never_logged(lines: io.StringIO) -> None:
    word = "Zanzibarbarossa"
    text = f"{word} threatened to shell the port. {ARTICLE}"
    bodies: list[Any] = [
        {"text": text},
        {"text": text, "title": word, "source": word, "id": word},
        {"text": text, "language": word},
        {"text": text, "model": word},
        {"text": text, "explain": word},
        {"text": text, word: 1},
        {"text": [text]},
        word,
        {"articles": [{"text": text}, {"text": 7, "id": word}, word]},
    ]
    with serving() as client:
        for body in bodies:
            client.post("/v1/score", json=body)
            client.post("/v1/score:batch", json=body)
            client.post("/v1/score:batch", json={"articles": [body]})
        client.post("/v1/score", content=word.encode())
        client.get(f"/{word}?q={word}")
        client.get(f"/v1/models/{word}")
        client.get("/livez", headers={"Authorization": f"Bearer {word}", "X-Any": word})
        metrics = client.get("/metrics").text
    assert len(parsed(lines)) > 3 * len(bodies)
    assert word not in lines.getvalue()
    assert word not in metrics


def test_missing_keys_are_said_loudly(lines: io.StringIO) -> None:
    with serving():
        pass
    [line] = [one for one in parsed(lines) if "NO KEYS" in one["event"]]
    assert line["level"] == "warning"
