"""Shifts and means over neighbouring lines that never cross from one document into the next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

OUTSIDE = np.float32(-9)
"""What stands for a neighbour beyond the document's first or last line."""

Column = NDArray[np.float32]


class Windows:
    """Looks around each line of documents that begin at ``first`` (documents + 1)."""

    def __init__(self, first: NDArray[np.int64]) -> None:
        size = np.diff(first)
        self._low = np.repeat(first[:-1], size)
        self._high = np.repeat(first[1:], size)
        self._doc = np.repeat(np.arange(len(size)), size)
        self._documents = len(size)

    def _inside(self, step: int) -> tuple[slice, slice, NDArray[np.bool_]]:
        """Target and source slices of a shift, and which targets stay in their document."""
        n = len(self._low)
        width = max(n - abs(step), 0)
        target, source = (slice(n - width, n), slice(0, width)) if step < 0 else (slice(0, width), slice(n - width, n))
        return target, source, self._doc[target] == self._doc[source]

    def shift(self, column: Column, step: int) -> Column:
        """The value ``step`` lines on, ``OUTSIDE`` beyond the document."""
        out = np.full(len(column), OUTSIDE, np.float32)
        target, source, inside = self._inside(step)
        out[target] = np.where(inside, column[source], OUTSIDE)
        return out

    def mean(self, column: Column, low: int, high: int) -> Column:
        """Mean over the lines ``low..high`` away (both included, 0 not among them), ``OUTSIDE`` where there is none."""
        total = np.zeros(len(column), np.float32)
        count = np.zeros(len(column), np.float32)
        for step in range(low, high + 1):
            target, source, inside = self._inside(step)
            total[target] += np.where(inside, column[source], np.float32(0))
            count[target] += inside
        return np.where(count > 0, total / np.maximum(count, 1), OUTSIDE).astype(np.float32)

    def document_mean(self, column: Column, weight: Column) -> Column:
        """Mean of the document's lines by ``weight``, 0 where no line has weight. Sums are over integers."""
        value = np.rint(column.astype(np.float64) * weight * 4096).astype(np.int64)
        total = np.bincount(self._doc, value, minlength=self._documents)
        mass = np.bincount(self._doc, weight, minlength=self._documents)
        return (np.where(mass > 0, total / np.maximum(mass, 1) / 4096, 0)[self._doc]).astype(np.float32)

    def running(self, column: Column) -> tuple[Column, Column]:
        """Mean over all lines before and over all lines after each line; ``OUTSIDE`` where there is none."""
        n = len(column)
        value = np.rint(column.astype(np.float64) * 4096).astype(np.int64)
        total = np.zeros(n + 1, np.int64)
        np.cumsum(value, out=total[1:])
        at = np.arange(n)
        before, after = at - self._low, self._high - at - 1
        ahead = np.where(before > 0, (total[at] - total[self._low]) / np.maximum(before, 1) / 4096, OUTSIDE)
        behind = np.where(after > 0, (total[self._high] - total[at + 1]) / np.maximum(after, 1) / 4096, OUTSIDE)
        return ahead.astype(np.float32), behind.astype(np.float32)
