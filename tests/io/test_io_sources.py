"""Which files the inputs of a run name, in which order, under which names."""

from __future__ import annotations

import gzip
import os
import random
from pathlib import Path

import pytest

from cleaner.errors import UsageError
from cleaner.io.identity import digest
from cleaner.io.limits import ReadOptions
from cleaner.io.sources import Source, find_sources

OPTIONS = ReadOptions()


def found(*inputs: Path | str, **more: object) -> list[Source]:
    return find_sources([str(i) for i in inputs], OPTIONS, **more)  # type: ignore[arg-type]


def test_folder_is_read_in_order_of_relative_path_without_hidden_files_and_sidecars(write, tmp_path):
    order = ["a.txt", "b/a.html", "b/z/c.jsonl.gz", "b.txt", "é.txt", "中.warc"]
    shuffled = [*order, ".hidden.txt", ".git/x.txt", "manifest.csv", "b/manifest.jsonl"]
    random.Random(4).shuffle(shuffled)
    for name in shuffled:
        write(name, b"x")
    sources = found(tmp_path)
    assert [s.name for s in sources] == sorted(order)
    kinds = {"a.txt": "txt", "b/a.html": "html", "b/z/c.jsonl.gz": "jsonl", "中.warc": "warc"}
    assert {s.name: s.kind for s in sources if s.name in kinds} == kinds


def test_file_has_its_own_name_and_content_decides_where_the_name_does_not(write):
    assert found(write("news/a.txt", "x"))[0].name == "a.txt"
    for name, content, kind in [
        ("one", b'{"id": 1, "text": "x"}\n', "jsonl"),
        ("two.dat", b"<!DOCTYPE html><html></html>", "html"),
        ("three.log", b"Some words.", "txt"),
        ("four", gzip.compress(b'{"id": 1}\n'), "jsonl"),
        ("five", b"WARC/1.0\r\n", "warc"),
        ("six", b"PAR1xxxxPAR1", "parquet"),
        ("seven", b"%PDF-1.7", "other"),
    ]:
        assert found(write(name, content))[0].kind == kind


def test_glob_names_are_relative_to_the_folder_above_the_wildcard(write, tmp_path):
    for name in ("a/1.txt", "b/2.txt", "b/3.html", "c/deep/4.txt"):
        write(name, "x")
    assert [s.name for s in found(f"{tmp_path}/*/*.txt")] == ["a/1.txt", "b/2.txt"]
    assert [s.name for s in found(f"{tmp_path}/**/*.txt")] == ["a/1.txt", "b/2.txt", "c/deep/4.txt"]
    assert [s.name for s in found(f"{tmp_path}/[bc]")] == ["b/2.txt", "b/3.html", "c/deep/4.txt"]


def test_file_whose_name_holds_wildcards_is_that_file(write):
    assert found(write("what[1]?.txt", "x"))[0].name == "what[1]?.txt"


def test_the_same_name_in_several_inputs_gets_the_input_before_it(write, tmp_path):
    for name in ("one/a.txt", "two/a.txt", "two/b.txt", "x/two/a.txt"):
        write(name, name)
    assert [s.name for s in found(tmp_path / "one", tmp_path / "two")] == ["one/a.txt", "two/a.txt", "two/b.txt"]
    three = [s.name for s in found(tmp_path / "one", tmp_path / "two", tmp_path / "x" / "two")]
    assert len(set(three)) == len(three) == 4
    assert [s.name for s in found(tmp_path / "one", tmp_path / "two" / "b.txt")] == ["a.txt", "b.txt"]


def test_a_file_named_twice_is_read_once(write, tmp_path):
    path = write("a.txt", "x")
    assert len(found(tmp_path, path, f"{tmp_path}/*.txt")) == 1


def test_output_folder_inside_the_input_is_passed_over(write, tmp_path):
    write("a.txt", "x")
    write("out/documents.jsonl", "{}")
    assert [s.name for s in found(tmp_path, exclude=[tmp_path / "out"])] == ["a.txt"]


def test_links_to_folders_are_followed_once_and_loops_end(write, tmp_path):
    write("real/a.txt", "x")
    (tmp_path / "real" / "again").symlink_to(tmp_path / "real")
    assert [s.name for s in found(tmp_path)] == ["real/a.txt"]


def test_names_that_are_no_utf8_are_spelled_out(tmp_path):
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    name = found(tmp_path)[0].name
    assert name == "caf\\xe9.txt"
    name.encode("utf-8")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: p / "absent.txt", "no such file or folder"),
        (lambda p: p / "absent-*.txt", "no file matches"),
        (lambda p: p, "holds no files"),
    ],
)
def test_inputs_that_are_not_there_are_refused_in_one_line(tmp_path, make, said):
    with pytest.raises(UsageError) as error:
        found(make(tmp_path))
    assert said in str(error.value) and "give a .txt" in str(error.value) and "\n" not in str(error.value)


def test_no_input_dangling_link_and_foreign_folder_are_refused(write, tmp_path):
    with pytest.raises(UsageError, match="no input given"):
        found()
    (tmp_path / "link.txt").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="leads nowhere"):
        found(tmp_path / "link.txt")
    write("only/x.png", b"\x89PNG")
    with pytest.raises(UsageError, match="none of a kind that is read"):
        found(tmp_path / "only")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_inputs_are_refused(write, tmp_path):
    path = write("a.txt", "x")
    path.chmod(0)
    with pytest.raises(UsageError, match="check its permissions"):
        found(path)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("packed", [False, True])
def test_wide_jsonl_is_refused_with_the_remedy(write, codec, packed):
    data = '{"id": "a", "text": "x"}\n'.encode(codec)
    with pytest.raises(UsageError, match="iconv -f UTF-16 -t UTF-8"):
        found(write("a.jsonl", gzip.compress(data) if packed else data))


def test_one_json_array_is_refused_with_the_remedy(write):
    with pytest.raises(UsageError, match=r"jq -c"):
        found(write("a.json", '[{"id": 1}]'))


def test_special_files_in_a_folder_are_never_opened(write, tmp_path):
    write("a.txt", "x")
    os.mkfifo(tmp_path / "pipe.txt")
    assert {s.name: s.kind for s in found(tmp_path)} == {"a.txt": "txt", "pipe.txt": "other"}


def test_standard_input_is_copied_and_known_by_its_content(monkeypatch, tmp_path):
    (tmp_path / "in").write_bytes(gzip.compress(b'{"id": "a", "text": "x"}\n'))
    with (tmp_path / "in").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        (source,) = found("-", spool=tmp_path)
    assert (source.name, source.kind) == ("-", "jsonl")
    assert Path(source.path).read_bytes() == (tmp_path / "in").read_bytes()


def test_urls_are_read_through_fsspec(write, tmp_path):
    for name in ("a.txt", "b/c.txt", ".hidden.txt", "manifest.csv"):
        write(name, "x")
    sources = found(f"file://{tmp_path}")
    assert [s.name for s in sources] == ["a.txt", "b/c.txt"]
    assert digest(sources[0], OPTIONS) == digest(found(tmp_path / "a.txt")[0], OPTIONS)
    with pytest.raises(UsageError, match="check the address"):
        found(f"file://{tmp_path}/absent.txt")
    with pytest.raises(UsageError, match="URL that fsspec can open"):
        found("nosuchscheme://x/y.txt")


def test_digest_is_that_of_the_raw_bytes(write):
    import hashlib

    data = gzip.compress(b"x" * 1000)
    assert digest(found(write("a.txt.gz", data))[0], OPTIONS) == hashlib.sha256(data).hexdigest()


def test_digest_of_what_cannot_be_read_neither_fails_nor_waits(write, tmp_path):
    write("a.txt", "x")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.txt").symlink_to(tmp_path / "nowhere")
    assert len({digest(s, OPTIONS) for s in found(tmp_path)}) == 2
