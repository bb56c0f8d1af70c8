"""Training documents in the shape of a crude scrape: a short article with the furniture of its page around and inside it.

The development pages have their furniture at the edges, and the articles with insertions have hardly any: a judge that
learned from these alone takes "story continues after this message" in the middle of a report for a sentence of it. The
wordings are written for this purpose, in ``phrases/``, one file a language; so are short news reports, in ``articles/``, since the development pages are English blogs and guides for the most part.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from random import Random

from cleaner.text.language import quick
from cleaner.train.judge_augment import TITLE, Line, Page, block, chosen, dealt, example, host, pages_of
from cleaner.train.judge_data import FOLDS, Example

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
FOREIGN = 0.06
"""Share of the phrases that are in another language than the article."""
CLEAN = 0.12
"""Share of the documents without leftovers."""
FEW = 3
"""So many times as often are reports written for training used, since they are few."""
REPORTS = ("en", "es", "fr", "it", "nl", "pt")
"""Languages of the written reports among the hosts. With German ones, too, three trainings of three seeds were no better
(49.0 to 49.4 % of the chrome left, two of the seeds' insertions below the default dial); pages are made of them."""
_WRITTEN = "written-"
_TOP: Mapping[str, float] = {
    "nav": 5,
    "share": 4,
    "tags": 1,
    "ad": 1,
    "widget": 2,
    "media": 2,
    "legal": 1,
    "plea": 1,
    "bio": 1,
}
_MIDDLE: Mapping[str, float] = {
    "ad": 5,
    "related": 4,
    "plea": 5,
    "media": 4,
    "teaser": 3,
    "widget": 2,
    "share": 2,
    "tags": 0.5,
    "legal": 0.5,
    "bio": 0.3,
}
_BOTTOM: Mapping[str, float] = {
    "bio": 3,
    "tags": 3,
    "related": 3,
    "comment": 4,
    "plea": 3,
    "legal": 4,
    "widget": 3,
    "share": 3,
    "nav": 1.5,
    "ad": 1,
    "media": 0.5,
}
_STORIES = ("teaser",)
"""Kinds whose words say nothing: headlines."""


def scraped(examples: Sequence[Example], seed: int) -> list[Example]:
    """Made-up examples of kinds ``scraped`` and ``lone``. Donors and wordings are of the fold of their host, as in
    ``augment``."""
    pages = [p for p in (*pages_of(examples), *(page for of, page in written() if of in REPORTS)) if len(p.prose) >= 4]
    out: list[Example] = []
    for fold in range(FOLDS):
        own = [p for p in pages if p.fold == fold]
        by_language: dict[str, list[Page]] = {}
        for page in own:
            by_language.setdefault(_language(page), []).append(page)
        for number, page in enumerate(own):
            pool = by_language[_language(page)]
            for kind, copies in (("scraped", 2), ("lone", 1)):
                for copy in range(copies * (FEW if page.group.startswith(_WRITTEN) else 1)):
                    random = Random(f"{seed}:{kind}:{page.group}:{number}:{copy}")
                    make = _document if kind == "scraped" else _lone
                    out.append(make(page, pool, random, f"{kind}-{fold}-{number}-{copy}"))
    return out


def written() -> list[tuple[str, Page]]:
    """The short news reports written for training, and their languages."""
    out = []
    for path in sorted(files("cleaner.train").joinpath("articles").iterdir(), key=lambda path: path.name):
        for number, text in enumerate(path.read_text("utf-8").split("\n\n\n")):
            lines = tuple(line for line in text.split("\n") if line.strip())
            out.append((path.name.removesuffix(".txt"), Page(f"{_WRITTEN}{path.name}-{number}", lines, ())))
    return out


@functools.cache
def phrases(language: str) -> dict[str, list[str]]:
    """By kind, the templates of a language."""
    kinds: dict[str, list[str]] = {}
    kind = ""
    for line in files("cleaner.train").joinpath(f"phrases/{language}.txt").read_text("utf-8").splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            kind = heading[1]
        elif line.strip():
            kinds.setdefault(kind, []).append(line)
    return kinds


def spoken(template: str, random: Random, title: str) -> str:
    """A template with its choices made."""
    return " ".join(chosen(template, random).replace(TITLE, title).split())


def _language(page: Page) -> str:
    found = quick(" ".join(page.prose)[:2000])[0]
    return found if found in LANGUAGES else "en"


def _document(page: Page, pool: Sequence[Page], random: Random, name: str) -> Example:
    body = _body(page, random)
    lines: list[Line] = [(x, 0, False) for x in body]
    joint = random.choice(("\n", "\n\n"))
    if random.random() < CLEAN:
        return example(name, page.group, lines, joint, "scraped")
    language = _language(page)

    def some(kinds: Mapping[str, float], most: int) -> list[Line]:
        out: list[Line] = []
        for _ in range(random.randint(0, most)):
            out += _furniture(_drawn(kinds, random), language, pool, page, random)
        return out

    for _ in range(random.choice((0, 1, 1, 2, 2, 3, 4))):
        at = random.randint(1, len(lines))
        other = [p for p in pool if p.group != page.group]
        if other and random.random() < 0.35:
            lines[at:at] = block(random.choice(other), page, random)
        else:
            lines[at:at] = _furniture(_drawn(_MIDDLE, random), language, pool, page, random)
    top, bottom = some(_TOP, 4), some(_BOTTOM, 6)
    return example(name, page.group, [*top, *lines, *bottom], joint, "scraped")


def _lone(page: Page, pool: Sequence[Page], random: Random, name: str) -> Example:
    """A report that is clean but for one leftover: nothing around it tells what the line is."""
    lines: list[Line] = [(x, 0, False) for x in _body(page, random)]
    kind = _drawn(_MIDDLE, random)
    at = random.randint(1, len(lines))
    other = [p for p in pool if p.group != page.group]
    if other and random.random() < 0.3:
        lines[at:at] = block(random.choice(other), page, random)
    else:
        lines[at:at] = _furniture(kind, _language(page), pool, page, random)[:1]
    return example(name, page.group, lines, random.choice(("\n", "\n\n")), "lone")


def _drawn(kinds: Mapping[str, float], random: Random) -> str:
    """One of the kinds, by their weights."""
    return random.choices(list(kinds), list(kinds.values()))[0]


def _body(page: Page, random: Random) -> list[str]:
    """The article, or as much of its beginning as a short report has."""
    lines = host(page, random)
    if random.random() < 0.75:
        words, stop = 0, random.randint(150, 450)
        for end, line in enumerate(lines):
            words += len(line.split())
            if words > stop:
                return lines[: end + 1]
    return lines


def _furniture(kind: str, language: str, pool: Sequence[Page], page: Page, random: Random) -> list[Line]:
    """A line of a kind, or a few that go together."""
    if random.random() < FOREIGN:
        language = random.choice(LANGUAGES)
    known = {of: dealt(templates, page.fold) for of, templates in phrases(language).items()}
    titles = [p.lines[0][:120] for p in random.sample(list(pool), min(len(pool), 6)) if p.group != page.group]
    titles = [t for t in titles if 3 <= len(t.split()) <= 20]
    titles += [spoken(random.choice(known["teaser"]), random, "") for _ in range(6)]
    random.shuffle(titles)

    def say(of: str) -> Line:
        text = spoken(random.choice(known[of]), random, titles[0])
        style = random.random()
        return (text.upper() if style < 0.05 else text), 1, of in _STORIES

    first = say(kind)
    if kind == "related" and titles[0] not in first[0]:
        mark = random.choice(("", "", "", "- ", "• ", "» ", "{n}. "))
        return [
            first,
            *((mark.replace("{n}", str(n)) + t, 1, True) for n, t in enumerate(titles[: random.randint(0, 6)], 1)),
        ]
    more = {"comment": 3, "nav": 1, "share": 1, "legal": 1, "widget": 1}.get(kind, 0)
    return [first, *(say(kind) for _ in range(random.randint(0, more)))]
