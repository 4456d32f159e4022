"""Armed violence: kinds of attack, who is hit, and how many, this event apart from totals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from models.features.lexicon import Lexicon
from models.features.reading import Finding, Reading
from models.features.tolls import Toll, TollReader
from models.text.matching import Match


@dataclass(slots=True)
class Tolls:
    """Largest affirmed numbers in a text, in persons."""

    killed: int = 0
    wounded: int = 0
    running_total: int = 0
    update: bool = False
    by_kind: dict[str, int] = field(default_factory=dict)

    def add(self, toll: Toll) -> None:
        """Take one more toll into account."""
        if toll.kind == "wounded":
            self.wounded = max(self.wounded, toll.size)
        elif toll.kind == "running_total":
            self.running_total = max(self.running_total, toll.size)
        else:
            self.killed = max(self.killed, toll.size)
            self.by_kind[toll.who] = max(self.by_kind.get(toll.who, 0), toll.size)
            self.update = self.update or toll.update


class ViolenceReader:
    """Reads attacks and tolls."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._civilian = re.compile(f"[{lexicon.charset('@civilian')}]")
        self._military = re.compile(f"[{lexicon.charset('@military_target|@armed')}]")
        self._armed = re.compile(f"[{lexicon.charset('@fighting_word')}]")
        self._tolls = TollReader(lexicon)

    def read(self, reading: Reading, matches: Iterable[Match]) -> tuple[list[Finding], Tolls]:
        """Findings of attacks and tolls, and the text's tolls.

        The dead count only beside an attack, a weapon or an armed party.
        """
        findings = [reading.place(match.start, reading.cite_done(match)) for match in matches]
        document = reading.document
        attacked = {finding.sentence for finding in findings}
        tolls = Tolls()
        for toll in self._tolls.read(document):
            if not self._is_violent(reading, toll, attacked):
                continue
            evidence = reading.cite_span(
                toll.first,
                toll.last,
                "armed_violence",
                toll.kind,
                "toll",
                {"amount": str(toll.size), "who": toll.who},
            )
            findings.append(reading.place(toll.first, evidence, toll.size))
            if evidence.scope.affirmed:
                tolls.add(toll)
        return findings, tolls

    def targets(self, reading: Reading, findings: Iterable[Finding]) -> tuple[int, int]:
        """In how many sentences with an attack civilians, and forces, stand as target."""
        document = reading.document
        sentences = {finding.sentence for finding in findings if finding.evidence.scope.affirmed}
        civilian = military = 0
        for index in sentences:
            before, after = document.sentence(index)
            civilian += self._civilian.search(document.symbols, before, after) is not None
            military += self._military.search(document.symbols, before, after) is not None
        return civilian, military

    def _is_violent(self, reading: Reading, toll: Toll, attacked: set[int]) -> bool:
        index = reading.document.sentence_index(toll.first)
        if index in attacked or index - 1 in attacked:
            return True
        return reading.holds(self._armed, index)
