"""Every kind of input gives the same articles."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

TEXT = ("utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "glob", "jsonl", "gz", "zst", "parquet")
PAGES = ("html", "htm", "jsonl-html", "warc", "warc.gz")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@pytest.mark.parametrize("kind", TEXT + PAGES)
def test_kind(kind: str, make_input: Any, stories: Any, cleaner: Any, output: Any, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    done = cleaner("run", make_input(kind, folder), "--out", tmp_path / "out")
    assert done.code == 0, done.err
    documents = output(tmp_path / "out").documents()
    assert len(documents) == len(stories)
    by_story = {next(n for n in stories if n in d["id"] + d["metadata"].get("url", "")): d for d in documents.values()}
    for name, text in stories.items():
        paragraphs = text.strip().split("\n\n")
        clean = words(by_story[name]["text"])
        assert clean == words(text) or (kind in PAGES and clean == words(" ".join(paragraphs[1:]))), name
        assert by_story[name]["metadata"]["lang"] == "en"
    if kind in TEXT and kind != "latin-1":
        restored = map(json.loads, cleaner("restore", tmp_path / "out").out.strip().split("\n"))
        assert {r["text"] for r in restored} == set(stories.values())


def test_standard_input(cleaner: Any, output: Any, story_jsonl: bytes, stories: Any, tmp_path: Path) -> None:
    done = cleaner("run", "-", "--out", tmp_path / "out", stdin=story_jsonl)
    assert done.code == 0, done.err
    assert set(output(tmp_path / "out").documents()) == set(stories)


def test_several_inputs_in_their_order(
    cleaner: Any, output: Any, make_input: Any, story_jsonl: bytes, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "first.jsonl").write_bytes(story_jsonl.replace(b'"id": "', b'"id": "first-'))
    done = cleaner("run", tmp_path / "first.jsonl", make_input("utf-8", folder), "--out", tmp_path / "out")
    assert done.code == 0, done.err
    ids = [record["id"] for record in output(tmp_path / "out").read("documents")]
    assert ids == ["first-bridge", "first-orchard", "first-library", "bridge.txt", "library.txt", "orchard.txt"]


def test_fields_of_a_record_are_carried_through(story_run: Any) -> None:
    document = story_run[1].documents()["bridge"]
    assert document["source"] == "Daily Ferry"
    assert document["metadata"]["desk"] == 7


def test_warc_keeps_address_and_date(make_input: Any, cleaner: Any, output: Any, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    assert cleaner("run", make_input("warc.gz", folder), "--out", tmp_path / "out").code == 0
    for name, record in zip(("bridge", "orchard", "library"), output(tmp_path / "out").read("documents"), strict=True):
        assert record["metadata"]["url"] == f"https://ferry.example/{name}"
        assert record["source"] == "Daily Ferry"
        assert record["added"].startswith("2021-05-05") or record["created"].startswith("2021-05-04")


@pytest.mark.parametrize("sidecar", ("manifest.csv", "manifest.jsonl"))
def test_a_sidecar_names_the_outlet(sidecar: str, make_input: Any, cleaner: Any, output: Any, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    make_input("utf-8", folder)
    if sidecar.endswith(".csv"):
        (folder / sidecar).write_text("path,outlet,date\nbridge.txt,The Ferry Times,2020-02-01\n", encoding="utf-8")
    else:
        row = {"path": "bridge.txt", "outlet": "The Ferry Times", "date": "2020-02-01"}
        (folder / sidecar).write_text(json.dumps(row) + "\n", encoding="utf-8")
    done = cleaner("run", folder, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    documents = output(tmp_path / "out").documents()
    assert set(documents) == {"bridge.txt", "orchard.txt", "library.txt"}
    assert documents["bridge.txt"]["source"] == "The Ferry Times"
    assert documents["bridge.txt"]["created"].startswith("2020-02-01")


def test_the_parent_folder_is_the_outlet_of_last_resort(
    make_input: Any, cleaner: Any, output: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "in" / "evening-mail"
    folder.mkdir(parents=True)
    make_input("utf-8", folder)
    assert cleaner("run", tmp_path / "in", "--out", tmp_path / "out").code == 0
    assert {d["source"] for d in output(tmp_path / "out").read("documents")} == {"evening-mail"}


def test_bad_records_are_rejected_and_the_rest_goes_on(
    cleaner: Any, output: Any, story_jsonl: bytes, tmp_path: Path
) -> None:
    bad = [
        b"{not json}\n",
        b'{"id": "n", "text": 7}\n',
        b'["a list"]\n',
        b'{"id": "e", "text": ""}\n',
        b'{"id": "bridge", "text": "Twice."}\n',
    ]
    (tmp_path / "in.jsonl").write_bytes(story_jsonl + b"".join(bad))
    done = cleaner("run", tmp_path / "in.jsonl", "--out", tmp_path / "out")
    assert done.code == 3, done.err
    rejected = output(tmp_path / "out").read("rejected")
    assert len(output(tmp_path / "out").documents()) == 3
    assert [r["line"] for r in rejected] == [4, 5, 6, 7, 8]
    assert [r["code"] for r in rejected] == ["bad-json", "bad-text", "bad-json", "empty-input", "duplicate-id"]
    assert [r["byte"] for r in rejected[:4]] == [len(story_jsonl) + sum(map(len, bad[:n])) for n in range(4)]
    assert cleaner("verify", tmp_path / "out").code == 0


def test_an_input_that_breaks_off_is_exit_4(cleaner: Any, story_jsonl: bytes, tmp_path: Path) -> None:
    import random

    noise = random.Random(1).randbytes(200_000).hex().encode()
    whole = gzip.compress(story_jsonl + b'{"id": "big", "text": "' + noise + b'"}\n')
    (tmp_path / "in.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    done = cleaner("run", tmp_path / "in.jsonl.gz", "--out", tmp_path / "out")
    assert done.code == 4, done.err
    assert "in.jsonl.gz" in done.err


def test_lone_surrogates_survive(cleaner: Any, output: Any, tmp_path: Path) -> None:
    text = "The sign in the window read \\ud83d and nobody in the shop could say what it had been meant to show."
    (tmp_path / "in.jsonl").write_text(f'{{"id": "s", "text": "{text}"}}\n', encoding="utf-8")
    assert cleaner("run", tmp_path / "in.jsonl", "--out", tmp_path / "out").code in (0, 3)
    assert cleaner("verify", tmp_path / "out").code == 0
    documents, rejected = output(tmp_path / "out").documents(), output(tmp_path / "out").read("rejected")
    assert "s" in documents or rejected[0]["code"] == "surrogate"
