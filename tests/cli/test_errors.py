"""What a person sees when something is wrong: an exit code of the contract and one line that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def one_line(done: Any, code: int) -> str:
    assert done.code == code, (done.code, done.err)
    lines = [line for line in done.err.split("\n") if line.strip()]
    assert lines, "nothing was said"
    return " ".join(lines)


def test_missing_input(cleaner: Any, tmp_path: Path) -> None:
    said = one_line(cleaner("run", tmp_path / "nothing-here", "--out", tmp_path / "out"), 2)
    assert "nothing-here" in said
    assert not (tmp_path / "out").exists()


def test_a_glob_that_matches_nothing(cleaner: Any, tmp_path: Path) -> None:
    one_line(cleaner("run", tmp_path / "*.txt", "--out", tmp_path / "out"), 2)


def test_an_empty_folder(cleaner: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    one_line(cleaner("run", tmp_path / "in", "--out", tmp_path / "out"), 2)


def test_no_output_named(cleaner: Any, corpus: Path) -> None:
    assert "--out" in one_line(cleaner("run", corpus), 2)


def test_an_output_folder_with_something_else(cleaner: Any, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.doc").write_text("mine", encoding="utf-8")
    assert "out" in one_line(cleaner("run", corpus, "--out", tmp_path / "out"), 2)
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["thesis.doc"]


def test_an_output_path_that_is_a_file(cleaner: Any, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    done = cleaner("run", corpus, "--out", tmp_path / "out")
    assert done.code in (2, 5), done.err
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--no-such-option",), "no-such-option"),
        (("--aggressiveness", "7"), "aggressiveness"),
        (("--aggressiveness", "much"), "aggressiveness"),
        (("--format", "xml"), "parquet"),
        (("--keep", "best"), "earliest"),
        (("--workers", "-1"), "workers"),
    ],
)
def test_a_wrong_option(arguments: tuple[str, ...], hint: str, cleaner: Any, corpus: Path, tmp_path: Path) -> None:
    assert hint in one_line(cleaner("run", corpus, "--out", tmp_path / "out", *arguments), 2)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("toml", "hint"),
    [
        ("dedupe = true", "dedup"),
        ("workers = 'two'", "workers"),
        ("a = = 1", "TOML"),
        ("[[rule]]\npatern = 'x'", "pattern"),
    ],
)
def test_a_wrong_configuration(toml: str, hint: str, cleaner: Any, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text(toml, encoding="utf-8")
    done = cleaner("run", corpus, "--out", tmp_path / "out", "--config", tmp_path / "cleaner.toml")
    assert hint in one_line(done, 2)


@pytest.mark.parametrize("command", ("restore", "verify", "show", "report"))
def test_a_folder_that_is_no_output(command: str, cleaner: Any, tmp_path: Path) -> None:
    extra = ["x"] if command == "show" else []
    one_line(cleaner(command, tmp_path / "absent", *extra), 2)
    one_line(cleaner(command, tmp_path, *extra), 2)


@pytest.mark.parametrize("command", ("restore", "show"))
def test_an_unknown_document(command: str, cleaner: Any, corpus_run: Any) -> None:
    assert "no-such-document" in one_line(cleaner(command, corpus_run[1].path, "no-such-document"), 2)


def test_an_unknown_command(cleaner: Any) -> None:
    one_line(cleaner("wash"), 2)


@pytest.mark.parametrize(
    "name", ("photo.txt", "page.html", "rows.parquet", "crawl.warc.gz", "in.jsonl.zst", "in.jsonl.gz")
)
def test_a_file_that_is_not_what_it_is_called(name: str, cleaner: Any, tmp_path: Path) -> None:
    """Never a traceback, and never a success."""
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    done = cleaner("run", tmp_path / name, "--out", tmp_path / "out")
    assert done.code in (2, 3, 4), (done.code, done.err)
