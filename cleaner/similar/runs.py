"""Distinct numbers in ascending order, gathered from more arrays than fit into memory: sorted runs, merged by ranges."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from cleaner.similar.ragged import I64, sorted_unique
from cleaner.similar.scratch import Scratch

_MERGED = 1 << 19
"""Numbers that wait to be sorted, at least."""
_BYTES = 512
"""Of the memory for each number held: those that wait, the copies that sorting makes, and other steps' arrays."""
_SAMPLES = 64
"""Of each part that is merged at once, so many of every run are looked at to find where it ends."""


class Runs:
    """Holds about ``most`` numbers in memory, without a ``folder`` all of them; the rest is in a file without a name."""

    def __init__(self, folder: Path | None, most: int) -> None:
        self._folder, self._most = folder, max(1, most)
        self._held = np.empty(0, np.int64)
        self._waiting: list[I64] = []
        self._many = 0
        self._file: IO[bytes] | None = None
        self._spilled: list[tuple[int, int]] = []
        """Where each run begins in the file, and how many numbers it has."""

    @classmethod
    def within(cls, scratch: Scratch) -> Runs:
        """Those that take their share of the memory of ``scratch``, and spill where it lies."""
        return cls(scratch.folder, scratch.memory // _BYTES)

    def add(self, numbers: I64) -> None:
        self._waiting.append(numbers)
        self._many += len(numbers)
        spill = self._folder is not None and self._many + len(self._held) > self._most
        if spill or self._many > max(len(self._held), _MERGED):
            self._settle()
        if self._folder is not None and len(self._held) > self._most:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - lives as long as this
            self._spilled.append((self._file.seek(0, os.SEEK_END), len(self._held)))
            self._held.tofile(self._file)
            self._file.flush()
            self._held = np.empty(0, np.int64)

    def _settle(self) -> None:
        if self._waiting:
            self._held = sorted_unique(np.concatenate((self._held, *self._waiting)))
            self._waiting, self._many = [], 0

    def bound(self) -> int:
        """At least as many as there are: what is in several runs counts several times."""
        self._settle()
        return len(self._held) + sum(size for _, size in self._spilled)

    def merged(self) -> Iterator[I64]:
        """All of them, ascending, in parts of about ``most``."""
        parts = -(-self.bound() // self._most)
        if self._file is None:
            yield self._held
            return
        step = max(1, self._most // _SAMPLES)
        sample = np.sort(np.concatenate([np.array(run[::step]) for run in self._runs()]))
        cuts = sorted_unique(sample[[len(sample) * part // parts for part in range(1, parts)]])
        ends = [[0, *np.searchsorted(run, cuts).tolist(), len(run)] for run in self._runs()]
        for part in range(len(cuts) + 1):
            pieces = [self._held[ends[0][part] : ends[0][part + 1]]]
            for (begin, _), at in zip(self._spilled, ends[1:], strict=True):
                self._file.seek(begin + at[part] * 8)
                pieces.append(np.fromfile(self._file, np.int64, at[part + 1] - at[part]))
            yield sorted_unique(np.concatenate(pieces))

    def _runs(self) -> Iterator[I64]:
        """The runs, each in memory only while it is looked at."""
        yield self._held
        for begin, size in self._spilled:
            assert self._file is not None
            yield np.memmap(self._file, np.int64, "r", begin, (size,))
