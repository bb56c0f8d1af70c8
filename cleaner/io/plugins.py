"""Readers and writers that other packages bring, by entry points.

- ``cleaner.readers``: named by a file suffix without its dot; ``reader(path: str) -> Iterable[dict]`` yields records
  of the input contract (``id``, ``text`` or ``html``, ...) in a fixed order.
- ``cleaner.writers``: named by a format of ``cleaner export --to``; ``writer(results, dest: Path) -> Path`` gets the
  result as ``cleaner.open`` gives it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from cleaner.errors import InputError, UsageError
from cleaner.io.limits import ReadOptions

READERS, WRITERS = "cleaner.readers", "cleaner.writers"
PREFIX = "plugin:"
"""Of the kind of a source that a plug-in reads."""


@functools.cache
def names(group: str) -> tuple[str, ...]:
    """Names of the installed plug-ins of a group, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=group)}))


def kind_of(suffix: str) -> str | None:
    """The kind of a file with this suffix (with its dot), where a plug-in reads it."""
    name = suffix.removeprefix(".")
    return PREFIX + name if name in names(READERS) else None


def read_plugin(kind: str, path: str, name: str, options: ReadOptions) -> Iterator[Any]:
    """Records of a source by its plug-in, as ``RawRecord`` of kind ``row`` or ``Rejected``.

    Raises ``InputError`` where the plug-in fails, after what it gave before.
    """
    from cleaner.io.records import RawRecord
    from cleaner.model import Rejected

    reader: Callable[[str], Iterable[Mapping[str, Any]]] = _load(READERS, kind.removeprefix(PREFIX))
    number = 0
    try:
        for number, record in enumerate(reader(path), 1):
            if not isinstance(record, Mapping):
                yield Rejected(
                    name, number, None, None, "bad-record", f"the reader gave {type(record).__name__}, no mapping"
                )
                continue
            row = RawRecord(name, "row", number, fields=dict(record))
            if row.size > options.max_record_bytes:
                message = f"larger than {options.max_record_bytes} bytes; raise --max-record-bytes"
                yield Rejected(name, number, None, None, "too-large", message)
            else:
                yield row
    except Exception as error:
        where = f"after record {number}" if number else "at its beginning"
        raise InputError(
            f"{name}: its reader failed {where} ({type(error).__name__}: {error})", code="reader"
        ) from error


def write_plugin(to: str, results: Any, dest: Path) -> Path:
    """Write a result by a plug-in. ``UsageError`` for a format that none brings."""
    writer: Callable[[Any, Path], Path] = _load(WRITERS, to)
    return Path(writer(results, dest))


def _load(group: str, name: str) -> Any:
    for point in entry_points(group=group):
        if point.name == name:
            try:
                return point.load()
            except Exception as error:
                raise UsageError(
                    f"plug-in {name!r} ({point.value}) cannot be loaded: {error}", code="plugin"
                ) from error
    raise UsageError(f"no plug-in {name!r} in {group}; installed: {', '.join(names(group)) or 'none'}", code="plugin")
