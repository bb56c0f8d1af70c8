"""The engine for one machine: the passes on a pool of processes, with checkpoints between them."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from cleaner.config import Config
from cleaner.engine import passes
from cleaner.engine.append import Base
from cleaner.engine.assemble import assemble
from cleaner.engine.emit import EmitTask, emit_shard
from cleaner.engine.judging import JudgeTask, judge_shard
from cleaner.engine.pool import Workers
from cleaner.engine.state import State, shard_name
from cleaner.io import shards
from cleaner.io.identity import changed
from cleaner.io.places import Place

R = TypeVar("R")

SMALL_BYTES = 1 << 20
"""Plain-text corpora below this run in the calling process: a pool would cost more than it saves."""


MANY_SHARDS = 16
"""From so many on counting takes memory that resting processes should not hold; to load them again takes a second."""


class Observer(Protocol):
    """Whoever watches a run."""

    def stage(self, name: str, total: int | None) -> None: ...

    def advance(self, steps: int, note: str = "") -> None: ...


class Silent:
    """Watches nothing."""

    def stage(self, name: str, total: int | None) -> None:
        pass

    def advance(self, steps: int, note: str = "") -> None:
        pass


@dataclass(frozen=True)
class Parts:
    """The parts that the output was put together from, for whoever draws the report; see ``report.shards.Parts``."""

    state: State
    count: int
    workers: Workers

    @property
    def stems(self) -> list[Path]:
        return [self.state.path(shard_name("emit", number)) for number in range(self.count)]

    @property
    def temp(self) -> Path:
        return self.state.path("temp")

    def each(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
        return self.workers.each(work, tasks)


@dataclass
class Outcome:
    """What a run came to."""

    manifest: dict[str, Any]
    incomplete: list[str] = field(default_factory=list)
    """Inputs that could not be read to their end, and why."""
    base: Base = field(default_factory=Base)
    """Where a later run would add."""
    capped_buckets: int = 0
    """Groups of sentences with one band key that were too large to compare all with all."""
    parts: Parts | None = None
    """Where an engine has them at hand."""


def run_local(
    sources: Sequence[Any],
    outlets: Any,
    inputs: list[dict[str, Any]],
    state: State,
    out: Place,
    config: Config,
    watch: Observer,
    base: Base,
    workers: Workers,
    finish: Callable[[Outcome], None],
    append: bool = False,
) -> Outcome:
    """Clean a corpus into ``out``; goes on from the checkpoints that an earlier try left in ``state``.

    ``inputs`` describes all inputs for the manifest; ``sources`` are those that come after ``base``. ``finish`` is
    called with every output file in place. With ``append`` more is kept, for later additions.
    """
    incomplete: dict[str, str] = dict(base.incomplete or {})
    count, read = _read(state, sources, outlets, config, workers, watch, incomplete, base)
    facts = _facts(state, count, config, workers, watch)
    repeated = _repeated(state, count)
    bases = _judge(state, count, facts, repeated, config, workers, watch)
    views = _cluster(state, count, bases, config, workers, watch, state.path("clusters") if append else None)
    rows, tally = _emit(state, count, bases, views, config, workers, watch)
    said = [{**i, "error": incomplete[i["name"]]} if i["name"] in incomplete else i for i in inputs]
    watch.stage("write", None)
    manifest = assemble(state, out, count, config, said, read, rows, tally, workers.cores)
    faults = [f"{name}: {why}" for name, why in incomplete.items()]
    capped = (state.done("cluster") or {}).get("capped", 0)
    outcome = Outcome(
        manifest,
        faults,
        capped_buckets=capped,
        base=Base(count, read["records"], tuple(inputs), dict(read), incomplete),
        parts=Parts(state, count, workers),
    )
    finish(outcome)
    return outcome


def worker_count(config: Config, sources: Sequence[Any]) -> int:
    """Processes for a run over ``sources``; 0 for what is quicker done in this one."""
    from cleaner.stages.registry import foreign_stages

    small = sum(s.size or SMALL_BYTES for s in sources) < SMALL_BYTES
    risky = any(s.kind in ("html", "warc") for s in sources) or foreign_stages()
    if small and not risky:
        return 0
    wanted = config.workers or os.cpu_count() or 1
    return 1 if small else wanted


def _read(
    state: State, sources: Sequence[Any], outlets: Any, config: Config, workers: Workers, watch: Observer,
    incomplete: dict[str, str], base: Base,
) -> tuple[int, Counter[str]]:  # fmt: skip
    """Pass 1. Returns the number of shards and what was read."""
    done = state.done("read")
    if done:
        incomplete.update(done["incomplete"])
        return done["shards"], Counter(done["read"])
    watch.stage("read", None)
    read: Counter[str] = Counter(base.read or {})
    total = base.shards

    def tasks() -> Iterator[passes.ReadTask]:
        nonlocal total
        for number, records in enumerate(
            passes.batches_of(passes.records_of(sources, config, incomplete), base.records), base.shards
        ):
            total = number + 1
            note = state.done(shard_name("read", number))
            if note:
                _count(read, note)
                watch.advance(note["records"])
                continue
            yield passes.ReadTask(state.root, number, config, records=tuple(records), outlets=outlets)

    for _, note in workers.run(
        passes.read_shard,
        tasks(),
        lambda t: [r[0] for r in t.records],
        lambda t: any(_is_page(r) for _, r in t.records),
    ):
        _count(read, note)
        watch.advance(note["records"])
    for source in sources:
        if source.name not in incomplete and changed(source):
            incomplete[source.name] = "it changed while it was read; let it rest, then run again"
    state.finish("read", [], shards=total, read=dict(read), incomplete=incomplete)
    return total, read


def _is_page(record: Any) -> bool:
    """Whether a record (or its rejection) may hold HTML."""
    kind = getattr(record, "kind", "")
    return (
        kind == "html" or (kind == "row" and "html" in record.fields) or (kind == "json" and b'"html' in record.payload)
    )


def _count(read: Counter[str], note: dict[str, Any]) -> None:
    read.update({key: note[key] for key in ("records", "documents", "rejected", "characters")})


def _repeated(state: State, count: int) -> dict[int, list[int]]:
    """By shard, the sequence numbers of documents whose id an earlier document has."""
    done = state.done("identify")
    if done:
        return {int(number): seqs for number, seqs in done["repeated"].items()}
    keys: list[Any] = []
    seqs: list[Any] = []
    shard_of: list[Any] = []
    for number in range(count):
        table = shards.read_table(state.path(f"{shard_name('read', number)}.documents.arrow"), ("seq", "id"))
        ids = table["id"].to_pylist()
        keys.append(np.array([int.from_bytes(blake2b(i, digest_size=8).digest(), "big") for i in ids], np.uint64))
        seqs.append(table["seq"].to_numpy())
        shard_of.append(np.full(len(ids), number))
    repeated: dict[int, list[int]] = {}
    if keys:
        _, first = np.unique(np.concatenate(keys), return_index=True)
        again = np.ones(sum(map(len, keys)), bool)
        again[first] = False
        for number, seq in zip(np.concatenate(shard_of)[again], np.concatenate(seqs)[again], strict=True):
            repeated.setdefault(int(number), []).append(int(seq))
    state.finish("identify", [], repeated={str(number): seqs for number, seqs in repeated.items()})
    return repeated


def _facts(state: State, count: int, config: Config, workers: Workers, watch: Observer) -> Path | None:
    """The corpus facts, reduced from the shards' tables; ``None`` when there is no corpus to learn from."""
    if not config.corpus_facts or count == 0:
        return None
    out = state.path("facts")
    if state.done("facts"):
        return out
    watch.stage("compare", None)
    from cleaner.facts.corpus import TABLES

    paths = {
        name: [str(state.path(f"{shard_name('read', i)}.fact-{name}.parquet")) for i in range(count)] for name in TABLES
    }
    out.mkdir(exist_ok=True)
    if count >= MANY_SHARDS:
        workers.rest()
    _corpus_wide(count, workers, _reduce, paths, out, state.path("temp"), config.memory, workers.cores)
    files = sorted(str(p.relative_to(state.root)) for p in out.rglob("*") if p.is_file())
    state.finish("facts", files)
    return out


def _corpus_wide(count: int, workers: Workers, work: Callable[..., R], *given: Any) -> R:
    """A step over the whole corpus, which takes more memory than a part does: this process would never give it back."""
    return workers.alone(work, *given) if count > 1 else work(*given)


def _reduce(paths: dict[str, list[str]], out: Path, temp: Path, memory: int, threads: int) -> None:
    from cleaner.facts.corpus import duckdb_runner, reduce

    reduce(paths, out, duckdb_runner(temp, memory, threads))


def _judge(
    state: State, count: int, facts: Path | None, repeated: dict[int, list[int]], config: Config, workers: Workers,
    watch: Observer,
) -> list[int]:  # fmt: skip
    """Pass 2. Returns the global number of each shard's first sentence, and after the last one the total."""
    watch.stage("judge", count)
    told = json.dumps((state.done("facts") or {}).get("files"), sort_keys=True)
    facts_key = hashlib.sha256(told.encode()).hexdigest()

    def tasks() -> Iterator[JudgeTask]:
        for number in range(count):
            name = shard_name("judge", number)
            note = state.note(name)
            again = frozenset(repeated.get(number, ()))
            if note and note.get("facts_key") == facts_key and state.done(name):
                watch.advance(1)
            else:
                yield JudgeTask(
                    state.root,
                    number,
                    config,
                    facts=facts,
                    repeated=again,
                    facts_key=facts_key,
                    judged=note is not None,
                )

    for _ in workers.run(judge_shard, tasks(), lambda t: passes.load_documents(state, t.number)[1]):
        watch.advance(1)
    bases = [0]
    for note in state.notes("judge", count):
        bases.append(bases[-1] + note["sentences"])
    return bases


def _cluster(
    state: State, count: int, bases: list[int], config: Config, workers: Workers, watch: Observer,
    memory: Path | None,
) -> tuple[Path, Path] | None:  # fmt: skip
    """Pass 3: sentence clusters, seen from the kept sentence and from its copies."""
    if not config.dedup or bases[-1] == 0:
        return None
    views = state.path("credits.arrow"), state.path("copies.arrow")
    if state.done("cluster"):
        return views
    watch.stage("deduplicate", None)
    from cleaner.engine.clusters import find_clusters

    if count > 1:
        workers.rest()  # what they have loaded serves judging; here it would be in the way
    capped = _corpus_wide(count, workers, find_clusters, state, count, bases, config, views, workers.cores, memory)
    state.finish("cluster", [v.name for v in views], capped=capped)
    return views


def _emit(
    state: State, count: int, bases: list[int], views: tuple[Path, Path] | None, config: Config, workers: Workers,
    watch: Observer,
) -> tuple[Counter[str], Counter[str]]:  # fmt: skip
    """Pass 4. Returns rows by file and the tally of characters and spans."""
    watch.stage("emit", count)
    credits, copies = views or (None, None)

    def tasks() -> Iterator[EmitTask]:
        for number in range(count):
            yield EmitTask(state.root, number, config, base=bases[number], credits=credits, copies=copies)

    for _ in workers.run(emit_shard, tasks(), lambda _: []):
        watch.advance(1)
    rows: Counter[str] = Counter()
    tally: Counter[str] = Counter()
    for note in state.notes("emit", count):
        rows.update(note["rows"])
        tally.update(note["tally"])
    return rows, tally
