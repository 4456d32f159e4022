"""A tiny real scorer for the batch tests; little is imported, as each worker imports it.

Some texts make it misbehave: KILL ends its process, KILL-ONCE:<file> does so unless the file
is there, RAISE is an error of the scorer, NAN a score that is none, SLEEP:<seconds> takes long.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import signal
import time
from pathlib import Path

from models.article import Article
from models.explanation import (
    Assessment,
    Explanation,
    FamilyContribution,
    FeatureContribution,
    ModelRef,
    Warning,
    band_of,
)
from models.features.evidence import Backer, Evidence, Scope, Setback, Threat

FAMILIES = ("threat_language", "foreign_backers", "wording")
REF = ModelRef("fake", "fake-1", None, "fingerprint-of-the-fake")


class FakeScorer:
    """The score is a function of the text's bytes; the explanation adds up."""

    def __init__(self, ref: ModelRef = REF) -> None:
        self.ref = ref

    def assess(self, article: Article, explain: str = "full") -> Assessment:
        text = article.text
        _misbehave(text)
        digest = hashlib.sha256(text.encode()).digest()
        parts = [(byte - 127.5) / 64 for byte in digest[: len(FAMILIES)]]
        logit = sum(parts, start=-0.5)
        score = math.nan if "NAN" in text else 1 / (1 + math.exp(-logit))
        warnings = (Warning("short_text", "few words"),) if len(text) < 20 else ()
        return Assessment(
            article.id,
            self.ref,
            score,
            logit,
            band_of(score),
            score > 0.3,
            score,
            warnings,
            None if explain == "none" else _explanation(text, parts, explain),
        )


def _misbehave(text: str) -> None:
    if "SLEEP:" in text:
        time.sleep(float(re.search(r"SLEEP:([\d.]+)", text)[1]))
    if match := re.search(r"HELD-BY:(\S+)", text):
        while Path(match[1]).exists():
            time.sleep(0.01)
    if match := re.search(r"KILL-ONCE:(\S+)", text):
        if not Path(match[1]).exists():
            Path(match[1]).touch()
            os.kill(os.getpid(), signal.SIGKILL)
    elif "KILL" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "RAISE" in text:
        raise ValueError("the scorer has a bug")


def _explanation(text: str, parts: list[float], explain: str) -> Explanation:
    full = explain == "full"
    families = tuple(
        FamilyContribution(
            family,
            family.title(),
            part,
            0.5,
            (FeatureContribution(f"{family}.x", "X", 1.0, part, (0,)),),
        )
        for family, part in zip(FAMILIES, parts, strict=True)
    )
    word = text.split(maxsplit=1)[0]
    start = text.index(word)
    found = Evidence(
        start,
        start + len(word),
        word,
        "wording",
        "wording.x",
        "r1",
        (0, len(text)),
        {"actor": word},
        Scope(negated=True, attributed_to="minister"),
    )
    return Explanation(
        -0.5,
        families,
        (found,) if full else (),
        (Threat(word, None, "ultimatum", True, 0),) if full else (),
        (Backer(word, "RUS", None, "arms", 0),) if full else (),
        (Setback(None, "town", None, 0),) if full else (),
        ("foreign_backers",),
        "A summary.",
    )


def load_fake(version: str | None = None, registry: Path | None = None) -> FakeScorer:
    """A loader; notes down in ``$BATCH_FAKE_LOADS`` which process loads."""
    if "BATCH_FAKE_LOADS" in os.environ:
        with open(os.environ["BATCH_FAKE_LOADS"], "a") as file:
            file.write(f"{os.getpid()}\n")
    return FakeScorer()


def load_unlike(version: str | None = None, registry: Path | None = None) -> FakeScorer:
    """A loader that gives each process another model."""
    return FakeScorer(REF._replace(fingerprint=str(os.getpid())))
