"""Map: what each document tells the corpus, as Arrow tables of integers. One call a shard, pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cleaner.facts.asked import MAX_LINES, Asked, flat
from cleaner.facts.keys import Keys, hash64, normal_line
from cleaner.facts.words import ToldWords
from cleaner.model import Document, Span
from cleaner.text.lines import line_spans

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = ("documents", "lines", "headlines", "words")

LONG_LINE = 60
"""Code points from which a line tells one article from another; shorter ones are mostly furniture."""

HEADLINE_WORDS = (4, 40)
"""Fewest and most words of a line that is taken for a headline."""

TOP_LINES = 3
"""First lines of a document whose beginnings open its story: a teaser elsewhere repeats them, often cut off."""


def emit(documents: Sequence[Document], asked: Asked | None = None) -> dict[str, pa.Table]:
    """The tables of ``TABLES`` for ``documents``, whose keys are ``asked`` where they are at hand. All columns int64:

    - documents: outlet, document
    - lines: outlet, document, line, folded, before, after, weight; one row a distinct line of a document;
      ``before`` and ``after`` are the folded keys of its neighbours (0 at the ends), ``weight`` its code points
      where it helps to tell articles apart, else 0
    - headlines: outlet, document, line: the keys of ``own_headlines``
    - words: outlet, document, word
    """
    import pyarrow as pa

    told = ToldWords()
    asked = asked or Asked.of(documents)
    who = np.stack([asked.outlet, asked.document], axis=1)
    before, after = asked.neighbours()
    ends = np.cumsum(asked.size).tolist()
    lines: list[Keys] = []
    titles: list[list[int]] = []
    words: list[list[int]] = []
    for document, end in zip(documents, ends, strict=True):
        spans = line_spans(document.text)[:MAX_LINES]
        here = slice(end - len(spans), end)
        lines.append(_lines(spans, asked.plain[here], asked.folded[here], before[here], after[here]))
        titles.append(own_headlines(document, spans, asked.opening[here][:TOP_LINES]))
        words.append(told.of(document.text))
    counted = np.concatenate(lines) if lines else np.zeros((0, 5), np.int64)
    columns: dict[str, tuple[list[int], dict[str, Keys]]] = {
        "documents": ([1] * len(documents), {}),
        "lines": (
            list(map(len, lines)),
            dict(zip(("line", "folded", "before", "after", "weight"), counted.T, strict=True)),
        ),
        "headlines": (list(map(len, titles)), {"line": flat(titles)}),
        "words": (list(map(len, words)), {"word": flat(words)}),
    }
    tables = {}
    for name, (rows, values) in columns.items():
        outlets, keys = np.repeat(who, np.array(rows, np.int64), axis=0).T
        arrays = {"outlet": outlets, "document": keys, **values}
        tables[name] = pa.table({header: pa.array(np.ascontiguousarray(v)) for header, v in arrays.items()})
    return tables


def headlines(document: Document, spans: Sequence[Span]) -> list[str]:
    """The title and the first line in counting form, where they look like headlines; one or two, distinct."""
    low, high = HEADLINE_WORDS
    first = document.text[spans[0][0] : spans[0][1]] if spans else ""
    if first.rstrip("\"'”’»)").endswith((".", "!", "…", ":", ";", ",")):
        first = ""  # a sentence: lists of sentences begin with one, and others quote it
    forms = {normal_line(t) for t in (document.title or "", first)}
    return sorted(f for f in forms if low <= f.count(" ") + 1 <= high)


def own_headlines(document: Document, spans: Sequence[Span], openings: Keys) -> list[int]:
    """Keys of what opens this document's story: its headlines, and how its first lines begin (``openings``)."""
    titles = headlines(document, spans)
    if not titles:
        return []  # no headline, no article: a list of sentences, say
    return sorted({hash64(title) for title in titles} | (set(openings.tolist()) - {0}))


def _lines(spans: Sequence[Span], plain: Keys, folded: Keys, before: Keys, after: Keys) -> Keys:
    """Columns line, folded, before, after, weight of the distinct lines."""
    lengths = np.array([end - start for start, end in spans], np.int64)
    weight = np.where(lengths >= LONG_LINE, lengths, 0)
    if weight.sum() < 4 * LONG_LINE:
        weight = lengths
    table = np.stack([plain, folded, before, after, weight], axis=1)
    _, first = np.unique(plain, return_index=True)
    return table[np.sort(first)]
