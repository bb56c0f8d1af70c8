"""Documents between passes: Arrow files that hold any text, lone surrogates included.

Text columns are binary (UTF-8 with ``surrogatepass``) because Arrow strings must be valid UTF-8 and scraped JSON
need not be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from cleaner.model import Document, Rejected, Removal

_TEXT_FIELDS = ("id", "text", "source", "kind", "path", "url", "title", "lang", "created", "added")


def _pack(value: str | None) -> bytes | None:
    return None if value is None else value.encode("utf-8", "surrogatepass")


def _unpack(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "surrogatepass")


def documents_table(documents: Sequence[Document], seqs: Sequence[int]) -> Any:
    """An Arrow table of documents with their input sequence numbers."""
    import pyarrow as pa

    columns: dict[str, Any] = {"seq": pa.array(seqs, pa.int64())}
    for name in _TEXT_FIELDS:
        columns[name] = pa.array([_pack(getattr(d, name)) for d in documents], pa.large_binary())
    columns["byte"] = pa.array([d.byte for d in documents], pa.int64())
    columns["metadata"] = pa.array([_pack(json.dumps(dict(d.metadata))) for d in documents], pa.large_binary())
    columns["page"] = pa.array(
        [None if d.page is None else np.ascontiguousarray(d.page, np.float32).tobytes() for d in documents],
        pa.large_binary(),
    )
    columns["page_columns"] = pa.array([0 if d.page is None else d.page.shape[1] for d in documents], pa.int32())
    return pa.table(columns)


def documents_of(table: Any) -> tuple[list[Document], list[int]]:
    """The documents of a table, and their sequence numbers."""
    rows = table.to_pylist()
    documents = []
    for row in rows:
        page = None
        if row["page"] is not None:
            page = np.frombuffer(row["page"], np.float32).reshape(-1, row["page_columns"])
        words = {name: _unpack(row[name]) for name in _TEXT_FIELDS}
        metadata = json.loads(_unpack(row["metadata"]) or "{}")
        documents.append(Document(**words, byte=row["byte"], metadata=metadata, page=page))  # type: ignore[arg-type]
    return documents, [row["seq"] for row in rows]


def removals_table(per_document: Sequence[Sequence[Removal]], seqs: Sequence[int]) -> Any:
    """An Arrow table of removals, by document."""
    import pyarrow as pa

    rows = [(seq, r) for seq, removals in zip(seqs, per_document, strict=True) for r in removals]
    return pa.table(
        {
            "seq": pa.array([s for s, _ in rows], pa.int64()),
            "start": pa.array([r.start for _, r in rows], pa.int64()),
            "end": pa.array([r.end for _, r in rows], pa.int64()),
            "stage": pa.array([r.stage for _, r in rows], pa.string()),
            "reason": pa.array([r.reason for _, r in rows], pa.string()),
            "score": pa.array([float(r.score) for _, r in rows], pa.float64()),
            "evidence": pa.array([_dump(r.evidence) for _, r in rows], pa.large_binary()),
        }
    )


def removals_of(table: Any) -> dict[int, list[Removal]]:
    """Removals by the sequence number of their document."""
    out: dict[int, list[Removal]] = {}
    names = ("seq", "start", "end", "stage", "reason", "score", "evidence")
    for seq, start, end, stage, reason, score, told in zip(*(table[n].to_pylist() for n in names), strict=True):
        out.setdefault(seq, []).append(Removal(start, end, stage, reason, score, _load(told)))
    return out


_EXACT = b" "
"""Begins what only the slower of the two parsers of JSON reads as it was written: very large numbers, lone surrogates."""


def _dump(value: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(dict(value), option=orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS)
    except TypeError:
        return _EXACT + json.dumps(dict(value)).encode()


def _load(told: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(told) if told.startswith(_EXACT) else orjson.loads(told)
    return value


def remarks_table(remarks: Sequence[tuple[int, dict[str, Any]]]) -> Any:
    """An Arrow table of what is to be added to the metadata of documents, by sequence number."""
    import pyarrow as pa

    return pa.table(
        {
            "seq": pa.array([seq for seq, _ in remarks], pa.int64()),
            "remark": pa.array([json.dumps(remark) for _, remark in remarks], pa.string()),
        }
    )


def remarks_of(table: Any) -> dict[int, dict[str, Any]]:
    """Additions to the metadata by sequence number."""
    return {row["seq"]: json.loads(row["remark"]) for row in table.to_pylist()}


def rejected_table(rejected: Sequence[tuple[int, Rejected]]) -> Any:
    """An Arrow table of rejected records with their sequence numbers."""
    import pyarrow as pa

    return pa.table(
        {
            "seq": pa.array([s for s, _ in rejected], pa.int64()),
            "source": pa.array([_pack(r.source) for _, r in rejected], pa.large_binary()),
            "line": pa.array([r.line for _, r in rejected], pa.int64()),
            "byte": pa.array([r.byte for _, r in rejected], pa.int64()),
            "id": pa.array([_pack(r.id) for _, r in rejected], pa.large_binary()),
            "code": pa.array([r.code for _, r in rejected], pa.string()),
            "message": pa.array([_pack(r.message) for _, r in rejected], pa.large_binary()),
        }
    )


def rejected_of(table: Any) -> list[tuple[int, Rejected]]:
    """The rejected records of a table with their sequence numbers."""
    return [
        (
            row["seq"],
            Rejected(
                _unpack(row["source"]) or "",
                row["line"],
                row["byte"],
                _unpack(row["id"]),
                row["code"],
                _unpack(row["message"]) or "",
            ),
        )
        for row in table.to_pylist()
    ]


def write_table(path: Path, table: Any) -> None:
    """Write one Arrow IPC file (LZ4)."""
    import pyarrow as pa

    with pa.OSFile(str(path), "wb") as sink:
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.ipc.new_file(sink, table.schema, options=options) as writer:
            writer.write_table(table, max_chunksize=65536)


def read_table(path: Path, columns: Sequence[str] | None = None) -> Any:
    """Read one Arrow IPC file, or only some of its columns: the others are not even decompressed."""
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        options = pa.ipc.IpcReadOptions()
        if columns is not None:
            names = pa.ipc.open_file(source).schema.names
            options.included_fields = [names.index(column) for column in columns]
        return pa.ipc.open_file(source, options=options).read_all()


def write_arrays(path: Path, arrays: Mapping[str, NDArray[np.int64]]) -> None:
    """Write columns of numbers of any lengths, to be mapped."""
    import pyarrow as pa

    data = pa.array([np.ascontiguousarray(a).tobytes() for a in arrays.values()], pa.large_binary())
    table = pa.table({"name": pa.array(list(arrays)), "data": data})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def read_arrays(path: Path) -> dict[str, NDArray[np.int64]]:
    """The columns of ``write_arrays``."""
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    return {
        name: np.frombuffer(data.as_buffer(), np.int64)
        for name, data in zip(table["name"].to_pylist(), table["data"], strict=True)
    }
