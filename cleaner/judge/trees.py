"""Gradient-boosted oblivious trees, evaluated in numpy: the arithmetic of CatBoost models, without CatBoost.

Method: Prokhorenkova et al., CatBoost: unbiased boosting with categorical features, NeurIPS 2018. Every tree asks the
same question on each level, so a line's leaf is a number of as many bits, made of comparisons of whole columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.errors import UsageError

Odds = NDArray[np.float64]
_MANY = 3_000
_BLOCK = 256
"""Rows of a block: its answers stay in the processor's cache."""


def columns_of(asked: Sequence[str], names: Sequence[str]) -> NDArray[np.int64]:
    """Where each feature of ``asked`` stands in ``names``; ``UsageError`` when one is not there."""
    place = {name: i for i, name in enumerate(names)}
    missing = [name for name in asked if name not in place]
    if missing:
        raise UsageError(f"the judge was trained on other features: {', '.join(missing[:5])}", code="weights")
    return np.array([place[name] for name in asked], np.int64)


@dataclass(frozen=True, slots=True)
class Forest:
    """``trees`` trees of ``depth`` questions: is feature ``feature[t, i]`` greater than ``border[t, i]``?"""

    feature: NDArray[np.int16]
    border: NDArray[np.float32]
    leaf: NDArray[np.float32]
    """(trees, 2**depth): what each leaf adds to the log-odds."""
    bias: float
    names: tuple[str, ...]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Forest:
        """The forest stored under ``prefix`` in a weights file."""
        names = tuple(bytes(arrays[prefix + "names"]).decode().split("\n"))
        return cls(
            np.asarray(arrays[prefix + "feature"], np.int16),
            np.asarray(arrays[prefix + "border"], np.float32),
            np.asarray(arrays[prefix + "leaf"], np.float32),
            float(arrays[prefix + "bias"][0]),
            names,
        )

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """The forest as arrays for a weights file."""
        return {
            prefix + "feature": self.feature,
            prefix + "border": self.border,
            prefix + "leaf": self.leaf,
            prefix + "bias": np.array([self.bias], np.float64),
            prefix + "names": np.frombuffer("\n".join(self.names).encode(), np.uint8),
        }

    def columns(self, names: Sequence[str]) -> NDArray[np.int64]:
        """Where each of the forest's features stands in ``names``; ``UsageError`` when one is not there."""
        return columns_of(self.names, names)

    def log_odds(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds of each row of ``values`` (lines, names)."""
        return self._tree_by_tree(values) if len(values) >= _MANY else self._all_trees(values)

    def _tree_by_tree(self, values: NDArray[np.float32]) -> Odds:
        """For many rows: whole columns, one tree after the other."""
        trees, depth = self.feature.shape
        columns = np.ascontiguousarray(values.T)
        total = np.full(len(values), self.bias, np.float64)
        leaf = np.empty(len(values), np.uint8)
        answer = np.empty(len(values), np.bool_)
        bit = answer.view(np.uint8)
        added = np.empty(len(values), np.float32)
        feature, border = self.feature.tolist(), self.border
        for tree in range(trees):
            asked = feature[tree]
            np.greater(columns[asked[depth - 1]], border[tree, depth - 1], out=answer)
            leaf[:] = bit
            for level in range(depth - 2, -1, -1):
                np.greater(columns[asked[level]], border[tree, level], out=answer)
                np.add(leaf, leaf, out=leaf)
                np.bitwise_or(leaf, bit, out=leaf)
            self.leaf[tree].take(leaf, out=added, mode="clip")
            total += added
        return total

    def _all_trees(self, values: NDArray[np.float32]) -> Odds:
        """For few rows: all trees at once, a block of rows after the other. The sums are in the same order."""
        trees, depth = self.feature.shape
        asked, border = self.feature.T.ravel(), self.border.T.reshape(-1, 1)
        leaves, begin = self.leaf.ravel(), (np.arange(trees, dtype=np.int32) << depth)[:, None]
        out = np.empty(len(values), np.float64)
        for low in range(0, len(values), _BLOCK):
            part = np.ascontiguousarray(values[low : low + _BLOCK].T)
            rows = part.shape[1]
            if rows == 1:  # a single column would be summed pairwise
                part = np.repeat(part, 2, axis=1)
            answer = (part[asked] > border).view(np.uint8).reshape(depth, trees, -1)
            leaf = answer[depth - 1].copy()
            for level in range(depth - 2, -1, -1):
                leaf += leaf
                leaf |= answer[level]
            added = np.empty((trees + 1, part.shape[1]), np.float64)
            added[0], added[1:] = self.bias, leaves.take(leaf + begin, mode="clip")
            out[low : low + rows] = np.add.reduce(added, axis=0)[:rows]
        return out


def probability(log_odds: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """The logistic function, without overflow."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))), np.float32)


def log_odds(score: NDArray[np.floating[Any]]) -> Odds:
    """The inverse of ``probability``."""
    safe = np.clip(score.astype(np.float64), 1e-7, 1 - 1e-7)
    return np.asarray(np.log(safe / (1 - safe)))


LEAD = 1.4
"""Log-odds that what knows leftovers of pages must have ahead of what knows insertions: at this the two lose about
equally much content on the development pages."""
SHARE = 0.15
"""Share of the network in every score: it knows whole pages better than the forests, and insertions less well."""


def agreement(first: Odds, topic: Odds, network: Odds) -> Odds:
    """Log-odds of the forest of leftovers, the forest of insertions and the network together.

    Out of fold it finds more at the same loss than any of the three, on both tasks.
    """
    page = (first + network) / 2 - LEAD
    return (1 - SHARE) * np.maximum(page, topic) + SHARE * network
