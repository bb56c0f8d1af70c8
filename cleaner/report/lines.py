"""A document as its source lines, each cut into kept and removed pieces: what a person reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of one source line: ``removal`` is its number in the list of removals, ``None`` where it was kept."""

    text: str
    start: int
    removal: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source, with its 1-based number. No pieces: a blank line."""

    number: int
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(p.text for p in self.pieces)


def lines_of(source: str, removals: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    """Every line of ``source``, blank ones too. ``removals`` sorted by start; marked ones count as removed here."""
    order = sorted(range(len(removals)), key=lambda i: removals[i]["start"])
    at, number, first = 0, 0, 0
    while at <= len(source):
        found = _BREAK.search(source, at)
        end = found.start() if found else len(source)
        number += 1
        while first < len(order) and removals[order[first]]["end"] <= at:
            first += 1
        yield Line(number, tuple(_pieces(source, at, end, removals, order, first)))
        if not found:
            return
        at = found.end()


def _pieces(
    source: str, at: int, end: int, removals: Sequence[Mapping[str, Any]], order: Sequence[int], first: int
) -> Iterator[Piece]:
    if not source[at:end].strip():
        return
    i = first
    while i < len(order) and removals[order[i]]["start"] < end:
        start, stop = max(at, removals[order[i]]["start"]), min(end, removals[order[i]]["end"])
        if start > at:
            yield Piece(source[at:start], at, None)
        if stop > start:
            yield Piece(source[start:stop], start, order[i])
        at = max(at, stop)
        i += 1
    if at < end:
        yield Piece(source[at:end], at, None)
