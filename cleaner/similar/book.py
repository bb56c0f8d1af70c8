"""What a process knows of chunks, for numpy: the form without compiled loops of ``chunks``.

Chunks are found and hashed in the bytes of all texts at once, each distinct chunk is analysed once, and the tokens are
gathered. Of the distinct chunks those that are one plain English word, with or without punctuation around it, are
handled as columns, too; only the rest (numbers, apostrophes, other scripts) is looked at one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.ragged import I64, U64, first_positions, number_distinct, offsets_of, ranges, slice_hashes
from cleaner.similar.vocabulary import Vocabulary
from cleaner.text.canonical import (
    MARK_PATTERNS,
    NEEDS_CARE,
    OPENS,
    PUNCTUATION,
    QUOTES_AND_DASHES,
    analyse_chunk,
    case_bound_words,
    inner_tokens,
    special_words,
    spelling,
)

KEPT_CHUNKS = 1 << 17
"""Chunks that are remembered; with more all are forgotten."""
_PLAIN = "^(?:[A-Za-z]+(?:-[A-Za-z]+)*|[1-9][0-9]{0,5})$"

Found = tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.uint8], I64]
"""ids, shapes, marks and offsets of ``tokens.Tokens``."""


@dataclass(frozen=True, slots=True)
class Chunks:
    """Distinct chunks in the bytes of some texts."""

    hashes: U64
    """Ascending."""
    data: NDArray[np.uint8]
    begin: I64
    size: I64

    def spell(self, rows: I64) -> Any:
        """Some of them, as an Arrow array."""
        return spelt(self.data, self.begin[rows], self.size[rows])


@dataclass(frozen=True, slots=True)
class _Analysis:
    """Tokens of distinct chunks, ragged."""

    ids: NDArray[np.int32]
    shapes: NDArray[np.uint8]
    counts: I64
    marks: NDArray[np.uint8]


class Book:
    """What is known of the chunks that were looked at before: the shards of a corpus repeat them."""

    def __init__(self) -> None:
        self.words = Vocabulary()
        self.hashes, self._row = np.empty(0, np.uint64), np.empty(0, np.int64)
        """Ascending, and where each stands in the other arrays."""
        self._begin, self._count = np.empty(0, np.int64), np.empty(0, np.int64)
        self._marks = np.empty(0, np.uint8)
        self._ids, self._shapes = np.empty(0, np.int32), np.empty(0, np.uint8)

    def tokens(self, data: NDArray[np.uint8], texts: int) -> Found:
        """Tokens of so many texts, numbered as ``words``."""
        chunk_ids, chunk_offsets, chunks = _chunks(data, texts)
        found = self.analyse(chunks)
        n_tokens = found.counts[chunk_ids]
        token_ends = np.cumsum(n_tokens)
        at = ranges(offsets_of(found.counts)[:-1][chunk_ids], n_tokens)
        ends = np.concatenate((np.zeros(1, np.int64), token_ends))
        marks = _marks(found.marks[chunk_ids], token_ends - n_tokens, token_ends, chunk_offsets, len(at))
        return found.ids[at], found.shapes[at], marks, ends[chunk_offsets]

    def analyse(self, chunks: Chunks) -> _Analysis:
        """Tokens and punctuation of distinct chunks."""
        if len(self.hashes) > KEPT_CHUNKS:
            self.__init__()  # type: ignore[misc]
        place, known = self._find(chunks.hashes)
        if not known.all():
            self._add(chunks.hashes[~known], place[~known], _analyse(chunks.spell(np.flatnonzero(~known)), self.words))
            place, _ = self._find(chunks.hashes)
        row = self._row[place]
        count = self._count[row]
        at = ranges(self._begin[row], count)
        return _Analysis(self._ids[at], self._shapes[at], count, self._marks[row])

    def _find(self, hashes: U64) -> tuple[I64, NDArray[np.bool_]]:
        place = np.searchsorted(self.hashes, hashes)
        known = np.zeros(len(hashes), bool)
        inside = place < len(self.hashes)
        known[inside] = self.hashes[place[inside]] == hashes[inside]
        return place, known

    def _add(self, hashes: U64, place: I64, found: _Analysis) -> None:
        rows = np.arange(len(self._begin), len(self._begin) + len(hashes))
        self.hashes, self._row = np.insert(self.hashes, place, hashes), np.insert(self._row, place, rows)
        self._begin = np.concatenate((self._begin, offsets_of(found.counts)[:-1] + len(self._ids)))
        self._count = np.concatenate((self._count, found.counts))
        self._marks = np.concatenate((self._marks, found.marks))
        self._ids = np.concatenate((self._ids, found.ids))
        self._shapes = np.concatenate((self._shapes, found.shapes))


def _chunks(data: NDArray[np.uint8], texts: int) -> tuple[NDArray[np.int32], I64, Chunks]:
    """Number of every chunk among the distinct ones, offsets by text, and the distinct chunks."""
    blank = np.flatnonzero(data[: len(data) - 8] <= 32)
    begin = np.concatenate((np.zeros(min(1, texts), np.int64), blank[:-1] + 1))
    some = blank > begin
    lines = np.cumsum(some)[data[blank] == 10]
    begin, end = begin[some], blank[some]
    offsets = np.concatenate((np.zeros(1, np.int64), lines))
    ids, distinct = number_distinct(slice_hashes(data, begin, end - begin))
    first = first_positions(ids, len(distinct))
    return ids, offsets, Chunks(distinct, data, begin[first], end[first] - begin[first])


def spelt(data: NDArray[np.uint8], begin: I64, size: I64) -> Any:
    """Slices of UTF-8 as an Arrow array."""
    import pyarrow as pa

    text = data[ranges(begin, size)]
    return pa.LargeStringArray.from_buffers(len(size), pa.py_buffer(offsets_of(size)), pa.py_buffer(text))


def _analyse(chunks: Any, words: Vocabulary) -> _Analysis:
    """Tokens and punctuation of distinct chunks; words that are new are added to ``words``."""
    import pyarrow.compute as pc

    for mark, plain_mark in QUOTES_AND_DASHES:
        chunks = pc.replace_substring(chunks, mark, plain_mark)
    n = len(chunks)
    marks = np.zeros(n, np.uint8)
    odd = np.flatnonzero(~pc.string_is_ascii(chunks).to_numpy(zero_copy_only=False))
    trimmed = pc.utf8_trim(chunks, PUNCTUATION)
    around = pc.binary_length(trimmed).to_numpy() != pc.binary_length(chunks).to_numpy()
    around |= pc.match_substring_regex(chunks, "[()-]").to_numpy(zero_copy_only=False)
    _punctuation(chunks, np.flatnonzero(around), marks)
    inner = trimmed.dictionary_encode()
    counts, ids, shapes = _inner(inner.dictionary, words)
    of_inner = inner.indices.to_numpy()
    begin = offsets_of(counts)[:-1]
    starts, sizes = begin[of_inner], counts[of_inner]
    extra_ids: list[int] = []
    extra_shapes: list[int] = []
    for row in odd.tolist():
        c = analyse_chunk(chunks[row].as_py())
        starts[row], sizes[row] = len(ids) + len(extra_ids), len(c.tokens)
        extra_ids.extend([words.number(t) for t in c.tokens])
        extra_shapes.extend(c.shapes)
        marks[row] = c.marks
    at = ranges(starts, sizes)
    ids = np.concatenate((ids, np.array(extra_ids, np.int32)))
    shapes = np.concatenate((shapes, np.array(extra_shapes, np.uint8)))
    return _Analysis(ids[at], shapes[at], sizes, marks)


def _inner(chunks: Any, words: Vocabulary) -> tuple[I64, NDArray[np.int32], NDArray[np.uint8]]:
    """Tokens a chunk, token numbers and cases of distinct chunks without punctuation; non-ASCII ones are left empty."""
    import pyarrow.compute as pc

    n = len(chunks)
    plain = pc.match_substring_regex(chunks, _PLAIN).to_numpy(zero_copy_only=False)
    other = ~plain & pc.string_is_ascii(chunks).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(plain)
    parts = pc.split_pattern(chunks.filter(plain), "-")  # a word, or words with hyphens
    taken = parts.flatten()
    sizes = np.diff(parts.offsets.to_numpy())
    counts = np.zeros(n, np.int64)
    counts[rows] = sizes
    lower = pc.utf8_lower(taken).dictionary_encode()
    forms = _forms(lower.dictionary)
    number = np.array([words.number(f[0]) if len(f) == 1 else -1 for f in forms] or [0], np.int32)
    single, case = number[lower.indices.to_numpy()], _shapes(taken)
    again = np.zeros(n, bool)
    again[np.repeat(rows, sizes)[single < 0]] = True
    look = np.flatnonzero(other | again)
    found = [inner_tokens(text) for text in chunks.take(look).to_pylist()]
    counts[look] = [len(tokens) for tokens, _ in found]
    begin = offsets_of(counts)
    ids, shapes = np.empty(begin[-1], np.int32), np.empty(begin[-1], np.uint8)
    settled = ~again[rows]
    at = ranges(begin[rows[settled]], sizes[settled])
    ids[at], shapes[at] = single[np.repeat(settled, sizes)], case[np.repeat(settled, sizes)]
    at = ranges(begin[look], counts[look])
    ids[at] = [words.number(t) for tokens, _ in found for t in tokens]
    shapes[at] = [s for _, cases in found for s in cases]
    return counts, ids, shapes


def _shapes(trimmed: Any) -> NDArray[np.uint8]:
    import pyarrow.compute as pc

    capital = pc.match_substring_regex(trimmed, "^[A-Z]").to_numpy(zero_copy_only=False)
    upper = pc.match_substring_regex(trimmed, "^[A-Z]{2,}$").to_numpy(zero_copy_only=False)
    return np.asarray(capital.astype(np.uint8) + upper, np.uint8)


def _forms(lower: Any) -> list[tuple[str, ...]]:
    """Comparison forms of distinct lower-case words; empty where their case must be looked at."""
    import pyarrow.compute as pc

    special, bound = special_words(), case_bound_words()
    names = lower.to_pylist()
    forms: list[tuple[str, ...]] = [(w,) for w in names]
    care = pc.match_substring_regex(lower, NEEDS_CARE).to_numpy(zero_copy_only=False)
    for k in np.flatnonzero(care).tolist():
        forms[k] = (spelling(names[k]),)
    position = {w: k for k, w in enumerate(names) if w in special or w in bound}
    for word, k in position.items():
        forms[k] = special.get(word, ())
    return forms


def _punctuation(chunks: Any, rows: I64, marks: NDArray[np.uint8]) -> None:
    """Marks of the chunks ``rows``, by regular expression."""
    import pyarrow.compute as pc

    part = chunks.take(rows)
    for bit, pattern in enumerate(MARK_PATTERNS.values()):
        hit = pc.match_substring_regex(part, pattern).to_numpy(zero_copy_only=False)
        marks[rows[hit]] |= np.uint8(1 << bit)


def _marks(
    chunk_marks: NDArray[np.uint8], begin: I64, end: I64, chunk_offsets: I64, n_tokens: int
) -> NDArray[np.uint8]:
    """Punctuation of chunks moved to the tokens beside it, never across the ends of a text."""
    marks = np.zeros(n_tokens, np.uint8)
    at = np.flatnonzero(chunk_marks)
    if not len(at) or not n_tokens:
        return marks
    text = np.searchsorted(chunk_offsets, at, side="right") - 1
    bounds = np.concatenate((begin, end[-1:]))
    low, high = bounds[chunk_offsets[text]], bounds[chunk_offsets[text + 1]]
    kind = chunk_marks[at]
    opening = (kind & OPENS > 0) & (begin[at] < high)
    np.bitwise_or.at(marks, begin[at][opening], np.uint8(OPENS))
    closing = (kind & ~np.uint8(OPENS) > 0) & (end[at] > low)
    np.bitwise_or.at(marks, end[at][closing] - 1, (kind & ~np.uint8(OPENS))[closing])
    return marks
