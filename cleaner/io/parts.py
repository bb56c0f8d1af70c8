"""One large file as several sources, for engines that read at several places at once.

A part of a JSONL file holds the lines that *begin* in a range of its bytes, as Hadoop's input splits do (White, Hadoop:
The Definitive Guide, 4th ed., p. 221). Numbers and offsets of lines stay those of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from cleaner.io.inflate import Raw
from cleaner.io.limits import ReadOptions
from cleaner.io.lines import byte_lines
from cleaner.io.sources import Source
from cleaner.io.streams import open_source

_SEQUENTIAL = ("http://", "https://", "ftp://")
"""Where a file may only be had from its beginning."""


def parts_of(source: Source, size: int, options: ReadOptions) -> list[Source]:
    """``source`` as parts of about ``size`` bytes, not yet numbered; as it is where it is small or cannot be parted.

    Only uncompressed JSONL can: a compressed stream has one beginning.
    """
    whole = source.compression or (options.kind or source.kind) != "jsonl" or source.path.startswith(_SEQUENTIAL)
    if whole or source.size < 2 * size:
        return [source]
    count = source.size // size
    cuts = [source.size * k // count for k in range(count + 1)]
    return [replace(source, size=b - a, part=(a, b, 0)) for a, b in pairwise(cuts)]


def count_lines(source: Source, options: ReadOptions) -> int:
    """Lines that begin in a part."""
    first, end, _ = _part(source)
    with open_source(source.path) as handle:
        handle.seek(max(first - 1, 0))
        left, count = end - max(first, 1), int(first == 0)
        raw = Raw(handle, source.name, options.chunk_bytes)
        while left > 0 and (data := raw.take(min(left, options.chunk_bytes))):
            count += data.count(b"\n")
            left -= len(data)
    return count


def numbered(parts: Sequence[Source], counts: Sequence[int]) -> list[Source]:
    """The parts of one file, each told how many lines stand before it."""
    before = accumulate(counts, initial=0)
    return [replace(p, part=(*_part(p)[:2], n)) for p, n in zip(parts, before, strict=False)]


def part_lines(source: Source, options: ReadOptions) -> Iterator[tuple[int, int, bytes | None, int]]:
    """The lines of a part, as ``byte_lines`` gives those of the file."""
    first, end, before = _part(source)
    with open_source(source.path) as handle:
        handle.seek(max(first - 1, 0))
        raw = Raw(handle, source.name, options.chunk_bytes)
        begin = first and _next_line(raw, first - 1, end)
        for number, start, line, length in byte_lines(_rest(raw), options.max_record_bytes):
            if begin + start >= end:
                return
            yield before + number, begin + start, line, length


def _next_line(raw: Raw, at: int, end: int) -> int:
    """Passes over the bytes up to the first line that begins after ``at``; where it begins, or somewhere past ``end``."""
    while at < end and (data := raw.take()):
        found = data.find(b"\n") + 1
        if found:
            raw.put_back(data[found:])
            return at + found
        at += len(data)
    return max(at, end)


def _rest(raw: Raw) -> Iterator[bytes]:
    while data := raw.take():
        yield data


def _part(source: Source) -> tuple[int, int, int]:
    assert source.part is not None
    first, end, before = source.part
    return first, end, before
