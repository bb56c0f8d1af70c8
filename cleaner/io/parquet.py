"""Rows of a Parquet file, a batch at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from cleaner.errors import InputError
from cleaner.io.limits import ReadOptions
from cleaner.io.records import RawRecord
from cleaner.io.sources import Source
from cleaner.io.streams import open_source
from cleaner.model import Rejected

_BATCH_ROWS = 64


def read_rows(source: Source, options: ReadOptions) -> Iterator[RawRecord | Rejected]:
    """One record a row, its columns as ``fields``. ``InputError`` where the file is cut off or damaged.

    Strings that are not UTF-8 cost their row (``bad-encoding``), as in JSONL.
    """
    number = 0
    for names, batch in _batches(source):
        for i in range(batch.num_rows):
            number += 1
            yield _row(source, number, dict(zip(names, batch.columns, strict=True)), i, options)


def _batches(source: Source) -> Iterator[tuple[list[str], Any]]:
    import pyarrow.parquet as pq

    rows = 0
    with open_source(source.path) as handle:
        try:
            batches = pq.ParquetFile(handle, pre_buffer=False).iter_batches(batch_size=_BATCH_ROWS, use_threads=False)
            while (batch := next(batches, None)) is not None:
                yield batch.schema.names, batch
                rows += batch.num_rows
        except Exception as error:  # whatever a damaged file makes pyarrow raise
            read = f"after {rows} rows" if rows else "as Parquet"
            why = " ".join(str(error).split())[:200]
            raise InputError(
                f"{source.name}: cannot be read {read} ({why}); fetch or write the file again", code="damaged"
            ) from error


def _row(source: Source, number: int, columns: Mapping[str, Any], i: int, options: ReadOptions) -> RawRecord | Rejected:
    fields: dict[str, Any] = {}
    size = 0
    for name, column in columns.items():
        try:
            value = _plain(column[i].as_py())
        except UnicodeDecodeError:
            return Rejected(source.name, number, None, None, "bad-encoding", f"column {name!r} is not UTF-8")
        except Exception as error:  # a value that Python has no room for
            return Rejected(source.name, number, None, None, "bad-record", f"column {name!r}: {error}")
        size += len(value) if isinstance(value, str | bytes) else 0
        if value is not None:
            fields[name] = value
    if size > options.max_record_bytes:
        message = f"larger than {options.max_record_bytes} bytes; raise --max-record-bytes"
        return Rejected(source.name, number, None, _id(fields), "too-large", message)
    return RawRecord(source.name, "row", number, None, None, fields=fields)


def _plain(value: Any) -> Any:
    """A value of a column as JSON knows it: times as ISO 8601, decimals as text, bytes decoded."""
    import datetime
    import decimal

    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta | decimal.Decimal):
        return str(value)
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, tuple) and len(value) == 2:
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return value


def _id(fields: dict[str, Any]) -> str | None:
    return None if fields.get("id") is None else str(fields["id"])
