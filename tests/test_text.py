"""The text layer: words and offsets, sentences, amounts, tolls, scope, the cue language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.article import Article
from models.errors import LexiconError
from models.features.amounts import amount
from models.features.extractor import shipped_extractor
from models.features.lexicon import shipped_lexicon
from models.text.patterns import parse
from models.text.separators import BOUNDARY
from models.text.tokens import offsets, split

LEXICON = shipped_lexicon()


@given(st.text(max_size=200))
def test_parts_joined_are_the_text(text: str) -> None:
    parts = split(text)
    assert "".join(parts) == text
    assert len(parts) % 2 == 1
    assert offsets(parts)[-1] == len(text)


@given(st.text(max_size=200))
def test_one_symbol_a_part(text: str) -> None:
    document = LEXICON.document(text)
    assert len(document.symbols) == len(document.parts)
    assert BOUNDARY not in document.symbols[1::2]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Gen. Omar met Mr. Diallo. They spoke.", 2),
        ("The U.S. army left Jan. 5 for Mali.", 1),
        ("It ended in Gaza.The army said nothing.", 2),
        ("Prices rose 3.5 percent in 2015.", 1),
        ("A headline\n\nThe body of the story.", 2),
        ("“Leave!” he said. They left", 3),
    ],
)
def test_sentences(text: str, sentences: int) -> None:
    assert len(LEXICON.document(text).boundaries) - 1 == sentences + text.endswith(".") - 1 + (
        0 if text.endswith(".") else 1
    )


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("1,200 people", 1200), ("34", 34), ("twenty five men", 25), ("two dozen", 24),
        ("three hundred and ten", 310), ("dozens", 30), ("a dozen", 12), ("a soldier", 1),
        ("hundreds", 200), ("two thousand", 2000), ("people", None), ("99999999999", None),
        ("1.1.1.1", 1),
    ],
)  # fmt: skip
def test_amounts(words: str, value: int | None) -> None:
    assert amount(words.split())[0] == value


def tolls(text: str) -> set[tuple[str, str]]:
    found = shipped_extractor().extract(Article(text))
    return {
        (e.feature.partition(".")[2], e.roles["amount"]) for e in found.evidence if e.rule == "toll"
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A bomb killed 14 people and wounded 40 in the market.",
         {("killed", "14"), ("wounded", "40")}),
        ("At least five people are killed and 21 injured after a bomb explodes.",
         {("killed", "5"), ("wounded", "21")}),
        ("Gunmen shot dead a 15-year-old boy.", set()),
        ("The rebels' attack left 46 dead.", {("killed", "46")}),
        ("An air strike killed twenty-five soldiers.", {("killed", "25")}),
        ("More than 4,000 people have been killed since the war began.",
         {("running_total", "4000")}),
        ("The earthquake killed 300 people.", set()),
        ("Clashes between rebels and troops killed dozens.", {("killed", "30")}),
    ],
)  # fmt: skip
def test_tolls(text: str, expected: set[tuple[str, str]]) -> None:
    assert tolls(text) == expected


@pytest.mark.parametrize(
    ("text", "family", "mark"),
    [
        ("The army did not attack the rebel base.", "armed_violence", "negated"),
        ("The ministry denied that it would retaliate against the rebels.", "threat_language",
         "negated"),
        ("In 1921 the army seized the port from the rebels.", "military_setbacks", "past"),
        ("In a war game, soldiers attacked the mock base of the army.", "armed_violence",
         "hypothetical"),
        ("The army began an offensive to retake the town.", "military_setbacks", "hypothetical"),
    ],
)  # fmt: skip
def test_scope_marks_evidence_and_keeps_it_out(text: str, family: str, mark: str) -> None:
    found = shipped_extractor().extract(Article(text))
    evidence = [item for item in found.evidence if item.family == family]
    assert evidence
    assert all(getattr(item.scope, mark) for item in evidence), evidence


def test_a_threat_on_a_condition_is_a_threat() -> None:
    found = shipped_extractor().extract(
        Article("If they attack, the army will strike Mali, it said.")
    )
    assert any(threat.conditional for threat in found.threats)


def test_a_broken_truce_is_escalation() -> None:
    found = shipped_extractor().extract(Article("The truce between the armies collapsed."))
    families = {item.family for item in found.evidence}
    assert "scope_widening" in families
    assert "de_escalation" not in families


@pytest.mark.parametrize(
    "pattern", ["", "~3 word", "!word next", "@nowhere", "<planet>", "ab*", "Word", "a,b", "~x y"]
)
def test_bad_patterns_are_named(pattern: str) -> None:
    with pytest.raises(LexiconError):
        parse(pattern, {})
