"""The last pass: documents, removals and credits of one shard become lines of the output files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cleaner.config import Config
from cleaner.engine.credits import rows_between
from cleaner.engine.passes import ShardTask, load_documents, rules_of
from cleaner.engine.state import State, shard_name
from cleaner.errors import REJECT_CODES, OutputError
from cleaner.io import shards, write
from cleaner.model import Document, Rejected, Removal

FILES = ("documents", "removed", "sentences", "rejected")

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
    base: int
    """Global number of the shard's first sentence."""
    credits: list[dict[str, Any]]
    """Rows of ``credits.BY_KEPT`` of sentences kept here, in its order."""
    copies: list[dict[str, Any]]
    """Rows of ``credits.BY_SENTENCE`` of copies here, in its order."""


def cleaned(
    documents: list[Document],
    seqs: list[int],
    tables: Mapping[str, Any],
    lost: Iterable[tuple[int, str, str]],
    base: int,
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
        base=base,
        credits=credits,
        copies=copies,
    )


def emit_shard(task: EmitTask) -> dict[str, Any]:
    """Write the shard's part of every output file, each character of its documents accounted for.

    Nothing is done where the part is there already, made of the same.
    """
    state = State(task.root)
    read, judged = (
        json.loads(state.path(f"{shard_name(of, task.number)}.json").read_text(encoding="utf-8"))
        for of in ("read", "judge")
    )
    end = task.base + judged["sentences"]
    credits = rows_between(task.credits, "kept", task.base, end) if task.credits else []
    copies = rows_between(task.copies, "sentence", task.base, end) if task.copies else []
    told = repr((read["files"], judged["files"], judged["lost"], task.base, credits, copies))
    made_of = sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    name = shard_name("emit", task.number)
    if (note := state.done(name)) and note["made_of"] == made_of:
        return note
    documents, seqs = load_documents(state, task.number)
    sentences = _table(state, "judge", task.number, "sentences")
    tables = {
        kind: _table(state, prefix, task.number, kind)
        for prefix, kind in (("read", "rejected"), ("judge", "removals"), ("judge", "remarks"))
    }
    shard = cleaned(documents, seqs, {**tables, "sentences": sentences}, judged["lost"], task.base, credits, copies)
    lines, tally = emit_lines(shard, task.config)
    for kind, rows in lines.items():
        with state.path(f"{name}.{kind}").open("w", encoding="utf-8", newline="\n") as handle:
            handle.writelines(row + "\n" for row in rows)
    return state.finish(
        name,
        [f"{name}.{kind}" for kind in FILES],
        rows={kind: len(rows) for kind, rows in lines.items()},
        tally=dict(tally),
        made_of=made_of,
    )


def emit_lines(shard: Cleaned, config: Config) -> tuple[dict[str, list[str]], Counter[str]]:
    """The shard's lines of every output file, and its tally of characters, spans and copies."""
    dedup = _dedup_removals(shard.copies)
    duplicates = _copied_documents(shard.copies, shard.sentences["seq"].to_pylist())
    lines: dict[str, list[str]] = {name: [] for name in FILES}
    tally: Counter[str] = Counter()
    texts: dict[int, Document] = {}
    rejected = list(shard.rejected)
    rules = rules_of(config)
    for document, seq in zip(shard.documents, shard.seqs, strict=True):
        if seq in shard.lost:
            code, why = shard.lost[seq]
            rejected.append((seq, _lost(document, code, why)))
            continue
        texts[seq] = document
        mark = config.duplicates == "mark"
        copied = dedup.get(seq, [])
        found = shard.removals.get(seq, []) + ([] if mark else rules.overrule(document, copied))
        cut = [r for r in found if r.applies]
        remarks = dict(shard.remarks.get(seq, {}))
        if seq in duplicates:
            remarks["duplicate_of"] = duplicates[seq]
        record, removed, counts = _document(document, cut, remarks)
        lines["documents"].append(write.to_json(record))
        lines["removed"].extend(write.to_json(r) for r in removed)
        stated = [(r, "keep") for r in found if not r.applies] + [(r, "mark") for r in (copied if mark else ())]
        lines["removed"].extend(write.to_json(write.removal_record(document, r, action)) for r, action in stated)
        tally.update(counts)
    lines["sentences"] = list(_sentences(shard, texts))
    rejected.sort(key=lambda item: item[0])
    lines["rejected"] = [write.to_json(write.rejected_record(r)) for _, r in rejected]
    tally["copies"] = len(shard.copies)
    tally["across"] = sum(
        r["kept_outlet"] != texts[r["seq"]].source.encode("utf-8", "surrogatepass") for r in shard.copies
    )
    return lines, tally


def _table(state: State, prefix: str, number: int, kind: str) -> Any:
    return shards.read_table(state.path(f"{shard_name(prefix, number)}.{kind}.arrow"))


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


def _sentences(shard: Cleaned, documents: dict[int, Document]) -> Iterable[str]:
    """Records of the sentences kept in this shard, the kept source first."""
    members: dict[int, list[dict[str, Any]]] = {}
    for row in shard.credits:
        members.setdefault(row["kept"], []).append(row)
    gone = {row["sentence"] for row in shard.copies}
    columns = (shard.sentences[c].to_pylist() for c in ("seq", "start", "end"))
    for number, (seq, start, end) in enumerate(zip(*columns, strict=True), shard.base):
        if number in gone or seq not in documents:
            continue
        document = documents[seq]
        own = {"doc_id": document.id, "outlet": document.source, "start": start, "end": end, "similarity": 1.0}
        rows = members.get(number)
        sources = [_source(row) for row in rows] if rows else [own]
        yield write.plain_json({"id": f"{document.id}#{start}", "text": document.text[start:end], "sources": sources})


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
