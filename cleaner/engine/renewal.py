"""What of a shard's output still stands: the lines of documents about which nothing changed are copied, not made again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
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
    """The lines that a shard has so far."""

    seq: I64
    made_of: I64
    counts: Mapping[str, I64]
    """By file, how many lines each document has."""
    tallies: Sequence[Mapping[str, int]]
    parts: Mapping[str, Sequence[bytes]]

    @classmethod
    def load(cls, state: State, name: str) -> Earlier:
        """What ``save`` kept and the parts hold."""
        kept = shards.read_arrays(state.path(f"{name}.made.arrow"))
        tallies = json.loads(state.path(f"{name}.tallies.json").read_text(encoding="utf-8"))
        parts = {kind: state.path(f"{name}.{kind}").read_bytes().split(b"\n")[:-1] for kind in KINDS}
        return cls(kept["seq"], kept["made_of"], {kind: kept[kind] for kind in KINDS}, tallies, parts)

    def lines(self, changed: NDArray[np.bool_]) -> Iterator[Lines | None]:
        """The lines of each document, ``None`` for those that are ``changed``."""
        ends = {kind: np.cumsum(self.counts[kind]).tolist() for kind in KINDS}
        begin = dict.fromkeys(KINDS, 0)
        for i, again in enumerate(changed.tolist()):
            end = {kind: ends[kind][i] for kind in KINDS}
            documents, removed, sentences = (self.parts[kind][begin[kind] : end[kind]] for kind in KINDS)
            begin = end
            yield None if again else Lines(documents, removed, sentences, self.tallies[i])


def save(state: State, name: str, seqs: I64, made_of: I64, lines: Sequence[Lines]) -> tuple[list[str], Counter[str]]:
    """Write the parts of a shard, and what ``Earlier`` needs; the files' names and the tally."""
    counts = {kind: np.array([len(getattr(each, kind)) for each in lines], np.int64) for kind in KINDS}
    shards.write_arrays(state.path(f"{name}.made.arrow"), {"seq": seqs, "made_of": made_of, **counts})
    state.path(f"{name}.tallies.json").write_text(json.dumps([dict(each.tally) for each in lines]), encoding="utf-8")
    for kind in KINDS:
        with state.path(f"{name}.{kind}").open("wb") as handle:
            handle.writelines(line + b"\n" for each in lines for line in getattr(each, kind))
    tally: Counter[str] = Counter()
    for each in lines:
        tally.update(each.tally)
    return [f"{name}.{kind}" for kind in ("made.arrow", "tallies.json", *KINDS)], tally
