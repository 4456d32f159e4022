"""Offsets and additivity on any text that can be sent."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Article, load_scorer
from models.errors import ArticleError
from tests.invariants import broken

SCORER = load_scorer()
WORDS = st.sampled_from(
    [
        "Turkey", "the rebels", "threatened to attack", "warned", "killed 34 people", "twenty-five",
        "were wounded", "backed by Russia, Iran and the UAE", "seized", "the airbase",
        "from the army",
        "did not", "ceasefire", "collapsed", "in 1921", "if", "“we will respond”", "said", "U.S.",
        "fell to", "shot down a drone", "denied", "mobilised",
        "\n\n", "\r\n", ". ", ", ", "—", "’s",
        "1,200", "İstanbul", "عاجل", "🔥", "\u200b", "ﬁghting", "e\u0301", "\x00", "striker", "cup",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_news_like_text(text: str) -> None:
    check(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_unicode_text(text: str) -> None:
    check(text)


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(categories=["Cs", "Lu", "Ll", "Zs", "Po"]), max_size=200))
def test_lone_surrogates(text: str) -> None:
    check(text)


def check(text: str) -> None:
    try:
        article = Article(text)
    except ArticleError:
        return
    assert list(broken(SCORER, article)) == []


def test_the_check_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    article = Article("Rebels seized the airbase from the army and killed 34 soldiers.")
    head = SCORER.classifier.escalation
    assert list(broken(SCORER, article)) == []
    head.features[:] += 0.5
    try:
        found, terms, _ = SCORER.features(article)
        assert head.logit(found.values, terms) != 0
        monkeypatch.setattr("models.explaining._totals", lambda *_: dict.fromkeys(_FAMILIES, 0.1))
        assert list(broken(SCORER, article))
    finally:
        head.features[:] -= 0.5


_FAMILIES = (
    "threat_language", "foreign_backers", "military_setbacks", "mobilisation", "armed_violence",
    "scope_widening", "de_escalation", "context", "wording",
)  # fmt: skip
