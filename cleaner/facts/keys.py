"""64-bit keys of lines, words, documents and outlets: stable across machines, versions and runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cleaner.model import Document, Span

Keys = NDArray[np.int64]

MAX_KEYED = 2000
"""Code points of a line that count for its key. Longer lines are prose; their beginning tells them apart."""

_DIGITS = re.compile(r"\d+")
_ZEROS = bytes(48 if 48 <= c < 58 else c for c in range(256))
_MIX = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio: the usual odd constant of multiplicative hashing."""


def hash64(text: str) -> int:
    """First eight bytes of BLAKE2b, as a signed integer (Parquet readers on the JVM know no unsigned)."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def document_key(document: Document) -> int:
    """The key of a document: its outlet and id."""
    return hash64(f"{document.source}\0{document.id}")


def outlet_key(source: str) -> int:
    """The key of an outlet's name, whatever its case."""
    return hash64(source.lower())


def normal_line(line: str) -> str:
    """The form in which lines are counted: lower case, single spaces, cut to ``MAX_KEYED``."""
    lower = line[:MAX_KEYED].lower()
    if "  " not in lower and lower.isprintable() and lower[:1] != " " and lower[-1:] != " ":
        return lower  # a plain space is the only white space that is printable
    return " ".join(lower.split())


def normal_lines(text: str, spans: Sequence[Span]) -> list[str]:
    """``normal_line`` of the lines at ``spans``."""
    return [normal_line(text[start : min(end, start + MAX_KEYED)]) for start, end in spans]


def line_keys(text: str, spans: Sequence[Span], lines: Sequence[str]) -> tuple[Keys, Keys]:
    """Keys of the lines at ``spans``, whose normal forms are ``lines``, and keys with every run of digits taken as one;
    two int64 arrays."""
    plain = [hash64(line) for line in lines]
    folded = plain.copy()
    for i in _with_digits(text, spans):
        without = _without_digits(lines[i])
        if without != lines[i]:
            folded[i] = hash64(without)
    return np.array(plain, np.int64), np.array(folded, np.int64)


def _without_digits(line: str) -> str:
    """``_DIGITS.sub("0", line)``."""
    if not line.isascii():
        return _DIGITS.sub("0", line)
    out = line.encode("ascii").translate(_ZEROS)
    while b"00" in out:
        out = out.replace(b"00", b"0")
    return out.decode("ascii")


def _with_digits(text: str, spans: Sequence[Span]) -> Sequence[int]:
    """Numbers of the spans that may hold a digit."""
    if not text.isascii() or not spans:
        return range(len(spans))
    digits = np.flatnonzero(np.frombuffer(text.encode("ascii"), np.uint8) - np.uint8(48) < 10)
    first, last = np.searchsorted(digits, np.array(spans, np.int64).T)
    out: list[int] = np.flatnonzero(last > first).tolist()
    return out


def word_key(word: str) -> int:
    """32-bit key of a word."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def mix(*parts: NDArray[np.integer] | int) -> Keys:
    """One key of several, in order: what the stored arrays are sorted by."""
    out = np.zeros(1, np.uint64)
    for part in parts:
        value = np.asarray(part, np.int64).reshape(-1).view(np.uint64)
        out = (out ^ value) * _MIX
        out ^= out >> np.uint64(29)
    return out.view(np.int64)
