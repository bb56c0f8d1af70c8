"""What people already use reads the files as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from libraries import library

from cleaner.errors import UsageError
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


@pytest.fixture(scope="session")
def full_runs(cleaner: Callable[..., Any], corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sample corpus and a line that is no record, in both formats and in numbered parts: no file is empty."""
    folder = tmp_path_factory.mktemp("full")
    (folder / "broken.jsonl").write_text("{not a record\n", encoding="utf-8")
    runs = {
        "json": ("--format", "jsonl"),
        "parquet": ("--format", "parquet"),
        "parts": ("--shard-documents", "7"),
    }
    for name, options in runs.items():
        done = cleaner("run", corpus, folder / "broken.jsonl", "--out", folder / name, *options)
        assert done.code == 3, done.err
    return {name: folder / name for name in runs}


def outputs(folder: Path) -> dict[str, list[str]]:
    """Every file of a result that holds records or facts, by what it holds."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix != ".html":
            found.setdefault(path.name.split(".")[0].split("-")[0], []).append(str(path))
    return found


@pytest.mark.parametrize("run", ["json", "parquet", "parts"])
def test_datasets_loads_every_file(run: str, full_runs: dict[str, Path], tmp_path: Path) -> None:
    datasets = library("datasets")
    result = open_result(full_runs[run])
    files = outputs(full_runs[run])
    assert set(files) == {*KINDS, "manifest", "run"}
    for kind, paths in files.items():
        builder = "parquet" if paths[0].endswith("parquet") else "json"
        table = datasets.load_dataset(builder, data_files=paths, split="train", cache_dir=str(tmp_path / kind))
        wanted = [r.get("id") for r in result.records(kind)] if kind in KINDS else [table[0].get("id")]
        assert [row.get("id") for row in table] == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_is_a_dataset_and_a_frame_also_where_it_is_empty(
    kind: str, corpus_run: Any, parquet_run: Path
) -> None:
    wanted = len(corpus_run[1].read(kind))
    for out in (corpus_run[1].path, parquet_run):
        result = open_result(out)
        assert library("datasets").Dataset is type(result.dataset(kind))
        assert result.dataset(kind).num_rows == len(result.pandas(kind)) == result.arrow(kind).num_rows == wanted
        assert result.arrow(kind).schema.equals(pq.read_schema(parquet_run / f"{kind}.parquet"))


def test_an_unknown_kind_of_record_is_an_error(corpus_run: Any) -> None:
    with pytest.raises(UsageError, match="documents, removed, sentences, rejected"):
        open_result(corpus_run[1].path).arrow("document")


def test_datatrove_reads_documents(corpus_run: Any, ids: list[str]) -> None:
    library("datatrove")
    from datatrove.pipeline.readers import JsonlReader

    found = list(JsonlReader(str(corpus_run[1].path), glob_pattern="documents.jsonl").run())
    assert [d.id for d in found] == ids
    assert [d.text for d in found] == [d["text"] for d in corpus_run[1].read("documents")]


def test_pandas_polars_and_duckdb_read_parquet(parquet_run: Path, ids: list[str]) -> None:
    path = str(parquet_run / "documents.parquet")
    pandas = library("pandas")
    assert pandas.read_parquet(path)["id"].tolist() == ids
    polars = library("polars")
    assert polars.read_parquet(path)["id"].to_list() == ids
    duckdb = library("duckdb")
    assert [row[0] for row in duckdb.sql(f"SELECT id FROM '{path}'").fetchall()] == ids


def test_metadata_is_json_for_all_of_them(parquet_run: Path) -> None:
    duckdb = library("duckdb")
    sql = f"SELECT metadata FROM '{parquet_run / 'documents.parquet'}'"
    assert all(json.loads(row[0])["kind"] for row in duckdb.sql(sql).fetchall())


def test_both_formats_hold_the_same_records(corpus_run: Any, parquet_run: Path) -> None:
    for kind in KINDS:
        assert list(open_result(parquet_run).records(kind)) == corpus_run[1].read(kind)
