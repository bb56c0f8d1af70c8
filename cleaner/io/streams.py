"""Bytes of a source, decompressed by content, a piece at a time, with every fault told.

``gzip`` and friends of the standard library raise away the bytes that came before a fault. Here everything that
was intact is handed out first, then ``InputError`` says where the source stopped being readable.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from cleaner.errors import InputError, UsageError
from cleaner.io.limits import ReadOptions

GZIP, ZSTD = "gz", "zstd"
_MAGIC = ((b"\x1f\x8b", GZIP), (b"\x28\xb5\x2f\xfd", ZSTD))
_STEP = 1 << 16


class ExpansionError(InputError):
    """The source expands further than ``max_expansion`` allows."""


def is_url(path: str) -> bool:
    """Whether ``path`` is an fsspec URL (``scheme://...``) and no local file."""
    scheme, found, _ = path.partition("://")
    return bool(found) and scheme.replace("+", "").replace("-", "").replace("::", "").isalnum()


def filesystem(url: str) -> tuple[Any, str]:
    """The fsspec file system of ``url`` and the path in it. ``UsageError`` where fsspec or its back end lacks."""
    try:
        import fsspec
    except ImportError as error:
        raise UsageError(f"{url}: reading URLs needs fsspec; pip install fsspec", code="missing-package") from error
    try:
        return fsspec.core.url_to_fs(url)  # type: ignore[no-any-return]
    except (ImportError, ValueError, OSError) as error:
        raise UsageError(f"{url}: {_why(error)}; give a path, or a URL that fsspec can open", code="url") from error


@contextmanager
def open_source(path: str) -> Iterator[IO[bytes]]:
    """The raw bytes of a file or URL. ``InputError`` where it cannot be opened."""
    try:
        if is_url(path):
            fs, inner = filesystem(path)
            handle = fs.open(inner, "rb")
        else:
            handle = open(path, "rb")  # noqa: SIM115 - closed below
    except Exception as error:
        if isinstance(error, UsageError):
            raise
        raise InputError(f"{path}: cannot be opened ({_why(error)})", code="unreadable") from error
    with handle:
        yield handle


def compression_of(head: bytes) -> str:
    """``gz``, ``zstd`` or ``""`` by the first bytes of a file."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    return ""


def chunks(path: str, name: str, options: ReadOptions) -> Iterator[bytes]:
    """The decompressed bytes of ``path`` in pieces of bounded size.

    Raises ``InputError`` (after every intact byte was yielded) for a damaged or cut off compressed stream, bytes
    after its end, an error of the device, or ``ExpansionError`` where it grows past ``options.max_expansion``.
    """
    with open_source(path) as handle:
        raw = _Raw(handle, name, options.chunk_bytes)
        head = raw.peek(4)
        kind = compression_of(head)
        if not kind:
            while data := raw.take():
                yield data
            return
        source = _gunzip(raw, name) if kind == GZIP else _unzstd(raw, name)
        produced = 0
        for data in source:
            produced += len(data)
            if produced > options.max_record_bytes and produced > options.max_expansion * max(raw.taken, 1):
                raise ExpansionError(
                    f"{name}: expands to more than {options.max_expansion} times its size; stopped after {produced} "
                    "bytes; raise --max-expansion if the file is trusted",
                    code="expansion-limit",
                )
            yield data


def head_of(path: str, name: str, options: ReadOptions, size: int = 4096) -> bytes:
    """The first decompressed bytes of a source, as many as could be read, at most ``size``; never raises InputError
    for damage, only where the source cannot be opened."""
    out = b""
    try:
        for data in chunks(path, name, options):
            out += data[:size]
            if len(out) >= size:
                break
    except InputError as error:
        if error.code == "unreadable":
            raise
    return out[:size]


class _Raw:
    """A file read in pieces, with what was read and not used put back."""

    def __init__(self, handle: IO[bytes], name: str, size: int) -> None:
        self._handle, self._name, self._size, self._rest = handle, name, size, b""
        self.taken = 0

    def peek(self, size: int) -> bytes:
        while len(self._rest) < size:
            data = self._read(self._size)
            if not data:
                break
            self._rest += data
        return self._rest[:size]

    def take(self, size: int = 0) -> bytes:
        data = self._rest or self._read(self._size)
        if size and len(data) > size:
            data, self._rest = data[:size], data[size:]
        else:
            self._rest = b""
        self.taken += len(data)
        return data

    def put_back(self, data: bytes) -> None:
        self._rest = data + self._rest
        self.taken -= len(data)

    def _read(self, size: int) -> bytes:
        try:
            return self._handle.read(size)
        except Exception as error:
            raise InputError(
                f"{self._name}: reading failed after {self.taken} bytes ({_why(error)})", code="unreadable"
            ) from error


def _gunzip(raw: _Raw, name: str) -> Iterator[bytes]:
    """All members of a gzip file. zlib checks CRC and length of each."""
    while True:
        head = raw.peek(2)
        if not head:
            return
        if head != b"\x1f\x8b":
            if _only_padding(raw):
                return
            raise _damage(name, f"bytes that are not gzip follow its end, at byte {raw.taken}")
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            data = raw.take(_STEP)
            if not data:
                raise _damage(name, f"the file is cut off after {raw.taken} bytes")
            yield from _inflate(member, data, raw, name)
        raw.put_back(member.unused_data)


def _inflate(member: Any, data: bytes, raw: _Raw, name: str) -> Iterator[bytes]:
    """What one piece of compressed input gives, at most 16 pieces' worth at once; on an error, all that came before."""
    at = raw.taken - len(data)
    while data:
        before = member.copy()
        try:
            out = member.decompress(data, _STEP * 16)
        except zlib.error as error:
            yield from _before_fault(before, data)
            raise _damage(name, f"damaged near byte {at} ({_zlib_why(error)})") from error
        if out:
            yield out
        data = member.unconsumed_tail
        if member.eof:
            return


def _before_fault(member: Any, data: bytes) -> Iterator[bytes]:
    """Feed byte for byte what failed as a whole, so that what stands before the fault is not lost with it."""
    for i in range(len(data)):
        try:
            out = member.decompress(data[i : i + 1])
        except zlib.error:
            return
        if out:
            yield out


def _only_padding(raw: _Raw) -> bool:
    """Zero bytes after the last member are padding (tapes, block devices), as gzip itself holds."""
    while data := raw.take():
        if data.strip(b"\0"):
            raw.put_back(data)
            return False
    return True


def _unzstd(raw: _Raw, name: str) -> Iterator[bytes]:
    try:
        import zstandard
    except ImportError as error:
        raise UsageError(
            f"{name}: reading .zst needs zstandard; pip install zstandard", code="missing-package"
        ) from error
    while raw.peek(1):
        head = raw.peek(4)
        if head != b"\x28\xb5\x2f\xfd" and not (
            len(head) == 4 and 0x184D2A50 <= int.from_bytes(head, "little") <= 0x184D2A5F
        ):
            raise _damage(name, f"bytes that are not zstd follow its end, at byte {raw.taken}")
        frame = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        while not frame.eof:
            # A piece of input may become 32,768 times as much: small pieces keep memory bounded.
            data = raw.take(512)
            if not data:
                raise _damage(name, f"the file is cut off after {raw.taken} bytes")
            try:
                out = frame.decompress(data)
            except (zstandard.ZstdError, MemoryError) as error:
                raise _damage(name, f"damaged near byte {raw.taken - len(data)} ({_why(error)})") from error
            if out:
                yield out
        raw.put_back(frame.unused_data)


def _damage(name: str, what: str) -> InputError:
    return InputError(f"{name}: {what}; the records before it are kept. Fetch the file again", code="damaged")


def _zlib_why(error: Exception) -> str:
    text = str(error)
    return text.rpartition(": ")[2] or text


def _why(error: BaseException) -> str:
    """One line of what the system said."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())
