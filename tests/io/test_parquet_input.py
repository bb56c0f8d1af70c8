"""Rows of Parquet files are records like any other."""

from __future__ import annotations

import datetime
import decimal
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


def test_rows_are_records(tmp_path, read):
    table = pa.table(
        {
            "id": pa.array(["a", "b", None, "d"]),
            "text": pa.array(["One.", None, "Three.", "Four."]),
            "date": pa.array([datetime.datetime(2024, 5, 6, 7, 8, 9), None, None, None], pa.timestamp("us", "UTC")),
            "tags": pa.array([["x"], None, [], None]),
            "price": pa.array([decimal.Decimal("1.50"), None, None, None]),
            "score": pa.array([float("nan"), 1.0, 2.0, None]),
            "inner": pa.array([{"a": 1}, None, None, None]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    got = read(tmp_path / "a.parquet")
    assert got.ids == ["a", "a.parquet:3", "d"]
    assert got.rejected == [("a.parquet", 2, "bad-text")]
    first = got.documents[0]
    assert first.created == "2024-05-06T07:08:09Z"
    assert {k: first.metadata[k] for k in ("tags", "price", "inner", "score")} == {
        "tags": ["x"], "price": "1.50", "inner": {"a": 1}, "score": "NaN",
    }  # fmt: skip
    for document in got.documents:
        json.dumps(dict(document.metadata), allow_nan=False)


def test_binary_columns_are_decoded_and_a_bad_one_costs_its_row(tmp_path, read):
    pq.write_table(
        pa.table({"id": ["a", "b"], "text": pa.array([b"caf\xc3\xa9", b"caf\xe9"], pa.binary())}),
        tmp_path / "a.parquet",
    )
    got = read(tmp_path / "a.parquet")
    assert [d.text for d in got.documents] == ["café"]
    assert got.codes == ["bad-encoding"]


def test_rows_stream(tmp_path, read):
    pq.write_table(
        pa.table({"id": [str(i) for i in range(500)], "text": ["x"] * 500}), tmp_path / "a.parquet", row_group_size=70
    )
    assert read(tmp_path / "a.parquet").ids == [str(i) for i in range(500)]


def test_rows_over_the_limit_are_rejected(tmp_path, read):
    pq.write_table(pa.table({"id": ["a", "b"], "text": ["x" * 5000, "y"]}), tmp_path / "a.parquet")
    got = read(tmp_path / "a.parquet", max_record_bytes=1000)
    assert (got.ids, got.codes) == (["b"], ["too-large"])


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "page", "footer"])
def test_damaged_files_are_told(tmp_path, read, damage):
    path = tmp_path / "a.parquet"
    pq.write_table(
        pa.table({"id": [str(i) for i in range(500)], "text": [f"Text {i * i}." for i in range(500)]}),
        path,
        row_group_size=100,
    )
    data = bytearray(path.read_bytes())
    if damage == "page":
        for at in range(4, 400):
            data[at] ^= 0x5A
    if damage == "footer":
        data[-8:-4] = b"\xff\xff\xff\x7f"
    content = {"cut": data[: len(data) // 2], "empty": b"", "text": b"just words"}.get(damage, data)
    path.write_bytes(bytes(content))
    got = read(path)
    assert len(got.faults) == 1 and "a.parquet" in got.faults[0]
