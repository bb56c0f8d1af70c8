"""What words say of a line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.judge.chars import read_batch
from cleaner.judge.words import TABLE_BITS, slots, text_scores
from cleaner.model import Document

TABLE = np.random.default_rng(5).integers(-100, 100, 1 << TABLE_BITS).astype(np.int8)
LINE = st.lists(
    st.sampled_from(
        ["alder", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak", "pine", "rowan", "yew"]
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=5))
def test_the_strongest_stretch_is_that_of_all_stretches(lines: list[list[str]]) -> None:
    text = "\n".join(" ".join(line) or "." for line in lines)
    batch = read_batch([Document("d", text), Document("e", text[::-1])])
    word, stem, pair, _ = slots(batch)
    value = TABLE[word].astype(int) + TABLE[stem] + TABLE[pair]
    got = text_scores(batch, TABLE, 0.01, 0.0)
    for line, (low, high) in enumerate(zip(batch.word_first[:-1].tolist(), batch.word_first[1:].tolist(), strict=True)):
        sums = [value[a:b].sum() for a in range(low, high) for b in range(a + 1, high + 1)]
        assert got.stretch[line] == pytest.approx(np.log1p(max([0, *sums]) * 0.01), rel=1e-5)
