"""Cut kept lines into sentences: spans in code points, every non-space character in exactly one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cleaner.model import Span
from cleaner.spans import trim

_MAX_LINE = 100_000
"""Longer lines are cut into pieces of about this many characters first: the splitter's time stays linear."""
# After these an English sentence hardly ever ends: titles before names, "No. 5", "St. Louis", "vs. Leeds".
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'“‘])(?:Mr|Mrs|Ms|Dr|Prof|Rev|Hon|Sr|St|Ste|Mt|Ft|Gen|Col|Lt|Sgt|Capt|Cmdr|Maj|Adm|Sen|Rep|Gov|Pres|"
    r"Supt|No|Nos|vs|v|cf|approx|e\.g|i\.e|Fig|Vol|pp|Art|Sec|al|[A-Z])\.$"
)
_COUNTRY = re.compile(r"(?:^|[\s(\[\"'“‘])(?:U\.S|U\.K|U\.N|E\.U|U\.S\.A|D\.C)\.$")
# Words that follow "the U.S." in the same sentence more often than they open the next one.
_AFTER_COUNTRY = re.compile(
    r"(?:[Gg]overnment|[Cc]ongress|[Ss]enate|[Hh]ouse|[Pp]resident|[Dd]epartment|[Aa]rmy|[Nn]avy|[Aa]ir Force|[Mm]ilitary|"
    r"[Ss]upreme|[Dd]istrict|[Cc]ourt|[Ss]ecretary|[Tt]reasury|[Ss]tate|[Aa]ttorney|[Ff]ederal|[Ee]mbassy|[Aa]mbassador|"
    r"[Cc]onstitution|[Cc]ustoms|[Ff]ood and|[Cc]enters?|[Ee]nvironmental|[Jj]ustice|[Cc]ommerce|[Dd]efense|[Ee]nergy|"
    r"[Oo]pen|[Rr]ep|[Ss]en|[Gg]eneral|[Ss]ecurity|[Cc]oast|[Mm]arine|[Ss]pecial|[Cc]ensus|[Bb]ureau|[Gg]eological|"
    r"[Nn]ational|[Pp]ostal|[Ss]teel|[Ss]occer|[Mm]en|[Ww]omen)\b"
)
# What the splitter fails on: white space of several bytes (it ends the process's run with a panic) and surrogates.
_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]|[\ud800-\udfff]")
_OPENERS = "\"'“‘«([{-–— "
_CLOSED_QUOTE = re.compile(r"[.!?…,][\"'”’»]+$|[\"”»][.,!?]?$")
_ONLY_CLOSERS = re.compile(r"[\"'”’»)\]}.!?…,;:]+$")


def sentence_spans(text: str, span: Span, lang: str | None = None) -> list[Span]:
    """Sentences of ``text[span[0]:span[1]]``, trimmed of white space, in order, none empty.

    Together they cover every character that is not white space. The splitter is ``sentencex``; joined again is what
    it cuts inside a sentence: after an abbreviation, between a quotation and its attribution ("Is it?" he asked.),
    and a closing mark that stands alone. Languages that it does not know are split as English.
    """
    import sentencex

    spans: list[Span] = []
    for low, high in _pieces(text, span):
        line = text[low:high]
        at = low
        for part in _segments(sentencex, lang or "en", line):
            found = trim(text, (at, at + len(part)))
            at += len(part)
            if found is None:
                continue
            if spans and spans[-1][0] >= low and _continues(text, spans[-1], found):
                spans[-1] = (spans[-1][0], found[1])
            else:
                spans.append(found)
    return spans


def batch_sentence_spans(text: str, spans: Iterable[Span], lang: str | None = None) -> list[list[Span]]:
    """``sentence_spans`` of each span of one text."""
    return [sentence_spans(text, span, lang) for span in spans]


def _segments(sentencex: object, lang: str, line: str) -> list[str]:
    """The splitter's parts, which must add up to ``line``; else the line as one part."""
    if not any(c in line for c in ".!?…。！？।؟\n:;"):
        return [line]
    plain = line if line.isascii() else _WIDE_SPACE.sub(" ", line)
    try:
        parts: list[str] = list(sentencex.segment(lang, plain))  # type: ignore[attr-defined]
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic of its Rust part is no Exception
            raise
        return [line]
    return parts if "".join(parts) == plain else [line]


def _pieces(text: str, span: Span) -> list[Span]:
    """``span`` cut at white space into pieces that are not much longer than ``_MAX_LINE``."""
    low, high = span
    out = []
    while high - low > _MAX_LINE:
        cut = text.rfind(" ", low + _MAX_LINE // 2, low + _MAX_LINE)
        cut = low + _MAX_LINE if cut < 0 else cut
        out.append((low, cut))
        low = cut
    out.append((low, high))
    return out


def _continues(text: str, before: Span, part: Span) -> bool:
    """Is ``part`` the rest of the sentence ``before``?"""
    left = text[max(before[0], before[1] - 24) : before[1]]
    right = text[part[0] : min(part[1], part[0] + 24)]
    if _ONLY_CLOSERS.match(right) and _ONLY_CLOSERS.match(text[part[0] : part[1]]):
        return True
    body = right.lstrip(_OPENERS)
    if not body:
        return False
    if _ABBREVIATION.search(left) and (body[0].isalnum()):
        return not (left[-2:-1] == "I" or (left.endswith((" No.", "No.")) and not body[0].isdecimal()))
    if _COUNTRY.search(left):
        return body[0].islower() or _AFTER_COUNTRY.match(body) is not None
    return body[0].islower() and right[0] == body[0] and _CLOSED_QUOTE.search(left) is not None
