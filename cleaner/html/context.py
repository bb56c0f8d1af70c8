"""The second look at a page: what the first scores say of each block's containers, kind and surroundings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.html.names import COLUMN, GROUP_COLUMNS, FEATURES

Column = NDArray[np.float32]
_PRIOR = 5.0
"""Words that the page as a whole lends to each group, so that small groups say little."""


def page_context(page: NDArray[np.float32], remove: NDArray[np.float32]) -> dict[str, Column]:
    """Columns for one page: ``page`` its features, ``remove`` the first scores (1: does not belong)."""
    n = len(page)
    out: dict[str, Column] = {}
    keep = 1.0 - remove.astype(np.float64)
    words = page[:, COLUMN["words"]].astype(np.float64) + 1.0
    mass = words * keep
    whole = float(mass.sum() / words.sum())
    out["page_keep"] = np.full(n, whole, np.float32)
    out["page_keep_words"] = np.full(n, np.log1p(mass.sum()), np.float32)
    for column in GROUP_COLUMNS:
        group = page[:, column].astype(np.int64)
        size = int(group.max()) + 1
        all_words = np.bincount(group, weights=words, minlength=size)[group] - words
        all_mass = np.bincount(group, weights=mass, minlength=size)[group] - mass
        name = FEATURES[column]
        out[name + "_keep"] = ((all_mass + _PRIOR * whole) / (all_words + _PRIOR)).astype(np.float32)
        out[name + "_share"] = (all_mass / max(mass.sum(), 1e-6)).astype(np.float32)
    before = np.cumsum(mass) - mass
    after = mass.sum() - np.cumsum(mass)
    out["mass_before"] = (before / mass.sum()).astype(np.float32)
    out["mass_after"] = (after / mass.sum()).astype(np.float32)
    out["mass_after_log"] = np.log1p(after).astype(np.float32)
    words_after = words.sum() - np.cumsum(words)
    words_before = np.cumsum(words) - words
    out["keep_after"] = ((after + _PRIOR * whole) / (words_after + _PRIOR)).astype(np.float32)
    out["keep_before"] = ((before + _PRIOR * whole) / (words_before + _PRIOR)).astype(np.float32)
    for reach in (1, 2, 4, 8, 16):
        out[f"keep_up_{reach}"], out[f"keep_down_{reach}"] = _decayed(words, mass, reach * 25.0, whole)
    sure = (keep > 0.7) & (words > 12)
    out["since_sure"], out["until_sure"] = _words_to(sure, words), _words_to(sure[::-1], words[::-1])[::-1]
    unsure = (keep < 0.3) & (words > 4)
    out["since_chrome"], out["until_chrome"] = _words_to(unsure, words), _words_to(unsure[::-1], words[::-1])[::-1]
    return out


def _decayed(
    words: NDArray[np.float64], mass: NDArray[np.float64], reach: float, whole: float
) -> tuple[Column, Column]:
    """Kept share of the words around, weighted down by distance (in words, ``reach`` is one e-fold)."""

    def one_way(words: NDArray[np.float64], mass: NDArray[np.float64]) -> Column:
        got = np.empty(len(words), np.float32)
        w = m = 0.0
        for i, (own_words, own_mass) in enumerate(zip(words.tolist(), mass.tolist())):
            got[i] = (m + whole) / (w + 1.0)
            fade = float(np.exp(-own_words / reach))
            room = reach * (1.0 - fade) / own_words
            w, m = w * fade + own_words * room, m * fade + own_mass * room
        return got

    return one_way(words, mass), one_way(words[::-1], mass[::-1])[::-1]


def _words_to(marks: NDArray[np.bool_], words: NDArray[np.float64]) -> Column:
    """Logarithm of the words since the last marked block before this one; -1 where there is none."""
    upto = np.cumsum(words)
    at = np.where(marks, np.arange(len(marks)), -1)
    last = np.full(len(marks), -1)
    last[1:] = np.maximum.accumulate(at)[:-1]
    return np.where(last >= 0, np.log1p(upto - words - upto[np.maximum(last, 0)]), -1.0).astype(np.float32)
