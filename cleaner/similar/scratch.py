"""Arrays with one entry a sentence: in memory while they are small, else in a file that the system pages in and out."""

from __future__ import annotations

import mmap
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SHARE = 64
"""An array above one part in so many of the memory lies in a file: about a dozen of them are alive at a time."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """Where arrays lie that do not fit into their share of ``memory`` bytes; without a folder all are in memory."""

    folder: Path | None
    memory: int

    def full(self, n: int, dtype: Any, value: Any) -> NDArray[Any]:
        """(n,) array of ``value``. A file of it has no name any more, and goes with the array."""
        kind = np.dtype(dtype)
        if self.folder is None or n * kind.itemsize <= self.memory // _SHARE:
            return np.full(n, value, kind)
        with tempfile.TemporaryFile(dir=self.folder) as file:
            file.truncate(n * kind.itemsize)
            out = np.memmap(file, kind, "r+", shape=(n,)).view(np.ndarray)
        for at in range(0, n if value else 0, 1 << 20):
            out[at : at + (1 << 20)] = value
        return out

    def release(self, *arrays: NDArray[Any]) -> None:
        """Let go of the memory of those that lie in files; what is in them stays, and is paged in when asked for."""
        for array in arrays:
            owner: Any = array
            while owner is not None and not isinstance(owner, mmap.mmap):
                owner = getattr(owner, "base", None)
            if owner is not None and hasattr(mmap, "MADV_DONTNEED"):
                owner.madvise(mmap.MADV_DONTNEED)

    def numbers(self, n: int, dtype: Any) -> NDArray[Any]:
        """0, 1, ... n - 1."""
        out = self.full(n, dtype, 0)
        for at in range(0, n, 1 << 20):
            out[at : at + (1 << 20)] = np.arange(at, min(n, at + (1 << 20)), dtype=dtype)
        return out
