"""The bytes of an input, a piece at a time: plain, gzip or zstd, told by the first bytes.

Nothing here holds more than one piece, however far a compressed input expands.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from backports import zstd

from service.batch.errors import Fault, StreamBrokenError

PIECE_BYTES = 1 << 18

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """One gzip member, with the interface of the standard library's newer decoders."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data


def is_compressed(first: bytes) -> bool:
    """Whether a file that begins with ``first`` is gzip or zstd."""
    return first.startswith((GZIP_MAGIC, ZSTD_MAGIC))


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The decompressed content of a file in pieces of at most ``PIECE_BYTES``.

    Raises:
        StreamBrokenError: the compressed data is cut short or damaged; all that can be
            read has been yielded before.
    """
    first = file.read(PIECE_BYTES)
    if first.startswith(GZIP_MAGIC):
        yield from _decompressed(first, file, _Gzip)
    elif first.startswith(ZSTD_MAGIC):
        yield from _decompressed(first, file, zstd.ZstdDecompressor)
    else:
        while first:
            yield first
            first = file.read(PIECE_BYTES)


def _decompressed(data: bytes, file: BinaryIO, kind: Callable[[], _Decoder]) -> Iterator[bytes]:
    """Members or frames one after the other, as ``cat a.gz b.gz`` makes them."""
    decoder = kind()
    begun = False
    try:
        while data or (data := file.read(PIECE_BYTES)):
            begun = True
            yield from _expanded(decoder, data)
            data = b""
            if decoder.eof:
                # Tape and disk blocks pad a gzip file with zeros; gzip itself ignores them.
                data = decoder.unused_data.lstrip(b"\0")
                decoder, begun = kind(), False
    except (zlib.error, zstd.ZstdError) as error:
        raise StreamBrokenError(Fault("input_unreadable", f"damaged data: {error}")) from error
    if begun:
        raise StreamBrokenError(Fault("input_truncated", "the compressed data ends too early"))


def _expanded(decoder: _Decoder, data: bytes) -> Iterator[bytes]:
    while True:
        piece = decoder.decompress(data, PIECE_BYTES)
        data = b""
        if piece:
            yield piece
        if decoder.eof or (not piece and decoder.needs_input):
            return
