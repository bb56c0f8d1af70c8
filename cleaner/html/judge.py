"""The judge of lines, for pages: its scores, settled where the markup alone is proof."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cleaner.html.names import COLUMN
from cleaner.judge.context import inside
from cleaner.judge.evidence import GROUPS
from cleaner.judge.features import line_features
from cleaner.judge.model import Judge, Verdicts, _files
from cleaner.judge.store import FOLDER
from cleaner.judge.trees import probability
from cleaner.model import Document, LineFacts

PROOF = 0.97
"""Score of a line that stands where no article does: none of the 138,000 words of the development pages that stand
in dialogs, readers' comments, or page footers outside an article were content."""
_WEIGHED_WORDS = 8
"""From this many words on a line's kinds of evidence are weighed one by one. Most lines of a page are shorter and outside
the article: there the markup is the evidence."""
_COMMENT_WORDS = 4
"""Shorter lines of a comment are its buttons and dates."""


class PageJudge(Judge):
    """A judge that knows what dialogs, page footers and readers' comments are. Documents need their ``page`` array."""

    comments = False
    """Keep what readers wrote below the article."""

    @classmethod
    def for_pages(cls, name: str, comments: bool) -> PageJudge:
        """The judge in ``name``.npz; ``comments`` keeps what readers wrote below the article."""
        judge = cls(*_files(name, FOLDER))
        judge.comments = comments
        return judge

    def score(self, documents: Sequence[Document], facts: Sequence[LineFacts | None] | None = None) -> list[Verdicts]:
        """Verdicts on every line, one entry a document."""
        found = super().score(documents, facts)
        return [
            v if d.page is None else replace(v, remove=settle(d.page, v.remove, self.comments))
            for d, v in zip(documents, found, strict=True)
        ]

    def _score(self, documents: Sequence[Document], facts: Sequence[LineFacts | None] | None) -> list[Verdicts]:
        features = line_features(documents, facts, self._tables)
        own = features.values[:, self.first.columns(features.names)]
        odds = self.first.log_odds(own)
        remove = probability(odds)
        words = np.expm1(features.values[:, features.names.index("words")])
        evidence = np.zeros((len(odds), len(GROUPS)), np.float32)
        evidence[:, GROUPS.index("page")] = np.maximum(odds, 0)
        weighed = np.flatnonzero((remove >= self._dial[1].min()) & (words >= _WEIGHED_WORDS))
        evidence[weighed] = self._evidence(own[weighed], odds[weighed])
        within = inside(remove, words, features.first)
        return [
            Verdicts(features.start[a:b], features.end[a:b], remove[a:b], within[a:b], evidence[a:b])
            for a, b in itertools.pairwise(features.first.tolist())
        ]


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
