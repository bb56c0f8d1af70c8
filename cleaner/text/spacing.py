"""A reading copy for scripts that put no blanks between words, so that whatever counts words finds some.

The copy is only ever read: text, spans and offsets stay those of the page.
"""

from __future__ import annotations

import re

_KANA = "\u3040-\u309f"
_KATAKANA = "\u30a0-\u30ff\uff66-\uff9f"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_SOUTH = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Thai, Lao, Burmese, Khmer."""
_UNSPACED = re.compile(f"[{_KANA}{_KATAKANA}{_HAN}{_SOUTH}]")
_PIECE = re.compile(f"[{_KANA}]+|[{_KATAKANA}]+|[{_HAN}]{{1,2}}|[{_SOUTH}]{{1,5}}")
_WIDTH = 1.5
"""What a character of these scripts says more than a letter."""


def spaced(text: str) -> str:
    """``text`` with a blank after each likely word of such scripts; the same object where there is none.

    A piece is a run of one syllabary, two Han characters, or five of the southern scripts: words, near enough to count
    and compare them. Line ends stay where they are.
    """
    if text.isascii() or not _UNSPACED.search(text):
        return text
    return _PIECE.sub(r"\g<0> ", text).replace(" \n", "\n").rstrip(" ")


def width(text: str) -> float:
    """Characters of ``text``, those of such scripts counted as more, so that limits in characters fit them too."""
    if text.isascii():
        return float(len(text))
    return len(text) + _WIDTH * len(_UNSPACED.findall(text))
