"""Results are the same records whatever their format, and every source text rebuilds or says where it does not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import InputError, UsageError
from cleaner.io import write
from cleaner.io.results import KINDS, RebuildError, open_result, rebuild
from cleaner.io.schema import arrow_schema, parquet_row
from cleaner.model import Document, Removal

CHARS = st.sampled_from("ab \n\r\t\x0b\x85\u2028\u00a0e\u0301\U0001f4c9\ud800\x00.")


def records(text: str, spans: list[tuple[int, int]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    document = Document("d", text)
    removals = [Removal(min(s), max(s), "chrome", "widget", 0.5 + 0.01 * i) for i, s in enumerate(spans)]
    applied = write.apply_removals(text, removals)
    return write.document_record(document, applied), [write.removal_record(document, r) for r in applied.removed]


@given(st.text(CHARS, max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5))
def test_every_text_rebuilds(text: str, spans: list[tuple[int, int]]) -> None:
    document, removed = records(text, spans)
    through_json = json.loads(write.to_json(document)), [json.loads(write.to_json(r)) for r in removed]
    assert rebuild(*through_json) == text


def test_marked_copies_are_passed_over() -> None:
    document, removed = records("One line.\nTwo lines.", [])
    marked = {
        **write.removal_record(Document("d", "One line."), Removal(0, 9, "dedup", "exact-duplicate", 1.0)),
        "action": "mark",
    }
    assert rebuild(document, [*removed, marked]) == "One line.\nTwo lines."


@pytest.mark.parametrize(
    ("change", "offset"),
    [
        (lambda d, r: r[0].update(text="Twu"), None),
        (lambda d, r: r[0].update(start=r[0]["start"] - 2), 2),
        (lambda d, r: r[0].update(end=r[0]["end"] + 1), 4),
        (lambda d, r: r.clear(), 3),
        (lambda d, r: d.update(text=d["text"] + "x"), None),
        (lambda d, r: d.update(text=d["text"][:-1]), 8),
        (lambda d, r: d.update(source_length=d["source_length"] + 1), None),
    ],
)
def test_what_was_changed_is_named(change: Callable[[Any, Any], None], offset: int | None) -> None:
    document, removed = records("One\nTwo\nThree", [(4, 7)])
    change(document, removed)
    with pytest.raises(RebuildError, match="'d'") as caught:
        rebuild(document, removed)
    assert caught.value.doc_id == "d"
    if offset is not None:
        assert caught.value.offset == offset


def all_records(out: Path) -> dict[str, list[dict[str, Any]]]:
    result = open_result(out)
    return {kind: list(result.records(kind)) for kind in KINDS}


def as_shards(out: Path, suffix: str, opener: Callable[[Path], Any]) -> None:
    """The files of ``out`` cut into numbered shards of two records."""
    for kind in KINDS:
        lines = (out / f"{kind}.jsonl").read_bytes().splitlines(keepends=True)
        (out / f"{kind}.jsonl").unlink()
        for number in range(0, max(len(lines), 1), 2):
            with opener(out / f"{kind}-{number // 2:05d}.jsonl{suffix}") as handle:
                handle.write(b"".join(lines[number : number + 2]))


@pytest.fixture
def plain(make_result: Callable[..., Path], hostile: Any, tmp_path: Path) -> Path:
    """A result without what Parquet cannot hold."""
    out = make_result(tmp_path / "out", [(d, r) for d, r in hostile if "\ud800" not in d.text])
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    (out / "manifest.json").write_text(json.dumps({**manifest, "outputs": {}}), encoding="utf-8")
    return out


def test_compressed_shards_hold_the_same_records(plain: Path) -> None:
    import zstandard

    wanted = all_records(plain)
    as_shards(plain, ".zst", lambda path: zstandard.open(path, "wb"))
    assert all_records(plain) == wanted
    for path in plain.glob("*.zst"):
        with zstandard.open(path, "rb") as handle:
            data = handle.read()
        path.unlink()
        path.with_suffix(".gz").write_bytes(gzip.compress(data))
    assert all_records(plain) == wanted


def test_parquet_holds_the_same_records(plain: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    wanted = all_records(plain)
    for kind in KINDS:
        rows = [parquet_row(kind, record) for record in wanted[kind]]
        pq.write_table(pa.Table.from_pylist(rows, arrow_schema(kind)), plain / f"{kind}.parquet")
        (plain / f"{kind}.jsonl").unlink()
    assert all_records(plain) == wanted
    assert [rebuild(d, r) for d, r in open_result(plain).with_removals()]


def test_a_damaged_line_is_named(plain: Path) -> None:
    path = plain / "removed.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[1][:-9], *lines[1:]]))
    with pytest.raises(InputError, match=r"removed\.jsonl:2"):
        list(open_result(plain).removed())


def test_a_cut_shard_is_named(plain: Path) -> None:
    import zstandard

    as_shards(plain, ".zst", lambda path: zstandard.open(path, "wb"))
    shard = plain / "documents-00000.jsonl.zst"
    shard.write_bytes(b"\x00" + shard.read_bytes()[1:])
    with pytest.raises(InputError, match="documents-00000"):
        list(open_result(plain).documents())


def test_a_removal_of_no_document_is_said(plain: Path) -> None:
    with (plain / "removed.jsonl").open("a", encoding="utf-8") as handle:
        handle.write(json.dumps({"doc_id": "gone", "start": 0, "end": 1, "text": "x"}) + "\n")
    with pytest.raises(InputError, match="gone"):
        list(open_result(plain).with_removals())


def test_what_is_no_result_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        open_result(tmp_path / "none")
    with pytest.raises(UsageError, match=r"manifest\.json"):
        open_result(tmp_path)


def test_an_unknown_id_gets_the_nearest(hostile_out: Path) -> None:
    with pytest.raises(UsageError, match=r"nearest: 'c/3\.txt'"):
        open_result(hostile_out).find("3.txt")
