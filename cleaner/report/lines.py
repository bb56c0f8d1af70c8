"""A document as its source lines, each cut into kept and removed pieces: what a person reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

_BREAK = re.compile(r"(\r\n|[\r\n])")


class Piece(NamedTuple):
    """A run of one source line: ``removal`` is its number in the list of removals, ``None`` where it was kept."""

    text: str
    start: int
    removal: int | None


class Line(NamedTuple):
    """One line of the source, with its 1-based number. No pieces: a blank line."""

    number: int
    pieces: tuple[Piece, ...]


def lines_of(source: str, removals: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    """Every line of ``source``, blank ones too. Removals that only mark count as removals here."""
    for number, (text, at, pieces) in enumerate(cut_lines(source, removals), 1):
        if pieces is None:
            pieces = [] if not text or text.isspace() else [(text, at, None)]
        yield Line(number, tuple(Piece(*piece) for piece in pieces))


def cut_lines(
    source: str, removals: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, int, list[tuple[str, int, int | None]] | None]]:
    """Every line of ``source``, where it begins, and the fields of its ``Piece``s; ``None`` for blank lines and those that
    are kept whole."""
    spans = sorted((r["start"], r["end"], i) for i, r in enumerate(removals))
    first = at = 0
    parts = _BREAK.split(source)
    parts.append("")
    for text, line_break in zip(parts[::2], parts[1::2], strict=True):
        end = at + len(text)
        while first < len(spans) and spans[first][1] <= at:
            first += 1
        if first == len(spans) or spans[first][0] >= end or not text or text.isspace():
            yield text, at, None
        else:
            yield text, at, list(_pieces(source, at, end, spans, first))
        at = end + len(line_break)


def _pieces(
    source: str, at: int, end: int, spans: Sequence[tuple[int, int, int]], i: int
) -> Iterator[tuple[str, int, int | None]]:
    while i < len(spans) and spans[i][0] < end:
        start, stop, number = max(at, spans[i][0]), min(end, spans[i][1]), spans[i][2]
        if start > at:
            yield source[at:start], at, None
        if stop > start:
            yield source[start:stop], start, number
        at = max(at, stop)
        i += 1
    if at < end:
        yield source[at:end], at, None
