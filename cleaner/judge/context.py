"""What the verdicts around a line say of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SURE = 0.25
"""A score below this on a line of several words marks it as the article's own."""
_OWN_WORDS = 8
_SAID_WORDS = 4
"""Shorter lines between those of an article are its chrome rather than another story."""
COMPANY = 0.8
"""Log-odds that a line may gain from a neighbour that is surely out of place: a headline goes with its teaser. Out of
fold it finds more at the same loss, and touches fewer articles that have nothing to remove."""


def with_company(odds: NDArray[np.float64], first: NDArray[np.int64]) -> NDArray[np.float64]:
    """Log-odds of lines, raised towards those of the surer neighbour in the same document by at most COMPANY."""
    doc = np.repeat(np.arange(len(first) - 1), np.diff(first))
    same = doc[1:] == doc[:-1]
    surer = np.full(len(odds), -np.inf)
    surer[1:] = np.where(same, odds[:-1], -np.inf)
    surer[:-1] = np.maximum(surer[:-1], np.where(same, odds[1:], -np.inf))
    return np.asarray(np.maximum(odds, np.minimum(surer, odds + COMPANY)), np.float64)


def inside(remove: NDArray[np.float32], words: NDArray[np.float32], first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Lines of several words that stand between lines of the article, for documents of lines ``first[i]:first[i+1]``."""
    lines = len(remove)
    at = np.arange(lines)
    size = np.diff(first)
    low, high = np.repeat(first[:-1], size), np.repeat(first[1:], size)
    own = (remove < SURE) & (words >= _OWN_WORDS)
    before = np.concatenate([[-1], np.maximum.accumulate(np.where(own, at, -1))])[:lines]
    after = np.concatenate([np.minimum.accumulate(np.where(own, at, lines)[::-1])[::-1], [lines]])[1:]
    return np.asarray((words > _SAID_WORDS) & (before >= low) & (after < high))
