"""From the shards' parts to the files of the contract, each under its name only when whole and on disk."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from cleaner.config import Config
from cleaner.engine.emit import FILES
from cleaner.engine.state import State, shard_name
from cleaner.errors import OutputError
from cleaner.io.atomic import telling
from cleaner.io.manifest import build_manifest
from cleaner.io.places import Place, digest_of
from cleaner.similar.threads import in_order


@dataclass(frozen=True)
class OutFile:
    """One output file: the parts ``[low, high)`` of one kind of record."""

    name: str
    kind: str
    low: int
    high: int
    compress: bool


def assemble(
    state: State, out: Place, count: int, config: Config, inputs: list[dict[str, Any]], read: Counter[str],
    rows: Counter[str], tally: Counter[str], threads: int,
) -> dict[str, Any]:  # fmt: skip
    """Write every output file, several at a time; returns the manifest, for ``seal``. Stale files of an earlier result are removed."""
    notes = [json.loads(state.path(f"{shard_name('emit', i)}.json").read_text())["rows"] for i in range(count)]
    outputs: dict[str, dict[str, Any]] = {}
    unseal(out)

    def written(file: OutFile) -> str:
        paths = [state.path(f"{shard_name('emit', i)}.{file.kind}") for i in range(file.low, file.high)]
        return write_file(out, file, (path.read_bytes() for path in paths), config)

    files = plan_files([note["documents"] for note in notes], config)
    for file, digest in zip(files, in_order(written, files, threads), strict=True):
        outputs[file.name] = {"rows": sum(note[file.kind] for note in notes[file.low : file.high]), "sha256": digest}
    return conclude(out, config, outputs, inputs, read, rows, tally)


def plan_files(documents: Sequence[int], config: Config) -> list[OutFile]:
    """The output files of parts that hold so many documents each: one of a kind, or numbered ones for many documents."""
    sharded = sum(documents) > config.shard_documents
    groups = list(_groups(documents, config.shard_documents if sharded else None))
    return [
        OutFile(_name(kind, config, number if sharded else None), kind, low, high, sharded and config.format == "jsonl")
        for kind in FILES
        for number, (low, high) in enumerate(groups)
    ]


def _groups(documents: Sequence[int], limit: int | None) -> Iterator[tuple[int, int]]:
    """Parts of each output file: all of them, or as many as hold ``limit`` documents."""
    low = held = 0
    for number, count in enumerate(documents):
        if limit is not None and number > low and held + count > limit:
            yield low, number
            low, held = number, 0
        held += count
    yield low, len(documents)


def _name(kind: str, config: Config, number: int | None) -> str:
    middle = "" if number is None else f"-{number:05d}"
    if config.format == "parquet":
        return f"{kind}{middle}.parquet"
    return f"{kind}{middle}.jsonl" + ("" if number is None else ".zst")


def write_file(out: Place, file: OutFile, parts: Iterable[bytes], config: Config) -> str:
    """Write one output file from its parts (whole lines each); returns the SHA-256 of what is on disk."""
    with out.write(file.name) as handle:
        sink = _Digesting(handle)
        if config.format == "parquet":
            _write_parquet(parts, sink, file.kind)
        else:
            _write_lines(parts, sink, compress=file.compress)
    digest = sink.digest.hexdigest()
    with telling(out.at(file.name)):
        found = digest_of(out, file.name)
    if found != digest:
        raise OutputError(f"{out.at(file.name)} does not read back as it was written; check the disk and run again")
    return digest


def conclude(
    out: Place, config: Config, outputs: dict[str, dict[str, Any]], inputs: list[dict[str, Any]],
    read: Counter[str], rows: Counter[str], tally: Counter[str],
) -> dict[str, Any]:  # fmt: skip
    """With every output file in place: what an earlier result left goes; returns the manifest, for ``seal``."""
    manifest = build_manifest(config, inputs, read, rows, tally, outputs)
    _drop_stale(out, outputs)
    return manifest


def unseal(out: Place) -> None:
    """An earlier result counts as complete until the first of its files is replaced."""
    out.remove("manifest.json")


def seal(out: Place, manifest: dict[str, Any]) -> None:
    """Write the manifest, by which the result is complete."""
    with out.write("manifest.json") as handle:
        handle.write((json.dumps(manifest, indent=1) + "\n").encode())


def _write_lines(parts: Iterable[bytes], sink: _Digesting, *, compress: bool) -> None:
    with ExitStack() as stack:
        target: Any = sink
        if compress:
            import zstandard

            target = stack.enter_context(zstandard.ZstdCompressor(level=3).stream_writer(sink, closefd=False))  # type: ignore[arg-type]
        for part in parts:
            target.write(part)


class _Digesting:
    """A binary sink that knows the digest of what went through."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle
        self.digest = hashlib.sha256()
        self.closed = False
        self.position = 0

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self.handle.write(data)
        self.position += len(data)
        return len(data)

    def tell(self) -> int:
        return self.position

    def writable(self) -> bool:
        return True

    def flush(self) -> None:
        self.handle.flush()

    def close(self) -> None:
        """The file belongs to the caller."""


ROW_GROUP = 1000
ROW_GROUP_BYTES = 8 << 20
"""A row group ends at whichever comes first, wherever the parts end: the cut into parts leaves no trace."""


def _write_parquet(parts: Iterable[bytes], sink: _Digesting, kind: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from cleaner.io.schema import arrow_schema, parquet_row

    schema = arrow_schema(kind)
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        for lines in _row_groups(parts):
            writer.write_table(pa.Table.from_pylist([parquet_row(kind, json.loads(line)) for line in lines], schema))


def _row_groups(parts: Iterable[bytes]) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    weight = 0
    for part in parts:
        for line in part.split(b"\n")[:-1]:
            if group and (len(group) >= ROW_GROUP or weight + len(line) > ROW_GROUP_BYTES):
                yield group
                group, weight = [], 0
            group.append(line)
            weight += len(line)
    if group:
        yield group


def _drop_stale(out: Place, outputs: dict[str, dict[str, Any]]) -> None:
    for name in out.names() or ():
        if name not in outputs and name.split(".")[0].split("-")[0] in FILES:
            out.remove(name)
