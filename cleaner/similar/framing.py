"""Who says it, and what is said: the core of a sentence without dateline and attribution.

A direct quote that makes up most of its sentence is the core; else what is left without a dateline
("LONDON (Reuters) - "), an attribution in front ("The minister said that ...") or at the end ("..., he said").
A fragment of a quote inside a sentence of other words is not a core. Decided on tokens and the punctuation between
them, for all sentences at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.model import Span
from cleaner.similar import kernels
from cleaner.similar.ragged import I64
from cleaner.similar.tokens import Tokens, tokenise
from cleaner.similar.vocabulary import ACCORDING, CLAUSE_START, FIGURE_FIRST, PLAIN_SAY, SAY, SPEAKER, THAT
from cleaner.text.canonical import CLOSES, COLON, COMMA, DASH, OPENS, PAREN

_MIN_CORE = 6  # tokens: shorter cores ("yes, he said") are too common to identify a quote
_MAX_FRAME = 14  # tokens of an attribution without quotation marks


def cores(tokens: Tokens) -> tuple[I64, I64]:
    """First token and end of the core of every text, as positions in ``tokens.ids``; the whole text by default."""
    kinds = tokens.vocabulary.kinds
    if kernels.compiled is not None:
        return kernels.compiled.cores(tokens.ids, tokens.shapes, tokens.marks, tokens.offsets, kinds)
    begin, end = tokens.offsets[:-1].copy(), tokens.offsets[1:].copy()
    lengths = end - begin
    if not len(tokens.ids):
        return begin, end
    text = np.repeat(np.arange(len(begin)), lengths)
    position = np.arange(len(tokens.ids)) - begin[text]
    kind = kinds[tokens.ids]
    say = kind & SAY > 0
    said = _sums(say)
    core_begin, core_end = _quotes(tokens, text, begin, end, say, said)
    quoted = core_end > core_begin
    front = _front(tokens, text, position, begin, end, said, kind)
    back = _back(tokens, text, begin, end, kind)
    core_begin = np.where(quoted, core_begin, front)
    core_end = np.where(quoted, core_end, back)
    size = core_end - core_begin
    good = (size >= _MIN_CORE) & (size * 10 >= lengths * 3)
    return np.where(good, core_begin, begin), np.where(good, core_end, end)


def _quotes(tokens: Tokens, text: I64, begin: I64, end: I64, say: NDArray[np.bool_], said: I64) -> tuple[I64, I64]:
    """Direct quotes that are the sentence: from the first opening mark to the last closing one."""
    first, last = np.zeros(len(begin), np.int64), np.zeros(len(begin), np.int64)
    opening, closing = np.flatnonzero(tokens.marks & OPENS), np.flatnonzero(tokens.marks & CLOSES)
    first[:] = -1
    first[text[opening[::-1]]] = opening[::-1]
    last[text[closing]] = closing + 1
    seen_first, seen_last = first >= 0, last > 0
    first = np.where(seen_first, first, begin)  # a quote that began in the sentence before
    last = np.where(seen_last, last, end)
    size, lengths = last - first, end - begin
    before = np.maximum(first - 1, 0)
    introduced = (first > begin) & ((tokens.marks[before] & (COLON | COMMA) > 0) | say[before])
    at_edge = (first == begin) | (last == end)
    framed = (said[first] - said[begin] > 0) | (said[end] - said[np.maximum(last, begin)] > 0)
    whole = (first == begin) & (last == end)
    good = (
        (seen_first | seen_last)
        & (size >= _MIN_CORE)
        & ((at_edge & (size * 2 >= lengths)) | (introduced & (size * 10 >= lengths * 3)))
    )
    good &= framed | whole | (size * 10 >= lengths * 7) | introduced
    return np.where(good, first, 0), np.where(good, last, 0)


def _front(
    tokens: Tokens,
    text: I64,
    position: I64,
    begin: I64,
    end: I64,
    said: I64,
    kind: NDArray[np.uint16],
) -> I64:
    """Where the core begins after a dateline or an attribution in front."""
    marks, plain = tokens.marks, kind & PLAIN_SAY > 0
    n = len(kind)
    at = np.flatnonzero((marks & (COLON | COMMA | DASH) > 0) | plain)
    at = at[position[at] < _MAX_FRAME]
    opener, place, mark = begin[text[at]], position[at], marks[at]
    following = kind[np.minimum(at + 1, n - 1)] & CLAUSE_START > 0
    following &= at + 1 < end[text[at]]
    has_say = said[at + 1] > said[opener]
    dateline = (mark & DASH > 0) & (place < 8) & (tokens.shapes[opener] == 2)
    if dateline.any():
        lower = _sums((tokens.shapes == 0) & (kind & FIGURE_FIRST == 0))
        parens = _sums(marks & PAREN > 0)
        dateline &= lower[at + 1] == lower[opener]
        dateline &= (parens[at + 1] > parens[opener]) | (place < 4)
    colon = (mark & COLON > 0) & has_say
    that = plain[at] & following & (place >= 1) & (place < 9)
    according = (mark & COMMA > 0) & (kind[opener] & ACCORDING > 0) & (place >= 2)
    out: I64 = begin.copy()
    hits = at[dateline | colon | that | according][::-1]
    out[text[hits]] = hits + 1  # reversed: the first hit of a text is written last
    skip = (out > begin) & (out < end) & (kind[np.minimum(out, n - 1)] & THAT > 0)
    return np.asarray(out + skip, np.int64)


def _sums(flags: NDArray[np.bool_]) -> I64:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(flags)))


def _back(tokens: Tokens, text: I64, begin: I64, end: I64, kind: NDArray[np.uint16]) -> I64:
    """Where the core ends before an attribution that closes the sentence."""
    speaker, say = kind & SPEAKER > 0, kind & PLAIN_SAY > 0
    said = _sums(say)
    comma = np.flatnonzero(tokens.marks & COMMA)
    owner = text[comma]
    tail = end[owner] - comma - 1
    early = comma + 1 - begin[owner]
    near_say = said[np.minimum(comma + 2, end[owner])] - said[comma + 1] > 0  # ", said the minister"
    subject = (tokens.shapes[np.minimum(comma + 1, len(tokens.ids) - 1)] > 0) | speaker[
        np.minimum(comma + 1, len(tokens.ids) - 1)
    ]
    near_say |= subject & (said[np.minimum(comma + 6, end[owner])] - said[comma + 1] > 0)  # ", she told Reuters"
    last_say = subject & say[np.maximum(end[owner] - 1, 0)]
    good = (tail > 0) & (tail <= _MAX_FRAME) & (near_say | last_say) & (early >= _MIN_CORE)
    good &= early * 10 >= (end - begin)[owner] * 4
    out: I64 = end.copy()
    hits = comma[good][::-1]
    out[text[hits]] = hits + 1
    return out


@dataclass(frozen=True, slots=True)
class Framing:
    """A sentence taken apart, in code points of the text it came from."""

    core: Span
    """The quote, or what is said."""
    frame: tuple[Span, ...]
    """Dateline and attribution: what stands before the core and after it."""
    quoted: bool
    """The core is a direct quote."""


def framing(text: str) -> Framing:
    """Takes one sentence apart. ``core`` covers all of it when there is no frame."""
    return framings([text])[0]


def framings(texts: Sequence[str]) -> list[Framing]:
    """Takes sentences apart; a sentence is ``framing`` of itself alone, whatever stands beside it."""
    chunks = [[m.span() for m in re.finditer(r"\S+", text)] for text in texts]
    tokens = tokenise(texts, phrases=False)
    pieces = tokenise([text[a:b] for text, spans in zip(texts, chunks, strict=True) for a, b in spans], phrases=False)
    sizes = np.diff(pieces.offsets)
    begins, ends = cores(tokens)
    out, at = [], 0
    for i, (text, spans) in enumerate(zip(texts, chunks, strict=True)):
        low, high = int(tokens.offsets[i]), int(tokens.offsets[i + 1])
        begin, end = int(begins[i]), int(ends[i])
        closes = np.cumsum(sizes[at : at + len(spans)])
        at += len(spans)
        whole = (spans[0][0], spans[-1][1]) if spans else (0, 0)
        if not spans or closes[-1] != high - low or (begin == low and end == high):
            out.append(Framing(whole, (), False))
            continue
        first = int(np.searchsorted(closes, begin - low, side="right"))
        last = int(np.searchsorted(closes, end - low, side="left"))
        core = (spans[first][0], spans[last][1])
        quoted = bool(tokens.marks[begin] & OPENS or tokens.marks[end - 1] & CLOSES)
        frame = tuple(s for s in ((whole[0], core[0]), (core[1], whole[1])) if text[s[0] : s[1]].strip())
        out.append(Framing(core, frame, quoted))
    return out
