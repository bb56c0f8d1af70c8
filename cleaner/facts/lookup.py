"""Look up what the corpus says of the lines of a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.facts.emit import MAX_LINES, flat, opening_key, own_headlines
from cleaner.facts.keys import Keys, document_key, line_keys, mix, outlet_key
from cleaner.facts.words import WordKeys
from cleaner.model import Document, LineFacts, Span
from cleaner.text.lines import line_spans

FEW_WORDS = 3
"""Distinctive words below which a line's share of corroborated ones is damped."""


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

    def for_documents(self, documents: Sequence[Document]) -> list[LineFacts]:
        """What the corpus says of each line of each document; a document need not be of the corpus."""
        spans = [line_spans(document.text) for document in documents]
        if not self._counts:
            return [LineFacts.empty(len(each)) for each in spans]
        counted = [each[:MAX_LINES] for each in spans]
        sizes = np.array(list(map(len, counted)), np.int64)
        ends = np.cumsum(sizes)
        outlets = np.array([outlet_key(document.source) for document in documents], np.int64)
        outlet = np.repeat(outlets, sizes)
        keys = [line_keys(d.text, each) for d, each in zip(documents, counted, strict=True)]
        plain, folded = (np.concatenate([np.zeros(0, np.int64), *(k[i] for k in keys)]) for i in range(2))
        live = sizes > 0
        before, after = np.roll(folded, 1), np.roll(folded, -1)
        before[(ends - sizes)[live]] = 0
        after[ends[live] - 1] = 0
        openings = flat(
            [[opening_key(d.text, span) for span in each] for d, each in zip(documents, counted, strict=True)]
        )
        get = self._counts
        columns = {
            "articles": get["lines"].get(mix(outlet, plain), 1),
            "folded": get["folded"].get(mix(outlet, folded), 1),
            "outlets": get["outlets"].get(mix(plain), 1),
            "slot": get["slots"].get(mix(outlet, before, after), 0),
        }
        heads = get["headlines"].get(mix(plain), 0), get["headlines"].get(mix(openings), 0)
        of_outlet = get["articles"].get(mix(outlets), 1)
        out = []
        for i, document in enumerate(documents):
            if not spans[i]:
                out.append(LineFacts.empty(0))
                continue
            here = slice(int(ends[i] - sizes[i]), int(ends[i]))
            others = self._others(document)
            facts = LineFacts(
                headline=self._headline(
                    [(plain[here], heads[0][here]), (openings[here], heads[1][here])], document, counted[i], others
                ),
                corroborated=self._corroborated(document, counted[i], others),
                outlet_articles=int(of_outlet[i]),
                stories=len(others),
                story=self._story(document),
                **{name: column[here] for name, column in columns.items()},
            )
            out.append(facts if len(spans[i]) <= MAX_LINES else _padded(facts, len(spans[i])))
        return out

    def _headline(
        self, found: Sequence[tuple[Keys, NDArray[np.int32]]], document: Document, spans: Sequence[Span], others: Keys
    ) -> NDArray[np.int32]:
        """Articles of other stories that each line opens, by its keys and what the corpus says of them."""
        if not any(counts.any() for _, counts in found):
            return np.zeros(len(spans), np.int32)
        own = self._own_headlines(document, spans, others)
        headed = np.zeros(len(spans), np.int32)
        for keys, counts in found:
            for i in np.flatnonzero(counts).tolist():
                if int(keys[i]) not in own:
                    headed[i] = max(headed[i], counts[i])
        return _headed(headed, document.text, spans)

    def _others(self, document: Document) -> Keys:
        """Keys of the same-story documents of other outlets."""
        who = self._arrays["stories.documents"]
        key = document_key(document)
        return np.asarray(self._arrays["stories.others"][slice(*_range(who, key))])

    def _story(self, document: Document) -> int:
        """The key that this document's story has everywhere; 0 where no other outlet tells it."""
        low, high = _range(self._arrays["stories.labelled"], document_key(document))
        return int(self._arrays["stories.labels"][low]) if high > low else 0

    def _own_headlines(self, document: Document, spans: Sequence[Span], others: Keys) -> set[int]:
        """Keys of what opens this story: here, in copies of the article, and at the other outlets."""
        own = {0, *own_headlines(document, spans)}
        titled, titles = self._arrays["stories.titled"], self._arrays["stories.titles"]
        for other in (document_key(document), *others):
            own.update(titles[slice(*_range(titled, int(other)))].tolist())
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


def _range(keys: Keys, key: int) -> tuple[int, int]:
    """Where ``key`` stands in sorted ``keys``."""
    return int(np.searchsorted(keys, key, "left")), int(np.searchsorted(keys, key, "right"))


def _padded(facts: LineFacts, lines: int) -> LineFacts:
    """``facts`` with neutral values for the lines past ``MAX_LINES``."""
    neutral = LineFacts.empty(lines - len(facts.articles))
    names = ("articles", "folded", "outlets", "headline", "slot", "corroborated")
    joined: dict[str, Any] = {n: np.concatenate([getattr(facts, n), getattr(neutral, n)]) for n in names}
    return replace(facts, **joined)
