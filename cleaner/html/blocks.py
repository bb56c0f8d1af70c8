"""The tree of a page to text blocks in reading order, with the place of each in the markup.

A block is what a reader sees as one line or paragraph: the text between two block tags or line breaks,
white space normalised. Cells of one table row stand on one line, joined by " | ", unless the table only makes columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from cleaner.errors import RejectError
from cleaner.html.names import COMMENTS_BIT, ZONES, group_bits

SKIPPED = frozenset([
    "script", "style", "template", "noscript", "title", "meta", "link", "base", "svg", "math", "iframe", "object",
    "embed", "applet", "canvas", "audio", "video", "source", "track", "param", "map", "area", "select", "option",
    "optgroup", "datalist", "textarea", "input", "progress", "meter", "frame", "frameset", "noframes", "noembed",
    "image", "img",
])  # fmt: skip
INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "ins", "kbd", "label", "mark", "nobr", "q", "rb", "rp", "rt", "ruby", "s", "samp", "slot", "small", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "button", "output",
])  # fmt: skip
_ZONE_OF_TAG = {
    "article": "article",
    "main": "main",
    "header": "header",
    "footer": "footer",
    "nav": "nav",
    "menu": "nav",
    "aside": "aside",
    "form": "form",
    "fieldset": "form",
    "figure": "figure",
    "ul": "list",
    "ol": "list",
    "dl": "list",
    "table": "table",
    "blockquote": "quote",
    "button": "button",
    "section": "section",
    "dialog": "dialog",
    "address": "address",
    "details": "details",
}
_ZONE_OF_ROLE = {
    "article": "article",
    "main": "main",
    "banner": "header",
    "contentinfo": "footer",
    "navigation": "nav",
    "menu": "nav",
    "menubar": "nav",
    "complementary": "aside",
    "search": "form",
    "form": "form",
    "dialog": "dialog",
    "alertdialog": "dialog",
    "button": "button",
    "list": "list",
    "table": "table",
}
_ZONE_BIT = {zone: 1 << i for i, zone in enumerate(ZONES)}
_ZONE_BITS_OF_TAG = {tag: _ZONE_BIT[zone] for tag, zone in _ZONE_OF_TAG.items()}
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_JUNK = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff]")
"""Characters without a shape: controls, soft hyphens, zero-width spaces."""
_WORD = re.compile(r"\w+")
_PROSE_TAGS = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "td", "th", "pre", "figcaption", "caption"]
)
_BOLD = frozenset(("b", "strong"))
_CELLS = frozenset(("td", "th"))
_WHOLE_PAGE = frozenset(["html", "body", "main"])
_SKIP, _LINE_END, _CELL, _OTHER, _LINK, _STRONG, _TIME, _BUTTON, _WORDS = range(9)
"""What a tag does to the walk; those from _LINK on stand within a line."""
_WHAT = {
    **dict.fromkeys(SKIPPED, _SKIP),
    **dict.fromkeys(_CELLS, _CELL),
    **dict.fromkeys(INLINE, _WORDS),
    **dict.fromkeys(_BOLD, _STRONG),
    "br": _LINE_END,
    "a": _LINK,
    "time": _TIME,
    "button": _BUTTON,
}
_BREAK = "\n"
_LONG_CELL = 300
"""A row with a cell of more characters is layout, not data: its cells are lines of their own."""
_WRAPPED = 40
"""A line of so many characters that breaks in the middle of a sentence was wrapped by hand: its rest belongs to it."""
_OPEN_END = re.compile(r"[\w,]$")


@dataclass(slots=True)
class Node:
    """One block element (or the root)."""

    parent: int
    tag: str
    depth: int
    zones: int
    names: int
    """Groups that its class and id belong to, as bits."""
    body: bool
    """Inside what microdata call the body of the article."""
    other: bool
    """Inside a microdata item that is not the article."""
    like: int
    """Number of the element's kind: tag and class of itself and its parent."""


@dataclass(slots=True)
class Block:
    """One line of the candidate text."""

    text: str
    node: int
    link_chars: int
    bold_chars: int
    links: int
    time: bool
    button: bool
    part: int = 0
    """Number of this line within its block, where line breaks split it."""
    parts: int = 1


@dataclass(slots=True)
class Blocks:
    """All blocks of a page, the block elements they stand in, and the depth of the tree."""

    blocks: list[Block] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    depth: int = 0


def collect(root: Any, max_blocks: int) -> Blocks:
    """Every text block below ``root``. Raises ``too-many-lines`` beyond ``max_blocks``."""
    return _Collector(max_blocks).run(root)


class _Collector:
    def __init__(self, max_blocks: int) -> None:
        self.out = Blocks()
        self.max_blocks = max_blocks
        self.stack: list[int] = []
        self.kinds: dict[tuple[int, str, str], int] = {}
        self.bits: dict[str, int] = {}
        self.pieces: list[str] = []
        self.row = 0
        """Rows of data, one within the other, that the walk is in."""
        self.rows: list[bool] = []
        self.reset()

    def reset(self) -> None:
        self.pieces = []
        self.link_chars = self.bold_chars = self.links = 0
        self.time = False
        self.filled = False
        self.listing = False

    def run(self, root: Any) -> Blocks:
        from lxml import etree

        self.out.nodes.append(Node(-1, "", 0, 0, 0, False, False, 0))
        self.stack.append(0)
        in_link = in_bold = in_pre = in_button = depth = deepest = 0
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            what = _WHAT.get(tag, _OTHER)
            if event == "start":
                depth += 1
                deepest = max(deepest, depth)
                if what == _SKIP:
                    walk.skip_subtree()
                    continue
                if what >= _LINK:
                    if what == _LINK:
                        in_link += 1
                        self.links += 1
                        self.part_links()
                    elif what == _STRONG:
                        in_bold += 1
                    elif what == _TIME:
                        self.time = True
                    elif what == _BUTTON:
                        in_button += 1
                        self.part_links()
                elif what == _LINE_END:
                    self.pieces.append(" " if self.row else _BREAK)
                elif what == _CELL:
                    if self.row and self.filled:
                        self.pieces.append(" | ")
                    elif self.pieces and not self.row:
                        self.flush(in_button)
                    self.open(element, tag)
                elif "-" in tag and self.out.nodes[self.stack[-1]].tag in _PROSE_TAGS:
                    self.open(element, tag)
                else:
                    if self.pieces:
                        self.part(in_button)
                    self.open(element, tag)
                    if tag == "pre":
                        in_pre += 1
                    elif tag == "tr":
                        self.rows.append(_is_data(element))
                        self.row += self.rows[-1]
                text = element.text
                if text:
                    self.add(text, in_link, in_bold, in_pre)
                continue
            depth -= 1
            if what >= _LINK:
                if what == _LINK:
                    in_link -= 1
                elif what == _STRONG:
                    in_bold -= 1
                elif what == _BUTTON:
                    in_button -= 1
            elif what == _CELL:
                if self.pieces and not self.row:
                    self.flush(in_button)
                self.stack.pop()
            elif (
                what == _OTHER
                and "-" in tag
                and len(self.stack) > 1
                and self.out.nodes[self.out.nodes[self.stack[-1]].parent].tag in _PROSE_TAGS
            ):
                self.stack.pop()
            elif what == _OTHER:
                if tag == "tr" and self.rows:
                    self.row -= self.rows.pop()
                if self.pieces:
                    self.part(in_button)
                self.stack.pop()
                if tag == "pre":
                    in_pre -= 1
            text = element.tail
            if text and depth:
                self.add(text, in_link, in_bold, in_pre)
        self.flush(0)
        self.out.depth = deepest
        return self.out

    def part(self, in_button: int) -> None:
        """A block begins or ends: a new line, but for a blank within a row of data."""
        if self.row:
            self.pieces.append(" ")
        else:
            self.flush(in_button)

    def part_links(self) -> None:
        """Neighbouring links and buttons are separate words, though no white space is between them."""
        if self.filled and self.links > 1 and not self.pieces[-1][-1:].isspace() and self.last_was_link:
            self.pieces.append(" ")

    last_was_link = False

    def add(self, text: str, in_link: int, in_bold: int, in_pre: int) -> None:
        if in_pre:
            self.listing = True
        elif "\n" in text:
            text = text.replace("\n", " ")
        self.pieces.append(text)
        if not text.isspace():
            self.filled = True
            self.last_was_link = in_link > 0
            size = len(text)
            if in_link:
                self.link_chars += size
            if in_bold:
                self.bold_chars += size

    def flush(self, in_button: int) -> None:
        if self.filled:
            raw = "".join(self.pieces)
            if _JUNK.search(raw):
                raw = _JUNK.sub("", raw)
            node = self.stack[-1]
            parts = [raw] if _BREAK not in raw else raw.split(_BREAK)
            lines = [line for part in parts if (line := " ".join(part.split())).strip("| ")]
            if len(lines) > 1 and not self.listing:
                lines = _unwrapped(lines)
            size = max(1, len(raw))
            for part, line in enumerate(lines):
                share = len(line) / size if len(lines) > 1 else 1.0
                self.out.blocks.append(
                    Block(
                        line,
                        node,
                        int(self.link_chars * share + 0.5),
                        int(self.bold_chars * share + 0.5),
                        self.links,
                        self.time,
                        in_button > 0,
                        part,
                        len(lines),
                    )
                )
            if len(self.out.blocks) > self.max_blocks:
                raise RejectError("too-many-lines", f"more than {self.max_blocks} text blocks; see --max-lines")
            self.reset()
        elif self.pieces:
            self.reset()

    def open(self, element: Any, tag: str) -> None:
        nodes = self.out.nodes
        above = self.stack[-1]
        parent = nodes[above]
        zones = parent.zones | _ZONE_BITS_OF_TAG.get(tag, 0)
        body, other = parent.body, parent.other
        names, groups = "", 0
        attributes = element.items()
        if attributes:
            get = dict(attributes).get
            names = (get("class") or "") + " " + (get("id") or "")
            role = get("role")
            if role:
                zones |= _ZONE_BIT.get(_ZONE_OF_ROLE.get(role, ""), 0)
            if get("hidden") is not None or get("aria-hidden") == "true":
                zones |= _ZONE_BIT["hidden"]
            style = get("style")
            if style and _UNSEEN.search(style):
                zones |= _ZONE_BIT["hidden"]
            prop = get("itemprop")
            if prop:
                body = body or "articlebody" in prop.lower()
            kind = get("itemtype")
            if kind:
                other = not kind.lower().endswith(("article", "posting", "webpage", "recipe", "howto", "creativework"))
            if names != " ":
                groups = self.groups(names)
                if groups & COMMENTS_BIT and tag not in _WHOLE_PAGE:
                    zones |= _ZONE_BIT["comments"]
        like = self.kinds.setdefault((parent.like if len(names) < 2 else 0, tag, names), len(self.kinds) + 1)
        self.stack.append(len(nodes))
        nodes.append(Node(above, tag, parent.depth + 1, zones, groups, body, other, like))

    def groups(self, names: str) -> int:
        found = self.bits.get(names)
        if found is None:
            found = 0
            for name in names.split():
                found |= group_bits(name)
            self.bits[names] = found
        return found


def _is_data(row: Any) -> bool:
    """Whether the cells of a table row are read as one line: there are several, and none holds paragraphs."""
    cells = [cell for cell in row if cell.tag in _CELLS]
    if len(cells) < 2 or row.find(".//table") is not None or row.find(".//pre") is not None:
        return False
    return all(sum(len(text) for text in cell.itertext()) <= _LONG_CELL for cell in cells)


def _unwrapped(lines: list[str]) -> list[str]:
    """The lines, with sentences whole that were wrapped by hand with line breaks."""
    out = lines[:1]
    for line in lines[1:]:
        if len(out[-1]) >= _WRAPPED and line[0].islower() and _OPEN_END.search(out[-1]):
            out[-1] += " " + line
        else:
            out.append(line)
    return out


def words_of(text: str) -> list[str]:
    """Lower-cased words, the unit in which blocks are weighed and compared."""
    return _WORD.findall(text.lower())
