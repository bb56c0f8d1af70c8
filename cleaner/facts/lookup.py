"""Look up what the corpus says of the lines of a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.facts.asked import MAX_LINES, Asked
from cleaner.facts.copies import compared
from cleaner.facts.emit import TOP_LINES, own_headlines
from cleaner.facts.keys import Keys, document_key, mix
from cleaner.facts.words import WordKeys
from cleaner.model import Document, LineFacts, Span
from cleaner.similar.ragged import ranges
from cleaner.text.lines import line_spans

FEW_WORDS = 3
"""Distinctive words below which a line's share of corroborated ones is damped."""


_OF_COPIES = ("held", "added", "held_elsewhere", "added_elsewhere")


@dataclass(frozen=True, slots=True)
class _Counts:
    """Sorted keys and their counts."""

    keys: Keys
    counts: NDArray[np.int32]

    def get(self, keys: Keys, missing: int) -> NDArray[np.int32]:
        """The count of each key, ``missing`` where there is none."""
        if len(self.keys) == 0 or len(keys) == 0:
            return np.full(len(keys), missing, np.int32)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.counts[at], missing).astype(np.int32)


EXACT_ARTICLES = 16
"""Articles of an outlet up to which all of its counts are exact."""

EXACT = 8
"""Smaller counts are exact everywhere. Larger ones matter by their order of magnitude, and change it seldom: so the facts
of old documents stand while a corpus grows, but for one doubling now and then. With 4, and a judge trained
with that, 100 new documents change what is said of 900 of 16,000 instead of 1,600, and the out-of-fold figures are the same; but a
teaser of the sample corpus stays in its article."""


def rounded(counts: NDArray[np.int32], exact: int = EXACT) -> NDArray[np.int32]:
    """``counts``, those above ``exact`` as the nearest power of two."""
    large = counts > exact
    near = np.rint(np.log2(np.where(large, counts, 1)))
    return np.where(large, np.exp2(near), counts).astype(np.int32)


def shares(counts: NDArray[np.int32], known: NDArray[np.int32]) -> NDArray[np.int32]:
    """How many of an outlet's articles hold something, of the rounded number of its articles ``known``: larger counts
    by their share, as the nearest power of a half."""
    large = (counts > EXACT) & (known > EXACT_ARTICLES)
    share = np.exp2(np.rint(np.log2(np.where(large, counts, 1) / np.where(large, known, 1))))
    return np.where(large, np.maximum(share * rounded(known, EXACT_ARTICLES), EXACT), counts).astype(np.int32)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the corpus says: by document, then by line."""

    of_outlet: NDArray[np.int32]
    articles: NDArray[np.int32]
    folded: NDArray[np.int32]
    slot: NDArray[np.int32]
    outlets: NDArray[np.int32]
    heads: NDArray[np.int32]
    openings: NDArray[np.int32]


class CorpusFacts:
    """The facts of a corpus, read-only. Opening maps the files; it reads nothing."""

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        self._arrays = arrays
        self._counts = {
            name: _Counts(arrays[f"{name}.keys"], arrays[f"{name}.counts"])
            for name in ("lines", "folded", "headlines", "slots", "outlets", "articles")
        } if arrays else {}  # fmt: skip

    @classmethod
    def open(cls, directory: Path) -> CorpusFacts:
        """The facts that ``reduce`` wrote into ``directory``."""
        return cls(
            {
                path.name.removesuffix(".npy"): np.load(path, mmap_mode="r").view(np.ndarray)
                for path in directory.glob("*.npy")
            }
        )

    @classmethod
    def empty(cls) -> CorpusFacts:
        """Facts of no corpus: every document stands alone."""
        return cls({})

    def for_documents(self, documents: Sequence[Document], asked: Asked | None = None) -> list[LineFacts]:
        """What the corpus says of each line of each document; a document need not be of the corpus. ``asked`` are
        their keys, where they are at hand."""
        spans = [line_spans(document.text) for document in documents]
        if not self._counts:
            return [LineFacts.empty(len(each)) for each in spans]
        asked = asked or Asked.of(documents)
        said = self._said(asked)
        ends = np.cumsum(asked.size)
        out = []
        for i, document in enumerate(documents):
            if not spans[i]:
                out.append(LineFacts.empty(0))
                continue
            here = slice(int(ends[i] - asked.size[i]), int(ends[i]))
            counted = spans[i][:MAX_LINES]
            others = self._others(int(asked.document[i]))
            heads = [(asked.plain[here], said.heads[here]), (asked.opening[here], said.openings[here])]
            opens = self._opens(heads, document, counted, others)
            facts = LineFacts(
                articles=said.articles[here],
                folded=said.folded[here],
                outlets=said.outlets[here],
                slot=said.slot[here],
                headline=_headed(opens, document.text, counted),
                opens=opens,
                corroborated=self._corroborated(document, counted, others),
                **self._copies(int(asked.document[i]), asked.folded[here], counted),
                outlet_articles=int(said.of_outlet[i]),
                stories=len(others),
                story=self._story(int(asked.document[i])),
            )
            out.append(facts if len(spans[i]) <= MAX_LINES else _padded(facts, len(spans[i])))
        return out

    def digests(self, asked: Asked) -> Keys:
        """A digest of what the corpus says of each document; as long as it is the same, so are its facts."""
        if not self._counts:
            return np.zeros(len(asked.document), np.int64)
        said = self._said(asked)
        out = mix(asked.document, said.of_outlet)
        heads = np.zeros(len(out), np.int64)
        live = np.flatnonzero(asked.size)
        if len(live):
            begin = (np.cumsum(asked.size) - asked.size)[live]
            place = np.arange(len(asked.plain), dtype=np.int64)
            place -= np.repeat(begin, asked.size[live])
            line = mix(place, said.articles, said.folded, said.outlets, said.slot, said.heads, said.openings)
            out[live] = mix(out[live], np.add.reduceat(line, begin))
            heads[live] = np.add.reduceat(np.minimum(said.heads + said.openings, 1).astype(np.int64), begin)
        return mix(out, self._story_digests(asked.document, heads > 0)) if len(out) else out

    def _said(self, asked: Asked) -> _Said:
        get = self._counts
        of_outlet = get["articles"].get(mix(asked.outlet), 1)
        known = np.repeat(of_outlet, asked.size)
        outlet = np.repeat(asked.outlet, asked.size)
        anywhere = mix(asked.plain)
        return _Said(
            rounded(of_outlet, EXACT_ARTICLES),
            shares(get["lines"].get(mix(outlet, asked.plain), 1), known),
            shares(get["folded"].get(mix(outlet, asked.folded), 1), known),
            shares(get["slots"].get(mix(outlet, *asked.neighbours()), 0), known),
            rounded(get["outlets"].get(anywhere, 1)),
            rounded(get["headlines"].get(anywhere, 0)),
            rounded(get["headlines"].get(mix(asked.opening), 0)),
        )

    def _story_digests(self, documents: Keys, headed: NDArray[np.bool_]) -> Keys:
        """Of whom each document's story is shared with, what it is called, which copies it has, and, where that matters,
        what opens it. The words and lines of a document never change."""
        own = np.arange(len(documents))
        rows, others = self._listed("stories.documents", "stories.others", documents)
        out = _summed(len(documents), rows, mix(others))
        rows_of_label, labels = self._listed("stories.labelled", "stories.labels", documents)
        out = mix(out, _summed(len(documents), rows_of_label, mix(labels, 1)))
        copied, copies = self._listed("copies.documents", "copies.others", documents)
        out = mix(out, _summed(len(documents), copied, mix(copies, 3)))
        rows, whose = np.concatenate((own, rows)), np.concatenate((documents, others))
        keep = headed[rows]
        rows, whose = rows[keep], whose[keep]
        opened, titles = self._listed("stories.titled", "stories.titles", whose)
        openings = _summed(len(whose), opened, mix(titles, 2))
        return mix(out, _summed(len(documents), rows, mix(whose, openings)))

    def _listed(self, keys: str, values: str, asked: Keys) -> tuple[Keys, Keys]:
        """All values listed under the keys that are asked for: which of ``asked`` each is for, and the values."""
        listed = self._arrays[keys]
        low, high = np.searchsorted(listed, asked, "left"), np.searchsorted(listed, asked, "right")
        return np.repeat(np.arange(len(asked)), high - low), self._arrays[values][ranges(low, high - low)]

    def _opens(
        self, found: Sequence[tuple[Keys, NDArray[np.int32]]], document: Document, spans: Sequence[Span], others: Keys
    ) -> NDArray[np.int32]:
        """Articles of other stories that each line opens, by its keys and what the corpus says of them."""
        if not any(counts.any() for _, counts in found):
            return np.zeros(len(spans), np.int32)
        own = self._own_headlines(document, spans, found[1][0], others)
        opens = np.zeros(len(spans), np.int32)
        for keys, counts in found:
            for i in np.flatnonzero(counts).tolist():
                if int(keys[i]) not in own:
                    opens[i] = max(opens[i], counts[i])
        return opens

    def _copies(self, document: int, lines: Keys, spans: Sequence[Span]) -> dict[str, NDArray[np.float32]]:
        """What other copies of the article say of each line, as ``compared`` does: those of its outlet, and the rest."""
        rows = slice(*_range(self._arrays["copies.documents"], document))
        if rows.start == rows.stop:
            neutral = LineFacts.empty(len(spans))
            return {name: getattr(neutral, name) for name in _OF_COPIES}
        own, others = self._arrays["copies.own"][rows], self._arrays["copies.others"][rows]
        holders, held, after = (self._arrays[f"copies.{name}"] for name in ("holders", "lines", "after"))
        length = np.array([end - start for start, end in spans], np.int64)
        out = {}
        for which, where in ((1, ""), (0, "_elsewhere")):
            copies = [slice(*_range(holders, other)) for other in others[own == which].tolist()]
            told = compared(lines, length, [(held[copy], after[copy]) for copy in copies])
            out["held" + where], out["added" + where] = told
        return out

    def _others(self, document: int) -> Keys:
        """Keys of the same-story documents of other outlets."""
        return np.asarray(self._arrays["stories.others"][slice(*_range(self._arrays["stories.documents"], document))])

    def _story(self, document: int) -> int:
        """The key that this document's story has everywhere; 0 where no other outlet tells it."""
        low, high = _range(self._arrays["stories.labelled"], document)
        return int(self._arrays["stories.labels"][low]) if high > low else 0

    def _titles(self, document: int) -> Keys:
        """Keys of what opens the document's story, in its copies and elsewhere."""
        return np.asarray(self._arrays["stories.titles"][slice(*_range(self._arrays["stories.titled"], document))])

    def _own_headlines(self, document: Document, spans: Sequence[Span], openings: Keys, others: Keys) -> set[int]:
        """Keys of what opens this story: here, in copies of the article, and at the other outlets."""
        own = {0, *own_headlines(document, spans, openings[:TOP_LINES])}
        for other in (document_key(document), *others.tolist()):
            own.update(self._titles(other).tolist())
        return own

    def _corroborated(self, document: Document, spans: Sequence[Span], others: Keys) -> NDArray[np.float32]:
        """The share of each line's distinctive words that same-story documents hold; -1 where there are none."""
        if len(others) == 0:
            return np.full(len(spans), -1, np.float32)
        holders, words = self._arrays["stories.holders"], self._arrays["stories.words"]
        told: set[int] = set()
        for other in others:
            told.update(words[slice(*_range(holders, int(other)))].tolist())
        shares = np.zeros(len(spans), np.float32)
        keys = WordKeys()
        for i, (start, end) in enumerate(spans):
            mine = keys.of(document.text[start:end])
            shares[i] = len(mine & told) / max(len(mine), FEW_WORDS)
        return shares


def _headed(found: NDArray[np.int32], text: str, spans: Sequence[Span]) -> NDArray[np.int32]:
    """``found`` for lines without a stop at their end, and for the line right under such a one.

    A whole sentence that also begins another article is quoted or syndicated more often than it is a teaser; one that
    stands under the other article's headline is its teaser.
    """
    hit = np.flatnonzero(found)
    if not len(hit):
        return found
    heads = {i for i in hit.tolist() if not _stops(text[slice(*spans[i])])}
    out = np.zeros_like(found)
    kept = [i for i in hit.tolist() if i in heads or i - 1 in heads]
    out[kept] = found[kept]
    return out


def _stops(line: str) -> bool:
    """Whether a line ends as a sentence does; one that is cut off does not."""
    return line.rstrip("\"'”’»)").endswith((".", "!", ";", ",")) and not line.endswith("...")


def _summed(n: int, rows: Keys, values: Keys) -> Keys:
    """(n,) for each row the sum of its values, whatever their order."""
    out = np.zeros(n, np.int64)
    np.add.at(out, rows, values)
    return out


def _range(keys: Keys, key: int) -> tuple[int, int]:
    """Where ``key`` stands in sorted ``keys``."""
    return int(np.searchsorted(keys, key, "left")), int(np.searchsorted(keys, key, "right"))


def _padded(facts: LineFacts, lines: int) -> LineFacts:
    """``facts`` with neutral values for the lines past ``MAX_LINES``."""
    neutral = LineFacts.empty(lines - len(facts.articles))
    joined: dict[str, Any] = {n: np.concatenate([getattr(facts, n), getattr(neutral, n)]) for n in LineFacts.of_lines()}
    return replace(facts, **joined)
