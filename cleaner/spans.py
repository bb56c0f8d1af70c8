"""The algebra of spans: the whole arithmetic of removal, in code points.

A *normal* list of spans is sorted, non-empty spans only, with no two that overlap or touch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cleaner.model import Span


def union(spans: Iterable[Span]) -> list[Span]:
    """The normal list that covers exactly what ``spans`` cover."""
    merged: list[Span] = []
    for start, end in sorted(s for s in spans if s[0] < s[1]):
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def subtract(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """What ``spans`` cover and ``holes`` do not. Both sorted and free of overlaps; so is the result."""
    out: list[Span] = []
    first = 0
    for start, end in spans:
        while first < len(holes) and holes[first][1] <= start:
            first += 1
        at, i = start, first
        while i < len(holes) and holes[i][0] < end:
            if holes[i][0] > at:
                out.append((at, holes[i][0]))
            at = max(at, holes[i][1])
            i += 1
        if at < end:
            out.append((at, end))
    return out


def invert(spans: Sequence[Span], length: int) -> list[Span]:
    """What of ``[0, length)`` the sorted, non-overlapping ``spans`` leave uncovered."""
    return subtract([(0, length)], spans) if length else []


def clip(spans: Iterable[Span], low: int, high: int) -> list[Span]:
    """Each span cut down to ``[low, high)``; spans outside vanish."""
    return [(max(s, low), min(e, high)) for s, e in spans if max(s, low) < min(e, high)]


def trim(text: str, span: Span) -> Span | None:
    """``span`` without white space at its ends, ``None`` where nothing else is in it."""
    part = text[span[0] : span[1]]
    body = part.strip()
    if len(body) == len(part):
        return span if body else None
    if not body:
        return None
    start = span[0] + len(part) - len(part.lstrip())
    return start, start + len(body)
