"""In which language two sentences are: by their function words, which a sentence of any length has many of."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.lexicons import function_words
from cleaner.similar.ragged import I64, U64, offsets_of, ranges, row_ids
from cleaner.similar.vocabulary import word_hashes

_LEAST = 3
_LEADING = np.uint64(46)
_SHARE = 0.15
"""Function words of another language that are needed, and their share of all words: in running text it is a third and more,
and an English sentence full of foreign names has less."""


def tongues(hashes: U64, offsets: I64, i: I64, j: I64) -> NDArray[np.int8]:
    """Of each pair (i, j) of sentences, given by the hashes of their tokens, the language: an index as in ``lexicons``;
    English where there is no sign of another."""
    known, of, first, leading = _signs()
    size = np.diff(offsets)
    maybe = np.flatnonzero(leading[(hashes >> _LEADING).view(np.int64)])
    at = np.minimum(np.searchsorted(known, hashes[maybe]), len(known) - 1)
    mine = np.flatnonzero(known[at] == hashes[maybe])
    at, rows = at[mine], row_ids(size)[maybe[mine]]
    count, languages = first[at + 1] - first[at], len(function_words())
    said = np.repeat(rows, count) * languages + of[ranges(first[at], count)]
    counts = np.bincount(said, minlength=len(size) * languages).reshape(len(size), languages)
    out = np.zeros(len(i), np.int8)
    doubtful = counts[:, 1:].max(axis=1) >= counts[:, 0]
    doubt = np.flatnonzero(doubtful[i] | doubtful[j])
    both = counts[i[doubt]] + counts[j[doubt]]
    best = both[:, 1:].argmax(axis=1) + 1
    hits = both[np.arange(len(both)), best]
    foreign = (hits > both[:, 0]) & (hits >= _LEAST) & (hits >= _SHARE * (size[i] + size[j])[doubt])
    out[doubt] = np.where(foreign, best, 0)
    return out


@lru_cache(maxsize=1)
def _signs() -> tuple[U64, I64, I64, NDArray[np.bool_]]:
    """Hashes of function words, ascending; the languages that they are a sign of, and where those of each begin; and which
    leading bits they have."""
    languages = [(word, number) for number, own in enumerate(function_words().values()) for word in own]
    hashes = word_hashes([word for word, _ in languages])
    order = np.argsort(hashes, kind="stable")
    known, count = np.unique(hashes, return_counts=True)
    leading = np.zeros(1 << (64 - int(_LEADING)), np.bool_)
    leading[(known >> _LEADING).view(np.int64)] = True
    return known, np.array([number for _, number in languages])[order], offsets_of(count), leading
