"""Armed violence: kinds of attack, who is hit, and how many, this event apart from totals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from models.features.amounts import amount
from models.features.lexicon import Lexicon
from models.features.reading import Finding, Reading
from models.text.matching import Match

_TOTAL = "total|overall|since|far|cumulative|altogether|throughout|decade|decades|annual|yearly|years"
_ACCIDENT = (
    "earthquake|quake|flood|floods|flooding|wildfire|wildfires|landslide|landslides|storm|cyclone|"
    "hurricane|typhoon|tsunami|avalanche|outbreak|virus|measles|cholera|ebola|disease|epidemic|flu|"
    "derailed|derails|capsized|capsizes|collided|collides|collision|stampede|accident|drowned|"
    "whales|heatwave|blaze|bushfire|bushfires|tornado|drought|famine|hunger|crash|crashes|crashed"
)
_RECENT = "last|past|this|previous"
_PERIOD = "week|weeks|month|months|year|years"


class Tolls(NamedTuple):
    """Largest affirmed numbers in the text, in persons."""

    killed: int
    killed_in_lead: int
    wounded: int
    running_total: int


class ViolenceReader:
    """Reads attacks and tolls."""

    def __init__(self, lexicon: Lexicon) -> None:
        charset = lexicon.charset
        self._total = re.compile(
            f"[{charset(_TOTAL)}]|[{charset(_RECENT)}].(?:[{charset('@amount')}].)?"
            f"[{charset(_PERIOD)}]|[{charset('war|conflict|uprising|insurgency|unrest')}]."
            f"[{charset('began|begun|started|erupted|broke')}]"
        )
        self._civilian = re.compile(f"[{charset('@civilian')}]")
        self._military = re.compile(f"[{charset('@military_target|@armed')}]")
        self._armed = re.compile(f"[{charset('@armed_people|<group>|@weapon')}]")
        self._accident = re.compile(f"[{charset(_ACCIDENT)}]")

    def read(self, reading: Reading, matches: Iterable[Match]) -> tuple[list[Finding], Tolls]:
        """Findings of attacks and tolls, and the text's tolls.

        The dead count only beside an attack, a weapon or an armed party, never in a sentence
        about an accident, a disaster or a disease.
        """
        matches = list(matches)
        attacks = [match for match in matches if not match.cue.feature.startswith("toll_")]
        findings = [Finding(match.start, reading.cite(match)) for match in attacks]
        document = reading.document
        attacked = {document.sentence_index(match.start) for match in attacks}
        killed = lead = wounded = total = 0
        for match in matches:
            if not match.cue.feature.startswith("toll_"):
                continue
            if not self._is_violent(reading, match, attacked):
                continue
            size = amount(reading.words(match.roles["amount"], 5))
            if size is None or size <= 0:
                continue
            running = self._is_total(reading, match)
            feature = "running_total" if running else match.cue.feature.replace("toll_", "")
            evidence = reading.cite(match, {"amount": str(size)}, feature=feature)
            findings.append(Finding(match.start, evidence, size))
            if not evidence.scope.affirmed:
                continue
            if running:
                total = max(total, size)
            elif feature == "wounded":
                wounded = max(wounded, size)
            else:
                killed = max(killed, size)
                if match.start < reading.lead_end:
                    lead = max(lead, size)
        return findings, Tolls(killed, lead, wounded, total)

    def targets(self, reading: Reading, findings: Iterable[Finding]) -> tuple[int, int]:
        """In how many sentences with an attack civilians, and forces, stand as target."""
        document = reading.document
        sentences = {
            document.sentence_index(finding.part)
            for finding in findings
            if finding.evidence.scope.affirmed
        }
        civilian = military = 0
        for index in sentences:
            before, after = document.sentence(index)
            civilian += self._civilian.search(document.symbols, before, after) is not None
            military += self._military.search(document.symbols, before, after) is not None
        return civilian, military

    def _is_violent(self, reading: Reading, match: Match, attacked: set[int]) -> bool:
        document = reading.document
        index = document.sentence_index(match.start)
        before, after = document.sentence(index)
        if self._accident.search(document.symbols, before, after):
            return False
        if index in attacked or index - 1 in attacked:
            return True
        return self._armed.search(document.symbols, before, after) is not None

    def _is_total(self, reading: Reading, match: Match) -> bool:
        document = reading.document
        before, after = document.sentence(document.sentence_index(match.start))
        first, stop = max(before, match.start - 8), min(after, match.end + 14)
        return self._total.search(document.symbols, first, stop) is not None
