"""Texts as the two matrices that estimators are fitted on."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.features.catalogue import OFF_TOPIC, catalogue
from models.features.extractor import FeatureSet, shipped_extractor
from models.features.wording import Vocabulary, stems_of, terms_of
from training.corpus import CorpusRow

LEAST_TEXTS = 5
"""A term must occur in this many training texts: rarer ones are mostly one story's."""

OFF_TOPIC_COLUMN = [feature.name for feature in catalogue()].index(OFF_TOPIC)


@dataclass(frozen=True)
class Design:
    """Every text read once.

    ``values`` (n, features) are the catalogue's features, unscaled; ``found`` keeps the documents
    for vocabularies to read.
    """

    values: NDArray[np.float64]
    found: tuple[FeatureSet, ...]
    terms: tuple[frozenset[str], ...]

    def vocabulary(self, rows: NDArray[np.int64], least: int = LEAST_TEXTS) -> Vocabulary:
        """The terms of at least ``least`` of the texts ``rows``, with their idf there."""
        uses = Counter(term for row in rows.tolist() for term in self.terms[row])
        names = sorted(term for term, count in uses.items() if count >= least)
        idf = [np.log((1 + len(rows)) / (1 + uses[name])) + 1 for name in names]
        return Vocabulary(tuple(names), np.array(idf))

    def wording(self, vocabulary: Vocabulary) -> sparse.csr_matrix:
        """Term weights (n, terms), rows of unit length."""
        read = [vocabulary.read(item.document, item.stretches) for item in self.found]
        return sparse.csr_matrix(
            (
                np.concatenate([item.weight for item in read]),
                np.concatenate([item.number for item in read]),
                np.cumsum([0, *(len(item.number) for item in read)]),
            ),
            (len(read), len(vocabulary.terms)),
        )


def design(rows: Sequence[CorpusRow]) -> Design:
    """Read the texts of ``rows``."""
    extractor = shipped_extractor()
    found = tuple(extractor.extract(row.article()) for row in rows)
    return Design(
        np.array([item.values for item in found]),
        found,
        tuple(_terms(item) for item in found),
    )


def _terms(found: FeatureSet) -> frozenset[str]:
    return frozenset(map(sys.intern, terms_of(stems_of(found.document, found.stretches))))
