"""Records of a source, in order, one at a time: what is there to read, and what of it cannot be.

Splitting is done here, parsing (decoding, JSON, HTML) in ``cleaner.io.documents``: the first runs in one process and
must be cheap, the second runs in many.
"""

from __future__ import annotations

import contextlib
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cleaner.errors import InputError
from cleaner.io import plugins
from cleaner.io.limits import ReadOptions
from cleaner.io.lines import byte_lines
from cleaner.io.parts import part_lines
from cleaner.io.sources import Source
from cleaner.io.streams import ExpansionError, audit, chunks
from cleaner.model import Rejected, Span


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as it was found, undecoded. Picklable; holds the record's own bytes and nothing of its neighbours."""

    source: str
    """``Source.name``."""
    kind: str
    """``text`` or ``html`` (``payload`` is an encoded file or page), ``json`` (``payload`` is one line of JSONL),
    ``row`` (``fields`` is a row of a table)."""
    line: int | None = None
    """1-based number of the line, row or WARC record; ``None`` where the file is the record."""
    byte: int | None = None
    """Offset of its first byte in the decompressed file, where known."""
    payload: bytes | None = None
    encoding: str | None = None
    """What the transport says about the encoding (HTTP's ``charset``)."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """What is known beside the payload: ``id``, ``url``, ``added`` ... by the names of the input contract."""

    @property
    def id(self) -> str | None:
        """The id that it states, for the report of its rejection; parsed on demand."""
        stated = self.fields.get("id")
        if stated is None and self.kind == "json" and self.payload is not None:
            import json

            with contextlib.suppress(ValueError, RecursionError):
                record = json.loads(self.payload)
                stated = record.get("id") if isinstance(record, dict) else None
        return str(stated) if isinstance(stated, str | int | float) and not isinstance(stated, bool) else None

    @property
    def size(self) -> int:
        """About how many bytes it holds, for batching."""
        if self.payload is not None:
            return len(self.payload)
        return sum(len(v) for v in self.fields.values() if isinstance(v, str | bytes))


def read_records(source: Source, options: ReadOptions) -> Iterator[RawRecord | Rejected]:
    """Every record of ``source`` in the order of the file, in bounded memory.

    What cannot be used comes as ``Rejected``, in its place. Raises ``InputError`` where the source cannot be read to
    its end, after everything before the fault was yielded.
    """
    kind = options.kind or source.kind
    if kind in ("txt", "html"):
        yield from _whole(source, "text" if kind == "txt" else "html", options)
    elif kind == "jsonl":
        yield from _json_lines(source, options)
    elif kind == "parquet":
        from cleaner.io.parquet import read_rows

        yield from read_rows(source, options)
    elif kind == "warc":
        from cleaner.io.warc import read_archive

        yield from read_archive(source, options)
    elif kind.startswith(plugins.PREFIX):
        yield from plugins.read_plugin(kind, source.path, source.name, options)
    else:
        yield Rejected(
            source.name, None, None, source.name, "unsupported",
            "not a kind of file that is read in a folder; name it .txt, .html, .jsonl, .parquet or .warc",
        )  # fmt: skip


def _whole(source: Source, kind: str, options: ReadOptions) -> Iterator[RawRecord | Rejected]:
    """The file as one record. One that cannot be read to its end gives none: half a text would pass as whole."""
    held, size = [], 0
    pieces = chunks(source.path, source.name, options)
    try:
        for piece in pieces:
            size += len(piece)
            if size > options.max_record_bytes:
                message = f"larger than {options.max_record_bytes} bytes; raise --max-record-bytes"
                yield Rejected(source.name, None, 0, source.name, "too-large", message)
                return
            held.append(piece)
    except InputError as error:
        yield Rejected(source.name, None, 0, source.name, error.code, str(error))
        raise
    finally:
        pieces.close()  # type: ignore[attr-defined]
    yield RawRecord(source.name, kind, None, 0, b"".join(held), fields={"id": source.name})


def _json_lines(source: Source, options: ReadOptions) -> Iterator[RawRecord | Rejected]:
    doubtful = Doubt(audit(source.path, source.name, options))
    if source.part is None:
        lines = byte_lines(chunks(source.path, source.name, options), options.max_record_bytes)
    else:
        lines = part_lines(source, options)
    number = start = 0
    try:
        for number, start, line, length in lines:
            if number == 1 and line is not None and line.startswith(BOM_UTF8):
                start, line = start + len(BOM_UTF8), line.removeprefix(BOM_UTF8)
            if line is None:
                message = f"{length} bytes, more than {options.max_record_bytes}; raise --max-record-bytes"
                yield Rejected(source.name, number, start, None, "line-too-long", message)
            elif not line.strip(b" \t\r"):
                continue
            elif doubtful.covers(start, start + length):
                yield Rejected(source.name, number, start, None, "damaged", DAMAGED)
            else:
                yield RawRecord(source.name, "json", number, start, line)
    except ExpansionError as error:
        yield Rejected(source.name, number + 1, None, None, "expansion-limit", str(error))
        raise


DAMAGED = "the checksum over these bytes is wrong, so they may be altered; fetch the file again"


class Doubt:
    """Asks whether bytes lie in a stretch whose checksum is wrong. Positions must not go back."""

    def __init__(self, stretches: list[Span]) -> None:
        self._left = list(reversed(stretches))

    def covers(self, start: int, end: int) -> bool:
        """Whether ``[start, end)`` touches a doubtful stretch."""
        while self._left and self._left[-1][1] <= start:
            self._left.pop()
        return bool(self._left) and self._left[-1][0] < end
