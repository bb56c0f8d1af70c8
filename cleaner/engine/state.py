"""What a run has done so far: checkpoints that are true or absent.

The work folder (``OUT/.cleaner/``, as a rule) holds the shards of each pass. A shard counts as done when its JSON note is there (written last,
by rename) and the files it names have the digests it states; anything else is done again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cleaner.errors import UsageError

STATE_VERSION = 6

SPOOLED = ("stdin", "stream-")
"""Copies of inputs that can be read only once; see ``cleaner.io.sources``."""


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else _digest(handle)


def _digest(handle: Any) -> str:
    digest = hashlib.sha256()
    while chunk := handle.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def stamp(path: Path) -> list[int]:
    """Size and time of change (ns) of a file: as long as they are the same, so is its content. ``OSError`` without one.

    That is what rsync and make rely on; reading everything that is old again would cost more than adding to it.
    """
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def write_json(path: Path, value: Any) -> None:
    """Write JSON under its final name only when it is whole and on disk."""
    temp = path.with_name(f".{path.name}.tmp")
    with temp.open("w", encoding="utf-8") as handle:
        json.dump(value, handle, sort_keys=True)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temp, path)


class State:
    """The work folder of one run; ``out`` is what messages call its result."""

    def __init__(self, root: Path, out: str = "") -> None:
        self.root = root
        self.out = out or str(root.parent)

    def begin(self, identity: Mapping[str, Any]) -> bool:
        """Start, or go on where the same run was; true when there is something to go on from.

        Raises ``UsageError`` when the folder holds the work of another configuration, version or input.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        note = self.root / "state.json"
        wanted = {"state": STATE_VERSION, **identity}
        if note.exists():
            try:
                found = json.loads(note.read_text(encoding="utf-8"))
            except ValueError:
                found = {}
            differing = sorted(k for k in wanted if found.get(k) != wanted[k])
            if not differing:
                return True
            told = f"with another {' and '.join(differing)}; repeat the earlier command to finish it"
            if "state" in differing or "version" in differing:
                told = "of another version of cleaner; finish it with that one"
            raise UsageError(
                f"{self.out} holds an unfinished run {told}, or add --overwrite to start anew", code="state-differs"
            )
        for entry in self.root.iterdir():
            if entry.name != "lock" and not entry.name.startswith(SPOOLED):
                _remove(entry)
        write_json(note, wanted)
        return False

    def path(self, name: str) -> Path:
        return self.root / name

    def note(self, name: str) -> dict[str, Any] | None:
        """The note of a finished shard, whatever became of its files."""
        try:
            value = json.loads((self.root / f"{name}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return value if isinstance(value, dict) else None

    def done(self, name: str) -> dict[str, Any] | None:
        """The note of a finished shard, when its files are as it says: untouched since, or with the same digests."""
        note = self.note(name)
        try:
            whole = note and all(
                stamp(self.root / file) == note["stamps"][file] or file_digest(self.root / file) == digest
                for file, digest in note["files"].items()
            )
        except (OSError, KeyError, AttributeError):
            return None
        return note if whole else None

    def finish(
        self, name: str, files: list[str], kept: Mapping[str, str] | None = None, **facts: Any
    ) -> dict[str, Any]:
        """Note that a shard is done. The files are on disk before the note is; of those in ``kept`` that were not
        written again the digests are known."""
        digests = dict(kept or {})
        for file in files:
            with (self.root / file).open("rb") as handle:
                os.fsync(handle.fileno())
            digests[file] = file_digest(self.root / file)
        note = {"files": digests, "stamps": {file: stamp(self.root / file) for file in digests}, **facts}
        write_json(self.root / f"{name}.json", note)
        return note

    def notes(self, prefix: str, count: int) -> Iterator[dict[str, Any]]:
        """Notes of the shards of a pass, in order, without checking their files again."""
        for number in range(count):
            yield json.loads((self.root / f"{shard_name(prefix, number)}.json").read_text(encoding="utf-8"))

    def clear(self) -> None:
        """Remove the work folder's content, the note first: what is left is then never mistaken for a state."""
        (self.root / "state.json").unlink(missing_ok=True)
        for entry in self.root.iterdir():
            if entry.name != "lock":
                _remove(entry)


def shard_name(prefix: str, number: int) -> str:
    return f"{prefix}-{number:06d}"


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
