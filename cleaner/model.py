"""The words of the project: what flows through it, frozen and without behaviour.

Every offset is a Unicode code point into ``Document.text``; every span is half-open, ``[start, end)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

import numpy as np

Span = tuple[int, int]

KEPT_BY = "kept_by"
"""Key in the evidence of a finding that a rule of the user overruled: the rule's name."""


@dataclass(frozen=True, slots=True)
class Document:
    """One source text, to the last character, and what is known about it."""

    id: str
    text: str
    source: str = ""
    """The outlet that published it."""
    kind: str = "text"
    """``text``, or ``html`` when ``text`` is the candidate text of a page, one block a line."""
    path: str = ""
    """Where it was read: the file, relative to the input; ``file:line`` for a record of a file."""
    byte: int | None = None
    """Offset of the record's first byte in the decompressed file, where known."""
    url: str | None = None
    title: str | None = None
    lang: str | None = None
    """ISO 639-1 code, ``None`` while unknown."""
    created: str | None = None
    """ISO 8601 date of publication as the input states it, never a clock."""
    added: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    page: np.ndarray | None = None
    """HTML only: float32 (lines of ``text``, page features), the evidence of the markup for each line."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A span that is not part of the clean text, and why."""

    start: int
    end: int
    stage: str
    """``chrome``, ``offtopic``, ``language``, ``dedup``, or a plug-in's name."""
    reason: str
    """A stable kebab-case code, see ``cleaner.reasons``."""
    score: float
    """How sure, 0 to 1."""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def applies(self) -> bool:
        """Whether the span goes; not where a rule of the user keeps it."""
        return KEPT_BY not in self.evidence


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not become a document: it is written, never dropped."""

    source: str
    """The file (or URL) that held it."""
    line: int | None
    """1-based line or record number inside ``source``."""
    byte: int | None
    """Offset of the record's first byte in the (decompressed) file, where known."""
    id: str | None
    code: str
    """A key of ``cleaner.errors.REJECT_CODES``."""
    message: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A kept sentence, as the deduplicator sees it."""

    start: int
    end: int
    line: int
    """0-based number of the source line it stands in."""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What the corpus says of each line of one document (the lines of ``cleaner.text.lines.line_spans``).

    Large counts are rounded, see ``cleaner.facts.lookup``.
    """

    articles: np.ndarray
    """int32: distinct articles of this outlet that hold the line; 1 when only this one."""
    folded: np.ndarray
    """int32: the same with every run of digits taken as one."""
    outlets: np.ndarray
    """int32: outlets that hold the line, at least 1."""
    headline: np.ndarray
    """int32: articles of other stories, of any outlet, that this line opens: it is their headline, or begins as one of
    their first lines does."""
    opens: np.ndarray
    """int32: the same for whole sentences too, which may as well be quoted."""
    slot: np.ndarray
    """int32: articles in which the same two template lines enclose a line that changes; 0 where there is none."""
    corroborated: np.ndarray
    """float32: share of the line's distinctive words that same-story documents of other outlets hold; -1 without."""
    held: np.ndarray
    """float32: share of the outlet's other copies of the article that hold the line, of those that reach so far; -1 without."""
    added: np.ndarray
    """float32: share of these copies in which the lines around this one follow each other without it."""
    held_elsewhere: np.ndarray
    """float32: as ``held``, of the copies of other outlets."""
    added_elsewhere: np.ndarray
    """float32: as ``added``, of the copies of other outlets, which also cut articles to length."""
    outlet_articles: int = 1
    """Distinct articles of this outlet in the corpus."""
    stories: int = 0
    """Documents of other outlets that tell the same story."""
    story: int = 0
    """Key that documents of one story share; 0 where no other tells it."""

    @classmethod
    def of_lines(cls) -> tuple[str, ...]:
        """Names of the fields that hold one value a line."""
        return tuple(f.name for f in fields(cls) if f.default is MISSING)

    @classmethod
    def empty(cls, lines: int) -> LineFacts:
        """The facts of a document that stands alone."""
        ones = np.ones(lines, np.int32)
        zeros = np.zeros(lines, np.int32)
        none, never = np.full(lines, -1, np.float32), np.zeros(lines, np.float32)
        return cls(ones, ones, ones, zeros, zeros, zeros, none, none, never, none, never)
