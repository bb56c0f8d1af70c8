"""Sign sentences: everything that clustering needs to know of them, without the text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.similar import kernels, minhash
from cleaner.similar.framing import cores
from cleaner.similar.options import DedupOptions
from cleaner.similar.ragged import (
    I64,
    U64,
    first_positions,
    mix64,
    number_distinct,
    offsets_of,
    ranges,
    row_hashes,
)
from cleaner.similar.shard import Signed
from cleaner.similar.tokens import Tokens, tokenise
from cleaner.similar.vocabulary import CALENDAR, NUMERIC, WordList
from cleaner.text.canonical import CLOSES, COLON, COMMA, DASH, OPENS, PAREN

SHAPE_SHIFT = 28
WORD_MASK = (1 << SHAPE_SHIFT) - 1
SHAPE, BREAK, FIGURE = 3, 4, 8
"""Bits above the word number of a token: its case as written, that punctuation parts it from the next token, and that
it is a number, or a day or month written with a capital: two sentences that each have one of their own differ."""


def sign(
    texts: Sequence[str],
    docs: NDArray[np.int64] | None = None,
    starts: NDArray[np.int64] | None = None,
    options: DedupOptions | None = None,
) -> Signed:
    """Signs each text as one sentence; ``docs`` and ``starts`` (default: its number, 0) say where it stands.

    A pure function of its arguments: the same sentence has the same hashes and keys in every shard.
    """
    options = options or DedupOptions()
    n = len(texts)
    tokens = tokenise(texts)
    words = tokens.vocabulary
    lengths = np.diff(tokens.offsets)
    values = words.hashes[tokens.ids]
    exact = row_hashes(values, tokens.offsets[:-1], lengths)
    core_begin, core_end = cores(tokens)
    whole = (core_begin == tokens.offsets[:-1]) & (core_end == tokens.offsets[1:])
    rows = np.flatnonzero(lengths >= options.least_tokens)
    framed = np.flatnonzero(~whole & (lengths >= options.least_tokens))
    unit_row = np.concatenate((rows, framed))
    unit_begin = np.concatenate((tokens.offsets[rows], core_begin[framed]))
    unit_size = np.concatenate((lengths[rows], (core_end - core_begin)[framed]))
    core_hash = row_hashes(values, core_begin[framed], (core_end - core_begin)[framed])
    unit_hash = np.concatenate((exact[rows], core_hash))
    order = np.argsort(unit_row, kind="stable")
    unit_row, unit_begin, unit_size, unit_hash = unit_row[order], unit_begin[order], unit_size[order], unit_hash[order]
    unit_sig, distinct = number_distinct(unit_hash)
    first = first_positions(unit_sig, len(distinct))
    by_size = np.argsort(unit_size[first], kind="stable")
    column = np.empty(len(first), np.int32)
    column[by_size] = np.arange(len(first), dtype=np.int32)
    first, unit_sig = first[by_size], column[unit_sig]
    shingles = _shingles(words, tokens.ids, unit_begin[first], unit_size[first])
    flagged = _flagged(tokens)
    bands, per_band = minhash.bands_and_rows(options.lsh_threshold, options.num_perm, options.lsh_weights)
    return Signed(
        {
            "doc": np.arange(n, dtype=np.int64) if docs is None else np.asarray(docs, np.int64),
            "start": np.zeros(n, np.int64) if starts is None else np.asarray(starts, np.int64),
            "exact": exact,
            "offsets": tokens.offsets,
            "tokens": flagged,
            "core": np.stack((core_begin - tokens.offsets[:-1], core_end - tokens.offsets[:-1]), 1).astype(np.int32),
            "bits": _bit_sets(values, flagged, tokens.offsets, core_begin, core_end),
            "unit_row": unit_row.astype(np.int32),
            "unit_hash": unit_hash,
            "unit_sig": unit_sig,
            "bands": minhash.signed_keys(
                *shingles,
                options.num_perm,
                bands,
                per_band,
                _opening(values, unit_begin[first], unit_size[first], options),
            ),
            "words": words.text,
            "word_ends": words.offsets[1:],
            "word_hash": words.hashes,
        }
    )


def _bit_sets(values: U64, flagged: NDArray[np.uint32], offsets: I64, core_begin: I64, core_end: I64) -> U64:
    """(n, 5) bit sets: four of all words, one of the numbers and dates of the core, by their hashes."""
    n = len(offsets) - 1
    if kernels.compiled is not None:
        return kernels.compiled.bit_sets(values, flagged, offsets, core_begin, core_end)
    out = np.zeros((n, 5), np.uint64)
    live = np.flatnonzero(np.diff(offsets))
    if not len(live):
        return out
    starts = offsets[live]
    bit = np.uint64(1) << (values & np.uint64(63))
    lane = (values >> np.uint64(6)) & np.uint64(3)
    for k in range(4):
        out[live, k] = np.bitwise_or.reduceat(np.where(lane == np.uint64(k), bit, np.uint64(0)), starts)
    at = np.flatnonzero(flagged & np.uint32(FIGURE << SHAPE_SHIFT))
    row = np.searchsorted(offsets, at, side="right") - 1
    inside = (at >= core_begin[row]) & (at < core_end[row])
    np.bitwise_or.at(out[:, 4], row[inside], np.uint64(1) << (values[at[inside]] >> np.uint64(58)))
    return out


def _flagged(tokens: Tokens) -> NDArray[np.uint32]:
    """Word number of every token, with its case, ``BREAK`` and ``FIGURE`` above."""
    marks, kinds = tokens.marks, tokens.vocabulary.kinds
    if kernels.compiled is not None:
        return kernels.compiled.flagged(tokens.ids, tokens.shapes, marks, kinds)
    after = marks & (COMMA | COLON | DASH | CLOSES | PAREN) > 0
    after[:-1] |= marks[1:] & (OPENS | PAREN) > 0
    kind = kinds[tokens.ids]
    figure = (kind & NUMERIC > 0) | ((kind & CALENDAR > 0) & (tokens.shapes > 0))
    flags = tokens.shapes | np.where(after, np.uint8(BREAK), 0) | np.where(figure, np.uint8(FIGURE), 0)
    return tokens.ids.astype(np.uint32) | (flags.astype(np.uint32) << np.uint32(SHAPE_SHIFT))


def _opening(values: U64, begin: I64, size: I64, options: DedupOptions) -> U64:
    """One more band: the first words. A truncated copy shares them with the whole, however short it is.

    Units too short for it have keys of their own.
    """
    keys = row_hashes(values, begin, np.minimum(size, options.truncated_tokens))
    short = np.flatnonzero(size < options.truncated_tokens)
    keys[short] = mix64(row_hashes(values, begin[short], size[short]) + np.uint64(1))
    return keys


def sign_ranges(words: WordList, ids: NDArray[np.int32], begin: I64, size: I64, num_perm: int) -> NDArray[np.uint32]:
    """(num_perm, ranges) MinHash signatures of the word 2-grams of ranges of ``ids``, which number the ``words``; of a
    range of one word, that word."""
    return minhash.signatures(*_shingles(words, ids, begin, size), num_perm)


def _shingles(
    words: WordList, ids: NDArray[np.int32], begin: I64, size: I64
) -> tuple[NDArray[np.uint32], NDArray[np.int32], I64, I64]:
    """Scrambled hashes of the distinct shingles of ranges of ``ids``, the number of every shingle among them, and where
    those of each range begin and how many there are."""
    shingles = np.where(size > 1, size - 1, size)
    if kernels.compiled is not None:
        number, first, second = kernels.compiled.number_shingles(ids, begin, size)
    else:
        number, first, second = _number_shingles(ids, begin, size, shingles)
    hashed = minhash.scramble(minhash.shingle_hashes(words.text, words.offsets, first, second))
    return hashed, number, offsets_of(shingles)[:-1], shingles


def _number_shingles(
    ids: NDArray[np.int32], begin: I64, size: I64, shingles: I64
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Number of every shingle among the distinct ones, and the words of these, the second -1 where there is none."""
    at = ranges(begin, shingles)
    second = ids[np.minimum(at + 1, max(len(ids) - 1, 0))].astype(np.int64)
    second[np.repeat(size == 1, shingles)] = -1
    number, distinct = number_distinct((ids[at].astype(np.int64) << 32 | (second + 1)).view(np.uint64))
    words = distinct.astype(np.int64)
    return number, (words >> 32).astype(np.int32), ((words & 0xFFFFFFFF) - 1).astype(np.int32)
