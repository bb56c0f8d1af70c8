"""Pages of a web archive (WARC 1.0 and 1.1, ISO 28500), read so that damage is noticed.

Why an own reader: warcio and fastwarc both end a truncated archive without an error, as if it were whole. The format
is a header block, ``Content-Length`` bytes and two line ends; each of the three is checked here.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from cleaner.errors import InputError
from cleaner.io.limits import MIB, ReadOptions
from cleaner.io.records import DAMAGED, Doubt, RawRecord
from cleaner.io.sources import Source
from cleaner.io.streams import audit, chunks
from cleaner.model import Rejected

_HEADER_BYTES = MIB
_HTML = ("text/html", "application/xhtml+xml")


class _Bytes:
    """A cursor over pieces of bytes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self.held, self.at = pieces, bytearray(), 0
        self.fault: InputError | None = None

    def fill(self, size: int) -> int:
        """Have ``size`` bytes at hand, or all that there are. How many there are."""
        while len(self.held) < size and self.fault is None:
            try:
                piece = next(self._pieces, None)
            except InputError as error:
                self.fault = error
                break
            if piece is None:
                break
            self.held += piece
        return len(self.held)

    def take(self, size: int) -> bytes:
        self.fill(size)
        out = bytes(self.held[:size])
        del self.held[:size]
        self.at += len(out)
        return out

    def skip(self, size: int) -> int:
        left = size
        while left and (out := self.take(min(left, MIB))):
            left -= len(out)
        return size - left

    def until(self, mark: bytes, limit: int) -> bytes | None:
        """The bytes up to and with ``mark``; ``None`` where it is not within ``limit``."""
        seen = 0
        while (found := self.held.find(mark, max(0, seen - len(mark)))) < 0:
            seen = len(self.held)
            if seen > limit or self.fill(seen + 1) == seen:
                return None
        return self.take(found + len(mark))


def read_archive(source: Source, options: ReadOptions) -> Iterator[RawRecord | Rejected]:
    """The HTML pages (``response``, ``resource``) and texts (``conversion``) of an archive.

    Other records, media and answers that are no page (redirects, errors) are not input and are passed over.
    ``InputError`` where the archive ends inside a record or is none.
    """
    doubtful = Doubt(audit(source.path, source.name, options))
    data = _Bytes(chunks(source.path, source.name, options))
    number = 0
    while True:
        while data.fill(2) and bytes(data.held[:1]) in (b"\r", b"\n"):
            data.take(1)
        if not data.fill(5):
            break
        number, start = number + 1, data.at
        headers = _headers(data)
        length = _length(headers)
        if headers is None or length is None:
            if data.fault is None:
                raise _broken(source, number, start, "it does not start with a WARC header")
            break
        record: RawRecord | Rejected | None
        wanted = _wanted(headers)
        if wanted and length > options.max_record_bytes + _HEADER_BYTES:
            complete = data.skip(length) == length
            message = f"larger than {options.max_record_bytes} bytes; raise --max-record-bytes"
            record = Rejected(source.name, number, start, _record_id(headers), "too-large", message)
        elif wanted:
            block = data.take(length)
            complete = len(block) == length
            record = _record(source.name, number, start, headers, block, options)
        else:
            complete = data.skip(length) == length
            record = None
        if not complete:
            if wanted:
                yield Rejected(
                    source.name, number, start, _record_id(headers), "damaged", "the file is cut off inside it"
                )
            if data.fault is None:
                raise _broken(source, number, start, "the file is cut off inside it")
            break
        if record is not None:
            if doubtful.covers(start, data.at):
                record = Rejected(source.name, number, start, None, "damaged", DAMAGED)
            yield record
        if data.fill(2) and bytes(data.held[:2]) != b"\r\n" and data.held[:1] != b"\n":
            raise _broken(source, number, start, "its length is not where the record ends")
        if not data.fill(1) and data.fault is None:
            raise _broken(source, number, start, "the file is cut off at its end")
    if data.fault is not None:
        raise data.fault


def _broken(source: Source, number: int, start: int, what: str) -> InputError:
    return InputError(
        f"{source.name}: WARC record {number} at byte {start}: {what}; "
        "the records before it are kept. Fetch the file again",
        code="damaged",
    )


def _headers(data: _Bytes) -> dict[str, str] | None:
    """The named fields of the record that begins here, lower case; ``None`` where none begins."""
    if data.fill(5) < 5 or bytes(data.held[:5]) != b"WARC/":
        return None
    first = data.until(b"\n", 64)
    if first is None:
        return None
    fields: dict[str, str] = {"": first.decode("latin-1").strip()}
    name = ""
    total = 0
    while (line := data.until(b"\n", _HEADER_BYTES)) is not None and (total := total + len(line)) <= _HEADER_BYTES:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if not text:
            return fields
        if text[0] in " \t":
            if name in fields:
                fields[name] += " " + text.strip()
            continue
        name, colon, value = text.partition(":")
        name = name.strip().lower()
        if colon and name:
            fields.setdefault(name, value.strip())
    return None


def _length(headers: dict[str, str] | None) -> int | None:
    text = (headers or {}).get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _wanted(headers: dict[str, str]) -> bool:
    kind = headers.get("warc-type", "").lower()
    media = headers.get("content-type", "").lower()
    if kind == "response":
        return media.startswith("application/http")
    return (kind == "resource" and media.startswith(_HTML)) or (kind == "conversion" and media.startswith("text/plain"))


def _record_id(headers: dict[str, str]) -> str | None:
    return headers.get("warc-record-id", "").strip("<>") or None


def _record(
    name: str, number: int, start: int, headers: dict[str, str], block: bytes, options: ReadOptions
) -> RawRecord | Rejected | None:
    fields = {
        "id": _record_id(headers),
        "url": headers.get("warc-target-uri", "").strip("<>") or None,
        "added": headers.get("warc-date"),
    }
    if headers["warc-type"].lower() != "response":
        media = headers.get("content-type", "").lower()
        kind = "html" if media.startswith(_HTML) else "text"
        return RawRecord(name, kind, number, start, block, _charset(media), fields)
    try:
        answer = _http(block)
    except _HttpError as error:
        return Rejected(name, number, start, fields["id"], "bad-record", str(error))
    if not 200 <= answer.status < 300 or not answer.media.startswith(_HTML):
        return None
    try:
        page = _decoded(answer, options.max_record_bytes)
    except _TooLarge:
        message = f"larger than {options.max_record_bytes} bytes; raise --max-record-bytes"
        return Rejected(name, number, start, fields["id"], "too-large", message)
    except _HttpError as error:
        return Rejected(name, number, start, fields["id"], "bad-record", str(error))
    return RawRecord(name, "html", number, start, page, _charset(answer.media), fields)


class _HttpError(Exception):
    pass


class _TooLarge(Exception):
    pass


@dataclass(frozen=True)
class _Answer:
    status: int
    media: str
    codings: tuple[str, ...]
    chunked: bool
    body: bytes


def _http(block: bytes) -> _Answer:
    """An HTTP answer, cut into status, headers and body."""
    for mark in (b"\r\n\r\n", b"\n\n"):
        head, found, body = block.partition(mark)
        if found:
            break
    else:
        head, body = block, b""
    first, *lines = head.decode("latin-1").split("\n")
    words = first.split(None, 2)
    if len(words) < 2 or not words[0].startswith("HTTP/") or not (words[1].isascii() and words[1].isdigit()):
        raise _HttpError("the archived answer is not HTTP")
    fields: dict[str, str] = {}
    for line in lines:
        key, colon, value = line.partition(":")
        if colon:
            fields.setdefault(key.strip().lower(), value.strip())
    codings = tuple(c.strip().lower() for c in fields.get("content-encoding", "").split(",") if c.strip())
    chunked = "chunked" in fields.get("transfer-encoding", "").lower()
    return _Answer(int(words[1][:4]), fields.get("content-type", "").lower(), codings, chunked, body)


def _decoded(answer: _Answer, limit: int) -> bytes:
    """The page itself. Archives often keep the headers of codings that they already undid: tried, then left."""
    body = answer.body
    if answer.chunked:
        body = _dechunked(body)
    for coding in reversed(answer.codings):
        if coding in ("gzip", "x-gzip") and body[:2] == b"\x1f\x8b":
            body = _inflated(body, 31, limit)
        elif coding == "deflate" and body[:1] == b"\x78":
            body = _inflated(body, 15, limit)
        elif coding == "br" and b"<" not in body[:512]:
            raise _HttpError("the page is compressed with brotli, which is not read; archive it decoded")
        elif coding == "zstd" and body[:4] == b"\x28\xb5\x2f\xfd":
            raise _HttpError("the page is compressed with zstd, which is not read; archive it decoded")
    if len(body) > limit:
        raise _TooLarge
    return body


def _inflated(body: bytes, wbits: int, limit: int) -> bytes:
    inflater = zlib.decompressobj(wbits=wbits)
    try:
        out = inflater.decompress(body, limit + 1)
    except zlib.error as error:
        raise _HttpError(f"the page's own compression is damaged ({error})") from error
    if len(out) > limit:
        raise _TooLarge
    if not inflater.eof:
        raise _HttpError("the page's own compression is cut off")
    return out


def _dechunked(body: bytes) -> bytes:
    """HTTP/1.1 chunks joined (RFC 9112, 7.1); the body itself where it is none."""
    out: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\n", at, at + 1024)
        size_text = body[at:end].split(b";")[0].strip() if end >= 0 else b""
        if not size_text or len(size_text) > 8 or size_text.strip(b"0123456789abcdefABCDEF"):
            if not out and at == 0:
                return body
            raise _HttpError("the page's chunks are damaged")
        size, at = int(size_text, 16), end + 1
        if size == 0:
            return b"".join(out)
        if at + size > len(body):
            raise _HttpError("the page is cut off")
        out.append(body[at : at + size])
        at += size
        at += 2 if body[at : at + 2] == b"\r\n" else 1


def _charset(media: str) -> str | None:
    _, found, rest = media.partition("charset=")
    return rest.split(";")[0].strip(" \"'")[:40] or None if found else None
