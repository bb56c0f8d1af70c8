"""Does a line belong to this article? Overlap of its words with the article's own core, never with its neighbours alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.chars import Batch, mix

PROSE_WORDS = 12
"""Lines of at least this many words that end like a sentence can vouch for others."""


def overlaps(
    batch: Batch, function_word: NDArray[np.bool_], weight: NDArray[np.int64], prose: NDArray[np.bool_]
) -> dict[str, NDArray[np.float32]]:
    """Shares of each line's content words, by ``weight``, that the rest of the document holds; all in 0..1.

    ``carried``: in any other line; ``core``: in a prose line that is not a direct neighbour; ``names``: capitalised
    words inside the line, in any other line; ``opening``: in the document's first three lines; ``novel``: weight of
    the words that no other line holds, as a logarithm.
    """
    n = batch.lines
    chosen = np.flatnonzero(~function_word & (batch.word_size >= 3) & (weight > 0))
    line = batch.word_line[chosen]
    doc = batch.doc[line].astype(np.uint64)
    key = mix(batch.stem_hash[chosen] ^ (doc * np.uint64(0x9E3779B97F4A7C15)))
    order = np.argsort(key, kind="stable")
    key, line, chosen = key[order], line[order], chosen[order]
    fresh = np.ones(len(key), np.bool_)
    fresh[1:] = (key[1:] != key[:-1]) | (line[1:] != line[:-1])
    key, line, chosen = key[fresh], line[fresh], chosen[fresh]
    group = np.zeros(len(key), np.int64)
    if len(key):
        group[1:] = np.cumsum(key[1:] != key[:-1])
    groups = int(group[-1]) + 1 if len(key) else 0
    value = weight[chosen]
    own = prose[line]
    holders = np.bincount(group, minlength=groups)[group]
    supporters = np.bincount(group[own], minlength=groups)[group] - own
    same_before = np.zeros(len(key), np.bool_)
    same_before[1:] = (group[1:] == group[:-1]) & (line[1:] - line[:-1] == 1)
    same_after = np.roll(same_before, -1)
    if len(key):
        supporters -= np.where(same_before, np.roll(own, 1), False)
        supporters -= np.where(same_after, np.roll(own, -1), False)
    opens = line - batch.first[batch.doc[line]] < 3
    in_opening = (np.bincount(group[opens], minlength=groups)[group] - opens) > 0
    inner = batch.word_upper[chosen] & (chosen != batch.word_first[line])

    def total(values: NDArray[np.int64], where: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(line[where], values[where], minlength=n).astype(np.int64)

    whole = total(value, np.ones(len(key), np.bool_))
    names = total(value, inner)
    novel = total(value, holders == 1)

    def share(part: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.where(of > 0, part / np.maximum(of, 1), -1).astype(np.float32)

    return {
        "carried": share(whole - novel, whole),
        "core": share(total(value, supporters > 0), whole),
        "core_two": share(total(value, supporters > 1), whole),
        "names": share(total(value, inner & (holders > 1)), names),
        "opening": share(total(value, in_opening), whole),
        "novel": np.log1p(novel / 64).astype(np.float32),
    }
