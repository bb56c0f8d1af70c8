"""Compare proposed pairs word by word: similarity, kind, and the facts that keep them apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.candidates import Corpus
from cleaner.similar.options import DedupOptions
from cleaner.similar.ragged import I64, U64, mix64, offsets_of, ranges, row_ids
from cleaner.similar.shard import Signed

KINDS = ("kept", "exact-duplicate", "near-duplicate", "same-quote", "truncated-copy")
KEPT, EXACT, NEAR, QUOTE, TRUNCATED = range(5)
_BLOCK = 100_000


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs that are the same sentence."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    similarity: NDArray[np.float32]
    kind: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Tokens of some sentences (ascending global numbers ``rows``)."""

    rows: I64
    hashes: U64
    shapes: NDArray[np.uint8]
    offsets: I64
    core: NDArray[np.int32]
    where: I64
    """Shard and word number of every token, to look its spelling up."""


def gather(corpus: Corpus, rows: I64) -> Gathered:
    """Tokens of the sentences ``rows``, which must ascend."""
    hashes, shapes, sizes, core, where = [], [], [], [], []
    cuts = np.searchsorted(rows, corpus.bases)
    for shard, path in enumerate(corpus.paths):
        mine = rows[cuts[shard] : cuts[shard + 1]] - corpus.bases[shard]
        if not len(mine):
            continue
        signed = Signed.read(path)
        offsets = signed["offsets"]
        size = offsets[mine + 1] - offsets[mine]
        token = signed["tokens"][ranges(offsets[mine], size)]
        number = (token & np.uint32((1 << 30) - 1)).astype(np.int64)
        hashes.append(signed["word_hash"][number])
        shapes.append((token >> np.uint32(30)).astype(np.uint8))
        where.append((np.int64(shard) << 32) + number)
        sizes.append(size)
        core.append(signed["core"][mine])
    if not sizes:
        return Gathered(rows, np.empty(0, np.uint64), np.empty(0, np.uint8), np.zeros(1, np.int64), np.empty((0, 2), np.int32), np.empty(0, np.int64))
    return Gathered(rows, np.concatenate(hashes), np.concatenate(shapes), offsets_of(np.concatenate(sizes)), np.concatenate(core), np.concatenate(where))


def verify(corpus: Corpus, first: NDArray[np.int32], second: NDArray[np.int32], options: DedupOptions) -> Edges:
    """The pairs that are the same sentence."""
    parts = []
    for at in range(0, len(first), _BLOCK):
        a, b = first[at : at + _BLOCK], second[at : at + _BLOCK]
        rows = np.unique(np.concatenate((a, b))).astype(np.int64)
        tokens = gather(corpus, rows)
        i, j = np.searchsorted(rows, a), np.searchsorted(rows, b)
        score = shingle_jaccard(tokens, i, j)
        good = score >= (options.exact_t or options.threshold) - 1e-12
        parts.append((a[good], b[good], score[good]))
    if not parts:
        return Edges(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.uint8))
    a, b, score = (np.concatenate(x) for x in zip(*parts, strict=True))
    return Edges(a, b, score.astype(np.float32), np.full(len(a), NEAR, np.uint8))


def shingle_jaccard(tokens: Gathered, i: I64, j: I64) -> NDArray[np.float64]:
    """Jaccard similarity of the sets of word 2-grams (of words, where there is one) of each pair."""
    size = np.diff(tokens.offsets)
    count = np.where(size > 1, size - 1, size)
    at = ranges(tokens.offsets[:-1], count)
    following = tokens.hashes[np.minimum(at + 1, max(len(tokens.hashes) - 1, 0))]
    single = np.repeat(size == 1, count)
    gram = mix64(tokens.hashes[at] * np.uint64(3) + np.where(single, np.uint64(0), following))
    row = row_ids(count)
    order = np.lexsort((gram, row))
    gram, row = gram[order], row[order]
    fresh = np.ones(len(gram), bool)
    fresh[1:] = (gram[1:] != gram[:-1]) | (row[1:] != row[:-1])
    gram, row = gram[fresh], row[fresh]
    sizes = np.bincount(row, minlength=len(size))
    offsets = offsets_of(sizes)
    left = np.repeat(np.arange(len(i)), sizes[i])
    right = np.repeat(np.arange(len(j)), sizes[j])
    key_a = mix64(gram[ranges(offsets[i], sizes[i])] + mix64(left.astype(np.uint64) + np.uint64(1)))
    key_b = mix64(gram[ranges(offsets[j], sizes[j])] + mix64(right.astype(np.uint64) + np.uint64(1)))
    common = np.bincount(left[np.isin(key_a, key_b, kind="sort")], minlength=len(i))
    union = sizes[i] + sizes[j] - common
    return np.asarray(common / np.maximum(union, 1), np.float64)
