"""Words, hashes and counts are what a slow reading of the text gives, whatever stands in the batch."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.judge.chars import HEAD, TAIL, hash_word, read_batch
from cleaner.judge.words import Lexicon
from cleaner.model import Document
from cleaner.text.lines import line_spans

TEXTS = st.text(st.characters(codec=None), max_size=200)


def test_words_hash_as_alone_and_digits_as_one_another() -> None:
    text = "Éclair AND éclair\n1984 2025\nL'été ßtraße"
    batch = read_batch([Document("a", "before\n\nit"), Document("b", text)])
    words = re.findall(r"[^\W_]+", "before it " + text)
    assert batch.word_hash.tolist() == [hash_word(w) for w in words]
    by_word = dict(zip(words, batch.word_hash.tolist(), strict=True))
    assert by_word["Éclair"] == by_word["éclair"] == hash_word("eclair")
    assert by_word["1984"] == by_word["2025"]


def test_counts_of_classes() -> None:
    batch = read_batch([Document("a", 'Hi, "You" — 50 € | ok?!')])
    count = {name: int(values[0]) for name, values in batch.counts.items()}
    assert count["upper"] == 2
    assert count["digit"] == 2
    assert count["quote"] == 2
    assert count["money"] == 1
    assert count["sentence_end"] == 2
    assert count["separator"] == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_batch_is_its_documents_one_by_one(texts: list[str]) -> None:
    documents = [Document(str(i), t) for i, t in enumerate(texts)]
    together = read_batch(documents)
    spans = [span for t in texts for span in line_spans(t)]
    assert list(zip(together.start.tolist(), together.end.tolist(), strict=True)) == spans
    alone = [read_batch([d]) for d in documents]
    for name in ("line_hash", "word_hash", "stem_hash", "word_size", "head", "last"):
        assert np.array_equal(getattr(together, name), np.concatenate([getattr(b, name) for b in alone])), name
    for name, values in together.counts.items():
        assert np.array_equal(values, np.concatenate([b.counts[name] for b in alone])), name


def test_a_long_line_is_read_at_its_ends_only() -> None:
    batch = read_batch([Document("a", "x" * 1_000_000)])
    assert int(batch.counts["letter"][0]) == HEAD + TAIL
    assert (int(batch.start[0]), int(batch.end[0])) == (0, 1_000_000)


def test_lexicon_finds_its_words_and_no_others() -> None:
    keys = np.array([hash_word(w) for w in ("one", "two", "three")], np.uint64)
    lexicon = Lexicon(keys, 16)
    asked = np.array([hash_word(w) for w in ("three", "four", "one")], np.uint64)
    assert lexicon.index(asked).tolist() == [2, -1, 0]
    assert Lexicon(np.zeros(0, np.uint64), 4).index(asked).tolist() == [-1, -1, -1]
