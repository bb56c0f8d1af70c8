"""Croissant metadata: digests and columns that hold, and the reference library reads records through it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from libraries import library

from cleaner.export import export
from cleaner.io.results import open_result


def test_files_and_columns_hold(corpus_run: Any, tmp_path: Path) -> None:
    out = corpus_run[1].path
    path = export(out, "croissant", tmp_path / "croissant.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    files = {f["@id"]: f for f in data["distribution"]}
    for entry in files.values():
        target = (path.parent / entry["contentUrl"]).resolve()
        assert hashlib.sha256(target.read_bytes()).hexdigest() == entry["sha256"]
        assert entry["contentSize"] == f"{target.stat().st_size} B"
    result = open_result(out)
    assert [r["@id"] for r in data["recordSet"]] == ["documents", "removed", "sentences", "rejected"]
    for records in data["recordSet"]:
        names = [f["source"]["extract"]["column"] for f in records["field"]]
        assert all(f["source"]["fileObject"]["@id"] in files for f in records["field"])
        assert all(set(names) <= set(record) for record in result.records(records["@id"]))


def test_the_croissant_library_reads_it(hostile_out: Path, tmp_path: Path, make_result: Any, hostile: Any) -> None:
    mlcroissant = library("mlcroissant")
    out = make_result(tmp_path / "out", [(d, r) for d, r in hostile if "\ud800" not in d.text])
    dataset = mlcroissant.Dataset(export(out, "croissant"))
    wanted = open_result(out)
    for kind, name in (("documents", "text"), ("removed", "reason"), ("sentences", "id"), ("rejected", "code")):
        found = [r[f"{kind}/{name}"].decode("utf-8") for r in dataset.records(kind)]
        assert found == [r[name] for r in wanted.records(kind)]
