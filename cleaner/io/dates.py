"""Dates as inputs write them, as ISO 8601. No clock, no locale, no guess between day and month."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)?)?",
    re.I,
)
_SLASHED = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WORD = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY_FIRST = re.compile(rf"(?:[a-z]+,?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\s+{_WORD},?\s+(\d{{4}})", re.I)
_MONTH_FIRST = re.compile(rf"(?:[a-z]+,?\s+)?{_WORD}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})", re.I)
_MAIL = re.compile(
    rf"(?:[a-z]{{3}},?\s+)?(\d{{1,2}})\s+{_WORD}\s+(\d{{4}})\s+(\d\d):(\d\d)(?::(\d\d))?\s*(UTC|GMT|Z|[+-]\d{{4}})?",
    re.I,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def iso_date(value: Any) -> str | None:
    """``2024-05-06``, ``2024-05-06T07:08:09`` or, where an offset is stated, the same in UTC with ``Z``.

    ``None`` where the value is no date, or one that can be read in two ways (``03/04/2024``). A number is seconds or
    milliseconds since 1970.
    """
    try:
        if isinstance(value, bool) or value is None:
            return None
        if isinstance(value, int | float):
            return _from_number(float(value))
        if isinstance(value, str) and len(value) <= 64:
            return _from_text(value.strip())
    except (ValueError, OverflowError):
        return None
    return None


def _from_number(value: float) -> str | None:
    seconds = value / 1000 if abs(value) >= 1e11 else value
    # Numbers below 1971 are years and serials, not times.
    if not 31_536_000 <= seconds < 253_402_300_800:
        return None
    return (_EPOCH + timedelta(seconds=round(seconds))).strftime("%Y-%m-%dT%H:%M:%SZ")


def _from_text(text: str) -> str | None:
    if match := _ISO.fullmatch(text):
        year, month, day, hour, minute, second, _, offset = match.groups()
        return _build(year, month, day, hour, minute, second, offset)
    if match := _SLASHED.fullmatch(text):
        return _build(*match.groups())
    if match := _MAIL.fullmatch(text):
        day, word, year, hour, minute, second, offset = match.groups()
        return _build(year, _month(word), day, hour, minute, second, offset)
    if match := _DAY_FIRST.fullmatch(text):
        return _build(match[3], _month(match[2]), match[1])
    if match := _MONTH_FIRST.fullmatch(text):
        return _build(match[3], _month(match[1]), match[2])
    return None


def _month(word: str) -> str:
    return str(_MONTHS.index(word[:3].lower()) + 1)


def _build(
    year: str, month: str, day: str, hour: str | None = None, minute: str | None = None, second: str | None = None,
    offset: str | None = None,
) -> str:  # fmt: skip
    when = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), min(int(second or 0), 59))
    if hour is None:
        return f"{when.year:04}-{when.month:02}-{when.day:02}"
    if offset:
        if offset[0] in "+-":
            digits = offset[1:].replace(":", "").ljust(4, "0")
            shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
            when = when - shift if offset[0] == "+" else when + shift
        return when.isoformat(timespec="seconds") + "Z"
    return when.isoformat(timespec="seconds")
