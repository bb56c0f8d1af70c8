"""Verdicts that are remembered from one clustering to the next: a growing corpus compares what is new.

A verdict depends on the two sentences alone, so it is kept under a hash of both: their words, case, punctuation and core.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock

import numpy as np

from cleaner.similar.corpus import Gathered
from cleaner.similar.ragged import I64, U64, mix64, row_hashes
from cleaner.similar.verdicts import Verdicts

_ROW = np.dtype([("key", "<u8"), ("similarity", "<f8"), ("kind", "u1"), ("veto", "u1"), ("merged", "u1")])


class Known:
    """Verdicts by the hash of a pair. Threads may share it."""

    def __init__(self, path: Path) -> None:
        """What ``save`` wrote to ``path``; nothing where there is no such file, or one that is cut off."""
        self._path = path
        self._lock = Lock()
        self._used: list[np.ndarray] = []
        try:
            self._rows = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            self._rows = np.empty(0, _ROW)

    def judge(self, tokens: Gathered, i: I64, j: I64, compare: Callable[[I64, I64], Verdicts]) -> Verdicts:
        """The verdicts on the pairs (i, j) of gathered sentences, by ``compare`` for those that are not known."""
        one = _contents(tokens)
        keys = mix64(one[i] * np.uint64(0x9E3779B97F4A7C15) + one[j])
        rows = np.empty(len(keys), _ROW)
        if len(self._rows):
            at = np.minimum(np.searchsorted(self._rows["key"], keys), len(self._rows) - 1)
            rows[:] = self._rows[at]
            new = np.flatnonzero(rows["key"] != keys)
        else:
            new = np.arange(len(keys))
        if len(new):
            found = compare(i[new], j[new])
            rows["key"][new] = keys[new]
            for name in ("similarity", "kind", "veto", "merged"):
                rows[name][new] = getattr(found, name)
        with self._lock:
            self._used.append(rows)
        return Verdicts(
            rows["similarity"].copy(), rows["merged"].astype(bool), rows["kind"].copy(), rows["veto"].copy()
        )

    def save(self) -> None:
        """Write the verdicts that were asked for since it was made; the others are forgotten."""
        used = np.concatenate([np.empty(0, _ROW), *self._used])
        used = used[np.unique(used["key"], return_index=True)[1]]
        with self._path.open("wb") as handle:
            np.save(handle, used, allow_pickle=False)


def _contents(tokens: Gathered) -> U64:
    """A hash of all that comparing looks at in each sentence."""
    size = np.diff(tokens.offsets)
    values = mix64(tokens.hashes + tokens.flags.astype(np.uint64))
    core = tokens.core.astype(np.uint64)
    return mix64(
        row_hashes(values, tokens.offsets[:-1], size) + core[:, 0] * np.uint64(0xD1342543DE82EF95) + core[:, 1]
    )
