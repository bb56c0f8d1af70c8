"""What reading may cost: every limit is an option with a default and a reject code."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20

FIELD_NAMES = ("id", "text", "html", "outlet", "source", "url", "title", "lang", "date", "created", "added", "metadata")
"""Names in an input record that mean something; every other field is carried through in ``metadata``."""


@dataclass(frozen=True)
class ReadOptions:
    """Limits and choices of the readers. Sizes in bytes after decompression."""

    max_record_bytes: int = 16 * MIB
    """A record over this is rejected: ``line-too-long`` for a line of JSONL, ``too-large`` for anything else."""
    max_expansion: int = 1100
    """Decompressed over compressed size at which reading stops (``expansion-limit``), checked only once more than
    ``max_record_bytes`` came out. Deflate itself cannot pass 1032, so a gzip bomb made of one line costs its line
    (``line-too-long``) and nothing else; zstd knows no such bound and needs this one."""
    max_depth: int = 100
    """Nesting of JSON objects and lists (``too-deep``)."""
    max_lines: int = 200_000
    """Lines of a document, blocks of a page (``too-many-lines``): what is decided line by line takes memory for each."""
    max_tags: int = 500_000
    """Tags of a page (``too-many-tags``): each becomes an element of a tree, of about a kilobyte."""
    kind: str | None = None
    """Read every input as this kind (``txt``, ``html``, ``jsonl``, ``parquet``, ``warc``) whatever its name says."""
    chunk_bytes: int = MIB
    """How much is read at a time: memory against system calls."""
