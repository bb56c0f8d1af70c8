"""Bytes of a page to its candidate text, evidence and metadata: the path that ``read_page`` names."""

from __future__ import annotations

from cleaner.errors import RejectError
from cleaner.html import HtmlOptions, Page
from cleaner.html.blocks import Blocks, collect
from cleaner.html.decode import decode, refuse_other_files
from cleaner.html.features import Stated, page_features
from cleaner.html.metadata import read_metadata
from cleaner.html.parse import MAX_LEVELS, parse, parse_flat
from cleaner.html.statements import Statements


def build_page(raw: bytes, *, url: str | None, charset_hint: str | None, options: HtmlOptions) -> Page:
    """See ``cleaner.html.read_page``."""
    if len(raw) > options.max_bytes:
        raise RejectError("too-large")
    refuse_other_files(raw)
    text, encoding = decode(raw, charset_hint)
    if text.count("<") > options.max_tags:
        raise RejectError("too-many-tags", f"more than {options.max_tags} tags; see --max-tags")
    root = parse(text)
    if root is None:
        raise RejectError("no-content")
    statements = Statements(root)
    found = collect(root, options.max_blocks)
    if found.depth >= MAX_LEVELS:
        found = collect(parse_flat(text), options.max_blocks)
    if not found.blocks:
        raise RejectError("no-content")
    metadata = read_metadata(root, statements, url, found)
    features = page_features(found, _stated(statements, metadata))
    return Page("\n".join(b.text for b in found.blocks), features, metadata, encoding)


def _stated(statements: Statements, metadata: dict[str, object]) -> Stated:
    titles = (str(metadata.get("title", "")), statements.title, statements.h1)
    body = statements.article().get("articleBody")
    return Stated(titles, str(metadata.get("description", "")), body if isinstance(body, str) else "")


__all__ = ["Blocks", "build_page"]
