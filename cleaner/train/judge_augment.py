"""Training documents made from the development pages: insertions of many kinds, and documents that must stay whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

import numpy as np

from cleaner.model import Document
from cleaner.text.lines import line_spans
from cleaner.train import judge_wordings as say
from cleaner.train.judge_data import FOLDS, Example, fold_of

_CHOICE = re.compile(r"\{([^{}]*)\}")
_FIRST_SENTENCE = re.compile(r".{40,260}?[.!?][\"”’)]?(?=\s|$)", re.S)
NEAR = 12
"""Donors of the hard kind come from so many pages nearest in words."""


@dataclass(frozen=True)
class Page:
    """The article of one page: its content lines and its own leftovers."""

    group: str
    lines: tuple[str, ...]
    chrome: tuple[str, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """Its longer words."""
        return frozenset(w.lower() for x in self.lines for w in re.findall(r"[^\W\d_]{5,}", x))

    @property
    def fold(self) -> int:
        """The part of the sites it belongs to."""
        return fold_of(self.group)

    @property
    def prose(self) -> list[str]:
        return [x for x in self.lines if len(x.split()) >= 12 and x.rstrip()[-1:] in '.!?”"']


def pages_of(examples: Sequence[Example]) -> list[Page]:
    """Articles of the pages that have a container text, with the chrome lines of their dumps."""
    chrome: dict[str, list[str]] = {}
    articles: dict[str, tuple[str, list[str]]] = {}
    for e in examples:
        if e.kind not in ("container", "dump"):
            continue
        name = e.document.id.rsplit(".", 1)[0]
        text = e.document.text
        lines = [text[a:b] for a, b in line_spans(text)]
        if e.kind == "dump":
            chrome[name] = [x for x, label in zip(lines, e.labels, strict=True) if label == 1]
        else:
            articles[name] = (e.group, [x for x, label in zip(lines, e.labels, strict=True) if label == 0])
    out = []
    for name, (group, lines) in sorted(articles.items()):
        if len(lines) >= 6:
            out.append(Page(group, tuple(lines), tuple(chrome.get(name, ()))))
    return out


def augment(examples: Sequence[Example], seed: int, copies: int = 3) -> list[Example]:
    """Made-up examples: ``made`` with insertions or of chrome, ``whole`` where nothing may go. A donor's domain and the
    wordings are of the same fold as the host, so no split sees both sides."""
    pages = pages_of(examples)
    out: list[Example] = []
    for fold in range(FOLDS):
        own = [p for p in pages if p.fold == fold]
        near = _neighbours(own)
        for number, page in enumerate(own):
            for copy in range(copies):
                random = Random(f"{seed}:{page.group}:{number}:{copy}")
                out.append(_inserted(page, own, near[number], random, f"made-{fold}-{number}-{copy}"))
            random = Random(f"{seed}:whole:{page.group}:{number}")
            out.append(_whole(page, random, f"whole-{fold}-{number}"))
            if number % 4 == 0:
                out.append(_round_up(own, random, f"round-{fold}-{number}", page.group))
            if number % 2:
                out.append(_sentences(own, random, f"loose-{fold}-{number}", page.group))
            if number % 4 == 1 and len(page.chrome) >= 5:
                low = random.randrange(max(1, len(page.chrome) - 60))
                lines = page.chrome[low : low + random.randint(5, 60)]
                out.append(example(f"chrome-{fold}-{number}", page.group, [(x, 1, False) for x in lines], "\n"))
    return out


TITLE = "\x00"
"""Stands for the headline where choices are made."""


def chosen(template: str, random: Random) -> str:
    """``template`` with its choices made, and TITLE for its ``{T}``."""
    text = template.replace("{T}", TITLE)
    while _CHOICE.search(text):
        text = _CHOICE.sub(lambda m: random.choice(m.group(1).split("|")), text)
    return text


def dealt(templates: Sequence[str], fold: int) -> Sequence[str]:
    """The templates of a fold. Word tables that judge it have not seen them: so a wording is met as a new one is."""
    return templates[fold::FOLDS] or templates


def wording(kind: str, random: Random, title: str, fold: int) -> str:
    """One wording of ``kind``, with the choices made."""
    text = random.choice(dealt([x for x in dict(say.KINDS)[kind].strip().split("\n") if x], fold))
    text = chosen(text, random)
    text = re.sub(r"\bO\b", lambda _: random.choice(say.OUTLETS), text)
    text = re.sub(r"\bP\b", lambda _: random.choice(say.PRODUCTS), text)
    text = re.sub(
        r"\bN\b|(?<=SAVE)N|(?<=NEWS)N|(?<=READER)N",
        lambda _: str(random.choice((2, 3, 5, 7, 10, 15, 20, 30, 50))),
        text,
    )
    text = re.sub(r" +(?=[.,])", "", re.sub(r" +", " ", text))
    text = text.replace(TITLE, title).strip(" :–") or "Share"
    style = random.random()
    return text.upper() if style < 0.04 else text.lower() if style < 0.08 else text


Line = tuple[str, int, bool]
"""Text, label, and whether its words must not be learned."""


def _inserted(page: Page, pool: Sequence[Page], near: Sequence[int], random: Random, name: str) -> Example:
    lines: list[Line] = [(x, 0, False) for x in host(page, random)]
    for _ in range(random.choice((1, 1, 2, 2, 3))):
        donor = pool[random.choice(near)] if random.random() < 0.5 and near else random.choice(pool)
        if donor.group == page.group:
            continue
        inserted = block(donor, page, random)
        end = random.random() < 0.12
        at = len(lines) if end else random.randint(min(2, len(lines)), len(lines))
        lines[at:at] = inserted
    return example(name, page.group, lines, random.choice(("\n", "\n", "\n\n")))


def block(donor: Page, host: Page, random: Random) -> list[Line]:
    """An insertion of a random kind."""
    title, prose = donor.lines[0][:160], donor.prose or list(donor.lines)
    draw = random.random()
    if draw < 0.22:
        lede = prose[0]
        found = _FIRST_SENTENCE.match(lede)
        short = found.group() if found and random.random() < 0.7 else lede[:400]
        if random.random() < 0.25:
            short = short[: random.randint(60, 160)].rsplit(" ", 1)[0] + random.choice(("...", "…", " […]", ""))
        both = [(title, 1, True), (short, 1, True)]
        return both if random.random() < 0.85 else both[1:]
    if draw < 0.42:
        at = random.randrange(len(prose))
        return [(x, 1, True) for x in prose[at : at + random.choice((1, 1, 1, 2))]]
    if draw < 0.52:
        return [(title, 1, True)]
    if draw < 0.64:
        text = wording("marker", random, title, host.fold)
        if random.random() < 0.12:
            marker = random.choice(("Read More", "READ", "Also read", "Related", "See also", "Watch", "Recommended"))
            return [(marker, 1, False), (title, 1, True)]
        return [(text, 1, False)]
    if draw < 0.72 and host.chrome:
        at = random.randrange(len(host.chrome))
        return [(x, 1, False) for x in host.chrome[at : at + random.choice((1, 1, 2, 3))] if len(x.split()) <= 25]
    kind = random.choices([k for k, _ in say.KINDS if k != "marker"], (8, 4, 3, 6, 2, 2, 2, 1))[0]
    return [(wording(kind, random, title, host.fold), 1, False) for _ in range(random.choice((1, 1, 1, 1, 2, 3)))]


def host(page: Page, random: Random) -> list[str]:
    """The page's lines, sometimes dressed like a news report."""
    lines = list(page.lines)
    first = next((i for i, x in enumerate(lines) if len(x.split()) >= 12), 0)
    if random.random() < 0.3:
        place, agency = random.choice(say.PLACES), random.choice(say.AGENCIES)
        lines[first] = f"{place} {agency} {random.choice('—–-')} ".replace("  ", " ") + lines[first]
    if random.random() < 0.12:
        a, b, c = random.sample(say.NAMES, 3)
        credit = random.choice(say.CREDITS)
        lines.append(
            credit.replace("{A}", a)
            .replace("{B}", b)
            .replace("{C}", c)
            .replace("{P}", random.choice(say.PLACES).title())
        )
    if random.random() < 0.12:
        lines.insert(
            min(1, first), lines[first][: random.randint(80, 200)].rsplit(" ", 1)[0] + random.choice(("", "...", "…"))
        )
    if random.random() < 0.1:
        lines.insert(1, lines[0])
    return lines


def _whole(page: Page, random: Random, name: str) -> Example:
    """The article alone, or a stretch of it: nothing of it may go."""
    lines = host(page, random)
    if random.random() < 0.3 and len(lines) > 12:
        at = random.randrange(len(lines) - 8)
        lines = lines[at : at + random.randint(3, 20)]
    return example(name, page.group, [(x, 0, False) for x in lines], random.choice(("\n", "\n", "\n\n")), "whole")


def _round_up(pool: Sequence[Page], random: Random, name: str, group: str) -> Example:
    """Several stories under one roof: a digest, a live blog."""
    lines: list[Line] = [
        (random.choice(("Morning digest", "The week in brief", "Live: latest updates", "News in brief")), 0, True)
    ]
    live = random.random() < 0.4
    for page in random.sample(list(pool), min(len(pool), random.randint(4, 9))):
        if live:
            lines.append(
                (f"{random.randint(6, 22)}:{random.randint(10, 59)}" + random.choice((" GMT", "", " am")), 0, True)
            )
        if not live or random.random() < 0.5:
            lines.append((page.lines[0][:160], 0, True))
        at = random.randrange(max(1, len(page.prose)))
        lines += [(x, 0, True) for x in (page.prose or list(page.lines))[at : at + random.randint(1, 3)]]
    return example(name, group, lines, random.choice(("\n", "\n\n")), "whole")


def _sentences(pool: Sequence[Page], random: Random, name: str, group: str) -> Example:
    """Sentences of as many stories, a collection: where nothing belongs together, nothing is out of place."""
    lines: list[Line] = []
    for page in random.choices(pool, k=random.randint(6, 40)):
        text = random.choice(page.prose or page.lines)
        found = _FIRST_SENTENCE.match(text)
        lines.append((found.group() if found and random.random() < 0.8 else text[:400], 0, True))
    return example(name, group, lines, random.choice(("\n", "\n", "\n\n")), "whole")


def example(name: str, group: str, lines: Sequence[Line], joint: str, kind: str = "made") -> Example:
    """A made-up example from its lines."""
    clean = [(" ".join(x.split()), label, topical) for x, label, topical in lines if x.strip()]
    document = Document(name, joint.join(x for x, _, _ in clean), group)
    labels = np.array([label for _, label, _ in clean], np.int8)
    topical = np.array([t for _, _, t in clean], np.bool_)
    assert len(line_spans(document.text)) == len(labels)
    return Example(document, labels, group, kind, topical, extra=True)


def _neighbours(pages: Sequence[Page]) -> list[list[int]]:
    """For each page the pages nearest in words."""
    out = []
    for i, page in enumerate(pages):
        alike = [
            (len(page.words & other.words) / (len(page.words) + len(other.words) + 1), j)
            for j, other in enumerate(pages)
            if j != i and other.group != page.group
        ]
        out.append([j for _, j in sorted(alike, reverse=True)[:NEAR]])
    return out
