"""How a passage is meant: years, conditions, denials, prospects, and words that only look so."""

from __future__ import annotations

import pytest

from models.article import Article
from models.features.evidence import Evidence
from models.features.extractor import shipped_extractor


def evidence(text: str, family: str) -> list[Evidence]:
    found = shipped_extractor().extract(Article(text)).evidence
    of_family = [item for item in found if item.family == family]
    assert of_family, found
    return of_family


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Resolution 1860 calls for a ceasefire between the armies.", "de_escalation"),
        ("The rebels and the army signed a truce, the first since independence in 1960.",
         "de_escalation"),
        ("War in Mali (2012-2015): Rebels seized a base from the army on Monday.",
         "military_setbacks"),
        ("Gunmen killed 1400 civilians in the town.", "armed_violence"),
        ("The army shelled a village beyond the 1967 lines.", "armed_violence"),
        ("A series of attacks on the army killed 60 soldiers.", "armed_violence"),
        ("Thousands fled due to clashes between rebels and troops.", "armed_violence"),
        ("Drones destroyed four T-72 tanks of the army near the river.", "military_setbacks"),
        ("The rebels agreed to a ceasefire if the army leaves the valley.", "de_escalation"),
        ("Troops had to retreat from the town after the rebels attacked.", "military_setbacks"),
    ],
)  # fmt: skip
def test_what_is_told_as_fact_stays_affirmed(text: str, family: str) -> None:
    assert all(item.scope.affirmed for item in evidence(text, family)), evidence(text, family)


@pytest.mark.parametrize(
    ("text", "family", "mark"),
    [
        ("In the 1973 war the army lost 40 tanks.", "military_setbacks", "past"),
        ("The embassy will be bombed unless the troops withdraw from Mali.", "de_escalation",
         "hypothetical"),
        ("Tehran denied on Sunday supplying missiles to the rebels.", "foreign_backers",
         "negated"),
        ("Parliament voted down a plan to send troops to the border.", "mobilisation", "negated"),
        ("A joint force will take over the town next month, the army said.", "military_setbacks",
         "hypothetical"),
        ("Reporters asked whether Japan would retaliate with missiles.", "threat_language",
         "hypothetical"),
    ],
)  # fmt: skip
def test_what_is_not_told_as_fact_is_marked(text: str, family: str, mark: str) -> None:
    assert all(getattr(item.scope, mark) for item in evidence(text, family)), evidence(text, family)


def test_a_war_word_for_the_other_direction() -> None:
    for text in (
        "The rebels and the army sign a truce, in efforts to end the 20-year conflict.",
        "The rebels and the army begin negotiations to end the clashes.",
    ):
        found = shipped_extractor().extract(Article(text)).evidence
        rules = {item.rule for item in found}
        assert not rules & {"truce_broken", "talks_failed"}, found
        assert any(item.family == "de_escalation" for item in found)
