"""The invariants of every assessment, held on every text of train and dev.

python -m benchmarks.invariants
"""

from __future__ import annotations

from benchmarks.shared import rows
from models import Article, load_scorer
from tests.invariants import broken


def main() -> None:
    scorer = load_scorer()
    checked = faults = 0
    for name in ("corpus/train", "corpus/dev"):
        for row in rows(name):
            article = Article(row["text"], id=row["id"])
            for fault in broken(scorer, article):
                faults += 1
                print(f"{name} {row['id']}: {fault}")
            checked += 1
    print(f"{checked} texts, {faults} broken invariants")
    assert not faults


if __name__ == "__main__":
    main()
