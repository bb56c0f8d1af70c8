"""What the inputs of a run are: files, folders, globs, standard input, URLs; in one documented order.

Order: the inputs as given; inside a folder or glob by relative path, compared by code point, so that neither the
file system nor the locale decides.
"""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import IO, Any

from cleaner.errors import InputError, UsageError
from cleaner.io import plugins
from cleaner.io.limits import ReadOptions
from cleaner.io.streams import filesystem, head_of, is_url, open_source, why

KINDS = {
    ".txt": "txt", ".text": "txt", ".html": "html", ".htm": "html", ".xhtml": "html", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".parquet": "parquet", ".warc": "warc",
}  # fmt: skip
COMPRESSED = {".gz": "gz", ".zst": "zstd"}
SIDECARS = ("manifest.csv", "manifest.jsonl")
_EXPECTED = "a .txt, .html, .jsonl, .parquet or .warc file, a folder of them, a glob, '-' or a URL"


@dataclass(frozen=True)
class Source:
    """One file of the input."""

    path: str
    """Where it is read: a path or a URL."""
    name: str
    """Its path relative to the input (the file's name where the input is the file itself), with ``/``; ``-`` for
    standard input. Unique in a run, valid UTF-8, and never used as a path."""
    kind: str
    """``txt``, ``html``, ``jsonl``, ``parquet``, ``warc``; ``other`` for what no reader takes."""
    size: int
    compression: str = ""
    """``gz`` or ``zstd`` by its content (by its name where the content was not looked at)."""
    root: str = ""
    """The folder that ``name`` is relative to, where a sidecar manifest may lie; empty where there is none."""
    stamp: int = 0
    """When a local file was last changed, in nanoseconds, as it was listed; 0: not known."""
    part: tuple[int, int, int] | None = None  # of its lines, see ``cleaner.io.parts``


def find_sources(
    inputs: Sequence[str | os.PathLike[str]],
    options: ReadOptions,
    *,
    exclude: Sequence[str | os.PathLike[str]] = (),
    spool: str | os.PathLike[str] | None = None,
) -> list[Source]:
    """Every file that the inputs name, in order, each once.

    ``exclude``: folders and URLs that are passed over (the output folder inside an input folder). ``spool``: folder for a
    copy of standard input, which must be readable more than once; a temporary one that ends with the process by
    default. Raises ``UsageError``, with one line that says what to do, where an input is missing, unreadable, empty
    of files, or a JSONL in UTF-16.
    """
    if not inputs:
        raise UsageError(f"no input given: name {_EXPECTED}")
    passed_over = {name for path in exclude for name in _names_of_folder(os.fspath(path))}
    found: list[tuple[str, Source]] = []
    seen: set[str] = set()
    for given in inputs:
        given = os.fspath(given)
        for source in _of_input(given, options, passed_over, spool):
            key = source.path if is_url(source.path) or len(inputs) == 1 else os.path.realpath(source.path)
            if key not in seen:
                seen.add(key)
                found.append((given, source))
    sources = _unique(found)
    for source in sources:
        if source.kind == "jsonl":
            _refuse_wide(source, options)
    return sources


def _names_of_folder(path: str) -> list[str]:
    """What a folder is called: as a real path, where it has one, and as a URL."""
    if not is_url(path):
        real = os.path.realpath(path)
        return [real, f"file://{real}"]
    fs, inner = filesystem(path)
    return [fs.unstrip_protocol(inner), *_names_of_folder(inner)[:1]] if _is_local(fs) else [fs.unstrip_protocol(inner)]


def _is_local(fs: Any) -> bool:
    return "file" in ((fs.protocol,) if isinstance(fs.protocol, str) else fs.protocol)


def passes_by(given: str) -> bool:
    """Whether an input can be read only once: standard input, a pipe (``<(zcat ...)``), a device."""
    try:
        return given == "-" or not (stat.S_ISREG(mode := os.stat(given).st_mode) or stat.S_ISDIR(mode))
    except (OSError, ValueError):
        return False  # missing, a glob, a URL: its reader says so


def _of_input(
    given: str, options: ReadOptions, exclude: set[str], spool: str | os.PathLike[str] | None
) -> list[Source]:
    if given == "-":
        return [_spooled(sys.stdin.buffer, "-", options, spool)]
    if is_url(given):
        return _of_url(given, options, exclude)
    if os.path.isdir(given):
        return _of_folder(given, exclude)
    if os.path.exists(given):
        return [_of_file(given, options, spool)]
    if glob.has_magic(given):
        return _of_glob(given, options, exclude, spool)
    if os.path.islink(given):
        raise UsageError(f"{_show(given)}: the link leads nowhere; give {_EXPECTED}", code="missing-input")
    raise UsageError(f"{_show(given)}: no such file or folder; give {_EXPECTED}", code="missing-input")


def _of_folder(given: str, exclude: set[str]) -> list[Source]:
    try:
        paths = sorted(_walk(given, exclude), key=lambda path: _name(path, given))
    except OSError as error:
        raise UsageError(
            f"{_show(given)}: the folder cannot be read ({error.strerror}); check its permissions", code="unreadable"
        ) from error
    sources = [_from_name(path, _name(path, given), given) for path in paths]
    if not any(source.kind != "other" for source in sources):
        what = f"{len(sources)} files, none of a kind that is read" if sources else "no files"
        raise UsageError(f"{_show(given)}: the folder holds {what}; give {_EXPECTED}", code="empty-folder")
    return sources


def _walk(folder: str, exclude: set[str]) -> Iterator[str]:
    """Files below ``folder``; links to folders are followed once. A folder that cannot be listed raises OSError."""
    visited: set[str] = set()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        real = os.path.realpath(here)
        if real in visited or real in exclude:
            continue
        visited.add(real)
        for entry in os.scandir(here):
            if entry.name.startswith(".") or entry.name in SIDECARS:
                continue
            if _leads_to_folder(entry):
                waiting.append(entry.path)
            else:
                yield entry.path


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link in a circle: its reader says so, and nothing else is lost


def _of_glob(given: str, options: ReadOptions, exclude: set[str], spool: str | os.PathLike[str] | None) -> list[Source]:
    base = _glob_base(given)
    matches = sorted(glob.glob(given, recursive=True), key=lambda path: _name(path, base))
    sources: list[Source] = []
    for path in matches:
        if os.path.isdir(path):
            if "**" not in given and os.path.realpath(path) not in exclude:
                inner = _walk(path, exclude)
                sources += [_from_name(p, _name(p, base), base) for p in sorted(inner, key=lambda p: _name(p, base))]
        elif os.path.basename(path) not in SIDECARS:
            sources.append(replace(_of_file(path, options, spool), name=_name(path, base), root=base))
    if not sources:
        raise UsageError(f"{_show(given)}: no file matches; give {_EXPECTED}", code="missing-input")
    return sources


def _glob_base(pattern: str) -> str:
    """The folder above the first part that holds a wildcard: names are relative to it."""
    parts = pattern.split(os.sep)
    first = next(i for i, part in enumerate(parts) if glob.has_magic(part))
    return os.sep.join(parts[:first]) or (os.sep if pattern.startswith(os.sep) else ".")


def _of_file(path: str, options: ReadOptions, spool: str | os.PathLike[str] | None) -> Source:
    """A file that was named itself: its content decides where its name does not."""
    name = _clean_name(os.path.basename(os.path.normpath(path)))
    try:
        state = os.stat(path)
        if not stat.S_ISREG(state.st_mode):
            with open(path, "rb") as handle:
                return _spooled(handle, name, options, spool)
        with open(path, "rb"):
            pass
    except OSError as error:
        raise UsageError(
            f"{_show(path)}: cannot be read ({error.strerror}); check its permissions", code="unreadable"
        ) from error
    source = replace(_from_name(path, name, os.path.dirname(path) or "."), size=state.st_size)
    return replace(source, kind=options.kind or _sniff(source, options)) if source.kind == "other" else source


def _from_name(path: str, name: str, root: str) -> Source:
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes[-2:]]
    compression = COMPRESSED.get(suffixes[-1], "") if suffixes else ""
    if compression:
        suffixes.pop()
    kind = _kind_of_suffix(suffixes[-1]) if suffixes else "other"
    try:
        state = os.stat(path)
        size, stamp = state.st_size, state.st_mtime_ns
        if not stat.S_ISREG(state.st_mode):
            kind = "other"
    except OSError:
        size = stamp = 0  # a link that leads nowhere: its reader says so
    return Source(path, name, kind, size, compression, root, stamp)


def _sniff(source: Source, options: ReadOptions) -> str:
    """The kind of a file whose name does not tell."""
    with open_source(source.path) as handle:
        start = handle.read(8)
    if start.startswith(b"PAR1"):
        return "parquet"
    head = head_of(source.path, source.name, options)
    if head.startswith(b"WARC/"):
        return "warc"
    body = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if body.startswith(b"{"):
        return "jsonl"
    if body[:1] == b"<" and any(
        tag in body[:2048].lower() for tag in (b"<html", b"<!doctype html", b"<body", b"<head")
    ):
        return "html"
    if (
        source.name != "-"
        and body.startswith(b"[")
        and source.name.lower().endswith((".json", ".json.gz", ".json.zst"))
    ):
        raise UsageError(
            f"{_show(source.name)}: one JSON array; make it one record a line: jq -c '.[]' in.json > out.jsonl",
            code="json-array",
        )
    binary = (
        b"%PDF",
        b"PK\x03\x04",
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"BZh",
        b"\xfd7zXZ",
        b"\x7fELF",
        b"7z\xbc\xaf",
    )
    return "other" if head.startswith(binary) else "txt"


def _spooled(stream: IO[bytes], name: str, options: ReadOptions, spool: str | os.PathLike[str] | None) -> Source:
    """A copy on disk of a stream, which the passes read more than once."""
    import atexit
    import shutil
    import tempfile

    if spool is None:
        folder = tempfile.mkdtemp(prefix="cleaner-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    else:
        folder = os.fspath(spool)
    path = os.path.join(folder, "stdin" if name == "-" else f"stream-{_digest_of_name(name)}")
    try:
        with open(path, "wb") as copy:
            shutil.copyfileobj(stream, copy, options.chunk_bytes)
    except OSError as error:
        raise UsageError(
            f"{name}: cannot be copied to {folder} ({error.strerror}); free space or give a file"
        ) from error
    source = Source(path, name, "other", os.path.getsize(path))
    return replace(source, kind=options.kind or (_sniff(source, options) if source.size else "jsonl"))


def _of_url(given: str, options: ReadOptions, exclude: set[str]) -> list[Source]:
    fs, inner = filesystem(given)
    prefix = given[: len(given) - len(inner)] if given.endswith(inner) else fs.unstrip_protocol("")
    try:
        if glob.has_magic(inner):
            base = _glob_base(inner)
            details = {path: info for path, info in fs.glob(inner, detail=True).items() if info["type"] == "file"}
        elif fs.isdir(inner):
            base, details = inner, fs.find(inner, detail=True)
        else:
            base, details = str(PurePosixPath(inner).parent), {inner: fs.info(inner)}
    except Exception as error:
        raise UsageError(
            f"{given}: cannot be listed ({why(error)}); check the address and access", code="missing-input"
        ) from error
    sources = []
    for path in sorted(details):
        name = _clean_name(path[len(base) :].lstrip("/") if path.startswith(base) else path)
        if any(folder in exclude for folder in _folders_above(fs.unstrip_protocol(path))):
            continue
        if any(part.startswith(".") for part in name.split("/")) or name in SIDECARS:
            continue
        url = prefix + path
        source = replace(
            _from_name(os.devnull, name, prefix + base), path=url, stamp=0, size=int(details[path].get("size") or 0)
        )
        source = replace(source, kind=_kind_of_name(name))
        if source.kind == "other" and len(details) == 1:
            source = replace(source, kind=options.kind or _sniff(source, options))
        sources.append(source)
    if not any(source.kind != "other" for source in sources):
        raise UsageError(f"{given}: nothing there that is read; give {_EXPECTED}", code="empty-folder")
    return sources


def _folders_above(url: str) -> Iterator[str]:
    while (url := url.rpartition("/")[0]) and not url.endswith("/"):
        yield url


def _kind_of_name(name: str) -> str:
    stem, suffix = os.path.splitext(name.lower())
    if suffix in COMPRESSED:
        suffix = os.path.splitext(stem)[1]
    return _kind_of_suffix(suffix)


def _kind_of_suffix(suffix: str) -> str:
    return KINDS.get(suffix) or plugins.kind_of(suffix) or "other"


def _unique(found: list[tuple[str, Source]]) -> list[Source]:
    """Names told apart, where several inputs hold the same one, by the input's own name before them."""
    for naming in (_with_folder, _with_input):
        taken: dict[str, int] = {}
        for _, source in found:
            taken[source.name] = taken.get(source.name, 0) + 1
        if all(count == 1 for count in taken.values()):
            break
        clashing = {given for given, source in found if taken[source.name] > 1}
        found = [(given, naming(given, source) if given in clashing else source) for given, source in found]
    names: set[str] = set()
    out = []
    for _, source in found:
        name, number = source.name, 1
        while name in names:
            number += 1
            name = f"{source.name}~{number}"
        names.add(name)
        out.append(replace(source, name=name))
    return out


def _with_folder(given: str, source: Source) -> Source:
    folder = os.path.basename(os.path.abspath(source.root)) if source.root else ""
    return replace(source, name=_clean_name(f"{folder}/{source.name}")) if folder else source


def _with_input(given: str, source: Source) -> Source:
    return replace(source, name=_clean_name(f"{os.path.dirname(source.root)}/{source.name}".lstrip("./")))


def _refuse_wide(source: Source, options: ReadOptions) -> None:
    """JSONL is UTF-8. UTF-16 and UTF-32 would be garbage on every line, so they are named before anything is read."""
    try:
        head = head_of(source.path, source.name, options, 64)
    except InputError:
        return  # its reader says so
    if not head.strip(b"\0"):
        return  # zeros alone are no text in any encoding: its lines are rejected
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")) or head[:1] == b"\0" or head[1:2] == b"\0":
        raise UsageError(
            f"{_show(source.name)}: JSONL in UTF-16 or UTF-32; convert it first: iconv -f UTF-16 -t UTF-8 in > out",
            code="wide-jsonl",
        )


def _name(path: str, base: str) -> str:
    return _clean_name(os.path.relpath(path, base))


def _clean_name(name: str) -> str:
    """With ``/``, and bytes that are not UTF-8 spelled out, so that every name can be written."""
    return os.fsencode(name.replace(os.sep, "/")).decode("utf-8", "backslashreplace")


def _digest_of_name(name: str) -> str:
    import hashlib

    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _show(name: str) -> str:
    """A name from outside, safe on a terminal."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in _clean_name(name)
    )
