"""Arithmetic of ragged arrays: rows of different length in one flat array, ``offsets`` of length rows + 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]


def offsets_of(lengths: NDArray[np.integer]) -> I64:
    """Offsets of rows with the given lengths."""
    out = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=out[1:])
    return out


def ranges(starts: NDArray[np.integer], lengths: NDArray[np.integer]) -> I64:
    """Concatenation of ``starts[i], starts[i] + 1, ... starts[i] + lengths[i] - 1`` over all i."""
    total = int(lengths.sum())
    if total == 0:
        return np.empty(0, np.int64)
    ends = np.cumsum(lengths)
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total, dtype=np.int64)


def row_ids(lengths: NDArray[np.integer]) -> I64:
    """The row number of every element."""
    return np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)


def mix64(x: U64) -> U64:
    """A bijective scrambling of 64 bits (the finaliser of SplitMix64, Steele et al. 2014)."""
    x = x ^ (x >> np.uint64(30))
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


def row_hashes(values: U64, starts: I64, lengths: I64) -> U64:
    """An order-sensitive 64-bit hash of each row ``values[starts[i] : starts[i] + lengths[i]]``; empty rows are 0.

    The sum of position-weighted, scrambled values modulo 2**64: equal rows have equal hashes wherever they lie.
    """
    out = np.zeros(len(starts), np.uint64)
    live = np.flatnonzero(lengths)
    if not len(live):
        return out
    starts, lengths = starts[live], lengths[live]
    at = ranges(starts, lengths)
    position = (at - np.repeat(starts, lengths)).astype(np.uint64)
    terms = mix64(values[at] + position * np.uint64(0x9E3779B97F4A7C15))
    out[live] = np.add.reduceat(terms, offsets_of(lengths)[:-1]) ^ lengths.astype(np.uint64)
    return out
