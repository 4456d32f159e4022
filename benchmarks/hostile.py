"""The longest texts that the service takes, made to cost as much as they can.

    python -m benchmarks.hostile

One sentence without an end, 200,000 characters of what starts most work, against prose of the same
length; each timed as processor time of a whole assessment without explanation.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from models import Article, load_scorer
from models.scorer import EscalationScorer

LENGTH = 200_000
MOST = 20.0
PROSE = Path(__file__).parents[1] / "models/examples/escalating.txt"
UNITS = {
    "threats": "Russia threatened to attack Syria and ",
    "losses": "rebels seized the base from the army by troops said ",
    "pronouns": "he said they would attack it by ",
    "names": "Turkey, Egypt, ",
    "retreats": "rebels retreated from ",
    "tolls": "killed 12 ",
    "relatives": ", who said, which ",
    "scope": "will not deny supplying arms to rebels if any attack ",
    "capitals": "ARMY SAYS ATTACK ON REBELS ",
    "years": "in 1921 the 1967 ",
    "quotes": '"we will strike" ',
}


def seconds(scorer: EscalationScorer, text: str) -> float:
    start = time.process_time()
    scorer.assess(Article(text), "none")
    return time.process_time() - start


def main() -> int:
    scorer = load_scorer()
    scorer.prepare()
    sample = PROSE.read_text("utf-8")
    prose = (sample * (LENGTH // len(sample) + 1))[:LENGTH]
    base = min(seconds(scorer, prose) for _ in range(3))
    print(f"{LENGTH:,} characters of prose: {base * 1e3:.0f} ms")
    worst = 0.0
    for name, unit in UNITS.items():
        spent = seconds(scorer, (unit * (LENGTH // len(unit) + 1))[:LENGTH])
        worst = max(worst, spent / base)
        print(f"  {name:10} {spent * 1e3:6.0f} ms, {spent / base:5.1f} times prose")
    print(f"{'ok' if worst <= MOST else 'FAIL'}: at most {MOST:g} times")
    return worst > MOST


if __name__ == "__main__":
    sys.exit(main())
