"""The distinctive words of a text: names, figures and long words, by which two tellings of one story are known."""

from __future__ import annotations

import re

from cleaner.facts.keys import word_key

_WORD = re.compile(r"[^\W_]{2,40}")

LONG = 8
"""Letters from which a lower-case word counts as distinctive."""

MAX_WORDS = 300
"""Distinctive words kept of a document, those with the smallest keys, so that a long text costs no more."""

MAX_TEXT = 60_000
"""Code points of a document that are read for its words."""


def is_distinctive(word: str) -> bool:
    """Whether a word is a name, a figure or long."""
    if word[0].isupper():
        return len(word) >= 3
    return len(word) >= LONG or word[0].isdigit()


class WordKeys(dict[str, int]):
    """Key of each word that was asked for, 0 where it is not distinctive. Looks at each distinct word once."""

    def __missing__(self, word: str) -> int:
        self[word] = key = word_key(word.lower()) if is_distinctive(word) else 0
        return key

    def of(self, text: str) -> set[int]:
        """Keys of the distinctive words of ``text``."""
        keys = set(map(self.__getitem__, _WORD.findall(text)))
        keys.discard(0)
        return keys


def document_words(text: str) -> list[int]:
    """Keys of a document's distinctive words, sorted, at most ``MAX_WORDS``.

    A capitalised word that the text also writes in lower case only begins a sentence.
    """
    found = set(_WORD.findall(text[:MAX_TEXT]))
    plain = {w for w in found if len(w) < LONG and w[0].islower()}
    told = {w.lower() for w in found - plain if is_distinctive(w)}
    return sorted({word_key(w) for w in told - plain})[:MAX_WORDS]
