"""Is a source what it was? Its digest, and whether it changed since it was listed."""

from __future__ import annotations

import contextlib
import hashlib
import os

from cleaner.errors import InputError
from cleaner.io.limits import ReadOptions
from cleaner.io.sources import Source
from cleaner.io.streams import is_url, open_source


def changed(source: Source) -> bool:
    """Whether a file is not any more what was listed, so that its digest may not be that of what was read."""
    if not source.stamp:
        return False
    try:
        state = os.stat(source.path)
    except OSError:
        return True
    return (state.st_size, state.st_mtime_ns) != (source.size, source.stamp)


def digest(source: Source, options: ReadOptions) -> str:
    """SHA-256 (hex) of the source's raw bytes, as many as can be read; the reader says where that is not all."""
    sha = hashlib.sha256()
    if is_url(source.path) or os.path.isfile(source.path):  # opening a pipe would wait for a writer
        with contextlib.suppress(InputError, OSError), open_source(source.path) as handle:
            while data := handle.read(options.chunk_bytes):
                sha.update(data)
    return sha.hexdigest()
