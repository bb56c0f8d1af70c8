"""Labels the blocks of the development pages: which of them the gold text holds, in order, each word used once."""

from __future__ import annotations

import bisect
import difflib
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from cleaner.train.html_furnish import furnished
from cleaner.train.judge_data import fold_of

_WORD = re.compile(r"\w+")
_GRAM = 4
_COMMON = 20
"""A run of words that the gold holds more often than this says nothing about place."""
_CELL = 8
"""Width, in words, of the cells that votes for a place are counted in."""
_SLACK = 24
_HALF = 0.5


@dataclass(frozen=True)
class GoldPage:
    """One development page as ``read_page`` gives it, with its gold."""

    id: str
    url: str | None
    text: str
    features: NDArray[np.float32]
    share: NDArray[np.float64]
    """For each line the share of its words that belong to the gold text; NaN where nothing says so."""
    gold: dict[str, Any]
    strange: frozenset[str] = frozenset()
    """Lines whose words say nothing: another story's."""

    @property
    def group(self) -> str:
        """The site, never on both sides of a split."""
        return site_of(self.url)


def gold_pages(folder: Path) -> Iterator[GoldPage]:
    """The pages of ``data/html``; pages that ``read_page`` rejects are left out."""
    for record, truth in _records(folder):
        page = _page(record, record["html"], truth)
        if page is not None:
            yield page


def furnished_pages(folder: Path, folds: int) -> Iterator[GoldPage]:
    """The pages of ``gold_pages`` in the same order, each with made-up furniture; headlines are of the same fold."""
    headlines: dict[int, list[str]] = defaultdict(list)
    for record, truth in _records(folder):
        title = " ".join(str(truth.get("title") or "").split())
        if 3 <= title.count(" ") < 20:
            headlines[fold_of(site_of(record["url"]), folds)].append(title)
    for record, truth in _records(folder):
        titles = headlines[fold_of(site_of(record["url"]), folds)]
        html, lines = furnished(record["html"], truth.get("main_content") or "", titles, Random(f"box:{record['id']}"))
        page = _page(record, html, truth, lines)
        if page is not None:
            yield page


def site_of(url: str | None) -> str:
    """The site, near enough for grouping: never on both sides of a split."""
    parts = ((urlsplit(url or "").hostname) or "none.example").lower().split(".")
    short = len(parts) >= 3 and len(parts[-2]) <= 3 and len(parts[-1]) == 2
    return ".".join(parts[-3:] if short else parts[-2:])


def _records(folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    with gzip.open(folder / "pages.jsonl.gz", "rt", encoding="utf-8") as handle:
        for line in handle:
            record = json.loads(line)
            gold = json.loads((folder / "dev" / "ground-truth" / f"{record['id']}.json").read_text("utf-8"))
            yield record, gold["ground_truth"]


def _page(
    record: dict[str, Any], html: str, truth: dict[str, Any], strange: frozenset[str] = frozenset()
) -> GoldPage | None:
    """``strange``: lines that do not belong, whatever the gold holds."""
    from cleaner.errors import RejectError
    from cleaner.html import read_page

    try:
        page = read_page(html.encode("utf-8", "replace"), url=record["url"], charset_hint="utf-8")
    except RejectError:
        return None
    lines = page.text.split("\n")
    share = align([line if line not in strange else "" for line in lines], truth.get("main_content") or "")
    return GoldPage(record["id"], record["url"], page.text, page.features, share, truth)


def align(blocks: Sequence[str], gold: str) -> NDArray[np.float64]:
    """For each block the share of its words that stand in ``gold``, when both are read in order."""
    wanted = _WORD.findall(gold.lower())
    words = [_WORD.findall(block.lower()) for block in blocks]
    used = [False] * len(wanted)
    share = np.zeros(len(blocks))
    place = _places(words, wanted)
    for block in sorted(place):
        low = max(0, place[block] - 2 * _CELL)
        high = min(len(wanted), place[block] + len(words[block]) + _SLACK)
        share[block] = _consume(words[block], wanted, used, low, high)
    sure = [block for block in sorted(place) if share[block] >= _HALF]
    for block, own in enumerate(words):
        if own and sure and not (block in place and share[block] >= _HALF):
            at = bisect.bisect_left(sure, block)
            low = max(0, place[sure[at - 1]]) if at else 0
            high = min(len(wanted), place[sure[at]] + 2 * _CELL) if at < len(sure) else len(wanted)
            if _take(own, wanted, used, low, high):
                share[block] = 1.0
    return share


def _places(words: Sequence[Sequence[str]], wanted: Sequence[str]) -> dict[int, int]:
    """Block -> place in the gold: the heaviest chain of shared runs that rises on both sides."""
    grams: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i in range(len(wanted) - _GRAM + 1):
        grams[tuple(wanted[i : i + _GRAM])].append(i)
    points: list[tuple[int, int, int]] = []
    for block, own in enumerate(words):
        votes: dict[int, int] = defaultdict(int)
        for j in range(len(own) - _GRAM + 1):
            hits = grams.get(tuple(own[j : j + _GRAM]), ())
            if len(hits) <= _COMMON:
                for i in hits:
                    votes[(i - j) // _CELL] += 1
        best = sorted(votes.items(), key=lambda kv: (-kv[1], kv[0]))[:6]
        points += [(block, cell * _CELL, count) for cell, count in best]
    points.sort(key=lambda p: (p[0], -p[1]))
    return _chain(points, len(wanted))


def _chain(points: list[tuple[int, int, int]], size: int) -> dict[int, int]:
    offset = 4 * _CELL
    tree: list[tuple[int, int]] = [(0, -1)] * (size + 3 * offset)

    def cell_of(place: int) -> int:
        return min(max(place + offset, 0), size + 2 * offset) + 1

    total, before = [0] * len(points), [-1] * len(points)
    i = 0
    while i < len(points):
        j, found = i, []
        while j < len(points) and points[j][0] == points[i][0]:
            at, best = cell_of(points[j][1]), (0, -1)
            while at > 0:
                best = max(best, tree[at], key=lambda v: v[0])
                at -= at & -at
            total[j], before[j] = best[0] + points[j][2], best[1]
            found.append(j)
            j += 1
        for k in found:
            at = cell_of(points[k][1])
            while at < len(tree):
                if total[k] > tree[at][0]:
                    tree[at] = (total[k], k)
                at += at & -at
        i = j
    chain: dict[int, int] = {}
    at = max(range(len(points)), key=total.__getitem__) if points else -1
    while at >= 0:
        chain[points[at][0]] = points[at][1]
        at = before[at]
    return chain


def _consume(own: list[str], wanted: list[str], used: list[bool], low: int, high: int) -> float:
    got = 0
    for _, b, size in difflib.SequenceMatcher(None, own, wanted[low:high], autojunk=False).get_matching_blocks():
        if size >= 2 or size == len(own) or (size == 1 and len(own) > 6):
            for i in range(low + b, low + b + size):
                if not used[i]:
                    used[i] = True
                    got += 1
    return got / len(own)


def _take(own: list[str], wanted: list[str], used: list[bool], low: int, high: int) -> bool:
    for i in range(low, high - len(own) + 1):
        if wanted[i] == own[0] and wanted[i : i + len(own)] == own and not any(used[i : i + len(own)]):
            used[i : i + len(own)] = [True] * len(own)
            return True
    return False
