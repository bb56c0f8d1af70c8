"""Dolma attributes: the documented layout, offsets that fit the texts, and the mixer of the Dolma toolkit."""

from __future__ import annotations

import glob
import gzip
import importlib.util
import json
import os
from pathlib import Path
from typing import Any

import pytest

from cleaner.errors import UsageError
from cleaner.export import export
from cleaner.io.results import open_result


def lines(folder: Path) -> list[dict[str, Any]]:
    out = []
    for path in sorted(folder.glob("*.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as handle:
            out += [json.loads(line) for line in handle.read().split("\n") if line]
    return out


@pytest.fixture
def exported(hostile_out: Path, tmp_path: Path) -> Path:
    return export(hostile_out, "dolma", tmp_path / "dolma")


def test_the_layout_is_the_documented_one(exported: Path) -> None:
    documents, attributes = exported / "documents", exported / "attributes" / "cleaner"
    assert [p.name for p in sorted(documents.iterdir())] == [p.name for p in sorted(attributes.iterdir())]
    assert [(d["id"], d["source"]) for d in lines(documents)] == [(a["id"], a["source"]) for a in lines(attributes)]
    for record in lines(attributes):
        assert set(record) == {"id", "source", "attributes"}
        for name, spans in record["attributes"].items():
            assert name.startswith("cleaner__")
            assert spans == sorted(spans)
            assert all(0 <= start < end and 0 <= score <= 1 for start, end, score in spans)


def test_spans_are_the_removed_text(exported: Path, hostile_out: Path, hostile: Any) -> None:
    documents, attributes = lines(exported / "documents"), lines(exported / "attributes" / "cleaner")
    assert [d["text"] for d in documents] == [d.text for d, _ in hostile]
    removed = [(r["doc_id"], r["text"]) for r in open_result(hostile_out).removed()]
    found = [(d["id"], d["text"][s:e]) for d, a in zip(documents, attributes, strict=True)
             for s, e, _ in a["attributes"]["cleaner__removed"]]  # fmt: skip
    assert found == removed
    assert "cleaner__chrome__comment_form" in attributes[0]["attributes"]
    assert attributes[3]["attributes"] == {"cleaner__removed": []}


def test_the_same_result_gives_the_same_bytes(hostile_out: Path, tmp_path: Path) -> None:
    first, second = (export(hostile_out, "dolma", tmp_path / name) for name in ("a", "b"))
    for path in first.rglob("*.gz"):
        assert path.read_bytes() == (second / path.relative_to(first)).read_bytes()


def mixer() -> Any:
    """The mixer of the dolma wheel, without the rest of it, whose dependencies may be missing."""
    found = importlib.util.find_spec("dolma")
    paths = (
        glob.glob(f"{found.submodule_search_locations[0]}/dolma*.so")
        if found and found.submodule_search_locations
        else []
    )
    if not paths:
        assert os.environ.get("CLEANER_ECOSYSTEM") != "dolma", "the dolma wheel did not install"
        pytest.skip("no dolma here")
    spec = importlib.util.spec_from_file_location("dolma.dolma", paths[0])
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_mixer_of_dolma_cuts_out_what_was_removed(corpus_run: Any, tmp_path: Path) -> None:
    mix = mixer()
    out = corpus_run[1].path
    exported = export(out, "dolma", tmp_path / "dolma")
    config = json.loads((exported / "mixer.json").read_text(encoding="utf-8"))
    config["work_dir"] = {"input": str(tmp_path / "work" / "in"), "output": str(tmp_path / "work" / "out")}
    mix.mixer_entrypoint(json.dumps(config))
    mixed = {d["id"]: d["text"] for d in lines(exported / "mixed")}
    for document in open_result(out).documents():
        assert mixed[document["id"]].split() == document["text"].split()


def test_an_unknown_format_is_an_error(hostile_out: Path) -> None:
    with pytest.raises(UsageError, match="dolma, prov, croissant"):
        export(hostile_out, "xml")
