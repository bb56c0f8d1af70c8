"""What a page states in its head and its structured data, as found, read from the one tree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_ARTICLE_TYPES = ("article", "posting", "report", "recipe", "review", "howto", "story")
_SCRIPT_LIMIT = 2_000_000
_WALK_LIMIT = 20_000


class Statements:
    """All that a page's head and structured data say, as found."""

    def __init__(self, root: Any) -> None:
        self.meta: dict[str, list[str]] = {}
        self.links: dict[str, str] = {}
        self.licenses: list[str] = []
        self.writers: list[str] = []
        self.title = ""
        self.data: list[dict[str, Any]] = []
        self.lang = (
            root.get("lang") or root.get("xml:lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
        )
        for element in root.iter("meta", "title", "link", "script", "a", "h1", "time"):
            self._take(element)

    h1 = ""
    time = ""

    def _take(self, element: Any) -> None:
        tag = element.tag
        get = element.get
        if tag == "meta":
            key = get("property") or get("name") or get("itemprop") or get("http-equiv")
            value = get("content")
            if key and value and not value.isspace():
                self.meta.setdefault(key.lower().strip(), []).append(" ".join(value.split()))
        elif tag == "title":
            self.title = self.title or " ".join((element.text or "").split())
        elif tag == "a":
            rel = (get("rel") or "").lower()
            if rel == "license" and get("href"):
                self.licenses.append(get("href"))
            elif rel == "author":
                self.writers.append(" ".join("".join(element.itertext()).split()))
        elif tag == "link":
            rel = (get("rel") or "").lower()
            if rel and get("href"):
                self.links.setdefault(rel, get("href"))
        elif tag == "script":
            if "ld+json" in (get("type") or ""):
                self.data.extend(_objects(element.text or ""))
        elif tag == "h1":
            self.h1 = self.h1 or " ".join("".join(element.itertext()).split())
        elif tag == "time":
            stamp = get("datetime")
            if stamp and (
                not self.time
                or get("pubdate") is not None
                or "published" in (get("class") or "") + (get("itemprop") or "").lower()
            ):
                self.time = stamp

    def first(self, names: tuple[str, ...]) -> str:
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return value
        return ""

    def article(self) -> dict[str, Any]:
        """The structured-data object that describes an article, empty where none does."""
        best: dict[str, Any] = {}
        for item in self.data:
            kinds = item.get("@type")
            named = " ".join(
                kinds if isinstance(kinds, list) and all(isinstance(k, str) for k in kinds) else [str(kinds)]
            ).lower()
            told = any(key in item for key in ("headline", "datePublished", "articleBody"))
            if told and any(kind in named for kind in _ARTICLE_TYPES) and len(item) > len(best):
                best = item
        return best


def _objects(text: str) -> Iterator[dict[str, Any]]:
    if len(text) > _SCRIPT_LIMIT:
        return
    text = text.strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().removesuffix(";")
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    todo, seen = [value], 0
    while todo and seen < _WALK_LIMIT:
        seen += 1
        item = todo.pop()
        if isinstance(item, list):
            todo.extend(reversed(item[:500]))
        elif isinstance(item, dict):
            yield item
            for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item"):
                if isinstance(item.get(key), (list, dict)):
                    todo.append(item[key])
