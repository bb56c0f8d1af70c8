"""Cut sentences out of signed shards and put cuts together: shards that a cluster of machines can move about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.ragged import I64, offsets_of, ranges
from cleaner.similar.shard import Signed
from cleaner.similar.sign import SHAPE_SHIFT, WORD_MASK


def take(signed: Signed, rows: I64) -> Signed:
    """The sentences ``rows`` (each once, in any order) as a shard of their own, with only the words and signatures they
    use."""
    lengths = np.diff(signed["offsets"])[rows]
    tokens = signed["tokens"][ranges(signed["offsets"][rows], lengths)]
    used, word = _renumbered(tokens & np.uint32(WORD_MASK), len(signed["word_hash"]))
    ends = signed["word_ends"]
    begins = np.concatenate(([0], ends[:-1])).astype(np.int64)
    sizes = (ends - begins)[used]
    position = np.full(len(signed), -1, np.int32)
    position[rows] = np.arange(len(rows), dtype=np.int32)
    units = np.flatnonzero(position[signed["unit_row"]] >= 0)
    columns, column = _renumbered(signed["unit_sig"][units], signed["bands"].shape[1])
    return Signed(
        {
            **{name: signed[name][rows] for name in ("doc", "start", "exact", "core", "bits")},
            "offsets": offsets_of(lengths),
            "tokens": word.astype(np.uint32) | (tokens >> np.uint32(SHAPE_SHIFT) << np.uint32(SHAPE_SHIFT)),
            "unit_row": position[signed["unit_row"][units]],
            "unit_hash": signed["unit_hash"][units],
            "unit_sig": column.astype(np.int32),
            "bands": np.ascontiguousarray(signed["bands"][:, columns]),
            "words": signed["words"][ranges(begins[used], sizes)],
            "word_ends": np.cumsum(sizes).astype(np.int64),
            "word_hash": signed["word_hash"][used],
        }
    )


def _renumbered(numbers: NDArray[np.integer], limit: int) -> tuple[I64, I64]:
    """The distinct ones of ``numbers``, which are below ``limit``, and the place of each of ``numbers`` among them."""
    there = np.zeros(limit, bool)
    there[numbers] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[numbers]


def concat(parts: Sequence[Signed]) -> Signed:
    """Several shards, at least one, as one; words and signatures of two shards are not unified."""
    out = {}
    for name in ("doc", "start", "exact", "core", "bits", "unit_hash", "words", "word_hash"):
        out[name] = np.concatenate([p[name] for p in parts])
    out["offsets"] = offsets_of(np.concatenate([np.diff(p["offsets"]) for p in parts]))
    out["bands"] = np.concatenate([p["bands"] for p in parts], axis=1)
    rows, words, text, columns = (
        offsets_of(np.array(sizes, np.int64))
        for sizes in (
            [len(p) for p in parts],
            [len(p["word_hash"]) for p in parts],
            [len(p["words"]) for p in parts],
            [p["bands"].shape[1] for p in parts],
        )
    )
    out["tokens"] = np.concatenate([p["tokens"] + np.uint32(w) for p, w in zip(parts, words[:-1], strict=True)])
    out["word_ends"] = np.concatenate([p["word_ends"] + t for p, t in zip(parts, text[:-1], strict=True)])
    out["unit_row"] = np.concatenate([p["unit_row"] + np.int32(r) for p, r in zip(parts, rows[:-1], strict=True)])
    out["unit_sig"] = np.concatenate([p["unit_sig"] + np.int32(c) for p, c in zip(parts, columns[:-1], strict=True)])
    return Signed(out)
