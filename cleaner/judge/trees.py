"""Gradient-boosted oblivious trees, evaluated in numpy: the arithmetic of CatBoost models, without CatBoost.

Method: Prokhorenkova et al., CatBoost: unbiased boosting with categorical features, NeurIPS 2018. Every tree asks the
same question on each level, so a line's leaf is a number of as many bits, made of comparisons of whole columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


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

    def log_odds(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds of each row of ``values`` (lines, names)."""
        trees, depth = self.feature.shape
        columns = np.ascontiguousarray(values.T)
        asked = {
            (int(f), float(b)): columns[f] > b
            for f, b in set(zip(self.feature.ravel().tolist(), self.border.ravel()))
        }
        total = np.full(len(values), self.bias, np.float64)
        for tree in range(trees):
            leaf = np.zeros(len(values), np.uint8)
            for level in range(depth):
                answer = asked[int(self.feature[tree, level]), float(self.border[tree, level])]
                leaf |= answer.view(np.uint8) << np.uint8(level)
            total += self.leaf[tree].take(leaf)
        return total


def probability(log_odds: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """The logistic function, without overflow."""
    return (1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))).astype(np.float32)
