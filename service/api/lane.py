"""Where scoring takes its turn: one article at a time in a process, admitted by measured time.

Scoring is pure Python, so it runs on the event loop itself, in short rounds between two polls
of the sockets. A thread adds no throughput, only waiting for the interpreter lock: a hop there
and back costs 0.15 ms, as much as a short article, and under a flood of requests the loop, which
gives the lock up and takes it back at every socket call, starves the thread for seconds. The
longest text accepted holds the loop for 0.3 s at worst. More cores: more processes.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, TypeVar

from models.explanation import ExplainLevel
from service.api.pace import Pace, size_of
from service.api.problems import OVERLOADED, RefusedError

Result = TypeVar("Result")

ROUND_SECONDS = 0.01
"""How long a round of scoring holds the loop, if one article does not take longer."""

LONGEST_ROUND = 0.05
"""Seconds: a round lasts as long as the loop was busy with other things since the last one, up
to this. Refusing a flood of requests thus never takes the turns of those let in before."""


@dataclass(slots=True)
class _Piece:
    work: Callable[[], Any]
    size: int
    explain: ExplainLevel
    done: asyncio.Future[Any] = field(default_factory=asyncio.Future)


class Lane:
    """Admits work while the expected wait is bearable and runs it in order of arrival."""

    def __init__(
        self,
        longest_wait: float,
        longest_owed: float,
        report: Callable[[int, float], None] = lambda depth, wait: None,
    ) -> None:
        self.owed = 0.0
        """Seconds of batch work accepted and not finished."""
        self.depth = 0
        """Pieces of work waiting or running."""
        self._longest_wait = longest_wait
        self._longest_owed = longest_owed
        self._report = report
        self._waiting: deque[_Piece] = deque()
        self._sizes: Counter[ExplainLevel] = Counter()
        self._busy: asyncio.Task[None] | None = None
        self._free_since = 0.0
        self._pace = Pace()

    def expected(self, characters: int, explain: ExplainLevel) -> float:
        """Seconds by which a text of this length makes the queue longer."""
        return self._pace.seconds({explain: size_of(characters)})

    @property
    def wait(self) -> float:
        """Seconds that a newcomer is expected to wait for its turn, at the pace as it is now."""
        return self._pace.seconds(self._sizes)

    def admit(self) -> None:
        """Let a request in.

        Raises:
            RefusedError: it would wait too long.
        """
        wait = self.wait
        if wait > self._longest_wait:
            raise RefusedError(
                OVERLOADED,
                "more articles are waiting than can be scored in time: send it again later",
                retry_after=wait,
            )

    @contextmanager
    def owing(self, seconds: float) -> Iterator[None]:
        """Hold a batch's work on the books until it is finished.

        Raises:
            RefusedError: too much batch work is unfinished already.
        """
        if self.owed > self._longest_owed:
            raise RefusedError(
                OVERLOADED,
                "other batches fill the time set aside for them: send it again later",
                retry_after=self.owed,
            )
        self.owed += seconds
        try:
            yield
        finally:
            self.owed -= seconds

    async def run(
        self, work: Callable[[], Result], characters: int, explain: ExplainLevel
    ) -> Result:
        """Run ``work`` when its turn comes, and learn from how long it took."""
        piece = _Piece(work, size_of(characters), explain)
        self._count(piece, 1)
        self._waiting.append(piece)
        if self._busy is None:
            self._free_since = perf_counter()
            self._busy = asyncio.create_task(self._work_off())
        try:
            result: Result = await piece.done
            return result
        finally:
            self._count(piece, -1)

    def _count(self, piece: _Piece, one: int) -> None:
        self.depth += one
        self._sizes[piece.explain] += one * piece.size
        self._report(self.depth, self.wait)

    async def _work_off(self) -> None:
        """Run what is waiting, in rounds. Started as a task of its own: requests that arrived
        together are queued, and so counted, before the first of them runs."""
        while self._waiting:
            begun = perf_counter()
            length = min(LONGEST_ROUND, max(ROUND_SECONDS, begun - self._free_since))
            self._round(begun + length)
            await asyncio.sleep(0)
        self._busy = None

    def _round(self, end: float) -> None:
        sizes: Counter[ExplainLevel] = Counter()
        now = 0.0
        while self._waiting and now < end:
            piece = self._waiting.popleft()
            if not piece.done.cancelled():
                _run(piece)
                sizes[piece.explain] += piece.size
            now = perf_counter()
        if sizes:
            # From when the lane was free: what the loop did in between, as refusing others,
            # is part of how fast the queue moves.
            self._pace.learn(now - self._free_since, sizes)
        self._free_since = now


def _run(piece: _Piece) -> None:
    try:
        piece.done.set_result(piece.work())
    except Exception as error:
        # Whatever it is concerns the caller who waits for this piece, not the lane.
        piece.done.set_exception(error)
