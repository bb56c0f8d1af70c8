"""Align two token sequences, for many pairs at once: longest common subsequence, bit-parallel.

What both ends have in common is stripped first; for the middles the recurrence of H. Hyyrö (Bit-parallel LCS-length
computation revisited, AWOCA 2004) runs over all pairs together, one 64-bit word a pair, and is traced back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.similar import kernels
from cleaner.similar.ragged import I64, U64, offsets_of, ranges, row_ids

_WORD = 64
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Residue:
    """Tokens of one side that the alignment leaves over, ordered by pair and position."""

    pair: I64
    at: I64
    """Position in the flat token array."""
    gap: I64
    """Number of aligned tokens before it: tokens of both sides with the same gap replace each other."""


@dataclass(frozen=True, slots=True)
class Alignment:
    matched: I64
    """(pairs,) aligned tokens."""
    left: Residue
    right: Residue


def align(tokens: U64, a: I64, a_size: I64, b: I64, b_size: I64) -> Alignment:
    """Aligns ``tokens[a[i] : a[i] + a_size[i]]`` with the same of ``b`` for every i.

    Middles longer than 64 tokens on both sides count as not aligned at all.
    """
    if kernels.compiled is not None:
        matched, *sides = kernels.compiled.align(tokens, *map(np.ascontiguousarray, (a, a_size, b, b_size)))
        return Alignment(matched, Residue(*sides[:3]), Residue(*sides[3:]))
    head = _common(tokens, a, b, np.minimum(a_size, b_size), 1)
    rest = np.minimum(a_size, b_size) - head
    tail = _common(tokens, a + a_size - 1, b + b_size - 1, rest, -1)
    a_mid, b_mid = a_size - head - tail, b_size - head - tail
    hit_a, hit_b = np.zeros(int(a_mid.sum()), bool), np.zeros(int(b_mid.sum()), bool)
    off_a, off_b = offsets_of(a_mid), offsets_of(b_mid)
    small, large = np.minimum(a_mid, b_mid), np.maximum(a_mid, b_mid)
    todo = np.flatnonzero((small > 0) & (small <= _WORD))
    wide_a = (a_mid >= b_mid) == (large <= _WORD)  # the bit side is the longer one that fits into a word
    for bits_a in (False, True):
        pairs = todo[wide_a[todo] == bits_a]
        if bits_a:
            _middles(tokens, pairs, a + head, a_mid, b + head, b_mid, off_a, off_b, hit_a, hit_b)
        else:
            _middles(tokens, pairs, b + head, b_mid, a + head, a_mid, off_b, off_a, hit_b, hit_a)
    matched = head + tail
    matched += np.bincount(row_ids(a_mid)[hit_a], minlength=len(a))
    return Alignment(matched, _residue(a + head, a_mid, head, hit_a), _residue(b + head, b_mid, head, hit_b))


def in_common(marks: NDArray[np.uint8], a: I64, a_size: I64, b: I64, b_size: I64) -> I64:
    """Length of the longest common subsequence of ``marks[a[i] : a[i] + a_size[i]]`` and the same of ``b`` for every i; the
    whole of the shorter one where that is longer than 64."""
    if kernels.compiled is not None:
        return kernels.compiled.in_common(marks, *map(np.ascontiguousarray, (a, a_size, b, b_size)))
    out = np.minimum(a_size, b_size)
    for at in range(0, len(a), _BLOCK):
        here = slice(at, at + _BLOCK)
        _in_common(marks, out[here], a[here], a_size[here], b[here], b_size[here])
    return out


def _in_common(marks: NDArray[np.uint8], out: I64, a: I64, a_size: I64, b: I64, b_size: I64) -> None:
    swap = a_size > b_size
    todo = np.flatnonzero((out > 0) & (out <= _WORD))
    x, y, size, width = (np.where(swap, p, q)[todo] for p, q in ((b, a), (a, b), (a_size, b_size), (b_size, a_size)))
    row = row_ids(width)
    bit = (np.arange(len(row)) - offsets_of(width)[:-1][row]).astype(np.uint64)
    places = np.zeros((len(todo), 256), np.uint64)
    np.bitwise_or.at(places, (row, marks[ranges(x, width)]), np.uint64(1) << bit)
    state = np.full(len(todo), np.uint64(0xFFFFFFFFFFFFFFFF))
    for k in range(int(size.max(initial=0))):
        live = np.flatnonzero(k < size)
        both = state[live] & places[live, marks[y[live] + k]]
        state[live] = (state[live] + both) | (state[live] - both)
    full = np.uint64(0xFFFFFFFFFFFFFFFF) >> (np.uint64(_WORD) - width.astype(np.uint64))
    out[todo] = np.bitwise_count(~state & full)


def _common(tokens: U64, a: I64, b: I64, limit: I64, step: int) -> I64:
    """How many tokens are equal going from ``a`` and ``b`` by ``step``, at most ``limit``."""
    out = np.zeros(len(a), np.int64)
    active = np.flatnonzero(limit > 0)
    k = 0
    while len(active):
        equal = tokens[a[active] + k * step] == tokens[b[active] + k * step]
        active = active[equal]
        k += 1
        out[active] = k
        active = active[limit[active] > k]
    return out


def _middles(
    tokens: U64, pairs: I64, x: I64, x_size: I64, y: I64, y_size: I64, off_x: I64, off_y: I64,
    hit_x: NDArray[np.bool_], hit_y: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Marks the aligned tokens of the middles; the bits of a word are the tokens of x, at most 64."""
    pairs = pairs[np.lexsort((y_size[pairs], (x_size[pairs] + 7) // 8))]
    for at in range(0, len(pairs), _BLOCK):
        p = pairs[at : at + _BLOCK]
        xs, ys = x_size[p], y_size[p]
        width = int(-(-int(xs.max()) // 8) * 8)
        column = np.arange(width)
        inside = column < xs[:, None]
        grid = tokens[np.where(inside, x[p][:, None] + column, 0)]
        steps = int(ys.max())
        states = np.empty((steps, len(p)), np.uint64)
        state = np.full(len(p), np.uint64(0xFFFFFFFFFFFFFFFF))
        for j in range(steps):
            live = j < ys
            token = tokens[np.where(live, y[p] + j, 0)]
            equal = (grid == token[:, None]) & inside & live[:, None]
            mask = np.zeros((len(p), 8), np.uint8)
            mask[:, : width // 8] = np.packbits(equal, axis=1, bitorder="little")
            both = state & mask.view("<u8")[:, 0]
            state = (state + both) | (state - both)
            states[j] = state
        _trace(states, p, xs, ys, off_x, off_y, hit_x, hit_y)


def _trace(
    states: NDArray[np.uint64], p: I64, xs: I64, ys: I64, off_x: I64, off_y: I64,
    hit_x: NDArray[np.bool_], hit_y: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Walks back through the states: a zero bit says that the subsequence grew at this token of x."""
    rows, columns = ys.copy(), xs.copy()
    live = np.arange(len(p))
    one = np.uint64(1)
    while len(live):
        r, c = rows[live], columns[live]
        shift = (c - 1).astype(np.uint64)
        grew = (states[r - 1, live] >> shift) & one == 0
        earlier = (r > 1) & ((states[np.maximum(r - 2, 0), live] >> shift) & one == 0)
        match = grew & ~earlier
        hit_x[off_x[p[live[match]]] + c[match] - 1] = True
        hit_y[off_y[p[live[match]]] + r[match] - 1] = True
        rows[live] -= grew
        columns[live] -= ~grew | match
        live = live[(rows[live] > 0) & (columns[live] > 0)]


def _residue(begin: I64, size: I64, head: I64, hit: NDArray[np.bool_]) -> Residue:
    pair = row_ids(size)
    before: I64 = np.concatenate((np.zeros(1, np.int64), np.cumsum(hit, dtype=np.int64)))
    gap = before[:-1] - before[offsets_of(size)[:-1]][pair] + head[pair]
    over = ~hit
    return Residue(pair[over], ranges(begin, size)[over], gap[over])
