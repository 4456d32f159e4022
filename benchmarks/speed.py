"""Full assessments with explanation against a bare TF-IDF and logistic regression, as a ratio.

    python -m benchmarks.speed

One thread, the same articles, in turn by chunks so that a change of the machine's speed hits
both; processor time, so that other processes count for neither. What both have loaded is
frozen first, as the service does: the garbage collector then looks at their work alone.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from benchmarks.shared import rows
from models import Article, load_scorer

CHUNK = 68
REPEATS = 3
MOST = 1.5


def main() -> None:
    train = rows("corpus/train")
    texts = [row["text"] for row in rows("articles/full")]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2))
    matrix = vectorizer.fit_transform([row["text"] for row in train])
    bare = LogisticRegression(max_iter=300).fit(matrix, [row["escalation"] >= 1 for row in train])
    scorer = load_scorer()
    articles = [Article(text) for text in texts]
    for article in articles[:CHUNK]:
        scorer.assess(article)
    del train, matrix
    gc.collect()
    gc.freeze()

    def spent(work: Callable[[slice], object], part: slice) -> float:
        start = time.process_time()
        work(part)
        return time.process_time() - start

    kinds: dict[str, Callable[[slice], object]] = {
        "TF-IDF(1,2) + LR": lambda part: bare.predict_proba(vectorizer.transform(texts[part])),
        "assess, full": lambda part: [scorer.assess(a) and None for a in articles[part]],
        "assess, none": lambda part: [scorer.assess(a, "none") and None for a in articles[part]],
    }
    seconds = dict.fromkeys(kinds, 0.0)
    with threadpool_limits(1):
        for _ in range(REPEATS):
            for start in range(0, len(texts), CHUNK):
                for kind, work in kinds.items():
                    seconds[kind] += spent(work, slice(start, start + CHUNK))
    base = seconds["TF-IDF(1,2) + LR"]
    words = sum(len(text.split()) for text in texts) / len(texts)
    print(f"{len(texts)} articles of {words:.0f} words on average, {REPEATS} repeats")
    for kind, total in seconds.items():
        each = total / REPEATS / len(texts) * 1000
        print(f"{kind:18} {each:6.2f} ms an article, ratio {total / base:.2f}")
    print(f"target: assess, full at most {MOST}")


if __name__ == "__main__":
    main()
