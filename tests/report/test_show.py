"""One document in the terminal."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from made_results import SHARED
from rich.console import Console

from cleaner.errors import UsageError
from cleaner.report.words import visible
from cleaner.show import show


def shown(out: Path, doc_id: str, **options: Any) -> str:
    sink = io.StringIO()
    show(out, doc_id, Console(file=sink, **options))
    return sink.getvalue()


def test_a_pipe_gets_one_line_for_each_line(hostile_out: Path) -> None:
    text = shown(hostile_out, "a/1.txt", width=40)
    assert "    1  kept     | Nine firms listed\n" in text
    assert "    4  removed  | Leave a reply " in text
    assert "chrome / comment-form, score 0.97" in text
    assert "comment-form/leave-reply" in text
    assert "\x1b" not in text


def test_every_document_shows_what_decided(hostile_out: Path, hostile: Any) -> None:
    for document, removals in hostile:
        text = shown(hostile_out, document.id)
        for removal in removals:
            assert removal.reason in text
            assert (
                removal.evidence.get("rule") or removal.evidence.get("model") or removal.evidence["kept_doc"]
            ) in text


def test_a_terminal_gets_two_columns_and_colours(hostile_out: Path) -> None:
    text = shown(hostile_out, "a/1.txt", width=120, force_terminal=True, color_system="standard")
    line = next(line for line in text.splitlines() if "comment-form" in line)
    assert line.index("comment-form") > 50
    assert "\x1b[33m" in text


@pytest.mark.parametrize("options", [{"width": 120, "force_terminal": True}, {"width": 60, "force_terminal": True}, {}])
def test_nothing_in_the_data_steers_the_terminal(hostile_out: Path, hostile: Any, options: dict[str, Any]) -> None:
    for document, _ in hostile:
        text = shown(hostile_out, document.id, color_system=None, **options)
        assert not set(text) & set("\x1b\x07\x00\x9b\u202e\ud800\x0b")


def test_a_narrow_encoding_is_no_error(hostile_out: Path) -> None:
    sink = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    show(hostile_out, "a/1.txt", Console(file=sink))
    sink.flush()
    assert b"\\U0001f4c9" in sink.buffer.getvalue()  # type: ignore[attr-defined]


def test_an_empty_document_and_a_copy_say_so(hostile_out: Path) -> None:
    assert "0 characters" in shown(hostile_out, "c/4.txt")
    assert "a copy of a/1.txt" in shown(hostile_out, "c/3.txt")


def test_a_duplicate_shows_the_sentence_that_was_kept(hostile_out: Path) -> None:
    assert f"kept: {SHARED}" in shown(hostile_out, "c/3.txt")


def test_an_unknown_id_is_an_error(hostile_out: Path) -> None:
    with pytest.raises(UsageError, match="nearest"):
        shown(hostile_out, "a/2.txt")


@pytest.mark.parametrize(
    ("char", "written"),
    [("\x1b", "^["), ("\x7f", "^?"), ("\x85", "\\x85"), ("\u202e", "\\u202e"), ("\t", " "), ("\udfff", "\\udfff"),
     ("\u00a0", "\u00a0"), ("\u200d", "\u200d"), ("é", "é")],
)  # fmt: skip
def test_control_characters_are_written_out(char: str, written: str) -> None:
    assert visible(f"a{char}b") == f"a{written}b"
