"""The pass that judges: documents and corpus facts become removals, and signed sentences of what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaner.config import Config
from cleaner.engine import kernels
from cleaner.engine.passes import (
    ShardTask,
    dedup_options,
    load_documents,
    open_facts,
    rules_of,
    stages_of,
    write_tables,
)
from cleaner.engine.state import State, shard_name
from cleaner.io import shards
from cleaner.model import Document, Removal
from cleaner.similar.ragged import I64

if TYPE_CHECKING:
    from cleaner.facts.asked import Asked
    from cleaner.facts.lookup import CorpusFacts


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
    """Documents -> removals of all stages but dedup, and the signed sentences of what is left.

    Of a shard that was judged with other corpus facts, only the documents of which they now say something else.
    """
    state = State(task.root)
    name = shard_name("judge", task.number)
    chosen, seqs, asked = _chosen(state, task)
    facts = open_facts(task.facts, task.facts_key)
    told = np.zeros(len(seqs), np.int64) if asked is None else facts.digests(asked)
    if task.judged and task.only is None and (note := state.done(name)):
        known = shards.read_arrays(state.path(f"{name}.told.arrow"))
        if np.array_equal(known["seq"], seqs):
            new = known["told"] != told
            done = _judge_again(state, name, note, chosen[new], asked and asked.take(new), facts, task.config)
            if done is not None:
                files = write_tables(state, name, {**done, "told": {"seq": seqs, "told": told}}) if new.any() else []
                sentences = done["sentences"].num_rows if "sentences" in done else note["sentences"]
                return state.finish(
                    name, files, note["files"], lost=note["lost"], sentences=sentences, facts_key=task.facts_key
                )
    documents, _ = load_documents(state, task.number, chosen)
    alone: Alone = {}
    tables, failed = judge_documents(
        documents, seqs.tolist(), facts.for_documents(documents, asked), task.config, alone
    )
    tables["alone"] = _alone_table(alone, seqs.tolist())
    if task.only is not None:
        return {}
    lost = [(s, "duplicate-id", "") for s in sorted(task.repeated)]
    lost += [(s, "worker-died", "") for s in sorted(task.skip)] + [(s, "stage-failed", why) for s, why in failed]
    files = write_tables(state, name, {**tables, "told": {"seq": seqs, "told": told}})
    return state.finish(name, files, lost=lost, sentences=tables["sentences"].num_rows, facts_key=task.facts_key)


def _chosen(state: State, task: JudgeTask) -> tuple[I64, I64, Asked | None]:
    """Rows and sequence numbers of the documents that are to be judged, and what is asked about them."""
    from cleaner.facts.asked import Asked

    read = shard_name("read", task.number)
    every = shards.read_table(state.path(f"{read}.documents.arrow"), ("seq",))["seq"].to_numpy()
    keep = ~np.isin(every, [*task.skip, *task.repeated])
    if task.only is not None:
        keep &= np.isin(every, list(task.only))
    rows = np.flatnonzero(keep)
    if task.facts is None:
        return rows, every[rows], None
    asked = Asked(**shards.read_arrays(state.path(f"{read}.asked.arrow")))
    return rows, every[rows], asked if keep.all() else asked.take(keep)


Alone = dict[str, list[list[Removal]]]
"""By stage, what it found in each document, of stages that do not look at facts."""


def _alone_table(alone: Alone, seqs: Sequence[int]) -> Any:
    """The rows of ``shards.removals_table``, with a column ``by``: the stage."""
    import pyarrow as pa

    parts = [shards.removals_table([], [])] + [shards.removals_table(found, seqs) for found in alone.values()]
    by = [name for name, found in alone.items() for _ in range(sum(map(len, found)))]
    return pa.concat_tables(parts).append_column("by", pa.array(by, pa.string())).combine_chunks()


def _alone_of(table: Any, seqs: Sequence[int], config: Config) -> Alone:
    """What was found before in the documents ``seqs``."""
    by = np.array(table["by"].to_pylist(), object)
    mine = np.isin(table["seq"].to_numpy(), seqs)
    out: Alone = {}
    for stage in stages_of(config):
        if getattr(stage, "alone", False):
            rows = shards.removals_of(table.filter(mine & (by == stage.name)))
            out[stage.name] = [rows.get(seq, []) for seq in seqs]
    return out


def judge_documents(
    documents: Sequence[Document], seqs: Sequence[int], facts: Sequence[Any], config: Config,
    alone: Alone | None = None,
) -> tuple[dict[str, Any], list[tuple[int, str]]]:  # fmt: skip
    """Tables of removals, sentences and signatures; and (sequence number, why) of documents that a stage failed on."""
    found, failed = run_stages(documents, config, facts, alone)
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


def _judge_again(
    state: State, name: str, note: dict[str, Any], rows: I64, asked: Asked | None, facts: CorpusFacts, config: Config
) -> dict[str, Any] | None:
    """The tables of a judged shard that are not as they were, with the documents ``rows`` judged anew; ``None`` where a
    document failed and the whole shard must be."""
    if not len(rows):
        return {}
    if any(code == "stage-failed" for _, code, _ in note["lost"]):
        return None
    documents, seqs = load_documents(state, int(name.rpartition("-")[2]), rows)
    told = facts.for_documents(documents, asked)
    alone = _alone_of(shards.read_table(state.path(f"{name}.alone.arrow")), seqs, config)
    found, failed = run_stages(documents, config, told, alone)
    if failed:
        return None
    old = shards.read_table(state.path(f"{name}.removals.arrow"))
    before = shards.removals_of(old.filter(np.isin(old["seq"].to_numpy(), seqs)))
    removals = [[r for r in each if kernels.cuts(r, config)] for each in found]
    remarks = [(s, kernels.remarks(each, of, config)) for s, each, of in zip(seqs, found, told, strict=True)]
    tables = {
        "removals": _replaced(old, shards.removals_table(removals, seqs), seqs),
        "remarks": _replaced(
            shards.read_table(state.path(f"{name}.remarks.arrow")),
            shards.remarks_table([(seq, remark) for seq, remark in remarks if remark]),
            seqs,
        ),
    }
    applied = [[r for r in each if r.applies] for each in removals]
    otherwise = [
        i
        for i, (document, seq) in enumerate(zip(documents, seqs, strict=True))
        if _cuts_otherwise(document, applied[i], [r for r in before.get(seq, []) if r.applies])
    ]
    if otherwise:
        which = [seqs[i] for i in otherwise]
        cut = sentence_tables([documents[i] for i in otherwise], [applied[i] for i in otherwise], which, config)
        tables |= _merge_sentences(state, name, cut, which)
    return tables


def _cuts_otherwise(document: Document, now: Sequence[Removal], before: Sequence[Removal]) -> bool:
    """Whether the removals of ``now`` leave other text than those of ``before``."""
    if {(r.start, r.end) for r in now} == {(r.start, r.end) for r in before}:
        return False
    return kernels.kept_spans(document, now) != kernels.kept_spans(document, before)


def _replaced(old: Any, new: Any, seqs: Sequence[int]) -> Any:
    """A table in the order of its column ``seq``, with the rows of ``seqs`` replaced by ``new``."""
    import pyarrow as pa

    joined = pa.concat_tables([old.filter(~np.isin(old["seq"].to_numpy(), seqs)), new])
    return joined.take(np.argsort(joined["seq"].to_numpy(), kind="stable")).combine_chunks()


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

        every = concat([Signed.read(state.path(f"{name}.signatures.arrow")), new["signatures"]])
        stays = np.concatenate((rows, np.arange(old.num_rows, len(every))))
        tables["signatures"] = take(every, stays[order])
    return tables


def run_stages(
    documents: Sequence[Document], config: Config, facts: Sequence[Any], alone: Alone | None = None
) -> tuple[list[list[Removal]], list[tuple[int, str]]]:
    """What all stages find in each document; and (index, why) of those on which a stage failed.

    What a rule of the user keeps is among it, and does not apply. What stages found that are in ``alone`` is taken from
    there; of others that do not look at facts it is put there.
    """
    found: list[list[Removal]] = [[] for _ in documents]
    failed: dict[int, str] = {}
    for stage in stages_of(config):
        if alone is not None and stage.name in alone:
            each = dict(enumerate(alone[stage.name]))
        else:
            each = dict(_find(stage, documents, facts, config, failed))
            if alone is not None and getattr(stage, "alone", False):
                alone[stage.name] = [each.get(i, []) for i in range(len(documents))]
        for i, removals in each.items():
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
