"""Sentences: nothing lost, nothing twice, code points."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.text.sentences import batch_sentence_spans, sentence_spans

CASES = [
    ["“Is it far?” she asked.", "It was not."],
    ["The U.S. Government met St. John's mayor at 3 p.m. on Monday.", "He agreed."],
    ["It went to the U.S.", "He stayed."],
    ["Gov. Ana Ruiz and Dr. Jan Novotny won.", "Both left."],
    ["“We can't. We won't,” he said.", "Then he left."],
    ["😀 Astral first.", "Second 𝒜 sentence."],
]


@pytest.mark.parametrize("sentences", CASES)
def test_cases(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[a:b] for a, b in sentence_spans(text, (0, len(text)), "en")] == sentences


@settings(deadline=None)
@given(
    st.text(alphabet=st.sampled_from(list("ab A.?!“”\"' \t\n\u00a0😀日。\ud800é)")), max_size=60),
    st.sampled_from(["en", "de", "zh", "xx", None]),
)
def test_lossless(text: str, lang: str | None) -> None:
    spans = sentence_spans(text, (0, len(text)), lang)
    assert all(a < b and text[a:b] == text[a:b].strip() for a, b in spans)
    assert all(x[1] <= y[0] for x, y in itertools.pairwise(spans))
    covered = "".join(text[a:b] for a, b in spans)
    assert "".join(covered.split()) == "".join(text.split())


def test_offsets_are_those_of_the_text() -> None:
    text = "First line.\nOne here. Two here."
    assert batch_sentence_spans(text, [(0, 11), (12, 31)]) == [[(0, 11)], [(12, 21), (22, 31)]]


def test_a_long_line_is_linear() -> None:
    text = "word " * 200_000
    assert sum(b - a for a, b in sentence_spans(text, (0, len(text)))) > 990_000
