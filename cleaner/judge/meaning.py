"""Nearness in meaning, at the price of a look-up: static word vectors, each line against the article's own core."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.chars import Batch

CORE = 64
"""Paragraphs that a line is compared with, spread evenly over a longer article: keeps long documents linear."""
CORE_WORDS = 10
NONE = np.float32(-2)
"""Stands where a line has no known words or an article no core."""

Column = NDArray[np.float32]
NAMES = (
    "near", "near_one", "near_far", "centre", "title_near", "previous_near", "next_near", "bridge", "span_before",
    "span_after", "span_across", "near_doc", "centre_doc", "near_above", "centre_above",
)  # fmt: skip


def line_vectors(
    batch: Batch, place: NDArray[np.int32], weight: NDArray[np.int64], vectors: NDArray[np.int8]
) -> NDArray[np.float32]:
    """Unit vectors of the lines, zero for lines without known words. Sums stay below 2**24: exact in any order."""
    out = np.zeros((batch.lines, vectors.shape[1]), np.float32)
    known = np.flatnonzero(place >= 0)
    line = batch.word_line[known]
    count = np.bincount(line, minlength=batch.lines)
    begin = np.cumsum(count) - count
    order = np.argsort(-count, kind="stable")
    count, begin = count[order], begin[order]
    share = (weight[known] >> 4).astype(np.float32)
    place = place[known]
    for turn in range(int(count[0]) if len(count) else 0):
        longer = int(np.searchsorted(-count, -turn))
        at = begin[:longer] + turn
        out[:longer] += vectors.take(place[at], axis=0) * share[at, None]
    out[order] = out.copy()
    size = np.sqrt(np.einsum("ij,ij->i", out, out))
    out /= np.maximum(size, 1e-6)[:, None]
    return out


def nearness(batch: Batch, unit: NDArray[np.float32], core: NDArray[np.bool_]) -> dict[str, Column]:
    """How near each line is to its article, cosines.

    ``core`` marks the lines that may vouch. ``near``: mean of the three nearest core lines; ``near_one``: the nearest;
    ``near_far``: the three nearest that are not within two lines; ``centre``: the core's mean without the line itself;
    ``title_near``: the document's first two lines; ``previous_near``/``next_near``/``bridge``: the lines before and
    after, and these with each other; ``span_*``: the three core lines before and after, and these with each other;
    ``*_doc`` the core lines' own mean, ``*_above`` the difference from it.
    """
    table = np.full((batch.lines, len(NAMES)), NONE, np.float32)
    known = np.einsum("ij,ij->i", unit, unit) > 0
    for low, high in zip(batch.first[:-1].tolist(), batch.first[1:].tolist(), strict=True):
        rows = np.flatnonzero(core[low:high] & known[low:high])
        if len(rows) >= 2:
            _document(table[low:high], unit[low:high], known[low:high], rows)
    _local(batch, unit, known, table)
    return {name: np.ascontiguousarray(table[:, i]) for i, name in enumerate(NAMES)}


def _document(
    table: NDArray[np.float32], unit: NDArray[np.float32], known: NDArray[np.bool_], rows: NDArray[np.int64]
) -> None:
    """Fills the columns of one document that need its core."""
    lines = len(unit)
    number = np.arange(lines)
    mates = rows if len(rows) <= CORE else rows[np.linspace(0, len(rows) - 1, CORE).astype(np.int64)]
    alike = unit @ unit[mates].T
    apart = np.abs(number[:, None] - mates[None, :])
    alike[apart == 0] = -1
    best = -np.partition(-alike, min(2, len(mates) - 1), axis=1)[:, :3]
    table[:, 0] = best.mean(axis=1)
    table[:, 1] = best.max(axis=1)
    alike[apart <= 2] = -1
    far = -np.partition(-alike, min(2, len(mates) - 1), axis=1)[:, :3]
    table[:, 2] = far.mean(axis=1)
    total = unit[rows].sum(axis=0)
    rest = np.broadcast_to(total, unit.shape).copy()
    rest[rows] -= unit[rows]
    length = np.maximum(np.sqrt(np.einsum("ij,ij->i", rest, rest)), 1e-6)
    table[:, 3] = np.einsum("ij,ij->i", unit, rest) / length
    head = unit[:2].sum(axis=0)
    table[:, 4] = unit @ (head / max(float(np.sqrt(head @ head)), 1e-6))
    table[:2, 4] = unit[:2] @ (total / max(float(np.sqrt(total @ total)), 1e-6))
    _spans(table, unit, rows)
    table[~known] = NONE
    table[:, 11] = table[rows, 0].mean()
    table[:, 12] = table[rows, 3].mean()
    table[known, 13] = table[known, 0] - table[known, 11]
    table[known, 14] = table[known, 3] - table[known, 12]


def _spans(table: NDArray[np.float32], unit: NDArray[np.float32], rows: NDArray[np.int64]) -> None:
    """The three core lines before and after each line."""
    running = np.zeros((len(rows) + 1, unit.shape[1]), np.float64)
    np.cumsum(unit[rows], axis=0, out=running[1:])
    left = np.searchsorted(rows, np.arange(len(unit)))
    right = np.searchsorted(rows, np.arange(len(unit)), side="right")
    before = (running[left] - running[np.maximum(left - 3, 0)]).astype(np.float32)
    after = (running[np.minimum(right + 3, len(rows))] - running[right]).astype(np.float32)
    for part in (before, after):
        part /= np.maximum(np.sqrt(np.einsum("ij,ij->i", part, part)), 1e-6)[:, None]
    table[:, 8] = np.where(left > 0, np.einsum("ij,ij->i", unit, before), NONE)
    table[:, 9] = np.where(right < len(rows), np.einsum("ij,ij->i", unit, after), NONE)
    table[:, 10] = np.where((left > 0) & (right < len(rows)), np.einsum("ij,ij->i", before, after), NONE)


def _local(batch: Batch, unit: NDArray[np.float32], known: NDArray[np.bool_], table: NDArray[np.float32]) -> None:
    """The lines directly before and after."""
    near = np.einsum("ij,ij->i", unit[1:], unit[:-1])
    both = known[1:] & known[:-1] & (batch.doc[1:] == batch.doc[:-1])
    table[1:, 5] = np.where(both, near, NONE)
    table[:-1, 6] = np.where(both, near, NONE)
    across = np.einsum("ij,ij->i", unit[2:], unit[:-2])
    both = known[2:] & known[:-2] & (batch.doc[2:] == batch.doc[:-2])
    table[1:-1, 7] = np.where(both, across, NONE)
