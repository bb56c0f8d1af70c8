"""HTML pages: bytes in, candidate text and the evidence of the markup for each of its lines out.

The candidate text holds every text block of the page in reading order, one a line. Nothing is chosen
here: the judge decides line by line, so whatever it drops is a removal with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class HtmlOptions:
    """Limits of ``read_page``. Sizes in bytes."""

    max_bytes: int = 50_000_000
    """Larger pages are rejected as ``too-large``."""
    max_blocks: int = 200_000
    """Pages with more text blocks are rejected as ``too-many-lines``."""
    max_tags: int = 500_000
    """Pages with more tags are rejected as ``too-many-tags`` before they are parsed."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was read from one page. ``features[i]`` belongs to ``line_spans(text)[i]``."""

    text: str
    features: np.ndarray
    """float32, (lines, ``len(FEATURES)``), columns named by ``cleaner.html.names.FEATURES``."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """``title``, ``authors``, ``date``, ``sitename``, ``url``, ``language``, ``license``, ``description``: what is stated."""
    encoding: str = "utf-8"


def read_page(
    raw: bytes,
    *,
    url: str | None = None,
    charset_hint: str | None = None,
    options: HtmlOptions | None = None,
) -> Page:
    """Read one page.

    Raises ``RejectError``: ``not-html``, ``no-content``, ``too-deep``, ``too-large``, ``too-many-lines``,
    ``too-many-tags``. Time and memory are linear
    in ``len(raw)``; nothing is fetched and no entity of a document type is expanded.
    """
    from cleaner.html.page import build_page

    return build_page(raw, url=url, charset_hint=charset_hint, options=options or HtmlOptions())


def __getattr__(name: str) -> Any:
    if name == "FEATURES":
        from cleaner.html.names import FEATURES

        return FEATURES
    raise AttributeError(name)
