"""What the screen of pairs asks of a sentence, in order of rank: pairs are dropped where they are found.

Of text that nobody copied, so many pairs share a band by chance that they grow with the square of the sentences (2 a
sentence among 70,000 of news, 37 among 3.4 million made-up ones), and hardly one in ten shares half of its words.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.similar import kernels
from cleaner.similar.corpus import Corpus
from cleaner.similar.ragged import I64, U64
from cleaner.similar.scratch import Scratch

LEAST_ALIGNED = 0.65
"""Share of the shorter side's words that must align as they are before synonyms and typos are looked at."""
COLUMNS = 6
"""256 bits of hashed words, 64 of figures; then how many words may count, and above them what is said of its two nodes."""
_SEVERAL = 62
"""Bit of the last column, and the one above: the node, or that of the core, is carried by other sentences too."""
_SHARE = 8
"""The records that are looked at together may take one part in so many of the memory."""
_PAIRS = 1 << 16
"""Pairs at a time."""
_REMEMBERED = 1 << 18
"""Pairs that are remembered: copies of a sentence meet in most bands."""
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Sketches:
    """The records of sentences by rank, and what a pair of them needs."""

    records: NDArray[np.uint64]
    least: float
    veto: bool
    scratch: Scratch
    _seen: list[I64] = field(default_factory=list)
    """One for each thread: the pairs that were judged last."""

    @classmethod
    def of(
        cls, corpus: Corpus, priority: NDArray[np.int32], shared: I64, least: float, veto: bool, scratch: Scratch
    ) -> Sketches:
        """Of all sentences of ``corpus``; ``shared`` are the nodes that several of them carry, ascending."""
        n = len(priority)
        flat: NDArray[Any] = scratch.full(n * COLUMNS, np.uint64, 0)
        records = flat.reshape(n, COLUMNS)
        step = max(1, scratch.memory // _SHARE // (8 * COLUMNS))
        for low in range(0, n, step):
            part = np.zeros((min(step, n - low), COLUMNS), np.uint64)
            for shard, (begin, end) in enumerate(itertools.pairwise(corpus.bases.tolist())):
                rank = priority[begin:end]
                at = np.flatnonzero((rank >= low) & (rank < low + len(part)))
                if len(at):
                    bits, core = corpus.read(shard, "bits")[at], corpus.read(shard, "core")[at]
                    words = np.bitwise_count(bits[:, :4]).sum(axis=1, dtype=np.int32)
                    part[rank[at] - low, :5] = bits
                    part[rank[at] - low, 5] = np.minimum(words, core[:, 1] - core[:, 0])
            mine = shared[slice(*np.searchsorted(shared, [2 * low, 2 * (low + len(part))]))]
            for odd in (0, 1):
                part[(mine[mine & 1 == odd] >> 1) - low, 5] |= np.uint64(1) << np.uint64(_SEVERAL + odd)
            records[low : low + len(part)] = part
            scratch.release(flat)
        return cls(records, least, veto, scratch)

    def hopeful(self, pairs: I64) -> I64:
        """Those of the pairs of nodes (low << 32 | high) that ``verify.Screen`` would let pass, and all with a node that
        several sentences carry; in no order. What was in ``pairs`` is lost.

        A pair that was asked for before, in another band, may be left out.
        """
        reach = max(1, self.scratch.memory // _SHARE // (8 * COLUMNS)).bit_length()
        if len(self.records) >> (reach - 1) <= 1:
            return self._passing(pairs)
        packed = pairs.view(np.uint64)  # in place: there may be many
        pieces = [packed[at : at + _PAIRS] for at in range(0, len(packed), _PAIRS)]
        for piece in pieces:
            piece[:] = _by_range(piece, reach)
        packed.sort()  # the records of some pairs now lie near each other
        out = [np.empty(0, np.int64)]
        for piece in pieces:
            out.append(self._passing(_as_pairs(piece, reach)))
            self.scratch.release(self.records)
        return np.concatenate(out)

    def _passing(self, pairs: I64) -> I64:
        if kernels.compiled is not None:
            try:
                seen = self._seen.pop()
            except IndexError:
                seen = np.full(_REMEMBERED, -1, np.int64)
            found = kernels.compiled.hopeful(self.records, pairs, self.least, self.veto, seen)
            self._seen.append(seen)
            return found
        a, b = pairs >> 32, pairs & 0xFFFFFFFF
        x, y = self.records[a >> 1], self.records[b >> 1]
        several = (x[:, 5] >> (_SEVERAL + (a & 1)).astype(np.uint64)) | (
            y[:, 5] >> (_SEVERAL + (b & 1)).astype(np.uint64)
        )
        size = np.minimum(x[:, 5] & _LOW, y[:, 5] & _LOW).astype(np.float64)
        passing = np.bitwise_count(x[:, :4] & y[:, :4]).sum(axis=1, dtype=np.int32) >= self.least * size
        if self.veto:
            passing &= (x[:, 4] & ~y[:, 4] == 0) | (y[:, 4] & ~x[:, 4] == 0)
        kept: I64 = pairs[passing | (several & np.uint64(1) > 0)]
        return kept


def _by_range(pairs: U64, reach: int) -> U64:
    """Pairs as numbers whose order is by ranges of 2**reach of the second node, in each by the first."""
    low, high = pairs >> _HALF, pairs & _LOW
    cut, inner = np.uint64(reach), np.uint64((1 << reach) - 1)
    return np.asarray((high >> cut) << (_HALF + cut) | low << cut | high & inner, np.uint64)


def _as_pairs(packed: U64, reach: int) -> I64:
    """The other way round."""
    cut, inner = np.uint64(reach), np.uint64((1 << reach) - 1)
    low, high = packed >> cut & _LOW, packed >> (_HALF + cut) << cut | packed & inner
    return np.asarray(low << _HALF | high, np.uint64).view(np.int64)
