"""What the lexicon knows of single words: kind, stem, synonyms, opposites, and a fingerprint that finds typos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.lexicons import KNOWN, lexicon
from cleaner.similar.ragged import U64, mix64
from cleaner.similar.vocabulary import word_hashes

_GROUPS = 8  # synonym groups, sides of opposites and exclusive sets a word can belong to (the first ones count)


@dataclass(frozen=True, slots=True)
class Words:
    """Facts about n words, one array each."""

    kind: NDArray[np.uint16]
    stem: U64
    letters: U64
    """A sum over the letters: equal for anagrams, and the differences of one letter are known."""
    length: NDArray[np.int16]
    initial: NDArray[np.int32]
    """Code point of the first letter."""
    synonyms: NDArray[np.int32]
    """(n, 4) synonym groups, 0 where none."""
    sides: NDArray[np.int32]
    """(n, 8) opposites: +k for the left side of pair k, -k for the right, 0 where none."""
    sets: NDArray[np.int32]
    """(n, 4) exclusive sets, 0 where none."""
    negates: U64
    """Stem of the word that this one negates ("unhappy": "happy"), 0 where none."""
    tongue: NDArray[np.int8]
    """In which language it was looked up; see ``lexicons.TONGUES``."""


@lru_cache(maxsize=1)
def letter_values() -> U64:
    """Fingerprint of each letter, by code point modulo 1,024; a word's ``letters`` is the sum."""
    return mix64(np.arange(1, 1025, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def describe(words: Sequence[str], tongues: Sequence[int] | None = None) -> Words:
    """Facts about ``words``, none of them empty; ``tongues`` says in which language each stands (English)."""
    n = len(words)
    known_by = [lexicon(t) for t in (tongues if tongues is not None else [0] * n)]
    length = np.fromiter(map(len, words), np.int64, n)
    letters = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), "<u4")
    begin = np.cumsum(length) - length
    kind = np.array([of.kind(w) for of, w in zip(known_by, words, strict=True)], np.uint16)
    stems = [of.stem(w) for of, w in zip(known_by, words, strict=True)]
    negated = [of.negated(w) for of, w in zip(known_by, words, strict=True)]
    negates = np.zeros(n, np.uint64)
    some = [k for k, w in enumerate(negated) if w]
    negates[some] = word_hashes([known_by[k].stem(negated[k]) for k in some])
    synonyms, sets = np.zeros((n, _GROUPS), np.int32), np.zeros((n, _GROUPS), np.int32)
    sides = np.zeros((n, 2 * _GROUPS), np.int32)
    for name, out in (("synonyms", synonyms), ("sides", sides), ("sets", sets)):
        for k, stem in enumerate(stems):
            if known := getattr(known_by[k], name).get(stem):
                out[k, : min(len(known), out.shape[1])] = known[: out.shape[1]]
                kind[k] |= KNOWN
    return Words(
        kind=kind,
        stem=word_hashes(stems),
        letters=np.add.reduceat(letter_values()[letters & 1023], begin) if n else np.empty(0, np.uint64),
        length=np.minimum(length, 999).astype(np.int16),
        initial=letters[begin].astype(np.int32) if n else np.empty(0, np.int32),
        synonyms=synonyms,
        sides=sides,
        sets=sets,
        negates=negates,
        tongue=np.array([of.tongue for of in known_by], np.int8),
    )


class WordTable:
    """Facts about the words that were asked for so far; forgets them when they become too many. Threads may share it."""

    def __init__(self, limit: int = 1 << 18) -> None:
        self.limit = limit
        self._lock = Lock()
        self._clear()

    def _clear(self) -> None:
        self._hashes = np.empty(0, np.uint64)
        self._order = np.empty(0, np.int64)
        self._words = describe([])

    def rows(
        self, hashes: U64, tongue: NDArray[np.int8], spell: Callable[[NDArray[np.int64]], list[str]]
    ) -> tuple[NDArray[np.int64], Words]:
        """Each of the distinct ``hashes``, of a word in a language (``in_tongue``), as a row of the words that are returned
        with them; ``spell`` gives the words at some of their positions."""
        with self._lock:
            if len(self._hashes) > self.limit:
                self._clear()
            at, known = self._find(hashes)
            new = np.flatnonzero(~known)
            if len(new):
                self._add(hashes[new], describe(spell(new), tongue[new].tolist()))
                at, _ = self._find(hashes)
            return self._order[at] if len(self._order) else at, self._words

    def _add(self, hashes: U64, found: Words) -> None:
        self._words = Words(
            *(np.concatenate((getattr(self._words, f.name), getattr(found, f.name))) for f in fields(Words))
        )
        all_hashes = np.concatenate((self._hashes[np.argsort(self._order)], hashes))
        self._order = np.argsort(all_hashes)
        self._hashes = all_hashes[self._order]

    def _find(self, hashes: U64) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        at = np.minimum(np.searchsorted(self._hashes, hashes), max(len(self._hashes) - 1, 0))
        known = self._hashes[at] == hashes if len(self._hashes) else np.zeros(len(hashes), bool)
        return at, known


def in_tongue(hashes: U64, tongue: NDArray[np.int8]) -> U64:
    """Hashes of words that stand in a language; those of English words are as they were."""
    other = mix64(hashes ^ (tongue.astype(np.uint64) << np.uint64(40)))
    return np.where(tongue == 0, hashes, other)


@lru_cache(maxsize=1)
def one_letter_differences() -> U64:
    """Sorted fingerprint differences of words that differ by one letter: one more, or another (of a to z)."""
    values = letter_values()[[ord(c) for c in "abcdefghijklmnopqrstuvwxyz"]]
    swaps = (values[:, None] - values[None, :]).ravel()
    return np.unique(np.concatenate((values, np.uint64(0) - values, swaps)))


@lru_cache(maxsize=1)
def single_letters() -> U64:
    """Fingerprint differences of words of which one has one letter (a to z) more."""
    values = letter_values()[[ord(c) for c in "abcdefghijklmnopqrstuvwxyz"]]
    return np.concatenate((values, np.uint64(0) - values))
