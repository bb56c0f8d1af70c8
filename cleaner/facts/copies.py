"""An article that was scraped twice, or that several outlets print: what one copy has and the others lack.

The same comparison finds the template of pages that share one (Bar-Yossef and Rajagopalan 2002); here it is turned round:
the article is what the copies share.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cleaner.facts.keys import Keys, mix

LARGEST = 4
"""Lines that stand in one copy only, and between lines that stand together in the other, are an addition up to this part of
what both hold: a page without its article holds the furniture of one that has it, and the article is no addition."""


def compared(
    lines: Keys, length: NDArray[np.int64], copies: Iterable[tuple[Keys, Keys]]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What the copies of a document say of its lines, given as folded keys with their code points.

    Each copy is its folded keys, and for each the key that follows (0 at its end). Returned are, for each line:

    - the share of the copies that hold it, of those that reach so far to both sides; -1 where none does
    - the share of all copies in which the lines around it follow each other, without it
    """
    n = len(lines)
    held, reached, added = np.zeros(n), np.zeros(n), np.zeros(n)
    mass = np.concatenate([[0], np.cumsum(length)])
    count = 0
    for theirs, after in copies:
        count += 1
        both = np.isin(lines, theirs)
        place = np.flatnonzero(both)
        if not len(place):
            continue
        first, last = int(place[0]), int(place[-1]) + 1
        shared = int(length[both].sum())
        if mass[last] - mass[first] > 2 * shared:
            continue  # alike only in what is around another article
        reached[first:last] += 1
        held[both] += 1
        left, right = place[:-1], place[1:]
        between = mass[right] - mass[left + 1]
        apart = (right - left > 1) & (LARGEST * between <= shared)
        joined = np.isin(mix(lines[left[apart]], lines[right[apart]]), mix(theirs, after))
        for low, high in zip(left[apart][joined].tolist(), right[apart][joined].tolist(), strict=True):
            added[low + 1 : high] += 1
    share = np.where(reached > 0, held / np.maximum(reached, 1), -1)
    return share.astype(np.float32), (added / max(count, 1)).astype(np.float32)
