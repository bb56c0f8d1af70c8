"""Pass 3 on one machine: from signed shards to clusters, and from clusters to who is credited with what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

from cleaner.config import Config
from cleaner.engine.credits import member_table, sort_members
from cleaner.engine.passes import dedup_options
from cleaner.engine.state import State, shard_name
from cleaner.io import shards

UNDATED = np.iinfo(np.int64).max


def find_clusters(
    state: State, count: int, bases: list[int], config: Config, views: tuple[Path, Path], threads: int,
    memory: Path | None,
) -> int:  # fmt: skip
    """Write both views of all clusters: by kept sentence and by copy. Returns how many buckets were capped.

    In ``memory`` the clustering is kept for the next time.
    """
    import pyarrow.parquet as pq

    from cleaner.similar.cluster import cluster
    from cleaner.similar.index import Memory

    temp = state.path("temp")
    temp.mkdir(exist_ok=True)
    signed = [state.path(f"{shard_name('judge', i)}.signatures.arrow") for i in range(count)]
    options = replace(dedup_options(config), threads=threads)
    kept = Memory(memory, _places(state, count, bases, temp)) if memory else None
    found = cluster(signed, temp, doc_ranks(state, count, config), options, kept)
    clusters = found.to_table()
    parts = []
    for number in range(count):
        part = temp / f"members-{number:06d}.parquet"
        sentences = shards.read_table(state.path(f"{shard_name('judge', number)}.sentences.arrow"))
        documents = shards.read_table(
            state.path(f"{shard_name('read', number)}.documents.arrow"), ("seq", "id", "source", "text")
        )
        pq.write_table(member_table(clusters, sentences, documents, bases[number]), part)
        parts.append(part)
    sort_members(parts, *views, config.memory, temp)
    return found.capped


def _places(state: State, count: int, bases: list[int], temp: Path) -> np.ndarray[Any, Any]:
    """Where each sentence stands, in a file; see ``similar.index.Memory``."""
    out = np.lib.format.open_memmap(temp / "places.npy", "w+", np.int64, (bases[-1], 2))
    for number in range(count):
        table = shards.read_table(state.path(f"{shard_name('judge', number)}.sentences.arrow"))
        seq, start, end = (table[name].to_numpy() for name in ("seq", "start", "end"))
        out[bases[number] : bases[number + 1], 0] = seq << 32 | start
        out[bases[number] : bases[number + 1], 1] = end
    return out


def doc_ranks(state: State, count: int, config: Config) -> np.ndarray[Any, Any]:
    """int64 by sequence number of the document: the smaller, the sooner its copy of a sentence is the kept one."""
    parts = [
        rank_columns(
            shards.read_table(
                state.path(f"{shard_name('read', number)}.documents.arrow"), ("seq", "source", "created")
            ),
            config,
        )
        for number in range(count)
    ]
    seq, date, place = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    ranks = np.zeros(int(seq.max()) + 1 if len(seq) else 0, np.int64)
    ranks[np.sort(seq)] = ranks_of(seq, date, place)
    return ranks


def rank_columns(documents: Any, config: Config) -> tuple[np.ndarray[Any, Any], ...]:
    """Sequence number, date and outlet's place (int64) of the documents of a table: what their order is made of."""
    order = {outlet.encode(): i for i, outlet in enumerate(config.outlet_order)}
    seq = documents["seq"].to_numpy()
    date = np.array([instant(v) for v in documents["created"].to_pylist()], np.int64)
    place = np.array([order.get(v, len(order)) for v in documents["source"].to_pylist()], np.int64)
    return seq, date * (config.keep != "first"), place * (config.keep == "outlets")


def ranks_of(
    seq: np.ndarray[Any, Any], date: np.ndarray[Any, Any], place: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Rank of each document, in ascending order of their sequence numbers: by place, then date, then the input."""
    ranks = np.empty(len(seq), np.int64)
    ranks[np.lexsort((seq, date, place))] = np.arange(len(seq))
    return ranks[np.argsort(seq)]


def instant(created: bytes | None) -> int:
    """Seconds of an ISO 8601 date, for the order; undated comes last, a day without a time is its first second."""
    if not created:
        return UNDATED
    try:
        moment = datetime.fromisoformat(created.decode().replace("Z", "+00:00"))
    except ValueError:
        return UNDATED
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return int(moment.timestamp())
