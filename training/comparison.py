"""Candidate and champion on the same texts, none of which either was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.scorer import EscalationScorer
from training import behaviour
from training.champion import Champion
from training.corpus import CorpusRow
from training.fitting import Fitted
from training.gate import Check, Contest, judge
from training.material import Material
from training.out_of_fold import OutOfFold


class Comparison(NamedTuple):
    """The gate's checks, and how the candidate does on the behaviour suite."""

    checks: list[Check]
    behaviour: dict[str, Any]


def compare(
    material: Material,
    fitted: Fitted,
    scorer: EscalationScorer,
    dev_logit: NDArray[np.float64] | None,
    champion: Champion,
) -> Comparison:
    """Hold a candidate against the champion. ``scorer`` is at the corpus's base rate."""
    known = champion.version is not None
    rows, dev = material.texts.rows, material.dev.rows
    theirs = champion.logits(rows) if known else None
    contests = [Contest("out of fold", material.texts, fitted.oof_logit, theirs)]
    if dev_logit is not None:
        theirs = champion.logits(dev, unseen=True) if known else None
        contests.append(Contest("dev", material.dev, dev_logit, theirs))
    suite = behaviour.shipped_suite()
    record = OutOfFold.of(rows, fitted.oof_logit)
    ours = behaviour.run(suite, lambda asked: _unseen(scorer, record, asked))
    rival = behaviour.run(suite, champion.logits) if champion.answers(suite) else None
    return Comparison(judge(contests, champion, scorer, (ours, rival)), ours)


def _unseen(
    scorer: EscalationScorer, record: OutOfFold, rows: Sequence[CorpusRow]
) -> NDArray[np.float64]:
    """Out-of-fold logits of texts trained on, the scorer's of others."""
    found = record.logits(rows)
    for place in np.flatnonzero(np.isnan(found)).tolist():
        found[place] = scorer.assess(rows[place].article(), explain="none").logit
    return found
