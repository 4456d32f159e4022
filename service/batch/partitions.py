"""Partitions: the units of work, cut by what the input is and never by who does the work.

An input that can be entered anywhere (plain JSONL, Parquet with row groups of a sensible
size) or that is small is only described, and the worker reads it. One that can be read
from its start alone (a large gzip or zstd file, a pipe), or whose records cannot be told
without reading what comes before (CSV), is read once by the driver, which lays each part
down for a worker, no more than a few ahead of them (``service.batch.cuts``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.batch import storage, streams
from service.batch.cuts import Cut, CutsFolder, csv_cuts, line_cuts, row_group_cuts
from service.batch.errors import Fault, StreamBrokenError
from service.batch.sources import STDIN, Source
from service.batch.tables import parquet_file

SMALLEST_BYTES, LARGEST_BYTES = 1 << 19, 64 << 20
PARTITIONS_WANTED = 256


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of one source.

    ``start`` and ``stop`` are bytes of plain JSONL or row groups of Parquet; a ``cut`` is a
    copy laid down by the driver, with the CSV ``header`` it came under and the ``fault``
    that it ends with. ``weight`` is its share of the source's stored bytes.
    """

    index: int
    source: Source
    start: int = 0
    stop: int | None = None
    cut: str | None = None
    header: bytes | None = None
    fault: Fault | None = None
    digest: str | None = None
    weight: int = 0


def partition_bytes(sources: Sequence[Source]) -> int:
    """A size that keeps many workers busy on a small input and files few on a large one."""
    total = sum(source.size or 0 for source in sources)
    return min(max(total // PARTITIONS_WANTED, SMALLEST_BYTES), LARGEST_BYTES)


def partitions(sources: Sequence[Source], target: int, folder: CutsFolder) -> Iterator[Partition]:
    """All partitions in input order, found as they are asked for."""
    index = 0
    for source in sources:
        for part in _parts(source, target, folder):
            yield replace(part, index=index)
            index += 1
            folder.next_index = index


def _parts(source: Source, target: int, folder: CutsFolder) -> Iterator[Partition]:
    if source.size is not None and source.size <= target:
        yield Partition(0, source, weight=source.size)
    elif source.format == "parquet":
        yield from _row_groups(source, target, folder)
    elif source.format == "csv":
        yield from _cut(source, csv_cuts(source, target, folder))
    elif source.address == STDIN or _compressed(source):
        yield from _cut(source, line_cuts(source, target, folder))
    else:
        yield from _byte_ranges(source, target)


def _compressed(source: Source) -> bool:
    with storage.open_read(source.address) as file:
        return streams.is_compressed(file.read(len(streams.ZSTD_MAGIC)))


def _byte_ranges(source: Source, target: int) -> Iterator[Partition]:
    """Ranges of a plain JSONL file; a line belongs to the range in which it begins."""
    assert source.size is not None  # noqa: S101 - a file, not a pipe
    for start in range(0, source.size, target):
        stop = min(start + target, source.size)
        yield Partition(0, source, start, stop, weight=stop - start)


def _cut(source: Source, cuts: Iterator[Cut]) -> Iterator[Partition]:
    for cut in cuts:
        yield Partition(
            0,
            source,
            cut=cut.address,
            header=cut.header,
            fault=cut.fault,
            digest=cut.digest,
            weight=cut.weight,
        )


def _row_groups(source: Source, target: int, folder: CutsFolder) -> Iterator[Partition]:
    """Runs of row groups; one that is too large for a partition is cut."""
    try:
        with parquet_file(source.address) as file:
            groups = [file.metadata.row_group(group) for group in range(file.num_row_groups)]
            sizes = [group.total_byte_size for group in groups]
    except StreamBrokenError:
        # The worker meets the same damage and reports it as an error row.
        yield Partition(0, source, weight=source.size or 0)
        return
    start = held = 0
    share = (source.size or 0) / max(1, sum(sizes))
    for group, size in enumerate(sizes):
        if held and held + size > target:
            yield Partition(0, source, start, group, weight=int(held * share))
            start, held = group, 0
        if size > 2 * target:
            yield from _cut(source, row_group_cuts(source, group, target, folder, share))
            start = group + 1
        else:
            held += size
    if held or not sizes:
        yield Partition(0, source, start, len(sizes), weight=int(held * share))
