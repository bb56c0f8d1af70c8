"""Paragraphs in another language than the document's: translations, notices, leftovers of other editions."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.model import Document, LineFacts, Removal
from cleaner.text.language import detect, quick
from cleaner.text.lines import line_spans

MIN_CHARACTERS = 80
"""Shorter lines are names and quotes, whose language nobody can tell."""

CONFIDENCE = 0.85
"""Confidence from which a paragraph is foreign."""


class LanguageStage:
    """Removes foreign paragraphs of documents whose language is known and which are mostly in it."""

    name = "language"
    needs: frozenset[str] = frozenset()

    def find(self, documents: Sequence[Document], facts: Sequence[LineFacts]) -> list[list[Removal]]:
        """One removal a foreign paragraph; ``score`` is the confidence in its language."""
        return [
            [
                Removal(p.start, p.end, "language", "foreign-language", round(p.confidence, 4),
                        {"by": "language", "lang": p.lang, "document": document.lang})
                for p in foreign_paragraphs(document)
            ]
            for document in documents
        ]  # fmt: skip


class Paragraph:
    """A foreign paragraph: span, language and confidence."""

    __slots__ = ("confidence", "end", "lang", "start")

    def __init__(self, start: int, end: int, lang: str, confidence: float) -> None:
        self.start, self.end, self.lang, self.confidence = start, end, lang, confidence


def foreign_paragraphs(document: Document) -> list[Paragraph]:
    """Paragraphs in another language than ``document.lang``; none where that is unknown or where they outweigh
    the rest (then the document's language is in doubt, not theirs)."""
    if document.lang is None:
        return []
    out: list[Paragraph] = []
    foreign = known = 0
    for start, end in line_spans(document.text):
        if end - start < MIN_CHARACTERS:
            continue
        line = document.text[start:end]
        known += end - start
        if quick(line)[0] in (None, document.lang):
            continue
        lang, confidence = detect(line)
        if lang is not None and lang != document.lang and confidence >= CONFIDENCE:
            foreign += end - start
            out.append(Paragraph(start, end, lang, confidence))
    return out if 2 * foreign < known else []
