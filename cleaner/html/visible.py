"""Author and date as the page shows them, for pages that state neither in their head: a look at the blocks near the title."""

from __future__ import annotations

import re

from cleaner.html.blocks import Block, Blocks
from cleaner.html.names import GROUPS

_REACH = 25
"""Blocks before and after the heading that may hold its byline."""
_LONGEST = 90
_BARE = 45
"""A line of at most this many characters that holds a day is a dateline, whatever its element is called."""
_BYLINE = 1 << list(GROUPS).index("byline")
_META = (1 << list(GROUPS).index("meta")) | _BYLINE
_BY = re.compile(
    r"^(?:(?:written|posted|words|article|story|text|reviewed)\s+)?(?:by|von|par|por|di|door|av)\b[:\s]+|^(?:author|autor|autore|auteur|redaktion)\s*:\s*",
    re.I,
)
_NAME = re.compile(
    r"^(?:[^\W\d_][\w.'\u2019-]*\.?)(?:\s+(?:de|von|van|der|da|di|la|le|al|bin|[^\W\d_][\w.'\u2019-]*\.?)){1,3}$"
)
_CUT = re.compile(r"\s*(?:\||\u2022|\u00b7|,|\(|\s-\s|\s\u2013\s|\bon\b|\bam\b|\d).*$")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio januari janeiro ene gen",
            "feb february februar février febrero febbraio februari fevereiro fév févr",
            "mar march märz mars marzo maart março mär",
            "apr april avril abril aprile avr abr",
            "may mai mayo maggio mei maio mag",
            "jun june juni juin junio giugno junho giu",
            "jul july juli juillet julio luglio julho juil lug",
            "aug august août agosto augustus ago",
            "sep sept september septembre septiembre settembre setembro set",
            "oct october oktober octobre octubre ottobre outubro okt ott out",
            "nov november novembre noviembre novembro",
            "dec december dezember décembre diciembre dicembre dezembro dez déc dic",
        ),
        1,
    )
    for name in names.split()
}
_YEAR = r"((?:19|20)\d\d)"
_WORDED = re.compile(
    rf"\b(?:([^\W\d_]{{3,10}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}|(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+)?([^\W\d_]{{3,10}})\.?,?\s+(?:de\s+)?{_YEAR})\b"
)
_ANY_YEAR = re.compile(rf"\b{_YEAR}\b")
_ISO = re.compile(rf"\b{_YEAR}[-/.](\d{{1,2}})[-/.](\d{{1,2}})\b")
_DOTTED = re.compile(rf"\b(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?{_YEAR}\b")


def shown_author(page: Blocks) -> str:
    """The name in the byline near the heading, empty where none is sure."""
    best = ""
    for block in _near_heading(page):
        text = block.text
        marked = _BY.match(text)
        if not marked and not _named(page, block, _BYLINE):
            continue
        name = _CUT.sub("", text[marked.end() :] if marked else text)
        if _NAME.match(name) and sum(part[:1].isupper() for part in name.split()) >= 2:
            if marked:
                return name
            best = best or name
    return best


def shown_date(page: Blocks) -> str:
    """The day (ISO) near the heading, empty where none is sure: the first that stands on a line of its own."""
    for block in _near_heading(page):
        if block.time or len(block.text) <= _BARE or _named(page, block, _META) or _BY.match(block.text):
            day = day_in(block.text)
            if day:
                return day
    return ""


def shows_a_year(page: Blocks) -> bool:
    """Whether a line near the heading holds a year: a date may be there that this module cannot read."""
    return any(_ANY_YEAR.search(block.text) for block in _near_heading(page))


def day_in(text: str) -> str:
    """The first day of ``text`` that is written without doubt (no 3/4/2025), as ``YYYY-MM-DD``."""
    match = _ISO.search(text)
    if match:
        return _iso(match[1], match[2], match[3])
    for match in _WORDED.finditer(text):
        month = _MONTHS.get((match[1] or match[5]).lower())
        if month:
            return _iso(match[3] or match[6], month, match[2] or match[4])
    match = _DOTTED.search(text)
    return _iso(match[3], match[2], match[1]) if match else ""


def _iso(year: str, month: str | int, day: str) -> str:
    import datetime

    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _named(page: Blocks, block: Block, bits: int) -> bool:
    node = page.nodes[block.node]
    return bool((node.names | page.nodes[max(node.parent, 0)].names) & bits)


def _near_heading(page: Blocks) -> list[Block]:
    """Short blocks around the first ``h1``, those after it first."""
    at = next((i for i, b in enumerate(page.blocks) if page.nodes[b.node].tag == "h1"), 0)
    near = page.blocks[at + 1 : at + 1 + _REACH] + page.blocks[max(0, at - 8) : at]
    return [b for b in near if len(b.text) <= _LONGEST]
