"""What the scores are calibrated on: texts as they come, not contrived pairs."""

from __future__ import annotations

from training.calibration import calibration_weight
from training.corpus import CorpusRow


def row(number: int, escalates: bool, pair: str = "", relevant: bool = True) -> CorpusRow:
    return CorpusRow(str(number), f"Text {number}.", escalates, relevant=relevant, pair=pair)


def single(count: int) -> list[CorpusRow]:
    return [
        *(row(n, escalates=True) for n in range(count)),
        *(row(n, escalates=False, relevant=False) for n in range(count)),
    ]


PAIRS = [row(1, True, "p"), row(2, False, "p")]


def test_pairs_count_for_nothing_beside_enough_other_texts() -> None:
    weight = calibration_weight([*single(100), *PAIRS])
    assert weight.tolist() == [1.0] * 200 + [0.0, 0.0]


def test_pairs_count_where_there_is_little_else() -> None:
    assert calibration_weight([*single(99), *PAIRS]).tolist() == [1.0] * 200


def test_pairs_count_where_the_rest_has_one_label() -> None:
    relevant = [row(n, escalates=n < 100) for n in range(200)]
    assert calibration_weight([*relevant, *PAIRS]).tolist() == [1.0] * 202
