"""The evidence of the markup for each block: one row of numbers a block, columns as in ``names.FEATURES``."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass

import numpy as np

from cleaner.html.blocks import Block, Blocks, Node, words_of
from cleaner.html.names import COLUMN, FAR, FEATURES, GROUPS, ZONES
from cleaner.text.spacing import spaced, width

_KIND_OF_TAG = {
    "p": "p",
    "li": "li",
    "h1": "h1",
    "h2": "h2",
    "h3": "h3",
    "h4": "h4",
    "h5": "h4",
    "h6": "h4",
    "td": "cell",
    "th": "cell",
    "tr": "cell",
    "blockquote": "quote",
    "q": "quote",
    "figcaption": "caption",
    "caption": "caption",
    "pre": "pre",
    "dt": "term",
    "dd": "term",
    "label": "label",
    "legend": "label",
    "summary": "label",
}
_PROSE_CHARS = 80
"""A block of at least this many characters, mostly outside links, counts as prose."""
_PROSE_LINKS = 0.4
_QUOTING_WORDS = 60
"""Longer blocks are not compared with the title and the description."""
_CAP = 200.0
_COMMAS = ",\u060c\u3001\uff0c"


@dataclass(frozen=True, slots=True)
class Stated:
    """What the page says about its own article, as far as it helps to find it."""

    titles: tuple[str, ...] = ()
    description: str = ""
    body: str = ""
    """The article's text in the page's structured data, mostly missing."""


def page_features(page: Blocks, stated: Stated) -> np.ndarray:
    """float32 (blocks, ``len(FEATURES)``). The column ``vote_trafilatura`` is -1: nobody was asked."""
    table = np.zeros((len(page.blocks), len(FEATURES)), dtype=np.float32)
    if not page.blocks:
        return table
    view = _View(page)
    _place(table, page, view)
    _shape(table, page.blocks, view)
    _position(table, view)
    _company(table, page, view)
    _centre(table, page, view)
    _neighbours(table, view)
    _statements(table, page.blocks, view, stated)
    return table


class _View:
    """The numbers that several families of features share."""

    def __init__(self, page: Blocks) -> None:
        blocks, nodes = page.blocks, page.nodes
        page_text = "\n".join(b.text for b in blocks)
        copy = spaced(page_text)
        self.texts = texts = copy.split("\n")
        """The blocks with blanks between words in every script."""
        self.count = np.array([t.count(" ") + 1 for t in texts], dtype=np.float64)
        size = np.array([len(b.text) for b in blocks], dtype=np.float64)
        self.links = np.minimum(np.array([b.link_chars for b in blocks], dtype=np.float64) / size, 1.0)
        self.bold = np.minimum(np.array([b.bold_chars for b in blocks], dtype=np.float64) / size, 1.0)
        self.chars = size if copy is page_text else np.array([width(b.text) for b in blocks], dtype=np.float64)
        self.commas = np.array([sum(map(t.count, _COMMAS)) for t in texts], dtype=np.float64)
        self.node = np.array([b.node for b in blocks], dtype=np.int64)
        self.parent_of = np.array([n.parent for n in nodes], dtype=np.int64)
        self.parent = np.maximum(self.parent_of[self.node], 0)
        self.grand = np.maximum(self.parent_of[self.parent], 0)
        self.like = np.array([n.like for n in nodes], dtype=np.int64)[self.node]
        self.kind = [_KIND_OF_TAG.get(nodes[b.node].tag, "div") for b in blocks]
        self.prose = (self.chars >= _PROSE_CHARS) & (self.links < _PROSE_LINKS)
        self.total = max(1.0, float(self.count.sum()))


def _put(table: np.ndarray, name: str, values: np.ndarray | float) -> None:
    table[:, COLUMN[name]] = values


def _place(table: np.ndarray, page: Blocks, view: _View) -> None:
    nodes = page.nodes
    for row, kind in enumerate(view.kind):
        table[row, COLUMN["kind_" + kind]] = 1
    zones = np.array([n.zones for n in nodes], dtype=np.int64)[view.node]
    for bit, zone in enumerate(ZONES):
        _put(table, "in_" + zone, (zones >> bit) & 1)
    near = _levels_to_names(nodes)[view.node]
    first = COLUMN["class_" + next(iter(GROUPS))]
    table[:, first : first + near.shape[1]] = near
    _put(table, "schema_body", np.array([n.body for n in nodes])[view.node])
    _put(table, "microdata_other", np.array([n.other for n in nodes])[view.node])
    _put(table, "depth", np.array([n.depth for n in nodes])[view.node])


def _levels_to_names(nodes: list[Node]) -> np.ndarray:
    """For each node and group of names, the levels up to the nearest element of that group, ``FAR`` at most."""
    parent = np.array([n.parent for n in nodes])
    depth = np.array([n.depth for n in nodes])
    own = (np.array([n.names for n in nodes])[:, None] >> np.arange(len(GROUPS))) & 1
    near = np.where(own == 1, 0, FAR).astype(np.float32)
    order = np.argsort(depth, kind="stable")
    edges = np.searchsorted(depth[order], np.arange(1, int(depth.max()) + 2))
    for low, high in itertools.pairwise(edges.tolist()):
        level = order[low:high]
        near[level] = np.minimum(near[level], near[parent[level]] + 1)
    return np.minimum(near, FAR)


def _shape(table: np.ndarray, blocks: list[Block], view: _View) -> None:
    _put(table, "broken_line", np.array([b.part for b in blocks]))
    _put(table, "lines_of_block", np.array([b.parts for b in blocks]))
    _put(table, "chars", view.chars)
    _put(table, "words", view.count)
    _put(table, "link_density", view.links)
    _put(table, "links", np.array([max(b.links, b.link_chars > 0) for b in blocks]))
    _put(table, "bold_density", view.bold)
    _put(table, "time_tag", np.array([b.time for b in blocks]))
    _put(table, "whole_link", view.links > 0.9)
    _put(table, "commas", view.commas)
    braces = np.array([b.text.count("{") + b.text.count("=") + b.text.count(";") for b in blocks])
    _put(table, "braces", braces / view.chars)
    button = np.array([b.button for b in blocks])
    table[:, COLUMN["in_button"]] = np.maximum(table[:, COLUMN["in_button"]], button)


def _position(table: np.ndarray, view: _View) -> None:
    n = len(view.count)
    order = np.arange(n, dtype=np.float64)
    before = np.concatenate(([0.0], np.cumsum(view.count)))[:-1]
    _put(table, "index", order)
    _put(table, "index_share", order / n)
    _put(table, "words_before_share", before / view.total)
    _put(table, "words_after_share", (view.total - before - view.count) / view.total)
    _put(table, "words_total", view.total)
    heads = np.array([k in ("h1", "h2", "h3", "h4") for k in view.kind])
    first = np.array([k == "h1" for k in view.kind])
    _put(table, "has_h1", float(first.any()))
    _put(table, "since_h1", _since(first))
    _put(table, "since_heading", _since(heads))
    level, levels = 0.0, []
    for kind in view.kind:
        if kind[0] == "h":
            level = float(kind[1])
        levels.append(level)
    _put(table, "heading_level", np.array(levels))
    _put(table, "since_prose", _since(view.prose))
    _put(table, "until_prose", _since(view.prose[::-1])[::-1])
    mass = np.where(view.prose, view.count, 0.0)
    total = max(1.0, float(mass.sum()))
    upto = np.cumsum(mass)
    _put(table, "prose_before_share", (upto - mass) / total)
    _put(table, "prose_after_share", (total - upto) / total)


def _since(marks: np.ndarray) -> np.ndarray:
    """Blocks since the last marked one (0 at a mark), ``_CAP`` where there was none."""
    at = np.where(marks, np.arange(len(marks)), -1)
    last = np.maximum.accumulate(at)
    return np.where(last >= 0, np.minimum(np.arange(len(marks)) - last, _CAP), _CAP).astype(np.float64)


def _company(table: np.ndarray, page: Blocks, view: _View) -> None:
    for name, group in (("parent", view.parent), ("grand", view.grand), ("like", view.like)):
        size = int(group.max()) + 1
        blocks = np.bincount(group, minlength=size)
        words = np.bincount(group, weights=view.count, minlength=size)
        chars = np.bincount(group, weights=view.chars, minlength=size)
        linked = np.bincount(group, weights=view.chars * view.links, minlength=size)
        if name != "grand":
            _put(table, name + "_blocks", np.minimum(blocks[group], _CAP))
        _put(table, name + "_words_share", words[group] / view.total)
        _put(table, name + "_link_density", linked[group] / chars[group])
        _put(table, name + "_mean_words", words[group] / blocks[group])
    above = view.node
    for level in "1234":
        above = np.maximum(view.parent_of[above], 0)
        _put(table, "group_" + level, above)
    _put(table, "group_like", view.like)
    heads = np.array([k in ("h1", "h2", "h3", "h4") for k in view.kind])
    _put(table, "group_section", np.cumsum(heads))


def _centre(table: np.ndarray, page: Blocks, view: _View) -> None:
    """Where the prose is, by the scoring that readability made known: paragraphs credit the elements around them."""
    nodes = page.nodes
    size = len(nodes)
    text = np.bincount(view.node, weights=view.chars, minlength=size).tolist()
    linked = np.bincount(view.node, weights=view.chars * view.links, minlength=size).tolist()
    prose = (view.chars >= 25) & (view.links < 0.5)
    credit = np.where(prose, 1.0 + view.commas + np.minimum(view.chars / 100.0, 3.0), 0.0)
    credits = np.bincount(view.parent, weights=credit, minlength=size)
    credits += np.bincount(view.grand, weights=credit / 2.0, minlength=size)
    score: list[float] = credits.tolist()
    last = list(range(size))
    for at in range(size - 1, 0, -1):
        above = nodes[at].parent
        text[above] += text[at]
        linked[above] += linked[at]
        last[above] = max(last[above], last[at])
    score = [s * (1.0 - linked[i] / text[i]) if s else 0.0 for i, s in enumerate(score)]
    top = max(range(size), key=score.__getitem__)
    common = _meeting_depth(nodes, top)
    share = np.array(score) / max(score[top], 1e-9)
    where = np.where(view.node > last[top], 1, np.where(view.node < top, -1, 0))
    _put(table, "top_inside", where == 0)
    _put(table, "after_top", where)
    _put(table, "top_distance", nodes[top].depth - np.array(common)[view.node])
    _put(table, "top_ratio", share[view.parent])
    _put(table, "top_words_share", text[top] / max(1.0, text[0]))


def _meeting_depth(nodes: list[Node], top: int) -> list[int]:
    """For each node the depth at which its path and the path of ``top`` part."""
    path = set()
    at = top
    while at >= 0:
        path.add(at)
        at = nodes[at].parent
    common = [0] * len(nodes)
    for at, node in enumerate(nodes):
        common[at] = node.depth if at in path else common[node.parent]
    return common


def _neighbours(table: np.ndarray, view: _View) -> None:
    def shifted(values: np.ndarray, by: int, fill: float) -> np.ndarray:
        out = np.full(len(values), fill)
        if by > 0:
            out[by:] = values[:-by]
        else:
            out[:by] = values[-by:]
        return out

    n = len(view.count)
    half = 3
    low = np.maximum(np.arange(n) - half, 0)
    high = np.minimum(np.arange(n) + half + 1, n)
    for name, values in (("window_words", view.count), ("window_links", view.links)):
        upto = np.concatenate(([0.0], np.cumsum(values)))
        _put(table, name, (upto[high] - upto[low]) / (high - low))
    parent = view.parent.astype(np.float64)
    for name, by in (("prev", 1), ("next", -1)):
        _put(table, name + "_words", shifted(view.count, by, 0.0) if n > 1 else 0.0)
        _put(table, name + "_links", shifted(view.links, by, 1.0) if n > 1 else 1.0)
        _put(table, name + "_same_parent", (shifted(parent, by, -1.0) == parent) if n > 1 else 0.0)


def _statements(table: np.ndarray, blocks: list[Block], view: _View, stated: Stated) -> None:
    titles = [set(words) for words in dict.fromkeys(tuple(words_of(spaced(t))) for t in stated.titles) if words]
    known = set[str]().union(*titles)
    summary = set(words_of(spaced(stated.description)))
    seen: Counter[str] = Counter()
    before = []
    for block in blocks:
        before.append(seen[block.text])
        seen[block.text] += 1
    _put(table, "seen_before", np.array(before))
    _put(table, "copies", np.array([seen[b.text] for b in blocks]))
    overlap, same, summed = ([0.0] * len(blocks) for _ in range(3))
    for i in np.flatnonzero(view.count <= _QUOTING_WORDS).tolist():
        own = set(words_of(view.texts[i]))
        if not own:
            continue
        for title in () if own.isdisjoint(known) else titles:
            both = len(own & title)
            overlap[i] = max(overlap[i], both / len(own))
            same[i] = max(same[i], both / len(own | title))
        if summary:
            summed[i] = len(own & summary) / len(own)
    _put(table, "title_overlap", np.array(overlap))
    _put(table, "is_title", np.array(same))
    _put(table, "description_overlap", np.array(summed))
    _put(table, "ld_body", float(bool(stated.body)))
    _put(table, "ld_cover", cover([words_of(t) for t in view.texts], spaced(stated.body)) if stated.body else -1.0)
    _put(table, "vote_trafilatura", -1.0)


def cover(blocks: list[list[str]], text: str, size: int = 4) -> np.ndarray:
    """Share of each block's word ``size``-grams that ``text`` holds; shorter blocks need a line of their own."""
    lines = {" ".join(words_of(line)) for line in text.splitlines()}
    words = words_of(text)
    grams = {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}
    out = np.zeros(len(blocks))
    for i, own in enumerate(blocks):
        if len(own) >= size:
            n = len(own) - size + 1
            out[i] = sum(tuple(own[j : j + size]) in grams for j in range(n)) / n
        elif own:
            out[i] = float(" ".join(own) in lines)
    return out
