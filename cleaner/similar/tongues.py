"""In which language two sentences are: by their function words, which a sentence of any length has many of."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.similar import kernels
from cleaner.similar.lexicons import function_words
from cleaner.similar.ragged import I64, U64, offsets_of, ranges, row_ids
from cleaner.similar.vocabulary import word_hashes

_LEAST = 3
_SHARE = 0.15
"""Function words of another language that are needed, and their share of all words: in running text it is a third and more,
and an English sentence full of foreign names has less."""
_LEADING = 15
"""Bits by which they are looked up."""


def tongues(hashes: U64, offsets: I64, i: I64, j: I64) -> NDArray[np.int8]:
    """Of each pair (i, j) of sentences, given by the hashes of their tokens, the language: an index as in ``lexicons``;
    English where there is no sign of another."""
    size, said = np.diff(offsets), counts(hashes, offsets)
    out = np.zeros(len(i), np.int8)
    doubtful = said[:, 1:].max(axis=1) >= said[:, 0]
    doubt = np.flatnonzero(doubtful[i] | doubtful[j])
    both = said[i[doubt]] + said[j[doubt]]
    best = both[:, 1:].argmax(axis=1) + 1
    hits = both[np.arange(len(both)), best]
    foreign = (hits > both[:, 0]) & (hits >= _LEAST) & (hits >= _SHARE * (size[i] + size[j])[doubt])
    out[doubt] = np.where(foreign, best, 0)
    return out


def counts(hashes: U64, offsets: I64) -> NDArray[np.integer]:
    """(sentences, languages) function words of each language in each sentence."""
    known, first, of, leading = _signs()
    languages = len(function_words())
    if kernels.compiled is not None:
        return kernels.compiled.spoken(hashes, offsets, known, leading, first, of, languages)
    at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    mine = np.flatnonzero(known[at] == hashes)
    at, row = at[mine], row_ids(np.diff(offsets))[mine]
    count = first[at + 1] - first[at]
    said = np.repeat(row, count) * languages + of[ranges(first[at], count)]
    return np.bincount(said, minlength=(len(offsets) - 1) * languages).reshape(-1, languages)


@lru_cache(maxsize=1)
def _signs() -> tuple[U64, I64, I64, I64]:
    """Hashes of function words, ascending; where the languages that each is a sign of begin; these; and where the hashes
    with the same leading bits begin."""
    languages = [(word, number) for number, own in enumerate(function_words().values()) for word in own]
    hashes = word_hashes([word for word, _ in languages])
    order = np.argsort(hashes, kind="stable")
    known, count = np.unique(hashes, return_counts=True)
    leading = np.bincount((known >> np.uint64(64 - _LEADING)).view(np.int64), minlength=1 << _LEADING)
    return known, offsets_of(count), np.array([number for _, number in languages])[order], offsets_of(leading)
