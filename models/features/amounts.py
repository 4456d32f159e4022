"""Numbers as news writes them: digits, words, dozens."""

from __future__ import annotations

from collections.abc import Sequence

_UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_LOOSE = {"a": 1, "an": 1, "another": 1, "his": 1, "her": 1, "its": 1, "couple": 2, "several": 4,
          "numerous": 5, "many": 5, "dozen": 12, "dozens": 30, "score": 20, "scores": 40,
          "hundreds": 200, "thousands": 2000, "millions": 1_000_000}  # fmt: skip
"""Loose amounts, at the low end of what the word promises."""
_ARTICLES = ("a", "an", "another")
_FACTORS = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "dozen": 12, "score": 20}
_LONGEST = 5

MAX_AMOUNT = 10_000_000
"""Larger numbers are money or distance, never people hit in one event."""
_MOST_DIGITS = len(str(MAX_AMOUNT))


def amount(words: Sequence[str]) -> tuple[int | None, int]:
    """The amount that ``words`` begin with, in persons, and how many words it takes.

    (None, 0) if they begin with none. Reads "1,200", "34", "twenty five", "two dozen",
    "three hundred and ten", "dozens", "a dozen".
    """
    total = current = used = 0
    for position, raw in enumerate(words[:_LONGEST]):
        word = raw.lower()
        if word[:1].isdigit():
            number = _digits(word)
            if used or number is None:
                break
            current, used = number, position + 1
        elif word in _FACTORS and used:
            current = max(current, 1) * _FACTORS[word]
            if word != "hundred":
                total, current = total + current, 0
            used = position + 1
        elif word in _UNITS or word in _TENS:
            current, used = current + _UNITS.get(word, _TENS.get(word, 0)), position + 1
        elif word in _LOOSE and (not used or words[0].lower() in _ARTICLES):
            current, used = _LOOSE[word], position + 1
        elif not (word == "and" and used and current % 100 == 0):
            break
    value = total + current
    return (value, used) if used and value <= MAX_AMOUNT else (None, 0)


def _digits(word: str) -> int | None:
    whole, _, _ = word.replace(",", "").partition(".")
    return (
        int(whole) if whole.isascii() and whole.isdigit() and len(whole) <= _MOST_DIGITS else None
    )
