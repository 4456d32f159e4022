from __future__ import annotations

import csv
import gzip
import io
import zlib

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from service.batch.errors import StreamBrokenError
from service.batch.records import Record, csv_records, ends_inside_quotes, lines
from service.batch.streams import PIECE_BYTES, pieces

TEXT = b"".join(b"line %d of a text that compresses\n" % number for number in range(40_000))


def read(data: bytes) -> tuple[bytes, str | None]:
    """What can be read of a stream, and the code of the fault that it ends with."""
    got = []
    try:
        for piece in pieces(io.BytesIO(data)):
            assert len(piece) <= PIECE_BYTES
            got.append(piece)
    except StreamBrokenError as broken:
        return b"".join(got), broken.fault.code
    return b"".join(got), None


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstd.compress])
def test_a_stream_is_read_whole_whatever_its_compression(compress):
    assert read(compress(TEXT)) == (TEXT, None)
    assert read(compress(b"")) == (b"", None)


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress])
def test_members_follow_one_another(compress):
    assert read(compress(TEXT) + compress(b"more")) == (TEXT + b"more", None)


def test_zeros_after_gzip_are_padding():
    assert read(gzip.compress(TEXT) + bytes(512)) == (TEXT, None)


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress])
def test_a_truncated_stream_gives_what_is_there_and_says_so(compress):
    got, code = read(compress(TEXT)[:-200])
    assert code == "input_truncated"
    assert TEXT.startswith(got)


def test_the_beginning_of_a_truncated_stream_is_not_lost():
    noise = b"".join(zlib.compress(b"%d" % number) + b"\n" for number in range(40_000))
    got, code = read(gzip.compress(noise)[:-5000])
    assert code == "input_truncated"
    assert noise.startswith(got)
    assert len(got) > len(noise) * 0.9


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress])
def test_a_damaged_stream_says_so(compress):
    whole = compress(TEXT)
    middle = len(whole) // 2
    damaged = whole[:middle] + bytes(byte ^ 0xFF for byte in whole[middle : middle + 40])
    assert read(damaged + whole[middle + 40 :])[1] == "input_unreadable"


def test_a_bomb_is_expanded_a_piece_at_a_time():
    bomb = gzip.compress(bytes(50 << 20))
    assert sum(len(piece) for piece in pieces(io.BytesIO(bomb))) == 50 << 20
    assert read(bomb)[1] is None


@given(st.lists(st.binary(max_size=30)), st.integers(1, 7))
def test_lines_are_those_of_split_however_they_arrive(parts, width):
    data = b"\n".join(parts)
    arriving = [data[at : at + width] for at in range(0, len(data), width)]
    expected = data.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert [record.data for record in lines(arriving)] == expected


def test_a_line_over_the_limit_costs_that_line_alone():
    records = list(lines([b"a\n" + b"x" * 50, b"x" * 60 + b"\nb\n"], limit=100))
    assert [record.fault and record.fault.code for record in records] == [
        None,
        "row_too_long",
        None,
    ]
    assert list(lines([b"x" * 100 + b"\n"], limit=100)) == [Record(b"x" * 100)]
    assert next(lines([b"x" * 101], limit=100)).fault is not None


CELLS = st.text(st.sampled_from('ab,"\n\r '), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=5), st.integers(1, 9))
def test_csv_records_are_those_of_the_csv_module(rows, width):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    data = text.getvalue().encode()
    arriving = [data[at : at + width] for at in range(0, len(data), width)]
    records = list(csv_records(lines(arriving)))
    assert [next(csv.reader([record.data.decode()])) for record in records] == rows


@pytest.mark.parametrize(
    ("line", "inside", "open_after"),
    [
        (b"a,b", False, False),
        (b'a,"b', False, True),
        (b'"a', False, True),
        (b'5" pipe,b', False, False),
        (b'a 5" pipe,"open', False, True),
        (b'"a ""quoted"" word",b', False, False),
        (b'"a ""quoted"" word', False, True),
        (b'""', False, False),
        (b'"""', False, True),
        (b"still open", True, True),
        (b'closed",b', True, False),
        (b'closed","open', True, True),
        (b'""', True, True),
        (b'"', True, False),
    ],
)
def test_quotes_open_only_at_the_start_of_a_field(line, inside, open_after):
    assert ends_inside_quotes(line, inside) is open_after


def test_a_quote_never_closed_costs_its_line_alone():
    data = [b'1,a\n2,"open\n3,c\n4,"d\nd"\n5,e\n']
    records = list(csv_records(lines(data)))
    assert [record.data for record in records] == [b"1,a", b'2,"open\n3,c\n4,"d', b'd"', b"5,e"]
    records = list(csv_records(lines([b'1,a\n2,"open\n3,c\n4,d\n'])))
    assert [record.data for record in records] == [b"1,a", b'2,"open', b"3,c", b"4,d"]
    assert [record.fault is None for record in records] == [True, False, True, True]


def test_a_quote_is_not_followed_for_ever():
    data = b'1,"open\n' + b"2,b\n" * 100
    records = list(csv_records(lines([data]), limit=50))
    assert len(records) == 101
    assert records[0].fault is not None
    assert records[100] == Record(b"2,b")
