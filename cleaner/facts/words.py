"""The distinctive words of a text: names, figures and long words, by which two tellings of one story are known."""

from __future__ import annotations

import re

from cleaner.facts.keys import word_key

_LONGEST = 40
_WORD = re.compile(rf"[^\W_]{{2,{_LONGEST}}}")

LONG = 8
"""Letters from which a lower-case word counts as distinctive."""

MAX_WORDS = 300
"""Distinctive words kept of a document, those with the smallest keys, so that a long text costs no more."""

MAX_TEXT = 60_000
"""Code points of a document that are read for its words."""


_LETTERS = bytes(c if chr(c).isalnum() else 32 for c in range(128)) + bytes(range(128, 256))
_PUNCTUATION = (
    ("\u2019", " "),
    ("\u201c", " "),
    ("\u201d", " "),
    ("\u2018", " "),
    ("\u2014", " "),
    ("\u2013", " "),
    ("\xa0", " "),
)


def distinct_words(text: str) -> set[str]:
    """``set(_WORD.findall(text))``; in ASCII but for the usual punctuation without a regular expression."""
    if not text.isascii():
        for mark, space in _PUNCTUATION:
            text = text.replace(mark, space)
        if not text.isascii():
            return set(_WORD.findall(text))
    words = set(text.encode("ascii").translate(_LETTERS).decode("ascii").split())
    long = [word for word in words if len(word) > _LONGEST]
    words.difference_update(long)
    words.update(part for word in long for part in _WORD.findall(word))
    return {word for word in words if len(word) > 1}


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
        keys = set(map(self.__getitem__, distinct_words(text)))
        keys.discard(0)
        return keys


class ToldWords(dict[str, tuple[str, int, bool] | None]):
    """What each word adds to a document's distinctive words: its lower case, the key of that, and whether the same in
    lower case would make it plain; ``None`` for words that are not distinctive. Looks at each distinct word once."""

    def __missing__(self, word: str) -> tuple[str, int, bool] | None:
        self[word] = told = self._told(word)
        return told

    @staticmethod
    def _told(word: str) -> tuple[str, int, bool] | None:
        if _is_plain(word) or not is_distinctive(word):
            return None
        lower = word.lower()
        return lower, word_key(lower), _is_plain(lower)

    def of(self, text: str) -> list[int]:
        """Keys of a document's distinctive words, sorted, at most ``MAX_WORDS``.

        A capitalised word that the text also writes in lower case only begins a sentence.
        """
        found = distinct_words(text[:MAX_TEXT])
        told = filter(None, map(self.__getitem__, found))
        return sorted({key for lower, key, plain in told if not (plain and lower in found)})[:MAX_WORDS]


def _is_plain(word: str) -> bool:
    return len(word) < LONG and word[0].islower()
