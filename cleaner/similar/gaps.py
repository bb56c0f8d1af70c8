"""Gaps of an alignment: where tokens of both sides that are not aligned face each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cleaner.similar.align import Residue
from cleaner.similar.ragged import I64

_PLACES = 20
"""Bits of a key that say where in its pair the gap is; what lies behind that is one gap."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps in which one side has tokens left over, ordered by pair and place."""

    key: I64
    """(gaps,) which pair and place, ascending: equal on both sides."""
    start: I64
    """(gaps,) the first of its leftover tokens."""
    count: I64
    """(gaps,) how many tokens it has."""
    other: I64
    """(gaps,) the gap of the other side that faces it, -1 where that side has nothing there."""
    faced: I64
    """(gaps,) tokens of the other side there."""
    of: I64
    """(leftover tokens,) the gap of each."""

    @property
    def pair(self) -> I64:
        """(gaps,) the pair of each."""
        return self.key >> _PLACES


def gaps(left: Residue, right: Residue) -> tuple[Gaps, Gaps]:
    """The gaps of both sides."""
    key_l, start_l, count_l, of_l = _side(left)
    key_r, start_r, count_r, of_r = _side(right)
    other_l, other_r = np.full(len(key_l), -1, np.int64), np.full(len(key_r), -1, np.int64)
    if len(key_l) and len(key_r):
        at = np.minimum(np.searchsorted(key_r, key_l), len(key_r) - 1)
        met = np.flatnonzero(key_r[at] == key_l)
        other_l[met], other_r[at[met]] = at[met], met
    faced_l, faced_r = np.zeros(len(key_l), np.int64), np.zeros(len(key_r), np.int64)
    faced_l[other_l >= 0] = count_r[other_l[other_l >= 0]]
    faced_r[other_r >= 0] = count_l[other_r[other_r >= 0]]
    return (
        Gaps(key_l, start_l, count_l, other_l, faced_l, of_l),
        Gaps(key_r, start_r, count_r, other_r, faced_r, of_r),
    )


def _side(residue: Residue) -> tuple[I64, I64, I64, I64]:
    key = residue.pair << _PLACES | np.minimum(residue.gap, (1 << _PLACES) - 1)
    fresh = np.ones(len(key), bool)
    np.not_equal(key[1:], key[:-1], out=fresh[1:])
    start = np.flatnonzero(fresh)
    return key[start], start, np.diff(np.append(start, len(key))), np.cumsum(fresh) - 1
