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

from cleaner.errors import CleanerError, OutputError, UsageError

WORK = ".cleaner"
"""Folder inside the output folder that holds the lock and the checkpoints."""
TEMP = re.compile(r"\.(?P<final>.+)\.cleaner-(?P<number>\d+)\.tmp")
"""Names of files that are being written; those that a dead run left may go."""


@contextlib.contextmanager
def atomic_writer(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A binary file that gets the name ``path`` when the block ends well, and no name at all otherwise.

    The bytes are on disk before the name is; the folder's entry is too, when this returns. ``OutputError`` (exit 5)
    where the system refuses; an earlier file of that name is then untouched.
    """
    final = Path(path)
    temp = final.with_name(f".{final.name}.cleaner-{os.getpid()}.tmp")
    try:
        with telling(final):
            handle = open(temp, "wb")  # noqa: SIM115 - closed below, before the rename
        try:
            with handle:
                yield Told(handle, final)  # type: ignore[misc]
                with telling(final):
                    handle.flush()
                    os.fsync(handle.fileno())
        except OSError as error:  # closing writes too
            raise output_error(final, error) from error
        with telling(final):
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


class Told:
    """A file whose failures, errors of ``kind``, say what to do; ``final`` is what it will be."""

    def __init__(self, handle: IO[bytes], final: Path | str, kind: type[Exception] = OSError) -> None:
        self._handle, self._final, self._kind = handle, final, kind

    def write(self, data: bytes) -> int:
        try:
            return self._handle.write(data)
        except self._kind as error:
            raise output_error(self._final, error) from error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handle, name)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._handle)


@contextlib.contextmanager
def telling(path: Path | str, kind: type[Exception] = OSError) -> Iterator[None]:
    """Errors of ``kind`` inside the block are ``OutputError`` about ``path``."""
    try:
        yield
    except CleanerError:
        raise
    except kind as error:
        raise output_error(path, error) from error


def output_error(path: str | os.PathLike[str], error: Exception) -> OutputError:
    """What to tell when ``path`` cannot be written: one line with the remedy."""
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
    number = getattr(error, "errno", None) or (errno.EACCES if isinstance(error, PermissionError) else 0)
    said = " ".join((getattr(error, "strerror", None) or str(error) or type(error).__name__).split())
    if isinstance(error, FileNotFoundError):
        said += "; make the folder or bucket that it is to be in"
    why = remedies.get(number) or f"{said}; repeat the same command, or choose another --out"
    return OutputError(f"{path}: cannot be written: {why}", code="output")


class OutputLock:
    """The right to write an output folder, held by one process at a time.

    The lock is the system's (``flock``), so it dies with its process: a file left behind locks nothing.
    """

    def __init__(self, out: str | os.PathLike[str], folder: Path | None = None) -> None:
        """``folder``: where the lock lies, ``OUT/.cleaner`` by default."""
        self.out = os.fspath(out)
        self.folder = folder or Path(out) / WORK
        self._handle: IO[str] | None = None

    def __enter__(self) -> OutputLock:
        """``UsageError`` where another run holds it; ``OutputError`` where it cannot be made."""
        path = self.folder / "lock"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = open(path, "a+", encoding="utf-8")
        except OSError as error:
            raise output_error(path, error) from error
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
            raise output_error(path, error) from error
        self._handle = handle
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
            if TEMP.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                os.unlink(entry.path)
                removed.append(entry.name)
    except OSError as error:
        raise output_error(folder, error) from error
    return sorted(removed)
