"""What is asked of the corpus about some documents: the keys of their lines. Made of the texts alone, once."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from cleaner.facts.keys import MAX_KEYED, Keys, document_key, hash64, line_keys, normal_lines, outlet_key
from cleaner.model import Document, Span
from cleaner.text.lines import line_spans

_DOT = "\u0307"
"""Stands in the lower case of "İ", the one character that becomes two."""

OPENING_WORDS = 8
"""Words by which the opening of a line is known."""

MAX_LINES = 20_000
"""Lines of a document that are counted, from its beginning."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Keys of n documents with m lines together (of each the first ``MAX_LINES``); all int64."""

    document: Keys
    outlet: Keys
    size: Keys
    """(n,) lines."""
    plain: Keys
    """(m,) the lines; so are those below."""
    folded: Keys
    """With every run of digits taken as one."""
    opening: Keys
    """How each begins."""

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Asked:
        """The keys of ``documents``."""
        spans = [line_spans(document.text)[:MAX_LINES] for document in documents]
        plain, folded, openings = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], []
        for document, each in zip(documents, spans, strict=True):
            lines = normal_lines(document.text, each)
            keys = line_keys(document.text, each, lines)
            plain.append(keys[0])
            folded.append(keys[1])
            openings.append([opening_key(document.text, span, line) for span, line in zip(each, lines, strict=True)])
        return cls(
            document=np.array([document_key(document) for document in documents], np.int64),
            outlet=np.array([outlet_key(document.source) for document in documents], np.int64),
            size=np.array(list(map(len, spans)), np.int64),
            plain=np.concatenate(plain),
            folded=np.concatenate(folded),
            opening=flat(openings),
        )

    def arrays(self) -> dict[str, Keys]:
        """The fields by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def take(self, documents: NDArray[np.bool_]) -> Asked:
        """Those of the documents."""
        lines = np.repeat(documents, self.size)
        return Asked(
            self.document[documents], self.outlet[documents], self.size[documents],
            self.plain[lines], self.folded[lines], self.opening[lines],
        )  # fmt: skip

    def neighbours(self) -> tuple[Keys, Keys]:
        """The folded keys before and after each line, 0 at the ends of a document."""
        ends = np.cumsum(self.size)
        live = self.size > 0
        before, after = np.roll(self.folded, 1), np.roll(self.folded, -1)
        before[(ends - self.size)[live]] = 0
        after[ends[live] - 1] = 0
        return before, after


def opening_key(text: str, span: Span, normal: str) -> int:
    """Key of the first words of a line, 0 where it has too few to be known by them. ``normal`` is its normal form."""
    start, end = span
    reach = 40 * OPENING_WORDS
    if len(normal) == min(end - start, MAX_KEYED) and _DOT not in normal:  # each character is where it was
        words = normal[: min(end - start, reach)].rstrip(" ").split(" ", OPENING_WORDS + 2)
    else:
        words = text[start : min(end, start + reach)].lower().split()
    return hash64("opening\0" + " ".join(words[:OPENING_WORDS])) if len(words) >= OPENING_WORDS + 2 else 0


def flat(lists: Sequence[Sequence[int]]) -> Keys:
    """All keys of all lists, int64."""
    return np.fromiter(itertools.chain.from_iterable(lists), np.int64)
