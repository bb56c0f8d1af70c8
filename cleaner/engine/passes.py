"""Passes over shards of a corpus: what they have in common, and reading. Each task reads and writes files of the work folder.

Run by a worker process or in the parent; each ends with a checkpoint note (see ``cleaner.engine.state``).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.config import Config
from cleaner.engine import kernels
from cleaner.engine.state import State, shard_name
from cleaner.errors import InputError
from cleaner.io import shards
from cleaner.model import Document, Rejected

if TYPE_CHECKING:
    from cleaner.io.records import RawRecord
    from cleaner.rules.user import UserRules


@dataclass(frozen=True)
class ShardTask:
    """One shard of one pass."""

    root: Path
    number: int
    config: Config
    skip: frozenset[int] = frozenset()
    only: frozenset[int] | None = None


@dataclass(frozen=True)
class ReadTask(ShardTask):
    records: tuple[tuple[int, Any], ...] = ()
    """(sequence number, ``RawRecord`` or ``Rejected``)."""
    outlets: Any = None
    """The sidecar manifest, or ``None``."""


SHARD_RECORDS = 1000
SHARD_BYTES = 8 << 20
"""A shard of the read pass ends at whichever comes first: work enough for a second or so, small enough to lose."""


IDLE = 2
"""A reader in a process of its own may be silent this many times as long as one record may take."""


def records_of(sources: Sequence[Any], config: Config, incomplete: dict[str, str]) -> Iterator[Any]:
    """All records of all sources, in order."""
    from cleaner.engine.isolate import RISKY, read_isolated
    from cleaner.io.records import read_records

    options = read_options(config)
    for source in sources:
        risky = (options.kind or source.kind) in RISKY
        try:
            yield from (
                read_isolated(source, options, IDLE * config.max_seconds) if risky else read_records(source, options)
            )
        except InputError as error:
            incomplete[source.name] = str(error)


def batches_of(records: Iterator[Any], first: int) -> Iterator[list[tuple[int, Any]]]:
    """Records in the batches that make a shard, numbered through from ``first``."""
    batch: list[tuple[int, Any]] = []
    weight = 0
    for seq, record in enumerate(records, first):
        size = 200 if isinstance(record, Rejected) else record.size
        if batch and (len(batch) >= SHARD_RECORDS or weight + size > SHARD_BYTES):
            yield batch
            batch, weight = [], 0
        batch.append((seq, record))
        weight += size
    if batch:
        yield batch


def read_shard(task: ReadTask) -> dict[str, Any]:
    """Raw records -> documents, rejected records and what they tell the corpus facts."""
    from cleaner.io.documents import to_document

    def convert(raw: RawRecord) -> Document:
        return to_document(raw, task.outlets, read_options(task.config))

    records = [r for r in task.records if task.only is None or r[0] in task.only]
    done = kernels.ingest(records, convert, task.config, skip=task.skip)
    tables = {
        "documents": shards.documents_table(done.documents, done.seqs),
        "rejected": shards.rejected_table(done.rejected),
    }
    if task.config.corpus_facts:
        from cleaner.facts.asked import Asked
        from cleaner.facts.corpus import emit

        asked = Asked.of(done.documents)
        tables["asked"] = asked.arrays()
        tables.update({f"fact-{name}": table for name, table in emit(done.documents, asked).items()})
    if task.only is not None:
        return {}
    state = State(task.root)
    name = shard_name("read", task.number)
    files = write_tables(state, name, tables)
    return state.finish(
        name, files, records=len(task.records), documents=len(done.documents), rejected=len(done.rejected),
        characters=sum(len(d.text) for d in done.documents),
    )  # fmt: skip


def write_tables(state: State, name: str, tables: dict[str, Any]) -> list[str]:
    """Write tables of a shard; the names of their files."""
    files = []
    for kind, table in tables.items():
        file = f"{name}.{kind}.arrow"
        if kind.startswith("fact-"):
            import pyarrow.parquet as pq

            file = f"{name}.{kind}.parquet"
            pq.write_table(table, state.path(file), compression="lz4")
        elif kind == "signatures":
            table.write(state.path(file))
        elif isinstance(table, dict):
            shards.write_arrays(state.path(file), table)
        else:
            shards.write_table(state.path(file), table)
        files.append(file)
    return files


def load_documents(state: State, number: int, rows: Any = None) -> tuple[list[Document], list[int]]:
    """The documents that a shard was read to, or those at ``rows``, and their sequence numbers."""
    table = shards.read_table(state.path(f"{shard_name('read', number)}.documents.arrow"))
    return shards.documents_of(table if rows is None or len(rows) == table.num_rows else table.take(rows))


def dedup_options(config: Config) -> Any:
    """The deduplicator's options, from the configuration."""
    from cleaner.similar.options import DedupOptions

    return DedupOptions(
        threshold=config.threshold, keep=config.keep, exact_t=config.exact_t or None, memory=config.memory
    )


def read_options(config: Config) -> Any:
    """The readers' limits, from the configuration."""
    from cleaner.io.limits import ReadOptions

    return ReadOptions(
        max_record_bytes=config.max_record_bytes, max_expansion=config.max_expansion, max_depth=config.max_depth,
        max_lines=config.max_lines, max_tags=config.max_tags,
    )  # fmt: skip


@functools.lru_cache(maxsize=4)
def stages_of(config: Config) -> tuple[Any, ...]:
    """The stages of a run, with their models loaded; once per process."""
    from cleaner.stages.registry import load_stages

    return tuple(load_stages(config))


@functools.lru_cache(maxsize=4)
def rules_of(config: Config) -> UserRules:
    """The user's rules, compiled; once per process."""
    from cleaner.rules.user import UserRules

    return UserRules(config.rule)


@functools.lru_cache(maxsize=4)
def open_facts(directory: Path | None, key: str = "") -> Any:
    """The corpus facts, memory-mapped; once per process and ``key``, which tells the facts of two runs apart."""
    from cleaner.facts.corpus import CorpusFacts

    return CorpusFacts.open(directory) if directory else CorpusFacts.empty()
