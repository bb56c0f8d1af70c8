"""Distinct numbers in ascending order, gathered from more arrays than fit into memory: sorted runs, merged by ranges."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from cleaner.similar.ragged import I64, sorted_unique

_MERGED = 1 << 19
"""Numbers that wait to be sorted, at least."""
_SAMPLES = 64
"""Of each part that is merged at once, so many of every run are looked at to find where it ends."""


class Runs:
    """Holds about ``most`` numbers in memory, without a ``folder`` all of them; the rest is in files without a name."""

    def __init__(self, folder: Path | None, most: int) -> None:
        self._folder, self._most = folder, max(1, most)
        self._held = np.empty(0, np.int64)
        self._waiting: list[I64] = []
        self._many = 0
        self._files: list[tuple[IO[bytes], int]] = []

    def add(self, numbers: I64) -> None:
        self._waiting.append(numbers)
        self._many += len(numbers)
        spill = self._folder is not None and self._many + len(self._held) > self._most
        if spill or self._many > max(len(self._held), _MERGED):
            self._settle()
        if self._folder is not None and len(self._held) > self._most:
            file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - lives as long as this
            self._held.tofile(file)
            self._files.append((file, len(self._held)))
            self._held = np.empty(0, np.int64)

    def _settle(self) -> None:
        if self._waiting:
            self._held = sorted_unique(np.concatenate((self._held, *self._waiting)))
            self._waiting, self._many = [], 0

    def bound(self) -> int:
        """At least as many as there are: what is in several runs counts several times."""
        self._settle()
        return len(self._held) + sum(size for _, size in self._files)

    def merged(self) -> Iterator[I64]:
        """All of them, ascending, in parts of about ``most``."""
        parts = -(-self.bound() // self._most)
        if not self._files:
            yield self._held
            return
        samples = [np.array(run[:: max(1, self._most // _SAMPLES)]) for run in self._runs()]
        sample = np.sort(np.concatenate(samples))
        cuts = sorted_unique(sample[[len(sample) * part // parts for part in range(1, parts)]])
        for low, high in itertools.pairwise([None, *cuts.tolist(), None]):
            yield sorted_unique(np.concatenate([_between(run, low, high) for run in self._runs()]))

    def _runs(self) -> Iterator[Any]:
        """The runs one after the other; of those in files only what is looked at, and only meanwhile, is in memory."""
        yield self._held
        for file, size in self._files:
            file.flush()
            yield np.memmap(file, np.int64, "r", shape=(size,))


def _between(run: Any, low: int | None, high: int | None) -> I64:
    begin = 0 if low is None else int(np.searchsorted(run, low))
    end = len(run) if high is None else int(np.searchsorted(run, high))
    return np.array(run[begin:end])
