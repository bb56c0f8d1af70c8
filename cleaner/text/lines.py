"""Cut a text into lines. The one definition of a line in the project.

A line ends at LF, CR LF or CR. Vertical tab, form feed, NEL and the Unicode separators are characters
like any other: scraped JSON is full of them, and tools that treat them as line ends lose their place.
"""

from __future__ import annotations

import re

from cleaner.model import Span

_LINE = re.compile(r"[^\r\n]+")


def line_spans(text: str) -> list[Span]:
    """Spans of the lines that hold something besides white space, trimmed of it, in order."""
    spans: list[Span] = []
    for match in _LINE.finditer(text):
        raw = match.group()
        body = raw.strip()
        if body:
            start = match.start() + len(raw) - len(raw.lstrip())
            spans.append((start, start + len(body)))
    return spans
