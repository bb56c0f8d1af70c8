"""A file read in parts gives the records of the whole, with their numbers and offsets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.io.limits import ReadOptions
from cleaner.io.parts import count_lines, numbered, parts_of
from cleaner.io.records import read_records
from cleaner.io.sources import Source

LINES = st.lists(
    st.sampled_from([b"", b" ", b"{}", b'{"text": "a"}', b"x" * 50, b"\xef\xbb\xbf{}", b"\r"]), max_size=30
)


def source(path: Path, **fields: str) -> Source:
    return Source(str(path), path.name, fields.get("kind", "jsonl"), path.stat().st_size, fields.get("compression", ""))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(LINES, st.booleans(), st.integers(1, 80), st.integers(1, 64))
def test_the_parts_are_the_whole(tmp_path: Path, lines: list[bytes], ended: bool, size: int, chunk: int) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n" * ended)
    options = ReadOptions(max_record_bytes=40, chunk_bytes=chunk)
    whole = source(path)
    parts = parts_of(whole, size, options)
    assert sum(p.size for p in parts) == whole.size
    if len(parts) > 1:
        parts = numbered(parts, [count_lines(p, options) for p in parts])
    assert [r for p in parts for r in read_records(p, options)] == list(read_records(whole, options))


@pytest.mark.parametrize(
    ("name", "fields"),
    [("a.jsonl", {"compression": "gz"}), ("a.txt", {"kind": "txt"}), ("a.parquet", {"kind": "parquet"})],
)
def test_what_has_one_beginning_stays_whole(tmp_path: Path, name: str, fields: dict[str, str]) -> None:
    path = tmp_path / name
    path.write_bytes(b"{}\n" * 100)
    assert parts_of(source(path, **fields), 10, ReadOptions()) == [source(path, **fields)]
