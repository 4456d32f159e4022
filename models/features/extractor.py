"""Article to features: the one definition used in training, in serving and in explanations."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.article import Article
from models.features.anchoring import Anchors
from models.features.backers import read_backers
from models.features.catalogue import INTERACTIONS, SIGNALS, TOLL_STEPS, catalogue
from models.features.evidence import Backer, Evidence, Setback, Threat
from models.features.lexicon import Lexicon, shipped_lexicon
from models.features.reading import LEAD_END, Finding, Reading
from models.features.roles import RoleFinder
from models.features.setbacks import SetbackReader
from models.features.threats import read_threats
from models.features.violence import Tolls, ViolenceReader
from models.text.document import Document
from models.text.matching import Match
from models.text.scope import ScopeReader, Stretch

_OFF_TOPIC = ("sport", "business", "culture", "disaster", "crime", "science", "history")
_FAILURES = frozenset({"talks_failed", "truce_broken"})
_ITEM_WORDS, _DIGEST_WORDS = 60, 300


class FeatureSet(NamedTuple):
    """Feature values (in ``catalogue()`` order) and the evidence they rest on.

    ``sources`` maps a feature's name to the indices of its evidence; scoped-out evidence is
    listed there too and marked, but does not count in the value.
    """

    values: NDArray[np.float64]
    evidence: tuple[Evidence, ...]
    sources: dict[str, tuple[int, ...]]
    threats: tuple[Threat, ...]
    backers: tuple[Backer, ...]
    setbacks: tuple[Setback, ...]
    document: Document
    stretches: list[Stretch]


class FeatureExtractor:
    """Reads articles; stateless between them and safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.gazetteer = lexicon.gazetteer
        self._roles = RoleFinder(lexicon)
        self._scope = ScopeReader(
            lexicon.table.charset(lexicon.terminators),
            lexicon.charset("<year>"),
            lexicon.charset("@since"),
            lexicon.charset("@numbered_thing"),
            lexicon.charset("@det"),
        )
        self._anchors = Anchors(lexicon)
        self._setbacks = SetbackReader(lexicon)
        self._violence = ViolenceReader(lexicon)
        self.names = tuple(feature.name for feature in catalogue())
        self._index = {name: index for index, name in enumerate(self.names)}

    def prepare(self) -> None:
        """Compile every cue now: about a second, otherwise spread over the first texts."""
        self._lexicon.matcher.prepare()

    def extract(self, article: Article) -> FeatureSet:
        """The article's features."""
        document = self._lexicon.document(article.text)
        groups: dict[str, list[Match]] = defaultdict(list)
        for match in self._lexicon.matcher.matches(document.symbols):
            groups[match.cue.group].append(match)
        anchoring = self._anchors.read(document)
        for family in SIGNALS:
            groups[family] = [
                match for match in groups[family] if anchoring.holds(match.start, family)
            ]
        groups["de_escalation"] = _not_failed(groups["de_escalation"], groups["scope_widening"])
        present = article.published_at.year if article.published_at else None
        stretches = self._scope.stretches(document, groups["scope"], present)
        reading = Reading(document, self._roles, stretches)
        found: dict[str, list[Finding]] = {}
        found["threat_language"], threats = read_threats(reading, groups["threat_language"])
        found["foreign_backers"], backers = read_backers(reading, groups["foreign_backers"])
        found["military_setbacks"], setbacks = self._setbacks.read(
            reading, groups["military_setbacks"]
        )
        found["armed_violence"], tolls = self._violence.read(reading, groups["armed_violence"])
        for family in ("mobilisation", "scope_widening", "context"):
            found[family] = reading.cite_all(groups[family])
        found["de_escalation"] = reading.cite_steps(groups["de_escalation"])
        values = self._values(reading, found, tolls, stretches)
        return _assemble(values, found, threats, backers, setbacks, document, stretches)

    def _values(
        self,
        reading: Reading,
        found: dict[str, list[Finding]],
        tolls: Tolls,
        stretches: Sequence[Stretch],
    ) -> NDArray[np.float64]:
        values = np.zeros(len(self.names))
        index = self._index
        document = reading.document
        sentences = max(1, len(document.boundaries) - 1)
        counts: dict[str, int] = defaultdict(int)
        scoped_out = 0
        off_topic: set[int] = set()
        present: set[str] = set()
        for family, findings in found.items():
            where: set[int] = set()
            lead = False
            for finding in findings:
                if not finding.evidence.scope.affirmed and family != "context":
                    scoped_out += 1
                    continue
                name = finding.evidence.feature
                counts[name] += 1
                where.add(finding.sentence)
                lead = lead or finding.part < LEAD_END
                if family == "context" and name.partition(".")[2] in _OFF_TOPIC:
                    off_topic.add(finding.sentence)
            if family in SIGNALS:
                values[index[f"{family}.in_lead"]] = lead
            if where:
                present.add(family)
        for name, count in counts.items():
            if name in index:
                values[index[name]] = _saturated(count)
        self._add_violence(values, reading, found["armed_violence"], tolls)
        for item in INTERACTIONS:
            values[index[item.name]] = item.first in present and item.second in present
        words = document.word_count
        values[index["context.long_text"]] = math.log(max(1.0, words / _ITEM_WORDS))
        values[index["context.very_long_text"]] = math.log(max(1.0, words / _DIGEST_WORDS))
        values[index["context.off_topic_share"]] = len(off_topic) / sentences
        values[index["context.scoped_out"]] = _saturated(scoped_out)
        past = {document.sentence_index(s.first) for s in stretches if s.mark == "past"}
        values[index["context.past_share"]] = len(past) / sentences
        return values

    def _add_violence(
        self,
        values: NDArray[np.float64],
        reading: Reading,
        findings: list[Finding],
        tolls: Tolls,
    ) -> None:
        index = self._index
        civilian, military = self._violence.targets(reading, findings)
        values[index["armed_violence.civilians_hit"]] = _saturated(civilian)
        values[index["armed_violence.military_hit"]] = _saturated(military)
        values[index["armed_violence.wounded"]] = math.log10(1 + tolls.wounded)
        values[index["armed_violence.running_total"]] = math.log10(1 + tolls.running_total)
        for who in ("others", "fighters", "forces"):
            dead = tolls.by_kind.get(who, 0)
            values[index[f"armed_violence.killed_{who}"]] = math.log10(1 + dead)
        values[index["armed_violence.toll_update"]] = tolls.update
        for step in TOLL_STEPS:
            values[index[f"armed_violence.killed_{step}"]] = tolls.killed >= step
        attacked = any(
            finding.evidence.scope.affirmed and finding.amount is None for finding in findings
        )
        values[index["armed_violence.no_toll"]] = attacked and tolls.killed == 0


@lru_cache(maxsize=1)
def shipped_extractor() -> FeatureExtractor:
    """The extractor over the package's lexicon, built on first use."""
    return FeatureExtractor(shipped_lexicon())


def _saturated(count: int) -> float:
    """log(1 + count) / log 5, at most 1: four mentions say all that forty would."""
    return min(1.0, math.log1p(count) / math.log(5))


def _not_failed(efforts: list[Match], widening: list[Match]) -> list[Match]:
    """Peace efforts but those inside a report of their failure, which is escalation."""
    failures = [match for match in widening if match.cue.feature in _FAILURES]
    return [
        effort
        for effort in efforts
        if not any(f.start <= effort.end and effort.start <= f.end for f in failures)
    ]


def _assemble(
    values: NDArray[np.float64],
    found: dict[str, list[Finding]],
    threats: list[Threat],
    backers: list[Backer],
    setbacks: list[Setback],
    document: Document,
    stretches: list[Stretch],
) -> FeatureSet:
    evidence: list[Evidence] = []
    base: dict[str, int] = {}
    for family, findings in found.items():
        base[family] = len(evidence)
        evidence += [finding.evidence for finding in findings]
    order = sorted(range(len(evidence)), key=lambda i: (evidence[i].start, evidence[i].end))
    rank = {old: new for new, old in enumerate(order)}
    sources: dict[str, list[int]] = defaultdict(list)
    for new, old in enumerate(order):
        sources[evidence[old].feature].append(new)

    def moved(family: str, number: int) -> int:
        return rank[base[family] + number]

    return FeatureSet(
        values,
        tuple(evidence[old] for old in order),
        {name: tuple(numbers) for name, numbers in sources.items()},
        tuple(t._replace(evidence=moved("threat_language", t.evidence)) for t in threats),
        tuple(b._replace(evidence=moved("foreign_backers", b.evidence)) for b in backers),
        tuple(s._replace(evidence=moved("military_setbacks", s.evidence)) for s in setbacks),
        document,
        stretches,
    )
