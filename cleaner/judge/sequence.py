"""A small convolutional network over the lines of a document: what a line is, in the light of the lines around it.

Dilated convolutions (Yu and Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016) with the mean and
the maximum of the whole document beside each; trained in ``cleaner.train.sequence``, evaluated here in numpy. Weights and
activations are small whole numbers (post-training quantization: Jacob et al., CVPR 2018), so every sum of a product is
exact in float32: a line's score does not depend on the documents judged with it, nor on the machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.trees import columns_of

Array = NDArray[np.float32]
TAPS = 5
DILATIONS = (1, 3, 7)
"""Lines between the taps of each convolution: together they reach 22 lines to both sides."""
LEVELS = 127
"""Largest activation."""
FINE = 16
"""Steps of one standard deviation of an input."""
MEAN_STEPS = 4
"""A document's mean activation is kept in steps of a quarter."""
EXACT = 1 << 24
"""Whole numbers below this are exact in float32."""
_REACH = (TAPS // 2) * max(DILATIONS)


@dataclass(frozen=True, slots=True)
class Network:
    """Weights of a network of ``hidden`` channels over inputs ``names``. All weight arrays hold whole numbers."""

    names: tuple[str, ...]
    low: Array
    high: Array
    """An input is cut to this range first."""
    mean: Array
    step: Array
    """Size of one whole number of each input: its standard deviation / FINE."""
    kinds: NDArray[np.int64]
    """For inputs that name a kind (0, 1, ...): how many kinds; each becomes so many inputs of 0 or 1. 0 for numbers."""
    weight: tuple[Array, ...]
    """First (inputs, hidden), then for each dilation (TAPS * hidden, hidden), then for each dilation (2 * hidden, hidden),
    last (2 * hidden, 1)."""
    scale: tuple[Array, ...]
    """What one whole number of each output of a product is worth."""
    bias: tuple[Array, ...]
    level: Array
    """Activations: whole numbers a unit, for the first layer and after each convolution."""

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Network:
        """The network stored under ``prefix`` in a weights file."""
        count = 2 + 2 * len(DILATIONS)

        def several(name: str) -> tuple[Array, ...]:
            return tuple(np.asarray(arrays[f"{prefix}{name}{i}"], np.float32) for i in range(count))

        plain = {
            name: np.asarray(arrays[prefix + name], np.float32) for name in ("low", "high", "mean", "step", "level")
        }
        return cls(
            tuple(bytes(arrays[prefix + "names"]).decode().split("\n")),
            kinds=np.asarray(arrays[prefix + "kinds"], np.int64),
            weight=several("weight"),
            scale=several("scale"),
            bias=several("bias"),
            **plain,
        )

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """The network as arrays for a weights file."""
        out: dict[str, NDArray[Any]] = {
            prefix + "names": np.frombuffer("\n".join(self.names).encode(), np.uint8),
            prefix + "kinds": self.kinds.astype(np.uint8),
        }
        for name in ("low", "high", "mean", "step", "level"):
            out[prefix + name] = getattr(self, name)
        for i, (weight, scale, bias) in enumerate(zip(self.weight, self.scale, self.bias, strict=True)):
            out[f"{prefix}weight{i}"] = weight.astype(np.int16)
            out[f"{prefix}scale{i}"] = scale
            out[f"{prefix}bias{i}"] = bias
        return out

    def columns(self, names: Sequence[str]) -> NDArray[np.int64]:
        """Where each input stands in ``names``; ``UsageError`` when one is not there."""
        return columns_of(self.names, names)

    def log_odds(self, values: Array, first: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log-odds of every line: ``values`` (lines, features ``names``), document i has lines ``first[i]:first[i+1]``."""
        if not len(values):
            return np.zeros(0)
        place = _Layout(first)
        start = inputs(values, self.low, self.high, self.mean, self.step, self.kinds)
        hidden = np.maximum(start @ self.weight[0] * self.scale[0] + self.bias[0], 0)
        whole = opening = place.spread(self._whole(hidden, 0))
        for i, dilation in enumerate(DILATIONS):
            about = self._about(whole, place, 1 + len(DILATIONS) + i)
            added = place.convolve(whole, self.weight[1 + i], dilation)
            added *= self.scale[1 + i]
            added += (about + self.bias[1 + i])[place.doc]
            np.maximum(added, 0, out=added)
            added += whole[_REACH:-_REACH] / self.level[i]
            whole = place.frame(self._whole(added, i + 1))
        width = whole.shape[1]
        last = self.weight[-1][:, 0]
        scale = self.scale[-1]
        out = (whole @ last[:width]) * scale[0] + (opening @ last[width:]) * scale[1] + self.bias[-1][0]
        return np.asarray(out[place.rows], np.float64)

    def _whole(self, hidden: Array, layer: int) -> Array:
        """Activations as whole numbers, in place."""
        hidden *= self.level[layer]
        np.rint(hidden, out=hidden)
        np.minimum(hidden, np.float32(LEVELS), out=hidden)
        return hidden

    def _about(self, whole: Array, place: _Layout, layer: int) -> Array:
        """What the mean and the maximum of each document add to its lines, (documents, hidden)."""
        mean, top = place.summary(whole)
        both = np.concatenate([np.rint(mean * MEAN_STEPS), top * MEAN_STEPS], axis=1).astype(np.float32)
        return np.asarray(both @ self.weight[layer] * self.scale[layer] + self.bias[layer], np.float32)


def inputs(values: Array, low: Array, high: Array, mean: Array, step: Array, kinds: NDArray[np.int64]) -> Array:
    """Whole numbers for ``values`` (lines, inputs): numbers in steps, then the kinds as 0 or FINE."""
    number = kinds == 0
    cut = np.minimum(np.maximum(values, low), high)
    parts = [np.clip(np.rint((cut[:, number] - mean[number]) / step[number]), -LEVELS, LEVELS)]
    for column in np.flatnonzero(~number).tolist():
        many = int(kinds[column])
        parts.append(np.eye(many, dtype=np.float32)[np.clip(values[:, column], 0, many - 1).astype(np.int64)] * FINE)
    return np.asarray(np.concatenate(parts, axis=1), np.float32)


class _Layout:
    """Lines laid out with empty rows before, between and after documents, so that no line sees another document."""

    def __init__(self, first: NDArray[np.int64]) -> None:
        size = np.diff(first)
        doc = np.repeat(np.arange(len(size)), size)
        self.rows = np.arange(int(first[-1])) + _REACH * (doc + 1)
        self._total = int(first[-1]) + _REACH * (len(size) + 1)
        self._begin = first[:-1] + _REACH * np.arange(1, len(size) + 1)
        self._size = np.maximum(size, 1)[:, None]
        # of the rows between the first and the last empty ones
        self.doc = np.repeat(np.arange(len(size)), size + _REACH)[:-_REACH] if len(size) else doc
        self._empty = np.ones(self._total, np.bool_)
        self._empty[self.rows] = False

    def spread(self, values: Array) -> Array:
        """``values`` of the lines with the empty rows between."""
        out = np.zeros((self._total, values.shape[1]), np.float32)
        out[self.rows] = values
        return out

    def frame(self, inner: Array) -> Array:
        """``inner``, rows between the first and the last empty ones, with these, and with nothing in the others."""
        out = np.zeros((self._total, inner.shape[1]), np.float32)
        out[_REACH:-_REACH] = inner
        out[self._empty] = 0
        return out

    def convolve(self, spread: Array, weight: Array, dilation: int) -> Array:
        """Sum over the taps, for all rows but the first and last empty ones."""
        width = weight.shape[1]
        each = spread @ weight.reshape(TAPS, -1, width).transpose(1, 0, 2).reshape(-1, TAPS * width)
        rows = self._total - 2 * _REACH
        out = np.zeros((rows, width), np.float32)
        for tap in range(TAPS):
            low = _REACH + (tap - TAPS // 2) * dilation
            out += each[low : low + rows, tap * width : (tap + 1) * width]
        return out

    def summary(self, spread: Array) -> tuple[Array, Array]:
        """Mean and maximum of each document, (documents, hidden). Sums of whole numbers, exact up to 132,000 lines."""
        mean = np.add.reduceat(spread, self._begin, axis=0) / self._size
        return mean.astype(np.float32), np.maximum.reduceat(spread, self._begin, axis=0)
