"""Which sentences to compare: exact repeats collapsed, then everything that shares a band.

The work is done on *nodes*: a node is a distinct token sequence (of a sentence or of its core), so that a quote
carried by a thousand outlets is looked up once. Bands are read from the shards one at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.options import DedupOptions
from cleaner.similar.ragged import I64, U64, mix64, offsets_of, ranges, sorted_unique
from cleaner.similar.shard import Signed

_NEIGHBOURS = 8  # of a sentence in a bucket too large to compare all with all
_LEADERS = 16  # first sentences of such a bucket, compared with everyone


class Corpus:
    """The signed shards, numbered through: sentence i of shard s is ``bases[s] + i``."""

    def __init__(self, paths: Sequence[Path | str]) -> None:
        self.paths = [Path(p) for p in paths]
        self.bases = offsets_of(np.array([len(Signed.read(p)) for p in self.paths], np.int64))

    def __len__(self) -> int:
        return int(self.bases[-1])

    def column(self, name: str, dtype: type[np.generic]) -> NDArray[np.generic]:
        """One per-sentence array of all shards."""
        out = np.empty(len(self), dtype)
        for shard, path in enumerate(self.paths):
            out[self.bases[shard] : self.bases[shard + 1]] = Signed.read(path)[name]
        return out

    def lengths(self) -> NDArray[np.int32]:
        """Tokens of every sentence."""
        out = np.empty(len(self), np.int32)
        for shard, path in enumerate(self.paths):
            out[self.bases[shard] : self.bases[shard + 1]] = np.diff(Signed.read(path)["offsets"])
        return out


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of sentences to compare, each once, the one with the better rank first."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    capped: int
    """Buckets too large to compare all with all."""


def collapse(exact: U64, priority: NDArray[np.int32], eligible: NDArray[np.bool_]) -> NDArray[np.int32]:
    """For every sentence the one of best rank with the same comparison form; itself where it is not eligible."""
    n = len(exact)
    best = np.arange(n, dtype=np.int32)
    rows = np.flatnonzero(eligible)
    rows = rows[np.argsort(priority[rows], kind="stable")]
    rows = rows[np.argsort(exact[rows], kind="stable")]
    if not len(rows):
        return best
    keys = exact[rows]
    fresh = np.concatenate(([True], keys[1:] != keys[:-1]))
    best[rows] = rows[fresh][np.cumsum(fresh) - 1]
    return best


def candidate_pairs(
    corpus: Corpus, live: NDArray[np.bool_], priority: NDArray[np.int32], options: DedupOptions
) -> Pairs:
    """Pairs of ``live`` sentences that share a band key or a core."""
    cores = options.exact_t is None
    hashes, rows, where = _units(corpus, live, cores)
    nodes, first, node_of = np.unique(hashes, return_index=True, return_inverse=True)
    del hashes
    order = np.argsort(priority[rows], kind="stable")
    order = order[np.argsort(node_of[order], kind="stable")]
    members, member_ends = rows[order], offsets_of(np.bincount(node_of, minlength=len(nodes)))
    node_rank = priority[members[member_ends[:-1]]] if len(nodes) else np.empty(0, np.int32)
    pairs, capped = _band_pairs(corpus, where[first], node_rank, options)
    found = [_members_of(pairs, members, member_ends)]
    own, own_capped = _within(members, member_ends, options.max_bucket)
    found.append(own)
    pair = np.concatenate(found)
    low, high = pair >> 32, pair & 0xFFFFFFFF
    swap = priority[low] > priority[high]
    low, high = np.where(swap, high, low), np.where(swap, low, high)
    pair = sorted_unique(_encode(low, high)[low != high])
    return Pairs((pair >> 32).astype(np.int32), (pair & 0xFFFFFFFF).astype(np.int32), capped + own_capped)


def _units(corpus: Corpus, live: NDArray[np.bool_], cores: bool) -> tuple[U64, NDArray[np.int32], I64]:
    """Hash, sentence and place (shard and signature column in one number) of the units of live sentences."""
    hashes, rows, where = [], [], []
    for shard, path in enumerate(corpus.paths):
        signed = Signed.read(path)
        row = signed["unit_row"] + int(corpus.bases[shard])
        wanted = live[row]
        if not cores:
            wanted &= signed["unit_hash"] == signed["exact"][signed["unit_row"]]
        rows.append(row[wanted].astype(np.int32))
        hashes.append(signed["unit_hash"][wanted])
        where.append((np.int64(shard) << 32) + signed["unit_sig"][wanted])
    if not rows:
        return np.empty(0, np.uint64), np.empty(0, np.int32), np.empty(0, np.int64)
    return np.concatenate(hashes), np.concatenate(rows), np.concatenate(where)


def _band_pairs(corpus: Corpus, where: I64, rank: NDArray[np.int32], options: DedupOptions) -> tuple[I64, int]:
    """Pairs of nodes (low * nodes + high) that share a band key, each at least once."""
    n = len(where)
    if n < 2:
        return np.empty(0, np.int64), 0
    shard, column = where >> 32, where & 0xFFFFFFFF
    cuts = [np.flatnonzero(shard == s) for s in range(len(corpus.paths))]
    bands = len(Signed.read(corpus.paths[0])["bands"])
    recent = np.full(1 << max(16, min(22, int(n).bit_length() + 1)), -1, np.int64)
    found: list[I64] = []
    capped = 0
    keys = np.empty(n, np.uint64)
    for band in range(bands):
        for s, rows in enumerate(cuts):
            if len(rows):
                keys[rows] = Signed.read(corpus.paths[s])["bands"][band][column[rows]]
        rows = _shared(keys)
        order = rows[np.argsort(rank[rows], kind="stable")]
        order = order[np.argsort(keys[order], kind="stable")]
        same = keys[order[1:]] == keys[order[:-1]]
        begin = np.flatnonzero(np.concatenate(([True], ~same)))
        size = np.diff(np.append(begin, len(order)))
        pairs, over = _bucket_pairs(order, begin[size > 1], size[size > 1], options.max_bucket)
        capped += over
        pair = np.minimum(pairs[0], pairs[1]) * n + np.maximum(pairs[0], pairs[1])
        slot = (mix64(pair.astype(np.uint64)) >> np.uint64(64 - recent.size.bit_length() + 1)).astype(np.int64)
        new = recent[slot] != pair
        recent[slot] = pair
        found.append(pair[new])
        if len(found) > 12:
            found = [sorted_unique(np.concatenate(found))]
    return sorted_unique(np.concatenate(found)), capped


def _shared(keys: U64) -> I64:
    """Positions of keys that may occur more than once: no key that does is missed. Linear time."""
    bits = max(16, int(len(keys)).bit_length() + 2)
    slot = (keys >> np.uint64(64 - bits)).astype(np.int64)
    last = np.zeros(1 << bits, np.int32)
    position = np.arange(len(keys), dtype=np.int32)
    last[slot] = position
    crowded = np.zeros(1 << bits, bool)
    crowded[slot[last[slot] != position]] = True
    return np.flatnonzero(crowded[slot])


def _bucket_pairs(order: I64, begin: I64, size: I64, limit: int) -> tuple[tuple[I64, I64], int]:
    """Pairs inside buckets ``order[begin : begin + size]``; of a bucket above ``limit`` only leaders and neighbours."""
    reach = np.where(size <= limit, size - 1, _NEIGHBOURS)
    element = ranges(begin, size)
    offset = element - np.repeat(begin, size)
    left = np.repeat(size, size) - 1 - offset
    ahead = np.minimum(left, np.repeat(reach, size))
    first = np.repeat(element, ahead)
    second = ranges(element + 1, ahead)
    firsts, seconds = [order[first]], [order[second]]
    large = np.flatnonzero(size > limit)
    for bucket in large.tolist():
        rows = order[begin[bucket] : begin[bucket] + size[bucket]]
        firsts.append(np.repeat(rows[:_LEADERS], len(rows)))
        seconds.append(np.tile(rows, _LEADERS))
    a, b = np.concatenate(firsts), np.concatenate(seconds)
    keep = a != b
    return (a[keep], b[keep]), len(large)


def _members_of(pairs: I64, members: NDArray[np.int32], ends: I64) -> I64:
    """Pairs of nodes spelled out as pairs of the sentences that carry them (at most a few thousand a pair)."""
    n_nodes = max(len(ends) - 1, 1)
    a, b = pairs // n_nodes, pairs % n_nodes
    size_a, size_b = ends[a + 1] - ends[a], np.minimum(ends[b + 1] - ends[b], 64)
    size_a = np.minimum(size_a, 64)
    left = np.repeat(np.arange(len(a)), size_a)
    first = members[ranges(ends[a], size_a)].astype(np.int64)
    second_size = size_b[left]
    second = members[ranges(ends[b][left], second_size)].astype(np.int64)
    return _encode(np.repeat(first, second_size), second)


def _within(members: NDArray[np.int32], ends: I64, limit: int) -> tuple[I64, int]:
    """Pairs of sentences with one core."""
    size = np.diff(ends)
    wide = np.flatnonzero(size > 1)
    (a, b), over = _bucket_pairs(members.astype(np.int64), ends[wide], size[wide], limit)
    return _encode(a, b), over


def _encode(a: I64, b: I64) -> I64:
    return a << 32 | b
