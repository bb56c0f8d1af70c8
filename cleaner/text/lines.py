"""Cut a text into lines. The one definition of a line in the project.

A line ends at LF, CR LF or CR. Vertical tab, form feed, NEL and the Unicode separators are characters
like any other: scraped JSON is full of them, and tools that treat them as line ends lose their place.
"""

from __future__ import annotations

import functools
import itertools
import re

from cleaner.model import Span

_LINE = re.compile(r"\S(?:[^\r\n]*\S)?")
"""A line without the white space at its ends. Linear: at most the white space at a line's end is read twice."""


REMEMBERED_CHARACTERS, REMEMBERED_LINES = 10_000, 200
"""Larger texts are few, and would fill the memory."""


def line_spans(text: str) -> list[Span]:
    """Spans of the lines that hold something besides white space, trimmed of it, in order."""
    if len(text) <= REMEMBERED_CHARACTERS and text.count("\n") <= REMEMBERED_LINES:
        return list(_remembered(text))
    return _cut(text)


@functools.lru_cache(maxsize=1024)
def _remembered(text: str) -> tuple[Span, ...]:
    """Every step asks again; there are a thousand documents in a shard."""
    return tuple(_cut(text))


def _cut(text: str) -> list[Span]:
    if "\r" in text:
        text = text.replace("\r", "\n")
    out: list[Span] = []
    at = 0
    for line in text.split("\n"):
        body = line.strip()
        if body:
            start = at if len(body) == len(line) else at + len(line) - len(line.lstrip())
            out.append((start, start + len(body)))
        at += len(line) + 1
    return out


def has_more_lines(text: str, most: int) -> bool:
    """Whether ``line_spans`` would give more than ``most`` spans; holds none of them."""
    if text.count("\n") + text.count("\r") < most:
        return False
    return next(itertools.islice(_LINE.finditer(text), most, None), None) is not None
