"""What people already use reads the files as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleaner.io.results import KINDS, open_result


@pytest.fixture(scope="session")
def parquet_run(cleaner: Callable[..., Any], corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample corpus as Parquet."""
    out = tmp_path_factory.mktemp("parquet") / "out"
    done = cleaner("run", corpus, "--out", out, "--format", "parquet", "--no-report")
    assert done.code == 0, done.err
    return out


@pytest.fixture(scope="session")
def ids(corpus_run: Any) -> list[str]:
    return [d["id"] for d in corpus_run[1].read("documents")]


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "rejected"])
def test_datasets_loads_every_file(kind: str, corpus_run: Any, parquet_run: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    wanted = len(corpus_run[1].read(kind))
    for builder, path in (("json", corpus_run[1].path / f"{kind}.jsonl"), ("parquet", parquet_run / f"{kind}.parquet")):
        table = datasets.load_dataset(builder, data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"))
        assert table.num_rows == wanted


def test_datatrove_reads_documents(corpus_run: Any, ids: list[str]) -> None:
    pytest.importorskip("datatrove")
    from datatrove.pipeline.readers import JsonlReader

    found = list(JsonlReader(str(corpus_run[1].path), glob_pattern="documents.jsonl").run())
    assert [d.id for d in found] == ids
    assert [d.text for d in found] == [d["text"] for d in corpus_run[1].read("documents")]


def test_pandas_polars_and_duckdb_read_parquet(parquet_run: Path, ids: list[str]) -> None:
    path = str(parquet_run / "documents.parquet")
    pandas = pytest.importorskip("pandas")
    assert pandas.read_parquet(path)["id"].tolist() == ids
    polars = pytest.importorskip("polars")
    assert polars.read_parquet(path)["id"].to_list() == ids
    duckdb = pytest.importorskip("duckdb")
    assert [row[0] for row in duckdb.sql(f"SELECT id FROM '{path}'").fetchall()] == ids


def test_metadata_is_json_for_all_of_them(parquet_run: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    sql = f"SELECT metadata FROM '{parquet_run / 'documents.parquet'}'"
    assert all(json.loads(row[0])["kind"] for row in duckdb.sql(sql).fetchall())


def test_both_formats_hold_the_same_records(corpus_run: Any, parquet_run: Path) -> None:
    for kind in KINDS:
        assert list(open_result(parquet_run).records(kind)) == corpus_run[1].read(kind)
