from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from service.batch.articles import article_of
from service.batch.errors import Fault, RowError
from service.batch.records import Record
from service.batch.rows import BadRow, Row, csv_header, csv_parser, parse, parse_json


def code_of(function, *arguments):
    with pytest.raises(RowError) as caught:
        function(*arguments)
    return caught.value.code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "invalid_json"),
        (b"[1]", "invalid_json"),
        (b'"text"', "invalid_json"),
        (b"null", "invalid_json"),
        (b'{"a": NaN}', "invalid_json"),
        (b'{"a": -Infinity}', "invalid_json"),
        (b'{"a": 1e999}', "invalid_json"),
        (b'{"a": 1, "a": 2}', "invalid_json"),
        (b'{"a": {"b": 1, "b": 2}}', "invalid_json"),
        (b'{"a": "\\ud800"}', "invalid_json"),
        (b'{"\\uDC00": 1}', "invalid_json"),
        (b'{"a": ' + b"9" * 5000 + b"}", "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b'{"a": 1} trailing', "invalid_json"),
        (b'{"a": "\xff"}', "invalid_utf8"),
        (b'{"a": "cut \xc3', "invalid_utf8"),
    ],
)
def test_what_is_not_an_object_in_json_is_refused(line, code):
    assert code_of(parse_json, line) == code


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        (b'{"a": "\\\\ud800"}', {"a": "\\ud800"}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": "\\u0000"}', {"a": "\0"}),
        (b'{"a": 123456789012345678901234567890}', {"a": 123456789012345678901234567890}),
    ],
)
def test_unusual_json_is_read(line, columns):
    assert parse_json(line) == columns


def test_blank_lines_are_no_rows():
    assert parse(Record(b""), 1, parse_json) is None
    assert parse(Record(b" \r"), 1, parse_json) is None
    assert isinstance(parse(Record(b"{}"), 1, parse_json), Row)


def test_a_fault_makes_a_bad_row_with_what_there_is():
    fault = Fault("input_truncated", "cut")
    assert parse(Record(b'{"id', fault), 7, parse_json) == BadRow(7, fault, b'{"id')


def test_csv_rows_need_the_header_s_number_of_cells():
    parser = csv_parser(csv_header(b"\xef\xbb\xbfid,text"))
    assert parser(b'1,"two\nlines, ""quoted"""') == {"id": "1", "text": 'two\nlines, "quoted"'}
    assert parser(b"1,with a \0 inside") == {"id": "1", "text": "with a \0 inside"}
    for wrong in (b"1", b"1,2,3", b'1,"open', b'1,"closed" and more'):
        assert code_of(parser, wrong) == "invalid_csv"
    assert code_of(parser, b"1,\xff") == "invalid_utf8"


@pytest.mark.parametrize("header", [b"id,text,id", b"", b'id,"te', b"\xff"])
def test_an_unusable_header_is_refused(header):
    code_of(csv_header, header)


def test_an_article_is_made_of_its_columns():
    article = article_of(
        {
            "id": 7,
            "text": "Some text.",
            "title": "T",
            "language": "",
            "source": None,
            "published_at": "2024-03-01T23:30:00-05:00",
            "other": object(),
        }
    )
    assert (article.id, article.language, article.published_at) == ("7", "en", date(2024, 3, 1))


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-03-01", date(2024, 3, 1)),
        ("", None),
        (None, None),
        (date(2024, 3, 1), date(2024, 3, 1)),
        (datetime(2024, 3, 1, 12, tzinfo=UTC), date(2024, 3, 1)),
    ],
)
def test_the_day_of_publication(value, day):
    assert article_of({"id": "1", "text": "t", "published_at": value}).published_at == day


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"text": "t"}, "missing_column"),
        ({"id": "1"}, "missing_column"),
        ({"id": "", "text": "t"}, "missing_column"),
        ({"id": None, "text": "t"}, "missing_column"),
        ({"id": "1", "text": None}, "missing_column"),
        ({"id": True, "text": "t"}, "invalid_column"),
        ({"id": 1.5, "text": "t"}, "invalid_column"),
        ({"id": "1", "text": 5}, "invalid_column"),
        ({"id": "1", "text": ["t"]}, "invalid_column"),
        ({"id": "1", "text": "t", "title": 5}, "invalid_column"),
        ({"id": "1", "text": "t", "language": 5}, "invalid_column"),
        ({"id": "1", "text": "t", "published_at": "yesterday"}, "invalid_column"),
        ({"id": "1", "text": "t", "published_at": 20240301}, "invalid_column"),
    ],
)
def test_wrong_columns_are_refused(columns, code):
    assert code_of(article_of, columns) == code
