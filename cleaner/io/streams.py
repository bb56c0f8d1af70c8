"""Bytes of a source, decompressed by content, a piece at a time, with every fault told.

``gzip`` and friends of the standard library raise away the bytes that came before a fault. Here everything that
was intact is handed out first, then ``InputError`` says where the source stopped being readable.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from cleaner.errors import InputError, UsageError
from cleaner.io.inflate import GZIP_MAGIC, ZSTD_MAGIC, Health, Raw, gunzip, unzstd
from cleaner.io.limits import ReadOptions
from cleaner.model import Span

GZIP, ZSTD = "gz", "zstd"
_MAGIC = ((GZIP_MAGIC, GZIP), (ZSTD_MAGIC, ZSTD))


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
        raise UsageError(f"{url}: URLs need fsspec; pip install fsspec", code="missing-package") from error
    try:
        return fsspec.core.url_to_fs(url)  # type: ignore[no-any-return]
    except (ImportError, ValueError, OSError) as error:
        raise UsageError(f"{url}: {why(error)}; give a path, or a URL that fsspec can open", code="url") from error


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
        raise InputError(f"{path}: cannot be opened ({why(error)})", code="unreadable") from error
    with handle:
        yield handle


def compression_of(head: bytes) -> str:
    """``gz``, ``zstd`` or ``""`` by the first bytes of a file."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    return ""


def chunks(path: str, name: str, options: ReadOptions, health: Health | None = None) -> Iterator[bytes]:
    """The decompressed bytes of ``path`` in pieces of bounded size.

    Raises ``InputError`` (after every byte that can be had was yielded) for a damaged or cut off compressed stream,
    bytes after its end, an error of the device, or ``ExpansionError`` where it grows past ``options.max_expansion``.
    ``health`` is told of the stretches whose checksum is wrong.
    """
    health = Health() if health is None else health
    with open_source(path) as handle:
        raw = Raw(handle, name, options.chunk_bytes)
        kind = compression_of(raw.peek(4))
        if not kind:
            while data := raw.take():
                yield data
            return
        source = gunzip(raw, health) if kind == GZIP else unzstd(raw, health)
        produced = 0
        for data in source:
            yield data
            produced += len(data)
            if produced > options.max_record_bytes and produced > options.max_expansion * max(raw.taken, 1):
                raise ExpansionError(
                    f"{name}: expands to more than {options.max_expansion} times its size; stopped after {produced} "
                    "bytes; raise --max-expansion if the file is trusted",
                    code="expansion-limit",
                )
    if health.faults:
        raise InputError(f"{name}: {'; '.join(health.faults[:3])}. Fetch the file again", code="damaged")


def audit(path: str, name: str, options: ReadOptions) -> list[Span]:
    """The stretches of the decompressed source whose checksum is wrong, in order; reads compressed sources once.

    A checksum stands at the end of what it covers. Streaming readers hand out everything before they meet it: after
    one flipped byte, on average a fifth of the records come out altered and still well-formed.
    """
    with open_source(path) as handle:
        if not compression_of(handle.read(4)):
            return []
    health = Health()
    with contextlib.suppress(InputError):
        for _ in chunks(path, name, options, health):
            pass
    return health.doubtful


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


def why(error: BaseException) -> str:
    """One line of what the system said."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())
