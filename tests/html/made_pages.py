"""Page frames in the manners of different times and tools, filled with a story of ``made_texts``."""

from __future__ import annotations

from collections.abc import Callable
from html import escape as e

from made_texts import Story

MANNERS: dict[str, Callable[[Story], str]] = {}
"""How pages are marked up: semantic elements, hashed class names, AMP, line breaks in a ``div``, layout tables, a blog."""


def manner(frame: Callable[[Story], str]) -> Callable[[Story], str]:
    MANNERS[frame.__name__] = frame
    return frame


def links(texts: tuple[str, ...], before: str, after: str, attributes: str = "") -> str:
    return "".join(f'{before}<a {attributes} href="/{n}.html">{e(t)}</a>{after}' for n, t in enumerate(texts))


def paragraphs(story: Story, wrap: str = "<p>{}</p>", heading: str = "<h2>{}</h2>") -> list[str]:
    return [heading.format(e(p[2:])) if p.startswith("# ") else wrap.format(e(p)) for p in story.body]


def shell(story: Story, body: str, head: str = "") -> str:
    right = ' dir="rtl"' if story.lang == "ar" else ""
    return (
        f'<!doctype html><html lang="{story.lang}"{right}><head><meta charset="utf-8"><title>{e(story.title)} | '
        f"{e(story.site)}</title>{head}</head>{body}</html>"
    )


@manner
def semantic(s: Story) -> str:
    text = paragraphs(s)
    return shell(
        s,
        f"""<body><div class="cookie-banner" role="dialog"><p>{e(s.cookie)}</p><button>OK</button></div>
<header class="site-header"><a class="logo" href="/">{e(s.site)}</a><nav><ul>{links(s.nav, "<li>", "</li>")}</ul></nav></header>
<main><article><h1>{e(s.title)}</h1>
<div class="share-bar"><a href="#">{e(s.share)}</a><a href="#">X</a><a href="#">WhatsApp</a></div>
<figure><img src="a.jpg"><figcaption>{e(s.credit)}</figcaption></figure>
<div class="article-body">{"".join(text[:3])}
<aside class="related-box"><h3>{e(s.related)}</h3><ul>{links(s.stories, "<li>", "</li>")}</ul></aside>{"".join(text[3:])}</div>
<div class="newsletter-signup"><p>{e(s.plea)}</p><form><input type="email"></form></div>
<div class="author-bio"><p>{e(s.bio)}</p></div></article>
<section id="comments" class="comments"><h2>{e(s.comments[0])}</h2>{"".join(f"<div class='comment'><p>{e(t)}</p></div>" for t in s.comments[1:])}</section></main>
<footer><p>{e(s.foot)}</p><ul>{links(s.nav, "<li>", "</li>")}</ul></footer></body>""",
    )


@manner
def hashed(s: Story) -> str:
    """Class names made by a machine, and ``div`` for everything but paragraphs."""
    text = paragraphs(s, '<p class="sc-1x8f css-9aq2">{}</p>', '<h2 class="sc-7yt css-0k3">{}</h2>')
    cards = "".join(
        f'<div class="css-k92d"><a class="css-q1" href="/{n}"><div class="css-zz8">{e(t)}</div></a></div>'
        for n, t in enumerate(s.stories)
    )
    return shell(
        s,
        f"""<body><div id="__next"><div class="css-1dbj"><div class="css-77x">{links(s.nav, '<div class="css-u4">', "</div>")}</div></div>
<div class="css-3ffe"><div class="css-88a"><h1 class="css-1t">{e(s.title)}</h1><div class="css-4r">{e(s.credit)}</div>
<div class="css-p0"><div class="css-b1"><a href="#">{e(s.share)}</a></div></div>
<div class="css-body9">{"".join(text[:4])}<div class="css-h7"><div class="css-h8">{e(s.plea)}</div></div>{"".join(text[4:])}</div>
<div class="css-b77"><div class="css-b78">{e(s.bio)}</div></div></div>
<div class="css-r5"><div class="css-r6">{e(s.related)}</div>{cards}</div></div>
<div class="css-f00"><div class="css-f01">{e(s.foot)}</div>{links(s.nav, '<div class="css-f02">', "</div>")}</div>
<div class="css-ck1"><div class="css-ck2">{e(s.cookie)}</div><button class="css-ck3">OK</button></div></div></body>""",
    )


@manner
def amp(s: Story) -> str:
    text = paragraphs(s)
    return shell(
        s,
        f"""<body><amp-sidebar id="sidebar1" layout="nodisplay"><ul>{links(s.nav, "<li>", "</li>")}</ul></amp-sidebar>
<header><a href="/">{e(s.site)}</a></header><article class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">{e(s.title)}</h1></header>
<figure class="amp-wp-article-featured-image"><amp-img src="a.jpg"></amp-img><p class="wp-caption-text">{e(s.credit)}</p></figure>
<amp-social-share type="facebook"></amp-social-share><div class="amp-wp-article-content">{"".join(text)}</div>
<div class="amp-related"><p>{e(s.related)}</p><amp-list>{links(s.stories, "<div>", "</div>")}</amp-list></div></article>
<amp-user-notification id="n" layout="nodisplay"><p>{e(s.cookie)}</p><button>OK</button></amp-user-notification>
<footer class="amp-wp-footer"><p>{e(s.foot)}</p></footer></body>""",
    )


@manner
def line_breaks(s: Story) -> str:
    """No paragraphs: two line breaks part them."""
    text = "<br><br>\n".join(paragraphs(s, "{}", "<b>{}</b>"))
    return shell(
        s,
        f"""<body><div id="top">{e(s.site)}</div><div id="menu">{links(s.nav, "", " | ")}</div>
<div id="wrap"><div id="left"><div class="t">{e(s.title)}</div><div class="pic">{e(s.credit)}</div><div class="txt">{text}</div>
<div class="soc">{links((s.share, "Twitter", "E-Mail"), "", " ")}</div></div>
<div id="right"><div class="h">{e(s.related)}</div>{links(s.stories, "<div>", "</div>")}</div></div>
<div id="bot">{e(s.foot)}</div><div id="ck">{e(s.cookie)}</div></body>""",
    )


@manner
def tables(s: Story) -> str:
    """A news site of long ago: tables make the columns."""
    text = "".join(
        paragraphs(s, '<p><font face="Verdana" size="2">{}</font></p>', '<p><font size="3"><b>{}</b></font></p>')
    )
    return shell(
        s,
        f"""<body bgcolor="#ffffff"><table width="760" cellpadding="0"><tr><td colspan="3"><font size="5">{e(s.site)}</font></td></tr>
<tr><td width="120" valign="top"><table>{links(s.nav, "<tr><td>", "</td></tr>")}</table></td>
<td width="460" valign="top"><font size="5"><b>{e(s.title)}</b></font><br><font size="1">{e(s.credit)}</font>{text}
<table><tr><td><a href="m.html">{e(s.share)}</a></td></tr></table></td>
<td width="180" valign="top"><table><tr><td bgcolor="#cccccc"><b>{e(s.related)}</b></td></tr>{links(s.stories, "<tr><td>", "</td></tr>")}</table></td></tr>
<tr><td colspan="3"><font size="1">{e(s.foot)}</font></td></tr></table></body>""",
    )


@manner
def blog(s: Story) -> str:
    """The usual theme of the usual blog software, with what plug-ins put into the text."""
    text = paragraphs(s)
    return shell(
        s,
        f"""<body class="single single-post"><div id="page"><div id="masthead" class="site-header"><ul id="primary-menu" class="menu">{links(s.nav, '<li class="menu-item">', "</li>")}</ul></div>
<div id="content"><div id="primary" class="content-area"><div id="post-17" class="post hentry"><h1 class="entry-title">{e(s.title)}</h1>
<div class="entry-content"><div class="wp-caption"><img src="a.jpg"><p class="wp-caption-text">{e(s.credit)}</p></div>{"".join(text[:2])}
<p><strong>{e(s.related)}: <a href="/x">{e(s.stories[0])}</a></strong></p>{"".join(text[2:])}
<div class="sharedaddy"><h3>{e(s.share)}</h3><ul><li><a href="#">Facebook</a></li><li><a href="#">X</a></li></ul></div>
<div class="jp-relatedposts"><h3>{e(s.related)}</h3>{links(s.stories[1:], "<h4>", "</h4>")}</div></div>
<div class="mc4wp-form"><p>{e(s.plea)}</p></div><div class="author-box"><p>{e(s.bio)}</p></div></div>
<div id="respond-area"><div class="comments-area" id="comments"><h3>{e(s.comments[0])}</h3><ol class="comment-list">{"".join(f"<li class='comment'><p>{e(t)}</p></li>" for t in s.comments[1:])}</ol></div></div></div>
<div id="secondary" class="widget-area"><div class="widget"><h3 class="widget-title">{e(s.related)}</h3><ul>{links(s.stories, "<li>", "</li>")}</ul></div></div></div>
<div id="colophon" class="site-footer"><p>{e(s.foot)}</p></div><div id="cookie-law-info-bar"><span>{e(s.cookie)}</span><a>OK</a></div></div></body>""",
    )
