"""Which sentences to compare: exact repeats collapsed, then everything that shares a band.

The work is done on *nodes*: a node is a distinct token sequence (of a sentence or of its core), so that a quote
carried by a thousand outlets is looked up once. Nodes are numbered in order of rank. Bands are read from the shards
one at a time, and a band is joined by sorting bare 64-bit numbers, key above node: false neighbours are possible
where the key is cut, and cost one comparison.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.corpus import Corpus
from cleaner.similar.options import DedupOptions
from cleaner.similar.ragged import I64, U64, first_positions, number_distinct, offsets_of, ranges, sorted_unique

I32 = NDArray[np.int32]
_NEIGHBOURS = 8  # of a node in a bucket too large to compare all with all
_LEADERS = 16  # best-ranked nodes of such a bucket, compared with everyone
_CARRIERS = 64  # best-ranked sentences that stand for a node when it is paired with another
_BLOCK = 1 << 17  # pairs handed out at a time


@dataclass(slots=True)
class Candidates:
    """Finds the pairs; afterwards ``capped`` is the number of buckets too large to compare all with all."""

    corpus: Corpus
    options: DedupOptions
    work_dir: Path | None
    capped: int = 0
    _runs: list[Path] = field(default_factory=list)

    def pairs(self, live: NDArray[np.bool_], priority: I32) -> Iterator[tuple[I32, I32]]:
        """Blocks of pairs of ``live`` sentences that share a band key or a core, the better-ranked first.

        A pair may come again in a later block.
        """
        members, ends, where = self._nodes(live, priority)
        with tempfile.TemporaryDirectory(dir=self.work_dir) as folder:
            found = self._band_pairs(where, Path(folder))
            for block in self._merged(found, max(1, len(where))):
                for at in range(0, len(block), _BLOCK):
                    yield from _blocks(_spell_out(block[at : at + _BLOCK], members, ends), priority)
        size = np.diff(ends)
        wide = np.flatnonzero(size > 1)
        first, second, capped = _bucket_pairs(members, ends[wide], size[wide], self.options.max_bucket)
        self.capped += capped
        yield from _blocks(_encode(first, second), priority)

    def _nodes(self, live: NDArray[np.bool_], priority: I32) -> tuple[I64, I64, I64]:
        """Sentences by node (ragged), and for each node a shard and column of its signature (shard << 32 | column)."""
        hashes, rows, where = [], [], []
        for shard in range(len(self.corpus.paths)):
            unit_row, unit_hash = self.corpus.read(shard, "unit_row"), self.corpus.read(shard, "unit_hash")
            wanted = live[unit_row + int(self.corpus.bases[shard])]
            if self.options.exact_t is not None:  # whole sentences only
                wanted &= unit_hash == self.corpus.read(shard, "exact")[unit_row]
            rows.append((unit_row[wanted] + int(self.corpus.bases[shard])).astype(np.int64))
            hashes.append(unit_hash[wanted])
            where.append((np.int64(shard) << 32) + self.corpus.read(shard, "unit_sig")[wanted])
        if not rows:
            return np.empty(0, np.int64), np.zeros(1, np.int64), np.empty(0, np.int64)
        row, place = np.concatenate(rows), np.concatenate(where)
        by_rank = _order(priority[row])
        row, place = row[by_rank], place[by_rank]
        number, distinct = number_distinct(np.concatenate(hashes)[by_rank])
        first = first_positions(number, len(distinct))
        order = _order(first)
        renumber = np.empty(len(order), np.int64)
        renumber[order] = np.arange(len(order))
        node = renumber[number]
        members = row[_order(node)]
        return members, offsets_of(np.bincount(node, minlength=len(order))), place[first[order]]

    def _band_pairs(self, where: I64, folder: Path) -> list[I64]:
        """Sorted runs of node pairs (low << 32 | high) that share a band key; long runs go to files in ``folder``."""
        n = len(where)
        shard, column = where >> 32, where & 0xFFFFFFFF
        cuts = [(s, rows) for s in range(len(self.corpus.paths)) if len(rows := np.flatnonzero(shard == s))]
        bits = np.uint64(max(1, n.bit_length()))
        nodes, low_bits = np.arange(n, dtype=np.uint64), (np.uint64(1) << bits) - np.uint64(1)
        limit = self.options.memory // 64
        found: list[I64] = []
        keys = np.empty(n, np.uint64)
        for band in range(self.corpus.bands if n > 1 else 0):
            for s, rows in cuts:
                keys[rows] = self.corpus.band(s, band)[column[rows]]
            packed = (keys & ~low_bits) | nodes
            packed.sort()
            same = packed[1:] >> bits == packed[:-1] >> bits
            hit = np.zeros(n, bool)
            hit[1:] = same
            hit[:-1] |= same
            order = (packed[hit] & low_bits).astype(np.int64)
            key = packed[hit] >> bits
            begin = np.flatnonzero(np.concatenate((np.ones(min(1, len(key)), bool), key[1:] != key[:-1])))
            size = np.diff(np.append(begin, len(order)))
            first, second, capped = _bucket_pairs(order, begin, size, self.options.max_bucket)
            self.capped += capped
            found.append(sorted_unique(_encode(first, second)))
            if sum(map(len, found)) > limit or len(found) > 8:
                found = [sorted_unique(np.concatenate(found))]
                if len(found[0]) > limit:
                    self._runs.append(folder / f"{len(self._runs)}.npy")
                    np.save(self._runs[-1], found.pop())
        return found

    def _merged(self, found: list[I64], nodes: int) -> Iterator[I64]:
        """All runs as one, duplicates dropped, in parts that fit in memory: ranges of the first node."""
        runs: list[I64] = [*found, *(np.load(path, mmap_mode="r") for path in self._runs)]
        total = sum(map(len, runs))
        parts = max(1, min(nodes, -(-total // max(1, self.options.memory // 64))))
        for part in range(parts):
            low, high = part * nodes // parts << 32, (part + 1) * nodes // parts << 32
            pieces = [run[np.searchsorted(run, low) : np.searchsorted(run, high)] for run in runs]
            yield sorted_unique(np.concatenate(pieces)) if pieces else np.empty(0, np.int64)


def collapse(exact: U64, priority: I32, eligible: NDArray[np.bool_]) -> I32:
    """For every sentence the one of best rank with the same comparison form; itself where it is not eligible."""
    best = np.arange(len(exact), dtype=np.int32)
    rows = np.flatnonzero(eligible)
    rows = rows[_order(priority[rows])]
    number, distinct = number_distinct(exact[rows])
    best[rows] = rows[first_positions(number, len(distinct))][number]
    return best


def _order(values: NDArray[np.integer]) -> I64:
    """Stable order of non-negative numbers below 2**31: a sort of bare integers, faster than ``argsort``."""
    packed = values.astype(np.int64) << 32 | np.arange(len(values), dtype=np.int64)
    packed.sort()
    return packed & 0xFFFFFFFF


def _bucket_pairs(order: I64, begin: I64, size: I64, limit: int) -> tuple[I64, I64, int]:
    """Pairs inside buckets ``order[begin : begin + size]``; of a bucket above ``limit`` only leaders and neighbours."""
    reach = np.where(size <= limit, size - 1, _NEIGHBOURS)
    element = ranges(begin, size)
    left = np.repeat(begin + size - 1, size) - element
    ahead = np.minimum(left, np.repeat(reach, size))
    firsts, seconds = [order[np.repeat(element, ahead)]], [order[ranges(element + 1, ahead)]]
    large = np.flatnonzero(size > limit)
    for bucket in large.tolist():
        rows = order[begin[bucket] : begin[bucket] + size[bucket]]
        leaders = rows[:_LEADERS]
        firsts.append(np.repeat(leaders, len(rows) - len(leaders)))
        seconds.append(np.tile(rows[_LEADERS:], len(leaders)))
    return np.concatenate(firsts), np.concatenate(seconds), len(large)


def _spell_out(pairs: I64, members: I64, ends: I64) -> I64:
    """Pairs of nodes as pairs of the sentences that carry them."""
    a, b = pairs >> 32, pairs & 0xFFFFFFFF
    size_a, size_b = np.minimum(ends[a + 1] - ends[a], _CARRIERS), np.minimum(ends[b + 1] - ends[b], _CARRIERS)
    left = np.repeat(np.arange(len(a)), size_a)
    first = members[ranges(ends[a], size_a)]
    return _encode(np.repeat(first, size_b[left]), members[ranges(ends[b][left], size_b[left])])


def _blocks(pairs: I64, priority: I32) -> Iterator[tuple[I32, I32]]:
    """Pairs, each once, the better-ranked first, in blocks."""
    low, high = pairs >> 32, pairs & 0xFFFFFFFF
    swap = priority[low] > priority[high]
    low, high = np.where(swap, high, low), np.where(swap, low, high)
    pairs = sorted_unique(_encode(low, high)[low != high])
    for at in range(0, len(pairs), _BLOCK):
        part = pairs[at : at + _BLOCK]
        yield (part >> 32).astype(np.int32), (part & 0xFFFFFFFF).astype(np.int32)


def _encode(a: I64, b: I64) -> I64:
    return a << 32 | b
