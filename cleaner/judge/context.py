"""The second look: what the first scores of the whole document say about each line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.features import Features
from cleaner.judge.windows import OUTSIDE, Windows

SURE = 0.25
"""A first score below this on a line of several words marks it as the article's own."""


def context_features(first: Features, score: NDArray[np.float32], prefix: str = "") -> Features:
    """``first`` and, as more columns named with ``prefix``, what the scores (probabilities) around each line say."""
    windows = Windows(first.first)
    index = {name: i for i, name in enumerate(first.names)}
    words = np.expm1(first.values[:, index["words"]])
    score = score.astype(np.float32)
    logit = np.log((score + 1e-4) / (1 - score + 1e-4)).astype(np.float32)
    out: dict[str, NDArray[np.float32]] = {"p": logit}
    for step in (-3, -2, -1, 1, 2, 3):
        out[f"p{step:+d}"] = windows.shift(logit, step)
    for reach in (2, 5, 10):
        out[f"p~-{reach}"] = windows.mean(score, -reach, -1)
        out[f"p~+{reach}"] = windows.mean(score, 1, reach)
    mass = (words * score).astype(np.float32)
    before, after = windows.running(mass)
    all_before, all_after = windows.running(words.astype(np.float32))
    out["chrome_before"] = np.where(all_before > 0, before / np.maximum(all_before, 1e-3), OUTSIDE).astype(np.float32)
    out["chrome_after"] = np.where(all_after > 0, after / np.maximum(all_after, 1e-3), OUTSIDE).astype(np.float32)
    out["lines_chrome_before"], out["lines_chrome_after"] = windows.running(score)
    sure = ((score < SURE) & (words >= 8)).astype(np.float32)
    out["own_before"], out["own_after"] = windows.running(sure)
    own_text = (words * sure).astype(np.float32)
    total = windows.document_mean(own_text, np.ones_like(own_text))
    left, right = windows.running(own_text)
    count_before = np.expm1(first.values[:, index["line_number"]])
    count_after = np.expm1(first.values[:, index["lines_after"]])
    whole = np.maximum(total * (count_before + count_after + 1), 1)
    out["own_words_before"] = (np.where(left < 0, 0, left) * count_before / whole).astype(np.float32)
    out["own_words_after"] = (np.where(right < 0, 0, right) * count_after / whole).astype(np.float32)
    out["own_words_after_log"] = np.log1p(np.where(right < 0, 0, right) * count_after).astype(np.float32)
    out["own_words_before_log"] = np.log1p(np.where(left < 0, 0, left) * count_before).astype(np.float32)
    out["p_doc"] = windows.document_mean(score, np.ones_like(score))
    out["p_doc_words"] = np.where(
        total >= 0,
        windows.document_mean(mass, np.ones_like(mass))
        / np.maximum(windows.document_mean(words, np.ones_like(mass)), 1e-3),
        0,
    ).astype(np.float32)
    out["to_own_before"], out["to_own_after"] = _distance(first.first, sure > 0)
    values = np.concatenate([first.values.T, np.stack(list(out.values()))]).T
    return Features(values, first.first, (*first.names, *(prefix + name for name in out)), first.start, first.end)


COMPANY = 0.6
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


def _distance(first: NDArray[np.int64], mark: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Logarithm of the lines to the nearest marked line before and after, -1 where the document has none."""
    n = len(mark)
    size = np.diff(first)
    low, high = np.repeat(first[:-1], size), np.repeat(first[1:], size)
    at = np.arange(n)
    left, right = np.full(n, -1, np.int64), np.full(n, n, np.int64)
    if n:
        left[1:] = np.maximum.accumulate(np.where(mark, at, -1))[:-1]
        right[:-1] = np.minimum.accumulate(np.where(mark, at, n)[::-1])[::-1][1:]
    before = np.where(left >= low, np.log1p(at - left), -1)
    after = np.where(right < high, np.log1p(right - at), -1)
    return before.astype(np.float32), after.astype(np.float32)
