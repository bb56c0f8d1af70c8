"""News pages for training: the reports written for the judge of lines, in the markup of many content systems, with the
furniture of news sites in their own language around them and between their paragraphs.

The development pages are guides and blogs in English: offers of a subscription, other stories' teasers and readers' comments
between and behind the paragraphs of a report are rare there. Reports and wordings are those of ``judge_scraped``; which
line belongs is known, since we put it there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import escape
from random import Random

import numpy as np

from cleaner.train.html_data import GoldPage
from cleaner.train.judge_augment import Page, dealt
from cleaner.train.judge_scraped import phrases, spoken, written

COPIES = 4
"""Pages made of each report."""
_STOPS = '.!?…"”“»:'
_SUBHEADING_WORDS = 10
_LISTED = " |·•/›»"
"""Marks that part the entries of a line of furniture."""
_NAMES = {
    "nav": ("main-nav", "menu", "navbar", "site-nav", "top-links", "navigation"),
    "share": ("share", "social-bar", "share-tools", "teilen", "partage", "compartir"),
    "ad": ("ad", "advert", "ad-slot", "anzeige", "pub", "publicidad", "banner"),
    "related": ("related", "more-on", "inline-teaser", "read-more", "mehr-zum-thema", "lire-aussi", "relacionadas"),
    "plea": ("newsletter", "subscribe-box", "paywall", "offer", "abo-box", "piano-offer", "support"),
    "media": ("media", "gallery", "video-box", "caption", "bildergalerie"),
    "teaser": ("teaser", "card", "story-card", "promo-item", "article-teaser"),
    "widget": ("widget", "ticker", "weather", "poll", "quiz", "box"),
    "tags": ("tags", "topics", "keywords", "schlagworte", "etiquetas"),
    "comment": ("comments", "reader-comments", "discussion", "kommentare", "forum", "respond"),
    "bio": ("author-box", "author", "about-author", "autor", "bio"),
    "legal": ("legal", "footer-links", "copyright", "imprint", "site-info"),
}
_BODY = ("entry-content", "article-body", "story-text", "post-content", "richtext", "td-post-content", "artikel-text")
_PEOPLE = (
    "M. Hollis",
    "Ines Kraft",
    "jo_78",
    "Nordlicht",
    "R. Delmas",
    "Pilar G.",
    "walker",
    "old_tom",
    "Katka",
    "Luis",
)
_WHEN = (
    "3 hours ago",
    "12.04.2021, 18:22",
    "04/14/2019 8:14 AM",
    "il y a 2 jours",
    "hace 3 h",
    "gestern",
    "2 March 2020",
)
_BETWEEN = {"related": 6, "plea": 5, "ad": 4, "teaser": 4, "media": 3, "widget": 2, "share": 1, "story": 4, "offer": 2}
_BEHIND = {"bio": 3, "tags": 3, "share": 3, "plea": 3, "offer": 1, "related": 4, "widget": 1, "legal": 1, "story": 2}
_ASIDE = {"related": 4, "widget": 3, "plea": 2, "ad": 2, "teaser": 3}


def made_pages() -> Iterator[GoldPage]:
    """``COPIES`` pages of each written report; the share is 1 for lines of the report, 0 for furniture, and NaN for what
    people may read either way (headline, byline, date, caption). Wordings are of the fold of the report."""
    from cleaner.html import read_page

    reports: dict[str, list[Page]] = {}
    for language, page in written():
        own = reports.setdefault(language, [])
        own.append(replace(page, group=f"{language}{len(own)}.example"))
    for language, own in sorted(reports.items()):
        for page in own:
            pool = [p for p in own if p.fold == page.fold and p is not page]
            for copy in range(COPIES):
                made = _Made(page, language, pool, Random(f"page:{page.group}:{copy}"))
                url = f"https://{page.group}/{copy}"
                read = read_page(made.html().encode(), url=url, charset_hint="utf-8")
                share = np.array([made.share(line) for line in read.text.split("\n")])
                yield GoldPage(f"{page.group}-{copy}", url, read.text, read.features, share, {}, made.others)


class _Made:
    """One page in one manner of markup."""

    def __init__(self, page: Page, language: str, pool: Sequence[Page], random: Random) -> None:
        self.page, self.pool, self.random = page, pool, random
        self.known = {kind: dealt(said, page.fold) for kind, said in phrases(language).items()}
        self.titles = [p.lines[0] for p in random.sample(list(pool), min(8, len(pool)))]
        self.titles += [spoken(random.choice(self.known["teaser"]), random, "") for _ in range(6)]
        self.others = frozenset(line for p in pool for line in p.lines) | frozenset(self.titles)
        self.own: set[str] = set()
        self.open: set[str] = set()
        self.speaking = random.random() < 0.5
        """Whether class names say what they are for."""
        self.semantic = random.random() < 0.6
        """Whether elements do."""
        self.broken = random.random() < 0.12
        """Whether paragraphs are parted by line breaks alone."""
        self.paragraph = random.choice(("p", "p", "p", "p", "div"))

    def share(self, line: str) -> float:
        """What part of a line belongs to the report; NaN where that is a matter of taste."""
        if line in self.open:
            return float("nan")
        return 1.0 if line in self.own else 0.0

    def html(self) -> str:
        """The page."""
        title = self.page.lines[0]
        head = f"<title>{escape(title)} - Example News</title>"
        if self.random.random() < 0.7:
            head += f'<meta property="og:title" content="{escape(title)}"><meta property="og:type" content="article">'
        story = self._tag("article", "post", self._opening() + self._body() + self._several(_BEHIND, 1, 4))
        if self.random.random() < 0.45:
            story += self._comments()
        side = self._tag("aside", "sidebar", self._several(_ASIDE, 0, 4)) if self.random.random() < 0.6 else ""
        middle = side + story if side and self.random.random() < 0.2 else story + side
        rest = self._several({"story": 2, "teaser": 4, "related": 4, "widget": 1}, 0, 3)
        top = self._tag(
            "header", "site-header", self._menu("nav") + self._several({"nav": 3, "widget": 1, "ad": 1}, 0, 2)
        )
        foot = self._tag("footer", "site-footer", self._menu("legal") + self._several({"legal": 3, "nav": 1}, 0, 2))
        return f"<html><head>{head}</head><body>{top}{self._tag('main', 'content', middle)}{rest}{foot}</body></html>"

    def _opening(self) -> str:
        """Headline, byline, date, bar for sharing, picture."""
        title = self.page.lines[0]
        self.open |= {title}
        out = f"<h1>{escape(title)}</h1>"
        if self.random.random() < 0.8:
            byline = self.random.choice(("By {}", "Von {}", "Par {}", "{}", "{}, Example News")).format(self._person())
            date = self.random.choice(_WHEN)
            self.open |= {byline, date, f"{byline} {date}"}
            inner = f"<span>{byline}</span>" + self.random.choice((" ", "<br>", "</div><div>")) + f"<time>{date}</time>"
            out += self._tag("div", "byline", inner)
        if self.random.random() < 0.5:
            out += self._menu("share")
        if self.random.random() < 0.4:
            out += f'<figure><img src="a.jpg"><figcaption>{escape(self._say("media"))}</figcaption></figure>'
        return out

    def _body(self) -> str:
        lines = self.page.lines[1:]
        self.own |= set(lines)
        places = set(self.random.sample(range(len(lines)), min(len(lines), self.random.choice((0, 1, 1, 2, 2, 3, 4)))))
        out = self._summary()
        for number, line in enumerate(lines):
            if number in places:
                out += self._several(_BETWEEN, 1, 1)
            if number and self.random.random() < 0.08:
                out += self._subheading(line)
            out += self._said(line)
            if self.random.random() < 0.03:
                out += self._table()
        return self._tag("div", self.random.choice(_BODY) if self.speaking else "", out, named=True)

    def _summary(self) -> str:
        """What stands between headline and text: a standfirst, or the story in points."""
        draw = self.random.random()
        if draw < 0.5:
            shape = self.random.choice(
                ("<p><b>{}</b></p>", "<p>{}</p>", "<h2>{}</h2>", '<p class="lead">{}</p>', "<div>{}</div>")
            )
            return shape.format(self._kept(self._sentence()))
        if draw < 0.7:
            points = "".join(f"<li>{self._kept(self._sentence())}</li>" for _ in range(self.random.choice((2, 3, 4))))
            return self._tag("div", "summary", f"<ul>{points}</ul>")
        return ""

    def _subheading(self, line: str) -> str:
        words = line.split()[: self.random.randint(2, 5)]
        return self.random.choice(("<h2>{}</h2>", "<h3>{}</h3>", "<p><strong>{}</strong></p>")).format(
            self._kept(" ".join(words).rstrip(",.;:"))
        )

    def _table(self) -> str:
        """Figures of the story."""
        names = [w.strip(",.;:") for line in self.page.lines[1:] for w in line.split() if w[0].isupper() and len(w) > 3]
        width = self.random.choice((1, 2, 3, 4))
        rows = ""
        for name in self.random.sample(names, min(len(names), self.random.randint(3, 7))):
            cells = [name, *(str(self.random.randrange(200)) for _ in range(width))]
            self.own.add(" | ".join(cells))
            rows += "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
        return f"<table>{rows}</table>"

    def _sentence(self) -> str:
        """A sentence of the report."""
        line = self.random.choice(self.page.lines[1:])
        return re.split(r"(?<=[.!?])\s", line)[0]

    def _kept(self, line: str) -> str:
        self.own.add(line)
        return escape(line)

    def _said(self, line: str) -> str:
        """One line of the report."""
        if len(line.split()) <= _SUBHEADING_WORDS and line[-1] not in _STOPS:
            shape = self.random.choice(("<h2>{}</h2>", "<h3>{}</h3>", "<p><strong>{}</strong></p>", "<h2>{}</h2>"))
            return shape.format(escape(line))
        words = escape(line, quote=False).split(" ")
        for open_, close in (('<a href="/t">', "</a>"), ("<strong>", "</strong>"), ("<em>", "</em>")):
            if self.random.random() < 0.12:
                at = self.random.randrange(len(words))
                end = min(len(words), at + self.random.choice((1, 2, 3))) - 1
                if not any("<" in word for word in words[at : end + 1]):
                    words[at], words[end] = open_ + words[at], words[end] + close
        text = " ".join(words)
        if self.broken:
            return f"{text}<br><br>"
        sentences = re.split(r"(?<=[.!?;])\s", line)
        if len(sentences) > 2 and self.random.random() < 0.12:
            tag = self.random.choice(("ul", "ul", "ol"))
            return f"<{tag}>" + "".join(f"<li>{self._kept(each)}</li>" for each in sentences) + f"</{tag}>"
        if line[0] in '"“„«' and self.random.random() < 0.3:
            return self.random.choice(("<blockquote>{}</blockquote>", "<blockquote><p>{}</p></blockquote>")).format(
                text
            )
        return f"<{self.paragraph}>{text}</{self.paragraph}>"

    def _several(self, kinds: dict[str, int], least: int, most: int) -> str:
        drawn = self.random.choices(list(kinds), list(kinds.values()), k=self.random.randint(least, most))
        known: dict[str, Callable[[], str]] = {"story": self._story, "offer": self._offer, "related": self._related}
        return "".join(known[kind]() if kind in known else self._box(kind) for kind in drawn)

    def _box(self, kind: str) -> str:
        """A line or two of a kind, as a box, or as one more paragraph."""
        lines = [self._say(kind) for _ in range(self.random.choice((1, 1, 1, 2, 3)))]
        shape = self.random.choice(
            ("<p>{}</p>", "<p>{}</p>", "<div>{}</div>", "<p><em>{}</em></p>", "<p><strong>{}</strong></p>", "<h4>{}</h4>",
             '<p><a href="/s">{}</a></p>', "<span>{}</span><br>", "<button>{}</button>", "<li>{}</li>")
        )  # fmt: skip
        inner = "".join(shape.format(escape(line)) for line in lines)
        if shape.startswith("<li"):
            inner = f"<ul>{inner}</ul>"
        return inner if len(lines) == 1 and self.random.random() < 0.3 else self._wrap(kind, inner)

    def _menu(self, kind: str) -> str:
        """Entries beside each other."""
        entries = []
        for mark in _LISTED[1:]:
            line = self._say(kind)
            entries += [entry.strip() for entry in line.split(mark) if entry.strip(_LISTED)]
            if len(entries) > self.random.randint(2, 9):
                break
        if self.random.random() < 0.6:
            return self._wrap(
                kind, "<ul>" + "".join(f'<li><a href="#">{escape(e)}</a></li>' for e in entries) + "</ul>"
            )
        return self._wrap(kind, " ".join(f'<a href="#">{escape(e)}</a>' for e in entries))

    def _related(self) -> str:
        """Other headlines under a heading, or one behind a marker."""
        if self.random.random() < 0.3:
            link = f'<a href="/x">{escape(self._title())}</a>'
            marked = self.random.choice(("<p>{}</p>", "<p><strong>{}</strong></p>", "<div>{}</div>"))
            return marked.format(f"{escape(self._say('related', ''))} {link}")
        heading = self.random.choice(("h2", "h3", "h4", "p", "div", "strong"))
        links = [
            f'<a href="/{n}">{escape(self._title())}</a>' for n in range(self.random.choice((1, 2, 3, 3, 4, 5, 6)))
        ]
        item = self.random.choice(
            ("<li>{}</li>", "<div>{}</div>", "<h3>{}</h3>", "<article><h3>{}</h3></article>", "<p>{}</p>")
        )
        inner = f"<{heading}>{escape(self._say('related', ''))}</{heading}>"
        return self._wrap("related", inner + "".join(item.format(link) for link in links))

    def _story(self) -> str:
        """Another story with a paragraph or two of its own."""
        other = self.random.choice(self.pool)
        text = other.lines[1 : 1 + self.random.choice((1, 1, 1, 2))]
        title = escape(other.lines[0])
        head = self.random.choice(
            ('<h3><a href="/o">{}</a></h3>', '<a href="/o">{}</a>', "<h4>{}</h4>", "<p><b>{}</b></p>")
        )
        above = f"<span>{escape(self._say('related', ''))}</span>" if self.random.random() < 0.4 else ""
        return self._wrap("teaser", above + head.format(title) + "".join(f"<p>{escape(line)}</p>" for line in text))

    def _offer(self) -> str:
        """What a subscription costs and brings."""
        merits = "".join(f"<li>{escape(self._say('plea'))}</li>" for _ in range(self.random.choice((2, 3, 4))))
        last = self.random.choice(("<button>{}</button>", '<a href="/abo">{}</a>', "<p>{}</p>")).format(
            escape(self._say("plea"))
        )
        return self._wrap(
            "plea", f"<h3>{escape(self._say('plea'))}</h3><p>{escape(self._say('plea'))}</p><ul>{merits}</ul>{last}"
        )

    def _comments(self) -> str:
        """What readers said: in words of their own, and as long as paragraphs."""
        said = []
        for _ in range(self.random.randint(1, 7)):
            text = self._say("comment")
            if self.random.random() < 0.5:
                text = self.random.choice(self.random.choice(self.pool).lines[1:]).strip('"“”„«» ')
            who, when = self._person(), self.random.choice(_WHEN)
            shape = self.random.choice(
                (
                    "<b>{}</b> {}<p>{}</p>",
                    "<div>{} · {}</div><div>{}</div>",
                    "<p>{}, {}:</p><p>{}</p>",
                    "<b>{} wrote on {}:</b><br>{}<br><br>",
                )
            )
            said.append(shape.format(who, when, escape(text)))
        item = self.random.choice(("<li>{}</li>", "<div>{}</div>", "<article>{}</article>"))
        inner = "".join(item.format(each) for each in said)
        heading = self.random.choice(("<h3>{}</h3>", "<h2>{}</h2>", "<div>{}</div>", "<p><b>{}</b></p>"))
        return self._wrap("comment", heading.format(escape(self._say("comment"))) + inner)

    def _say(self, kind: str, title: str | None = None) -> str:
        return spoken(self.random.choice(self.known[kind]), self.random, self._title() if title is None else title)

    def _title(self) -> str:
        return self.random.choice(self.titles)

    def _person(self) -> str:
        return self.random.choice(_PEOPLE)

    def _wrap(self, kind: str, inner: str) -> str:
        tags = ("div", "div", "div", "aside", "section") if self.semantic else ("div",)
        return self._tag(self.random.choice(tags), self.random.choice(_NAMES[kind]), inner)

    def _tag(self, tag: str, name: str, inner: str, named: bool = False) -> str:
        """An element, with a name that speaks, one that does not, or none."""
        tag = tag if self.semantic else "div"
        if self.speaking and name and (named or self.random.random() < 0.85):
            return f'<{tag} class="{name}">{inner}</{tag}>'
        if self.random.random() < 0.6:
            return f'<{tag} class="css-{self.random.randrange(16**5):05x}">{inner}</{tag}>'
        return f"<{tag}>{inner}</{tag}>"
