"""The passes over shards of a corpus: read, judge, emit. Each task reads and writes files of the work folder.

Run by a worker process or in the parent; each ends with a checkpoint note (see ``cleaner.engine.state``).
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaner.config import Config
from cleaner.engine import kernels
from cleaner.engine.state import State, shard_name
from cleaner.errors import InputError
from cleaner.io import shards
from cleaner.model import Document, Rejected, Removal

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
        from cleaner.facts.corpus import emit

        tables.update({f"fact-{name}": table for name, table in emit(done.documents).items()})
    if task.only is not None:
        return {}
    state = State(task.root)
    name = shard_name("read", task.number)
    files = _write_tables(state, name, tables)
    return state.finish(
        name, files, records=len(task.records), documents=len(done.documents), rejected=len(done.rejected),
        characters=sum(len(d.text) for d in done.documents),
    )  # fmt: skip


def _write_tables(state: State, name: str, tables: dict[str, Any]) -> list[str]:
    files = []
    for kind, table in tables.items():
        file = f"{name}.{kind}.arrow"
        if kind.startswith("fact-"):
            import pyarrow.parquet as pq

            file = f"{name}.{kind}.parquet"
            pq.write_table(table, state.path(file), compression="lz4")
        elif kind == "signatures":
            table.write(state.path(file))
        else:
            shards.write_table(state.path(file), table)
        files.append(file)
    return files


@dataclass(frozen=True)
class JudgeTask(ShardTask):
    facts: Path | None = None
    repeated: frozenset[int] = frozenset()
    """Sequence numbers of documents whose id came before."""
    facts_key: str = ""
    """Digest of all corpus facts."""
    judged: bool = False
    """Judged before, with other corpus facts: what they say of this shard decides whether that stands."""


def judge_shard(task: JudgeTask) -> dict[str, Any]:
    """Documents -> removals of all stages but dedup, and the signed sentences of what is left."""
    state = State(task.root)
    documents, seqs = load_documents(state, task.number)
    chosen = [
        (d, s) for d, s in zip(documents, seqs, strict=True)
        if s not in task.skip and s not in task.repeated and (task.only is None or s in task.only)
    ]  # fmt: skip
    documents, seqs = [d for d, _ in chosen], [s for _, s in chosen]
    facts = open_facts(task.facts, task.facts_key).for_documents(documents)
    told = {str(seq): facts_digest(each) for seq, each in zip(seqs, facts, strict=True)}
    name = shard_name("judge", task.number)
    note = state.done(name) if task.judged and task.only is None else None
    if note:
        sentences = _judge_again(state, name, note, documents, seqs, facts, told, task.config)
        if sentences is not None:
            del note["files"]
            return state.finish(
                name,
                _judge_files(name, task.config),
                **{**note, "sentences": sentences, "told": told, "facts_key": task.facts_key},
            )
    tables, failed = judge_documents(documents, seqs, facts, task.config)
    if task.only is not None:
        return {}
    lost = [(s, "duplicate-id", "") for s in sorted(task.repeated)]
    lost += [(s, "worker-died", "") for s in sorted(task.skip)] + [(s, "stage-failed", why) for s, why in failed]
    files = _write_tables(state, name, tables)
    return state.finish(
        name, files, lost=lost, sentences=tables["sentences"].num_rows, told=told, facts_key=task.facts_key
    )


def judge_documents(
    documents: Sequence[Document], seqs: Sequence[int], facts: Sequence[Any], config: Config
) -> tuple[dict[str, Any], list[tuple[int, str]]]:
    """Tables of removals, sentences and signatures; and (sequence number, why) of documents that a stage failed on."""
    found, failed = run_stages(documents, config, facts)
    removals = [[r for r in rs if kernels.cuts(r, config)] for rs in found]
    applied = [[r for r in rs if r.applies] for rs in removals]
    broken = {i for i, _ in failed}
    sound = [i for i in range(len(documents)) if i not in broken]
    sentences = sentence_tables(
        [documents[i] for i in sound], [applied[i] for i in sound], [seqs[i] for i in sound], config
    )
    remarks = [(seq, kernels.remarks(each, told, config)) for seq, each, told in zip(seqs, found, facts, strict=True)]
    tables = {
        "removals": shards.removals_table(removals, seqs),
        "remarks": shards.remarks_table([(seq, remark) for seq, remark in remarks if remark]),
        **sentences,
    }
    return tables, [(seqs[i], why) for i, why in failed]


def load_documents(state: State, number: int) -> tuple[list[Document], list[int]]:
    return shards.documents_of(shards.read_table(state.path(f"{shard_name('read', number)}.documents.arrow")))


def _judge_files(name: str, config: Config) -> list[str]:
    kinds = ("removals", "remarks", "sentences", *(("signatures",) if config.dedup else ()))
    return [f"{name}.{kind}.arrow" for kind in kinds]


def facts_digest(facts: Any) -> str:
    """Digest of what the corpus says of a document."""
    digest = hashlib.blake2b(digest_size=8)
    for f in fields(facts):
        value = getattr(facts, f.name)
        digest.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return digest.hexdigest()


def _judge_again(
    state: State, name: str, note: dict[str, Any], documents: Sequence[Document], seqs: Sequence[int],
    facts: Sequence[Any], told: dict[str, str], config: Config,
) -> int | None:  # fmt: skip
    """Bring a judged shard up to date where the facts about its documents changed; its number of sentences, or ``None``
    where a document failed and the shard must be judged anew."""
    known: dict[str, str] = note["told"]
    new = [i for i, seq in enumerate(seqs) if known.get(str(seq)) != told[str(seq)]]
    if not new:
        return int(note["sentences"])
    if known.keys() != told.keys() or any(code == "stage-failed" for _, code, _ in note["lost"]):
        return None
    found, failed = run_stages([documents[i] for i in new], config, [facts[i] for i in new])
    if failed:
        return None
    removals = shards.removals_of(shards.read_table(state.path(f"{name}.removals.arrow")))
    remarks = shards.remarks_of(shards.read_table(state.path(f"{name}.remarks.arrow")))
    otherwise = []
    for i, each in zip(new, found, strict=True):
        seq, document = seqs[i], documents[i]
        cut = [r for r in each if kernels.cuts(r, config)]
        if kernels.kept_spans(document, cut) != kernels.kept_spans(document, removals.get(seq, [])):
            otherwise.append(i)
        removals[seq], remarks[seq] = cut, kernels.remarks(each, facts[i], config)
    tables = {
        "removals": shards.removals_table([removals.get(s, []) for s in seqs], seqs),
        "remarks": shards.remarks_table([(s, remarks[s]) for s in seqs if remarks.get(s)]),
    }
    sentences = int(note["sentences"])
    if otherwise:
        cut_anew = sentence_tables(
            [documents[i] for i in otherwise],
            [removals[seqs[i]] for i in otherwise],
            [seqs[i] for i in otherwise],
            config,
        )
        merged = _merge_sentences(state, name, cut_anew, [seqs[i] for i in otherwise])
        tables |= merged
        sentences = merged["sentences"].num_rows
    _write_tables(state, name, tables)
    return sentences


def _merge_sentences(state: State, name: str, new: dict[str, Any], seqs: Sequence[int]) -> dict[str, Any]:
    """A shard's tables of sentences with those of the documents ``seqs`` replaced by ``new``."""
    import pyarrow as pa

    old = shards.read_table(state.path(f"{name}.sentences.arrow"))
    rows = np.flatnonzero(~np.isin(old["seq"].to_numpy(), seqs))
    joined = pa.concat_tables([old.take(rows), new["sentences"]])
    order = np.argsort(joined["seq"].to_numpy(), kind="stable")
    tables = {"sentences": joined.take(order).combine_chunks()}
    if "signatures" in new:
        from cleaner.similar.shard import Signed
        from cleaner.similar.take import concat, take

        signed = Signed.read(state.path(f"{name}.signatures.arrow"))
        tables["signatures"] = take(concat([take(signed, rows), new["signatures"]]), order)
    return tables


def run_stages(
    documents: Sequence[Document], config: Config, facts: Sequence[Any]
) -> tuple[list[list[Removal]], list[tuple[int, str]]]:
    """What all stages find in each document; and (index, why) of those on which a stage failed.

    What a rule of the user keeps is among it, and does not apply.
    """
    found: list[list[Removal]] = [[] for _ in documents]
    failed: dict[int, str] = {}
    for stage in stages_of(config):
        for i, removals in _find(stage, documents, facts, config, failed):
            found[i].extend(removals)
    if rules := rules_of(config):
        found = [rules.overrule(document, removals) for document, removals in zip(documents, found, strict=True)]
    return found, sorted(failed.items())


BATCH_SECONDS = 5
"""A batch may take this many times what one record may; then its records are tried one by one."""


def _find(
    stage: Any, documents: Sequence[Document], facts: Sequence[Any], config: Config, failed: dict[int, str]
) -> Iterator[tuple[int, list[Removal]]]:
    """What a stage finds, by index. A document on which it fails is noted in ``failed`` and costs no other."""
    try:
        with kernels.deadline(BATCH_SECONDS * config.max_seconds):
            every = _checked(stage, stage.find(documents, facts), documents)
        yield from enumerate(every)
        return
    except kernels.ENDING:
        raise
    except BaseException as error:
        if len(documents) == 1:
            failed[0] = f"{stage.name}: {type(error).__name__}: {error}"
            return
    for i, document in enumerate(documents):
        try:
            with kernels.deadline(config.max_seconds):
                removals = _checked(stage, stage.find([document], [facts[i]]), [document])[0]
        except kernels.ENDING:
            raise
        except BaseException as error:
            failed[i] = f"{stage.name}: {type(error).__name__}: {error}"
        else:
            yield i, removals


def _checked(stage: Any, found: Any, documents: Sequence[Document]) -> list[list[Removal]]:
    """What a stage returned, when it is what a stage returns."""
    per_document = [list(removals) for removals in found]
    if len(per_document) != len(documents) or not all(isinstance(r, Removal) for rs in per_document for r in rs):
        raise TypeError(f"stage {stage.name!r} must return one list of Removal for each document")
    for document, removals in zip(documents, per_document, strict=True):
        for removal in removals:
            if not 0 <= removal.start <= removal.end <= len(document.text):
                span = f"[{removal.start}, {removal.end})"
                raise ValueError(f"{span} is no span of document {document.id!r} ({len(document.text)} characters)")
    return per_document


def sentence_tables(
    documents: Sequence[Document], removals: Sequence[Sequence[Removal]], seqs: Sequence[int], config: Config
) -> dict[str, Any]:
    """Tables of a shard's sentences: where they are, and their signatures."""
    import pyarrow as pa

    where: list[tuple[int, int, int]] = []
    texts: list[str] = []
    for document, cut, seq in zip(documents, removals, seqs, strict=True):
        for start, end in kernels.cut_sentences(document, kernels.kept_spans(document, cut)):
            where.append((seq, start, end))
            texts.append(document.text[start:end])
    tables = {
        "sentences": pa.table(
            {
                "seq": pa.array([w[0] for w in where], pa.int64()),
                "start": pa.array([w[1] for w in where], pa.int64()),
                "end": pa.array([w[2] for w in where], pa.int64()),
            }
        )
    }
    if config.dedup:
        from cleaner.similar.sign import sign

        docs, starts = (np.array([w[i] for w in where], np.int64) for i in (0, 1))
        tables["signatures"] = sign(texts, docs, starts, dedup_options(config))
    return tables


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
