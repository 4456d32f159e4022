"""Cuts: parts of an input that the driver lays down because no worker could find them.

Each is written just before it is asked for and removed when its partition is done, so the
disk holds a few partitions at a time, not the input over again. The digest of its bytes
lets ``--resume`` see that the input, which may come from a pipe, is still the same.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, NamedTuple

import pyarrow as pa

from service.batch import storage, streams
from service.batch.errors import Fault, StreamBrokenError
from service.batch.records import Record, csv_records, lines
from service.batch.sources import STDIN, Source
from service.batch.tables import group_batches, parquet_file


@dataclass(slots=True)
class CutsFolder:
    """Where cuts go. One whose partition is not ``wanted`` any more is only digested."""

    address: str
    wanted: Callable[[int], bool]
    next_index: int = 0

    def next_cut(self) -> str:
        """The address of the next partition's cut."""
        return self.address_of(self.next_index)

    def address_of(self, index: int) -> str:
        """The address of a partition's cut."""
        return storage.join(self.address, f"{index:08d}")


@dataclass(slots=True)
class Cut:
    """A cut that has been laid down."""

    address: str
    header: bytes | None = None
    fault: Fault | None = None
    digest: str = ""
    weight: int = 0


class _Piece(NamedTuple):
    """Bytes of an input. A cut may end after a record's end, and must end with a fault."""

    data: bytes
    ends_record: bool
    fault: Fault | None = None


class _Sink:
    """Counts, digests and, for a partition that is wanted, writes.

    ``closed`` and ``flush`` are what pyarrow asks of a file.
    """

    closed = False

    def __init__(self, file: BinaryIO | None) -> None:
        self.written = 0
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        self.written += len(data)
        return self._file.write(data) if self._file is not None else len(data)

    def flush(self) -> None:
        """The file is flushed when it gets its name."""

    def digest(self) -> str:
        return self._digest.hexdigest()


@contextmanager
def _sink(folder: CutsFolder) -> Iterator[_Sink]:
    if not folder.wanted(folder.next_index):
        yield _Sink(None)
        return
    with storage.NewFile(folder.next_cut()) as new:
        yield _Sink(new.file)
        new.commit()


@contextmanager
def open_source(source: Source) -> Iterator[BinaryIO]:
    """A source's stored bytes; standard input is read where it stands."""
    if source.address == STDIN:
        yield sys.stdin.buffer
        return
    with storage.open_read(source.address) as file:
        yield file


def line_cuts(source: Source, target: int, folder: CutsFolder) -> Iterator[Cut]:
    """Cuts of about ``target`` bytes of whole lines."""
    with open_source(source) as file:
        yield from _cuts(_line_pieces(streams.pieces(file), target), file, target, folder)


def csv_cuts(source: Source, target: int, folder: CutsFolder) -> Iterator[Cut]:
    """Cuts of about ``target`` bytes of whole CSV records, each with the file's header.

    The header is empty where the file's is unusable; what there is of it is a record then.
    """
    with open_source(source) as file:
        records = csv_records(lines(streams.pieces(file)))
        header = next(records, None)
        if header is None:
            return
        if header.fault is not None:
            records, header = chain([header], records), Record(b"")
        for cut in _cuts(_record_pieces(records), file, target, folder):
            cut.header = header.data
            yield cut


def _line_pieces(pieces: Iterator[bytes], most: int) -> Iterator[_Piece]:
    """Each piece, no longer than ``most``, in two: up to its last line end, and the rest."""
    try:
        for whole in pieces:
            for start in range(0, len(whole), most):
                piece = whole[start : start + most]
                end = piece.rfind(b"\n") + 1
                if end:
                    yield _Piece(piece[:end], True)
                if end < len(piece):
                    yield _Piece(piece[end:], False)
    except StreamBrokenError as broken:
        yield _Piece(b"", True, broken.fault)


def _record_pieces(records: Iterator[Record]) -> Iterator[_Piece]:
    for record in records:
        end = b"\n" if record.fault is None else b""
        yield _Piece(record.data + end, True, record.fault)


def _cuts(
    pieces: Iterator[_Piece], file: BinaryIO, target: int, folder: CutsFolder
) -> Iterator[Cut]:
    piece = next(pieces, None)
    position = 0
    while piece is not None:
        with _sink(folder) as sink:
            fault, piece = _fill(sink, piece, pieces, target)
        # A pipe has no position: what was cut from it is all that can be told.
        before, position = position, file.tell() if file.seekable() else position + sink.written
        yield Cut(folder.next_cut(), None, fault, sink.digest(), position - before)


def _fill(
    sink: _Sink, piece: _Piece | None, pieces: Iterator[_Piece], target: int
) -> tuple[Fault | None, _Piece | None]:
    """Write one cut; returns its fault and the piece that the next one begins with."""
    while piece is not None:
        sink.write(piece.data)
        if piece.fault or (piece.ends_record and sink.written >= target):
            return piece.fault, next(pieces, None)
        piece = next(pieces, None)
    return None, None


def row_group_cuts(
    source: Source, group: int, target: int, folder: CutsFolder, share: float
) -> Iterator[Cut]:
    """Cuts of about ``target`` bytes of a Parquet row group, as Arrow streams."""
    with parquet_file(source.address) as file:
        batches = group_batches(file, group)
        batch = next(batches, None)
        while batch is not None:
            fault = None
            with _sink(folder) as sink, pa.ipc.new_stream(sink, file.schema_arrow) as stream:
                while batch is not None and fault is None and sink.written < target:
                    if isinstance(batch, Fault):
                        fault = batch
                    else:
                        stream.write_batch(batch)
                    batch = next(batches, None)
            yield Cut(folder.next_cut(), None, fault, sink.digest(), int(sink.written * share))
