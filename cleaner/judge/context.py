"""What the verdicts around a line say of it."""

from __future__ import annotations

from typing import Any

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


END = 0.5
"""Log-odds that a line gains when the article has ended and the line before is out of place. Out of fold the same content
is lost, and less chrome left: 36.9 % of whole pages become 35.2 %. With 1 it is 33.8 %, but the dial then asks more of
insertions."""


def after_the_end(
    odds: NDArray[np.float64], words: NDArray[np.float32], first: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Log-odds of lines, raised by END after the article's last line, from the first leftover on.

    The article's own last words are safe: what stands before them belongs to it.
    """
    before, after = _own_around(1 / (1 + np.exp(-np.clip(odds, -30, 30))), words, first)
    follows = np.zeros(len(odds), np.bool_)
    follows[1:] = odds[:-1] > 0
    return np.asarray(odds + END * (follows & before & ~after), np.float64)


def inside(remove: NDArray[np.float32], words: NDArray[np.float32], first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Lines of several words that stand between lines of the article, for documents of lines ``first[i]:first[i+1]``."""
    before, after = _own_around(remove, words, first)
    return np.asarray((words > _SAID_WORDS) & before & after)


def _own_around(
    remove: NDArray[np.floating[Any]], words: NDArray[np.float32], first: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether lines of the article stand before, and after, each line in its document."""
    lines = len(remove)
    at = np.arange(lines)
    size = np.diff(first)
    low, high = np.repeat(first[:-1], size), np.repeat(first[1:], size)
    own = (remove < SURE) & (words >= _OWN_WORDS)
    before = np.concatenate([[-1], np.maximum.accumulate(np.where(own, at, -1))])[:lines]
    after = np.concatenate([np.minimum.accumulate(np.where(own, at, lines)[::-1])[::-1], [lines]])[1:]
    return before >= low, after < high
