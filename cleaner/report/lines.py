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
    order = sorted(range(len(removals)), key=lambda i: removals[i]["start"])
    spans = [(removals[i]["start"], removals[i]["end"], i) for i in order]
    first = at = 0
    lines = _BREAK.split(source)
    for number, text in enumerate(lines[::2], 1):
        end = at + len(text)
        if not text or text.isspace():
            yield Line(number, ())
        else:
            while first < len(spans) and spans[first][1] <= at:
                first += 1
            if first == len(spans) or spans[first][0] >= end:
                yield Line(number, (Piece(text, at, None),))
            else:
                yield Line(number, tuple(_pieces(source, at, end, spans, first)))
        at = end + (len(lines[2 * number - 1]) if 2 * number <= len(lines) else 0)


def _pieces(source: str, at: int, end: int, spans: Sequence[tuple[int, int, int]], i: int) -> Iterator[Piece]:
    while i < len(spans) and spans[i][0] < end:
        start, stop, number = max(at, spans[i][0]), min(end, spans[i][1]), spans[i][2]
        if start > at:
            yield Piece(source[at:start], at, None)
        if stop > start:
            yield Piece(source[start:stop], start, number)
        at = max(at, stop)
        i += 1
    if at < end:
        yield Piece(source[at:end], at, None)
