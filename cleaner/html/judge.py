"""The judge of lines, for pages: its scores, settled where the markup alone is proof."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.html.blocks import words_of
from cleaner.html.names import COLUMN
from cleaner.judge.context import inside
from cleaner.judge.evidence import GROUPS
from cleaner.judge.features import line_features
from cleaner.judge.model import Judge, Verdicts, _files
from cleaner.judge.store import FOLDER
from cleaner.judge.tables import Tables
from cleaner.judge.trees import Forest, log_odds, probability
from cleaner.model import Document, LineFacts
from cleaner.text.lines import line_spans
from cleaner.text.spacing import spaced

PROOF = 0.97
"""Score of the headline, which is kept as the title, and of a line that stands where no article does: none of the 138,000
words of the development pages that stand in dialogs, readers' comments, or page footers outside an article were content."""
_WEIGHED_WORDS = 8
"""From this many words on a line's kinds of evidence are weighed one by one. Most lines of a page are shorter and outside
the article: there the markup is the evidence."""
_PLAIN = 4.0
"""Log-odds from which a line is plain, one way or the other."""
MIDDLE = 0.52
"""The score at the middle of the dial: where a page's lines break even is moved there."""
COMPANY = 0.3
"""Share of an element's kind in its log-odds."""
_HIGHEST = 0.9
"""A line surer than this to be out of place is not kept for want of better ones."""
_COPIED_WORDS = 12
"""Fewest words of a line that stands on a page twice by the page's making, not by the author's."""
_COMMENT_WORDS = 4
"""Shorter lines of a comment are its buttons and dates."""


class PageJudge(Judge):
    """A judge that knows what dialogs, page footers and readers' comments are. Documents need their ``page`` array."""

    comments = False
    """Keep what readers wrote below the article."""

    def __init__(self, arrays: dict[str, NDArray[Any]], tables: Tables) -> None:
        super().__init__(arrays, tables)
        self._count = int(arrays["forests"][0])
        self.first, self._others = parted(self.first, self._count)
        """One of the forests that the judge is the mean of, and the rest: they differ by a seed, and only lines that are
        not plain to one are shown to all. Evidence is weighed by the one."""

    @classmethod
    def for_pages(cls, name: str, comments: bool) -> PageJudge:
        """The judge in ``name``.npz; ``comments`` keeps what readers wrote below the article."""
        judge = cls(*_files(name, FOLDER))
        judge.comments = comments
        return judge

    def score(self, documents: Sequence[Document], facts: Sequence[LineFacts | None] | None = None) -> list[Verdicts]:
        """Verdicts on every line, one entry a document."""
        read = [reading_copy(d) for d in documents]
        found = super().score(read, facts)
        return [
            v if d.page is None else self._decided(d, d.page, v if copy is d else _placed(d, v))
            for d, copy, v in zip(documents, read, found, strict=True)
        ]

    def _decided(self, document: Document, page: NDArray[np.float32], verdicts: Verdicts) -> Verdicts:
        text = document.text
        lines = [text[s:e] for s, e in zip(verdicts.start.tolist(), verdicts.end.tolist(), strict=True)]
        remove = decide(page, lines, verdicts.remove, self.comments)
        if document.title:
            title = words_of(document.title)
            for line in np.flatnonzero(page[:, COLUMN["kind_h1"]]).tolist():
                if words_of(lines[line]) == title:
                    remove[line] = max(remove[line], PROOF)
        return replace(verdicts, remove=remove)

    def _score(self, documents: Sequence[Document], facts: Sequence[LineFacts | None] | None) -> list[Verdicts]:
        features = line_features(documents, facts, self._tables)
        own = features.values[:, self.first.columns(features.names)]
        one = self.first.log_odds(own)
        odds = one.copy()
        open_ = np.flatnonzero(np.abs(one) < _PLAIN)
        odds[open_] = one[open_] / self._count + self._others.log_odds(own[open_])
        remove = probability(odds)
        words = np.expm1(features.values[:, features.names.index("words")])
        evidence = np.zeros((len(odds), len(GROUPS)), np.float32)
        evidence[:, GROUPS.index("page")] = np.maximum(odds, 0)
        weighed = np.flatnonzero((remove >= self._dial[1].min()) & (words >= _WEIGHED_WORDS))
        evidence[weighed] = self._evidence(own[weighed], one[weighed])
        within = inside(remove, words, features.first)
        return [
            Verdicts(features.start[a:b], features.end[a:b], remove[a:b], within[a:b], evidence[a:b])
            for a, b in itertools.pairwise(features.first.tolist())
        ]


def parted(forest: Forest, count: int) -> tuple[Forest, Forest]:
    """The first of the ``count`` forests that ``forest`` is the mean of; and what the others add to its share."""
    trees = len(forest.leaf) // count
    first = Forest(
        forest.feature[:trees],
        forest.border[:trees],
        forest.leaf[:trees] * np.float32(count),
        forest.bias,
        forest.names,
    )
    rest = forest.bias * (count - 1) / count
    return first, Forest(forest.feature[trees:], forest.border[trees:], forest.leaf[trees:], rest, forest.names)


def _placed(document: Document, verdicts: Verdicts) -> Verdicts:
    """Verdicts on a reading copy, at the places of the lines in the document itself."""
    place = np.array(line_spans(document.text), np.int64).reshape(-1, 2)
    return replace(verdicts, start=place[:, 0], end=place[:, 1])


def reading_copy(document: Document) -> Document:
    """The document as the features read it: with blanks between words in every script, line for line the same."""
    text = spaced(document.text)
    if text is document.text:
        return document
    return replace(document, text=text, title=document.title and spaced(document.title))


def decide(
    page: NDArray[np.float32], lines: Sequence[str], remove: NDArray[np.float32], comments: bool = False
) -> NDArray[np.float32]:
    """Scores of the lines of one page from those of the trees: their kind, proof, copies, and what is worth keeping here."""
    words = page[:, COLUMN["words"]]
    even = probability(alike(log_odds(remove), page[:, COLUMN["group_like"]]))
    for line, text in enumerate(lines):
        if text[:2] == '{"' and text[-1] == "}" and not page[line, COLUMN["kind_pre"]]:
            even[line] = PROOF
    once = without_copies(lines, settle(page, even, comments), words)
    shift = log_odds(np.array([MIDDLE])) - log_odds(np.array([break_even(once, words)]))
    return settle(page, probability(log_odds(once) + shift), comments)


def alike(odds: NDArray[np.float64], kind: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log-odds drawn towards their mean over the page's elements of one kind (tag and class of itself and its parent).

    The items of one list stand or fall together. Out of fold, .0006 word F1 with plain pages and with disguised ones.
    """
    number = kind.astype(np.int64)
    count = np.maximum(np.bincount(number), 1)
    mean = (np.bincount(number, weights=odds) / count)[number]
    return np.asarray((1 - COMPANY) * odds + COMPANY * mean, np.float64)


def without_copies(
    lines: Sequence[str], remove: NDArray[np.float32], words: NDArray[np.float32]
) -> NDArray[np.float32]:
    """``remove``, raised for a long line that stands on the page before: as sure as it is that the first one is kept.

    Pages for telephones and for desktops in one hold their article twice. Of 792 development pages 6 gain .05 to .3 word
    F1, and 3 lose .05 to .1.
    """
    out: NDArray[np.float32] = remove.copy()
    first: dict[str, int] = {}
    for line in np.flatnonzero(words >= _COPIED_WORDS).tolist():
        before = first.setdefault(lines[line], line)
        if before != line:
            out[line] = max(out[line], 1 - out[before])
            if out[line] < out[before]:
                first[lines[line]] = line
    return out


def break_even(remove: NDArray[np.float32], words: NDArray[np.float32]) -> float:
    """The score from which keeping a line lowers the expected word F1 of the page.

    With p the chance that a line belongs, keeping those of p > F/2 is best, where F is the best that can be expected:
    about .52 where the lines are clear, and more where nothing on the page is sure, so that it does not come out empty.
    """
    belongs = (1.0 - remove.astype(np.float64)) * words
    order = np.argsort(remove, kind="stable")
    kept = np.cumsum(belongs[order]) * 2 / np.maximum(np.cumsum(words[order], dtype=np.float64) + belongs.sum(), 1e-9)
    return float(np.clip(1 - kept.max(initial=0.0) / 2, 0.5, _HIGHEST))


def settle(page: NDArray[np.float32], remove: NDArray[np.float32], comments: bool = False) -> NDArray[np.float32]:
    """``remove`` with the lines decided that need no weighing."""

    def column(name: str) -> NDArray[np.float32]:
        return page[:, COLUMN[name]]

    said = column("in_comments") > 0
    foot = (column("in_footer") > 0) & (column("in_article") == 0)
    score = np.where(said | foot | (column("in_dialog") > 0), np.maximum(remove, PROOF), remove)
    if comments:
        spoken = said & (column("words") >= _COMMENT_WORDS) & (column("link_density") < 0.5)
        score = np.where(spoken, np.minimum(score, 1 - PROOF), score)
    return score.astype(np.float32)
