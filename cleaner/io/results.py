"""Read a result, in a folder or at a URL: its records as dictionaries, whatever the format, and its source texts rebuilt.

Everything that looks at a result (``show``, ``restore``, ``verify``, ``report``, ``export``, the API) reads it here.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import IO, Any

from cleaner.errors import EXIT_INPUT, CleanerError, InputError, UsageError
from cleaner.io.places import Place, place_of
from cleaner.io.schema import JSON_COLUMNS, SCHEMAS, arrow_schema, parquet_row

Record = dict[str, Any]
KINDS = tuple(SCHEMAS)
_BATCH_ROWS = 256
_SOURCE_KEY = b'"doc_id"'
"""What a line of ``sentences`` holds once a source, and in no string: there the quotes would be escaped."""


class RebuildError(CleanerError):
    """A source text cannot be rebuilt: ``doc_id`` and ``offset`` (code points of the source) say where."""

    exit_code = EXIT_INPUT

    def __init__(self, doc_id: str, offset: int, what: str) -> None:
        super().__init__(f"document {doc_id!r}, offset {offset}: {what}", code="rebuild")
        self.doc_id = doc_id
        self.offset = offset


class Results:
    """One result. Every iterator starts anew at each call and holds one record, or one batch, in memory."""

    def __init__(self, place: Place, manifest: Mapping[str, Any] | None = None) -> None:
        self.place = place
        self._manifest = manifest

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """``manifest.json``, or what the caller gave. ``UsageError`` where there is none."""
        return self._manifest if self._manifest is not None else _read_object(self.place, "manifest.json")

    @cached_property
    def run(self) -> Mapping[str, Any]:
        """``run.json``; empty where there is none."""
        return _read_object(self.place, "run.json") if "run.json" in (self.place.names() or ()) else {}

    def files(self, kind: str) -> list[str]:
        """Names of the files that hold ``kind``, in order: ``kind.jsonl`` or its shards, plain, zst, gz or Parquet."""
        listed = [name for name in self.manifest.get("outputs", {}) if _kind_of(name) == kind]
        return sorted(listed or [name for name in self.place.names() or () if _kind_of(name) == kind])

    def records(self, kind: str) -> Iterator[Record]:
        """Records of ``documents``, ``removed``, ``sentences`` or ``rejected``, in the order of the input.

        Raises ``InputError`` with file and line (or row) where a file is missing, cut off or not what it says.
        """
        for name in self.files(kind):
            yield from self.records_of(name)

    def records_of(self, name: str) -> Iterator[Record]:
        """Records of one of ``files``."""
        kind = _kind_of(name)
        if kind and name.endswith(".parquet"):
            return _read_parquet(self.place, name, kind)
        return _read_lines(self.place, name)

    def documents(self) -> Iterator[Record]:
        return self.records("documents")

    def removed(self) -> Iterator[Record]:
        return self.records("removed")

    def sentences(self) -> Iterator[Record]:
        return self.records("sentences")

    def shared_sentences(self) -> Iterator[Record]:
        """Sentences with two sources or more, without parsing the others."""
        for name in self.files("sentences"):
            parquet = name.endswith(".parquet")
            found = self.records_of(name) if parquet else _read_lines(self.place, name, _SOURCE_KEY, 2)
            yield from (record for record in found if len(record["sources"]) > 1)

    def rejected(self) -> Iterator[Record]:
        return self.records("rejected")

    def arrow(self, kind: str = "documents") -> Any:
        """All records of ``kind`` as a ``pyarrow.Table``, with the columns of the Parquet files; also where there are none.

        ``metadata`` and ``evidence`` are JSON strings, since a column has one type. It holds everything in memory.
        """
        import pyarrow as pa

        if kind not in KINDS:
            raise UsageError(f"no records {kind!r}; one of {', '.join(KINDS)}", code="unknown-kind")
        schema = arrow_schema(kind)
        rows = (parquet_row(kind, record) for record in self.records(kind))
        tables = [pa.Table.from_pylist(batch, schema) for batch in _batches(rows)]
        return pa.concat_tables(tables) if tables else schema.empty_table()

    def pandas(self, kind: str = "documents") -> Any:
        """The same as a ``pandas.DataFrame`` (install pandas)."""
        return self.arrow(kind).to_pandas()

    def dataset(self, kind: str = "documents") -> Any:
        """The same as a ``datasets.Dataset`` (install datasets), also of a file without records."""
        from datasets import Dataset

        return Dataset(self.arrow(kind))

    def with_removals(self) -> Iterator[tuple[Record, list[Record]]]:
        """Each document with its removals, by one pass over both files. ``InputError`` for a removal of no document."""
        return paired(self.documents(), self.removed(), self.place)

    def find(self, doc_id: str) -> tuple[Record, list[Record]]:
        """One document and its removals. ``UsageError`` that names the nearest ids where there is none such."""
        for document in self.documents():
            if document["id"] == doc_id:
                return document, [r for r in self.removed() if r["doc_id"] == doc_id]
        raise UsageError(self._unknown(doc_id), code="unknown-id")

    def _unknown(self, doc_id: str) -> str:
        import difflib

        ids = [d["id"] for d in self.documents()]
        tail = doc_id.rsplit("/", 1)[-1].lower()
        part = [i for i in ids if tail and tail in i.lower()]
        near = (part + [i for i in difflib.get_close_matches(doc_id, ids, n=3, cutoff=0.4) if i not in part])[:3]
        hint = f"; nearest: {', '.join(map(repr, near))}" if near else ""
        return f"{self.place} holds no document {doc_id!r} ({len(ids)} documents){hint}"


def paired(
    documents: Iterator[Record], removals: Iterator[Record], where: object
) -> Iterator[tuple[Record, list[Record]]]:
    """Each document with its removals, of records in the order of a result. ``InputError`` for a removal of no
    document."""
    pending = next(removals, None)
    for document in documents:
        own: list[Record] = []
        while pending is not None and pending["doc_id"] == document["id"]:
            own.append(pending)
            pending = next(removals, None)
        yield document, own
    if pending is not None:
        said = f"{where}: removal at offset {pending['start']} of {pending['doc_id']!r}"
        raise InputError(f"{said} has no document at its place; run cleaner verify", code="order")


def open_result(out: str | os.PathLike[str] | Place, manifest: Mapping[str, Any] | None = None) -> Results:
    """The result in the folder or at the URL ``out``. ``UsageError`` where it is none; ``manifest`` spares reading the
    file."""
    place = place_of(out)
    names = place.names()
    if names is None:
        raise UsageError(f"{place} is not a folder; give the --out folder or URL of a run", code="no-result")
    if manifest is None and "manifest.json" not in names:
        raise UsageError(f"{place} holds no manifest.json, so no finished run; run cleaner run first", code="no-result")
    return Results(place, manifest)


def rebuild(document: Mapping[str, Any], removals: Sequence[Mapping[str, Any]]) -> str:
    """The source text, to the last character, from a document record and its removal records.

    Raises ``RebuildError`` with document and offset where spans overlap, a text does not fit its span, or the
    length or the digest differs. Removals with an ``action`` stand in the kept text and are passed over.
    """
    doc_id = str(document["id"])
    pieces = [(s, s + len(t), t) for s, t in _kept_pieces(document)]
    pieces += [(r["start"], r["end"], r["text"]) for r in removals if "action" not in r]
    pieces += [(g["start"], g["start"] + len(g["text"]), g["text"]) for g in document["gaps"]]
    out: list[str] = []
    at, widest = 0, (0, 0)
    for start, end, text in [*sorted(pieces), (document["source_length"], document["source_length"], "")]:
        if start < at:
            raise RebuildError(doc_id, start, f"two spans overlap, up to {at}")
        if end - start != len(text):
            raise RebuildError(doc_id, start, f"{len(text)} characters for the span {start} to {end}")
        if start - at > widest[0]:
            widest = start - at, at
        out += ("\n" * (start - at), text)
        at = end
    source = "".join(out)
    if hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest() != document["source_sha256"]:
        hole = f"; the widest place that no span covers has {widest[0]} characters" if widest[0] > 2 else ""
        raise RebuildError(doc_id, widest[1], f"the text does not have the digest of its source{hole}")
    return source


def _batches(rows: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(itertools.islice(rows, _BATCH_ROWS)):
        yield batch


def _kept_pieces(document: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Start in the source and text of each kept span. Separators are one or two characters, and no span starts white."""
    text, at = document["text"], 0
    for number, (start, end) in enumerate(document["spans"]):
        if number:
            at += 2 if text.startswith("\n\n", at) else 1
        piece = text[at : at + end - start]
        if len(piece) != end - start:
            raise RebuildError(str(document["id"]), start, "the clean text ends before its spans do")
        yield start, piece
        at += end - start
    if at != len(text):
        raise RebuildError(str(document["id"]), document["source_length"], "the clean text is longer than its spans")


def _kind_of(name: str) -> str | None:
    stem, _, ending = name.partition(".")
    kind, _, shard = stem.partition("-")
    known = ending in ("jsonl", "jsonl.zst", "jsonl.gz", "parquet")
    return kind if known and kind in KINDS and (not shard or shard.isdigit()) else None


def _read_object(place: Place, name: str) -> Mapping[str, Any]:
    path = place.at(name)
    try:
        with place.open(name) as handle:
            value = json.loads(handle.read().decode("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error})", code="no-result") from error
    except ValueError as error:
        raise InputError(f"{path}: not JSON ({error}); run again", code="damaged") from error
    if not isinstance(value, dict):
        raise InputError(f"{path}: not a JSON object; run again", code="damaged")
    return value


def _unpacked(handle: IO[bytes], name: str) -> IO[bytes]:
    if name.endswith(".zst"):
        import zstandard

        return zstandard.open(handle, "rb")  # type: ignore[no-any-return, arg-type]
    if name.endswith(".gz"):
        import gzip

        return gzip.open(handle, "rb")  # type: ignore[return-value]
    return handle


def _read_lines(place: Place, name: str, key: bytes = b"", times: int = 0) -> Iterator[Record]:
    """Records of a file of JSON lines; those that hold ``key`` fewer ``times`` are passed over."""
    number = 0
    path = place.at(name)
    try:
        with place.open(name) as raw, _unpacked(raw, name) as handle:
            for line in _lines(handle):
                number += 1
                if times and line.count(key) < times:
                    continue
                record = json.loads(line.decode("utf-8"))
                if not isinstance(record, dict):
                    raise ValueError("not an object")
                yield record
    except (OSError, EOFError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{path}:{max(number, 1)}: {why}; run cleaner verify", code="damaged") from error
    except Exception as error:
        if type(error).__module__.startswith("zstandard") or type(error).__name__ == "ZstdError":
            raise InputError(f"{path}:{number}: {error}; run cleaner verify", code="damaged") from error
        raise


def _lines(handle: IO[bytes]) -> Iterator[bytes]:
    """Lines by line feed alone; zstandard's reader has no ``readline``."""
    rest: list[bytes] = []
    while chunk := handle.read(1 << 20):
        first, *others = chunk.split(b"\n")
        rest.append(first)
        for part in others:
            yield b"".join(rest)
            rest = [part]
    if any(rest):
        yield b"".join(rest)


def _read_parquet(place: Place, name: str, kind: str) -> Iterator[Record]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = place.at(name)
    try:
        with place.open(name) as handle, pq.ParquetFile(handle, pre_buffer=False) as file:
            for batch in file.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
                for row in batch.to_pylist():
                    yield _record(row, kind)
    except (pa.ArrowException, OSError, ValueError) as error:
        why = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: cannot be read as Parquet ({why}); run cleaner verify", code="damaged") from error


def _record(row: Record, kind: str) -> Record:
    """A Parquet row as the JSONL record that it was made of: columns without a value are left out."""
    required = SCHEMAS[kind]["required"]
    out = {k: v for k, v in row.items() if v is not None or k in required}
    for name in JSON_COLUMNS:
        if name in out:
            out[name] = json.loads(out[name])
    for source in out.get("sources", ()):
        for name in [k for k, v in source.items() if v is None]:
            del source[name]
    return out
