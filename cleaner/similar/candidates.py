"""Which sentences to compare: exact repeats collapsed, then everything that shares a band.

The work is done on *nodes*: a node is a distinct token sequence (of a sentence or of its core), so that a quote
carried by a thousand outlets is looked up once. A node's number is twice the rank of its best sentence, plus one where
it is that sentence's core, so nodes are numbered in order of rank. Bands are read from the shards one at a time, and a
band is joined by sorting bare 64-bit numbers, key above node: false neighbours are possible where the key is cut, and
cost one comparison.

What does not fit ``options.memory`` is done in parts, by ranges of the hashes, or spills.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cleaner.similar import kernels
from cleaner.similar.corpus import Corpus
from cleaner.similar.near import UNIT, Crowd, Near
from cleaner.similar.options import DedupOptions
from cleaner.similar.ragged import I64, U64, first_positions, number_distinct, offsets_of, ranges, sorted_unique
from cleaner.similar.runs import Runs
from cleaner.similar.scratch import Scratch
from cleaner.similar.sketches import LEAST_ALIGNED, Sketches
from cleaner.similar.threads import in_order

I32 = NDArray[np.int32]
U32 = NDArray[np.uint32]
_NEIGHBOURS = 8  # of a node in a bucket too large to compare all with all
_LEADERS = 16  # best-ranked nodes of such a bucket, compared with everyone
_CARRIERS = 64  # best-ranked sentences that stand for a node when it is paired with another
_BLOCKS = 1 << 17, 1 << 20  # pairs handed out at a time, by the memory: each block is looked up in all shards
_BLOCK_BYTES = 512
"""Bytes of memory for each pair of a block: what is looked up for it, with the copies, and the steps before it."""
_NO_NODE = np.uint32(0xFFFFFFFF)
_SHARE = 8
"""The arrays of one step may take one part in so many of the memory: several steps' arrays are alive at a time."""
_SORT_BYTES = 64
"""Bytes that grouping takes for each hash, with the copies that sorting makes."""


@dataclass(slots=True)
class _Nodes:
    """The nodes of live sentences."""

    number: list[U32]
    """By shard, the node of each signature; ``_NO_NODE`` where there is none, or another signature stands for it."""
    sentence: I32
    """By rank, the sentence."""
    shared: I64
    """Nodes that several sentences carry, ascending."""
    ends: I64
    """(shared + 1,) where the carriers of each begin in ``members``."""
    members: I64

    def carriers(self, nodes: I64) -> tuple[I64, I64]:
        """Where the carriers of each node begin in ``members`` followed by ``sentence``, and how many there are."""
        if not len(self.shared):
            return nodes >> 1, np.ones(len(nodes), np.int64)
        at = np.minimum(np.searchsorted(self.shared, nodes), len(self.shared) - 1)
        several = self.shared[at] == nodes
        size = np.where(several, np.minimum(self.ends[at + 1] - self.ends[at], _CARRIERS), 1)
        return np.where(several, self.ends[at], len(self.members) + (nodes >> 1)), size

    def at(self, places: I64) -> I64:
        """The sentences at such places."""
        own = places - len(self.members)
        out = self.sentence[np.maximum(own, 0)].astype(np.int64)
        inside = np.flatnonzero(own < 0)
        out[inside] = self.members[places[inside]]
        return out

    def of(self, nodes: I64) -> tuple[I64, I64]:
        """All sentences that carry the nodes, and which of the nodes each carries."""
        several, one = np.flatnonzero(np.isin(nodes, self.shared)), np.flatnonzero(~np.isin(nodes, self.shared))
        at = np.searchsorted(self.shared, nodes[several])
        size = np.diff(self.ends)[at]
        sentences = self.members[ranges(self.ends[at], size)], self.sentence[nodes[one] >> 1].astype(np.int64)
        return np.concatenate(sentences), np.concatenate((np.repeat(several, size), one))

    def fresh(self, sentences: NDArray[np.bool_], priority: I32, scratch: Scratch) -> NDArray[np.bool_]:
        """By node, whether one of ``sentences`` carries it."""
        out: NDArray[np.bool_] = scratch.full(2 * len(priority), bool, False)
        rank = priority[np.flatnonzero(sentences)].astype(np.int64)
        out[2 * rank] = out[2 * rank + 1] = True
        if len(self.shared):
            out[self.shared] = np.logical_or.reduceat(sentences[self.members], self.ends[:-1])
        return out


@dataclass(slots=True)
class Candidates:
    """Finds the pairs; afterwards ``capped`` is the number of buckets too large to compare all with all."""

    corpus: Corpus
    options: DedupOptions
    scratch: Scratch
    near: Near | None = None
    """Only pairs of which at least one sentence is among ``near.fresh`` are looked for."""
    crowds: list[Crowd] | None = None
    """Where a list, the crowds that are come across are added to it."""
    screened: bool = False
    """Whether pairs that ``verify.Screen`` would drop may be left out, where they are found."""
    capped: int = 0
    _crowded: list[tuple[int, I64]] = field(default_factory=list)
    """Band and nodes of buckets too large to compare all with all."""

    def pairs(self, live: NDArray[np.bool_], priority: I32) -> Iterator[tuple[I32, I32]]:
        """Blocks of pairs of ``live`` sentences that share a band key or a core, the better-ranked first.

        A pair may come again in a later block.
        """
        nodes = self._nodes(live, priority)
        found = self._band_pairs(nodes, priority)
        self._name_crowds(nodes)
        nodes.number.clear()
        least, top = _BLOCKS
        size = min(max(self.options.memory // (_BLOCK_BYTES * self.options.threads), least), top)
        for block in _of_size(found.merged(), size):
            yield from _blocks(self._wanted(_spell_out(block, nodes)), priority, size)
        first, second, capped = _bucket_pairs(
            nodes.members, nodes.ends[:-1], np.diff(nodes.ends), self.options.max_bucket
        )
        self.capped += capped
        yield from _blocks(self._wanted(_encode(first, second)), priority, size)

    def _wanted(self, pairs: I64) -> I64:
        """Those of the pairs of sentences that are looked for."""
        if self.near is None:
            return pairs
        fresh = self.near.fresh
        wanted: I64 = pairs[fresh[pairs >> 32] | fresh[pairs & 0xFFFFFFFF]]
        return wanted

    def _nodes(self, live: NDArray[np.bool_], priority: I32) -> _Nodes:
        """Groups the units of live sentences by their hash."""
        sentence = self.scratch.full(len(priority), np.int32, 0)
        for low in range(0, len(priority), _BLOCKS[0]):
            part = priority[low : low + _BLOCKS[0]]
            sentence[part] = np.arange(low, low + len(part), dtype=np.int32)
        columns = offsets_of(np.array([self.corpus.signatures(s) for s in range(len(self.corpus.paths))], np.int64))
        every = self.scratch.full(int(columns[-1]), np.uint32, _NO_NODE)
        number = [every[a:b] for a, b in itertools.pairwise(columns.tolist())]
        shared, sizes, members = [], [], []
        for low, high in hash_parts(len(live), self.options.memory):
            rank, hashes, where = self._units(live, priority, low, high)
            if not len(rank):
                continue
            by_rank = _order(rank)
            rank, hashes, where = rank[by_rank], hashes[by_rank], where[by_rank]
            of, distinct = number_distinct(hashes)
            first = first_positions(of, len(distinct))
            count = np.bincount(of)
            node, place = rank[first], where[first]
            for s in range(len(number)):
                mine = place >> 32 == s
                number[s][place[mine] & 0xFFFFFFFF] = node[mine]
            several = np.flatnonzero(count[of] > 1)
            several = several[_order(of[several])]
            wide = np.flatnonzero(count > 1)
            shared.append(node[wide])
            sizes.append(count[wide])
            members.append(sentence[rank[several] >> 1].astype(np.int64))
        none = np.empty(0, np.int64)
        nodes, size = np.concatenate([none, *shared]), np.concatenate([none, *sizes])
        order = np.argsort(nodes)
        at = ranges((np.cumsum(size) - size)[order], size[order])
        return _Nodes(number, sentence, nodes[order], offsets_of(size[order]), np.concatenate([none, *members])[at])

    def _units(self, live: NDArray[np.bool_], priority: I32, low: int, high: int) -> tuple[I64, U64, I64]:
        """Number (were it a node), hash and place (shard << 32 | signature) of live units with hashes in [low, high]."""
        rank, hashes, where = [np.empty(0, np.int64)], [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
        for shard, base in enumerate(self.corpus.bases[:-1].tolist()):
            row, unit = self.corpus.read(shard, "unit_row"), self.corpus.read(shard, "unit_hash")
            core = np.concatenate((np.zeros(min(1, len(row)), bool), row[1:] == row[:-1]))
            wanted = live[base : base + int(row.max(initial=-1)) + 1][row] & (unit >= low) & (unit <= high)
            if self.near is not None:
                wanted &= self.near.columns[shard][self.corpus.read(shard, "unit_sig")]
            if self.options.exact_t is not None:  # whole sentences only
                wanted &= unit == self.corpus.read(shard, "exact")[row]
            at = np.flatnonzero(wanted)
            rank.append(priority[row[at] + base].astype(np.int64) << 1 | core[at])
            hashes.append(unit[at])
            where.append((np.int64(shard) << 32) + self.corpus.read(shard, "unit_sig")[at])
        return np.concatenate(rank), np.concatenate(hashes), np.concatenate(where)

    def _band_pairs(self, nodes: _Nodes, priority: I32) -> Runs:
        """Node pairs (low << 32 | high) that share a band key."""
        number = nodes.number
        fresh = None if self.near is None else nodes.fresh(self.near.fresh, priority, self.scratch)
        sketches = None
        if self.screened and fresh is None:
            sketches = Sketches.of(self.corpus, priority, nodes.shared, LEAST_ALIGNED, self.options.veto, self.scratch)
        top = max((int(each[each != _NO_NODE].max(initial=0)) for each in number), default=0)
        bits = np.uint64(max(1, top.bit_length()))
        low_bits = (np.uint64(1) << bits) - np.uint64(1)
        threads = self.options.threads

        def joined(part: tuple[int, int, int]) -> tuple[I64, int]:
            if kernels.compiled is not None and fresh is None:
                packed = kernels.compiled.repeated(self._packed(number, *part, low_bits), int(bits))
                packed.sort()
                pairs, capped = kernels.compiled.bucket_pairs(
                    packed, int(bits), self.options.max_bucket, _NEIGHBOURS, _LEADERS
                )
                if not capped or self.crowds is None:  # the members of crowds are asked for below
                    return pairs, capped
            order, begin, size = _buckets(self._packed(number, *part, low_bits), bits, low_bits)
            first, second, capped = _bucket_pairs(order, begin, size, self.options.max_bucket)
            for at in np.flatnonzero(size > self.options.max_bucket).tolist() if self.crowds is not None else ():
                self._crowded.append((part[0], order[begin[at] : begin[at] + size[at]]))
            pairs = _encode(first, second)
            return pairs if fresh is None else pairs[fresh[first] | fresh[second]], capped

        def hopeful(part: tuple[int, int, int]) -> tuple[I64, int]:
            pairs, capped = joined(part)
            return pairs if sketches is None else sketches.hopeful(pairs), capped

        parts = [
            (band, low, high)
            for band in range(self.corpus.bands if top else 0)
            for low, high in hash_parts(
                self.near.count() if self.near else sum(map(len, number)), self.options.memory // threads, 24
            )
        ]
        found = Runs.within(self.scratch)
        for pairs, capped in in_order(hopeful, parts, threads):
            self.capped += capped
            found.add(pairs)
        return found

    def _packed(self, number: list[U32], band: int, low: int, high: int, low_bits: np.uint64) -> U64:
        """Keys of a band in [low, high], cut, with the nodes that have them below."""
        out, size = np.empty(self.near.count() if self.near else sum(map(len, number)), np.uint64), 0
        for shard, node in enumerate(number):
            if self.near is None:
                keys = self.corpus.band(shard, band)
            else:
                at, keys = self.near.hits[shard][band]
                keys, node = np.ascontiguousarray(keys), node[at]
            if kernels.compiled is not None:
                size = kernels.compiled.pack(keys, node, int(_NO_NODE), low, high, int(low_bits), out, size)
                continue
            wanted = (node != _NO_NODE) & (keys >= low) & (keys <= high)
            some = (keys[wanted] & ~low_bits) | node[wanted]
            out[size : size + len(some)] = some
            size += len(some)
        return out[:size]

    def _name_crowds(self, nodes: _Nodes) -> None:
        """Adds what ``_band_pairs`` came across to the crowds, and nodes that more sentences carry than stand for one."""
        if self.crowds is None:
            return
        limit = self.options.max_bucket
        heavy = np.flatnonzero(np.diff(nodes.ends) > _CARRIERS)
        every = sorted_unique(np.concatenate([nodes.shared[heavy], *(rows for _, rows in self._crowded)]))
        hashes, places = self._names(nodes.number, every)
        for at in heavy.tolist():
            members = nodes.members[nodes.ends[at] : nodes.ends[at + 1]]
            key = int(hashes[np.searchsorted(every, nodes.shared[at])])
            self.crowds.append(Crowd(UNIT, key, len(members) > limit, members, members, np.arange(len(members))))
        for band, rows in self._crowded:
            mine = np.searchsorted(every, rows)
            shard, column = divmod(int(places[mine[0]]), 1 << 32)
            key = int(self.corpus.band(shard, band)[column])
            self.crowds.append(Crowd(band, key, True, hashes[mine].view(np.int64), *nodes.of(rows)))

    def _names(self, number: list[U32], nodes: I64) -> tuple[U64, I64]:
        """Of nodes (ascending) the hash of each, and the place of its signature (shard << 32 | signature)."""
        hashes, places = np.zeros(len(nodes), np.uint64), np.zeros(len(nodes), np.int64)
        for shard, each in enumerate(number if len(nodes) else ()):
            columns = np.flatnonzero(each != _NO_NODE)
            at = np.minimum(np.searchsorted(nodes, each[columns]), len(nodes) - 1)
            wanted = nodes[at] == each[columns]
            columns, at = columns[wanted], at[wanted]
            places[at] = (np.int64(shard) << 32) + columns
            mine = np.full(len(each), -1, np.int64)
            mine[columns] = at
            unit = mine[self.corpus.read(shard, "unit_sig")] if len(columns) else np.empty(0, np.int64)
            there = np.flatnonzero(unit >= 0)
            hashes[unit[there]] = self.corpus.read(shard, "unit_hash")[there]
        return hashes, places


def hash_parts(count: int, memory: int, each: int = _SORT_BYTES) -> list[tuple[int, int]]:
    """Ranges [low, high] of 64-bit hashes, so that ``count`` of them at ``each`` bytes fit into their share, a part at a
    time."""
    parts = max(1, -(-count * each * _SHARE // memory))
    cuts = [(part << 64) // parts for part in range(parts + 1)]
    return [(a, b - 1) for a, b in itertools.pairwise(cuts)]


def _buckets(packed: U64, bits: np.uint64, low_bits: np.uint64) -> tuple[I64, I64, I64]:
    """Nodes that share a key with others, by key; where each bucket begins among them, and its size."""
    packed.sort()
    same = packed[1:] >> bits == packed[:-1] >> bits
    hit = np.zeros(len(packed), bool)
    hit[1:] = same
    hit[:-1] |= same
    packed = packed[hit]
    order, key = (packed & low_bits).astype(np.int64), packed >> bits
    begin = np.flatnonzero(np.concatenate((np.ones(min(1, len(key)), bool), key[1:] != key[:-1])))
    return order, begin, np.diff(np.append(begin, len(order)))


def collapse(corpus: Corpus, priority: I32, lengths: I32, least: int, scratch: Scratch) -> I32:
    """For every sentence the one of best rank with the same comparison form; itself where it has fewer than ``least``
    tokens."""
    best: I32 = scratch.numbers(len(priority), np.int32)
    for low, high in hash_parts(len(priority), scratch.memory):
        rows, hashes = [np.empty(0, np.int64)], [np.empty(0, np.uint64)]
        for shard, base in enumerate(corpus.bases[:-1].tolist()):
            exact = corpus.read(shard, "exact")
            at = np.flatnonzero((lengths[base : base + len(exact)] >= least) & (exact >= low) & (exact <= high))
            rows.append(at + base)
            hashes.append(exact[at])
        row = np.concatenate(rows)
        by_rank = _order(priority[row])
        row = row[by_rank]
        number, distinct = number_distinct(np.concatenate(hashes)[by_rank])
        best[row] = row[first_positions(number, len(distinct))][number]
    return best


def _order(values: NDArray[np.integer]) -> I64:
    """Stable order of non-negative numbers below 2**31: a sort of bare integers, faster than ``argsort``."""
    packed = values.astype(np.int64) << 32 | np.arange(len(values), dtype=np.int64)
    packed.sort()
    return packed & 0xFFFFFFFF


def crowd_pairs(crowd: Crowd, limit: int) -> tuple[I64, I64]:
    """Which of what is in a crowd are compared, as places in ``ranked``, the better-ranked first."""
    size = len(crowd.ranked)
    return _bucket_pairs(np.arange(size), np.zeros(1, np.int64), np.array([size]), limit)[:2]


def standing(crowd: Crowd) -> I64:
    """Of a crowd of one unit, the sentences that stand for it when it is paired with others."""
    return crowd.ranked[:_CARRIERS]


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


def _spell_out(pairs: I64, nodes: _Nodes) -> I64:
    """Pairs of nodes as pairs of the sentences that carry them."""
    if kernels.compiled is not None:
        return kernels.compiled.spell_out(pairs, nodes.shared, nodes.ends, nodes.members, nodes.sentence, _CARRIERS)
    (begin_a, size_a), (begin_b, size_b) = nodes.carriers(pairs >> 32), nodes.carriers(pairs & 0xFFFFFFFF)
    left = np.repeat(np.arange(len(pairs)), size_a)
    first = nodes.at(ranges(begin_a, size_a))
    return _encode(np.repeat(first, size_b[left]), nodes.at(ranges(begin_b[left], size_b[left])))


def _of_size(parts: Iterable[I64], size: int) -> Iterator[I64]:
    """The numbers of all parts, so many at a time."""
    held: list[I64] = []
    for part in parts:
        held.append(part)
        while sum(map(len, held)) >= size:
            joined = np.concatenate(held)
            yield joined[:size]
            held = [joined[size:]]
    yield np.concatenate([np.empty(0, np.int64), *held])


def _blocks(pairs: I64, priority: I32, size: int) -> Iterator[tuple[I32, I32]]:
    """Pairs, each once, the better-ranked first, in blocks of ``size``."""
    low, high = pairs >> 32, pairs & 0xFFFFFFFF
    swap = priority[low] > priority[high]
    low, high = np.where(swap, high, low), np.where(swap, low, high)
    pairs = sorted_unique(_encode(low, high)[low != high])
    for at in range(0, len(pairs), size):
        part = pairs[at : at + size]
        yield (part >> 32).astype(np.int32), (part & 0xFFFFFFFF).astype(np.int32)


def _encode(a: I64, b: I64) -> I64:
    return a << 32 | b
