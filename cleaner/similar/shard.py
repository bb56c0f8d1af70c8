"""A signed shard: the arrays of some sentences, as an Arrow table of one row an array.

In a file the arrays stay where they are until one is asked for: the file is mapped, not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = "cleaner-signed-6"
_ALIGNED = 64


@dataclass(frozen=True, slots=True)
class Signed:
    """What is known of n sentences without their text (V distinct words, U units, S distinct signatures).

    ============= ================ =====================================================================
    ``doc``       int64 (n,)       index of the document
    ``start``     int64 (n,)       where the sentence begins in it
    ``exact``     uint64 (n,)      hash of the comparison form; equal for exact duplicates
    ``offsets``   int64 (n + 1,)   where its tokens begin in ``tokens``
    ``tokens``    uint32 (tokens,) word number; the four highest bits are flags (``sign``)
    ``core``      int32 (n, 2)     first token and end of the core, relative to the sentence
    ``bits``      uint64 (n, 5)    bit sets of its words (4) and of the figures of its core, to screen pairs
    ``unit_row``  int32 (U,)       sentence of each unit (whole sentence; core, where it is another)
    ``unit_hash`` uint64 (U,)      hash of the unit's tokens
    ``unit_sig``  int32 (U,)       column of ``bands``
    ``bands``     uint32 (b, S)    band keys
    ``words``     uint8 (bytes,)   distinct words, UTF-8, one after the other
    ``word_ends`` int64 (V,)       where each word ends in ``words``
    ``word_hash`` uint64 (V,)      hash of each word, the same in every shard
    ============= ================ =====================================================================
    """

    arrays: Mapping[str, NDArray[Any]]

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.arrays[name]

    def __len__(self) -> int:
        return len(self.arrays["exact"])

    def to_table(self) -> Any:
        """The shard as a ``pyarrow.Table`` with columns name, dtype, shape, data."""
        import pyarrow as pa

        names = sorted(self.arrays)
        data = [np.ascontiguousarray(self.arrays[k]) for k in names]
        ends = np.cumsum([0, *(-(-a.nbytes // _ALIGNED) * _ALIGNED for a in data)], dtype=np.int64)
        whole = np.zeros(int(ends[-1]), np.uint8)  # each filled up, so that the next is aligned
        for array, at in zip(data, ends.tolist(), strict=False):
            whole[at : at + array.nbytes] = array.reshape(-1).view(np.uint8)
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(whole)]
        return pa.table(
            {
                "name": pa.array(names),
                "dtype": pa.array([a.dtype.str for a in data]),
                "shape": pa.array([list(a.shape) for a in data], pa.list_(pa.int64())),
                "data": pa.Array.from_buffers(pa.large_binary(), len(data), buffers),
            },
        ).replace_schema_metadata({"format": FORMAT})

    @staticmethod
    def from_table(table: Any) -> Signed:
        """The inverse of ``to_table``: views of the table's memory, nothing is copied."""
        arrays: dict[str, NDArray[Any]] = {}
        for name, dtype, shape, offset, buffer in layout(table):
            count = int(np.prod(shape))
            flat = np.frombuffer(buffer, dtype, count, offset) if count else np.empty(0, dtype)
            arrays[name] = flat.reshape(shape)
        return Signed(arrays)

    def write(self, path: Path | str) -> None:
        """Write an Arrow IPC file."""
        import pyarrow as pa

        table = self.to_table()
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)

    @staticmethod
    def read(path: Path | str) -> Signed:
        """Map a file of ``write``: pages are read when touched."""
        import pyarrow as pa

        with pa.memory_map(str(path)) as source:
            return Signed.from_table(pa.ipc.open_file(source).read_all())

    def word(self, number: int) -> str:
        """One distinct word."""
        ends = self["word_ends"]
        begin = int(ends[number - 1]) if number else 0
        return self["words"][begin : int(ends[number])].tobytes().decode("utf-8", "surrogatepass")


def layout(table: Any) -> list[tuple[str, np.dtype[Any], tuple[int, ...], int, Any]]:
    """Name, type, shape, offset and buffer of each array in a table of ``Signed.to_table``; refuses other tables."""
    if (table.schema.metadata or {}).get(b"format") != FORMAT.encode():
        raise ValueError(f"not a signed shard of format {FORMAT}: sign the sentences again")
    table = table.combine_chunks()
    column = table.column("data").chunk(0)
    _, ends, data = column.buffers()
    offsets = np.frombuffer(ends, np.int64)[column.offset :]
    names, dtypes, shapes = (table.column(c).to_pylist() for c in ("name", "dtype", "shape"))
    return [
        (name, np.dtype(dtype), tuple(shape), int(offset), data)
        for name, dtype, shape, offset in zip(names, dtypes, shapes, offsets.tolist(), strict=False)
    ]
