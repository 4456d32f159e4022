"""Bad input: a clear error or a marked warning, never a crash and never a silent score."""

from __future__ import annotations

import pytest

from models import Article, load_scorer
from models.article import MAX_CHARACTERS
from models.errors import (
    ArticleError,
    LanguageNotSupportedError,
    TextBinaryError,
    TextEmptyError,
    TextTooLongError,
)
from tests.invariants import broken

ATTACK = "Rebels seized the airbase from the army and killed 34 soldiers near the border."


@pytest.mark.parametrize(
    ("text", "error", "code"),
    [
        ("", TextEmptyError, "text_empty"),
        (" \t\r\n\u3000", TextEmptyError, "text_empty"),
        ("...!?", TextEmptyError, "text_empty"),
        ("🔥🔥", TextEmptyError, "text_empty"),
        ("a" * (MAX_CHARACTERS + 1), TextTooLongError, "text_too_long"),
        ("war " * 2_500_000, TextTooLongError, "text_too_long"),
        (bytes(range(256)).decode("latin-1") * 4, TextBinaryError, "text_binary"),
        ("PNG\x89\x00\x00\x00\rIHDR\x00\x00", TextBinaryError, "text_binary"),
    ],
)
def test_refused(text: str, error: type[ArticleError], code: str) -> None:
    with pytest.raises(error) as caught:
        Article(text)
    assert caught.value.code == code
    assert ":" in str(caught.value)


@pytest.mark.parametrize("language", ["fr", "ar-SA", "zh", ""])
def test_other_languages_are_refused(language: str) -> None:
    with pytest.raises(LanguageNotSupportedError):
        Article(ATTACK, language=language)


@pytest.mark.parametrize("language", ["en", "EN", "en-GB", "en_US", "eng"])
def test_english_is_read(language: str) -> None:
    assert Article(ATTACK, language=language).text == ATTACK


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("Rebels attack town.", "text_short"),
        (ATTACK + "\x00", "control_characters"),
        (ATTACK + "\ud83d", "lone_surrogates"),
        ("Les rebelles ont pris la base aérienne et tué trente soldats près de Goma.",
         "language_doubtful"),
        ("استولى المتمردون على القاعدة الجوية وقتلوا ثلاثين جنديا قرب الحدود",
         "language_doubtful"),
        ("The home side won the derby with two late goals in front of their own fans.",
         "out_of_scope"),
        (f"{ATTACK}\n" * 100, "text_long"),
    ],
)  # fmt: skip
def test_marked(text: str, warning: str) -> None:
    article = Article(text)
    assert warning in {item.code for item in load_scorer().assess(article).warnings}
    assert list(broken(load_scorer(), article)) == []


@pytest.mark.parametrize(
    "text",
    [
        ATTACK.replace(" ", "\r\n"),
        "🔥 " + ATTACK + " 🔥",
        "\u202e" + ATTACK,
        ATTACK.replace("army", "army\u200b").replace("seized", "sei\u00adzed"),
        ATTACK.upper(),
        ATTACK.lower(),
        "İIı " + ATTACK,
    ],
)
def test_offsets_hold_in_odd_text(text: str) -> None:
    assert list(broken(load_scorer(), Article(text))) == []


def test_case_alone_does_not_decide() -> None:
    scorer = load_scorer()
    plain, lowered = (scorer.assess(Article(text)).score for text in (ATTACK, ATTACK.lower()))
    assert abs(plain - lowered) < 0.15
