"""Headlines in capitals are read as if in ordinary case."""

from __future__ import annotations

import pytest

from models.article import Article
from models.features.extractor import shipped_extractor


@pytest.mark.parametrize(
    ("headline", "plain"),
    [
        ("KENYAN-BACKED FIGHTERS ENTER TAL RIFAT SUBURB", "Kenyan-backed fighters enter Tal Rifat"),
        ("Kenyan-Backed Fighters Enter the Northern Suburb", "Kenyan-backed fighters enter"),
    ],
)
def test_a_headline_names_the_parties_that_a_sentence_names(headline: str, plain: str) -> None:
    first, second = (
        shipped_extractor().extract(Article(text)).backers for text in (headline, plain)
    )
    assert [(b.iso3, (b.client or "").lower()) for b in first] == [("KEN", "fighters")]
    assert [(b.iso3, (b.client or "").lower()) for b in second] == [("KEN", "fighters")]


def test_a_state_in_capitals_is_a_state() -> None:
    threats = shipped_extractor().extract(Article("TURKEY VOWS TO SHELL CHAD AIRPORT")).threats
    assert [threat.actor for threat in threats] == ["TURKEY"]


def test_offsets_index_the_text_as_it_was() -> None:
    text = "REBELS SEIZE BASE FROM THE ARMY\n\nThe rebels said so."
    for item in shipped_extractor().extract(Article(text)).evidence:
        assert text[item.start : item.end] == item.text
