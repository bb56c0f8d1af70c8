"""What is fuzzed: functions of any bytes that must hold their promise. A fault is an exception that leaves them.

``python tests/fuzz/targets.py NAME [libFuzzer options]`` fuzzes one with atheris, guided by coverage.
"""

from __future__ import annotations

import functools
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import atheris

    # Everything, since much is imported only where it is used: what is loaded later is not seen by the fuzzer.
    with atheris.instrument_imports(include=["cleaner"]):
        import importlib
        import pkgutil

        for layer in ("html", "io", "judge", "rules", "stages", "text"):
            package = importlib.import_module(f"cleaner.{layer}")
            for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
                importlib.import_module(module.name)
        importlib.import_module("cleaner.engine.passes")

from cleaner.errors import InputError, RejectError
from cleaner.io.limits import ReadOptions
from cleaner.model import Document, Removal
from cleaner.spans import clip, invert, subtract, union

OPTIONS = ReadOptions(max_record_bytes=1 << 20)


@functools.cache
def _folder() -> Path:
    import atexit
    import shutil

    path = tempfile.mkdtemp(prefix="cleaner-fuzz-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return Path(path)


def _records(data: bytes, kind: str) -> Iterator[Document]:
    """Documents of a file with that content; every record is a document or rejected, every fault an InputError."""
    from cleaner.io.documents import to_document
    from cleaner.io.records import RawRecord, read_records
    from cleaner.io.sources import Source

    path = _folder() / f"in.{kind}"
    path.write_bytes(data)
    last = 0
    try:
        for raw in read_records(Source(str(path), path.name, kind, len(data)), OPTIONS):
            assert raw.line is None or raw.line > last
            last = raw.line or 0
            if isinstance(raw, RawRecord):
                try:
                    yield to_document(raw, None, OPTIONS)
                except RejectError:
                    assert raw.id is None or isinstance(raw.id, str)
            else:
                assert raw.message and raw.code
    except InputError as error:
        assert "\n" not in str(error)


def jsonl(data: bytes) -> None:
    for document in _records(data, "jsonl"):
        assert document.id and document.text and document.source
        json.dumps(dict(document.metadata), allow_nan=False)


def text(data: bytes) -> None:
    from cleaner.text.lines import line_spans
    from cleaner.text.sentences import sentence_spans

    for document in _records(data, "txt"):
        for start, end in line_spans(document.text):
            at = start
            for first, last in sentence_spans(document.text, (start, end), "en"):
                assert at <= first < last <= end
                assert not document.text[at:first].strip()
                at = last
            assert not document.text[at:end].strip()


def html(data: bytes) -> None:
    from cleaner.text.lines import line_spans

    for document in _records(data, "html"):
        assert document.page is not None
        assert len(document.page) == len(line_spans(document.text))


def warc(data: bytes) -> None:
    for document in _records(data, "warc"):
        assert document.kind in ("html", "text")


def parquet(data: bytes) -> None:
    for document in _records(data, "parquet"):
        json.dumps(dict(document.metadata), allow_nan=False)


def _inflated(data: bytes, kind: str) -> None:
    from cleaner.io.inflate import Health, Raw, gunzip, unzstd

    health = Health()
    produced = 0
    for piece in (gunzip if kind == "gz" else unzstd)(Raw(io.BytesIO(data), "in", 1000), health):
        produced += len(piece)
        if produced > 1 << 24:
            return
    assert all(0 <= start <= end <= produced for start, end in health.doubtful)


def gzip(data: bytes) -> None:
    _inflated(data, "gz")


def zstd(data: bytes) -> None:
    _inflated(data, "zst")


def sidecar(data: bytes) -> None:
    from cleaner.errors import UsageError
    from cleaner.io.sidecar import read_manifest
    from cleaner.io.sources import Source

    folder = _folder() / "side"
    folder.mkdir(exist_ok=True)
    name = "manifest.csv" if data[:1] < b"\x80" else "manifest.jsonl"
    for other in folder.iterdir():
        other.unlink()
    (folder / name).write_bytes(data[1:])
    try:
        read_manifest([Source(str(folder / "a.txt"), "a.txt", "txt", 0, root=str(folder))])
    except UsageError as error:
        assert name in str(error)


def spans(data: bytes) -> None:
    pairs = [(a, b) for a, b in zip(data[::2], data[1::2], strict=False)]
    half = len(pairs) // 2
    ours, holes = union(pairs[:half]), union(pairs[half:])
    left = subtract(ours, holes)

    def points(some: list[tuple[int, int]]) -> set[int]:
        return {i for start, end in some for i in range(start, end)}

    assert points(ours) == points([p for p in pairs[:half] if p[0] < p[1]])
    assert points(left) == points(ours) - points(holes)
    assert points(invert(ours, 256)) == set(range(256)) - points(ours)
    assert points(clip(ours, 20, 90)) == points(ours) & set(range(20, 90))
    assert all(a < b for a, b in left) and left == sorted(left)


def writer(data: bytes) -> None:
    """Any removals of any text: what is kept, removed and between them is the text."""
    from cleaner.io.write import apply_removals

    size = len(data) // 3
    words = data[size:].decode("utf-8", "replace")
    removals = [
        Removal(a, min(a + b % 16, len(words)), "chrome", "template", b / 255)
        for a, b in zip(data[:size:2], data[1:size:2], strict=False)
        if a < len(words)
    ]
    applied = apply_removals(words, removals)
    at = 0
    for start, end in sorted([*applied.kept, *((r.start, r.end) for r in applied.removed)]):
        assert at <= start < end <= len(words)
        assert not words[at:start].strip()
        at = end
    assert not words[at:].strip()


def judge(data: bytes) -> None:
    """The line judge on any text: spans of the text, and the same again for the same text."""
    document = Document(id="a", text=data.decode("utf-8", "replace"), source="o", lang="en")
    found = [_stages_find(document) for _ in range(2)]
    assert found[0] == found[1]
    for removal in found[0]:
        assert 0 <= removal.start < removal.end <= len(document.text)
        assert 0 <= removal.score <= 1


@functools.cache
def _stages() -> tuple[tuple[object, ...], object]:
    from cleaner.config import Config
    from cleaner.engine.passes import open_facts, stages_of

    return stages_of(Config()), open_facts(None)


def _stages_find(document: Document) -> list[Removal]:
    stages, facts = _stages()
    given = facts.for_documents([document])  # type: ignore[attr-defined]
    return [r for stage in stages for r in stage.find([document], given)[0]]  # type: ignore[attr-defined]


TARGETS: dict[str, Callable[[bytes], None]] = {
    f.__name__: f for f in (jsonl, text, html, warc, parquet, gzip, zstd, sidecar, spans, writer, judge)
}

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
