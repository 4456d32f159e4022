"""Whether a candidate may take the champion's place.

Candidate and champion are compared on the same texts, neither having been trained on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.artefact import fingerprint
from models.article import Article
from models.scorer import EscalationScorer
from training.behaviour import asked, passed
from training.champion import Champion
from training.evaluate import TextSet
from training.measures import Figure, auc, ece

Floats = NDArray[np.float64]

AUC_FLOOR = 0.7
"""No candidate serves whose AUC is not above this beyond noise, champion or not."""
AUC_MARGIN = 0.02
"""A loss of more than this refuses even where few texts make it look like noise."""
ECE_BOUND = 0.05
BEHAVIOUR_MARGIN = 0.02
"""Share of the suite's demands that a candidate may meet less often: its noise across seeds."""
LEAST_TEXTS = 100
LEAST_OF_EACH = 20

SMOKE = {"escalating": (0.5, 1.0), "de_escalating": (0.0, 0.5), "off_topic": (0.0, 0.2)}
"""Where the bundled examples (models/examples) must score."""


class Check(NamedTuple):
    """One row of the gate's table."""

    check: str
    candidate: str
    champion: str
    passed: bool
    why: str

    def to_dict(self) -> dict[str, Any]:
        """As ``metrics.json`` holds it."""
        return self._asdict()


class Contest(NamedTuple):
    """Texts on which both are compared; a champion's NaN means that it has no fair answer."""

    name: str
    texts: TextSet
    candidate: Floats
    champion: Floats | None


def judge(
    contests: Sequence[Contest],
    champion: Champion,
    scorer: EscalationScorer,
    behaviour: tuple[dict[str, Any], dict[str, Any] | None],
) -> list[Check]:
    """Every check, passed or not. ``behaviour`` is the candidate's and the champion's suite."""
    checks = [_separates(contests[0])]
    for contest in contests:
        checks += _compare(contest)
        checks.append(_calibrated(contest))
    if champion.version is not None and not any(_fair(contest).any() for contest in contests):
        checks.append(_incomparable(champion))
    checks += [_behaves(*behaviour), _fingerprint(scorer), *_smoke(scorer)]
    return checks


def table(checks: Sequence[Check]) -> str:
    """The checks as text, one a line."""
    rows = [("check", "candidate", "champion", "", "")]
    rows += [(c.check, c.candidate, c.champion, "ok" if c.passed else "NO", c.why) for c in checks]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]
        ).rstrip()
        for row in rows
    )


def _separates(contest: Contest) -> Check:
    texts = contest.texts
    figure = texts.bootstrap().figure(auc, texts.truth, contest.candidate, texts.everywhere)
    reached = figure.low is not None and figure.low > AUC_FLOOR
    why = "" if reached else f"the interval must lie above {AUC_FLOOR}"
    return Check(f"AUC, {contest.name}", str(figure), "", reached, why)


def _compare(contest: Contest) -> list[Check]:
    texts, fair = contest.texts, _fair(contest)
    if contest.champion is None or not fair.any():
        return []
    places = [("AUC", fair)]
    if texts.has_scope:
        places.append(("AUC within relevant", fair & texts.relevant))
    return [_no_worse(name, contest, contest.champion, where) for name, where in places]


def _no_worse(name: str, contest: Contest, champion: Floats, where: NDArray[np.bool_]) -> Check:
    texts, bootstrap = contest.texts, contest.texts.bootstrap()
    ours = bootstrap.figure(auc, texts.truth, contest.candidate, where)
    theirs = bootstrap.figure(auc, texts.truth, champion, where)
    gap = bootstrap.difference(auc, texts.truth, contest.candidate, champion, where)
    good, why = _verdict(gap, texts.truth[where])
    return Check(f"{name} against champion, {contest.name}", str(ours), str(theirs), good, why)


def _verdict(gap: Figure, truth: NDArray[np.bool_]) -> tuple[bool, str]:
    few = len(truth) < LEAST_TEXTS or min(truth.sum(), (~truth).sum()) < LEAST_OF_EACH
    if few or gap.value is None or gap.low is None or gap.high is None:
        return True, f"{len(truth)} comparable texts: too few to tell"
    said = f"difference {gap.value:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}], {len(truth):,} texts"
    if gap.high < 0:
        return False, f"{said}: worse beyond noise"
    if gap.value < -AUC_MARGIN:
        return False, f"{said}: worse by more than {AUC_MARGIN}"
    return True, said


def _calibrated(contest: Contest) -> Check:
    texts, fair = contest.texts, _fair(contest)
    ours = texts.bootstrap().figure(ece, texts.truth, contest.candidate, texts.everywhere)
    theirs = None
    if contest.champion is not None and fair.all():
        theirs = texts.bootstrap().figure(ece, texts.truth, contest.champion, fair)
    # On few texts the figure is high by chance alone, so its lower end is held to the bound.
    bound = max(ECE_BOUND, theirs.value if theirs and theirs.value is not None else 0.0)
    good = ours.low is not None and ours.low <= bound
    why = "" if good else f"must not lie above {bound:.3f}"
    return Check(f"ECE, {contest.name}", str(ours), str(theirs or ""), good, why)


def _incomparable(champion: Champion) -> Check:
    if champion.unusable is not None:
        why = f"cannot score any more ({champion.unusable}), so it is no bar to its successor"
        return Check("champion", "", str(champion.version), True, why)
    why = "may have been trained on these texts: give others with --dev, or --no-gate"
    return Check("champion", "", str(champion.version), False, why)


def _behaves(ours: dict[str, Any], theirs: dict[str, Any] | None) -> Check:
    bar = 0.0 if theirs is None else passed(theirs) / asked(theirs) - BEHAVIOUR_MARGIN
    good = passed(ours) / asked(ours) >= bar
    shown = [f"{passed(x)} of {asked(x)}" if x else "" for x in (ours, theirs)]
    why = "" if good else f"meets fewer of the suite's demands, by more than {BEHAVIOUR_MARGIN:.0%}"
    return Check("behaviour suite", shown[0], shown[1], good, why)


def _fingerprint(scorer: EscalationScorer) -> Check:
    good = scorer.ref.fingerprint == fingerprint()
    why = "" if good else "trained with other features than this code computes"
    return Check("fingerprint", scorer.ref.fingerprint[:12], fingerprint()[:12], good, why)


def _smoke(scorer: EscalationScorer) -> list[Check]:
    checks = []
    for name, (low, high) in SMOKE.items():
        text = files("models").joinpath("examples", f"{name}.txt").read_text("utf-8")
        score = scorer.assess(Article(text), explain="none").score
        good = low <= score <= high
        why = "" if good else f"must lie between {low} and {high}"
        checks.append(Check(f"example {name}", f"{score:.3f}", "", good, why))
    return checks


def _fair(contest: Contest) -> NDArray[np.bool_]:
    if contest.champion is None:
        return np.zeros(len(contest.texts), dtype=bool)
    return ~np.isnan(contest.champion)
