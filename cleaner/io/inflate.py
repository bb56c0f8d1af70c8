"""gzip (RFC 1952) and zstd, decompressed so that every intact byte comes out and every fault is told.

``zlib`` and ``gzip`` stop at the first fault and take what came with it along. Here the container is read by hand and
zlib does the deflate inside, so that a wrong checksum in one member costs that member and not the rest of the file.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from cleaner.errors import InputError, UsageError
from cleaner.model import Span

GZIP_MAGIC, ZSTD_MAGIC = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_STEP = 1 << 16
_REACH = 8 << 20
"""How far before an error of deflate the damage may begin. Decoding that lost its place goes on to the end of its block
and fails in the next one; encoders end blocks after some 10,000 to 300,000 bytes."""
_ZSTD_STEP = 512  # one byte of zstd can become 32,768: small pieces keep memory bounded


@dataclass
class Health:
    """What reading a compressed source to its end found out about it."""

    doubtful: list[Span] = field(default_factory=list)
    """Stretches of decompressed bytes whose checksum is wrong: some byte in them is not what was written."""
    faults: list[str] = field(default_factory=list)


class Raw:
    """A file read in pieces, with what was read and not used put back."""

    def __init__(self, handle: IO[bytes], name: str, size: int) -> None:
        self._handle, self._name, self._size = handle, name, size
        self._held, self._at = b"", 0
        self.taken = 0

    def peek(self, size: int) -> bytes:
        """The next ``size`` bytes, or all that are left, without taking them."""
        while len(self._held) - self._at < size:
            data = self._read(self._size)
            if not data:
                break
            self._held, self._at = self._held[self._at :] + data, 0
        return self._held[self._at : self._at + size]

    def take(self, size: int = 0) -> bytes:
        """Some bytes, at most ``size`` of them where it is given; none at the end."""
        if self._at == len(self._held):
            self._held, self._at = self._read(self._size), 0
        end = self._at + size if size else len(self._held)
        data = self._held[self._at : end]
        self._at += len(data)
        self.taken += len(data)
        return data

    def exactly(self, size: int) -> bytes:
        """``size`` bytes, or all that are left."""
        self.peek(size)
        return self.take(size) if size else b""

    def put_back(self, data: bytes) -> None:
        """Untake the last bytes taken."""
        if data == self._held[self._at - len(data) : self._at]:
            self._at -= len(data)
        else:
            self._held, self._at = data + self._held[self._at :], 0
        self.taken -= len(data)

    def _read(self, size: int) -> bytes:
        try:
            return self._handle.read(size)
        except Exception as error:
            raise InputError(
                f"{self._name}: reading failed after {self.taken} bytes ({' '.join(str(error).split())})",
                code="unreadable",
            ) from error


def gunzip(raw: Raw, health: Health) -> Iterator[bytes]:
    """All members of a gzip file. What a fault spoils is in ``health``; nothing is raised but errors of reading."""
    produced = number = 0
    while head := raw.peek(2):
        number += 1
        start, at = produced, raw.taken
        if head != GZIP_MAGIC:
            if not _only_padding(raw):
                health.faults.append(f"bytes that are not gzip follow at byte {at}")
            return
        if not _skip_header(raw):
            health.faults.append(f"the file is cut off or damaged in the header of member {number}, byte {at}")
            return
        inflater = zlib.decompressobj(wbits=-15)
        crc = 0
        while not inflater.eof:
            data = raw.take(_STEP)
            if not data:
                health.faults.append(f"the file is cut off after {raw.taken} bytes")
                return
            try:
                for out in _inflate(inflater, data):
                    crc = zlib.crc32(out, crc)
                    produced += len(out)
                    yield out
            except zlib.error as error:
                health.doubtful.append((max(start, produced - _REACH), produced))
                health.faults.append(f"damaged near byte {raw.taken - len(data)} ({str(error).rpartition(': ')[2]})")
                return
        raw.put_back(inflater.unused_data)
        trailer = raw.exactly(8)
        if len(trailer) < 8:
            health.faults.append(f"the file is cut off after {raw.taken} bytes")
            return
        stated, length = int.from_bytes(trailer[:4], "little"), int.from_bytes(trailer[4:], "little")
        if crc != stated and not (length == (produced - start) & 0xFFFFFFFF and _one_byte(crc ^ stated)):
            health.doubtful.append((start, produced))
        if crc != stated or length != (produced - start) & 0xFFFFFFFF:
            health.faults.append(f"the checksum of bytes {at} to {raw.taken} is wrong")


def _one_byte(difference: int) -> bool:
    """Whether two checksums differ in one byte of theirs only. By chance that is one in four million: then it is the
    stored checksum that was hit, and the data is what was written."""
    return sum(bool(difference >> shift & 0xFF) for shift in (0, 8, 16, 24)) == 1


def _skip_header(raw: Raw) -> bool:
    head = raw.exactly(10)
    if len(head) < 10 or head[2] != 8 or head[3] & 0xE0:
        return False
    flags = head[3]
    if flags & 4:
        size = raw.exactly(2)
        if len(size) < 2 or len(raw.exactly(int.from_bytes(size, "little"))) < int.from_bytes(size, "little"):
            return False
    for flag in (8, 16):
        while flags & flag and (byte := raw.exactly(1)) != b"\0":
            if not byte:
                return False
    return not flags & 2 or len(raw.exactly(2)) == 2


def _inflate(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What one piece of compressed input gives, a bounded amount at a time; on an error, all that came before it."""
    while data and not inflater.eof:
        before = inflater.copy()
        try:
            out = inflater.decompress(data, _STEP * 16)
        except zlib.error:
            yield from _before_fault(before, data)
            raise
        if out:
            yield out
        data = inflater.unconsumed_tail


def _before_fault(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """Feed byte for byte what failed as a whole, so that what stands before the fault is not lost with it."""
    for i in range(len(data)):
        try:
            out = inflater.decompress(data[i : i + 1])
        except zlib.error:
            return
        if out:
            yield out


def _only_padding(raw: Raw) -> bool:
    """Zero bytes after the last member are padding (tapes, block devices), as gzip itself holds."""
    while data := raw.take():
        if data.strip(b"\0"):
            return False
    return True


def unzstd(raw: Raw, health: Health) -> Iterator[bytes]:
    """All frames of a zstd file. As ``gunzip``; a frame without a checksum cannot be doubted."""
    try:
        import zstandard
    except ImportError as error:
        raise UsageError("reading .zst needs zstandard; pip install zstandard", code="missing-package") from error
    produced = 0
    while head := raw.peek(4):
        start = produced
        if head != ZSTD_MAGIC and not 0x184D2A50 <= int.from_bytes(head, "little") <= 0x184D2A5F:
            if not _only_padding(raw):
                health.faults.append(f"bytes that are not zstd follow before byte {raw.taken}")
            return
        frame = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        while not frame.eof:
            data = raw.take(_ZSTD_STEP)
            if not data:
                health.faults.append(f"the file is cut off after {raw.taken} bytes")
                return
            try:
                out = frame.decompress(data)
            except (zstandard.ZstdError, MemoryError) as error:
                health.faults.append(f"damaged near byte {raw.taken - len(data)} ({' '.join(str(error).split())})")
                if "checksum" in str(error):
                    health.doubtful.append((start, produced))
                return
            if out:
                produced += len(out)
                yield out
        raw.put_back(frame.unused_data)
