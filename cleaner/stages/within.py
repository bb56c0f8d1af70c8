"""Sentences within a line: a plea or a link that a certain pattern knows, between sentences of the article.

Scrapes join what stood in lines of its own: "... the minister said. Sign up for our newsletter." The line is then content
with a leftover in it, and only the leftover may go.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cleaner.model import Span
from cleaner.rules.load import RuleSet, options
from cleaner.text.sentences import sentence_spans

LEAST_CHARACTERS = 80
"""Shorter lines are furniture or content as a whole."""

PROSE_WORDS = 8
"""Words from which a sentence, or a line that ends as one, is prose."""

LINK_WORDS = 16
"""Words up to which a link that ends in a full stop is believed: a longer one has run into the sentence behind it."""

_OPENS = (
    "read|also read|see also|related|watch|click|share|follow|sign|subscribe|join|donate|support|help|advertis|leave|log in|register|"
    "enter|use the|learn|want|get the|photo|lesen|abonn|spende|unterst|werden|lire|inscri|lea|suscr|leggi|leia|lees"
)
_HOLDS = "newsletter|affiliate|commission|rights reserved|©|cookies?|donations?|subscri|whatsapp|telegram|inbox|paywall|through (?:our|my) links"
"""A sentence that a certain pattern hits nearly always opens with one of the first or holds one of the second: other lines
are not taken apart."""


@functools.cache
def _cue() -> Any:
    import re2

    chosen = options()
    chosen.case_sensitive = False
    return re2.compile(rf"[.!?…\"”»):]\s+[>\[(*\s]*(?:{_OPENS})|(?:^|[^\pL])(?:{_HOLDS})", chosen)


def hits_within(
    text: str, spans: Sequence[Span], whole: Mapping[int, int], rules: RuleSet, lang: str | None
) -> dict[int, list[tuple[Span, int]]]:
    """Line -> the sentences in it that a certain rule hits, with the rule; lines that hold a sentence of the article's own.

    ``whole``: lines that a certain rule hits as they are. A quoted sentence is never hit.
    """
    out: dict[int, list[tuple[Span, int]]] = {}
    for i, (start, end) in enumerate(spans):
        if end - start < LEAST_CHARACTERS:
            continue
        if i not in whole and _cue().search(text[start:end].encode("utf-8", "replace")) is None:  # lone surrogates
            continue
        sentences = sentence_spans(text, (start, end), lang)
        if len(sentences) < 2:
            continue
        said = [text[s:e] for s, e in sentences]
        hit: dict[int, int] = {}
        matches = rules.match(said, certain_only=True)
        for at, rule in zip(matches.line.tolist(), matches.rule.tolist(), strict=True):
            if not rules.rules[rule].opens and not _run_on(said[at], rules.rules[rule].group):
                hit.setdefault(at, rule)
        own = [k for k, s in enumerate(said) if k not in hit and s.count(" ") + 1 >= PROSE_WORDS]
        if hit and own:
            quoted = list(_quoted(said))
            found = [(sentences[k], rule) for k, rule in hit.items() if not quoted[k]]
            if found or i in whole:
                out[i] = found
    return out


def _run_on(sentence: str, group: str) -> bool:
    """Whether a link to another story has swallowed a sentence of this one: headlines have no full stop."""
    return group in ("read-link", "related") and sentence.count(" ") >= LINK_WORDS and sentence[-1] in '.!?"”'


def _quoted(sentences: Sequence[str]) -> Iterator[bool]:
    """Whether each sentence stands in quotation marks, or opens or closes some."""
    open_ = 0
    for sentence in sentences:
        straight = sentence.count('"')
        opening, closing = sentence.count("“") + sentence.count("«"), sentence.count("”") + sentence.count("»")
        yield bool(open_ % 2 or straight or opening or closing)
        open_ += straight + opening + closing
