"""Pages in disguise, for training: what a page would look like whose markup or whose words say nothing.

The development pages are English for the most part, and their classes have names that speak. On others the trees must
find their way by what is left: shape, place, links and company. So every page is seen once more, in one of these disguises.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cleaner.html.names import COLUMN, FAR, GROUPS
from cleaner.train.html_data import GoldPage

_WORD = re.compile(r"[^\W\d_]+")
_SPOKEN_EVERYWHERE = frozenset(
    [
        "facebook",
        "twitter",
        "whatsapp",
        "linkedin",
        "instagram",
        "youtube",
        "pinterest",
        "telegram",
        "email",
        "mail",
        "newsletter",
        "cookie",
        "cookies",
        "menu",
        "login",
        "copyright",
        "pdf",
        "app",
        "google",
        "video",
        "blog",
        "podcast",
        "www",
        "com",
        "http",
        "https",
    ]
)
_ALPHABETS = (
    ("bcdfgklmnprstvz", "aeiouäöü"),
    ("bcdfglmnpqrstv", "aeiouéèàç"),
    ("bcćdfghjklłmnprsśtwzż", "aąeęioóuy"),
    ("бвгджзклмнпрстфхцчш", "аеиоуыэюя"),
    ("بتثجحخدرسشصطعفقكلمنه", "اويى"),
    ("bcdfgklmnprstvz", "aeiouáéíóú"),
)
"""Consonants and vowels of invented languages."""
_MEANINGFUL = ("article", "main", "header", "footer", "nav", "aside", "section", "comments", "address")
"""Zones that a page of nothing but ``div`` does not show."""


def disguised(pages: Sequence[GoldPage]) -> list[GoldPage]:
    """Each page in a disguise that depends on its name: nameless markup, invented words, both, or none."""
    out = []
    for page in pages:
        manner = crc32(page.id.encode()) % 5
        if manner in (0, 1):
            page = nameless(page)
        if manner in (1, 2, 3):
            page = babbled(page)
        out.append(page)
    return out


def nameless(page: GoldPage) -> GoldPage:
    """The page with class names that say nothing; of every second page the elements say nothing either."""
    table: NDArray[np.float32] = page.features.copy()
    for group in GROUPS:
        table[:, COLUMN[f"class_{group}"]] = FAR
    table[:, COLUMN["in_comments"]] = 0
    if crc32(b"zones" + page.id.encode()) % 2:
        for zone in _MEANINGFUL:
            table[:, COLUMN[f"in_{zone}"]] = 0
        table[:, COLUMN["schema_body"]] = 0
    return replace(page, features=table)


def babbled(page: GoldPage) -> GoldPage:
    """The page in an invented language: every word is another of the same length and case, the same one everywhere."""
    key = crc32(page.id.encode())
    consonants, vowels = _ALPHABETS[key % len(_ALPHABETS)]
    known: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        word = match.group()
        low = word.lower()
        if low in _SPOKEN_EVERYWHERE:
            return word
        new = known.get(low)
        if new is None:
            state = crc32(low.encode(), key)
            letters = []
            for place in range(len(low)):
                state = (state * 1_103_515_245 + 12_345) & 0x7FFFFFFF
                pool = vowels if (place + key) % 2 else consonants
                letters.append(pool[(state >> 8) % len(pool)])
            new = known[low] = "".join(letters)
        if word.isupper() and len(word) > 1:
            return new.upper()
        return new.capitalize() if word[0].isupper() else new

    return replace(page, text="\n".join(_WORD.sub(other, line) for line in page.text.split("\n")))
