"""Raw records to documents: decoded, extracted, identified. The rules of id, outlet and date stand here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from cleaner.errors import RejectError
from cleaner.io.dates import iso_date
from cleaner.io.decode import decode_text, parse_json
from cleaner.io.limits import ReadOptions
from cleaner.io.records import RawRecord
from cleaner.io.sidecar import Manifest, read_manifest
from cleaner.io.sources import COMPRESSED, KINDS, Source
from cleaner.model import Document
from cleaner.text.lines import has_more_lines

_LANG = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_SITE_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_USED = ("id", "text", "html", "metadata")


def load_outlets(sources: Sequence[Source], options: ReadOptions) -> Manifest | None:
    """What the sidecar manifests beside ``sources`` state. ``UsageError`` where one is broken."""
    return read_manifest(sources)


def to_document(raw: RawRecord, outlets: Manifest | None, options: ReadOptions) -> Document:
    """The document of a record. ``RejectError`` says why there is none.

    ``text`` wins over ``html`` where a record has both. What a sidecar manifest states wins over the record, the
    record over the page. Fields without a meaning here are carried through in ``metadata``; so are dates that cannot
    be read, as they are.
    """
    record = dict(parse_json(raw.payload or b"", options.max_depth)) if raw.kind == "json" else dict(raw.fields)
    kind, content, charset = _content(raw, record)
    inner = record.get("metadata")
    fields: dict[str, Any] = dict(inner) if isinstance(inner, dict) else {}
    if inner is not None and not isinstance(inner, dict):
        fields["metadata"] = inner
    fields.update((k, v) for k, v in record.items() if k not in _USED and v is not None)
    ident = _identity(raw, record)
    row = outlets.row(raw.source, [ident]) if outlets is not None else {}
    fields.update((k, v) for k, v in row.items() if k not in ("text", "html"))
    if "id" in row:
        ident = str(fields.pop("id"))

    page_words: Mapping[str, Any] = {}
    page = None
    encoding = "utf-8"
    if kind == "html":
        text, page, page_words, encoding = _read_page(content, fields.get("url"), charset, options)
    elif isinstance(content, bytes):
        text, encoding = _decode(content, charset)
    else:
        text = content
    if has_more_lines(text, options.max_lines):
        raise RejectError("too-many-lines", f"more than {options.max_lines} lines; see --max-lines")
    return _build(raw, kind, ident, text, page, fields, page_words, encoding)


def _build(
    raw: RawRecord, kind: str, ident: str, text: str, page: Any, fields: dict[str, Any], page_words: Mapping[str, Any],
    encoding: str,
) -> Document:  # fmt: skip
    taken = _Taker(fields)
    url = taken.word("url") or _word(page_words.get("url"))
    title = taken.word("title") or _word(page_words.get("title"))
    created = taken.date("created") or taken.date("date") or iso_date(page_words.get("date"))
    added = taken.date("added")
    lang = taken.lang()
    outlet = (
        taken.word("outlet") or taken.word("source") or _word(page_words.get("sitename")) or outlet_of(raw.source, url)
    )
    metadata = {
        k: v for k, v in page_words.items() if k not in ("title", "date", "url", "sitename") and v not in (None, "", [])
    }
    if page_words.get("date") and created is None:
        metadata["date"] = page_words["date"]
    metadata.update(fields)
    if encoding not in ("utf-8", ""):
        metadata.setdefault("encoding", encoding)
    return Document(
        id=ident,
        text=text,
        source=outlet,
        kind=kind,
        path=_path(raw),
        byte=raw.byte,
        url=url,
        title=title,
        lang=lang,
        created=created,
        added=added,
        metadata=metadata,
        page=page,
    )


def _content(raw: RawRecord, record: dict[str, Any]) -> tuple[str, str | bytes, str | None]:
    """What kind of content a record has, the content, and what is known of its encoding."""
    if raw.kind in ("text", "html"):
        return raw.kind, raw.payload or b"", raw.encoding
    text, page = record.get("text"), record.get("html")
    if text is not None:
        if not isinstance(text, str):
            raise RejectError("bad-text", f"text is {_a(text)}, not a string")
        if not text:
            raise RejectError("empty-input")
        return "text", text, None
    if page is None:
        missing = "text is null" if "text" in record else f"no text or html among {_names(record)}"
        raise RejectError("bad-text", missing)
    if not isinstance(page, str):
        raise RejectError("bad-text", f"html is {_a(page)}, not a string")
    return "html", page.encode("utf-8", "surrogatepass"), "utf-8"


def _read_page(
    content: str | bytes, url: Any, charset: str | None, options: ReadOptions
) -> tuple[str, Any, Mapping[str, Any], str]:
    from cleaner.html import HtmlOptions, read_page

    raw = content if isinstance(content, bytes) else content.encode()
    limits = HtmlOptions(options.max_record_bytes, max_blocks=options.max_lines, max_tags=options.max_tags)
    page = read_page(raw, url=url if isinstance(url, str) else None, charset_hint=charset, options=limits)
    return page.text, page.features, page.metadata, page.encoding


def _decode(content: bytes, charset: str | None) -> tuple[str, str]:
    from cleaner.html.decode import known_charset

    name = known_charset(charset)
    if name:
        try:
            return content.decode(name), name
        except UnicodeDecodeError:
            pass
    return decode_text(content)


def _identity(raw: RawRecord, record: Mapping[str, Any]) -> str:
    stated = record.get("id")
    if isinstance(stated, str) and stated:
        return stated
    if isinstance(stated, int | float) and not isinstance(stated, bool):
        return str(stated)
    return _path(raw)


def _path(raw: RawRecord) -> str:
    return raw.source if raw.line is None else f"{raw.source}:{raw.line}"


def outlet_of(name: str, url: str | None) -> str:
    """The outlet that nobody states: the URL's site, else the parent folder, else the file's stem."""
    site = site_of(url)
    if site:
        return site
    path = PurePosixPath(name)
    if len(path.parts) > 1:
        return path.parent.name
    if name == "-":
        return "stdin"
    stem = path.name
    while (suffix := PurePosixPath(stem).suffix).lower() in {*KINDS, *COMPRESSED} and stem != suffix:
        stem = stem[: -len(suffix)]
    return stem


def site_of(url: str | None) -> str | None:
    """The host of a URL without port and without ``www``, ``m``, ``mobile``, ``amp``; lower case."""
    if not url or len(url) > 10_000:
        return None
    try:
        host = urlsplit(url if "//" in url[:12] else f"//{url}").hostname
    except ValueError:
        return None
    if not host or not re.fullmatch(r"[\w.-]+\.\w[\w-]*", host):
        return None
    return _SITE_PREFIX.sub("", host.strip(".").lower())


class _Taker:
    """Takes known fields out of ``fields``, where they can be used; what stays is carried through."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def word(self, name: str) -> str | None:
        value = _word(self._fields.get(name))
        if value is not None:
            del self._fields[name]
        return value

    def date(self, name: str) -> str | None:
        value = iso_date(self._fields.get(name))
        if value is not None:
            del self._fields[name]
        return value

    def lang(self) -> str | None:
        value = self._fields.get("lang")
        if isinstance(value, str) and _LANG.fullmatch(value):
            del self._fields["lang"]
            return re.split("[-_]", value)[0]
        return None


def _word(value: Any) -> str | None:
    """A value that names something, on one line."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _a(value: Any) -> str:
    if value is None:
        return "null"
    return {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}.get(
        type(value), "a value"
    )


def _names(record: Mapping[str, Any]) -> str:
    names = ", ".join(sorted(str(k) for k in record)[:8])
    return names[:120] if names else "no fields at all"
