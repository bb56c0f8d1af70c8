"""Compare proposed pairs word by word: similarity, kind, and the facts that keep them apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.similar import kernels
from cleaner.similar.align import Alignment, Residue, align, in_common
from cleaner.similar.corpus import Corpus, Gathered
from cleaner.similar.facts import NAME_DIFFERS, SPEAKER, UNRELATED, WORDING, Difference, Side, differences
from cleaner.similar.gaps import gaps
from cleaner.similar.lexicons import TONGUES
from cleaner.similar.options import DedupOptions
from cleaner.similar.ragged import (
    I64,
    is_in,
    mix64,
    number_distinct,
    numbered_rows,
    offsets_of,
    ranges,
    row_ids,
)
from cleaner.similar.sign import BREAK, SHAPE
from cleaner.similar.sketches import LEAST_ALIGNED
from cleaner.similar.threads import in_order
from cleaner.similar.tongues import tongues
from cleaner.similar.verdicts import Verdicts
from cleaner.similar.words import WordTable, in_tongue

KINDS = ("kept", "exact-duplicate", "near-duplicate", "same-quote", "truncated-copy")
KEPT, EXACT, NEAR, QUOTE, TRUNCATED = range(5)
_BLOCK = 1 << 15  # pairs at a time, and words of both sides: what bounds the memory of a comparison
_TOKENS = 1 << 22
_INSERTION = 5  # tokens: longer runs of one side inside a sentence must be set off by punctuation

I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of sentences that pass."""

    first: I32
    second: I32
    similarity: NDArray[np.float32]


def exact_join(corpus: Corpus, first: I32, second: I32, least: float) -> Edges:
    """Those of the pairs whose word 2-grams have a Jaccard similarity of at least ``least``."""
    rows, i, j = numbered_rows(first, second)
    score = shingle_jaccard(corpus.gather(rows), i, j)
    good = np.flatnonzero(score >= least - 1e-12)
    return Edges(first[good], second[good], score[good].astype(np.float32))


class Screen:
    """Tells pairs that are worth an alignment: enough words in common, and not each a number or date of its own.

    By bit sets of hashed words (256 bits) and figures (64 bits): a pair that should pass does.
    """

    def __init__(self, corpus: Corpus, options: DedupOptions) -> None:
        self.corpus, self.veto = corpus, options.veto

    def __call__(self, first: I32, second: I32) -> tuple[I32, I32]:
        """Those of the pairs that pass."""
        rows, i, j = numbered_rows(first, second)
        bits, core = self.corpus.rows("bits", rows), self.corpus.rows("core", rows)
        if kernels.compiled is not None:
            hopeful = kernels.compiled.screen(bits, core, i, j, LEAST_ALIGNED, self.veto)
            return first[hopeful], second[hopeful]
        size = np.minimum(np.bitwise_count(bits[:, :4]).sum(axis=1, dtype=np.int32), core[:, 1] - core[:, 0])
        a, b = bits[i], bits[j]
        shared = np.bitwise_count(a[:, :4] & b[:, :4]).sum(axis=1, dtype=np.int32)
        hopeful = shared >= LEAST_ALIGNED * np.minimum(size[i], size[j])
        if self.veto:
            x, y = a[:, 4], b[:, 4]
            hopeful &= (x & ~y == 0) | (y & ~x == 0)
        return first[hopeful], second[hopeful]


def verify(corpus: Corpus, table: WordTable, first: I32, second: I32, options: DedupOptions) -> Verdicts:
    """Judges the pairs, a block at a time. Of those that have too few words in common no more is told."""
    every = len(first)
    possible = _possible(corpus, first, second, options)
    first, second = first[possible], second[possible]

    def judged(block: tuple[int, int]) -> Verdicts:
        a, b = first[slice(*block)], second[slice(*block)]
        rows, i, j = numbered_rows(a, b)
        return compare(corpus, table, corpus.gather(rows), i, j, options)

    out = Verdicts(
        np.zeros(every), np.zeros(every, bool), np.full(every, NEAR, np.uint8), np.full(every, WORDING, np.uint8)
    )
    blocks = list(_blocks(corpus, first, second, options.threads))
    for (low, high), found in zip(blocks, in_order(judged, blocks, options.threads), strict=True):
        rows = possible[low:high]
        out.similarity[rows], out.merged[rows] = found.similarity, found.merged
        out.kind[rows], out.veto[rows] = found.kind, found.veto
    return out


def _possible(corpus: Corpus, first: I32, second: I32, options: DedupOptions) -> I64:
    """Which pairs ``judge`` may accept, going by the words that they can have in common in the same order. Words are told
    apart by a byte of their hash, so that a pair which should pass does."""
    rows, i, j = numbered_rows(first, second)
    marks, offsets = corpus.marks(rows)
    core = corpus.rows("core", rows).astype(np.int64)
    whole = offsets[:-1], np.diff(offsets)
    inner = offsets[:-1] + core[:, 0], core[:, 1] - core[:, 0]
    framed = np.flatnonzero((inner[1] < whole[1])[i] | (inner[1] < whole[1])[j])
    out = np.zeros(len(i), bool)
    for pairs, (begin, size) in ((np.arange(len(i)), whole), (framed, inner)):
        a, b = i[pairs], j[pairs]
        matched = in_common(marks, begin[a], size[a], begin[b], size[b])
        out[pairs] |= matched >= min(LEAST_ALIGNED, options.containment) * np.minimum(size[a], size[b])
    return np.flatnonzero(out)


def _blocks(corpus: Corpus, first: I32, second: I32, threads: int) -> Iterator[tuple[int, int]]:
    """Ranges of pairs: _BLOCK of them, fewer where they are longer than _TOKENS together; on several threads so many
    parts of that."""
    pairs = _BLOCK // threads
    for begin in range(0, len(first), pairs):
        a, b = first[begin : begin + pairs], second[begin : begin + pairs]
        rows, i, j = numbered_rows(a, b)
        size = corpus.rows("core", rows)[:, 1].astype(np.int64)
        total = np.cumsum(size[i] + size[j])
        low = 0
        while low < len(a):
            spent = int(total[low - 1]) if low else 0
            high = max(int(np.searchsorted(total, spent + _TOKENS // threads)), low + 1)
            yield begin + low, begin + high
            low = high


@dataclass(frozen=True, slots=True)
class _Part:
    """One way to compare pairs: whole sentences, or cores."""

    alignment: Alignment
    difference: Difference
    size_a: I64
    size_b: I64
    inserted: Bool
    """One side has a long run of words inside that no punctuation sets off."""
    tongue: NDArray[np.int8]
    """The language of each pair; see ``lexicons.TONGUES``."""


def compare(corpus: Corpus, table: WordTable, tokens: Gathered, i: I64, j: I64, options: DedupOptions) -> Verdicts:
    """Judges the pairs (i, j) of gathered sentences: as a whole, and by what is said in them."""
    size = np.diff(tokens.offsets)
    core_size = (tokens.core[:, 1] - tokens.core[:, 0]).astype(np.int64)
    core_begin = tokens.offsets[:-1] + tokens.core[:, 0]
    framed = np.flatnonzero((core_size[i] < size[i]) | (core_size[j] < size[j]))
    p, q = i[framed], j[framed]
    tongue = tongues(tokens.hashes, tokens.offsets, i, j)
    full, core = _parts(
        corpus,
        table,
        tokens,
        [
            (tokens.offsets[i], size[i], tokens.offsets[j], size[j], tongue),
            (core_begin[p], core_size[p], core_begin[q], core_size[q], tongue[framed]),
        ],
    )
    similarity, merged, veto = judge(full, options)
    kind = np.where(_truncated(full, options), TRUNCATED, NEAR).astype(np.uint8)
    core_similarity, core_merged, core_veto = judge(core, options)
    frame_veto = np.where(full.difference.veto[framed] == NAME_DIFFERS, SPEAKER, full.difference.veto[framed])
    frames = _frame_words(tokens)
    frame_veto = np.where(frame_veto == UNRELATED, 0, frame_veto)  # what else is told of who speaks
    same_words = (frames[p] == frames[q]) & (frames[p] != 0)
    same_words &= full.difference.left_names[framed] & full.difference.right_names[framed]
    frame_veto = np.where(same_words & (frame_veto == 0), SPEAKER, frame_veto)
    conflict = core_merged & (frame_veto > 0) & options.veto
    conflict &= same_words | _same_frame(full, core, framed, size[p] - core_size[p], size[q] - core_size[q])
    core_veto = np.where(conflict, frame_veto, core_veto)
    core_merged &= ~conflict
    better = core_merged | (core_veto > 0)  # where the cores are alike, they decide
    rows = framed[better]
    similarity[rows] = np.maximum(core_similarity[better], similarity[rows])
    kind[rows] = QUOTE
    merged[rows], veto[rows] = core_merged[better], core_veto[better]
    return Verdicts(similarity, merged, kind, np.where(merged, 0, np.where(veto > 0, veto, WORDING)).astype(np.uint8))


def judge(part: _Part, options: DedupOptions) -> tuple[NDArray[np.float64], Bool, NDArray[np.uint8]]:
    """Similarity, whether it is the same sentence, and the fact that forbids it where the wording is the same."""
    d, matched = part.difference, part.alignment.matched
    a, b = np.maximum(part.size_a, 1), np.maximum(part.size_b, 1)
    similarity = np.minimum(2 * (matched + d.explained) / (a + b), 1.0)
    least = np.minimum(a, b)
    share_a, share_b = d.left / a, d.right / b
    low, high = np.minimum(share_a, share_b), np.maximum(share_a, share_b)
    alike = (similarity >= options.threshold) & (least >= options.min_tokens) & (matched >= LEAST_ALIGNED * least)
    alike &= (low <= 0.12) | (high <= 0.25)
    alike &= _few_replaced(part)
    alike &= ~part.inserted & (d.places <= 3 + 0.1 * least)
    alike |= _truncated(part, options)
    veto = d.veto if options.veto else np.zeros_like(d.veto)
    return similarity, alike & (veto == 0), np.where(alike, veto, 0).astype(np.uint8)


def _truncated(part: _Part, options: DedupOptions) -> Bool:
    """Is one side a true cut of the other: all of it there, from the first word on, and the other goes on?"""
    d, matched = part.difference, part.alignment.matched
    out = np.zeros(len(matched), bool)
    for long, size, whole, rest in (
        (part.alignment.right, part.size_a, part.size_b, d.left),
        (part.alignment.left, part.size_b, part.size_a, d.right),
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
    only_cut = (np.minimum(d.left, d.right) == 0) & (d.places <= 1)
    return np.asarray(out & ((part.tongue == 0) | (d.replaced == 0)) & ((part.tongue < len(TONGUES)) | only_cut))


def _few_replaced(part: _Part) -> Bool:
    """May what is replaced be another wording of the same? In English one word in seven of unknown relation; in a language
    of which fewer words are known none, and where only function words are, nothing but the spelling may differ."""
    d = part.difference
    least = np.minimum(np.maximum(part.size_a, 1), np.maximum(part.size_b, 1))
    few = d.replaced <= np.where(part.tongue == 0, np.maximum(1, 0.15 * least), 0)
    return np.asarray(few & ((part.tongue < len(TONGUES)) | (d.left + d.right == 0)))


def _same_frame(full: _Part, core: _Part, framed: I64, frame_a: I64, frame_b: I64) -> Bool:
    """Are both framed in the same words? Then what differs there is a fact, not another framing of one quote."""
    shared = full.alignment.matched[framed] - core.alignment.matched
    least = np.minimum(frame_a, frame_b)
    return np.asarray((least > 0) & (shared * 2 >= least))


def _frame_words(tokens: Gathered) -> NDArray[np.uint64]:
    """A hash of the words around each core that are no names, in any order; 0 where there are none."""
    if kernels.compiled is not None:
        return kernels.compiled.frame_words(tokens.hashes, tokens.flags, tokens.offsets, tokens.core)
    row = row_ids(np.diff(tokens.offsets))
    position = np.arange(len(row)) - tokens.offsets[:-1][row]
    outside = (position < tokens.core[row, 0]) | (position >= tokens.core[row, 1])
    outside &= tokens.flags & SHAPE == 0
    out = np.zeros(len(tokens.offsets) - 1, np.uint64)
    np.add.at(out, row[outside], mix64(tokens.hashes[outside]))
    return out


def name_scores(tokens: Gathered) -> NDArray[np.int8]:
    """How surely each token is a name by its case: 2 yes, 1 cannot be told, 0 no."""
    if kernels.compiled is not None:
        return kernels.compiled.name_scores(tokens.flags, tokens.offsets, tokens.core)
    size = np.diff(tokens.offsets)
    row = row_ids(size)
    capital = tokens.flags & SHAPE > 0
    position = np.arange(len(row)) - tokens.offsets[:-1][row]
    share = np.bincount(row[capital & (position > 0)], minlength=len(size)) / np.maximum(size - 1, 1)
    # in a headline in capitals nothing can be told; of a first word, or the first of a quote, neither
    doubtful = (share > 0.6)[row] | (position == 0) | (position == tokens.core[row, 0])
    return np.where(capital, np.where(doubtful, 1, 2), 0).astype(np.int8)


def _parts(
    corpus: Corpus, table: WordTable, tokens: Gathered, regions: list[tuple[I64, I64, I64, I64, NDArray[np.int8]]]
) -> list[_Part]:
    """Aligns several regions of pairs; the words left over are looked up together, and only where it matters."""
    names = name_scores(tokens)
    starts = np.zeros(len(tokens.hashes), bool)
    starts[tokens.offsets[:-1][np.diff(tokens.offsets) > 0]] = True
    alignments = []
    for a, a_size, b, b_size, _ in regions:
        found = align(tokens.hashes, a, a_size, b, b_size)
        hopeful = found.matched >= LEAST_ALIGNED * np.minimum(a_size, b_size)
        alignments.append(Alignment(found.matched, _only(found.left, hopeful), _only(found.right, hopeful)))
    left_over = [(side, r[-1]) for x, r in zip(alignments, regions, strict=True) for side in (x.left, x.right)]
    at = np.concatenate([side.at for side, _ in left_over])
    spoken = np.concatenate([tongue[side.pair] for side, tongue in left_over])
    number, distinct = number_distinct(in_tongue(tokens.hashes[at], spoken))
    first = np.empty(len(distinct), np.int64)
    first[number] = np.arange(len(at))
    rows, words = table.rows(distinct, spoken[first], lambda new: corpus.spell(tokens.where[at[first[new]]]))
    row = rows[number]
    parts, done = [], 0
    for (a, a_size, b, b_size, tongue), alignment in zip(regions, alignments, strict=True):
        sides = []
        residues = alignment.left, alignment.right
        for residue, own in zip(residues, gaps(*residues), strict=True):
            word = row[done : done + len(residue.at)]
            done += len(residue.at)
            before = np.where(starts[residue.at], np.uint64(0), tokens.hashes[np.maximum(residue.at - 1, 0)])
            sides.append(Side(residue, own, tokens.hashes[residue.at], word, names[residue.at], before))
        runs_a, runs_b = _runs(tokens, sides[0], a, a_size), _runs(tokens, sides[1], b, b_size)
        difference = differences(len(a), sides[0], sides[1], words, runs_a.clause, runs_b.clause)
        parts.append(_Part(alignment, difference, a_size, b_size, runs_a.inserted | runs_b.inserted, tongue))
    return parts


def _only(residue: Residue, pairs: Bool) -> Residue:
    keep = pairs[residue.pair]
    return Residue(residue.pair[keep], residue.at[keep], residue.gap[keep])


@dataclass(frozen=True, slots=True)
class _Runs:
    """Leftover tokens of one side, by run (one gap of the alignment)."""

    inserted: Bool
    """(pairs,) a long run stands inside that no punctuation sets off."""
    clause: Bool
    """(leftover tokens,) the token is in a run that only this side has and that punctuation sets off."""


def _runs(tokens: Gathered, side: Side, begin: I64, size: I64) -> _Runs:
    inserted = np.zeros(len(begin), bool)
    gaps, at = side.gaps, side.residue.at
    if not len(at):
        return _Runs(inserted, np.zeros(0, bool))
    pair, low, high = gaps.pair, at[gaps.start], at[gaps.start + gaps.count - 1]
    at_start, at_end = low == begin[pair], high == begin[pair] + size[pair] - 1
    stops = tokens.flags & BREAK > 0
    before, after = stops[np.maximum(low - 1, 0)], stops[high]
    inserted[pair[(gaps.count - gaps.faced >= _INSERTION) & ~at_start & ~at_end & ~before & ~after]] = True
    clause = (gaps.faced == 0) & (gaps.count >= 2) & (before | at_start) & (after | at_end)
    return _Runs(inserted, clause[gaps.of])


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
