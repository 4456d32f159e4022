from __future__ import annotations

import io

import pytest

from service.batch import progress
from service.batch.progress import Progress
from service.batch.workspace import Done


class Terminal(io.StringIO):
    def isatty(self):
        return True


def done(index, rows=100, scored=98, weight=1000):
    return Done(index, "in.jsonl", rows, rows, scored, {"text_empty": rows - scored}, weight)


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_elsewhere_a_line_every_30_seconds(clock):
    stream = io.StringIO()
    with Progress(4000, [], quiet=False, stream=stream) as shown:
        for index in range(4):
            clock[0] += 16
            shown.add(done(index))
    assert stream.getvalue() == (
        "escalation batch: 200 rows, 6 rows/s, 4 errors, 50%, 00:32 left\n"
        "escalation batch: 400 rows, 6 rows/s, 8 errors, 100%, 00:00 left\n"
    )


def test_what_was_done_before_counts_but_not_as_speed(clock):
    stream = io.StringIO()
    with Progress(4000, [done(0), done(1)], quiet=False, stream=stream) as shown:
        clock[0] += 40
        shown.add(done(2))
    assert stream.getvalue() == "escalation batch: 300 rows, 2 rows/s, 6 errors, 75%, 00:40 left\n"


def test_a_pipe_has_no_time_left(clock):
    stream = io.StringIO()
    with Progress(None, [], quiet=False, stream=stream) as shown:
        clock[0] += 40
        shown.add(done(0))
    assert stream.getvalue() == "escalation batch: 100 rows, 2 rows/s, 2 errors\n"


@pytest.mark.parametrize("total", [4000, None])
def test_on_a_terminal_a_bar(total):
    stream = Terminal()
    with Progress(total, [], quiet=False, stream=stream) as shown:
        for index in range(4):
            shown.add(done(index))
    text = stream.getvalue()
    assert "400 rows" in text
    assert "8 errors" in text
    assert ("100%|" in text) is (total is not None)


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_quiet_shows_nothing(clock, stream):
    with Progress(4000, [], quiet=True, stream=stream) as shown:
        clock[0] += 100
        shown.add(done(0))
    assert stream.getvalue() == ""
    assert (shown.rows, shown.errors) == (100, 2)
