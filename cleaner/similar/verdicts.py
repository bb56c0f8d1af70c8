"""What comparing says of pairs of sentences, and what clustering remembers of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.runs import Runs
from cleaner.similar.scratch import Scratch


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The judgement of n pairs."""

    similarity: NDArray[np.float64]
    """Share of words that align, or are explained, counted on both sides."""
    merged: NDArray[np.bool_]
    kind: NDArray[np.uint8]
    veto: NDArray[np.uint8]
    """Index into ``facts.REASONS``: why not merged."""


OPEN, APART = np.float32(-2), np.float32(-1)
"""Scores of pairs that were not compared yet, and of pairs that are kept apart."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """n pairs of sentences, each once, the better-ranked first; comparing them fills in ``score`` and ``kind``."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    score: NDArray[np.float32]
    """Similarity of those that are the same sentence, else ``OPEN`` or ``APART``."""
    kind: NDArray[np.uint8]

    @classmethod
    def gathered(cls, runs: Runs, scratch: Scratch) -> Pairs:
        """The packed pairs of ``runs``, of which nothing is known; many lie in files."""
        most = runs.bound()
        first, second = scratch.full(most, np.int32, 0), scratch.full(most, np.int32, 0)
        n = 0
        for packed in runs.merged():
            here = slice(n, n + len(packed))
            first[here], second[here] = packed >> 32, packed & 0xFFFFFFFF
            n += len(packed)
            scratch.release(first, second)
        score, kind = scratch.full(n, np.float32, OPEN), scratch.full(n, np.uint8, 0)
        scratch.release(score)
        return cls(first[:n], second[:n], score, kind)

    @classmethod
    def of(cls, packed: NDArray[np.int64]) -> Pairs:
        """Pairs (first << 32 | second) of which nothing is known."""
        n = len(packed)
        ends = (packed >> 32).astype(np.int32), (packed & 0xFFFFFFFF).astype(np.int32)
        return cls(*ends, np.full(n, OPEN), np.zeros(n, np.uint8))

    def __len__(self) -> int:
        return len(self.first)

    def packed(self) -> NDArray[np.int64]:
        """int64 (n,): first << 32 | second."""
        return self.first.astype(np.int64) << 32 | self.second

    def take(self, rows: NDArray[Any]) -> Pairs:
        """Those at ``rows`` (numbers or a mask), as copies."""
        return Pairs(self.first[rows], self.second[rows], self.score[rows], self.kind[rows])
