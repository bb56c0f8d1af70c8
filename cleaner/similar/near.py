"""What of a corpus lies near some of its sentences: everything that shares a band key with one of them.

Found by one scan over the columns of band keys. Whoever shares the tokens of a sentence or its core has its keys too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.corpus import Corpus
from cleaner.similar.ragged import I64, U64, sorted_unique

Bool = NDArray[np.bool_]
UNIT = -1
"""Stands for a band where a key is the hash of a unit."""
_FILTER_BITS = (16, 26)


class Crowd(NamedTuple):
    """Live sentences of which not all are compared with all: of one band key, or with one unit."""

    band: int
    key: int
    counted: bool
    """More than a bucket may hold, which is what ``capped`` counts."""
    ranked: I64
    """What is in it, best rank first: hashes of units, or of one unit the sentences."""
    members: I64
    """The sentences."""
    owner: I64
    """Which of ``ranked`` each of them carries."""


@dataclass(frozen=True, slots=True)
class Near:
    """The signatures that share a key with one of the ``fresh`` sentences."""

    fresh: Bool
    """(n,) by sentence."""
    columns: Sequence[Bool]
    """By shard, the signatures that share any key."""
    hits: Sequence[Sequence[tuple[NDArray[np.int32], U64]]]
    """By shard and band, the signatures that share its key, and their keys."""

    @classmethod
    def of(cls, corpus: Corpus, fresh: Bool, keys: Sequence[U64], most: int) -> Near | None:
        """Whatever has one of ``keys`` (``keys_of`` the fresh sentences); ``None`` where that is more than ``most`` keys."""
        filters = [_Filter(each) for each in keys[:UNIT]]
        columns, hits = [], []
        total = 0
        for shard in range(len(corpus.paths)):
            any_of = np.zeros(corpus.signatures(shard), bool)
            hits.append([wanted(corpus.band(shard, band)) for band, wanted in enumerate(filters)])
            for at, _ in hits[-1]:
                any_of[at] = True
                total += len(at)
            columns.append(any_of)
            if total > most:
                return None
        return cls(fresh, columns, hits)

    def count(self) -> int:
        """Signatures that share any key."""
        return sum(int(each.sum()) for each in self.columns)


def keys_of(corpus: Corpus, sentences: Bool) -> list[U64]:
    """By band the distinct keys of some sentences, and last (``UNIT``) the hashes of their units, ascending."""
    found: list[list[U64]] = [[np.empty(0, np.uint64)] for _ in range(corpus.bands + 1)]
    for shard in range(len(corpus.paths)):
        mine = sentences[corpus.bases[shard] : corpus.bases[shard + 1]]
        if not mine.any():
            continue
        units = np.flatnonzero(mine[corpus.read(shard, "unit_row")])
        columns = sorted_unique(corpus.read(shard, "unit_sig")[units])
        for band in range(corpus.bands):
            found[band].append(corpus.band(shard, band)[columns])
        found[UNIT].append(corpus.read(shard, "unit_hash")[units])
    return [sorted_unique(np.concatenate(each)) for each in found]


class _Filter:
    """Finds those of many keys that are among a few: by a table of their leading bits, then by bisection."""

    def __init__(self, keys: U64) -> None:
        low, high = _FILTER_BITS
        bits = min(max(low, len(keys).bit_length() + 7), high)
        self._keys, self._shift = keys, np.uint64(64 - bits)
        self._table = np.zeros(1 << bits, bool)
        self._table[(keys >> self._shift).astype(np.int64)] = True

    def __call__(self, keys: U64) -> tuple[NDArray[np.int32], U64]:
        """Where they are, and the keys."""
        maybe = np.flatnonzero(self._table[(keys >> self._shift).view(np.int64)])
        asked = keys[maybe]
        if len(maybe):
            at = np.minimum(np.searchsorted(self._keys, asked), len(self._keys) - 1)
            same = self._keys[at] == asked
            maybe, asked = maybe[same], asked[same]
        return maybe.astype(np.int32), asked
