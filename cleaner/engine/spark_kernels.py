"""What the executors run: the engine's kernels behind Arrow batches. No text logic, no files.

Between passes a *packed* row holds one Arrow table of one shard: (shard, kind, rows, body), the body an Arrow IPC
stream or JSON. A shard is a piece of one task's input; shard numbers ascend in the order of the input.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cleaner.config import Config
from cleaner.io import places, shards

PACKED = "shard bigint, kind string, rows bigint, body binary"
SHARD_BITS = 24
"""Shards of one read task, at most 2^24; the task's number is in the bits above."""
SEQ_BITS = 40
"""Records of one read task, at most 2^40; sequence numbers ascend in the order of the input, with gaps."""

MEMBERS = (
    "shard bigint, sentence bigint, kept bigint, similarity double, kind string, seq bigint, doc_id binary, "
    "outlet binary, s_start bigint, s_end bigint, framing string"
)


def dump(table: Any) -> bytes:
    """An Arrow table as an IPC stream."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def load(body: Any) -> Any:
    """The inverse of ``dump``; ``body`` is an Arrow binary scalar or bytes, and is not copied."""
    import pyarrow as pa

    return pa.ipc.open_stream(body if isinstance(body, bytes) else body.as_buffer()).read_all()


def pack(rows: Sequence[tuple[int, str, int, bytes]]) -> Any:
    """Packed rows as an Arrow table."""
    import pyarrow as pa

    types = {"shard": pa.int64(), "kind": pa.string(), "rows": pa.int64(), "body": pa.binary()}
    return pa.table({name: pa.array([r[i] for r in rows], kind) for i, (name, kind) in enumerate(types.items())})


def pack_tables(shard: int, tables: Mapping[str, Any]) -> Any:
    return pack([(shard, kind, table.num_rows, dump(table)) for kind, table in tables.items()])


def bodies(packed: Any) -> dict[str, Any]:
    """Body of each kind in the packed rows of one shard."""
    return dict(zip(packed["kind"].to_pylist(), packed["body"], strict=True))


def note(shard: int, kind: str, value: Any) -> tuple[int, str, int, bytes]:
    return shard, kind, 0, json.dumps(value).encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Unpack:
    """Packed rows of one kind -> the rows of their tables, with the shard."""

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            for shard, body in zip(batch.column("shard").to_pylist(), batch.column("body"), strict=True):
                table = load(body)
                yield from table.add_column(0, "shard", pa.array(np.full(table.num_rows, shard, np.int64))).to_batches()


@dataclass(frozen=True)
class SumNotes:
    """Packed JSON notes of counts -> their sum, one JSON text a partition."""

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        total: Counter[str] = Counter()
        for batch in batches:
            for body in batch.column("body"):
                total.update(json.loads(body.as_py()))
        yield pa.RecordBatch.from_pydict({"note": [json.dumps(total)]})


@dataclass(frozen=True)
class CountLines:
    """Parts of files (task, source as JSON) -> the lines that begin in each; 0 where the file cannot be read."""

    config: Config

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        from cleaner.engine.passes import read_options
        from cleaner.errors import InputError
        from cleaner.io.parts import count_lines
        from cleaner.io.sources import Source

        options = read_options(self.config)
        for batch in batches:
            counts = []
            for source in batch.column("source").to_pylist():
                try:
                    counts.append(count_lines(Source(**json.loads(source)), options))
                except InputError:  # reading says so
                    counts.append(0)
            yield pa.RecordBatch.from_pydict({"task": batch.column("task"), "lines": pa.array(counts, pa.int64())})


@dataclass(frozen=True)
class Read:
    """Groups of sources (task, sources as JSON) -> packed documents, rejected records, keys and fact tables."""

    config: Config
    outlets: Any

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        from cleaner.io.sources import Source

        for batch in batches:
            for task, sources in zip(batch.column("task").to_pylist(), batch.column("sources"), strict=True):
                yield from self._group(task, [Source(**s) for s in json.loads(sources.as_py())])

    def _group(self, task: int, sources: Sequence[Any]) -> Iterator[Any]:
        from cleaner.engine.passes import batches_of, records_of

        incomplete: dict[str, str] = {}
        first = task << SHARD_BITS
        for shard, records in enumerate(
            batches_of(records_of(sources, self.config, incomplete), task << SEQ_BITS), first
        ):
            yield from self._shard(shard, records).to_batches()
        if incomplete:
            yield from pack([note(first, "incomplete", incomplete)]).to_batches()

    def _shard(self, shard: int, records: Sequence[tuple[int, Any]]) -> Any:
        import pyarrow as pa

        from cleaner.engine.kernels import ingest
        from cleaner.engine.passes import read_options
        from cleaner.facts.asked import Asked
        from cleaner.facts.corpus import emit
        from cleaner.facts.keys import hash64
        from cleaner.facts.slices import looked_up
        from cleaner.io.documents import to_document

        options = read_options(self.config)
        done = ingest(records, lambda raw: to_document(raw, self.outlets, options), self.config)
        keys = pa.table(
            {
                "seq": pa.array(done.seqs, pa.int64()),
                "key": pa.array([hash64(d.id) for d in done.documents], pa.int64()),
            }
        )
        tables = {
            "documents": shards.documents_table(done.documents, done.seqs),
            "rejected": shards.rejected_table(done.rejected),
            "keys": keys,
        }
        if self.config.corpus_facts:
            asked = Asked.of(done.documents)
            told = {**emit(done.documents, asked), **looked_up(asked)}
            tables.update({f"fact-{name}": table for name, table in told.items()})
        counts = {
            "records": len(records),
            "documents": len(done.documents),
            "rejected": len(done.rejected),
            "characters": sum(len(d.text) for d in done.documents),
        }
        return pa.concat_tables([pack_tables(shard, tables), pack([note(shard, "note", counts)])])


@dataclass(frozen=True)
class Judge:
    """Documents of a shard, with what the corpus says of them -> packed removals, sentences, signatures, ranks."""

    config: Config

    def __call__(self, key: Any, left: Any, right: Any) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        from cleaner.engine.clusters import rank_columns
        from cleaner.engine.judging import judge_documents
        from cleaner.engine.passes import open_facts
        from cleaner.facts.slices import open_slice

        shard = key[0].as_py()
        table = load(left["body"][0])
        again = set(right.filter(pc.equal(right["name"], "repeated"))["a"].to_pylist())
        documents, seqs = shards.documents_of(table)
        chosen = [(d, s) for d, s in zip(documents, seqs, strict=True) if s not in again]
        documents, seqs = [d for d, _ in chosen], [s for _, s in chosen]
        corpus = open_slice(right) if self.config.corpus_facts else open_facts(None)
        tables, failed = judge_documents(documents, seqs, corpus.for_documents(documents), self.config)
        if "signatures" in tables:
            tables["signatures"] = tables["signatures"].to_table()
            tables["ranks"] = pa.table(
                dict(zip(("seq", "date", "place"), rank_columns(table, self.config), strict=True))
            )
        lost = [(s, "duplicate-id", "") for s in sorted(again)] + [(s, "stage-failed", why) for s, why in failed]
        return pa.concat_tables([pack_tables(shard, tables), pack([note(shard, "lost", lost)])])


@dataclass(frozen=True)
class Place:
    """Rows with the number of a sentence in ``column`` -> the same with its shard, first."""

    bases: Mapping[int, int]
    column: str

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            shard = pa.array(shards_of(self.bases, batch.column(self.column).to_numpy()))
            yield pa.RecordBatch.from_arrays([shard, *batch.columns], ["shard", *batch.schema.names])


def shards_of(bases: Mapping[int, int], sentences: Any) -> Any:
    """The shard of each sentence; ``bases`` ascends. A shard without sentences has the base of the next one."""
    shard, base = (np.fromiter(values, np.int64, len(bases)) for values in (bases.keys(), bases.values()))
    return shard[np.searchsorted(base, sentences, "right") - 1]


@dataclass(frozen=True)
class Members:
    """Documents and sentences of a shard, with its rows of the clusters -> members, for the queries of credits."""

    bases: Mapping[int, int]

    def __call__(self, key: Any, left: Any, right: Any) -> Any:
        import pyarrow as pa

        from cleaner.engine.credits import member_table

        shard = key[0].as_py()
        found = bodies(left)
        members = member_table(
            right.sort_by("sentence"), load(found["sentences"]), load(found["documents"]), self.bases[shard]
        )
        for name in ("doc_id", "outlet"):
            at = members.schema.get_field_index(name)
            members = members.set_column(at, name, members[name].cast(pa.binary()))
        return members.add_column(0, "shard", pa.array(np.full(members.num_rows, shard, np.int64)))


@dataclass(frozen=True)
class PackShard:
    """Rows of one shard -> one packed row."""

    kind: str

    def __call__(self, key: Any, rows: Any) -> Any:
        return pack([(key[0].as_py(), self.kind, rows.num_rows, dump(rows.drop_columns(["shard"])))])


@dataclass(frozen=True)
class Emit:
    """Everything known of a shard -> packed lines of every output file, and its tally."""

    config: Config
    bases: Mapping[int, int]

    def __call__(self, key: Any, packed: Any) -> Any:
        from cleaner.engine.emit import cleaned, emit_lines

        shard = key[0].as_py()
        found = bodies(packed)
        documents, seqs = shards.documents_of(load(found["documents"]))
        credits = load(found["credits"]).to_pylist() if "credits" in found else []
        copies = load(found["copies"]).to_pylist() if "copies" in found else []
        credits.sort(key=lambda r: (r["kept"], r["sentence"] != r["kept"], r["seq"], r["s_start"]))
        copies.sort(key=lambda r: r["sentence"])
        tables = {kind: load(found[kind]) for kind in ("rejected", "removals", "remarks", "sentences")}
        lost = json.loads(found["lost"].as_py())
        first = self.bases[shard]
        numbers = range(first, first + tables["sentences"].num_rows)
        lines, tally = emit_lines(cleaned(documents, seqs, tables, lost, numbers, credits, copies), self.config)
        rows = [(shard, kind, len(some), b"".join(line + b"\n" for line in some)) for kind, some in lines.items()]
        return pack([*rows, note(shard, "note", dict(tally))])


@dataclass(frozen=True)
class WriteFiles:
    """Packed lines, sorted by file and shard -> output files, written from where this runs."""

    out: places.Place
    files: tuple[Any, ...]
    config: Config
    SCHEMA = "file bigint, rows bigint, sha256 string"

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        import itertools

        import pyarrow as pa

        from cleaner.engine.assemble import write_file

        rows = (
            row
            for batch in batches
            for row in zip(batch["file"].to_pylist(), batch["rows"].to_pylist(), batch["body"], strict=True)
        )
        for number, parts in itertools.groupby(rows, key=lambda row: row[0]):
            counted: Counter[int] = Counter()
            digest = write_file(self.out, self.files[number], _pieces(parts, counted), self.config)
            yield pa.RecordBatch.from_pydict({"file": [number], "rows": [counted[number]], "sha256": [digest]})


def _pieces(parts: Iterator[Any], counted: Counter[int]) -> Iterator[bytes]:
    for number, count, body in parts:
        counted[number] += count
        yield body.as_py()


def mapping(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """For ``mapInArrow``. Spark counts the arguments of a plain function only."""
    return lambda batches: kernel(batches)  # noqa: PLW0108


def grouped(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """For ``applyInArrow`` of a group."""
    return lambda key, rows: kernel(key, rows)  # noqa: PLW0108


def cogrouped(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """For ``applyInArrow`` of two groups."""
    return lambda key, left, right: kernel(key, left, right)  # noqa: PLW0108
