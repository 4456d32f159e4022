from __future__ import annotations

import json

import pytest

from service.batch.duplicates import Originals, sketch
from tests.batch_command import invoke, run, table_of

WIRE = (
    "Government troops pushed into the northern district on Tuesday after a night of shelling, "
    "officials said, as the two sides traded blame for the collapse of a week-old truce. At least "
    "eleven people died when rockets hit a market in the regional capital, according to the "
    "provincial health office. The defence minister warned that the army would not stop at the "
    "river if the attacks went on, and a rebel spokesman said reinforcements were on their way."
)
REPRINTS = [
    WIRE,
    "NORTHTOWN (Agency) - " + WIRE,
    WIRE.replace("on Tuesday ", "").replace("At least eleven", "Eleven"),
    WIRE.upper(),
    WIRE + " This story has been updated.",
]
OTHERS = [
    "The central bank left its rate unchanged on Tuesday, officials said, as prices rose.",
    "Troops on both sides kept to the truce on Tuesday and no one was hurt, officials said.",
    "The truce.",
    "",
]
ROWS = [
    {"id": 1, "text": OTHERS[0]},
    {"id": "wire", "text": REPRINTS[0]},
    {"id": 3, "text": REPRINTS[1]},
    {"id": 4, "text": OTHERS[1]},
    {"id": 5, "text": REPRINTS[2]},
    {"id": 6, "text": REPRINTS[3]},
    {"id": 7, "text": OTHERS[3]},
    {"id": 8, "text": REPRINTS[4]},
    {"id": 9, "text": OTHERS[2]},
    {"id": 10, "text": OTHERS[2]},
]
EXPECTED = [None, None, "wire", None, "wire", "wire", "wire", None, "9"]


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


@pytest.mark.parametrize("format_", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("folder", [False, True])
def test_five_reprints_are_one_signal(tmp_path, source, format_, folder):
    outputs = []
    for size, workers in ((1 << 20, 1), (600, 2)):
        out = tmp_path / f"out{size}.{format_}"
        summary = run(
            source, f"{out}/" if folder else out, duplicates=True, partition_bytes=size,
            workers=workers, format=format_,
        )  # fmt: skip
        assert (summary.scored, summary.duplicates) == (9, 5)
        parts = sorted(out.iterdir()) if folder else [out]
        outputs.append([row for part in parts for row in table_of(part)])
    empty = "" if format_ == "csv" else None
    for rows in outputs:
        assert [row["duplicate_of"] for row in rows] == [value or empty for value in EXPECTED]
        assert list(rows[0])[-1] == "duplicate_of"
    assert outputs[0] == outputs[1]


def test_the_command_counts_them(tmp_path, source):
    done = invoke(source, "--output", tmp_path / "out.jsonl", "--duplicates", "--prefix", "x_")
    assert json.loads(done.stdout)["duplicates"] == 5
    assert table_of(tmp_path / "out.jsonl")[2]["x_duplicate_of"] == "wire"


def test_only_the_latest_texts_are_remembered():
    originals = Originals(window=2)
    found = [
        originals.original_of(str(number), sketch(f"{word} " * 9))
        for number, word in enumerate(["first", "second", "first", "third", "first", "first"])
    ]
    assert found == [None, None, "0", None, None, "4"]
    assert originals.repeats == 2


def test_a_text_without_words_in_common_is_no_duplicate():
    originals = Originals()
    assert originals.original_of("a", sketch(WIRE)) is None
    assert originals.original_of("b", sketch(" ".join(reversed(WIRE.split())))) is None
    assert originals.original_of("c", sketch(WIRE[: len(WIRE) // 3])) is None
