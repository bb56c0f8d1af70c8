"""The last pass: documents, removals and credits of one shard become lines of the output files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cleaner.config import Config
from cleaner.engine.credits import rows_between
from cleaner.engine.passes import ShardTask, load_documents, rules_of
from cleaner.engine.renewal import KINDS, Earlier, Lines, digests, save
from cleaner.engine.state import State, shard_name
from cleaner.errors import REJECT_CODES, OutputError
from cleaner.io import shards, write
from cleaner.model import Document, Rejected, Removal

FILES = ("documents", "removed", "sentences", "rejected")

OURS = frozenset(("chrome", "offtopic", "language", "dedup"))

COPY_SHARE = 0.9
"""Share of a document's sentences kept in one other document from which it counts as a copy of it."""


@dataclass(frozen=True)
class EmitTask(ShardTask):
    base: int = 0
    """Global number of the shard's first sentence."""
    credits: Path | None = None
    copies: Path | None = None


@dataclass(frozen=True)
class Cleaned:
    """All that is known of a shard when it is written."""

    documents: list[Document]
    seqs: list[int]
    rejected: list[tuple[int, Rejected]]
    lost: dict[int, tuple[str, str]]
    """By sequence number, why a document became none after all."""
    removals: dict[int, list[Removal]]
    remarks: dict[int, dict[str, Any]]
    """By sequence number, what is added to the metadata."""
    sentences: Any
    """Arrow table (seq, start, end)."""
    numbers: Sequence[int]
    """The sentences' global numbers."""
    credits: list[dict[str, Any]]
    """Rows of ``credits.BY_KEPT`` of sentences kept here, in its order."""
    copies: list[dict[str, Any]]
    """Rows of ``credits.BY_SENTENCE`` of copies here, in its order."""


def cleaned(
    documents: list[Document],
    seqs: list[int],
    tables: Mapping[str, Any],
    lost: Iterable[tuple[int, str, str]],
    numbers: Sequence[int],
    credits: list[dict[str, Any]],
    copies: list[dict[str, Any]],
) -> Cleaned:
    """A shard from its Arrow tables ``rejected``, ``removals``, ``remarks`` and ``sentences``."""
    return Cleaned(
        documents,
        seqs,
        rejected=shards.rejected_of(tables["rejected"]),
        lost={seq: (code, why) for seq, code, why in lost},
        removals=shards.removals_of(tables["removals"]),
        remarks=shards.remarks_of(tables["remarks"]),
        sentences=tables["sentences"],
        numbers=numbers,
        credits=credits,
        copies=copies,
    )


def emit_shard(task: EmitTask) -> dict[str, Any]:
    """Write the shard's part of every output file, each character of its documents accounted for.

    What an earlier run wrote, of the same, stays or is copied.
    """
    state = State(task.root)
    read, judged = (
        json.loads(state.path(f"{shard_name(of, task.number)}.json").read_text(encoding="utf-8"))
        for of in ("read", "judge")
    )
    name = shard_name("emit", task.number)
    tables = {
        kind: _table(state, prefix, task.number, kind)
        for prefix, kind in (("judge", "removals"), ("judge", "remarks"), ("judge", "sentences"))
    }
    end = task.base + judged["sentences"]
    if task.credits and task.copies:
        tables["credits"] = rows_between(task.credits, "kept", task.base, end)
        tables["copies"] = rows_between(task.copies, "sentence", task.base, end)
    seqs = _table(state, "read", task.number, "documents", ("seq",))["seq"].to_numpy()
    made_of = digests(seqs, tables, task.base)
    source = [read["files"], judged["lost"]]
    changed = np.ones(len(seqs), bool)
    earlier = None
    note = state.done(name)
    if note and note["source"] == source:
        earlier = Earlier.load(state, name)
        changed = earlier.made_of != made_of
        if not changed.any():
            return note
    changed |= np.isin(seqs, [seq for seq, *_ in judged["lost"]])
    new, rejected = _lines_anew(state, task, tables, np.flatnonzero(changed), judged["lost"])
    files, rows, tally = save(state, name, seqs, made_of, changed, new, earlier)
    state.path(f"{name}.rejected").write_bytes(b"".join(line + b"\n" for line in rejected))
    return state.finish(
        name, [*files, f"{name}.rejected"], note["files"] if note and earlier else None,
        rows=rows | {"rejected": len(rejected)}, tally=dict(tally), source=source,
    )  # fmt: skip


def _lines_anew(
    state: State, task: EmitTask, tables: Mapping[str, Any], rows: Any, lost: Sequence[tuple[int, str, str]]
) -> tuple[list[Lines], list[bytes]]:
    """The lines of the documents at ``rows`` of a shard, and those of all its rejected records."""
    documents, seqs = load_documents(state, task.number, rows)
    wanted = {kind: np.isin(tables[kind]["seq"].to_numpy(), seqs) for kind in ("removals", "remarks", "sentences")}
    some = {kind: tables[kind].filter(rows) for kind, rows in wanted.items()}
    numbers = task.base + np.flatnonzero(wanted["sentences"])
    credits, copies = (
        tables[kind].filter(np.isin(tables[kind][column].to_numpy(), numbers)).to_pylist() if kind in tables else []
        for kind, column in (("credits", "kept"), ("copies", "sentence"))
    )
    some["rejected"] = _table(state, "read", task.number, "rejected")
    shard = cleaned(documents, seqs, some, lost, numbers.tolist(), credits, copies)
    return document_lines(shard, task.config), [line.encode() for line in _rejected_lines(shard)]


def emit_lines(shard: Cleaned, config: Config) -> tuple[dict[str, list[bytes]], Counter[str]]:
    """The shard's lines of every output file, and its tally of characters, spans and copies."""
    each = document_lines(shard, config)
    lines = {kind: [line for some in each for line in getattr(some, kind)] for kind in KINDS}
    tally: Counter[str] = Counter()
    for some in each:
        tally.update(some.tally)
    return {**lines, "rejected": [line.encode() for line in _rejected_lines(shard)]}, tally


def document_lines(shard: Cleaned, config: Config) -> list[Lines]:
    """The lines and the tally of each document of a shard; none of those that were lost."""
    dedup = _dedup_removals(shard.copies)
    sentences = shard.sentences["seq"].to_pylist()
    duplicates = _copied_documents(shard.copies, sentences)
    rules = rules_of(config)
    mark = config.duplicates == "mark"
    said = _sentences(shard)
    across = Counter({row["seq"]: 0 for row in shard.copies})
    source = {
        seq: document.source.encode("utf-8", "surrogatepass")
        for document, seq in zip(shard.documents, shard.seqs, strict=True)
    }
    across.update(row["seq"] for row in shard.copies if row["kept_outlet"] != source[row["seq"]])
    out = []
    for document, seq in zip(shard.documents, shard.seqs, strict=True):
        if seq in shard.lost:
            out.append(Lines((), (), (), {}))
            continue
        copied = dedup.get(seq, [])
        found = shard.removals.get(seq, []) + ([] if mark else rules.overrule(document, copied))
        remarks = dict(shard.remarks.get(seq, {}))
        if seq in duplicates:
            remarks["duplicate_of"] = duplicates[seq]
        record, removed, tally = _document(document, [r for r in found if r.applies], remarks)
        stated = [(r, "keep") for r in found if not r.applies] + [(r, "mark") for r in (copied if mark else ())]
        removed += [write.removal_record(document, r, action) for r, action in stated]
        tally["copies"], tally["across"] = len(copied), across[seq]
        out.append(
            Lines(
                [write.to_json(record).encode()],
                [_removal_line(r) for r in removed],
                [line.encode() for line in said(document, seq)],
                tally,
            )
        )
    return out


def _removal_line(record: dict[str, Any]) -> bytes:
    """The built-in stages state rounded numbers; those of plug-ins are written as they are."""
    return (write.plain_json if record["stage"] in OURS else write.to_json)(record).encode()


def _rejected_lines(shard: Cleaned) -> list[str]:
    lost = [
        (seq, _lost(document, *shard.lost[seq]))
        for document, seq in zip(shard.documents, shard.seqs, strict=True)
        if seq in shard.lost
    ]
    rejected = sorted([*shard.rejected, *lost], key=lambda item: item[0])
    return [write.to_json(write.rejected_record(r)) for _, r in rejected]


def _table(state: State, prefix: str, number: int, kind: str, columns: Sequence[str] | None = None) -> Any:
    return shards.read_table(state.path(f"{shard_name(prefix, number)}.{kind}.arrow"), columns)


def _lost(document: Document, code: str, why: str) -> Rejected:
    why = why or REJECT_CODES[code]
    path, _, line = document.path.rpartition(":")
    if path and line.isdigit():
        return Rejected(path, int(line), document.byte, document.id, code, why)
    return Rejected(document.path, None, document.byte, document.id, code, why)


def _document(
    document: Document, cut: Sequence[Removal], remarks: dict[str, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]], Counter[str]]:
    applied = write.apply_removals(document.text, cut)
    record = write.document_record(document, applied)
    record["metadata"].update(remarks)
    counts: Counter[str] = Counter(characters=len(document.text), kept=sum(e - s for s, e in applied.kept))
    for removal in applied.removed:
        counts[f"removed:{removal.stage}"] += removal.end - removal.start
        counts[f"spans:{removal.stage}"] += 1
        counts[f"reason:{removal.stage}/{removal.reason}"] += 1
    covered = counts["kept"] + sum(n for key, n in counts.items() if key.startswith("removed:"))
    counts["white"] = len(document.text) - covered
    _check_balance(document, applied)
    return record, [write.removal_record(document, r) for r in applied.removed], counts


def _check_balance(document: Document, applied: write.Applied) -> None:
    """Every character is kept, removed or white space between; anything else is a fault of ours, said loudly."""
    spans = sorted([*applied.kept, *((r.start, r.end) for r in applied.removed)])
    at = 0
    for start, end in [*spans, (len(document.text), len(document.text))]:
        if start < at or document.text[at:start].strip():
            raise OutputError(f"document {document.id!r} does not balance at {min(at, start)}; please report this")
        at = end


def _dedup_removals(copies: Iterable[dict[str, Any]]) -> dict[int, list[Removal]]:
    out: dict[int, list[Removal]] = {}
    for row in copies:
        evidence = {
            "by": "minhash",
            "kept_doc": _text(row["kept_doc"]),
            "kept_outlet": _text(row["kept_outlet"]),
            "kept_start": row["kept_start"],
            "kept_end": row["kept_end"],
            "similarity": round(row["similarity"], 4),
        }
        removal = Removal(row["s_start"], row["s_end"], "dedup", row["kind"], row["similarity"], evidence)
        out.setdefault(row["seq"], []).append(removal)
    return out


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogatepass")


def _copied_documents(copies: Iterable[dict[str, Any]], sentence_seqs: Sequence[int]) -> dict[int, str]:
    """Documents nearly all of whose sentences are kept in one other document, and that document's id."""
    total = Counter(sentence_seqs)
    shared = Counter((r["seq"], _text(r["kept_doc"])) for r in copies if r["kept_seq"] != r["seq"])
    best: dict[int, tuple[int, str]] = {}
    for (seq, other), count in sorted(shared.items()):
        if count >= COPY_SHARE * total[seq] and count > best.get(seq, (0, ""))[0]:
            best[seq] = (count, other)
    return {seq: other for seq, (_, other) in best.items()}


def _sentences(shard: Cleaned) -> Callable[[Document, int], Iterator[str]]:
    """What gives the records of the sentences kept in a document of the shard, the kept source first."""
    members: dict[int, list[dict[str, Any]]] = {}
    for row in shard.credits:
        members.setdefault(row["kept"], []).append(row)
    gone = {row["sentence"] for row in shard.copies}
    where: dict[int, list[tuple[int, int, int]]] = {}
    columns = (shard.sentences[c].to_pylist() for c in ("seq", "start", "end"))
    for number, seq, start, end in zip(shard.numbers, *columns, strict=True):
        if number not in gone:
            where.setdefault(seq, []).append((number, start, end))

    def of(document: Document, seq: int) -> Iterator[str]:
        for number, start, end in where.get(seq, ()):
            own = {"doc_id": document.id, "outlet": document.source, "start": start, "end": end, "similarity": 1.0}
            rows = members.get(number)
            sources = [_source(row) for row in rows] if rows else [own]
            text = document.text[start:end]
            yield write.plain_json({"id": f"{document.id}#{start}", "text": text, "sources": sources})

    return of


def _source(row: dict[str, Any]) -> dict[str, Any]:
    source = {
        "doc_id": _text(row["doc_id"]),
        "outlet": _text(row["outlet"]),
        "start": row["s_start"],
        "end": row["s_end"],
        "similarity": round(row["similarity"], 4),
    }
    if row["sentence"] != row["kept"]:
        source["kind"] = row["kind"]
    if row["framing"]:
        source["framing"] = row["framing"]
    return source
