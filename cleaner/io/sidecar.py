"""The sidecar manifest: what a folder's owner states about its files, over anything that the files state."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cleaner.errors import InputError, UsageError
from cleaner.io.sources import SIDECARS, Source
from cleaner.io.streams import is_url, open_source

_PATH_COLUMNS = ("path", "file", "filename")
_LIMIT = 1 << 30


@dataclass(frozen=True)
class Manifest:
    """Rows by the file they speak of and by the id they speak of. Picklable."""

    by_path: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """``Source.name`` to the fields that its row states."""
    by_id: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def row(self, name: str, ids: Sequence[str | None]) -> Mapping[str, Any]:
        """What is stated of the file ``name`` or of a record with one of ``ids``; the id is the more exact."""
        for key in ids:
            if key is not None and key in self.by_id:
                return {**self.by_path.get(name, {}), **self.by_id[key]}
        return self.by_path.get(name, {})


def read_manifest(sources: Sequence[Source]) -> Manifest | None:
    """The rows of every ``manifest.csv`` and ``manifest.jsonl`` that lies in a folder of ``sources``.

    Paths in a manifest are relative to the folder it lies in. Columns: ``path`` or ``id``, and any field of an input
    record. Raises ``UsageError`` that names file and line where one cannot be read. ``None`` where there is none.
    """
    by_path: dict[str, dict[str, Any]] = {}
    by_id: dict[str, dict[str, Any]] = {}
    found = False
    for (root, folder), names in _folders(sources).items():
        for sidecar in SIDECARS:
            text = _text(f"{root}/{folder}{sidecar}")
            if text is None:
                continue
            found = True
            where = f"{folder}{sidecar}"
            rows = _csv_rows(text, where) if sidecar.endswith(".csv") else _json_rows(text, where)
            for line, row in rows:
                path = next((str(row.pop(c)) for c in _PATH_COLUMNS if row.get(c)), None)
                stated = row.get("id")
                if path is not None:
                    name = names.get(_joined(folder, path))
                    if name is not None:
                        by_path.setdefault(name, {}).update(row)
                elif stated not in (None, ""):
                    by_id.setdefault(str(row.pop("id")), {}).update(row)
                else:
                    raise UsageError(
                        f"{where}, line {line}: neither path nor id; name the file or record", code="manifest"
                    )
    return Manifest(by_path, by_id) if found else None


def _folders(sources: Sequence[Source]) -> dict[tuple[str, str], dict[str, str]]:
    """(root, folder below it with its ``/``) to the sources below it: path from the root to name."""
    roots: dict[str, dict[str, str]] = {}
    for source in sources:
        if source.root:
            roots.setdefault(source.root, {})[_from_root(source)] = source.name
    out: dict[tuple[str, str], dict[str, str]] = {}
    for root, names in roots.items():
        folders = {""}
        for path in names:
            parts = path.split("/")[:-1]
            folders.update("/".join(parts[:i]) + "/" for i in range(1, len(parts) + 1))
        for folder in sorted(folders):
            out[root, folder] = names
    return out


def _from_root(source: Source) -> str:
    if is_url(source.path):
        return source.path[len(source.root) :].lstrip("/")
    import os

    return os.path.relpath(source.path, source.root).replace(os.sep, "/")


def _joined(folder: str, path: str) -> str:
    """``path`` as a manifest writes it, below ``folder``; only ever compared with names, never opened."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
    return folder + "/".join(parts)


def _text(path: str) -> str | None:
    import os

    if not is_url(path) and not os.path.exists(path):
        return None
    if not is_url(path) and not os.path.isfile(path):  # a pipe of that name would be waited for
        raise UsageError(f"{path}: the manifest is no file; rename it", code="manifest")
    try:
        with open_source(path) as handle:
            raw = handle.read(_LIMIT)
    except (InputError, OSError) as error:
        if is_url(path):
            return None
        raise UsageError(f"{path}: the manifest cannot be read; check its permissions", code="manifest") from error
    try:
        return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8", code="manifest") from error


def _csv_rows(text: str, where: str) -> list[tuple[int, dict[str, Any]]]:
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    csv.field_size_limit(1 << 24)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey="")
    rows = []
    try:
        names = [str(n).strip().lower() for n in reader.fieldnames or []]
        reader.fieldnames = names
        if names and not {"id", *_PATH_COLUMNS} & set(names):
            raise UsageError(f"{where}: no column path or id among {', '.join(names)}", code="manifest")
        for row in reader:
            if "" in row:
                raise UsageError(
                    f"{where}, line {reader.line_num}: more fields than columns; quote fields with a comma",
                    code="manifest",
                )
            rows.append((reader.line_num, {k: v.strip() for k, v in row.items() if v is not None and v.strip()}))
    except csv.Error as error:
        raise UsageError(f"{where}, line {reader.line_num}: {error}", code="manifest") from error
    return [(line, row) for line, row in rows if row]


def _json_rows(text: str, where: str) -> list[tuple[int, dict[str, Any]]]:
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{where}, line {number}: not JSON; one object a line", code="manifest") from error
        if not isinstance(row, dict):
            raise UsageError(f"{where}, line {number}: not a JSON object; one object a line", code="manifest")
        rows.append((number, {str(k).lower(): v for k, v in row.items() if v is not None}))
    return rows
