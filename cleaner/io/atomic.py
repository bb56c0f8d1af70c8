"""Files that are whole or absent, and an output folder that one run at a time may write.

A final name appears only by rename, after the content is on disk; the folder entry is synced too. A run that dies
leaves at most files that ``clear_stale`` knows by their name.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from cleaner.errors import OutputError, UsageError

WORK = ".cleaner"
"""Folder inside the output folder that holds the lock and the checkpoints."""
_TEMP = re.compile(r"\.(?P<final>.+)\.cleaner-(?P<pid>\d+)\.tmp")


@contextlib.contextmanager
def atomic_writer(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A binary file that gets the name ``path`` when the block ends well, and no name at all otherwise.

    The bytes are on disk before the name is; the folder's entry is too, when this returns. ``OutputError`` (exit 5)
    where the system refuses; an earlier file of that name is then untouched.
    """
    final = Path(path)
    temp = final.with_name(f".{final.name}.cleaner-{os.getpid()}.tmp")
    try:
        with _telling(final):
            handle = open(temp, "wb")  # noqa: SIM115 - closed below, before the rename
        try:
            with handle:
                yield _Told(handle, final)  # type: ignore[misc]
                with _telling(final):
                    handle.flush()
                    os.fsync(handle.fileno())
        except OSError as error:  # closing writes too
            raise _refused(final, error) from error
        with _telling(final):
            os.replace(temp, final)
            sync_folder(final.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            temp.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Put the entries of ``folder`` on disk, so that a rename outlives a power cut."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Told:
    """A file whose failures say what to do."""

    def __init__(self, handle: IO[bytes], final: Path) -> None:
        self._handle, self._final = handle, final

    def write(self, data: bytes) -> int:
        try:
            return self._handle.write(data)
        except OSError as error:
            raise _refused(self._final, error) from error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handle, name)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._handle)


@contextlib.contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _refused(path, error) from error


def output_error(path: str | os.PathLike[str], error: OSError) -> OutputError:
    """What to tell when the system refuses to write ``path``: one line with the remedy."""
    return _refused(Path(path), error)


def _refused(path: Path, error: OSError) -> OutputError:
    remedies = {
        errno.ENOSPC: "the disk is full; free space and repeat the same command, which goes on where it was",
        errno.EDQUOT: "the quota is used up; free space and repeat the same command, which goes on where it was",
        errno.EFBIG: "the file would pass the size limit (ulimit -f); raise it and repeat the same command",
        errno.EACCES: "no permission to write there; choose another --out or change the permissions",
        errno.EPERM: "no permission to write there; choose another --out or change the permissions",
        errno.EROFS: "the file system is read-only; choose another --out",
        errno.EMFILE: "too many open files; raise the limit (ulimit -n) and repeat the same command",
        errno.EIO: "the device failed; check the disk, then repeat the same command",
    }
    why = remedies.get(error.errno or 0)
    said = error.strerror or str(error) or type(error).__name__
    return OutputError(
        f"{path}: cannot be written: {why or said + '; repeat the same command, or choose another --out'}",
        code="output",
    )


class OutputLock:
    """The right to write an output folder, held by one process at a time.

    The lock is the system's (``flock``), so it dies with its process: a file left behind locks nothing.
    """

    def __init__(self, out: str | os.PathLike[str]) -> None:
        self.out = Path(out)
        self._handle: IO[str] | None = None

    def __enter__(self) -> OutputLock:
        """``UsageError`` where another run holds it; ``OutputError`` where it cannot be made. What a dead run left
        half-written is removed."""
        path = self.out / WORK / "lock"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = open(path, "a+", encoding="utf-8")
        except OSError as error:
            raise _refused(path, error) from error
        if not _try_lock(handle):
            handle.seek(0)
            holder = _pid_of(handle.read())
            handle.close()
            raise UsageError(
                f"{self.out}: in use by pid {holder}; wait for that run to end, or choose another --out", code="in-use"
            )
        try:
            handle.seek(0)
            handle.truncate()
            json.dump({"pid": os.getpid()}, handle)
            handle.flush()
        except OSError as error:
            handle.close()
            raise _refused(path, error) from error
        self._handle = handle
        clear_stale(self.out)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            # The file stays: removing it would let two later runs lock two different files of the same name.
            self._handle.close()
            self._handle = None


def _try_lock(handle: IO[str]) -> bool:
    try:
        import fcntl
    except ImportError:  # no flock on this system: the check of two runs at once is left out
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN)
    return True


def _pid_of(text: str) -> str:
    try:
        return str(int(json.loads(text)["pid"]))
    except (ValueError, KeyError, TypeError):
        return "unknown"


def clear_stale(folder: str | os.PathLike[str]) -> list[str]:
    """Remove the temporary files of dead runs in ``folder``; what was removed. Call it with the lock held."""
    removed = []
    try:
        for entry in os.scandir(folder):
            if _TEMP.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                os.unlink(entry.path)
                removed.append(entry.name)
    except OSError as error:
        raise _refused(Path(folder), error) from error
    return sorted(removed)
