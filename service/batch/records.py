"""Records of a text input: lines, and CSV records that may span several lines."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from service.batch.errors import Fault, StreamBrokenError

MAX_RECORD_BYTES = 16 << 20
"""Longest record that is read: 16 MiB, 20 times the longest text that is scored."""

KEPT_BYTES = 1 << 16
"""How much of a longer record is kept, for the errors file."""

_QUOTED = re.compile(rb'(?:[^"]|"")*+')


class Record(NamedTuple):
    """One record without its line end; with a ``fault``, it is what could be read of it."""

    data: bytes
    fault: Fault | None = None


def lines(pieces: Iterable[bytes], limit: int = MAX_RECORD_BYTES) -> Iterator[Record]:
    """The lines of a stream. A line over ``limit`` bytes is skipped without being held."""
    rest = b""
    skipping = False
    try:
        for piece in pieces:
            first, *others = piece.split(b"\n")
            if not skipping:
                rest += first
            for following in others:
                yield _whole(rest, limit)
                rest, skipping = following, False
            if len(rest) > limit:
                rest, skipping = rest[: limit + 1], True
    except StreamBrokenError as broken:
        yield Record(rest[:limit], broken.fault)
        return
    if rest:
        yield _whole(rest, limit)


def _whole(data: bytes, limit: int) -> Record:
    if len(data) <= limit:
        return Record(data)
    return Record(data[:KEPT_BYTES], Fault("row_too_long", f"longer than {limit:,} bytes"))


def csv_records(lines: Iterable[Record], limit: int = MAX_RECORD_BYTES) -> Iterator[Record]:
    """Join the lines of quoted fields.

    A quote that is never closed, to the end of the stream or for ``limit`` bytes, costs the
    line that opened it; the lines after it are read afresh.
    """
    stream = iter(lines)
    again: deque[Record] = deque()
    while (first := _next(again, stream)) is not None:
        held = [first]
        held_bytes = len(first.data)
        inside = first.fault is None and ends_inside_quotes(first.data, False)
        while inside and held_bytes <= limit:
            following = _next(again, stream)
            if following is None:
                break
            held.append(following)
            held_bytes += len(following.data) + 1
            inside = following.fault is None and ends_inside_quotes(following.data, True)
        if inside:
            again.extendleft(reversed(held[1:]))
            yield Record(first.data, Fault("invalid_csv", "a quoted field is never closed"))
        elif len(held) == 1:
            yield first
        else:
            yield Record(b"\n".join(line.data for line in held), held[-1].fault)


def _next(again: deque[Record], stream: Iterator[Record]) -> Record | None:
    return again.popleft() if again else next(stream, None)


def ends_inside_quotes(line: bytes, inside: bool) -> bool:
    """Whether a quoted CSV field is open after ``line``; ``inside``: it was before.

    A quote opens a field only at its start; within it, two quotes stand for one.
    """
    if inside:
        position = 0
    elif line.startswith(b'"'):
        position = 1
    else:
        position = line.find(b',"') + 2
        if position == 1:
            return False
    while True:
        closing = _QUOTED.match(line, position).end()  # type: ignore[union-attr]
        if closing == len(line):
            return True
        opening = line.find(b',"', closing + 1)
        if opening < 0:
            return False
        position = opening + 2
