"""What of a shard's output still stands: the lines of documents about which nothing changed are copied, not made again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from cleaner.engine.state import State
from cleaner.io import shards
from cleaner.similar.ragged import I64, U64, mix64, slice_hashes

KINDS = ("documents", "removed", "sentences")
"""Files whose lines belong to documents."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines that one document adds to each file, without line ends, and what it adds to the tally."""

    documents: Sequence[bytes]
    removed: Sequence[bytes]
    sentences: Sequence[bytes]
    tally: Mapping[str, int]


def digests(seqs: I64, tables: Mapping[str, Any], base: int) -> I64:
    """One for each document of a shard, of all that its lines are made of besides its text.

    ``tables``: removals, remarks, sentences (the first of the whole shard has the global number ``base``), credits by
    kept sentence, and copies.
    """
    out = np.zeros(len(seqs), np.uint64)
    sentence_seq = tables["sentences"]["seq"].to_numpy()
    for name, table in tables.items():
        if not table.num_rows:
            continue
        left_out = {"sentence", "kept"} if name in ("credits", "copies") else set()
        hashes = np.full(table.num_rows, np.uint64(len(name)))
        for number, column in enumerate(table.column_names):
            if column not in left_out:
                hashes = mix64(hashes ^ (_hashes(table[column]) + np.uint64(number)))
        if name == "credits":  # global numbers change where the text did not
            kept = table["kept"].to_numpy()
            owner = sentence_seq[kept - base]
            place = kept - base - np.searchsorted(sentence_seq, owner)
            hashes = mix64(hashes ^ mix64(place.view(np.uint64) + np.uint64(1)))
            hashes ^= (table["sentence"].to_numpy() == kept).astype(np.uint64)
        else:
            owner = table["seq"].to_numpy()
        run = np.arange(len(owner)) - np.searchsorted(owner, owner)
        np.add.at(out, np.searchsorted(seqs, owner), mix64(hashes ^ mix64(run.astype(np.uint64))))
    return out.view(np.int64)


def _hashes(column: Any) -> U64:
    """A 64-bit hash of each value of a column of numbers, texts or bytes; nulls differ from all."""
    import pyarrow as pa

    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    if pa.types.is_integer(array.type):
        return mix64(np.ascontiguousarray(array.to_numpy(zero_copy_only=False), np.int64).view(np.uint64))
    if pa.types.is_floating(array.type):
        return mix64(np.ascontiguousarray(array.to_numpy(zero_copy_only=False), np.float64).view(np.uint64))
    array = array.cast(pa.large_binary())
    _, ends, data = array.buffers()
    offsets = np.frombuffer(ends, np.int64)[array.offset : array.offset + len(array) + 1]
    low, high = int(offsets[0]), int(offsets[-1])
    text = np.frombuffer(data, np.uint8, high - low, low) if high > low else np.zeros(0, np.uint8)
    out = slice_hashes(np.concatenate((text, np.zeros(8, np.uint8))), offsets[:-1] - low, np.diff(offsets))
    out[array.is_null().to_numpy(zero_copy_only=False)] = np.uint64(1)
    return out


@dataclass(frozen=True)
class Earlier:
    """What a shard's parts hold so far, by document."""

    seq: I64
    made_of: I64
    rows: Mapping[str, I64]
    """By file, how many lines each document has."""
    sizes: Mapping[str, I64]
    """By file, how many bytes these are."""
    tallies: Sequence[Mapping[str, int]]

    @classmethod
    def load(cls, state: State, name: str) -> Earlier:
        """What ``save`` kept."""
        kept = shards.read_arrays(state.path(f"{name}.made.arrow"))
        tallies = orjson.loads(state.path(f"{name}.tallies.json").read_bytes())
        rows, sizes = ({kind: kept[f"{what}.{kind}"] for kind in KINDS} for what in ("rows", "sizes"))
        return cls(kept["seq"], kept["made_of"], rows, sizes, tallies)


def save(
    state: State, name: str, seqs: I64, made_of: I64, changed: NDArray[np.bool_], new: Sequence[Lines],
    earlier: Earlier | None,
) -> tuple[list[str], dict[str, int], Counter[str]]:  # fmt: skip
    """Write the parts of a shard, with ``new`` lines of the documents that ``changed``, and what ``Earlier`` needs.

    Returns the names of the files that were written (a part that comes out as it was is not), rows by file, the tally.
    """
    at = np.flatnonzero(changed)
    arrays: dict[str, I64] = {"seq": seqs, "made_of": made_of}
    files = []
    for kind in KINDS:
        lines = [getattr(each, kind) for each in new]
        texts = [b"".join(line + b"\n" for line in each) for each in lines]
        rows, sizes = (
            np.zeros(len(seqs), np.int64) if earlier is None else kept[kind].copy()
            for kept in ((earlier.rows, earlier.sizes) if earlier else ({}, {}))
        )
        ends = np.cumsum(sizes)
        begins = ends - sizes
        rows[at], sizes[at] = list(map(len, lines)), list(map(len, texts))
        arrays |= {f"rows.{kind}": rows, f"sizes.{kind}": sizes}
        path = state.path(f"{name}.{kind}")
        old = memoryview(path.read_bytes() if earlier else b"")
        if earlier and all(old[begins[i] : ends[i]] == text for i, text in zip(at.tolist(), texts, strict=True)):
            continue
        with path.open("wb") as handle:
            done = 0
            for i, text in zip(at.tolist(), texts, strict=True):
                handle.write(old[done : begins[i]])
                handle.write(text)
                done = int(ends[i])
            handle.write(old[done:])
        files.append(f"{name}.{kind}")
    tallies = list(earlier.tallies) if earlier else [{}] * len(seqs)
    for i, each in zip(at.tolist(), new, strict=True):
        tallies[i] = dict(each.tally)
    shards.write_arrays(state.path(f"{name}.made.arrow"), arrays)
    state.path(f"{name}.tallies.json").write_bytes(orjson.dumps(tallies))
    tally: Counter[str] = Counter()
    for told in tallies:
        tally.update(told)
    rows_of = {kind: int(arrays[f"rows.{kind}"].sum()) for kind in KINDS}
    return [*files, f"{name}.made.arrow", f"{name}.tallies.json"], rows_of, tally
