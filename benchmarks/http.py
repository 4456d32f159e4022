"""The HTTP service's cost over the scorer, and what it does under four times its load.

    python -m benchmarks.http [--seconds 60] [--workers 1]

All figures are ratios of one run on one machine. The bounds are those of the tracker's issue on
the service; a figure outside its bound makes the run fail.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import Connection, Outcome, body_of, closed_loop, open_loop, parsed
from benchmarks.shared import rows_if_there
from models import Article, load_scorer

OWN = Path(__file__).parents[1] / "models/examples/escalating.txt"
HOST = "127.0.0.1"
HEAD = b"POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

MAX_OVERHEAD, MAX_TAIL = 1.6, 5.0
QUEUE_SECONDS = 0.5
MAX_ACCEPTED_P99 = 2 * QUEUE_SECONDS
"""Seconds: the longest wait that is let in, and as much again for the machine's other work."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60, help="length of the overload")
    options.add_argument("--workers", type=int, default=1)
    given = options.parse_args()
    texts = read_texts()
    print(f"{len(texts)} articles, mean {statistics.mean(map(len, texts)):.0f} characters")
    verdicts = [
        latency(texts),
        asyncio.run(overload(texts, given.seconds, given.workers)),
        asyncio.run(callers(texts)),
    ]
    return 0 if all(verdicts) else 1


def read_texts(count: int = 200) -> list[str]:
    """Full articles of the data folder; without it, our own example repeated to that length."""
    articles = rows_if_there("articles/full")
    if articles is None:
        return [OWN.read_text("utf-8") * 3]
    texts = [article["text"] for article in articles]
    return texts[:: len(texts) // count][:count]


def latency(texts: list[str], rounds: int = 4) -> bool:
    """One connection, ``explain=none``: the service, the bare route and the scorer.

    They take turns article by article, so that each finds the processor as the others left it.
    In blocks of one kind the bare route runs out of warm caches, as no service that has just
    scored a text can: the ratio then is printed beside what a bare route that scores has.
    The tail is that of a request against the median of its own article, since the lengths of
    articles differ more than the bound.
    """
    requests = [request_of(text) for text in texts]
    score = scorer_of(texts)
    with serving(BARE) as first, serving(SCORING) as second, serving(SERVICE) as third:
        bare, scoring, service = connect(first), connect(second), connect(third)
        steps: tuple[Callable[[int], object], ...] = (
            lambda place: exchange(service, requests[place]),
            lambda place: exchange(bare, requests[place]),
            lambda place: exchange(scoring, requests[place]),
            score,
        )
        turns = [[[timed(step, place) for step in steps] for place in range(len(texts))]
                 for _ in range(rounds)]  # fmt: skip
        blocks = [[timed(step, place) for place in range(len(texts))] for step in steps]
    over, route, _, inside = (
        statistics.median(turn[kind] for one in turns for turn in one) for kind in range(4)
    )
    hot_over, hot_route, hot_scoring, hot_inside = map(statistics.median, blocks)
    print(
        f"ms in turn: in process {inside * 1e3:.2f}, HTTP {over * 1e3:.2f}, bare {route * 1e3:.2f}"
    )
    print(
        f"in blocks: overhead / bare route {(hot_over - hot_inside) / hot_route:.2f}; of a bare "
        f"route that scores {(hot_scoring - hot_inside) / hot_route:.2f}"
    )
    own = [[one[place][0] for one in turns] for place in range(len(texts))]
    tail = quantile([value / statistics.median(of) for of in own for value in of], 0.99)
    return verdict("overhead / bare route", (over - inside) / route, MAX_OVERHEAD) & verdict(
        "p99 / p50 over HTTP", tail, MAX_TAIL
    )


def scorer_of(texts: list[str]) -> Callable[[int], object]:
    scorer = load_scorer()
    return lambda place: scorer.assess(Article(texts[place]), "none")


def connect(port: int) -> socket.socket:
    connection = socket.create_connection((HOST, port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for _ in range(20):
        exchange(connection, request_of("War."))
    return connection


def request_of(text: str) -> bytes:
    body = body_of(0, text)
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


def exchange(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
        answer += connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
    return answer


async def overload(texts: list[str], seconds: float, workers: int) -> bool:
    """Four times the sustainable load: nothing wrong, mixed or lost; the rest refused at once."""
    scorer = load_scorer()
    expected = [scorer.assess(Article(text), "none").score for text in texts]
    with serving(SERVICE, "--workers", str(workers)) as port:
        await closed_loop(HOST, port, texts, 4 * workers, 3)
        measured = await closed_loop(HOST, port, texts, 4 * workers, 5)
        sustainable = len(measured.latencies(200)) / 5
        outcome = await open_loop(HOST, port, texts, 4 * sustainable, seconds)
    good = report(outcome, seconds, sustainable)
    return good & (wrong_answers(outcome, expected) == 0)


def report(outcome: Outcome, seconds: float, sustainable: float) -> bool:
    counts = Counter(one.status for one in outcome.sent)
    accepted, refused = outcome.latencies(200), outcome.latencies(503)
    print(
        f"sustainable {sustainable:.0f}/s, offered {len(outcome.sent) / seconds:.0f}/s for "
        f"{seconds:.0f} s: {dict(counts)}, accepted {len(accepted) / seconds:.0f}/s"
    )
    print(f"ms to refuse: p50 {quantile(refused, 0.5) * 1e3:.1f}")
    good = verdict("accepted p99, s", quantile(accepted, 0.99), MAX_ACCEPTED_P99)
    good &= verdict("refused p99, s", quantile(refused, 0.99), MAX_ACCEPTED_P99)
    good &= verdict("sustainable / accepted", sustainable * seconds / len(accepted), 2.0)
    return good & verdict(
        "lost or other", outcome.broken + len(outcome.sent) - counts[200] - counts[503], 0
    )


def wrong_answers(outcome: Outcome, expected: list[float]) -> int:
    wrong = 0
    for one in outcome.sent:
        if one.status == 200:
            found = parsed(one)
            wrong += found["id"] != str(one.number)
            wrong += found["score"] != expected[one.number % len(expected)]
    verdict("wrong or mixed answers", wrong, 0)
    return wrong


async def callers(texts: list[str], count: int = 200) -> bool:
    """As many callers at once, each on a connection of its own, get their own id back."""

    async def call(number: int) -> bool:
        connection = Connection(HOST, port, "/v1/score")
        status, answer = await connection.call(body_of(number, texts[number % len(texts)]))
        connection.close()
        return status == 200 and json.loads(answer)["id"] == str(number)

    with serving(SERVICE, ESCALATION_QUEUE_SECONDS="60") as port:
        answered = await asyncio.gather(*(call(number) for number in range(count)))
    return verdict(f"{count} callers without their answer", count - sum(answered), 0)


def uvicorn(factory: str) -> list[str]:
    options = ("--factory", "--no-access-log", "--log-level", "warning", "--port")
    return [sys.executable, "-m", "uvicorn", factory, *options]


SERVICE = [str(Path(sys.executable).with_name("escalation")), "serve", "--port"]
BARE = uvicorn("benchmarks.bare:app")
SCORING = uvicorn("benchmarks.bare:scoring_app")


@contextmanager
def serving(command: list[str], *options: str, **environment: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [*command, str(port), *options],
        env={**os.environ, "ESCALATION_QUEUE_SECONDS": str(QUEUE_SECONDS), **environment},
        stderr=subprocess.DEVNULL if command is SERVICE else None,
    )
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server did not start"
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/openapi.json").read()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server did not start")


def timed(work: Callable[[int], object], place: int) -> float:
    begun = time.perf_counter()
    work(place)
    return time.perf_counter() - begun


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def verdict(name: str, value: float, bound: float) -> bool:
    print(f"{'ok  ' if value <= bound else 'FAIL'} {name}: {value:.2f} (bound {bound:g})")
    return value <= bound


if __name__ == "__main__":
    sys.exit(main())
