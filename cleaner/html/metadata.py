"""Title, authors, date and the like of a page: what it states, or else what it shows."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from cleaner.html.blocks import Blocks
from cleaner.html.statements import Statements
from cleaner.html.visible import shown_author, shown_date, shows_a_year

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_COMPACT_DATE = re.compile(r"\b((?:19|20)\d{2})[/-]?([01]\d)[/-]?([0-3]\d)\b")
_URL_DATE = re.compile(r"/((?:19|20)\d{2})[/-]([01]?\d)[/-]([0-3]?\d)(?:[/-]|$)")
_LANG = re.compile(r"^([a-zA-Z]{2,3})(?:[-_]|$)")
_TITLE_META = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "citation_title",
    "title",
    "headline",
    "parsely-title",
    "sailthru.title",
)
_DATE_META = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date.published",
    "publishdate",
    "publish-date",
    "publish_date",
    "pubdate",
    "published_time",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "dcterms.date",
    "dc.date",
    "dc.date.created",
    "citation_publication_date",
    "citation_date",
    "article_date_original",
    "originalpublicationdate",
    "cxenseparse:recs:publishtime",
    "rnews:datepublished",
    "date",
    "created",
    "release_date",
    "og:published_time",
    "bt:pubdate",
)
_AUTHOR_META = (
    "author",
    "article:author",
    "og:article:author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "twitter:creator:name",
    "authors",
    "cxenseparse:author",
    "rnews:creator",
)
_SITE_META = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "dc.publisher",
    "citation_journal_title",
    "publisher",
    "al:ios:app_name",
)
_DESCRIPTION_META = ("og:description", "description", "twitter:description", "dc.description")
_LAST_DAY = "2099-12-31"
"""Limit for dates found in the visible page: never today, which would be a clock."""


def read_metadata(root: Any, statements: Statements, url: str | None, blocks: Blocks | None = None) -> dict[str, Any]:
    """``title``, ``authors``, ``date`` (ISO day), ``sitename``, ``url``, ``language``, ``license``, ``description``.

    Only what is found; strings without markup, ``authors`` a list.
    """
    article = statements.article()
    found: dict[str, Any] = {
        "title": _title(statements, article),
        "authors": _authors(statements, article),
        "date": _date(statements, article, url),
        "sitename": _site(statements, article, url),
        "url": _address(statements, url),
        "language": _language(statements, article),
        "license": _license(statements, article),
        "description": statements.first(_DESCRIPTION_META) or _string(article.get("description")),
    }
    _fill_gaps(root, found, blocks)
    return {key: value for key, value in found.items() if value}


def _fill_gaps(root: Any, found: dict[str, Any], blocks: Blocks | None) -> None:
    """What no statement gives, from the visible page; trafilatura's eyes where ours see nothing."""
    if blocks is not None and not found["authors"]:
        _add_author(found["authors"], shown_author(blocks))
    if not found["title"]:
        _ask_trafilatura(root, found)
    if found["date"]:
        return
    if blocks is not None:
        found["date"] = shown_date(blocks)
    if not found["date"] and (blocks is None or shows_a_year(blocks)):
        # Elsewhere htmldate, trafilatura's eye for dates, finds what is no date of publication more often than one.
        from htmldate import find_date
        from lxml import etree

        try:
            again = _copy(root)
            day = find_date(
                again, extensive_search=False, original_date=True, url=found["url"] or None, max_date=_LAST_DAY
            )
        except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
            day = None
        found["date"] = iso_day(day or "")


def _ask_trafilatura(root: Any, found: dict[str, Any]) -> None:
    """Title, authors and site that trafilatura finds in a page without a stated title: one page in ten or so."""
    from lxml import etree
    from trafilatura.metadata import extract_metadata

    try:
        seen = extract_metadata(_copy(root), default_url=found["url"] or None, extensive=False)
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        return
    found["title"] = _string(seen.title)
    found["sitename"] = found["sitename"] or _string(seen.sitename)
    if not found["authors"]:
        for name in _string(seen.author).split(";"):
            _add_author(found["authors"], name.strip())


def _copy(root: Any) -> Any:
    """The tree again, for libraries that change what they look at."""
    from lxml import etree, html

    return html.document_fromstring(
        etree.tostring(root, encoding="utf-8"), parser=html.HTMLParser(encoding="utf-8", huge_tree=True)
    )


def _string(value: Any) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value")
    if not isinstance(value, str):
        return ""
    if "<" in value or "&" in value:
        import html

        value = re.sub(r"<[^>]*>", " ", html.unescape(value))
    return " ".join(value.split())


def _title(statements: Statements, article: dict[str, Any]) -> str:
    site = statements.first(_SITE_META)
    for title in (_string(article.get("headline")), statements.first(_TITLE_META), statements.h1, statements.title):
        if title and title != site:
            return _without_site(title, site, statements.h1)
    return ""


def _without_site(title: str, site: str, heading: str) -> str:
    if (
        len(heading) > 12
        and title.startswith(heading)
        and title[len(heading) :].lstrip()[:1] in "|-\u2013\u2014\u00b7\u2022:"
    ):
        return heading
    if site:
        for mark in (" | ", " - ", " \u2013 ", " \u2014 ", " \u00b7 ", " : "):
            if title.endswith(mark + site):
                return title[: -len(mark + site)].strip()
    return title


def _authors(statements: Statements, article: dict[str, Any]) -> list[str]:
    named = article.get("author") or article.get("creator")
    out: list[str] = []
    for item in named if isinstance(named, list) else [named]:
        _add_author(out, _string(item))
    if not out:
        for name in _AUTHOR_META:
            for value in statements.meta.get(name, ()):
                _add_author(out, value)
            if out:
                break
    for name in statements.writers[:1] if not out else ():
        _add_author(out, name)
    return out[:20]


def _add_author(out: list[str], name: str) -> None:
    name = re.sub(r"^(?:by|von|par|por|di)\s+", "", name.strip(" ,;|"), flags=re.I)
    if (
        not name
        or "://" in name
        or "@" in name
        or name.startswith("/")
        or len(name) > 120
        or not any(c.isalpha() for c in name)
    ):
        return
    for part in re.split(r"\s*(?:;|,|\s+and\s+|\s+&\s+|\s+und\s+|\s+et\s+)\s*", name):
        if part and part not in out and len(part) > 1:
            out.append(part)


def _date(statements: Statements, article: dict[str, Any], url: str | None) -> str:
    for value in (
        _string(article.get("datePublished")),
        _string(article.get("dateCreated")),
        *(statements.first((n,)) for n in _DATE_META),
    ):
        day = iso_day(value)
        if day:
            return day
    for item in statements.data:
        day = iso_day(_string(item.get("datePublished")))
        if day:
            return day
    address = statements.links.get("canonical") or url or ""
    match = _URL_DATE.search(address)
    if match:
        day = iso_day(f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}")
        if day:
            return day
    return iso_day(statements.time)


def iso_day(value: str) -> str:
    """``YYYY-MM-DD`` where ``value`` holds a date of that order in this or the last century, else nothing."""
    import datetime

    match = _DATE.search(value) or _COMPACT_DATE.search(value)
    if not match:
        return ""
    try:
        day = datetime.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return ""
    return day.isoformat() if 1990 <= day.year <= 2100 else ""


def _site(statements: Statements, article: dict[str, Any], url: str | None) -> str:
    name = statements.first(_SITE_META[:1]) or _string(article.get("publisher"))
    if name and "://" not in name:
        return name.lstrip("@")
    for item in statements.data:
        if item.get("@type") == "WebSite" and _string(item.get("name")):
            return _string(item["name"])
    name = statements.first(_SITE_META)
    if name and "://" not in name:
        return name
    host = urlsplit(_address(statements, url)).hostname or ""
    return host.removeprefix("www.")


def _address(statements: Statements, url: str | None) -> str:
    for value in (statements.links.get("canonical"), statements.first(("og:url",)), url):
        if not value:
            continue
        try:
            full = urljoin(url or "", value.strip())
            parts = urlsplit(full)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc:
            return full
    return ""


def _language(statements: Statements, article: dict[str, Any]) -> str:
    for value in (
        statements.lang,
        _string(article.get("inLanguage")),
        statements.first(("content-language", "language", "dc.language", "og:locale")),
    ):
        match = _LANG.match(value.strip())
        if match:
            return match[1].lower()
    return ""


def _license(statements: Statements, article: dict[str, Any]) -> str:
    return (
        statements.links.get("license")
        or (statements.licenses[0] if statements.licenses else "")
        or _string(article.get("license"))
        or statements.first(("license", "dc.rights", "dcterms.license", "dcterms.rights"))
    )
