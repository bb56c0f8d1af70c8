"""Names: the classes of markup that carry evidence, and the columns of the feature matrix."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

GROUPS: dict[str, str] = {
    "body": r"article[-_]?(?:body|content|text)|(?:body|content|text)[-_]?(?:article|copy|text)|entry[-_]?(?:content|body|text)"
    r"|post[-_]?(?:content|body|text)|story[-_]?(?:body|content|text)?|articlebody|richtext|rich[-_]text|rte\b|prose|paragraph|wysiwyg|markdown|artikel|corps|cuerpo",
    "article": r"article|entry|\bpost\b|single|hentry|blog|beitrag|noticia",
    "content": r"content|main|text|inhalt|contenu|body",
    "comment": r"comment|disqus|respond\b|reply|kommentar|commentaire|comentario|reactions|livefyre",
    "related": r"relat|recommend|more[-_]|[-_]more|similar|also|popular|trending|latest|recent|most[-_]?read|suggest|outbrain|taboola|next|prev|read[-_]?(?:more|next|also)|mehr|verwandt|lire|artigos|similaire|relacionad|upnext|recirc|explore|featured",
    "share": r"share|sharing|social|follow|facebook|twitter|whatsapp|linkedin|pinterest|like|teilen|partage|addtoany|print",
    "nav": r"nav|menu|breadcrumb|crumb|tabs?\b|skip|toolbar|topbar|masthead|pagination|pager|paging|toc\b|table-of-contents|drawer|offcanvas|sitemap|mega|dropdown|search",
    "footer": r"foot|bottom|copyright|colophon|legal|disclaimer",
    "header": r"header|head\b|hero|banner|title|headline|logo|brand",
    "side": r"side|aside|rail|widget|column|col-right|secondary|complementary|panel|module|gadget|sticky|float",
    "promo": r"promo|advert|\bads?\b|\bad[-_]|[-_]ad\b|sponsor|affiliate|cta|call-to-action|banner|deal|offer|shop|product|price|buy|partner|anzeige|werbung|publicit|donat|support",
    "signup": r"newsletter|subscri|signup|sign-up|optin|opt-in|form|login|register|paywall|mailing|email|mc_embed|hubspot|abonn|download|contact",
    "byline": r"author|byline|bio\b|biograph|writer|profile|avatar|contributor|autor|auteur|redak",
    "meta": r"meta|tags?\b|tag[-_]|categor|date|time|publish|posted|topic|keyword|info|label|reading|rating|stats|count|badge|kicker|eyebrow|dateline",
    "consent": r"cookie|consent|gdpr|modal|popup|pop-up|overlay|lightbox|toast|alert|notice|onetrust|dialog|tooltip|hidden|screen-reader|sr-only|visually",
    "caption": r"caption|credit|figure|image|photo|gallery|img|media|video|audio|player|carousel|slide|embed|thumb|picture|bildunter|legende",
    "card": r"card|teaser|tile|grid|list|item|feed|loop|collection|archive|excerpt|snippet|summary|listing|block-link|swiper",
    "lead": r"lead|intro|standfirst|subtitle|sub-title|deck|dek\b|summary|abstract|subhead|chapo|vorspann|perex|strapline",
    "quote": r"quote|blockquote|pull|zitat|citation",
    "note": r"footnote|reference|bibliograph|sources?\b|correction|editor|annotation|endnote|faq|accordion|spoiler|table|step|recipe|ingredient|instruction",
}
"""Vocabulary of class names and ids; markup is written in English nearly everywhere."""

_COMMENTS = (
    r"^(?:(?:user|post|blog|article|reader|entry|story|wp|the|js|fb|facebook|all)[-_]?)?"
    r"(?:comments?|kommentare?|commentaires?|comentarios?|komentarze?|reacties)"
    r"(?:[-_]?(?:list|area|section|wrap\w*|container|thread|threads|block|box|holder|content|body|tree|items?|form|respond|module"
    r"|region|widget|template|app|root|feed|text|inner|main|panel|embed|plugin|ol|\d+))*$"
    r"|^disqus_thread$|^disqus|^livefyre|^respond$|^commentlist|^coral|^spotim|^openweb|^viafoura|^hyvor|^giscus|^utterances"
)
"""Names that hold the comments of readers and nothing else."""
_NAME_LIMIT = 80
COMMENTS_BIT = 1 << len(GROUPS)


@lru_cache(maxsize=50_000)
def group_bits(name: str) -> int:
    """The groups of one class name or id, as bits in the order of ``GROUPS``; ``COMMENTS_BIT`` for readers' comments."""
    bits = 0
    for number in _patterns().Match(name[:_NAME_LIMIT].lower()) or ():
        bits |= 1 << number
    return bits


@lru_cache(maxsize=1)
def _patterns() -> Any:
    """All patterns as one automaton: a page has hundreds of names that no page before had."""
    import re2

    patterns = re2.Set.SearchSet()
    for pattern in (*GROUPS.values(), _COMMENTS):
        patterns.Add(pattern)
    patterns.Compile()
    return patterns


FAR = 12
"""Distance in levels that stands for "no such ancestor"."""

ZONES = (
    "article",
    "main",
    "header",
    "footer",
    "nav",
    "aside",
    "form",
    "figure",
    "list",
    "table",
    "quote",
    "button",
    "section",
    "hidden",
    "dialog",
    "address",
    "details",
    "comments",
)
KINDS = ("p", "li", "h1", "h2", "h3", "h4", "cell", "quote", "caption", "pre", "term", "div", "label")

FEATURES: tuple[str, ...] = (
    *(f"kind_{k}" for k in KINDS),
    *(f"in_{z}" for z in ZONES),
    *(f"class_{g}" for g in GROUPS),
    "schema_body",
    "microdata_other",
    "depth",
    "broken_line",
    "lines_of_block",
    "chars",
    "words",
    "link_density",
    "links",
    "bold_density",
    "time_tag",
    "whole_link",
    "commas",
    "braces",
    "index_share",
    "index",
    "words_before_share",
    "words_after_share",
    "words_total",
    "since_h1",
    "has_h1",
    "since_heading",
    "heading_level",
    "since_prose",
    "until_prose",
    "prose_before_share",
    "prose_after_share",
    "parent_blocks",
    "parent_words_share",
    "parent_link_density",
    "parent_mean_words",
    "grand_words_share",
    "grand_link_density",
    "grand_mean_words",
    "like_blocks",
    "like_words_share",
    "like_link_density",
    "like_mean_words",
    "top_inside",
    "top_distance",
    "top_ratio",
    "top_words_share",
    "after_top",
    "window_words",
    "window_links",
    "prev_words",
    "next_words",
    "prev_links",
    "next_links",
    "prev_same_parent",
    "next_same_parent",
    "title_overlap",
    "is_title",
    "description_overlap",
    "seen_before",
    "copies",
    "ld_body",
    "ld_cover",
    "vote_trafilatura",
    *(f"group_{g}" for g in ("1", "2", "3", "4", "like", "section")),
)
COLUMN: dict[str, int] = {name: i for i, name in enumerate(FEATURES)}
GROUP_COLUMNS = tuple(i for i, name in enumerate(FEATURES) if name.startswith("group_"))
"""Ids, not numbers: equal means the same container 1 to 4 levels up, the same kind of element, the same section."""
