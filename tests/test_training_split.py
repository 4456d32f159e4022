"""Repeated texts, and what must not straddle a split."""

from __future__ import annotations

import numpy as np
import pytest

from training.corpus import CorpusRow
from training.duplicates import clusters, near_conflicts, settle
from training.split import days, folds, groups, unlike

WIRE = (
    "Government troops recaptured the town of Kessa on Sunday after a siege of three days, "
    "the defence ministry said, and pushed the insurgents back across the river {}."
)
TOPICS = (
    "harvest",
    "bridge",
    "tender",
    "choir",
    "budget",
    "museum",
    "ferry",
    "farm",
    "bus",
    "clinic",
)


def row(text: str, escalates: bool = False, **fields: str) -> CorpusRow:
    return CorpusRow(fields.pop("id", text[:8]), text, escalates, **fields)  # type: ignore[arg-type]


def corpus(count: int = 120) -> list[CorpusRow]:
    """Unlike texts of one agency, two a month."""
    return [
        row(
            f"The {TOPICS[n % 10]} number {n} {TOPICS[n // 10 % 10]} opened {'late ' * (n % 7)}.",
            escalates=n % 3 == 0,
            date=f"{2010 + n // 24}-{n % 24 // 2 + 1:02}-{1 + n % 2:02}",
            source="agency",
        )
        for n in range(count)
    ]


def test_exact_copies_are_kept_once_whatever_case_and_punctuation() -> None:
    settled = settle([row("Troops moved."), row("TROOPS, moved!"), row("Troops stayed.")])
    assert [kept.text for kept in settled.rows] == ["Troops moved.", "Troops stayed."]
    assert (settled.repeats, settled.conflicts) == (1, [])


def test_copies_with_other_labels_are_left_out_and_reported() -> None:
    one, other = row("Troops moved."), row("Troops moved!", escalates=True)
    settled = settle([one, row("Troops stayed."), other])
    assert [kept.text for kept in settled.rows] == ["Troops stayed."]
    assert settled.conflicts == [(one, other)]


def test_near_copies_share_a_cluster_and_others_do_not() -> None:
    texts = [WIRE.format("on Monday"), "Nothing of the kind happened.", WIRE.format("at night")]
    found = clusters(texts)
    assert found[0] == found[2] != found[1]


def test_near_copies_labelled_both_ways_are_reported_unless_they_are_a_pair() -> None:
    one, other = row(WIRE.format("on Monday")), row(WIRE.format("at night"), escalates=True)
    assert near_conflicts([one, other], np.array([0, 0])) == [(one, other)]
    paired = [row(text.text, text.escalates, pair="n1") for text in (one, other)]
    assert near_conflicts(paired, np.array([0, 0])) == []


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ({"date": "2012-05-01", "source": "a"}, {"date": "2012-05-30", "source": "a"}, True),
        ({"date": "2012-05-30", "source": "a"}, {"date": "2012-06-01", "source": "a"}, False),
        ({"date": "2012-05-01", "source": "a"}, {"date": "2012-05-01", "source": "b"}, False),
        ({"date": "5 Oct", "source": "a"}, {"date": "5 Oct", "source": "a"}, False),
        ({"source": "b", "kind": "article"}, {"source": "b", "kind": "article"}, True),
        ({"pair": "n1"}, {"pair": "n1"}, True),
    ],
)
def test_what_is_kept_together(one: dict[str, str], other: dict[str, str], together: bool) -> None:
    two = [row("The ferry sank.", id="x", origin="1", **one), row("Rain.", id="y", **other)]
    filler = [row(f"Filler {topic}.", source="agency", origin=topic) for topic in TOPICS]
    group = groups([*two, *filler])
    assert (group[0] == group[1]) == together


def test_near_copies_are_kept_together_across_months_and_sources() -> None:
    rows = [
        row(WIRE.format("on Monday"), date="2012-05-01", source="a"),
        row(WIRE.format("at night"), date="2013-05-01", source="b"),
    ]
    assert len(set(groups(rows).tolist())) == 1
    assert len(set(days(rows).tolist())) == 1


def test_folds_keep_groups_whole_and_labels_balanced() -> None:
    rows = corpus()
    fold, group = folds(rows), groups(rows)
    for number in set(group.tolist()):
        assert len(set(fold[group == number].tolist())) == 1
    shares = [
        np.mean([r.escalates for r, f in zip(rows, fold, strict=True) if f == k]) for k in range(5)
    ]
    assert max(shares) - min(shares) < 0.15


def test_folds_are_the_same_for_the_same_seed_only() -> None:
    rows = corpus()
    assert (folds(rows, seed=3) == folds(rows, seed=3)).all()
    assert (folds(rows, seed=3) != folds(rows, seed=4)).any()


def test_evaluation_texts_like_the_corpus_are_left_out() -> None:
    known = [row(WIRE.format("on Monday"))]
    other = row("The choir sang.")
    assert unlike([row(WIRE.format("at night")), other], known) == [other]
