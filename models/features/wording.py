"""The learned rest: stems and pairs of stems that no family's lexicon names.

Names stay out - states, peoples, cities, groups, persons, months, years and numbers - so that
the same event under other names reads the same. A word counts only if it is an ordinary
English word (``common_words.txt``) and no name in the gazetteer; passages marked negated,
supposed or past are skipped, and no pair crosses a sentence boundary or a skipped word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import Stemmer
from numpy.typing import NDArray

from models.features.lexicon import shipped_lexicon
from models.text.document import Document
from models.text.scope import Stretch

_SKIPPED = frozenset({"negated", "hypothetical", "past"})
_MIN_LETTERS = 2
WORDS_READ = 750
"""Wording is read in the first words only, as many as the training articles were cut to: what an
analyst reads as the story. The families are read in the whole text."""
_CACHE_LIMIT = 300_000


class Terms(NamedTuple):
    """Terms of one text: their numbers in the vocabulary, weights of unit length, occurrences.

    ``occurrence_term`` holds positions in ``number``, ``occurrence_part`` the part where each
    occurrence begins.
    """

    number: NDArray[np.int64]
    weight: NDArray[np.float64]
    occurrence_term: NDArray[np.int64]
    occurrence_part: NDArray[np.int64]


@dataclass(frozen=True)
class Vocabulary:
    """Terms ("stem" or "stem stem") and their inverse document frequencies, in one order."""

    terms: tuple[str, ...]
    idf: NDArray[np.float64]

    @cached_property
    def _stems(self) -> dict[str, int]:
        words = sorted({stem for term in self.terms for stem in term.split(" ")})
        return {word: number for number, word in enumerate(words)}

    @cached_property
    def _ids(self) -> _StemIds:
        return _StemIds(self._stems)

    @cached_property
    def _single(self) -> NDArray[np.int64]:
        single = np.full(len(self._stems) + 1, -1, dtype=np.int64)
        for number, term in enumerate(self.terms):
            if " " not in term:
                single[self._stems[term]] = number
        return single

    @cached_property
    def _pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        keyed = sorted(
            (self._stems[first] * len(self._stems) + self._stems[second], number)
            for number, (first, _, second) in enumerate(t.partition(" ") for t in self.terms)
            if second
        )
        keys = np.array([key for key, _ in keyed] or [-1], dtype=np.int64)
        return keys, np.array([number for _, number in keyed] or [-1], dtype=np.int64)

    def read(self, document: Document, stretches: Iterable[Stretch]) -> Terms:
        """The terms of a text, weighted (1 + log count) * idf and scaled to unit length."""
        words = document.parts[1 : 2 * WORDS_READ : 2]
        ids = np.fromiter(map(self._ids.__getitem__, words), np.int64, len(words))
        for stretch in stretches:
            if stretch.mark in _SKIPPED:
                ids[stretch.first // 2 : stretch.stop // 2] = -1
        term, part = self._occurrences(ids, document)
        if not term.size:
            empty = np.zeros(0, dtype=np.int64)
            return Terms(empty, np.zeros(0), empty, empty)
        index, inverse, count = np.unique(term, return_inverse=True, return_counts=True)
        weight = (1.0 + np.log(count)) * self.idf[index]
        weight /= np.sqrt(weight @ weight)
        return Terms(index, weight, inverse, part)

    def _occurrences(
        self, ids: NDArray[np.int64], document: Document
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        single = self._single[ids]
        at = np.flatnonzero(single >= 0)
        joined = np.ones(max(len(ids) - 1, 0), dtype=bool)
        inner = np.array(document.boundaries[1:-1], dtype=np.int64) // 2 - 1
        joined[inner[inner < len(joined)]] = False
        joined &= (ids[:-1] >= 0) & (ids[1:] >= 0)
        left = np.flatnonzero(joined)
        wanted = ids[left] * len(self._stems) + ids[left + 1]
        keys, numbers = self._pairs
        slot = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        hit = keys[slot] == wanted
        term = np.concatenate([single[at], numbers[slot[hit]]])
        return term, 2 * np.concatenate([at, left[hit]]) + 1


def stems_of(document: Document, stretches: Iterable[Stretch]) -> list[str | None]:
    """Every word's stem, None for names and skipped words, with None at sentence ends.

    What ``Vocabulary.read`` sees, for choosing a vocabulary in training.
    """
    stems: list[str | None] = [_stem(word) for word in document.parts[1 : 2 * WORDS_READ : 2]]
    for stretch in stretches:
        if stretch.mark in _SKIPPED:
            for position in range(stretch.first // 2, min(len(stems), stretch.stop // 2)):
                stems[position] = None
    for boundary in reversed(document.boundaries[1:-1]):
        stems.insert(boundary // 2, None)
    return stems


def terms_of(stems: Sequence[str | None]) -> set[str]:
    """The distinct terms in a row of stems."""
    terms = {stem for stem in stems if stem is not None}
    pairs = pairwise(stems)
    return terms | {f"{a} {b}" for a, b in pairs if a is not None and b is not None}


class _StemIds(dict[str, int]):
    def __init__(self, stems: dict[str, int]) -> None:
        super().__init__()
        self._known = stems

    def __missing__(self, word: str) -> int:
        if len(self) > _CACHE_LIMIT:
            self.clear()
        stem = _stem(word)
        found = -1 if stem is None else self._known.get(stem, -1)
        self[word] = found
        return found


_stemmer = Stemmer.Stemmer("english")


def _stem(word: str) -> str | None:
    lowered = word.lower()
    lexicon = shipped_lexicon()
    gazetteer = lexicon.gazetteer
    if (
        lowered not in gazetteer.common
        or len(lowered) < _MIN_LETTERS
        or lowered in lexicon.unworded
    ):
        return None
    if lowered in gazetteer.case_sensitive and word != lowered:
        return None
    return str(_stemmer.stemWord(lowered))
