"""The shipped word tables: log-odds of words, word weights, word vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.store import FOLDER, read_weights
from cleaner.judge.words import TABLE_BITS, Lexicon

ODDS = ("text", "lede")
"""What is learned of words: leftovers against content; the opening of a story against the rest of it."""


@dataclass(frozen=True, slots=True)
class Odds:
    """Weights of hashed words and pairs, int8 of ``2**TABLE_BITS``, in units of ``scale``."""

    values: NDArray[np.int8]
    scale: float
    bias: float


NO_ODDS = Odds(np.zeros(1 << TABLE_BITS, np.int8), 1.0, 0.0)
"""Knows no word: every score is 0."""


@dataclass(frozen=True)
class Tables:
    """What the features look words up in. The default is empty: every word unknown, every score 0."""

    odds: Mapping[str, Odds] = field(default_factory=dict)
    vocabulary: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    """Hashes of the known words, most frequent first."""
    weight: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    """How telling each known word is, 1 to 255 (unknown words are 255)."""
    vectors: NDArray[np.int8] = field(default_factory=lambda: np.zeros((0, 1), np.int8))
    """Static vectors of the known words."""

    @classmethod
    def load(cls) -> Tables:
        """The tables that the package ships."""
        return _shipped()

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Tables:
        """Builds the tables from the arrays of a weights file."""
        odds = {
            name: Odds(np.asarray(arrays["odds_" + name], np.int8), *(float(x) for x in arrays["scale_" + name]))
            for name in ODDS
            if "odds_" + name in arrays
        }
        return cls(
            odds,
            np.asarray(arrays.get("vocabulary", np.zeros(0)), np.uint64),
            np.asarray(arrays.get("weight", np.zeros(0)), np.uint8),
            np.asarray(arrays.get("vectors", np.zeros((0, 1))), np.int8),
        )

    def lexicon(self) -> Lexicon:
        """Finds a word's place in the vocabulary."""
        return _lexicon(self)

    def weights(self, place: NDArray[np.int32]) -> NDArray[np.int64]:
        """How telling each word is, 1 to 255, by its place in the vocabulary (-1: unknown)."""
        return np.append(self.weight, np.uint8(255)).take(place).astype(np.int64)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


@lru_cache(maxsize=8)
def _lexicon(tables: Tables) -> Lexicon:
    return Lexicon(tables.vocabulary, 20)


@lru_cache(maxsize=1)
def _shipped() -> Tables:
    return tables_of(read_weights("lines"))


def tables_of(arrays: Mapping[str, NDArray[np.generic]], folder: Path = FOLDER) -> Tables:
    """The tables for a weights file: its own log-odds and, where it was trained with them, the shared words."""
    return Tables.from_arrays({**read_weights("words", folder), **arrays} if "uses_words" in arrays else arrays)
