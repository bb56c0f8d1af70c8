"""The words of the comparison form by number, and what signing asks of each: found once, however often it comes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.ragged import I64, U64, offsets_of, ranges, slice_hashes

SAY_WORDS = frozenset(
    [
        "said",
        "says",
        "say",
        "saying",
        "told",
        "tells",
        "telling",
        "added",
        "adds",
        "stated",
        "stating",
        "wrote",
        "writes",
        "announced",
        "announces",
        "explained",
        "explains",
        "noted",
        "notes",
        "claimed",
        "claims",
        "argued",
        "argues",
        "warned",
        "warns",
        "insisted",
        "insists",
        "commented",
        "comments",
        "commenting",
        "replied",
        "replies",
        "declared",
        "declares",
        "remarked",
        "remarks",
        "admitted",
        "admits",
        "confirmed",
        "confirms",
        "reported",
        "reports",
        "according",
        "speaking",
        "tweeted",
        "recalled",
        "recalls",
        "testified",
        "acknowledged",
        "emphasised",
        "emphasized",
        "stressed",
        "reiterated",
        "asserted",
        "mentioned",
        "revealed",
        "read",
        "concluded",
        "continued",
        "statement",
        "asked",
    ]
)
"""Words that may introduce or follow what somebody said."""
_PLAIN_SAY = frozenset(
    [
        "said",
        "says",
        "told",
        "tells",
        "added",
        "adds",
        "stated",
        "wrote",
        "announced",
        "explained",
        "explains",
        "noted",
        "notes",
        "commented",
        "remarked",
        "according",
        "reported",
    ]
)
"""Those that do so without quotation marks, too, and tell nothing of the truth of it as "admitted" does."""
_CLAUSE_STARTS = frozenset(
    [
        "the",
        "it",
        "he",
        "she",
        "they",
        "its",
        "their",
        "his",
        "her",
        "a",
        "an",
        "there",
        "this",
        "these",
        "those",
        "we",
        "i",
        "that",
        "no",
    ]
)
_SPEAKERS = frozenset(["he", "she", "they", "it", "the", "a", "an", "police", "officials"])
_CALENDAR = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
)

SAY, PLAIN_SAY, CLAUSE_START, SPEAKER, FIGURE_FIRST, THAT, ACCORDING, CALENDAR, NUMERIC = (1 << bit for bit in range(9))
"""Bits of ``WordList.kinds``: member of one of the lists above, begins with a figure, is "that" or "according", is a day or
month, holds a figure. ``_kernels.pyx`` names the same bits."""
_KINDS = {
    word: (
        SAY * (word in SAY_WORDS)
        | PLAIN_SAY * (word in _PLAIN_SAY)
        | CLAUSE_START * (word in _CLAUSE_STARTS)
        | SPEAKER * (word in _SPEAKERS)
        | THAT * (word == "that")
        | ACCORDING * (word == "according")
        | CALENDAR * (word in _CALENDAR)
    )
    for word in SAY_WORDS | _PLAIN_SAY | _CLAUSE_STARTS | _SPEAKERS | _CALENDAR
}


@dataclass(frozen=True, slots=True)
class WordList:
    """n words."""

    text: NDArray[np.uint8]
    """In UTF-8, one after the other."""
    offsets: I64
    """(n + 1,) where each begins in ``text``."""
    hashes: U64
    """The same in every process and on every machine."""
    kinds: NDArray[np.uint16]
    """``SAY`` and the other bits."""

    def __len__(self) -> int:
        return len(self.hashes)

    def spelt(self) -> list[str]:
        """The words as strings."""
        raw = self.text.tobytes()
        return [raw[a:b].decode("utf-8", "surrogatepass") for a, b in itertools.pairwise(self.offsets.tolist())]

    @staticmethod
    def of(words: Sequence[str]) -> WordList:
        """The facts about some words."""
        text, offsets = _encoded(words)
        kinds = [_KINDS.get(w, 0) if w.isalpha() else _figures(w) for w in words]
        hashes = slice_hashes(text, offsets[:-1], np.diff(offsets))
        return WordList(text[: len(text) - 8], offsets, hashes, np.array(kinds, np.uint16))

    def rows(self, rows: NDArray[np.integer]) -> WordList:
        """Some of them."""
        size = np.diff(self.offsets)[rows]
        return WordList(
            self.text[ranges(self.offsets[rows], size)], offsets_of(size), self.hashes[rows], self.kinds[rows]
        )


def _figures(word: str) -> int:
    return FIGURE_FIRST * word[:1].isdecimal() | NUMERIC * any(map(str.isdecimal, word))


def _encoded(words: Sequence[str]) -> tuple[NDArray[np.uint8], I64]:
    """The bytes of words, and eight more, and offsets."""
    raw = [w.encode("utf-8", "surrogatepass") for w in words]
    text = np.frombuffer(b"".join(raw) + bytes(8), np.uint8)
    return text, offsets_of(np.fromiter(map(len, raw), np.int64, len(raw)))


def word_hashes(words: Sequence[str]) -> U64:
    """A 64-bit hash of each word, the same in every process and on every machine."""
    text, offsets = _encoded(words)
    return slice_hashes(text, offsets[:-1], np.diff(offsets))


class Vocabulary:
    """Words numbered as they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._facts = WordList.of([])

    def number(self, word: str) -> int:
        """The number of a word, a new one where it has none."""
        return self.numbers.setdefault(word, len(self.numbers))

    def rows(self, numbers: NDArray[np.integer]) -> WordList:
        """The words of some numbers."""
        known = self._facts
        if len(known) < len(self.numbers):
            new = WordList.of(list(itertools.islice(self.numbers, len(known), None)))
            self._facts = known = WordList(
                np.concatenate((known.text, new.text)),
                np.concatenate((known.offsets, new.offsets[1:] + len(known.text))),
                np.concatenate((known.hashes, new.hashes)),
                np.concatenate((known.kinds, new.kinds)),
            )
        return known.rows(numbers)
