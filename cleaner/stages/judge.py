"""The stage that removes chrome and off-topic lines: user's rules, patterns, the corpus and the trained judge."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cleaner.model import Document, LineFacts, Removal, Span
from cleaner.reasons import REASONS
from cleaner.rules.load import RuleSet
from cleaner.rules.user import Decision, UserRules
from cleaner.stages.corpus_evidence import HEADLINE, NOTHING, SLOT, TEMPLATE, corpus_evidence
from cleaner.stages.within import PROSE_WORDS, hits_within
from cleaner.text.lines import line_spans
from cleaner.text.spacing import spaced

if TYPE_CHECKING:
    from cleaner.config import Config
    from cleaner.judge.model import Judge, Verdicts

WEIGHTS = {"text": "lines", "html": "blocks"}
"""Weights that judge each kind of document."""

RULE_SCORE = 0.99
"""Score of a line that a certain pattern removes. On the development pages these patterns take 0.055 % of the content's
words, most of them labelled by mistake."""

CORPUS_SCORE = {TEMPLATE: 0.97, SLOT: 0.9, HEADLINE: 0.93}
"""Scores of lines that the corpus alone removes."""

OPENED_SCORE = 0.9
"""Score of a headline after a line such as "Read more"."""

HEADLINE_WORDS = (3, 20)
"""Fewest and most words of such a headline."""

OTHER_STORIES = ("related/heading", "related/opener")
"""Rules of lines that announce other stories."""

LISTED = 8
"""Headlines that such a line announces at the most."""

LEAST_WORDS, FEW_WORDS = 60, 160
SURE = 0.9
"""In a text of fewer words there is no article to compare a line with: the model alone must be nearly certain. Up to
FEW_WORDS there is little, and what is asked of the model falls from that to the usual."""

SHORT_TEASER = 12
"""Words up to which an unnamed off-topic line is called a teaser rather than a paragraph."""


_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of one document and what is said of each."""

    document: Document
    spans: list[Span]
    facts: LineFacts
    verdicts: Verdicts | None
    rules: Mapping[int, int]
    """Line -> the certain rule that hit it."""
    opened: Mapping[int, int]
    """Line -> the rule that hit the line before it and says that a headline of another story follows."""
    user: Mapping[int, Decision]
    """Line -> the user's rule that removes it. What the user keeps is decided after all stages."""


class JudgeStage:
    """Removes lines, and sentences of lines that certain patterns know. Order of authority: user's rules, certain
    patterns, the corpus, the judge."""

    name = "judge"
    needs: frozenset[str] = frozenset()

    def __init__(self, config: Config, judges: Mapping[str, Judge]) -> None:
        """``judges``: by kind of document (``text``, ``html``); a kind without one is judged by rules and corpus."""
        self._judges = judges
        self._limits = {kind: judge.threshold(config.aggressiveness) for kind, judge in judges.items()}
        self._user = UserRules(config.rule)
        self._rules = RuleSet.load()
        self._stages = {s for s, on in (("chrome", config.chrome), ("offtopic", config.offtopic)) if on}

    def find(self, documents: Sequence[Document], facts: Sequence[LineFacts]) -> list[list[Removal]]:
        """Removals, in order, with the reason and the evidence that decided."""
        spans = [line_spans(d.text) for d in documents]
        texts = [[d.text[s:e] for s, e in ss] for d, ss in zip(documents, spans, strict=True)]
        rules = self._certain(texts)
        opened = [self._opened(t, hit) for t, hit in zip(texts, rules, strict=True)]
        verdicts = self._verdicts(documents, facts)
        out = []
        for i, d in enumerate(documents):
            within = hits_within(d.text, spans[i], rules[i], self._rules, d.lang)
            alone = {line: rule for line, rule in rules[i].items() if not self._spared(line, within, verdicts[i], d)}
            lines = _Lines(d, spans[i], facts[i], verdicts[i], alone, opened[i], self._unwanted(texts[i], d.source))
            out.append(self._with_sentences(self._document(lines), within, lines))
        return out

    def _spared(
        self, line: int, within: Mapping[int, Sequence[Any]], verdicts: Verdicts | None, document: Document
    ) -> bool:
        """Whether a line that a pattern hits holds sentences of the article: then only the sentences hit may go."""
        against = verdicts is not None and verdicts.remove[line] >= self._limits.get(document.kind, 2.0) / 2
        return line in within and not against

    def _with_sentences(
        self, removals: list[Removal], within: Mapping[int, Sequence[tuple[Span, int]]], lines: _Lines
    ) -> list[Removal]:
        """The removals of lines, and those of sentences in lines that stay."""
        gone = {r.start for r in removals}
        more = []
        for line, found in within.items():
            if lines.spans[line][0] in gone:
                continue
            for (start, end), number in found:
                rule = self._rules.rules[number]
                stage = REASONS[rule.reason][0]
                if stage in self._stages:
                    evidence = {"by": "rule", "rule": rule.id, "part": "sentence"}
                    more.append(Removal(start, end, stage, rule.reason, RULE_SCORE, evidence))
        return sorted([*removals, *more], key=lambda r: (r.start, r.end)) if more else removals

    def _unwanted(self, texts: Sequence[str], outlet: str) -> dict[int, Decision]:
        return {line: said for line, said in self._user.decide(texts, outlet).items() if not said.keep}

    def _certain(self, texts: Sequence[Sequence[str]]) -> list[dict[int, int]]:
        """For each document, line -> first certain rule that hits it."""
        out: list[dict[int, int]] = [{} for _ in texts]
        owner = np.repeat(np.arange(len(texts)), [len(t) for t in texts])
        first = np.cumsum([0, *[len(t) for t in texts]])
        hits = self._rules.match([line for t in texts for line in t], certain_only=True)
        for line, rule in zip(hits.line.tolist(), hits.rule.tolist(), strict=True):
            document = int(owner[line])
            out[document].setdefault(line - int(first[document]), rule)
        return out

    def _opened(self, texts: Sequence[str], hits: Mapping[int, int]) -> dict[int, int]:
        """Headlines that an opener announces. Openers that a document repeats are ends of teasers, not openers."""
        openers = [line for line, rule in hits.items() if self._rules.rules[rule].opens]
        said = [texts[line].lower() for line in openers]
        return {
            line + 1: hits[line]
            for line, text in zip(openers, said, strict=True)
            if said.count(text) == 1 and line + 1 < len(texts) and line + 1 not in hits and _headline(texts[line + 1])
        }

    def _verdicts(self, documents: Sequence[Document], facts: Sequence[LineFacts]) -> list[Verdicts | None]:
        out: list[Verdicts | None] = [None] * len(documents)
        for kind, judge in self._judges.items():
            mine = [i for i, d in enumerate(documents) if d.kind == kind]
            if mine:
                found = judge.score([documents[i] for i in mine], [facts[i] for i in mine])
                for i, verdicts in zip(mine, found, strict=True):
                    out[i] = verdicts
        return out

    def _document(self, lines: _Lines) -> list[Removal]:
        text = lines.document.text
        words = np.array([spaced(text[s : min(e, s + 2000)]).count(" ") + 1 for s, e in lines.spans], np.int64)
        against = corpus_evidence(lines.facts, words)
        limit = self._limits.get(lines.document.kind, 2.0)
        judged = lines.verdicts.remove >= limit if lines.verdicts is not None else np.zeros(len(words), bool)
        judged = judged | _heads(lines, words, limit) | self._listed(lines, limit)
        if lines.verdicts is not None:
            judged &= lines.verdicts.remove >= np.interp(words.sum(), (LEAST_WORDS, FEW_WORDS), (SURE, 0))
        chosen = sorted(
            {*lines.user, *lines.rules, *lines.opened, *np.flatnonzero(judged | (against != NOTHING)).tolist()}
        )
        hints = self._hints([i for i in chosen if i not in lines.user and i not in lines.rules], lines)
        if lines.document.kind == "text":
            spared = _without_a_core(lines, words, chosen, hints, against)
            chosen = [i for i in chosen if i not in spared]
        removals = [self._removal(i, lines, int(against[i]), hints.get(i), int(words[i])) for i in chosen]
        return [r for r in removals if r.stage in self._stages or r.evidence["by"] == "user"]

    def _listed(self, lines: _Lines, limit: float) -> NDArray[np.bool_]:
        """Headlines in a row under a heading that announces other stories; half of the usual score is asked of them.

        Out of fold this takes 0.5 % of all chrome of the development pages and 0.014 % of their content.
        """
        out = np.zeros(len(lines.spans), np.bool_)
        if lines.verdicts is None:
            return out
        doubtful = lines.verdicts.remove >= limit / 2
        for heading, rule in lines.rules.items():
            if self._rules.rules[rule].id in OTHER_STORIES:
                for line in range(heading + 1, min(heading + 1 + LISTED, len(out))):
                    if not doubtful[line] or not _headline(lines.document.text[slice(*lines.spans[line])]):
                        break
                    out[line] = True
        return out

    def _hints(self, chosen: Sequence[int], lines: _Lines) -> dict[int, int]:
        """Line -> the rule that names what kind of line it is, for lines that are removed anyway."""
        text = lines.document.text
        hits = self._rules.match([text[slice(*lines.spans[i])] for i in chosen])
        out: dict[int, int] = {}
        for at, rule in zip(hits.line.tolist(), hits.rule.tolist(), strict=True):
            out.setdefault(chosen[at], rule)
        return out

    def _removal(self, i: int, lines: _Lines, against: int, hint: int | None, words: int) -> Removal:
        start, end = lines.spans[i]
        if i in lines.user:
            decision = lines.user[i]
            stage = REASONS[decision.reason][0]
            return Removal(start, end, stage, decision.reason, 1.0, {"by": "user", "rule": decision.name})
        if i in lines.rules:
            rule = self._rules.rules[lines.rules[i]]
            stage = REASONS[rule.reason][0]
            return Removal(start, end, stage, rule.reason, RULE_SCORE, {"by": "rule", "rule": rule.id})
        if i in lines.opened:
            rule = self._rules.rules[lines.opened[i]]
            stage = REASONS[rule.reason][0]
            return Removal(start, end, stage, rule.reason, OPENED_SCORE, {"by": "rule", "rule": f"after {rule.id}"})
        verdicts = lines.verdicts
        inside = verdicts is not None and verdicts.stage(i) == "offtopic"
        score = float(verdicts.remove[i]) if verdicts is not None else 0.0
        if hint is not None:
            reason = self._rules.rules[hint].reason
            stage = REASONS[reason][0]
        elif against == TEMPLATE:
            stage, reason = "chrome", "template"
        elif against == HEADLINE:
            stage, reason = ("offtopic", "teaser") if inside else ("chrome", "related-links")
        elif against == SLOT:
            stage, reason = "chrome", "template"
        elif lines.document.kind == "html" and _is_title(lines.document, start, end):
            stage, reason = "chrome", "headline"
        elif inside:
            stage, reason = "offtopic", "teaser" if words <= SHORT_TEASER else "foreign-paragraph"
        else:
            stage, reason = "chrome", "site-chrome"
        said = _markup(lines, i) if reason == "site-chrome" else None
        if said is not None:
            reason = said[0]
        if against != NOTHING and CORPUS_SCORE[against] >= score:
            return Removal(start, end, stage, reason, CORPUS_SCORE[against], _corpus(lines.facts, i, against))
        assert verdicts is not None
        evidence: dict[str, Any] = {
            "by": "model",
            "model": WEIGHTS[lines.document.kind],
            "because": verdicts.because(i),
        }
        if said is not None:
            evidence["markup"] = said[1]
        if hint is not None:
            evidence["rule"] = self._rules.rules[hint].id
        corpus = _corpus(lines.facts, i, against) if against != NOTHING else {}
        corpus.pop("by", None)
        for key, added in (("own", lines.facts.added), ("other_outlets", lines.facts.added_elsewhere)):
            if added[i] > 0:
                corpus[f"percent_of_{key}_copies_without_it"] = round(100 * float(added[i]))
        if corpus:
            evidence["corpus"] = corpus
        return Removal(start, end, stage, reason, round(score, 4), evidence)


def _markup(lines: _Lines, i: int) -> tuple[str, str] | None:
    """What the markup says that line ``i`` of a page is."""
    if lines.document.page is None:
        return None
    from cleaner.html.place import markup_reason

    return markup_reason(lines.document.page[i])


def _is_title(document: Document, start: int, end: int) -> bool:
    """Whether the line is the page's own headline, which is kept as the document's title."""
    return document.title is not None and _WORDS.findall(document.text[start:end].lower()) == _WORDS.findall(
        document.title.lower()
    )


def _headline(line: str) -> bool:
    """Whether ``line`` has the form of a headline: some words, a capital or figure first, no stop at the end."""
    low, high = HEADLINE_WORDS
    body = line[:400].lstrip("*-–•·» \"'“‘")
    first = body[:1]
    return low <= body.count(" ") + 1 <= high and (first.isupper() or first.isdigit()) and body[-1] not in ".;:,!…"


def _heads(lines: _Lines, words: NDArray[np.int64], limit: float) -> NDArray[np.bool_]:
    """Headlines glued to one paragraph, where blank lines part nearly everything else: the shape of a pasted teaser.

    Such a pair stands or falls together: a third of the usual score is asked of its words in the mean, and a fifth of each
    line. Subheads have that shape too, but not the score: out of fold, 479 of the 502 words that this adds on the
    development sets are labelled to go.
    """
    out = np.zeros(len(words), np.bool_)
    if lines.verdicts is None or len(words) < 4:
        return out
    text = lines.document.text
    close = np.array([text[a[1] : b[0]].count("\n") < 2 for a, b in itertools.pairwise(lines.spans)])
    if 4 * close.sum() > len(close):
        return out
    score = lines.verdicts.remove
    mean = (score[:-1] * words[:-1] + score[1:] * words[1:]) / (words[:-1] + words[1:])
    doubtful = (mean >= limit / 3) & (np.minimum(score[:-1], score[1:]) >= limit / 5)
    for head in (np.flatnonzero(close[1:-1] & ~close[:-2] & ~close[2:] & doubtful[1:-1]) + 1).tolist():
        if _headline(text[slice(*lines.spans[head])]):
            out[head : head + 2] = True
    return out


def _without_a_core(
    lines: _Lines, words: NDArray[np.int64], chosen: Sequence[int], hints: Mapping[int, int], against: NDArray[np.int8]
) -> set[int]:
    """Sentences that only the model is against, in a text of which no sentence would be left.

    The model compares lines with the article's core. Where it leaves none, it had nothing to compare with, and what
    no pattern and no other document speaks against stays: better some chrome than a lost article.
    """
    text = lines.document.text
    prose = [
        i
        for i, (start, end) in enumerate(lines.spans)
        if words[i] >= PROSE_WORDS and text[start:end].rstrip("\"'”’)»").endswith((".", "!", "?", "…"))
    ]
    if not prose or set(prose) - set(chosen):
        return set()
    known = {*lines.user, *lines.rules, *lines.opened, *hints}
    return {i for i in prose if i not in known and against[i] == NOTHING}


def _corpus(facts: LineFacts, i: int, against: int) -> dict[str, Any]:
    """The corpus's evidence in words."""
    if against == HEADLINE:
        return {"by": "corpus", "headline_of_articles": int(facts.headline[i])}
    count = facts.slot[i] if against == SLOT else facts.folded[i]
    key = "articles_with_this_slot" if against == SLOT else "articles_with_this_line"
    return {"by": "corpus", key: int(count), "articles_of_outlet": facts.outlet_articles}


def judge_stage(config: Config) -> JudgeStage:
    """The stage with the judges that the package ships. ``UsageError`` for bad rules and damaged weights."""
    from cleaner.judge.model import Judge
    from cleaner.judge.store import FOLDER

    judges: dict[str, Judge] = {"text": Judge.load(WEIGHTS["text"])}
    if (FOLDER / f"{WEIGHTS['html']}.npz").exists():
        from cleaner.html.judge import PageJudge

        judges["html"] = PageJudge.for_pages(WEIGHTS["html"], config.comments)
    return JudgeStage(config, judges)
