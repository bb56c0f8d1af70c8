"""Texts to tokens of the comparison form, in bulk: each distinct chunk is analysed once, the rest is gathering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.ragged import I64, offsets_of, ranges
from cleaner.text.canonical import PHRASES, analyse_chunk

OPENS, CLOSES, COMMA, COLON, DASH, PAREN = 1, 2, 4, 8, 16, 32
"""Bits of ``Tokens.marks``: a quotation mark opens before the token or closes after it, a comma or colon or dash
follows it, a parenthesis is at it."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The comparison form of n texts."""

    words: list[str]
    """Distinct tokens; ``ids`` point here."""
    ids: NDArray[np.int32]
    """(tokens,) all texts' tokens one after the other."""
    shapes: NDArray[np.uint8]
    """(tokens,) case as written: 0 lower, 1 Capitalised, 2 ALL CAPITALS."""
    marks: NDArray[np.uint8]
    """(tokens,) punctuation around the token, see ``OPENS`` and the others."""
    offsets: I64
    """(n + 1,) where each text's tokens begin."""


def tokenise(texts: Sequence[str], *, phrases: bool = True) -> Tokens:
    """Tokens of every text, in time linear in their size. Any string is allowed, lone surrogates included.

    Without ``phrases`` neighbours such as "United States" stay two tokens, so that each belongs to one chunk.
    """
    chunk_ids, chunk_offsets, chunks = _chunks(texts)
    words: dict[str, int] = {}
    flat: list[int] = []
    shapes: list[int] = []
    counts = np.zeros(len(chunks), np.int64)
    punctuation = np.zeros(len(chunks), np.uint8)
    for i, chunk in enumerate(chunks):
        c = analyse_chunk(chunk)
        counts[i] = len(c.tokens)
        for token in c.tokens:
            flat.append(words.setdefault(token, len(words)))
        shapes.extend(c.shapes)
        if c.opens or c.closes or c.comma or c.colon or c.dash or c.paren:
            punctuation[i] = c.opens | c.closes << 1 | c.comma << 2 | c.colon << 3 | c.dash << 4 | c.paren << 5
    n_tokens = counts[chunk_ids]
    token_ends = np.cumsum(n_tokens)
    at = ranges(offsets_of(counts)[:-1][chunk_ids], n_tokens)
    ids = np.asarray(flat, np.int32)[at] if len(at) else np.empty(0, np.int32)
    shape = np.asarray(shapes, np.uint8)[at] if len(at) else np.empty(0, np.uint8)
    ends = np.concatenate((np.zeros(1, np.int64), token_ends))
    offsets = ends[chunk_offsets]
    marks = _marks(punctuation[chunk_ids], token_ends - n_tokens, token_ends, chunk_offsets, len(ids))
    tokens = Tokens(list(words), ids, shape, marks, offsets)
    return _join_phrases(tokens, words) if phrases else tokens


def _chunks(texts: Sequence[str]) -> tuple[NDArray[np.int32], I64, list[str]]:
    """Id of every chunk, offsets by text, and the distinct chunks."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        column = pa.array(texts, pa.large_string())
    except UnicodeEncodeError:  # a lone surrogate is no character: it stands as U+FFFD here, and only here
        safe = [t.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for t in texts]
        column = pa.array(safe, pa.large_string())
    split = pc.ascii_split_whitespace(column)
    coded = split.flatten().dictionary_encode()
    offsets = split.offsets.to_numpy().astype(np.int64)
    return coded.indices.to_numpy(zero_copy_only=False), offsets - offsets[0], coded.dictionary.to_pylist()


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


def _join_phrases(tokens: Tokens, words: dict[str, int]) -> Tokens:
    """Neighbours such as "united states" made one token, as ``cleaner.text.canonical.join_phrases`` does."""
    ids = tokens.ids
    pairs = {
        (words[a], words[b]): words.setdefault(joined, len(words))
        for (a, b), joined in PHRASES.items()
        if a in words and b in words
    }
    if not pairs or len(ids) < 2:
        return tokens
    heads = np.zeros(len(words), bool)
    heads[[a for a, _ in pairs]] = True
    inside = np.ones(len(ids), bool)
    starts = tokens.offsets[1:-1]
    inside[starts[starts < len(ids)]] = False  # the first token of a text does not continue the one before it
    us, of, america = (words.get(w, -1) for w in ("us", "of", "america"))
    drop = np.zeros(len(ids), bool)
    ids = ids.copy()
    for i in np.flatnonzero(heads[ids[:-1]] & inside[1:]).tolist():
        if drop[i]:
            continue
        joined = pairs.get((int(tokens.ids[i]), int(tokens.ids[i + 1])))
        if joined is None:
            continue
        ids[i] = joined
        stop = i + 2
        if joined == us and i + 3 < len(ids) and ids[i + 2] == of and ids[i + 3] == america and inside[i + 2 : i + 4].all():
            stop = i + 4
        drop[i + 1 : stop] = True
        tokens.marks[i] |= np.bitwise_or.reduce(tokens.marks[i + 1 : stop]) & ~np.uint8(OPENS)
    kept = ~drop
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(kept)))
    return Tokens(list(words), ids[kept], tokens.shapes[kept], tokens.marks[kept], before[tokens.offsets])
