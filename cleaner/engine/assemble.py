"""From the shards' parts to the files of the contract, each under its name only when whole and on disk."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cleaner.config import Config
from cleaner.engine.emit import FILES
from cleaner.engine.state import State, file_digest, shard_name
from cleaner.io.atomic import atomic_writer
from cleaner.io.manifest import build_manifest


def assemble(
    state: State, out: Path, count: int, config: Config, inputs: list[dict[str, Any]], read: Counter[str],
    rows: Counter[str], tally: Counter[str],
) -> dict[str, Any]:  # fmt: skip
    """Write every output file and, last, the manifest; returns it. Stale files of an earlier result are removed."""
    sharded = rows["documents"] > config.shard_documents
    outputs: dict[str, dict[str, Any]] = {}
    for kind in FILES:
        for number, parts in enumerate(_groups(state, count, config.shard_documents if sharded else None)):
            name = _name(kind, config, number if sharded else None)
            paths = [state.path(f"{part}.{kind}") for part in parts]
            lines = sum(json.loads(state.path(f"{part}.json").read_text())["rows"][kind] for part in parts)
            with atomic_writer(out / name) as handle:
                digest = _copy(paths, handle, kind, config, compress=sharded)
            outputs[name] = {"rows": lines, "sha256": digest}
    manifest = build_manifest(config, inputs, read, rows, tally, outputs)
    _drop_stale(out, outputs)
    for name, entry in outputs.items():
        if file_digest(out / name) != entry["sha256"]:
            from cleaner.errors import OutputError

            raise OutputError(f"{out / name} does not read back as it was written; check the disk and run again")
    if config.report:
        from cleaner.report import write_report

        with atomic_writer(state.path("manifest.json")) as handle:
            handle.write(json.dumps(manifest).encode())
        write_report(out, manifest=manifest)
        manifest["outputs"]["report.html"] = {"sha256": file_digest(out / "report.html")}
    with atomic_writer(out / "manifest.json") as handle:
        handle.write((json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "surrogateescape"))
    return manifest


def _groups(state: State, count: int, limit: int | None) -> Iterator[list[str]]:
    """Parts of each output file: all of them, or as many as hold ``limit`` documents."""
    group: list[str] = []
    held = 0
    for number in range(count):
        part = shard_name("emit", number)
        documents = json.loads(state.path(f"{part}.json").read_text())["rows"]["documents"]
        if limit is not None and group and held + documents > limit:
            yield group
            group, held = [], 0
        group.append(part)
        held += documents
    if group or count == 0:
        yield group


def _name(kind: str, config: Config, number: int | None) -> str:
    middle = "" if number is None else f"-{number:05d}"
    if config.format == "parquet":
        return f"{kind}{middle}.parquet"
    return f"{kind}{middle}.jsonl" + ("" if number is None else ".zst")


def _copy(paths: list[Path], handle: Any, kind: str, config: Config, *, compress: bool) -> str:
    """Write the parts to ``handle``; returns the SHA-256 of what was written."""
    sink = _Digesting(handle)
    if config.format == "parquet":
        _write_parquet(paths, sink, kind)
        return sink.digest.hexdigest()
    with ExitStack() as stack:
        target: Any = sink
        if compress:
            import zstandard

            target = stack.enter_context(zstandard.ZstdCompressor(level=3).stream_writer(sink, closefd=False))
        for path in paths:
            with path.open("rb") as source:
                while chunk := source.read(1 << 20):
                    target.write(chunk)
    return sink.digest.hexdigest()


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


def _write_parquet(paths: list[Path], sink: _Digesting, kind: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from cleaner.io.schema import arrow_schema, parquet_row

    schema = arrow_schema(kind)
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        for path in paths:
            with path.open(encoding="utf-8") as lines:
                rows = [parquet_row(kind, json.loads(line)) for line in lines]
            writer.write_table(pa.Table.from_pylist(rows, schema))


def _drop_stale(out: Path, outputs: dict[str, dict[str, Any]]) -> None:
    for kind in FILES:
        for path in out.glob(f"{kind}*"):
            if path.name not in outputs and path.name.split(".")[0].split("-")[0] == kind:
                path.unlink()
