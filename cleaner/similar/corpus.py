"""The signed shards of a run as one numbered corpus, read array by array."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.similar import kernels
from cleaner.similar.ragged import I64, U64, offsets_of, ranges
from cleaner.similar.shard import layout
from cleaner.similar.sign import SHAPE_SHIFT, WORD_MASK


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an array lies in a shard's file."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int


class Corpus:
    """Signed shards, numbered through: sentence i of shard s is ``bases[s] + i``.

    Arrays are read from the files when asked for, and only them: nothing of a shard stays in memory.
    """

    def __init__(self, paths: Sequence[Path | str]) -> None:
        self.paths = [Path(p) for p in paths]
        self._places = [_places(p) for p in self.paths]
        self.bases: I64 = offsets_of(np.array([p["exact"].shape[0] for p in self._places], np.int64))

    def __len__(self) -> int:
        return int(self.bases[-1])

    @property
    def bands(self) -> int:
        """Bands of the signatures."""
        return self._places[0]["bands"].shape[0] if self._places else 0

    def signatures(self, shard: int) -> int:
        """Distinct signatures of a shard."""
        return self._places[shard]["bands"].shape[1]

    def read(self, shard: int, name: str) -> NDArray[Any]:
        """One array of one shard."""
        place = self._places[shard][name]
        return np.fromfile(self.paths[shard], place.dtype, int(np.prod(place.shape)), offset=place.offset).reshape(
            place.shape
        )

    def band(self, shard: int, band: int) -> U64:
        """Keys of one band of one shard, as the leading bits of 64."""
        place = self._places[shard]["bands"]
        width = place.shape[1]
        keys = np.fromfile(self.paths[shard], np.uint32, width, offset=place.offset + band * width * 4)
        return np.asarray(keys.astype(np.uint64) << np.uint64(32))

    def column(self, name: str) -> NDArray[Any]:
        """One per-sentence array of all shards."""
        parts = [self.read(s, name) for s in range(len(self.paths))]
        return np.concatenate(parts) if parts else np.empty(0, np.uint64 if name == "exact" else np.int64)

    def rows(self, name: str, rows: I64) -> NDArray[Any]:
        """One per-sentence array at ascending ``rows``; of a shard with few of them only the pages they lie on."""
        shape = self._places[0][name].shape[1:] if self.paths else ()
        out = np.empty((len(rows), *shape), self._places[0][name].dtype if self.paths else np.int64)
        cuts = np.searchsorted(rows, self.bases).tolist()
        for shard, (low, high) in enumerate(itertools.pairwise(cuts)):
            if low < high:
                place = self._places[shard][name]
                whole = (high - low) * 16 > place.shape[0]
                source = self.read(shard, name) if whole else self._mapped(shard, name)
                np.take(source, rows[low:high] - self.bases[shard], axis=0, out=out[low:high], mode="clip")
        return out

    def _mapped(self, shard: int, name: str) -> NDArray[Any]:
        place = self._places[shard][name]
        return np.memmap(self.paths[shard], place.dtype, "r", place.offset, place.shape)

    def lengths(self, out: NDArray[np.int32]) -> NDArray[np.int32]:
        """Tokens of every sentence, written into ``out``."""
        for s in range(len(self.paths)):
            out[self.bases[s] : self.bases[s + 1]] = np.diff(self.read(s, "offsets"))
        return out

    def gather(self, rows: I64) -> Gathered:
        """Tokens of the sentences ``rows``, which must ascend."""
        parts: list[tuple[Any, ...]] = []
        cuts = np.searchsorted(rows, self.bases)
        for shard in range(len(self.paths)):
            mine = rows[cuts[shard] : cuts[shard + 1]] - self.bases[shard]
            if not len(mine):
                continue
            offsets, hashes = self.read(shard, "offsets"), self.read(shard, "word_hash")
            base = np.int64(shard) << 32
            core = self.read(shard, "core")[mine]
            size = offsets[mine + 1] - offsets[mine]
            place = self._places[shard]["tokens"]
            if int(size.sum()) * 4 > place.shape[0]:
                tokens = self.read(shard, "tokens")
            else:
                tokens = self._mapped(shard, "tokens")
            if kernels.compiled is not None:
                found, flags, size, where = kernels.compiled.gather_tokens(tokens, offsets, mine, hashes, int(base))
                parts.append((found, flags, size, core, where))
                continue
            token = np.asarray(tokens[ranges(offsets[mine], size)])
            number = (token & np.uint32(WORD_MASK)).astype(np.int64)
            flags = (token >> np.uint32(SHAPE_SHIFT)).astype(np.uint8)
            parts.append((hashes[number], flags, size, core, base + number))
        if not parts:
            empty = np.empty(0, np.uint64)
            return Gathered(
                rows,
                empty,
                empty.astype(np.uint8),
                np.zeros(1, np.int64),
                np.empty((0, 2), np.int32),
                empty.astype(np.int64),
            )
        hashes, flags, size, core, where = (np.concatenate(x) for x in zip(*parts, strict=True))
        return Gathered(rows, hashes, flags, offsets_of(size), core, where)

    def marks(self, rows: I64) -> tuple[NDArray[np.uint8], I64]:
        """Of the tokens of the sentences ``rows``, which must ascend: one byte of each word's hash; and offsets."""
        found, sizes = [np.empty(0, np.uint8)], [np.empty(0, np.int64)]
        cuts = np.searchsorted(rows, self.bases)
        for shard in np.flatnonzero(np.diff(cuts)).tolist():
            mine = rows[cuts[shard] : cuts[shard + 1]] - self.bases[shard]
            offsets, tokens = self.read(shard, "offsets"), self.read(shard, "tokens")
            mark = (self.read(shard, "word_hash") >> np.uint64(56)).astype(np.uint8)
            sizes.append(offsets[mine + 1] - offsets[mine])
            found.append(mark[tokens[ranges(offsets[mine], sizes[-1])] & np.uint32(WORD_MASK)])
        return np.concatenate(found), offsets_of(np.concatenate(sizes))

    def spell(self, where: I64) -> list[str]:
        """The words at (shard << 32 | word number)."""
        out = np.empty(len(where), object)
        for shard in range(len(self.paths)):
            mine = np.flatnonzero(where >> 32 == shard)
            if not len(mine):
                continue
            ends = self.read(shard, "word_ends")
            number = where[mine] & 0xFFFFFFFF
            begin = np.where(number > 0, ends[number - 1], 0)
            size = ends[number] - begin
            text = self.read(shard, "words")[ranges(begin, size)].tobytes()
            cuts = offsets_of(size).tolist()
            out[mine] = [text[a:b].decode("utf-8", "surrogatepass") for a, b in itertools.pairwise(cuts)]
        return list(out)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Tokens of some sentences (ascending global numbers ``rows``)."""

    rows: I64
    hashes: U64
    flags: NDArray[np.uint8]
    """Two low bits of case, then ``sign.BREAK``: a clause may end after the token."""
    offsets: I64
    core: NDArray[np.int32]
    where: I64
    """Shard << 32 | word number of every token, to look its spelling up."""


def _places(path: Path) -> dict[str, _Place]:
    """Where the arrays of a shard lie in its file."""
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        whole = source.read_buffer(source.size())
        table = pa.ipc.open_file(pa.BufferReader(whole)).read_all()
        return {
            name: _Place(dtype, shape, data.address - whole.address + offset)
            for name, dtype, shape, offset, data in layout(table)
        }
