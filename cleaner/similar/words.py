"""What the lexicon knows of single words: kind, stem, synonyms, opposites, and a fingerprint that finds typos.

The lists in ``lexicon/`` are general English, written for this project; a word that is in none of them is a content
word like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.ragged import U64, mix64
from cleaner.similar.vocabulary import word_hashes
from cleaner.text.canonical import NEEDS_CARE, analyse_chunk, listed_words

STOP, LIGHT, NEGATION, WEAK, MODAL, TITLE, DATE, UNIT, PRONOUN, FIRM, NUMBER, KNOWN, PAST = (1 << i for i in range(13))
"""Bits of ``Words.kind``."""
_KINDS = {"stop": STOP, "light": LIGHT, "negation": NEGATION, "weakmodal": WEAK, "modal": MODAL, "title": TITLE,
          "date": DATE, "unit": UNIT, "pronoun": PRONOUN, "firm": FIRM}  # fmt: skip
_GROUPS = 4  # synonym groups, sides of opposites and exclusive sets a word can belong to (the first ones count)


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


@dataclass(frozen=True, slots=True)
class _Lexicon:
    kinds: dict[str, int]
    lemmas: dict[str, str]
    synonyms: dict[str, tuple[int, ...]]
    sides: dict[str, tuple[int, ...]]
    sets: dict[str, tuple[int, ...]]


def _lines(name: str) -> list[str]:
    text = (Path(__file__).parent / "lexicon" / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("# ")]


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    kinds: dict[str, int] = {}
    for line in _lines("kinds"):
        kind, _, members = line.partition(":")
        for word in members.split():
            kinds[word] = kinds.get(word, 0) | _KINDS[kind]
    lemmas = {form: line.split()[0] for line in _lines("irregular") for form in line.split()}

    listed, doubtful = listed_words(), re.compile(f"{NEEDS_CARE}|[^a-z]").search

    def key(word: str) -> str:
        if word in listed or doubtful(word):
            tokens = analyse_chunk(word).tokens
            word = tokens[0] if len(tokens) == 1 else word
        return _stem(word, lemmas)

    synonyms: dict[str, tuple[int, ...]] = {}
    sides: dict[str, tuple[int, ...]] = {}
    sets: dict[str, tuple[int, ...]] = {}

    def note(groups: dict[str, tuple[int, ...]], words: str, number: int) -> None:
        for word in map(key, words.split()):
            groups[word] = (*groups.get(word, ()), number)

    for number, line in enumerate(_lines("synonyms"), 1):
        note(synonyms, line, number)
    for number, line in enumerate(_lines("antonyms"), 1):
        left, right = line.split("|")
        note(sides, left, number)
        note(sides, right, -number)
    for number, line in enumerate(_lines("exclusive"), 1):
        note(sets, line, number)
    return _Lexicon(kinds, lemmas, synonyms, _spread(sides, synonyms), sets)


def _spread(sides: dict[str, tuple[int, ...]], synonyms: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """``sides`` with what holds of a word's synonyms: "finest" is the opposite of "worst", since "best" is. A pair of
    opposites of which a word's synonyms stand on both sides says nothing of it."""
    groups: dict[int, set[int]] = {}
    for word, numbers in synonyms.items():
        for number in numbers:
            groups.setdefault(number, set()).update(sides.get(word, ()))
    out = dict(sides)
    for word, numbers in synonyms.items():
        told = set(sides.get(word, ())).union(*(groups[number] for number in numbers))
        own = sides.get(word, ())
        out[word] = (*own, *sorted(k for k in told.difference(own) if -k not in told))
    return {word: found for word, found in out.items() if found}


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """English words that carry no meaning of their own."""
    return frozenset(word for word, kind in _lexicon().kinds.items() if kind & STOP)


_IRREGULAR_S = ("ss", "us", "is")


def _stem(word: str, lemmas: dict[str, str]) -> str:
    """A light stem: irregular forms by list, then plural and verb endings ("rises", "rising" and "rose" are one)."""
    word = lemmas.get(word, word)
    if word[-1:] not in "sgde":
        return word
    n = len(word)
    if n > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif n > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif n > 3 and word[-1] == "s" and not word.endswith(_IRREGULAR_S):
        word = word[:-1]
    elif n > 5 and word.endswith("ing"):
        word = _undouble(word[:-3])
    elif n > 4 and word.endswith("ied"):
        word = word[:-3] + "y"
    elif n > 4 and word.endswith("ed"):
        word = _undouble(word[:-2])
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    return word


def _is_past(word: str, lemmas: dict[str, str]) -> bool:
    """Is it a past form or a participle, by its look?"""
    if word in lemmas:
        return word != lemmas[word] and not word.endswith(("s", "ing"))
    return len(word) > 4 and word.endswith("ed")


def _undouble(word: str) -> str:
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiousl":
        return word[:-1]
    return word


_NEGATING = ("un", "in", "im", "ir", "il", "dis", "non", "mis", "de", "anti", "counter")
_FIGURE = re.compile(r"\d")


def _negated(word: str) -> str:
    """The word that ``word`` negates by its form, or nothing."""
    if word.startswith(_NEGATING):
        for prefix in _NEGATING:
            rest = word[len(prefix) :]
            if len(rest) >= 4 and word.startswith(prefix):
                return rest
    if len(word) >= 7 and word.endswith("less"):
        return word[:-4] + "ful"
    return ""


@lru_cache(maxsize=1)
def letter_values() -> U64:
    """Fingerprint of each letter, by code point modulo 1,024; a word's ``letters`` is the sum."""
    return mix64(np.arange(1, 1025, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def describe(words: Sequence[str]) -> Words:
    """Facts about ``words``, none of them empty."""
    lexicon = _lexicon()
    n = len(words)
    length = np.fromiter(map(len, words), np.int64, n)
    letters = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), "<u4")
    begin = np.cumsum(length) - length
    kind = np.array([lexicon.kinds.get(w, 0) for w in words], np.uint16)
    kind[[not w.isalpha() and _FIGURE.search(w) is not None for w in words]] |= np.uint16(NUMBER)
    kind[[_is_past(w, lexicon.lemmas) for w in words]] |= np.uint16(PAST)
    stems = [_stem(w, lexicon.lemmas) for w in words]
    negated = [_negated(w) for w in words]
    negates = np.zeros(n, np.uint64)
    some = [k for k, w in enumerate(negated) if w]
    negates[some] = word_hashes([_stem(negated[k], lexicon.lemmas) for k in some])
    synonyms, sets = np.zeros((n, _GROUPS), np.int32), np.zeros((n, _GROUPS), np.int32)
    sides = np.zeros((n, 2 * _GROUPS), np.int32)
    for table, out in ((lexicon.synonyms, synonyms), (lexicon.sides, sides), (lexicon.sets, sets)):
        for k in [k for k, stem in enumerate(stems) if stem in table]:
            known = table[stems[k]][: out.shape[1]]
            out[k, : len(known)] = known
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

    def rows(self, hashes: U64, spell: Callable[[NDArray[np.int64]], list[str]]) -> tuple[NDArray[np.int64], Words]:
        """Each of the distinct ``hashes`` as a row of the words that are returned with them; ``spell`` gives the words
        at some of their positions."""
        with self._lock:
            if len(self._hashes) > self.limit:
                self._clear()
            at, known = self._find(hashes)
            new = np.flatnonzero(~known)
            if len(new):
                self._add(hashes[new], describe(spell(new)))
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
