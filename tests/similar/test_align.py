"""Alignment in bulk against the textbook."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.similar.align import align

SEQUENCE = st.lists(st.integers(0, 6), max_size=30) | st.lists(st.integers(0, 60), min_size=50, max_size=90)


def longest(a: list[int], b: list[int]) -> int:
    row = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for k, y in enumerate(b, 1):
            diagonal, row[k] = row[k], diagonal + 1 if x == y else max(row[k], row[k - 1])
    return row[-1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SEQUENCE, SEQUENCE), min_size=1, max_size=12))
def test_alignment_is_a_longest_common_subsequence(pairs: list[tuple[list[int], list[int]]]) -> None:
    flat = np.array([x for a, b in pairs for s in (a, b) for x in s] + [99], np.uint64)
    sizes = np.array([len(s) for a, b in pairs for s in (a, b)])
    begins = np.cumsum(sizes) - sizes
    found = align(flat, begins[0::2], sizes[0::2], begins[1::2], sizes[1::2])
    for k, (a, b) in enumerate(pairs):
        left = set((found.left.at[found.left.pair == k] - begins[2 * k]).tolist())
        right = set((found.right.at[found.right.pair == k] - begins[2 * k + 1]).tolist())
        rest = [x for i, x in enumerate(a) if i not in left]
        assert rest == [x for i, x in enumerate(b) if i not in right]
        assert len(rest) == found.matched[k]
        if min(len(a), len(b)) <= 64:
            assert len(rest) == longest(a, b)
