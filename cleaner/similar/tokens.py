"""Texts to tokens of the comparison form, in bulk.

A *chunk* is a run without white space: a corpus repeats its chunks, so each distinct one is analysed once, by an
``ChunkTable`` where the compiled loops are there, by a ``Book`` where not.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.similar import kernels
from cleaner.similar.book import Book, Found
from cleaner.similar.chunks import ChunkTable
from cleaner.similar.ragged import I64
from cleaner.similar.vocabulary import Vocabulary, WordList
from cleaner.text.canonical import OPENS
from cleaner.text.house_style import PHRASES

I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The comparison form of n texts."""

    vocabulary: WordList
    """Distinct tokens; ``ids`` point here."""
    ids: NDArray[np.int32]
    """(tokens,) all texts' tokens one after the other."""
    shapes: NDArray[np.uint8]
    """(tokens,) case as written: 0 lower, 1 Capitalised, 2 ALL CAPITALS."""
    marks: NDArray[np.uint8]
    """(tokens,) punctuation around the token, see ``OPENS`` and the others."""
    offsets: I64
    """(n + 1,) where each text's tokens begin."""

    @property
    def words(self) -> list[str]:
        """The distinct tokens as strings."""
        return self.vocabulary.spelt()


def tokenise(texts: Sequence[str], *, phrases: bool = True) -> Tokens:
    """Tokens of every text, in time linear in their size. Any string is allowed, lone surrogates included.

    Without ``phrases`` neighbours such as "United States" stay two tokens, so that each belongs to one chunk.
    """
    memory = (_book if kernels.compiled is None else _table)(threading.get_ident())
    found = memory.tokens(_bytes(texts), len(texts))
    if phrases:
        found = _join_phrases(*found, memory.words)
    return _own_words(*found, memory.words)


@lru_cache(maxsize=2)
def _book(_thread: int) -> Book:
    """One a thread: a memory of pure results, which two threads must not write at once."""
    return Book()


@lru_cache(maxsize=2)
def _table(_thread: int) -> ChunkTable:
    """The same."""
    return ChunkTable()


def _own_words(ids: I32, shapes: U8, marks: U8, offsets: I64, words: Vocabulary) -> Tokens:
    """Tokens with those of the ``words`` that they use, numbered as they come: nothing tells what the process saw
    before."""
    n = len(words.numbers)
    if kernels.compiled is not None:
        used = kernels.compiled.renumber(ids, n)
        return Tokens(words.rows(used), ids, shapes, marks, offsets)
    first = np.full(n, len(ids), np.int64)
    first[ids[::-1]] = np.arange(len(ids) - 1, -1, -1)
    used = np.flatnonzero(first < len(ids)).astype(np.int32)
    used = used[np.argsort(first[used])]
    number = np.zeros(n, np.int32)
    number[used] = np.arange(len(used), dtype=np.int32)
    return Tokens(words.rows(used), number[ids], shapes, marks, offsets)


def _bytes(texts: Sequence[str]) -> NDArray[np.uint8]:
    """All texts in UTF-8, each closed by the one line feed it has, and eight bytes after the last."""
    try:
        raw = b"\n".join([*map(str.encode, texts), bytes(8)])
    except UnicodeEncodeError:  # a lone surrogate is no character: it stands as U+FFFD here, and only here
        whole = [t.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") for t in texts]
        raw = b"\n".join([*map(str.encode, whole), bytes(8)])
    if raw.count(b"\n") != len(texts):
        return _bytes([t.replace("\n", " ") for t in texts])
    return np.frombuffer(raw, np.uint8)


def _join_phrases(ids: I32, shapes: U8, marks: U8, offsets: I64, words: Vocabulary) -> Found:
    """Neighbours such as "united states" made one token, as ``cleaner.text.canonical.join_phrases`` does."""
    number = words.numbers
    pairs = {
        (number[a], number[b]): words.number(joined)
        for (a, b), joined in PHRASES.items()
        if a in number and b in number
    }
    if not pairs or len(ids) < 2:
        return ids, shapes, marks, offsets
    heads, tails = np.zeros(len(number), np.uint8), np.zeros(len(number), np.uint8)
    heads[[a for a, _ in pairs]] = True
    tails[[b for _, b in pairs]] = True
    us, of, america = (number.get(w, -1) for w in ("us", "of", "america"))
    if kernels.compiled is not None:
        table = np.array([(a, b, joined) for (a, b), joined in pairs.items()], np.int32)
        return kernels.compiled.join_phrases(ids, shapes, marks, offsets, table, heads, tails, us, of, america)
    inside = np.ones(len(ids), bool)
    starts = offsets[1:-1]
    inside[starts[starts < len(ids)]] = False  # the first token of a text does not continue the one before it
    drop = np.zeros(len(ids), bool)
    old, ids = ids, ids.copy()
    for i in np.flatnonzero((heads[ids[:-1]] & tails[ids[1:]] > 0) & inside[1:]).tolist():
        if drop[i]:
            continue
        one = pairs.get((int(old[i]), int(old[i + 1])))
        if one is None:
            continue
        ids[i] = one
        stop = i + 2
        if (
            one == us
            and i + 3 < len(ids)
            and ids[i + 2] == of
            and ids[i + 3] == america
            and inside[i + 2 : i + 4].all()
        ):
            stop = i + 4
        drop[i + 1 : stop] = True
        marks[i] |= np.bitwise_or.reduce(marks[i + 1 : stop]) & ~np.uint8(OPENS)
    kept = ~drop
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(kept)))
    return ids[kept], shapes[kept], marks[kept], before[offsets]
