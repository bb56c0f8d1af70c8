"""Arithmetic of ragged arrays: rows of different length in one flat array, ``offsets`` of length rows + 1."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.similar import kernels

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
    if kernels.compiled is not None:
        return kernels.compiled.row_hashes(values, starts.astype(np.int64, copy=False), lengths)
    out = np.zeros(len(starts), np.uint64)
    live = np.flatnonzero(lengths)
    if not len(live):
        return out
    starts, lengths = starts[live], lengths[live]
    begins = offsets_of(lengths)[:-1]
    position = np.arange(int(lengths.sum()), dtype=np.int64) - np.repeat(begins, lengths)
    if np.array_equal(starts[1:], starts[:-1] + lengths[:-1]):
        part = values[int(starts[0]) : int(starts[0]) + len(position)]
    else:
        part = values[np.repeat(starts, lengths) + position]
    terms = part + position.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    # half a mixing step is enough: the values are hashes already, the position only has to matter
    terms ^= terms >> np.uint64(31)
    terms *= np.uint64(0xBF58476D1CE4E5B9)
    terms ^= terms >> np.uint64(29)
    out[live] = np.add.reduceat(terms, begins) ^ lengths.astype(np.uint64)
    return out


def sorted_unique(values: NDArray[Any]) -> NDArray[Any]:
    """Distinct values in order. (``np.unique`` hashes, which is slow for structured keys.)"""
    values = np.sort(values)
    if len(values) < 2:
        return values
    keep = np.empty(len(values), bool)
    keep[0] = True
    np.not_equal(values[1:], values[:-1], out=keep[1:])
    return values[keep]


_TABLE = 1 << 22
"""Numbers that a table may always span: nine bytes each."""


def numbered_rows(first: NDArray[np.integer], second: NDArray[np.integer]) -> tuple[I64, I64, I64]:
    """The distinct numbers among both in order, and the place of each of ``first`` and of ``second`` among them.

    By a table over their range while that is not much wider than they are many: no sorting, no bisection.
    """
    low = int(min(first.min(initial=0), second.min(initial=0)))
    span = int(max(first.max(initial=0), second.max(initial=0))) - low + 1
    if span > max(8 * (len(first) + 1), min(32 * (len(first) + 1), _TABLE)):
        rows = sorted_unique(np.concatenate((first, second))).astype(np.int64)
        return rows, np.searchsorted(rows, first), np.searchsorted(rows, second)
    there = np.zeros(span, bool)
    there[first - low] = True
    there[second - low] = True
    rows = np.flatnonzero(there)
    place = np.empty(span, np.int64)  # only what is written here is read
    place[rows] = np.arange(len(rows))
    return rows + low, place[first - low], place[second - low]


def is_in(values: U64, of: U64) -> NDArray[np.bool_]:
    """Which ``values`` occur in ``of``."""
    if not len(of) or not len(values):
        return np.zeros(len(values), bool)
    if kernels.compiled is not None:
        return kernels.compiled.is_in(values, of)
    table = np.sort(of)
    at = np.searchsorted(table, values)
    return np.asarray(table[np.minimum(at, len(table) - 1)] == values)


def number_distinct(values: U64) -> tuple[NDArray[np.int32], U64]:
    """Number of each value among the distinct ones, and these in ascending order.

    Sorting bare integers is many times faster than sorting them with their positions, so the numbers are found by
    looking the values up: in a table by their leading (scrambled) bits, by bisection where two share a slot.
    """
    distinct = sorted_unique(values)
    bits = max(8, len(distinct).bit_length() + 2)
    shift, odd = np.uint64(64 - bits), np.uint64(0x9E3779B97F4A7C15)
    table = np.zeros(1 << bits, np.int32)
    table[((distinct * odd) >> shift).astype(np.int64)] = np.arange(len(distinct), dtype=np.int32)
    number = table[((values * odd) >> shift).astype(np.int64)]
    if len(distinct):
        missed = np.flatnonzero(distinct[number] != values)
        number[missed] = np.searchsorted(distinct, values[missed])
    return number, distinct


def first_positions(number: NDArray[np.integer], n: int) -> I64:
    """Position of the first element that has each of the numbers 0 .. n - 1."""
    first = np.empty(n, np.int64)
    first[number[::-1]] = np.arange(len(number) - 1, -1, -1)
    return first


def slice_hashes(data: NDArray[np.uint8], begin: I64, size: I64) -> U64:
    """64-bit hashes of the slices of ``data``, which goes on for eight bytes after the last: eight bytes at a time."""
    words = np.ndarray((len(data) - 7,), "<u8", data, 0, (1,))
    masks = (np.uint64(1) << (np.arange(8, dtype=np.uint64) * np.uint64(8))) - np.uint64(1)
    masks = np.append(masks, np.uint64(0xFFFFFFFFFFFFFFFF))
    out = mix64((words[begin] & masks[np.minimum(size, 8)]) + size.astype(np.uint64) * np.uint64(0xD1342543DE82EF95))
    more, done = np.flatnonzero(size > 8), 8
    while len(more):
        word = words[begin[more] + done] & masks[np.minimum(size[more] - done, 8)]
        out[more] = mix64(out[more] * np.uint64(0x9E3779B97F4A7C15) + word)
        done += 8
        more = more[size[more] > done]
    return out
