"""One partition, from its first row to its record in ``done/``."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import ExitStack
from functools import cache

import pyarrow as pa

from models.errors import ArticleError
from models.explanation import Assessment
from service.batch import duplicates, storage
from service.batch.articles import article_of, row_id
from service.batch.errors import RowError
from service.batch.formats import Scored
from service.batch.job import OUTPUT_FORMATS, Job, Scorer
from service.batch.partitions import Partition
from service.batch.readers import blocks
from service.batch.rejects import Rejects, raw_of
from service.batch.rows import BadRow, Block, Row
from service.batch.tables import plain_rows
from service.batch.workspace import Done

ORPHAN_SECONDS = 0.5


def score_partition(
    job: Job, partition: Partition, watched: bool = False, lethal: frozenset[int] = frozenset()
) -> Done:
    """Score a partition and leave its files in the workspace, ``done/`` last.

    Whatever a row does, it ends up scored or as an error row. ``watched`` notes down each
    row before it is touched, so that the driver can tell which one killed the process;
    ``lethal`` rows are those that did so twice, and become error rows untouched.

    Raises:
        WorkerModelError: this process has another model than the driver.
        OSError: the disk is full, a file is gone and the like; the run stops.
    """
    if job.driver not in (None, os.getpid()):
        _serve(job.driver)
    with ExitStack() as stack:
        work = _Work(job, partition, stack)
        for block in blocks(partition):
            work.score(block, watched, lethal)
        return work.commit()


class _Work:
    """The files of a partition while it is worked on."""

    def __init__(self, job: Job, partition: Partition, stack: ExitStack) -> None:
        index = partition.index
        self._job = job
        self._partition = partition
        self._scorer = job.model.scorer()
        self._part = stack.enter_context(storage.NewFile(job.workspace.part(index)))
        self._errors = stack.enter_context(storage.NewFile(job.workspace.errors(index)))
        self._writer = OUTPUT_FORMATS[job.format].part_writer(self._part.file, job.columns)
        self._rejects = Rejects(self._errors.file, partition.source.address)
        self._sketches = _Sketches(job, partition, stack) if job.columns.duplicates else None
        self._scored = self._records = 0

    def score(self, block: Block, watched: bool, lethal: frozenset[int]) -> None:
        scored: list[Scored] = []
        for row in block.rows:
            if watched:
                cursor = self._job.workspace.cursor(self._partition.index)
                storage.write(cursor, str(row.number).encode())
            try:
                scored.append(self._outcome(row, block, row.number in lethal))
            except RowError as error:
                self._reject(row, block, error)
        if scored:
            self._writer.write(block, scored)
            if self._sketches is not None:
                self._sketches.add([row for row, _ in scored])
        self._scored += len(scored)
        self._records = block.last

    def _outcome(self, row: Row | BadRow, block: Block, is_lethal: bool) -> Scored:
        if isinstance(row, BadRow):
            raise RowError(row.fault.code, row.fault.detail)
        if is_lethal:
            raise RowError("worker_died", "the worker died on this row, twice")
        columns = self._job.columns
        columns.refuse_clash(row.columns if block.table is None else block.table.schema.names)
        return Scored(row, columns.values(_assess(self._scorer, row, self._job)))

    def _reject(self, row: Row | BadRow, block: Block, error: RowError) -> None:
        id_, raw = None, row.raw
        if isinstance(row, Row):
            id_ = row.columns.get("id")
            if block.table is not None:
                raw = raw_of(plain_rows(block.table.slice(row.place, 1))[0])
        self._rejects.add(row.number, id_, error.code, error.detail, raw)

    def commit(self) -> Done:
        index, workspace = self._partition.index, self._job.workspace
        if self._scored:
            self._writer.finish()
            self._part.commit()
            if self._sketches is not None:
                self._sketches.commit()
        errors = dict(sorted(self._rejects.by_code.items()))
        if errors:
            self._errors.commit()
        done = Done(
            index=index,
            source=self._partition.source.address,
            records=self._records,
            rows=self._scored + sum(errors.values()),
            scored=self._scored,
            errors=errors,
            weight=self._partition.weight,
            digest=self._partition.digest,
        )
        storage.write(workspace.done(index), done.to_json())
        return done


def _assess(scorer: Scorer, row: Row, job: Job) -> Assessment:
    try:
        assessment = scorer.assess(article_of(row.columns), explain=job.columns.explain)
    except ArticleError as error:
        raise RowError(error.code, str(error)) from error
    except RowError:
        raise
    except MemoryError as error:
        raise RowError("out_of_memory", "not enough memory for this row") from error
    except Exception as error:
        # The one place where any error of the scorer is met: it must cost one row, with its
        # name in the errors file, and not the other hundred million.
        raise RowError("internal_error", f"{type(error).__name__}: {error}") from error
    if not 0 <= assessment.score <= 1:
        raise RowError("internal_error", f"score {assessment.score} is not in [0, 1]")
    return assessment


class _Sketches:
    """The sketches of a partition's scored texts."""

    def __init__(self, job: Job, partition: Partition, stack: ExitStack) -> None:
        address = job.workspace.sketches(partition.index)
        self._new = stack.enter_context(storage.NewFile(address))
        self._stream = pa.ipc.new_stream(self._new.file, duplicates.SCHEMA)

    def add(self, rows: list[Row]) -> None:
        ids = [row_id(row.columns) for row in rows]
        sketches = [duplicates.sketch(row.columns["text"]) for row in rows]
        self._stream.write_batch(pa.record_batch([ids, sketches], schema=duplicates.SCHEMA))

    def commit(self) -> None:
        self._stream.close()
        self._new.commit()


@cache
def _serve(driver: int) -> None:
    """What a process does once, before its first partition for a driver on this machine."""
    if threading.current_thread() is threading.main_thread():
        # Ctrl-C reaches every process of a terminal; the driver alone decides what it means.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(driver,), daemon=True).start()


def _end_with(driver: int) -> None:
    """End this process when its driver is gone: its queue's partitions are of no more use."""
    while os.getppid() == driver:
        time.sleep(ORPHAN_SECONDS)
    os._exit(1)
