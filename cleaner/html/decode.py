"""Bytes of a page to text: byte order mark, transport hint, declaration, UTF-8, then a guess."""

from __future__ import annotations

import codecs
import re

from cleaner.errors import RejectError

_DECLARED = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.I)
_XML_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]{2,40})", re.I)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Labels that browsers read as a superset (WHATWG Encoding Standard).
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_NO_CHARSETS = frozenset(
    ("punycode", "idna", "unicode_escape", "raw-unicode-escape", "unicode-escape", "utf-7", "undefined", "mbcs", "oem")
)
"""Codecs of Python that are no encodings of files: they hide markup, and some fail in their own ways."""
_SNIFF = 64_000
_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
    b"\xfd7zXZ",
    b"\x7fELF",
    b"MZ\x90",
    b"OggS",
    b"ID3",
    b"wOFF",
    b"wOF2",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"SQLite format 3",
    b"PAR1",
)
_ZEROS = 0.05
"""A page whose first bytes are more than this share of NUL (and is not UTF-16) is some other kind of file."""


def refuse_other_files(raw: bytes) -> None:
    """Raise ``not-html`` for bytes that are a PDF, an image, an archive, or another binary file."""
    head = raw[:_SNIFF]
    body = head.lstrip()
    if body.startswith(_MAGIC) or body[:4] == b"RIFF" or head[4:8] == b"ftyp":
        raise RejectError("not-html")
    wide = head.startswith(tuple(bom for bom, _ in _BOMS)) or _utf16_without_mark(head) is not None
    if not wide and head.count(0) > _ZEROS * len(head):
        raise RejectError("not-html")


def decode(raw: bytes, charset_hint: str | None) -> tuple[str, str]:
    """The text of the page and the encoding it was read with.

    Never fails: a last resort reads Windows-1252, where bytes without a meaning become U+FFFD.
    """
    for bom, marked in _BOMS:
        if raw.startswith(bom):
            return raw.decode(marked, "replace"), marked.removesuffix("-sig")
    wide = _utf16_without_mark(raw[:_SNIFF])
    if wide:
        return raw.decode(wide, "replace"), wide
    for label in (charset_hint, *_declared(raw)):
        name = known_charset(label)
        if name and name != "utf-8":
            if _is_utf8(raw):  # the declaration is often a leftover; text that is valid UTF-8 by chance is rare
                return raw.decode("utf-8"), "utf-8"
            try:
                return raw.decode(name), name
            except (UnicodeDecodeError, LookupError):
                continue
        elif name:
            text = raw.decode("utf-8", "replace")
            if text.count("\ufffd") <= 2 + len(text) // 2000:  # a few broken bytes; not another encoding
                return text, "utf-8"
    if _is_utf8(raw, whole=True):
        return raw.decode("utf-8", "replace"), "utf-8"
    return _guess(raw)


def _is_utf8(raw: bytes, whole: bool = False) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return whole or not raw.isascii()


def _declared(raw: bytes) -> list[str]:
    found = [m.group(1).decode("ascii") for m in (_XML_DECLARED.search(raw[:300]), _DECLARED.search(raw[:8192])) if m]
    return found


def known_charset(label: str | None) -> str | None:
    """Python's name of a declared encoding; ``None`` for what is none, or none that a page is ever in."""
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip()).name
        "".encode(name)
        b"".decode(name)  # refuses the codecs that are not text encodings
    except (LookupError, ValueError, TypeError):
        return None
    if name in _NO_CHARSETS:
        return None
    if name.startswith("utf-16") or name.startswith("utf-32"):
        return "utf-8"  # a declaration that could be read byte by byte is not in a wide encoding
    return _SUPERSETS.get(name, name)


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 markup shows a zero in every second byte."""
    sample = head[:400]
    if len(sample) < 20:
        return None
    even, odd = sample[0::2], sample[1::2]
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _guess(raw: bytes) -> tuple[str, str]:
    try:
        from charset_normalizer import from_bytes

        # Markup is ASCII in every candidate; only the bytes around the others tell them apart.
        sample = b" ".join(re.findall(rb"[^<>\x00-\x1f]{0,40}[\x80-\xff][^<>\x00-\x1f]{0,40}", raw[:2_000_000])[:400])
        best = from_bytes(sample[:20_000]).best()
        if best is not None:
            name = _SUPERSETS.get(codecs.lookup(best.encoding).name, best.encoding)
            return raw.decode(name), name
    except (ImportError, UnicodeDecodeError, LookupError):
        pass
    return raw.decode("cp1252", "replace"), "cp1252"
