"""The queue: what is let in, in which order it runs, and what overload does."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.api import lane
from service.api.lane import Lane
from service.api.problems import RefusedError
from tests.fakes import CountingScorer, MemoryLibrary
from tests.serving import ARTICLE, serving


def busy(seconds: float) -> float:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
    return seconds


async def run_one(one: Lane, seconds: float = 0.002, characters: int = 1000) -> float:
    return await one.run(lambda: busy(seconds), characters, "none")


def test_expectation_follows_what_is_measured() -> None:
    async def measure() -> tuple[float, float]:
        one = Lane(1, 1)
        for _ in range(60):
            await run_one(one, 0.002)
        slow = one.expected(1000, "none")
        for _ in range(60):
            await run_one(one, 0.0005)
        return slow, one.expected(1000, "none")

    slow, fast = asyncio.run(measure())
    assert slow > 0.0018
    assert fast < 0.7 * slow


def test_one_pause_does_not_make_long_texts_look_slow() -> None:
    async def measure() -> float:
        one = Lane(1, 1)
        for _ in range(40):
            await run_one(one, 0.0002, 500)
        before = one.expected(100_000, "none")
        await run_one(one, 0.2, 10)
        return one.expected(100_000, "none") / before

    assert asyncio.run(measure()) < 2


def test_newcomers_are_refused_once_the_wait_is_too_long() -> None:
    async def crowd() -> tuple[int, int, float]:
        one, admitted, refused = Lane(0.05, 1), [], []
        for _ in range(30):
            await run_one(one)

        async def call() -> None:
            try:
                one.admit()
            except RefusedError as error:
                refused.append(error.retry_after)
            else:
                admitted.append(await run_one(one))

        begun = time.perf_counter()
        await asyncio.gather(*(call() for _ in range(200)))
        return len(admitted), len(refused), time.perf_counter() - begun

    admitted, refused, seconds = asyncio.run(crowd())
    assert admitted + refused == 200
    assert 3 <= admitted <= 60
    assert seconds < 1


def test_nothing_is_owed_once_all_is_done() -> None:
    async def work() -> tuple[float, int]:
        one = Lane(1, 1)

        def fail() -> None:
            raise ValueError

        await asyncio.gather(*(run_one(one) for _ in range(5)))
        with pytest.raises(ValueError):  # noqa: PT011
            await one.run(fail, 10, "none")
        return one.wait, one.depth

    assert asyncio.run(work()) == (0.0, 0)


def rounds_of_the_loop(pieces: int, other_work: float) -> int:
    """How often the loop comes round, with other work each time, until the pieces are done."""

    async def count() -> int:
        one, rounds = Lane(10, 10), 0

        async def come_round() -> None:
            nonlocal rounds
            while True:
                await asyncio.sleep(0)
                busy(other_work)
                rounds += 1

        other = asyncio.create_task(come_round())
        await asyncio.gather(*(run_one(one) for _ in range(pieces)))
        other.cancel()
        return rounds

    return asyncio.run(count())


def test_sockets_are_polled_between_rounds() -> None:
    assert rounds_of_the_loop(pieces=40, other_work=0) >= 40 * 0.002 / lane.ROUND_SECONDS


def test_flood_of_other_work_does_not_starve_scoring() -> None:
    assert rounds_of_the_loop(pieces=40, other_work=0.02) < 20


def test_batches_have_a_bound_of_their_own() -> None:
    one = Lane(1, 2)
    with one.owing(1.5), one.owing(1.5), pytest.raises(RefusedError) as refused, one.owing(0.1):
        pass
    assert refused.value.retry_after == 3.0
    assert one.owed == 0


def test_overload_is_refused_at_once_and_nobody_gets_another_s_answer() -> None:
    library = MemoryLibrary(CountingScorer(seconds=0.02))
    with serving(library, queue_seconds=0.2) as client:

        def call(number: int) -> tuple[int, bool]:
            body = {"id": str(number), "text": ARTICLE, "explain": "none"}
            answer = client.post("/v1/score", json=body)
            if answer.status_code == 503:
                assert answer.json()["code"] == "overloaded"
                assert int(answer.headers["retry-after"]) >= 1
                return 503, True
            return answer.status_code, answer.json()["id"] == str(number)

        with ThreadPoolExecutor(64) as callers:
            answers = list(callers.map(call, range(200)))
        statuses = [status for status, _ in answers]
        assert set(statuses) == {200, 503}
        assert all(own for _, own in answers)
        assert client.get("/livez").status_code == 200
        assert 'escalation_refused_total{code="overloaded"}' in client.get("/metrics").text


def test_single_articles_overtake_a_batch() -> None:
    library = MemoryLibrary(CountingScorer(seconds=0.009))
    with serving(library, queue_seconds=2) as client, ThreadPoolExecutor(1) as other:
        batch = {"articles": [{"text": ARTICLE}] * 250, "explain": "none"}
        running = other.submit(client.post, "/v1/score:batch", json=batch)
        time.sleep(0.3)
        single = client.post("/v1/score", json={"text": ARTICLE})
        assert single.status_code == 200
        assert not running.done()
        assert running.result().status_code == 200
