"""The article that the project was conceived from: its score and what is cited.

python -m benchmarks.seed
"""

from __future__ import annotations

from benchmarks.shared import text
from models import Article, load_scorer
from service.report import report

LEAST_SCORE = 0.7


def main() -> None:
    article = Article(text("seed/libya-article.txt"), id="libya")
    assessment = load_scorer().assess(article)
    print(report(assessment, article.text))
    explanation = assessment.explanation
    assert explanation is not None
    backers = {(backer.iso3, backer.client) for backer in explanation.backers}
    calls = [e.text for e in explanation.evidence if e.family == "de_escalation"]
    print(f"score {assessment.score:.3f} (at least {LEAST_SCORE})")
    print("threat actors:", sorted({str(threat.actor) for threat in explanation.threats}))
    print("backers:", sorted((str(iso3), str(client)) for iso3, client in backers))
    print("setbacks:", [(s.party, s.kind, s.place) for s in explanation.setbacks])
    print("de-escalation:", calls)
    assert assessment.score >= LEAST_SCORE


if __name__ == "__main__":
    main()
