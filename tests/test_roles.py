"""Who threatens whom, who backs whom and who lost what, on texts written for it.

The tables in ``data/roles.toml`` hold more than is solved. Each figure has a floor at what was
reached, so that a change which loses ground fails; raise the floors with the figures.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks.roles import words
from models.article import Article
from models.features.extractor import FeatureSet, shipped_extractor

CASES = tomllib.loads((Path(__file__).parent / "data" / "roles.toml").read_text("utf-8"))["case"]
FLOORS = {
    "threat found": 27, "threat actor": 23, "threat target": 14,
    "backer found": 29, "backer client": 21, "backer kind": 18,
    "setback found": 24, "setback party": 17, "setback kind": 23,
    "quiet": 226,
}  # fmt: skip


def same(found: str | None, wanted: str | None) -> bool:
    if not wanted:
        return True
    return bool(found) and bool(words(found) & words(wanted))


def tally(case: Mapping[str, Any], found: FeatureSet) -> Counter[str]:
    right: Counter[str] = Counter()
    for wanted in case["threats"]:
        right["threat found"] += bool(found.threats)
        right["threat actor"] += any(same(t.actor, wanted["actor"]) for t in found.threats)
        right["threat target"] += any(same(t.target, wanted["target"]) for t in found.threats)
    for wanted in case["backers"]:
        named = [
            b for b in found.backers
            if (wanted["iso3"] and b.iso3 == wanted["iso3"]) or same(b.backer, wanted["backer"])
        ]  # fmt: skip
        right["backer found"] += bool(named)
        right["backer client"] += any(same(b.client, wanted["client"]) for b in named)
        right["backer kind"] += any(b.kind == wanted["kind"] for b in named)
    for wanted in case["setbacks"]:
        right["setback found"] += bool(found.setbacks)
        right["setback party"] += any(same(s.party, wanted["party"]) for s in found.setbacks)
        right["setback kind"] += any(s.kind == wanted["kind"] for s in found.setbacks)
    for family in case["none"]:
        right["quiet"] += not any(e.family == family and e.scope.affirmed for e in found.evidence)
    return right


def test_no_ground_is_lost() -> None:
    extractor = shipped_extractor()
    right: Counter[str] = Counter()
    for case in CASES:
        right += tally(case, extractor.extract(Article(case["text"])))
    assert {name: right[name] for name, floor in FLOORS.items() if right[name] < floor} == {}


def read(text: str) -> FeatureSet:
    return shipped_extractor().extract(Article(text))


@pytest.mark.parametrize(
    ("text", "backers", "client"),
    [
        ("The eastern army, backed by Russia, the United Arab Emirates and Egypt, advanced.",
         {"RUS", "ARE", "EGY"}, "eastern army"),
        ("Turkey backs the rebels in the delta.", {"TUR"}, "rebels"),
        ("Iranian-backed militias fired rockets at the base.", {"IRN"}, "militias"),
        ("The militia has received arms from Sudan since May.", {"SDN"}, "militia"),
    ],
)  # fmt: skip
def test_backers_resolve_to_states(text: str, backers: set[str], client: str) -> None:
    found = read(text).backers
    assert {backer.iso3 for backer in found} == backers
    assert all(same(backer.client, client) for backer in found)


def test_a_state_is_not_its_own_backer() -> None:
    assert read("Kenyan-backed Kenyan troops held the town against the rebels.").backers == ()


@pytest.mark.parametrize(
    ("text", "actor", "conditional"),
    [
        ("Ankara warned Athens that any attack on its ships would be met with force.", "Ankara",
         True),
        ("“We will destroy every base of the rebels,” said General Omar Diallo.", "Omar Diallo",
         False),
        ("All Kenyan positions will be targeted, rebel spokesman Yusuf Ali said.", "Yusuf Ali",
         False),
        ("If the troops do not leave, Mali will strike their bases, the minister said.", "Mali",
         True),
    ],
)  # fmt: skip
def test_threat_actor_and_condition(text: str, actor: str, conditional: bool) -> None:
    threats = read(text).threats
    assert any(same(t.actor, actor) and t.conditional == conditional for t in threats), threats


def test_the_speaker_is_whom_the_sentence_names_not_the_last_one() -> None:
    text = (
        "Minister Ada Obi called for calm. The rebel air chief Yusuf Omar said in a video that "
        "“all Kenyan positions will be targeted,” in what he said would be the largest operation."
    )
    threats = read(text).threats
    assert threats
    assert all(same(threat.actor, "Yusuf Omar") for threat in threats), threats


def test_who_warns_of_weapons_does_not_send_them() -> None:
    text = "UN envoy Ada Obi warned on Monday of an influx of weapons to the rebels in Chad."
    assert all(backer.backer != "United Nations" for backer in read(text).backers)


@pytest.mark.parametrize(
    ("text", "party", "kind"),
    [
        ("Rebels seized the hilltop base from the army on Friday.", "army", "territory"),
        ("The army was driven out of Adado by militants.", "army", "territory"),
        ("Twelve hundred government soldiers surrendered to the rebels.", "soldiers", "surrender"),
        ("Gunners shot down a Syrian jet over the valley.", "Syrian", "equipment"),
    ],
)  # fmt: skip
def test_the_loser_in_either_voice(text: str, party: str, kind: str) -> None:
    setbacks = read(text).setbacks
    assert any(same(s.party, party) and s.kind == kind for s in setbacks), setbacks


def test_a_negotiated_withdrawal_is_no_setback() -> None:
    found = read("Under the ceasefire agreement the army pulled back from the river on Sunday.")
    assert found.setbacks == ()
    assert any(e.family == "de_escalation" for e in found.evidence)
