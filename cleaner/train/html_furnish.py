"""Puts made-up furniture into the development pages, for training: what news sites set between and behind paragraphs.

Boxes of other stories, marked links, pleas, credits of pictures, share bars and biographies, in many manners of markup.
The pages are guides and blogs for the most part, where such boxes are rare. Headlines come from other pages of the fold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape
from random import Random

_PARAGRAPH = re.compile(r"<p(?:\s[^>]*)?>(.{60,4000}?)</p\s*>", re.I | re.S)
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"\w+")
_OPENING = 8
"""Words by which a paragraph is looked up in the gold text."""
_RELATED = (
    "Read more",
    "Related",
    "Also read",
    "More on this",
    "You may also like",
    "See also",
    "Recommended",
    "Don't miss",
)
_PLEAS = (
    "Sign up for our newsletter and get the most important stories every morning.",
    "Subscribe to our free daily briefing.",
    "Support our journalism with a small donation.",
    "Get the news that matters in your inbox, five days a week.",
    "Follow us on social media and never miss a story.",
    "This article is free to read because our members pay for it. Become one of them today.",
    "Join our channel to be the first to know.",
    "Do you know more about this? Write to our reporters in confidence.",
)
_NAMES = (
    "Maria Okafor",
    "John Price",
    "Anna Schulz",
    "David Romero",
    "Tom Hale",
    "Ewa Nowak",
    "Claire Dubois",
    "Li Wen",
)
_OUTLETS = ("Harbour Post", "Northern Ledger", "Valley Courier", "Daily Lantern", "Metro Herald", "Global Wire")
_BIOS = (
    "{A} is a reporter for the {O}, where she has covered the region since 2012.",
    "About the author: {A} writes about business and politics for the {O}.",
    "{A} is an editor at the {O}. Before that he worked for the {P} and taught at a school of journalism.",
    "{A}",
)
_CREDITS = ("Photo: {A} / {O}", "{A} / {O}", "Image: {A}", "Picture by {A} for the {O}", "Photograph: {A}/{O}")
_SHARES = ("Share on Facebook", "Share this article", "Share", "Print", "Send by e-mail")
_CLASSES = {
    "related": (
        "related",
        "related-box",
        "more-stories",
        "read-also",
        "inline-related",
        "recirc",
        "teaser-list",
        "c-box",
    ),
    "plea": ("newsletter", "newsletter-signup", "signup", "promo", "cta", "support-box", "inline-banner"),
    "bio": ("author-bio", "author", "byline-box", "about-author", "contributor"),
    "credit": ("credit", "caption", "image-credit", "media-info", "wp-caption-text"),
    "share": ("share", "social", "share-bar", "sharing-buttons", "tools"),
}
_INSIDE = (("related", 5), ("marked", 3), ("plea", 4), ("credit", 3), ("share", 1))
_BEHIND = (("related", 4), ("plea", 4), ("bio", 5), ("share", 2))


def furnished(html: str, gold: str, headlines: Sequence[str], random: Random) -> tuple[str, frozenset[str]]:
    """The page with some furniture among its paragraphs, and the lines that were put in."""
    wanted = " ".join(_WORD.findall(gold.lower()))
    ends = []
    for match in _PARAGRAPH.finditer(html):
        words = _WORD.findall(unescape(_TAG.sub(" ", match[1])).lower())[:_OPENING]
        if len(words) == _OPENING and " ".join(words) in wanted:
            ends.append(match.end())
    if not ends:
        return html, frozenset()
    places: list[tuple[int, tuple[tuple[str, int], ...]]] = [
        (at, _INSIDE) for at in random.sample(ends[:-1], min(len(ends) - 1, random.choice((1, 2, 2, 3))))
    ]
    places += [(ends[-1], _BEHIND)] * random.choice((1, 1, 2))
    lines: set[str] = set()
    for at, kinds in sorted(places, key=lambda p: -p[0]):
        kind = random.choices([k for k, _ in kinds], [n for _, n in kinds])[0]
        box = _Box(random, headlines)
        html = html[:at] + box.of(kind) + html[at:]
        lines |= box.lines
    return html, frozenset(lines)


class _Box:
    """One piece of furniture: its markup, and its lines as ``read_page`` will give them."""

    def __init__(self, random: Random, headlines: Sequence[str]) -> None:
        self.random = random
        self.headlines = headlines
        self.lines: set[str] = set()

    def of(self, kind: str) -> str:
        """Markup of a box of ``kind``."""
        if kind == "related":
            return self._related()
        if kind == "marked":
            return self._marked()
        if kind == "share":
            names = [self.random.choice(_SHARES), *self.random.sample(("Facebook", "X", "WhatsApp", "E-mail"), 2)]
            self.lines |= {" ".join(names), *names}
            return self._wrap("share", "".join(f'<a href="#">{name}</a>' for name in names))
        said = {"plea": _PLEAS, "bio": _BIOS, "credit": _CREDITS}[kind]
        text = self._said(self.random.choice(said))
        if kind == "credit" and self.random.random() < 0.6:
            return f'<figure{self._class(kind)}><img src="a.jpg"><figcaption>{escape(text)}</figcaption></figure>'
        inner = self.random.choice(
            ("<p>{}</p>", "<div>{}</div>", "<span>{}</span>", "<p><em>{}</em></p>", "<h4>{}</h4>")
        )
        return self._wrap(kind, inner.format(escape(text)))

    def _said(self, pattern: str) -> str:
        name, (one, other) = self.random.choice(_NAMES), self.random.sample(_OUTLETS, 2)
        text = pattern.replace("{A}", name).replace("{O}", one).replace("{P}", other)
        self.lines.add(text)
        return text

    def _related(self) -> str:
        heading = self._said(self.random.choice(_RELATED))
        titles = self.random.sample(self.headlines, min(len(self.headlines), self.random.choice((1, 2, 3, 3, 4, 5))))
        self.lines |= set(titles)
        tag = self.random.choice(("h2", "h3", "h4", "div", "p", "strong", "span"))
        head = f"<div><{tag}>{escape(heading)}</{tag}></div>"
        links = [f'<a href="/{n}">{escape(title)}</a>' for n, title in enumerate(titles)]
        if self.random.random() < 0.5:
            return self._wrap("related", head + "<ul>" + "".join(f"<li>{link}</li>" for link in links) + "</ul>")
        item = self.random.choice(("<div{}>{}</div>", "<p{}>{}</p>", "<h4{}>{}</h4>", "<article{}>{}</article>"))
        name = self._class("related")
        return self._wrap("related", head + "".join(item.format(name, link) for link in links))

    def _marked(self) -> str:
        marker, title = self.random.choice(_RELATED), self.random.choice(self.headlines)
        self.lines.add(f"{marker}: {title}")
        link = f'<a href="/x">{escape(title)}</a>'
        inner = self.random.choice(("<strong>{}: {}</strong>", "{}: {}", "<em>{}: {}</em>", "<b>{}</b>: {}"))
        return f"<p>{inner.format(marker, link)}</p>"

    def _wrap(self, kind: str, inner: str) -> str:
        tag = self.random.choice(("div", "div", "div", "aside", "section"))
        return f"<{tag}{self._class(kind)}>{inner}</{tag}>"

    def _class(self, kind: str) -> str:
        draw = self.random.random()
        if draw < 0.4:
            return f' class="{self.random.choice(_CLASSES[kind])}"'
        if draw < 0.75:
            return f' class="css-{self.random.randrange(16**5):05x}"'
        return ""
