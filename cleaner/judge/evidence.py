"""Kinds of evidence, in words a person understands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

GROUPS = ("form", "words", "cohesion", "place", "neighbours", "repetition", "corpus", "page")
"""form: length, case, marks; words: what is said; cohesion: does it share the article's words and meaning; place: where
it stands; neighbours: what stands around it, in the whole document; repetition: in this document; corpus: in others; page: the markup."""

_WORDS = ("text", "lede", "function", "other_language", "address", "dates", "english")
_COHESION = (
    "carried", "core", "names", "opening", "novel", "near", "centre", "title_near", "previous_near", "next_near",
    "bridge", "span_",
)  # fmt: skip
_PLACE = (
    "line_number", "lines_after", "place", "chars_", "gap", "to_prose", "prose_", "tail", "doc_",
)  # fmt: skip
_CORPUS = (
    "articles", "folded", "template", "outlets", "headline", "opens", "slot", "corroborated", "copies_", "wire_",
    "outlet_articles",
)  # fmt: skip


def group_of(name: str) -> str:
    """The kind of evidence that a feature belongs to."""
    if name.startswith("page"):
        return "page"
    if name.startswith(_CORPUS):
        return "corpus"
    if "~" in name or name[-2:] in ("-1", "-2", "+1", "+2"):
        return "neighbours"
    if name.startswith("same"):
        return "repetition"
    for group, starts in (("words", _WORDS), ("cohesion", _COHESION), ("place", _PLACE)):
        if name.startswith(starts):
            return group
    return "form"


def group_columns(names: Sequence[str]) -> list[NDArray[np.int64]]:
    """Column numbers of each group, in the order of ``GROUPS``."""
    groups = [group_of(name) for name in names]
    return [np.flatnonzero([g == group for g in groups]) for group in GROUPS]
