"""Bytes to text, and JSON lines to fields: strict, bounded, without surprises."""

from __future__ import annotations

import codecs
import json
import math
import re
from typing import Any

from cleaner.errors import RejectError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # UTF-32-LE before UTF-16-LE: the one starts with the other
_SUPERSETS = {"latin_1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
_MAGIC = (
    *(b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh"),
    *(b"\xfd7zXZ", b"\x7fELF", b"PAR1", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"SQLite format 3"),
)
_COMMON = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp866", "cp874"),
    *("koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_7", "big5", "gb18030", "cp932", "euc_jp", "cp949"),
)
"""Encodings that news is found in; the guess among all that Python knows ends in exotic ones more often."""
_HIGH = re.compile(rb"[^\n\x80-\xff]{0,60}[\x80-\xff][^\n]{0,60}")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NOT_BRACKETS = bytes(b for b in range(256) if b not in b"[]{}")


def decode_text(raw: bytes) -> tuple[str, str]:
    """The text of a plain text file, without its byte order mark, and the encoding it was read in.

    A byte order mark, then strict UTF-8, then UTF-8 with some broken bytes (each becomes U+FFFD, and the encoding
    says ``utf-8-damaged``), then UTF-16 without a mark, then a guess. ``bad-encoding`` where nothing fits.
    """
    for mark, name in _BOMS:
        if raw.startswith(mark):
            try:
                return raw[len(mark) :].decode(name), name
            except UnicodeDecodeError as error:
                raise RejectError(
                    "bad-encoding", f"marked as {name}, broken at byte {error.start + len(mark)}"
                ) from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        first = error.start
    else:
        wide = _wide(raw)
        return (raw.decode(wide), wide) if wide else (text, "utf-8")
    if raw.startswith(_MAGIC):
        raise RejectError("bad-encoding", "not a text file; see the kinds of files that are read")
    wide = _wide(raw)
    if wide:
        return raw.decode(wide), wide
    sequences = len(_MULTIBYTE.findall(raw))
    replaced = raw.decode("utf-8", "replace")
    if sequences >= 3 * (replaced.count("\ufffd") - raw.count("\ufffd".encode())):
        return replaced, "utf-8-damaged"
    return _guessed(raw, first)


def _wide(raw: bytes) -> str | None:
    """UTF-16 without a mark: zeros in every second byte, and only there."""
    sample = raw[: 1 << 16]
    if len(sample) < 8 or len(raw) % 2:
        return None
    for name, zeros, others in (("utf-16-le", sample[1::2], sample[0::2]), ("utf-16-be", sample[0::2], sample[1::2])):
        if zeros.count(0) > 0.6 * len(zeros) and others.count(0) < 0.02 * len(others):
            try:
                raw.decode(name)
            except UnicodeDecodeError:
                continue
            return name
    return None


def _guessed(raw: bytes, first: int) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    if raw[: 1 << 16].count(0) > 0.01 * len(raw[: 1 << 16]):
        raise RejectError("bad-encoding", "not a text file: too many zero bytes")
    # Only what is around the bytes in question tells the encodings apart: a bounded sample of that.
    sample = b"\n".join(_HIGH.findall(raw[: 1 << 22])[:400])
    best = from_bytes(sample, cp_isolation=list(_COMMON)).best()
    candidates = [_SUPERSETS.get(best.encoding, best.encoding)] if best is not None else []
    if _mostly_latin(raw):
        candidates.insert(0, "cp1252")
    for name in candidates:
        try:
            return raw.decode(name), name
        except (UnicodeDecodeError, LookupError):
            continue
    raise RejectError(
        "bad-encoding", f"neither UTF-8 (broken at byte {first}) nor any other known encoding; convert it to UTF-8"
    )


_FREQUENT = set("éèàáâçêëíîïñóôöõúûüäåøæßœÉÈÀÁÂÇÊËÍÎÏÑÓÔÖÕÚÛÜÄÅØÆ’‘“”–—…€£§©°«»¿¡·•ã®™´ªº½ ")


def _mostly_latin(raw: bytes) -> bool:
    """Whether the high bytes, read as Windows-1252, are the letters and marks of western news, alone among ASCII.

    A guess by statistics needs more such bytes than an English text with one name and two quotes has.
    """
    text = raw[: 1 << 20].decode("cp1252", "replace")
    high = [c for c in text if c > "\x7f"]
    if not high or len(high) > 0.2 * len(text):
        return False
    return sum(c in _FREQUENT for c in high) >= 0.95 * len(high)


def parse_json(line: bytes, max_depth: int) -> dict[str, Any]:
    """One line of JSONL as an object.

    Numbers that other JSON readers cannot hold (more than 64 bits, not finite) become their own spelling, as text;
    of equal keys the last counts. ``RejectError``: ``bad-encoding``, ``bad-json``, ``too-deep``.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RejectError("bad-encoding", f"not UTF-8 at byte {error.start} of the line") from None
    if _depth(line, max_depth) > max_depth:
        raise RejectError("too-deep", f"nests deeper than {max_depth}; raise --max-depth")
    try:
        record = json.loads(text, parse_int=_integer, parse_float=_real, parse_constant=str)
    except RecursionError:
        raise RejectError("too-deep") from None
    except ValueError as error:
        raise RejectError("bad-json", f"not JSON: {_reason(error)}") from None
    if not isinstance(record, dict):
        raise RejectError("bad-json", f"a JSON {_json_name(record)}, not an object")
    return record


def _depth(line: bytes, enough: int) -> int:
    """How deep brackets nest outside of strings, counted no further than just past ``enough``."""
    if line.count(b"[") + line.count(b"{") <= enough:
        return 0
    outside = b"".join(line.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    depth = deepest = 0
    for bracket in outside.translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
        if deepest > enough:
            break
    return deepest


def _integer(text: str) -> int | str:
    if len(text) > 20:
        return text
    value = int(text)
    return value if -(1 << 63) <= value < 1 << 63 else text


def _real(text: str) -> float | str:
    value = float(text)
    return value if math.isfinite(value) else text


def _reason(error: ValueError) -> str:
    return f"{error.msg} at character {error.pos}" if isinstance(error, json.JSONDecodeError) else str(error)


def _json_name(value: Any) -> str:
    return {list: "list", str: "string", bool: "value", type(None): "null"}.get(type(value), "number")
