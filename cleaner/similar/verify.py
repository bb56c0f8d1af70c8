"""Compare proposed pairs word by word: similarity, kind, and the facts that keep them apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.align import Alignment, Residue, align
from cleaner.similar.candidates import Corpus
from cleaner.similar.facts import NAME_DIFFERS, SPEAKER, WORDING, Difference, Side, differences
from cleaner.similar.options import DedupOptions
from cleaner.similar.ragged import I64, U64, is_in, mix64, offsets_of, ranges, row_ids, sorted_unique
from cleaner.similar.shard import Signed
from cleaner.similar.words import describe

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
        return Gathered(
            rows,
            np.empty(0, np.uint64),
            np.empty(0, np.uint8),
            np.zeros(1, np.int64),
            np.empty((0, 2), np.int32),
            np.empty(0, np.int64),
        )
    return Gathered(
        rows,
        np.concatenate(hashes),
        np.concatenate(shapes),
        offsets_of(np.concatenate(sizes)),
        np.concatenate(core),
        np.concatenate(where),
    )


def verify(corpus: Corpus, first: NDArray[np.int32], second: NDArray[np.int32], options: DedupOptions) -> Edges:
    """The pairs that are the same sentence."""
    parts = []
    for at in range(0, len(first), _BLOCK):
        a, b = first[at : at + _BLOCK], second[at : at + _BLOCK]
        rows = sorted_unique(np.concatenate((a, b))).astype(np.int64)
        tokens = gather(corpus, rows)
        i, j = np.searchsorted(rows, a), np.searchsorted(rows, b)
        if options.exact_t is None:
            hopeful = np.flatnonzero(_may_match(tokens, i, j))
            a, b, i, j = a[hopeful], b[hopeful], i[hopeful], j[hopeful]
        if options.exact_t is not None:
            score = shingle_jaccard(tokens, i, j)
            kind = np.full(len(a), NEAR, np.uint8)
            good = score >= options.exact_t - 1e-12
        else:
            verdicts = compare(corpus, tokens, i, j, options)
            score, kind, good = verdicts.similarity, verdicts.kind, verdicts.merged
        parts.append((a[good], b[good], score[good], kind[good]))
    if not parts:
        return Edges(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.uint8))
    a, b, score, kind = (np.concatenate(x) for x in zip(*parts, strict=True))
    return Edges(a, b, score.astype(np.float32), kind)


def _may_match(tokens: Gathered, i: I64, j: I64) -> NDArray[np.bool_]:
    """Pairs that have enough words in common to be worth an alignment, by bit sets of 256 hashed words."""
    size = np.diff(tokens.offsets)
    bits = np.zeros((len(size), 4), np.uint64)
    row = row_ids(size)
    bit = np.uint64(1) << (tokens.hashes & np.uint64(63))
    lane = ((tokens.hashes >> np.uint64(6)) & np.uint64(3)).astype(np.int64)
    for k in range(4):
        mine = np.flatnonzero((lane == k))
        np.bitwise_or.at(bits[:, k], row[mine], bit[mine])
    core = (tokens.core[:, 1] - tokens.core[:, 0]).astype(np.int64)
    own = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
    least = np.minimum(np.minimum(own[i], own[j]), np.minimum(core[i], core[j]))
    shared = np.bitwise_count(bits[i] & bits[j]).sum(axis=1, dtype=np.int64)
    return shared * 2 >= least


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The judgement of n pairs."""

    similarity: NDArray[np.float64]
    """Share of words that align, or are explained, counted on both sides."""
    merged: NDArray[np.bool_]
    kind: NDArray[np.uint8]
    veto: NDArray[np.uint8]
    """Index into ``facts.REASONS``: why not merged."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One way to compare pairs: whole sentences, or cores."""

    alignment: Alignment
    difference: Difference
    size_a: I64
    size_b: I64


def compare(corpus: Corpus, tokens: Gathered, i: I64, j: I64, options: DedupOptions) -> Verdicts:
    """Judges the pairs (i, j) of gathered sentences."""
    size = np.diff(tokens.offsets)
    names = name_scores(tokens)
    lookup = _Lookup(corpus, tokens, names)
    full = lookup.part(tokens.offsets[i], size[i], tokens.offsets[j], size[j])
    similarity, merged, veto = judge(full, options)
    kind = np.where(_truncated(full, options), TRUNCATED, NEAR).astype(np.uint8)
    core_size = tokens.core[:, 1].astype(np.int64) - tokens.core[:, 0]
    framed = np.flatnonzero((core_size[i] < size[i]) | (core_size[j] < size[j]))
    if len(framed):
        p, q = i[framed], j[framed]
        begin = tokens.offsets[:-1] + tokens.core[:, 0]
        core = lookup.part(begin[p], core_size[p], begin[q], core_size[q])
        core_similarity, core_merged, core_veto = judge(core, options)
        frames = _same_frame(full, core, framed, size[p] - core_size[p], size[q] - core_size[q])
        frame_veto = full.difference.veto[framed]
        conflict = core_merged & frames & (frame_veto > 0) & options.veto
        core_merged &= ~conflict
        core_veto = np.where(conflict, np.where(frame_veto == NAME_DIFFERS, SPEAKER, frame_veto), core_veto)
        sure = (core_similarity >= 0.6) | core_merged
        better = np.flatnonzero(sure)
        rows = framed[better]
        similarity[rows] = np.where(core_merged, np.maximum(core_similarity, similarity[framed]), similarity[framed])[
            better
        ]
        kind[rows] = np.where(merged[rows] & (kind[rows] == TRUNCATED) & ~core_merged[better], TRUNCATED, QUOTE)
        merged[rows], veto[rows] = core_merged[better], core_veto[better]
    return Verdicts(similarity, merged, kind, np.where(merged, 0, np.where(veto > 0, veto, WORDING)).astype(np.uint8))


def judge(part: _Part, options: DedupOptions) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.uint8]]:
    """Similarity, whether the wording is the same, and the fact that forbids it."""
    d, matched = part.difference, part.alignment.matched
    a, b = np.maximum(part.size_a, 1), np.maximum(part.size_b, 1)
    similarity = np.minimum(2 * (matched + d.explained) / (a + b), 1.0)
    least, most = np.minimum(a, b), np.maximum(a, b)
    share_a, share_b = d.left / a, d.right / b
    low, high = np.minimum(share_a, share_b), np.maximum(share_a, share_b)
    alike = (similarity >= options.threshold) & (least >= options.min_tokens) & (matched * 2 >= least)
    alike &= (low <= 0.12) | (high <= 0.25)
    alike &= d.replaced <= np.maximum(1, 0.15 * least)
    alike |= _truncated(part, options)
    veto = d.veto if options.veto else np.zeros_like(d.veto)
    return similarity, alike & (veto == 0), np.where(alike, veto, 0).astype(np.uint8)


def _truncated(part: _Part, options: DedupOptions) -> NDArray[np.bool_]:
    """Is one side a true cut of the other: all of it there, from the first word on, and the other goes on?"""
    d, matched = part.difference, part.alignment.matched
    out = np.zeros(len(matched), bool)
    for short, long, size, whole, rest in (
        (part.alignment.left, part.alignment.right, part.size_a, part.size_b, d.left),
        (part.alignment.right, part.alignment.left, part.size_b, part.size_a, d.right),
    ):
        inner = np.bincount(long.pair[long.gap < matched[long.pair]], minlength=len(matched))
        tail = whole - matched - inner
        out |= (
            (size >= options.truncated_tokens)
            & (matched >= options.containment * size)
            & (rest <= 0.12 * size)
            & (inner <= 0.12 * size)
            & (tail >= 3)
            & (tail * 7 >= whole)
        )
    return out


def _same_frame(full: _Part, core: _Part, framed: I64, frame_a: I64, frame_b: I64) -> NDArray[np.bool_]:
    """Are both framed in the same words? Then what differs there is a fact, not another framing of one quote."""
    shared = full.alignment.matched[framed] - core.alignment.matched
    least = np.minimum(frame_a, frame_b)
    return (least > 0) & (shared * 2 >= least)


def name_scores(tokens: Gathered) -> NDArray[np.int8]:
    """How surely each token is a name by its case: 2 yes, 1 cannot be told, 0 no."""
    size = np.diff(tokens.offsets)
    row = row_ids(size)
    capital = tokens.shapes > 0
    position = np.arange(len(row)) - tokens.offsets[:-1][row]
    inner = position > 0
    share = np.bincount(row[capital & inner], minlength=len(size)) / np.maximum(size - 1, 1)
    # a headline in capitals: nothing can be told; a first word, or the first after an opening quote, neither
    opening = (position == 0) | (position == tokens.core[row, 0])
    doubtful = (share[row] > 0.6) | opening
    return np.where(capital, np.where(doubtful, 1, 2), 0).astype(np.int8)


class _Lookup:
    """Compares token ranges of gathered sentences; describes each distinct leftover word once."""

    def __init__(self, corpus: Corpus, tokens: Gathered, names: NDArray[np.int8]) -> None:
        self.corpus, self.tokens, self.names = corpus, tokens, names
        self.first = np.zeros(len(tokens.hashes), bool)
        self.first[tokens.offsets[:-1][np.diff(tokens.offsets) > 0]] = True

    def part(self, a: I64, a_size: I64, b: I64, b_size: I64) -> _Part:
        alignment = align(self.tokens.hashes, a, a_size, b, b_size)
        hashes = np.concatenate((self.tokens.hashes[alignment.left.at], self.tokens.hashes[alignment.right.at]))
        distinct, first, word = np.unique(hashes, return_index=True, return_inverse=True)
        at = np.concatenate((alignment.left.at, alignment.right.at))[first]
        words = describe(spellings(self.corpus, self.tokens.where[at]), distinct)
        n = len(alignment.left.at)
        left, right = self._side(alignment.left, word[:n]), self._side(alignment.right, word[n:])
        return _Part(alignment, differences(len(a), alignment, left, right, words), a_size, b_size)

    def _side(self, residue: Residue, word: I64) -> Side:
        before = np.where(self.first[residue.at], np.uint64(0), self.tokens.hashes[np.maximum(residue.at - 1, 0)])
        return Side(residue, self.tokens.hashes[residue.at], word, self.names[residue.at], before)


def spellings(corpus: Corpus, where: I64) -> list[str]:
    """The words at (shard, word number)."""
    out = [""] * len(where)
    shard = where >> 32
    for s in np.unique(shard).tolist():
        signed = Signed.read(corpus.paths[s])
        for k in np.flatnonzero(shard == s).tolist():
            out[k] = signed.word(int(where[k] & 0xFFFFFFFF))
    return out


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
    common = np.bincount(left[is_in(key_a, key_b)], minlength=len(i))
    union = sizes[i] + sizes[j] - common
    return np.asarray(common / np.maximum(union, 1), np.float64)
