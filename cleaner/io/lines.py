"""Lines of bytes, cut at ``\\n`` only, none held that is longer than allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def byte_lines(pieces: Iterable[bytes], longest: int) -> Iterator[tuple[int, int, bytes | None, int]]:
    """``(number from 1, offset of its first byte, line without its newline, length)`` of each line.

    A line longer than ``longest`` is ``None``: it is counted and passed over, never held. An error of ``pieces`` is
    raised after the lines that came before it; an unfinished last line is yielded first.
    """
    number, start, length = 1, 0, 0
    held: list[bytes] = []
    fault: Exception | None = None

    def line() -> tuple[int, int, bytes | None, int]:
        return number, start, b"".join(held) if length <= longest else None, length

    pieces = iter(pieces)
    while True:
        try:
            piece = next(pieces, None)
        except Exception as error:
            piece, fault = None, error
        if piece is None:
            break
        *whole, rest = piece.split(b"\n")
        for part in whole:
            length += len(part)
            if length <= longest:
                held.append(part)
            else:
                held.clear()
            yield line()
            number, start, length = number + 1, start + length + 1, 0
            held.clear()
        length += len(rest)
        if length > longest:
            held.clear()
        elif rest:
            held.append(rest)
    if length:
        yield line()
    if fault is not None:
        raise fault
