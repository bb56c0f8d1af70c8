"""What the markup around a block says that the block is, in the words of removal reasons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.html.names import COLUMN

_ZONES = (
    ("comments", "comment"), ("dialog", "cookie-notice"), ("nav", "navigation"), ("figure", "caption"),
    ("form", "comment-form"), ("header", "navigation"), ("footer", "page-foot"),
)  # fmt: skip
_CLASSES = (
    ("consent", "cookie-notice"), ("share", "share-bar"), ("signup", "newsletter"), ("related", "related-links"),
    ("comment", "comment-form"), ("nav", "navigation"), ("promo", "promotion"), ("byline", "byline"),
    ("caption", "caption"), ("footer", "page-foot"), ("side", "widget"),
)  # fmt: skip
_NEAR = 2
"""Levels up to which the name of a class or id is taken for the block's own."""
_BYLINE_WORDS = 12
"""A longer text in the author's box is a biography."""
_FORM_OF_COMMENTS = "comment-form"


def markup_reason(row: NDArray[np.float32]) -> tuple[str, str] | None:
    """Reason code and the markup it was read from, for one row of ``page_features``; ``None`` where markup is silent.

    Only ever words a decision that is made already: the judge weighs the same columns as numbers.
    """

    def value(name: str) -> float:
        return float(row[COLUMN[name]])

    zones = [(reason, f"in <{zone}>" if zone != "comments" else "in the readers' comments") for zone, reason in _ZONES]
    inside = [found for (zone, _), found in zip(_ZONES, zones, strict=True) if value(f"in_{zone}") > 0]
    named = sorted(
        (value(f"class_{name}"), order, reason, name)
        for order, (name, reason) in enumerate(_CLASSES)
        if value(f"class_{name}") <= _NEAR
    )
    if inside and inside[0][0] in ("comment", "cookie-notice"):
        return inside[0]
    if named:
        levels, _, reason, name = named[0]
        if reason == "byline" and value("words") > _BYLINE_WORDS:
            reason = "author-box"
        where = "its own class or id" if not levels else f"a class or id {int(levels)} level{'s' * (levels > 1)} up"
        return reason, f"“{name}” in {where}"
    inside = [found for found in inside if found[0] != _FORM_OF_COMMENTS]
    return inside[0] if inside else None
