"""The report of a run, drawn from the shards' parts of the output by the run's own workers.

They gather the tables of each shard, and when it is chosen whose texts are embedded, render these. The page is that
of ``page.write_page`` over the finished files, byte for byte.
"""

from __future__ import annotations

import functools
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import orjson

from cleaner.io.results import Record, paired
from cleaner.report.data import Gathered, Gatherer
from cleaner.report.islands import islands
from cleaner.report.sharing import Sharing

_SOURCE_KEY = b'"doc_id"'
_FOREIGN = {"documents": b'"metadata":{', "removed": b'"evidence":{', "rejected": b""}
"""From where on a record may hold numbers of the input or of a plug-in. In a text the quotation marks would be escaped."""
_LONG_NUMBER = re.compile(rb"\d{19}")
"""Whole numbers of 64 bits have fewer digits: longer ones are read as floats by the faster parser."""


class Parts(Protocol):
    """The parts that a run's output is put together from."""

    @property
    def stems(self) -> Sequence[Path]:
        """For each shard, the path of its parts without ``.documents``, ``.removed``, ``.sentences``, ``.rejected``."""

    @property
    def temp(self) -> Path:
        """A folder for files that are of no use afterwards."""

    def each(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
        """What ``work`` makes of each task, in their order, on all cores."""


@dataclass(frozen=True)
class Drawn:
    """A report without its texts, and where these are."""

    data: Gathered
    texts: Sequence[Path]


@dataclass(frozen=True)
class _Texts:
    """To render: the shard's embedded documents, as ``rows`` says, into ``out``."""

    stem: Path
    rows: Path
    out: Path


def draw(parts: Parts, manifest: Mapping[str, Any]) -> Drawn:
    """Everything that the page shows."""
    parts.temp.mkdir(exist_ok=True)
    gatherer = Gatherer()
    for some in parts.each(_gather, parts.stems):
        gatherer.join(some)
    data = gatherer.close(manifest)
    rows = parts.temp / "report-rows.json"
    rows.write_text(json.dumps([data.number(), sorted(data.embedded)]), encoding="ascii")
    tasks = [_Texts(stem, rows, parts.temp / f"report-{number:06d}.texts") for number, stem in enumerate(parts.stems)]
    embedded, place = data.embedded, 0
    for sharing in parts.each(_render, tasks):
        data.sharing.join(sharing, place, embedded)
        place += sharing.shared
    data.sharing.close()
    return Drawn(data, [task.out for task in tasks])


def copy_texts(drawn: Drawn, handle: Any) -> None:
    """Append the texts to an open binary file."""
    for path in drawn.texts:
        with path.open("rb") as part:
            shutil.copyfileobj(part, handle, 1 << 20)
        path.unlink()


def _gather(stem: Path) -> Gatherer:
    gatherer = Gatherer()
    for document, removals in _documents(stem):
        gatherer.add(document, removals)
    gatherer.reject(_records(stem, "rejected"))
    return gatherer


def _render(task: _Texts) -> Sharing:
    number, embedded = _rows(task.rows, task.rows.stat().st_mtime_ns)
    with task.out.open("w", encoding="utf-8", newline="\n") as handle:
        handle.writelines(islands(_documents(task.stem), number, embedded))
    sharing = Sharing()
    sharing.take(enumerate(_shared(task.stem)), embedded)
    return sharing


@functools.lru_cache(maxsize=1)
def _rows(path: Path, _written: int) -> tuple[dict[str, int], frozenset[str]]:
    """Numbers of the documents in the table, and which are embedded; read once a process."""
    number, embedded = json.loads(path.read_text(encoding="ascii"))
    return number, frozenset(embedded)


def _documents(stem: Path) -> Iterator[tuple[Record, list[Record]]]:
    return paired(_records(stem, "documents"), _records(stem, "removed"), stem)


def _records(stem: Path, kind: str) -> Iterator[Record]:
    return (_record(line, _FOREIGN[kind]) for line in _lines(stem, kind))


def _record(line: bytes, foreign: bytes = b"") -> Record:
    """A line's record, by the faster parser where that gives the same; numbers that are not ours follow ``foreign``."""
    if not foreign or _LONG_NUMBER.search(line, max(line.find(foreign), 0)) is None:
        try:
            record: Record = orjson.loads(line)
            return record
        except ValueError:  # a lone surrogate, or a number beyond any float
            pass
    slow: Record = json.loads(line)
    return slow


def _shared(stem: Path) -> Iterator[Record]:
    """Sentences with two sources or more."""
    for line in _lines(stem, "sentences"):
        if line.count(_SOURCE_KEY) > 1:
            record = _record(line)
            if len(record["sources"]) > 1:
                yield record


def _lines(stem: Path, kind: str) -> Iterator[bytes]:
    with Path(f"{stem}.{kind}").open("rb") as handle:
        yield from handle
