"""Pass 3 on one machine: from signed shards to clusters, and from clusters to who is credited with what."""

from __future__ import annotations

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


def find_clusters(state: State, count: int, bases: list[int], config: Config, views: tuple[Path, Path]) -> None:
    """Write both views of all clusters: by kept sentence and by copy."""
    import pyarrow.parquet as pq

    from cleaner.similar.cluster import cluster

    temp = state.path("temp")
    temp.mkdir(exist_ok=True)
    signed = [state.path(f"{shard_name('judge', i)}.signatures.arrow") for i in range(count)]
    clusters = cluster(signed, temp, doc_ranks(state, count, config), dedup_options(config)).to_table()
    parts = []
    for number in range(count):
        part = temp / f"members-{number:06d}.parquet"
        sentences = shards.read_table(state.path(f"{shard_name('judge', number)}.sentences.arrow"))
        documents = shards.read_table(state.path(f"{shard_name('read', number)}.documents.arrow"))
        pq.write_table(member_table(clusters, sentences, documents, bases[number]), part)
        parts.append(part)
    sort_members(parts, *views, config.memory, temp)


def doc_ranks(state: State, count: int, config: Config) -> np.ndarray[Any, Any]:
    """int64 by sequence number of the document: the smaller, the sooner its copy of a sentence is the kept one."""
    seqs, dates, places = [], [], []
    order = {outlet.encode(): i for i, outlet in enumerate(config.outlet_order)}
    for number in range(count):
        table = shards.read_table(state.path(f"{shard_name('read', number)}.documents.arrow"))
        seqs.append(table["seq"].to_numpy())
        dates.append(np.array([instant(v) for v in table["created"].to_pylist()], np.int64))
        places.append(np.array([order.get(v, len(order)) for v in table["source"].to_pylist()], np.int64))
    seq, date, place = (np.concatenate(parts) for parts in (seqs, dates, places))
    if config.keep == "first":
        date = np.zeros_like(date)
    if config.keep != "outlets":
        place = np.zeros_like(place)
    ranks = np.zeros(int(seq.max()) + 1 if len(seq) else 0, np.int64)
    ranks[seq[np.lexsort((seq, date, place))]] = np.arange(len(seq))
    return ranks


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
