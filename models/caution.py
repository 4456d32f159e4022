"""What a reader should know about a text before trusting its score."""

from __future__ import annotations

import re

from models.explanation import Warning
from models.text.document import Document

SHORT_TEXT_WORDS = 8
"""Shorter texts than any of the training corpus (shortest: 8 words)."""
LONG_TEXT_WORDS = 1000
"""Longer than the training articles, which are cut near 750 words."""
FUNCTION_WORD_SHARE = 0.15
"""English news has 30 to 45 % of the words below; below half of that it is doubtful."""
_ENOUGH_WORDS = 8
_LOWERED = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "is",
    "are",
    "was",
    "were",
    "for",
    "on",
    "that",
    "by",
    "with",
    "as",
    "at",
    "from",
    "it",
    "has",
    "have",
    "had",
    "be",
    "been",
    "its",
    "after",
    "said",
    "says",
    "this",
    "an",
    "not",
    "but",
    "or",
    "he",
    "she",
    "they",
    "their",
    "his",
    "her",
    "who",
    "which",
    "will",
    "would",
]
_FUNCTION_WORDS = frozenset([*_LOWERED, *map(str.capitalize, _LOWERED)])
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffd]")


def cautions(document: Document, in_scope: bool) -> tuple[Warning, ...]:
    """Warnings about the text; none is an error and none changes the score."""
    found: list[Warning] = []
    words = document.word_count
    if words < SHORT_TEXT_WORDS:
        found.append(
            Warning("text_short", f"{words} words: shorter than any text the model was trained on")
        )
    if words > LONG_TEXT_WORDS:
        found.append(
            Warning("text_long", f"{words:,} words: longer than the texts the model was trained on")
        )
    if words >= _ENOUGH_WORDS:
        plain = sum(map(_FUNCTION_WORDS.__contains__, document.parts[1::2]))
        if plain < FUNCTION_WORD_SHARE * words:
            found.append(
                Warning("language_doubtful", "few English function words: is the text English?")
            )
    if _SURROGATE.search(document.text):
        found.append(Warning("lone_surrogates", "the text holds unpaired surrogate code points"))
    if _CONTROL.search(document.text):
        found.append(
            Warning("control_characters", "the text holds control or undecodable characters")
        )
    if not in_scope:
        found.append(
            Warning("out_of_scope", "does not read as a text about organised armed conflict")
        )
    return tuple(found)
