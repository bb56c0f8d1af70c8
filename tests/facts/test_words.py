"""Distinct words without a regular expression are those that it finds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cleaner.facts.words import distinct_words

LETTERS = st.sampled_from(["a", "Zz", "9", "_", " ", "\n", "-", "’", "“", "\xa0", "é", "½", "\x1c", "\u2028", "x" * 39])


@given(st.lists(LETTERS | st.text(max_size=5), max_size=40).map("".join))
def test_words_are_runs_of_letters_and_digits(text: str) -> None:
    assert distinct_words(text) == set(re.findall(r"[^\W_]{2,40}", text))
