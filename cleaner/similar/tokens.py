"""Texts to tokens of the comparison form, in bulk.

A *chunk* is a run without white space: a corpus repeats its chunks, so each distinct one is analysed once, by an
``Index`` where the compiled loops are there, by a ``Book`` where not.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.similar import kernels
from cleaner.similar.book import Book
from cleaner.similar.index import Index
from cleaner.similar.ragged import I64
from cleaner.text.canonical import OPENS, PHRASES


@dataclass(frozen=True, slots=True)
class Tokens:
    """The comparison form of n texts."""

    words: list[str]
    """Distinct tokens; ``ids`` point here."""
    ids: NDArray[np.int32]
    """(tokens,) all texts' tokens one after the other."""
    shapes: NDArray[np.uint8]
    """(tokens,) case as written: 0 lower, 1 Capitalised, 2 ALL CAPITALS."""
    marks: NDArray[np.uint8]
    """(tokens,) punctuation around the token, see ``OPENS`` and the others."""
    offsets: I64
    """(n + 1,) where each text's tokens begin."""


def tokenise(texts: Sequence[str], *, phrases: bool = True) -> Tokens:
    """Tokens of every text, in time linear in their size. Any string is allowed, lone surrogates included.

    Without ``phrases`` neighbours such as "United States" stay two tokens, so that each belongs to one chunk.
    """
    memory = (_book if kernels.compiled is None else _index)(threading.get_ident())
    tokens = Tokens([], *memory.tokens(_bytes(texts), len(texts)))
    if phrases:
        tokens = _join_phrases(tokens, memory.words)
    return _own_words(tokens, list(memory.words))


@lru_cache(maxsize=2)
def _book(_thread: int) -> Book:
    """One a thread: a memory of pure results, which two threads must not write at once."""
    return Book()


@lru_cache(maxsize=2)
def _index(_thread: int) -> Index:
    """The same."""
    return Index()


def _own_words(tokens: Tokens, words: list[str]) -> Tokens:
    """``tokens`` with those of the ``words`` that they use, numbered as they come: nothing tells what the process saw
    before."""
    ids = tokens.ids
    if kernels.compiled is not None:
        used = kernels.compiled.renumber(ids, len(words)).tolist()
        return Tokens([words[k] for k in used], ids, tokens.shapes, tokens.marks, tokens.offsets)
    first = np.full(len(words), len(ids), np.int64)
    first[ids[::-1]] = np.arange(len(ids) - 1, -1, -1)
    used = np.flatnonzero(first < len(ids))
    used = used[np.argsort(first[used])]
    number = np.zeros(len(words), np.int32)
    number[used] = np.arange(len(used), dtype=np.int32)
    return Tokens([words[k] for k in used.tolist()], number[ids], tokens.shapes, tokens.marks, tokens.offsets)


def _bytes(texts: Sequence[str]) -> NDArray[np.uint8]:
    """All texts in UTF-8, each closed by the one line feed it has, and eight bytes after the last."""
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:
        joined = "\n".join([t.replace("\n", " ") for t in texts])
    joined += "\n" + "\0" * 8 if texts else "\0" * 8
    try:
        raw = joined.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate is no character: it stands as U+FFFD here, and only here
        raw = joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode("utf-8")
    return np.frombuffer(raw, np.uint8)


def _join_phrases(tokens: Tokens, words: dict[str, int]) -> Tokens:
    """Neighbours such as "united states" made one token, as ``cleaner.text.canonical.join_phrases`` does."""
    ids = tokens.ids
    pairs = {
        (words[a], words[b]): words.setdefault(joined, len(words))
        for (a, b), joined in PHRASES.items()
        if a in words and b in words
    }
    if not pairs or len(ids) < 2:
        return tokens
    heads, tails = np.zeros(len(words), bool), np.zeros(len(words), bool)
    heads[[a for a, _ in pairs]] = True
    tails[[b for _, b in pairs]] = True
    inside = np.ones(len(ids), bool)
    starts = tokens.offsets[1:-1]
    inside[starts[starts < len(ids)]] = False  # the first token of a text does not continue the one before it
    us, of, america = (words.get(w, -1) for w in ("us", "of", "america"))
    drop = np.zeros(len(ids), bool)
    ids = ids.copy()
    for i in np.flatnonzero(heads[ids[:-1]] & tails[ids[1:]] & inside[1:]).tolist():
        if drop[i]:
            continue
        joined = pairs.get((int(tokens.ids[i]), int(tokens.ids[i + 1])))
        if joined is None:
            continue
        ids[i] = joined
        stop = i + 2
        if (
            joined == us
            and i + 3 < len(ids)
            and ids[i + 2] == of
            and ids[i + 3] == america
            and inside[i + 2 : i + 4].all()
        ):
            stop = i + 4
        drop[i + 1 : stop] = True
        tokens.marks[i] |= np.bitwise_or.reduce(tokens.marks[i + 1 : stop]) & ~np.uint8(OPENS)
    kept = ~drop
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(kept)))
    return Tokens([], ids[kept], tokens.shapes[kept], tokens.marks[kept], before[tokens.offsets])
