"""The version that serves, as far as this code can still ask it anything."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models import artefact
from models.aliases import CHAMPION
from models.errors import ArtefactError, RegistryError
from models.registry import Registry
from models.scorer import EscalationScorer
from training.behaviour import Suite
from training.corpus import CorpusRow
from training.out_of_fold import FILE, OutOfFold


class Champion:
    """Answers for the registry's champion without ever asking it about a text it has seen.

    ``version`` is None where there is no champion. ``unusable`` says why it cannot score: it
    was trained with other features, or its files are damaged. A version without a record of
    its training texts (``record`` None) may have seen any text but evaluation ones.
    """

    def __init__(self, registry: Registry) -> None:
        self.version = registry.aliases().get(CHAMPION)
        self.unusable: str | None = None
        self.record: OutOfFold | None = None
        self._scorer: EscalationScorer | None = None
        self._shift = 0.0
        if self.version is None:
            return
        try:
            folder = registry.folder(self.version)
            manifest = artefact.read_manifest(folder)
            self._shift = float(manifest.get("base_rate", {}).get("shift", 0.0))
            if FILE in manifest["files"]:
                self.record = OutOfFold.from_bytes(artefact.read_file(folder, FILE))
            self._scorer = registry.load(self.version)
        except (ArtefactError, RegistryError) as error:
            self.unusable = str(error)

    def answers(self, suite: Suite) -> bool:
        """Whether it has a fair answer to all of the behaviour suite."""
        rows = [row for pair in suite.pairs for row in (pair.higher, pair.lower)]
        return not np.isnan(self.logits([*rows, *suite.off_topic])).any()

    def logits(self, rows: Sequence[CorpusRow], *, unseen: bool = False) -> NDArray[np.float64]:
        """The logit of each row at the corpus's base rate, NaN where there is no fair answer.

        ``unseen`` vouches that no row was training text of the champion.
        """
        found = np.full(len(rows), np.nan)
        if self.record is not None:
            found = self.record.logits(rows)
        if self._scorer is None or (self.record is None and not unseen):
            return found
        for place in np.flatnonzero(np.isnan(found)).tolist():
            assessment = self._scorer.assess(rows[place].article(), explain="none")
            found[place] = assessment.logit - self._shift
        return found
