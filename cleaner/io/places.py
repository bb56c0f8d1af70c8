"""Where a result lies: a folder, or a URL of any file system that fsspec knows. Whoever reads or writes one asks here.

In either, a file has its name only when it is whole. At a URL it is written under another name first, and moved:
stores without a move copy, and there as well the copy appears at once.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from cleaner.errors import CleanerError, OutputError, UsageError
from cleaner.io.atomic import TEMP, Told, atomic_writer, clear_stale, output_error, telling
from cleaner.io.streams import filesystem, is_url, why


class Place(Protocol):
    """A result's place; ``str`` gives it as it was named. Names are those of files in it, without folders."""

    def names(self) -> list[str] | None:
        """What lies there, sorted; ``None`` where the place is not there yet.

        ``UsageError`` where it is a file, ``OutputError`` where it cannot be listed.
        """

    def open(self, name: str) -> IO[bytes]:
        """A file, to be read. ``OSError`` where that fails."""

    def size(self, name: str) -> int:
        """Bytes of a file. ``OSError`` where there is none."""

    def write(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A binary file that gets its name when the block ends well. ``OutputError`` where it cannot be written."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there. ``OutputError`` where that fails."""

    def make(self) -> None:
        """Make the place, if need be. ``OutputError`` where that fails."""

    def clear_stale(self) -> None:
        """Remove what dead runs left half-written."""

    def absolute(self) -> Place:
        """The same, whatever the working folder."""

    def at(self, name: str) -> Path | str:
        """Path or URL of a file."""


def place_of(out: str | os.PathLike[str] | Place) -> Place:
    """The place that ``out`` names. ``UsageError`` for a URL that fsspec has no file system for."""
    if isinstance(out, str) and is_url(out):
        if glob.has_magic(out):
            raise UsageError(f"{out}: a result has one address; give a URL without *, ? and [", code="url")
        if not filesystem(out)[1].strip("/"):
            raise UsageError(f"{out} is the root of a file system; give a folder in it", code="url")
        return Url(out.rstrip("/"))
    if not isinstance(out, str | os.PathLike):
        return out
    path = Path(out)
    if isinstance(out, os.PathLike) and path.parts and len(path.parts[0]) > 2 and path.parts[0].endswith(":"):
        raise UsageError(f"{out}: a Path cannot hold a URL; give it as a string", code="url")
    return Folder(path)


def check_writing(place: Place) -> None:
    """Write a file and remove it, before hours are spent on what could not be written. ``OutputError`` if so."""
    name = f".check.cleaner-{uuid.uuid4().int}.tmp"
    try:
        place.make()
        with place.write(name) as handle:
            handle.write(b"cleaner")
        place.remove(name)
    except OutputError as error:  # the name says nothing to anybody
        raise OutputError(str(error).replace(str(place.at(name)), str(place)), code=error.code) from error


def digest_of(place: Place, name: str) -> str:
    """SHA-256 (hex) of a file. ``OSError`` where it cannot be read."""
    digest = hashlib.sha256()
    with place.open(name) as handle:
        while chunk := handle.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


@dataclass(frozen=True)
class Folder:
    """A folder of this machine, or of one that it mounts."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    def names(self) -> list[str] | None:
        if not self.path.exists():
            return None
        if not self.path.is_dir():
            raise UsageError(f"{self} is a file; give a folder for --out", code="output-exists")
        try:
            return sorted(entry.name for entry in self.path.iterdir())
        except OSError as error:
            raise OutputError(f"{self}: cannot be listed ({error.strerror}); check its permissions") from error

    def open(self, name: str) -> IO[bytes]:
        return open(self.path / name, "rb")

    def size(self, name: str) -> int:
        return (self.path / name).stat().st_size

    def write(self, name: str) -> AbstractContextManager[IO[bytes]]:
        return atomic_writer(self.path / name)

    def remove(self, name: str) -> None:
        with telling(self.path / name):
            (self.path / name).unlink(missing_ok=True)

    def make(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"{self}: cannot be written ({error.strerror}); check the path and its permissions"
            ) from error

    def clear_stale(self) -> None:
        clear_stale(self.path)

    def absolute(self) -> Place:
        return Folder(self.path.resolve())

    def at(self, name: str) -> Path:
        return self.path / name


@dataclass(frozen=True)
class Url:
    """A folder, or the prefix of a bucket, at an fsspec URL. Its file system is opened where it is used, so that this
    can be sent to other machines."""

    url: str

    def __str__(self) -> str:
        return self.url

    def names(self) -> list[str] | None:
        fs, inner = self._fs()
        try:
            fs.invalidate_cache()
            if fs.isfile(inner):
                raise UsageError(f"{self} is a file; give a folder for --out", code="output-exists")
            found = {str(path).rstrip("/") for path in fs.ls(inner, detail=False)}
        except FileNotFoundError:
            return None
        except CleanerError:
            raise
        except Exception as error:
            raise output_error(self.url, error) from error
        return sorted(path.rpartition("/")[2] for path in found - {inner.rstrip("/")})

    def open(self, name: str) -> IO[bytes]:
        fs, _ = self._fs()
        try:
            return fs.open(self._in(name), "rb")  # type: ignore[no-any-return]
        except OSError:
            raise
        except Exception as error:
            raise OSError(0, why(error)) from error

    def size(self, name: str) -> int:
        fs, _ = self._fs()
        return int(fs.size(self._in(name)))

    @contextlib.contextmanager
    def write(self, name: str) -> Iterator[IO[bytes]]:
        fs, _ = self._fs()
        final, temp = self._in(name), self._in(f".{name}.cleaner-{uuid.uuid4().int}.tmp")
        try:
            with self._telling(name):
                handle = fs.open(temp, "wb")
            try:
                yield Told(handle, self.at(name), Exception)  # type: ignore[misc]
            except BaseException:
                with contextlib.suppress(Exception):
                    handle.close()
                raise
            with self._telling(name):
                handle.close()
                fs.invalidate_cache()
                if fs.exists(final):  # HDFS moves onto nothing that is there
                    fs.rm(final)
                fs.mv(temp, final)
                fs.invalidate_cache()
        except BaseException:
            with contextlib.suppress(Exception):
                fs.rm(temp)
            raise

    def remove(self, name: str) -> None:
        fs, _ = self._fs()
        with self._telling(name), contextlib.suppress(FileNotFoundError):  # the inner one first
            fs.rm(self._in(name))

    def make(self) -> None:
        fs, inner = self._fs()
        if inner.startswith("/"):  # elsewhere paths begin with a bucket, which is not ours to make
            with self._telling(""):
                fs.makedirs(inner, exist_ok=True)

    def clear_stale(self) -> None:
        for name in self.names() or ():
            if TEMP.fullmatch(name):
                self.remove(name)

    def absolute(self) -> Place:
        return self

    def at(self, name: str) -> str:
        return f"{self.url}/{name}" if name else self.url

    def _fs(self) -> tuple[Any, str]:
        return filesystem(self.url)

    def _in(self, name: str) -> str:
        return f"{self._fs()[1].rstrip('/')}/{name}"

    def _telling(self, name: str) -> AbstractContextManager[None]:
        """Back ends raise many an error of their own."""
        return telling(self.at(name), Exception)
