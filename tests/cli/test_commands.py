"""What is done with an output folder: show, restore, verify, report, schema."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

COURIER = "northern-courier/china-vows-reply.txt"


def test_show_has_kept_and_removed_with_reasons(cleaner: Any, corpus_run: Any) -> None:
    done = cleaner("show", corpus_run[1].path, COURIER)
    assert done.code == 0, done.err
    assert "Beijing says blacklisting" in done.out
    assert "Border crossings from Guatemala" in done.out
    for removal in corpus_run[1].removed(COURIER):
        assert removal["reason"] in done.out
    assert "\x1b[" not in done.out, "colours in a pipe"


def test_restore_of_everything(cleaner: Any, corpus: Path, corpus_run: Any) -> None:
    done = cleaner("restore", corpus_run[1].path)
    assert done.code == 0, done.err
    restored = {record["id"]: record["text"] for record in map(json.loads, done.out.strip().split("\n"))}
    assert set(restored) == set(corpus_run[1].documents())
    for path in corpus.glob("*/*.txt"):
        assert restored[path.relative_to(corpus).as_posix()] == path.read_text(encoding="utf-8")


def test_verify_passes(cleaner: Any, corpus_run: Any) -> None:
    done = cleaner("verify", corpus_run[1].path)
    assert done.code == 0, done.err


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("documents.jsonl", "China has promised", "China has not promised"),
        ("removed.jsonl", "Advertisement", "Advertizement"),
        ("sentences.jsonl", "Lanting", "Lantern"),
        ("manifest.json", '"documents"', '"document"'),
    ],
)
def test_verify_finds_what_was_changed(
    name: str, old: str, new: str, cleaner: Any, corpus_run: Any, tmp_path: Path
) -> None:
    shutil.copytree(corpus_run[1].path, tmp_path / "out")
    path = tmp_path / "out" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = cleaner("verify", tmp_path / "out")
    assert done.code == 5
    assert name.split(".")[0] in done.out + done.err


def test_verify_finds_what_is_missing(cleaner: Any, corpus_run: Any, tmp_path: Path) -> None:
    shutil.copytree(corpus_run[1].path, tmp_path / "out")
    path = tmp_path / "out" / "documents.jsonl"
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join(lines[1:]), encoding="utf-8")
    assert cleaner("verify", tmp_path / "out").code == 5


def test_report_is_written_again(cleaner: Any, corpus_run: Any, tmp_path: Path) -> None:
    shutil.copytree(corpus_run[1].path, tmp_path / "out")
    (tmp_path / "out" / "report.html").unlink()
    done = cleaner("report", tmp_path / "out")
    assert done.code == 0, done.err
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Northern Courier" in page


def schemas(cleaner: Any) -> dict[str, Any]:
    done = cleaner("schema")
    assert done.code == 0, done.err
    return dict(json.loads(done.out))


@pytest.mark.parametrize("name", ("documents", "removed", "sentences", "rejected"))
def test_every_record_fits_the_schema(name: str, cleaner: Any, corpus_run: Any, output: Any, tmp_path: Path) -> None:
    validator = jsonschema.Draft202012Validator(schemas(cleaner)[name])
    (tmp_path / "bad.jsonl").write_text(
        '{"id": "a", "text": "One line of text."}\n{"id": 3, "text": 4}\n{\n', encoding="utf-8"
    )
    assert cleaner("run", tmp_path / "bad.jsonl", "--out", tmp_path / "out").code == 3
    records = corpus_run[1].read(name) + output(tmp_path / "out").read(name)
    assert records
    for record in records:
        validator.validate(record)


def test_the_schema_refuses_something(cleaner: Any, corpus_run: Any) -> None:
    """A schema that accepts everything would make the tests above idle."""
    validator = jsonschema.Draft202012Validator(schemas(cleaner)["removed"])
    record = corpus_run[1].read("removed")[0]
    for field in ("doc_id", "start", "end", "text", "stage", "reason", "score", "evidence"):
        broken = {k: v for k, v in record.items() if k != field}
        assert not validator.is_valid(broken), field
    assert not validator.is_valid({**record, "start": "3"})


def test_counts_balance(corpus_run: Any) -> None:
    manifest = json.loads((corpus_run[1].path / "manifest.json").read_text(encoding="utf-8"))
    records, characters = manifest["records"], manifest["characters"]
    assert records["read"] == records["documents"] + records["rejected"] == 7
    parts = characters["kept"] + characters["white_space"] + sum(characters["removed"].values())
    assert characters["source"] == parts
    assert set(characters["removed"]) == {"chrome", "offtopic", "dedup"}
