"""Text of a page to one lxml tree, whatever the page does.

libxml2 has three traps. Beyond 2,048 levels it drops the rest of the page without a word (measured with 2.14: text
inside and after is gone). And the time for one tag is quadratic in its attributes (100,000 of them: 93 s).
What follows "</html>" becomes a second root, which a walk from the first one never meets.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from cleaner.errors import RejectError

MAX_LEVELS = 2_000
"""Trees that reach this depth may be cut by the parser."""
_MAX_ATTRIBUTES = 256
_LONG_TAG = 2_000
"""A tag of fewer characters cannot hold enough attributes to matter."""
_MONSTER = re.compile(rf"<([a-zA-Z][a-zA-Z0-9-]*)([^<>]{{{_LONG_TAG},}})")
_CLOSING = ord(">")
_ATTRIBUTE = re.compile(r"[^\s=\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_BREAKING = (
    "p|div|section|article|main|li|ul|ol|dl|dd|dt|table|tbody|tr|td|th|h[1-6]|blockquote|center|header|footer|aside|nav"
)
_OPEN_BREAKING = re.compile(rf"</?(?:{_BREAKING})(?:\s[^>]*)?/?>", re.I)
_RAW_TEXT = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S)
_BREAKS = re.compile("\x00[\x00\\s]*")
_ANY_TAG = re.compile(r"</?[a-zA-Z][^>]*>")


def parse(text: str) -> Any:
    """The root element of the tree, ``None`` where the parser finds nothing at all."""
    from lxml import etree

    parser = etree.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(_thin(text.encode("utf-8", "replace")), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    if root is not None:
        last = root[-1] if len(root) and root[-1].tag == "body" else root
        for late in list(root.itersiblings("html", "body")):
            late.tag = "div"
            last.append(late)
    return root


def flatten(text: str) -> str:
    """The page with no nesting left: every block tag starts a paragraph, every other tag is gone."""
    bare = _RAW_TEXT.sub(" ", text)
    return "<html><body>" + _BREAKS.sub("<p>", _ANY_TAG.sub("", _OPEN_BREAKING.sub("\x00", bare)))


def parse_flat(text: str) -> Any:
    """Parse a page that nests too deep for the parser. Raises ``too-deep`` where that does not help."""
    root = parse(flatten(text))
    if root is None:
        raise RejectError("too-deep")
    return root


def _thin(raw: bytes) -> bytes:
    """The bytes of a page with the attributes of monstrous tags cut off."""
    out, done = [], 0
    ends = np.flatnonzero(np.frombuffer(raw + b">", np.uint8) == _CLOSING)
    begins = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    far = np.flatnonzero(ends - begins > _LONG_TAG)  # a monster holds no other tag's end
    for begin, end in zip(begins[far].tolist(), ends[far].tolist(), strict=True):
        at = raw.find(b"<", begin, end)
        while at >= 0:
            after = raw.find(b"<", at + 1, end)
            stop = end if after < 0 else after
            if stop - at > _LONG_TAG and (found := _MONSTER.fullmatch(raw[at:stop].decode("utf-8", "replace"))):
                out += [raw[done:at], _drop_attributes(found).encode()]
                done = stop
            at = after
    return b"".join([*out, raw[done:]]) if out else raw


def _drop_attributes(match: re.Match[str]) -> str:
    # What looks like a tag may be a comparison in a script; it ends at the next "<" or ">", which stays.
    if len(match.group(2).split(None, _MAX_ATTRIBUTES)) <= _MAX_ATTRIBUTES:
        return match.group()
    for count, _ in enumerate(_ATTRIBUTE.finditer(match.group(2))):
        if count >= _MAX_ATTRIBUTES:
            return f"<{match.group(1)} "
    return match.group()
