"""Paragraphs in another language than the document's: translations, notices, leftovers of other editions."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from cleaner.model import Document, LineFacts, Removal
from cleaner.similar.lexicons import stop_words
from cleaner.text.language import detect, quick
from cleaner.text.lines import line_spans

MIN_CHARACTERS = 80
"""Shorter lines are names and quotes, whose language nobody can tell."""

CONFIDENCE = 0.85
"""Confidence from which a paragraph is foreign."""


SAMPLE = 600
"""Code points of a paragraph that are looked at."""

GLANCE = 240
"""Code points that tell whether a closer look is worth it: on 8,847 paragraphs the same answer as on ``SAMPLE``, at 40 %
of the time."""

LIKELY = 0.4
"""Confidence of the first look from which there is a second: below it are listings and names, and none was foreign."""

SMALL_WORDS = (25, 4)
"""How many of a document's most widespread words, and of how many letters at most, tell its own paragraphs."""

FAMILIAR = 0.22
"""Share of such words from which a paragraph is in the document's language. Even close languages share less."""


ENGLISH = 0.12
"""Share of English stop words from which a paragraph of an English document is English, those aside that are frequent words
elsewhere, too: of 11,449 such paragraphs more than nine in ten have it, of 1,280 in German, Spanish and French one, which mixes
two languages; the others have a quarter of it at most."""
ELSEWHERE = "a also am an as at by do for had has he her i in is man me no of on over so under was we"
"""Words of German, Dutch, the Scandinavian and the Romance languages that are spelt as English ones."""


class LanguageStage:
    """Removes foreign paragraphs of documents whose language is known and which are mostly in it."""

    name = "language"
    needs: frozenset[str] = frozenset()
    alone = True

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


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    return stop_words() - set(ELSEWHERE.split())


def _small_words(paragraphs: Sequence[Sequence[str]]) -> frozenset[str]:
    """The short words that stand in most of the paragraphs; none where there are too few to tell."""
    if len(paragraphs) < 4:
        return frozenset()
    number, letters = SMALL_WORDS
    every = Counter(itertools.chain.from_iterable(map(set, paragraphs)))
    counts = {word: count for word, count in every.items() if len(word) <= letters and word.isalpha()}
    widest = sorted(counts, key=lambda word: (-counts[word], word))[:number]
    return frozenset(word for word in widest if 2 * counts[word] >= min(len(paragraphs), 6))


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
    spans = [(s, e) for s, e in line_spans(document.text) if e - s >= MIN_CHARACTERS]
    tokens = [document.text[s : min(e, s + SAMPLE)].lower().split() for s, e in spans]
    small, share = (_english(), ENGLISH) if document.lang == "en" else (_small_words(tokens), FAMILIAR)
    for (start, end), words in zip(spans, tokens, strict=True):
        known += end - start
        if sum(map(small.__contains__, words)) >= share * len(words):
            continue
        first, likely = quick(document.text[start : min(end, start + GLANCE)])
        if first in (None, document.lang) or likely < LIKELY:
            continue
        lang, confidence = detect(document.text[start : min(end, start + SAMPLE)])
        if lang is not None and lang == first and confidence >= CONFIDENCE:
            foreign += end - start
            out.append(Paragraph(start, end, lang, confidence))
    return out if 2 * foreign < known else []
