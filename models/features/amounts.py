"""Numbers as news writes them: digits, words, dozens."""

from __future__ import annotations

from collections.abc import Sequence

_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_LOOSE = {"a": 1, "an": 1, "another": 1, "his": 1, "her": 1, "its": 1, "couple": 2, "several": 4,
          "numerous": 5, "many": 5, "dozen": 12, "dozens": 30, "score": 20, "scores": 40,
          "hundreds": 200, "thousands": 2000, "millions": 1_000_000}  # fmt: skip
"""Loose amounts, at the low end of what the word promises."""
_FACTORS = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "dozen": 12, "score": 20}
_LONGEST = 5

MAX_AMOUNT = 10_000_000
"""Larger numbers are money or distance, never people hit in one event."""


def amount(words: Sequence[str]) -> int | None:
    """The amount that ``words`` begin with, in persons; None if they begin with none.

    Reads "1,200", "34", "twenty five", "two dozen", "three hundred and ten", "dozens".
    """
    total = current = 0
    read = False
    for position, raw in enumerate(words[:_LONGEST]):
        word = raw.lower()
        if word[:1].isdigit():
            if read:
                break
            number = _digits(word)
            if number is None:
                return None
            current, read = number, True
        elif word in _FACTORS and read:
            current *= _FACTORS[word]
            total, current = (total + current, 0) if word != "hundred" else (total, current)
        elif word in _UNITS or word in _TENS:
            current, read = current + _UNITS.get(word, _TENS.get(word, 0)), True
        elif word in _LOOSE and not read:
            if position or word not in ("a", "an"):
                return _LOOSE[word]
            follow = words[1].lower() if len(words) > 1 else ""
            return _FACTORS.get(follow, _LOOSE.get(follow, 1) if follow in _LOOSE else 1)
        elif word in _FACTORS:
            current, read = _FACTORS[word], True
        elif not (word == "and" and read):
            break
    value = total + current
    return value if read and value <= MAX_AMOUNT else None


def _digits(word: str) -> int | None:
    digits = word.replace(",", "")
    if digits.isdigit():
        return int(digits) if len(digits) <= len(str(MAX_AMOUNT)) else None
    try:
        return int(float(digits))
    except ValueError:
        return None
