"""Partitions to workers, by joblib: local processes (loky) or a Dask cluster, the same way.

What happens when workers die: joblib gives up the whole call, so it is made again with the
partitions that are not done. A partition that was under way in two such calls is suspect and
goes on alone and watched: the row it dies on twice is isolated as an error row.
"""

from __future__ import annotations

import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from typing import Any

from joblib import Parallel, delayed

from service.batch import storage
from service.batch.errors import ClusterLostError, WorkersLostError
from service.batch.job import Job
from service.batch.partitions import Partition
from service.batch.worker import score_partition
from service.batch.workspace import Done

DEATHS_BEFORE_SUSPICION = 2
DEATHS_OF_A_LETHAL_ROW = 2


@dataclass(frozen=True, slots=True)
class Backend:
    """Where the workers are.

    ``processes`` and ``ahead`` are joblib's ``n_jobs`` and ``pre_dispatch``; ``active`` makes
    the backend joblib's current one; ``deaths`` are the errors that mean a worker died.
    """

    processes: int
    ahead: int | str
    active: Callable[[], AbstractContextManager[Any]]
    deaths: tuple[type[Exception], ...] = (BrokenExecutor,)


class FanOut:
    """Hands out partitions and yields what comes back, in the order in which it does."""

    def __init__(self, job: Job, backend: Backend, partitions: Iterator[Partition]) -> None:
        self._job = job
        self._backend = backend
        self._waiting = partitions
        self._under_way: dict[int, Partition] = {}
        self._deaths: Counter[int] = Counter()
        # joblib asks for more work from a thread of its own.
        self._asking = threading.Lock()

    def results(self) -> Iterator[Done]:
        """Every partition's record.

        Raises:
            ClusterLostError: the scheduler is gone.
            WorkersLostError: a worker dies before its first row, again and again.
        """
        while True:
            try:
                yield from self._call(self._tasks())
            except self._backend.deaths:
                yield from self._after_a_death()
            except CancelledError as error:
                raise ClusterLostError(f"the cluster is gone: {error}") from error
            else:
                if not self._under_way:
                    return
                # Asked for by joblib in the moment of a death, and then not handed out.
                self._waiting = iter([self._under_way.pop(index) for index in [*self._under_way]])

    def _call(self, tasks: Iterator[Any]) -> Iterator[Done]:
        with self._backend.active():
            parallel = Parallel(
                n_jobs=self._backend.processes,
                pre_dispatch=self._backend.ahead,
                batch_size=1,
                return_as="generator_unordered",
            )
            results = parallel(tasks)
            try:
                for done in results:
                    self._under_way.pop(done.index, None)
                    yield done
            finally:
                # joblib warns of the work that is given up when a run is stopped.
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", UserWarning)
                    results.close()

    def _tasks(self) -> Iterator[Any]:
        while True:
            with self._asking:
                partition = next(self._waiting, None)
                if partition is None:
                    return
                self._under_way[partition.index] = partition
            yield delayed(score_partition)(self._job, partition)

    def _after_a_death(self) -> Iterator[Done]:
        """Sort out what was under way: done after all, to be tried again, or suspect."""
        with self._asking:
            left = [self._under_way[index] for index in sorted(self._under_way)]
            self._under_way.clear()
        again: list[Partition] = []
        for partition in left:
            done = self._job.workspace.read_done(partition.index)
            if done is not None:
                yield done
                continue
            self._deaths[partition.index] += 1
            if self._deaths[partition.index] < DEATHS_BEFORE_SUSPICION:
                again.append(partition)
            else:
                yield self._alone(partition)
        self._waiting = chain(again, self._waiting)

    def _alone(self, partition: Partition) -> Done:
        """Score a suspect partition with no other under way, finding the rows that kill."""
        deaths: Counter[int] = Counter()
        lethal: frozenset[int] = frozenset()
        while True:
            task = delayed(score_partition)(self._job, partition, True, lethal)
            try:
                (done,) = self._call(iter([task]))
                return done
            except self._backend.deaths as error:
                row = self._row_at_death(partition)
                deaths[row] += 1
                if row in lethal or deaths[0] == DEATHS_OF_A_LETHAL_ROW:
                    raise WorkersLostError(
                        f"workers die on a part of {partition.source.address} "
                        f"whichever row they are at: {error}"
                    ) from error
            lethal = frozenset(row for row in deaths if deaths[row] >= DEATHS_OF_A_LETHAL_ROW)

    def _row_at_death(self, partition: Partition) -> int:
        """The row that the watched worker was at; 0 if it had not come to any."""
        cursor = self._job.workspace.cursor(partition.index)
        if not storage.exists(cursor):
            return 0
        row = int(storage.read(cursor))
        storage.remove(cursor)
        return row
