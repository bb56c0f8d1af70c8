"""Blocks of JSON in the page: what the one script reads, a document's text and removals among it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from cleaner.io.results import Record, rebuild
from cleaner.io.write import plain_json
from cleaner.report.data import MAX_DOCUMENT
from cleaner.report.lines import cut_lines
from cleaner.report.words import explain

_ACTIONS = {"": 0, "mark": 1, "keep": 2}


def islands(
    documents: Iterable[tuple[Record, list[Record]]], number: Mapping[str, int], embedded: Container[str]
) -> Iterator[str]:
    """The texts of those of the documents that are ``embedded``; ``number`` is that of each in the table."""
    for document, removals in documents:
        if document["id"] in embedded:
            yield island(f"text-{number[document['id']]}", _text_record(document, removals, number))


def island(name: str, value: Mapping[str, Any]) -> str:
    """A block of JSON that no parser of HTML can leave early."""
    safe = plain_json(dict(value))
    for char in "<>&\u2028\u2029":
        safe = safe.replace(char, f"\\u{ord(char):04x}")
    return f'<script type="application/json" id="{name}">{safe}</script>\n'


def _text_record(document: Record, removals: list[Record], number: Mapping[str, int]) -> dict[str, Any]:
    """A document's lines, each ``[start, piece, ...]``; a piece is kept text, or ``[removal, text]``; ``left_out`` characters not."""
    lines: list[Any] = []
    room, left_out, used = MAX_DOCUMENT, 0, 0
    for text, start, pieces in cut_lines(rebuild(document, removals), removals):
        size = len(text)
        blank = pieces is None and (not size or text.isspace())
        if room <= 0:
            left_out += 0 if blank else size
        elif blank:
            lines.append(0)
            room -= 1
        elif pieces is None:
            lines.append([start, text[:room]])
            left_out += max(size - room, 0)
            room -= min(size, room)
        else:
            line: list[Any] = [start]
            for part, _, removal in pieces:
                shown = part[:room]
                line.append(shown if removal is None else [removal, shown])
                used = max(used, 0 if removal is None else removal + 1)
                room -= len(shown)
                left_out += len(part) - len(shown)
            lines.append(line)
    meta = document["metadata"]
    return {
        "url": str(meta.get("url") or ""),
        "path": document["source_path"],
        "lines": lines,
        "left_out": left_out,
        "removals": [_removal_record(r, number) for r in removals[:used]],
    }


def _removal_record(removal: Record, number: Mapping[str, int]) -> list[Any]:
    """See ``REMOVAL`` in script/base.js for the order."""
    evidence = removal.get("evidence") or {}
    kept = (
        [number.get(evidence["kept_doc"]), evidence.get("kept_start"), evidence.get("kept_end")]
        if "kept_doc" in evidence
        else None
    )
    return [
        removal["stage"], removal["reason"], removal["score"], explain(removal), kept, _ACTIONS[removal.get("action", "")],
        removal["start"],
    ]  # fmt: skip
