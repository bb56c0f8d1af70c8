"""The one writer: a document and its removals become output records. Nothing else builds clean text.

Kept and removed spans are trimmed of white space and cover every other character of the source exactly once.
White space between them belongs to no span: runs of line feeds are implied by their length, anything else is
listed in the document's ``gaps``, so the source can be rebuilt to the last character.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import orjson

from cleaner.model import Document, Rejected, Removal, Span
from cleaner.spans import invert, subtract, trim, union
from cleaner.text.lines import line_spans

IMPLIED = ("\n", "\n\n")
"""The most frequent of the gaps that are not listed."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A document with every character accounted for."""

    kept: list[Span]
    removed: list[Removal]
    gaps: list[tuple[int, str]]
    text: str


def text_digest(text: str) -> str:
    """SHA-256 of the text in UTF-8; lone surrogates count as themselves."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def apply_removals(text: str, removals: Sequence[Removal]) -> Applied:
    """Split ``text`` into kept spans, removals and gaps.

    Removals are clipped to the text, trimmed and made disjoint: where two overlap, the surer one keeps its span
    (then the earlier, then the longer), and the other keeps what is left of its own. None is lost unless another
    covers all of it.
    """
    disjoint = _disjoint(text, removals)
    holes = union((r.start, r.end) for r in disjoint)
    kept = _kept(text, line_spans(text), holes)
    covered = union([*kept, *holes])
    gaps = [
        (s, white) for s, e in invert(covered, len(text)) if (white := text[s:e]) not in IMPLIED and white.strip("\n")
    ]
    return Applied(kept, disjoint, gaps, _join(text, kept))


def kept_spans(text: str, removals: Sequence[Removal]) -> list[Span]:
    """``apply_removals(text, removals).kept``, for those who need nothing else of it."""
    return _kept(text, line_spans(text), union((r.start, r.end) for r in _disjoint(text, removals)))


def _kept(text: str, lines: list[Span], holes: list[Span]) -> list[Span]:
    """What the holes leave of the lines, trimmed."""
    if not holes:
        return lines
    whole = set(lines)
    pieces = subtract(lines, holes)
    return [piece for span in pieces if (piece := span if span in whole else trim(text, span))]


def _disjoint(text: str, removals: Sequence[Removal]) -> list[Removal]:
    ordered = sorted(removals, key=_start)
    if all(a.end <= b.start < b.end for a, b in itertools.pairwise(ordered)):  # nearly always so
        pieces = [(r, (max(0, r.start), min(len(text), r.end))) for r in ordered]
        return [_at(r, trimmed) for r, span in pieces if span[0] < span[1] and (trimmed := trim(text, span))]
    taken: list[Span] = []
    out: list[Removal] = []
    for removal in sorted(removals, key=lambda r: (-r.score, r.start, -r.end, r.stage, r.reason)):
        span = (max(0, removal.start), min(len(text), removal.end))
        if span[0] >= span[1]:
            continue
        out.extend(_at(removal, trimmed) for piece in subtract([span], taken) if (trimmed := trim(text, piece)))
        taken = union([*taken, span])
    return sorted(out, key=_start)


_start = attrgetter("start")


def _at(removal: Removal, span: Span) -> Removal:
    if (removal.start, removal.end) == span:
        return removal
    return Removal(span[0], span[1], removal.stage, removal.reason, removal.score, removal.evidence)


def _join(text: str, kept: Sequence[Span]) -> str:
    """Kept spans of one line by a space, of neighbouring lines by a newline, across blank lines by a blank line."""
    parts: list[str] = []
    last = -1
    for start, end in kept:
        if last >= 0:
            between = text[last:start]
            parts.append(between if between in ("\n", "\n\n", " ") else _separator(between))
        parts.append(text[start:end])
        last = end
    return "".join(parts)


def _separator(between: str) -> str:
    breaks = between.count("\n") + between.count("\r") - between.count("\r\n")
    if breaks == 0:
        return " "
    if breaks == 1:
        return "\n"
    lines = between.replace("\r\n", "\n").replace("\r", "\n").split("\n")[1:-1]
    return "\n\n" if any(not line.strip() for line in lines) else "\n"


def document_record(document: Document, applied: Applied) -> dict[str, Any]:
    """One line of ``documents``: a Dolma document with spans, digest and provenance."""
    metadata: dict[str, Any] = dict(document.metadata)
    for name in ("url", "title", "lang"):
        value = getattr(document, name)
        if value is not None:
            metadata[name] = value
    metadata["kind"] = document.kind
    record: dict[str, Any] = {"id": document.id, "text": applied.text, "source": document.source}
    if document.created:
        record["created"] = document.created
    if document.added:
        record["added"] = document.added
    record["metadata"] = metadata
    record["spans"] = [list(s) for s in applied.kept]
    record["gaps"] = [{"start": start, "text": white} for start, white in applied.gaps]
    record["source_length"] = len(document.text)
    record["source_sha256"] = text_digest(document.text)
    record["source_path"] = document.path
    return record


def removal_record(document: Document, removal: Removal, action: str = "") -> dict[str, Any]:
    """One line of ``removed``; ``action`` (``mark``, ``keep``) says why the text stayed, where it did."""
    record: dict[str, Any] = {
        "doc_id": document.id,
        "start": removal.start,
        "end": removal.end,
        "text": document.text[removal.start : removal.end],
        "stage": removal.stage,
        "reason": removal.reason,
        "score": round(float(removal.score), 4),
        "evidence": dict(removal.evidence),
    }
    if action:
        record["action"] = action
    return record


def rejected_record(rejected: Rejected) -> dict[str, Any]:
    """One line of ``rejected``."""
    return {
        "source": rejected.source,
        "line": rejected.line,
        "byte": rejected.byte,
        "id": rejected.id,
        "code": rejected.code,
        "message": rejected.message,
    }


def to_json(record: dict[str, Any]) -> str:
    """One JSON line that is valid UTF-8: lone surrogates are escaped, everything else is written as it is."""
    line = _AS_IT_IS.encode(record)
    if line.isascii():
        return line
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        line = _ESCAPED.encode(record)
    return line


def plain_json(record: dict[str, Any]) -> str:
    """``to_json`` at a tenth of its cost, for records whose numbers are ours: offsets, counts and rounded scores.

    Very large and very small numbers, which an input may carry, would be written in another form.
    """
    try:
        return orjson.dumps(record).decode()
    except TypeError:  # a lone surrogate
        return to_json(record)


_AS_IT_IS = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_ESCAPED = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False)
