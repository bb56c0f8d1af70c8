"""A batch of documents as flat arrays of code points, lines and words: what every feature is counted from.

Nothing here depends on which documents share a batch, and every sum is over integers, so a line's numbers
are the same on one core and on many.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.model import Document
from cleaner.text.lines import line_spans

HEAD, TAIL = 1500, 500
"""Code points read of the beginning and of the end of a long line: bounds the work, decides nothing."""

_BASE = 0x9E3779B97F4A7C15
_BASE_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_PLANE = 0x10000

FIELDS = (
    ("letter", "upper", "digit", "punct"),
    ("symbol", "sentence_end", "comma", "quote"),
    ("foreign", "separator", "money", "space"),
)
_SENTENCE_END = ".!?…。！？؟।"
_COMMA = ",;，、؛،"
_QUOTE = "\"'“”‘’„«»「」"
_SEPARATOR = "|›»>/•·→←▸►▶◄*+#@_©{}<=~"
_MONEY = "%$€£¥₹"


@dataclass(frozen=True, slots=True)
class CharTables:
    """Look-up tables over the basic plane: packed class counts (four 16-bit fields) and the folded character."""

    packed: tuple[NDArray[np.uint64], ...]
    fold: NDArray[np.uint64]
    word: NDArray[np.bool_]
    upper: NDArray[np.bool_]


def _fold(char: str) -> int:
    """Lower case without accents; every decimal digit is ``0``, every apostrophe straight."""
    if char.isdecimal():
        return ord("0")
    base = unicodedata.normalize("NFKD", char)[:1] or char
    lower = base.lower()
    return ord(lower) if len(lower) == 1 else ord(char)


@lru_cache(maxsize=1)
def char_tables() -> CharTables:
    """The tables, built once a process from Python's own Unicode data."""
    chars = [chr(code) for code in range(_PLANE)]
    category = np.array([unicodedata.category(char) for char in chars])
    kind = category.astype("U1")
    letter = np.isin(kind, ("L", "M"))
    digit = kind == "N"
    space = np.zeros(_PLANE, np.bool_)
    space[[ord(char) for char in chars if char.isspace() and char != "\n"]] = True
    word = letter | digit
    upper = np.isin(category, ("Lu", "Lt"))
    values = {
        "letter": letter,
        "upper": upper,
        "digit": digit,
        "punct": kind == "P",
        "symbol": kind == "S",
        "sentence_end": _members(_SENTENCE_END),
        "comma": _members(_COMMA),
        "quote": _members(_QUOTE),
        "foreign": letter & (np.arange(_PLANE) > 0x7F),
        "separator": _members(_SEPARATOR),
        "money": _members(_MONEY),
        "space": space,
    }
    packed = []
    for names in FIELDS:
        table = np.zeros(_PLANE, np.uint64)
        for i, name in enumerate(names):
            table |= values[name].astype(np.uint64) << np.uint64(16 * i)
        packed.append(table)
    fold = np.arange(_PLANE, dtype=np.uint64)
    for code in np.flatnonzero(word).tolist():
        fold[code] = _fold(chars[code])
    return CharTables(tuple(packed), fold, word, upper)


def _members(chars: str) -> NDArray[np.bool_]:
    out = np.zeros(_PLANE, np.bool_)
    out[[ord(char) for char in chars if ord(char) < _PLANE]] = True
    return out


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines and words of some documents. ``n`` lines, ``m`` words."""

    documents: tuple[Document, ...]
    first: NDArray[np.int64]
    """Line number at which each document begins, and ``n`` at the end: documents + 1."""
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    """The line's span in its document's text."""
    doc: NDArray[np.int64]
    """The document of each line, as a number in ``documents``."""
    counts: dict[str, NDArray[np.int64]]
    """Code points of each class in what was read of the line, by the names in ``FIELDS``."""
    head: NDArray[np.uint32]
    last: NDArray[np.uint32]
    """First and last code point of each line."""
    word_line: NDArray[np.int64]
    word_hash: NDArray[np.uint64]
    """Hash of the folded word; digits count as one another."""
    stem_hash: NDArray[np.uint64]
    """Hash of the word's first five folded letters."""
    word_size: NDArray[np.int64]
    word_upper: NDArray[np.bool_]
    """The word begins with a capital."""
    word_first: NDArray[np.int64]
    """Number of the first word of each line, and ``m`` at the end: n + 1."""
    line_hash: NDArray[np.uint64]
    """Hash of the line's folded words in order."""

    @property
    def lines(self) -> int:
        return len(self.start)


def mix(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spreads every bit of a hash over the whole word."""
    value = value ^ (value >> np.uint64(32))
    value = value * _MIX
    value = value ^ (value >> np.uint64(29))
    return np.asarray(value * _MIX, np.uint64)


def hash_word(word: str) -> int:
    """The hash that ``read_batch`` gives to ``word`` (one run of letters and digits)."""
    tables = char_tables()
    total = 0
    for place, char in enumerate(word):
        code = ord(char)
        folded = int(tables.fold[code]) if code < _PLANE else code
        total += folded * pow(_BASE, place, 1 << 64)
    return int(mix(np.array([total & (2**64 - 1)], np.uint64))[0])


@lru_cache(maxsize=4)
def _powers(bits: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The first 2**bits powers of the hash base and of its inverse, modulo 2**64."""
    out = []
    for base in (_BASE, _BASE_INVERSE):
        power = np.full(1 << bits, base, np.uint64)
        power[0] = 1
        out.append(np.cumprod(power))
    return out[0], out[1]


def segment_sum(values: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum of ``values[first[i]:first[i+1]]`` for each i; exact, empty segments are 0."""
    total = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=total[1:])
    return total[first[1:]] - total[first[:-1]]


def read_batch(documents: Sequence[Document]) -> Batch:
    """Cuts the documents into lines and words. Linear in the text; of a long line HEAD + TAIL is read."""
    tables = char_tables()
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    first = np.zeros(len(documents) + 1, np.int64)
    for number, document in enumerate(documents):
        text = document.text
        own = line_spans(text)
        spans += own
        pieces += [text[s:e] if e - s <= HEAD + TAIL else text[s : s + HEAD] + " " + text[e - TAIL : e] for s, e in own]
        first[number + 1] = len(spans)
    span = np.array(spans, np.int64).reshape(-1, 2)
    codes = np.frombuffer(("\n".join(pieces) + "\n").encode("utf-32-le", "surrogatepass"), np.uint32)
    size = np.fromiter((len(p) for p in pieces), np.int64, len(pieces))
    begin = np.zeros(len(pieces), np.int64)
    np.cumsum(size[:-1] + 1, out=begin[1:])
    finish = begin + size
    low = codes.astype(np.int64)
    astral = np.flatnonzero(codes >= _PLANE)
    beyond = codes[astral]
    low[astral] = np.where((beyond >= 0x1F000) & (beyond < 0x1FB00), 0x2605, 0x4E00)

    counts: dict[str, NDArray[np.int64]] = {}
    for table, names in zip(tables.packed, FIELDS, strict=True):
        packed = np.add.reduceat(table.take(low), begin) if len(pieces) else np.zeros(0, np.uint64)
        for i, name in enumerate(names):
            counts[name] = ((packed >> np.uint64(16 * i)) & np.uint64(0xFFFF)).astype(np.int64)

    inside = tables.word.take(low)
    edge = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside[0]:
        edge = np.concatenate((np.zeros(1, np.int64), edge))
    word_start, word_end = edge[::2], edge[1::2]
    folded = tables.fold.take(low)
    folded[astral] = beyond
    powers, inverse = _powers(max(16, len(codes).bit_length()))
    running = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(folded * powers[: len(codes)], out=running[1:])
    back = inverse[word_start]
    word_hash = mix((running[word_end] - running[word_start]) * back)
    stem_hash = mix((running[np.minimum(word_end, word_start + 5)] - running[word_start]) * back)

    word_first = np.append(np.searchsorted(word_start, begin), len(word_start))
    word_line = np.repeat(np.arange(len(pieces)), np.diff(word_first))
    place = np.arange(len(word_hash)) - word_first[word_line]
    in_order = word_hash * (np.uint64(2) * place.astype(np.uint64) + np.uint64(1))
    summed = np.zeros(len(word_hash) + 1, np.uint64)
    np.cumsum(in_order, out=summed[1:])
    return Batch(
        documents=tuple(documents),
        first=first,
        start=span[:, 0],
        end=span[:, 1],
        doc=np.repeat(np.arange(len(documents)), np.diff(first)),
        counts=counts,
        head=codes[begin] if len(pieces) else np.zeros(0, np.uint32),
        last=codes[finish - 1] if len(pieces) else np.zeros(0, np.uint32),
        word_line=word_line,
        word_hash=word_hash,
        stem_hash=stem_hash,
        word_size=word_end - word_start,
        word_upper=tables.upper[low[word_start]] if len(word_start) else np.zeros(0, np.bool_),
        word_first=word_first,
        line_hash=mix(summed[word_first[1:]] - summed[word_first[:-1]]),
    )
