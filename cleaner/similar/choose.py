"""Choose which sentences are kept: greedy pivots, verified as late as possible.

Candidate pairs are a graph; the better-ranked end of each comes first. A sentence without a better-ranked undecided
neighbour is a *root*: it is kept, and whatever is verified against it joins it. That is the lexicographically first
maximal independent set, found in rounds (Blelloch, Fineman, Shun: Greedy sequential maximal independent set and
matching are parallel on average, SPAA 2012), so that of a group of many copies each is compared with the kept one and
not with all others. Nothing chains: every member was itself verified against the sentence that is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.ragged import sorted_unique
from cleaner.similar.scratch import Scratch
from cleaner.similar.verdicts import APART, OPEN, Pairs, Verdicts
from cleaner.similar.verify import KEPT, TRUNCATED

I32 = NDArray[np.int32]
Judge = Callable[[I32, I32], Verdicts]
I64 = NDArray[np.int64]
T = TypeVar("T", bound=np.generic)
_NONE: I64 = np.empty(0, np.int64)
_BLOCK = 1 << 18
"""Pairs that are gone through at a time."""
_RELEASED = 8
"""After so many blocks of them, those that lie in files are let go of."""
_GATHERED = 1 << 20
"""Rows that are looked up at a time in arrays that may lie in files."""
_ROUNDS = 6
"""After these all pairs that are still open are verified at once: look-alikes that differ in a fact, each with each."""


@dataclass(frozen=True, slots=True)
class Choice:
    """For each of n sentences the kept one it belongs to (itself by default), the similarity to it, and the kind."""

    kept: NDArray[np.integer]
    similarity: NDArray[np.float32]
    kind: NDArray[np.uint8]


def choose(pairs: Pairs, priority: I32, lengths: I32, judge: Judge, scratch: Scratch) -> Choice:
    """Decides all sentences by their ``priority`` (less is better). What is known of ``pairs`` is not judged again; what
    is found out is written into them. A connected component of them is decided by itself, whatever the others hold.

    A truncated copy is never kept while a sentence that holds all of it is: it steps back, and joins a kept one last.
    """
    state = _State(pairs, priority, lengths, judge, scratch)
    for _ in range(_ROUNDS):
        if not state.round():
            break
    state.rest()
    state.step_forward()
    return Choice(state.kept, state.similarity, state.kind)


class _State:
    def __init__(self, pairs: Pairs, priority: I32, lengths: I32, judge: Judge, scratch: Scratch) -> None:
        self.first, self.second, self._judge = pairs.first, pairs.second, judge
        self.priority, self.lengths = priority, lengths
        n = len(priority)
        self.told, self._scratch = pairs, scratch
        self.open = scratch.full(len(pairs), bool, True)
        """Pairs not yet asked about. What is known of them counts only from then on, so that it changes no choice."""
        self.undecided = scratch.full(n, bool, True)
        self.stepped_back = scratch.full(n, bool, False)
        self.behind = scratch.full(n, bool, False)
        self.kept = scratch.numbers(n, np.int32)
        self.similarity = scratch.full(n, np.float32, 1)
        self.kind = scratch.full(n, np.uint8, KEPT)

    def verify(self, pairs: I64) -> I64:
        """Judges those of the pairs that are open; returns those that are accepted."""
        told = self.told
        accepted = [np.empty(0, np.int64)]
        for at in range(0, len(pairs), _BLOCK):
            rows = pairs[at : at + _BLOCK]
            new = rows[self._at(self.open, rows)]
            new = new[self._at(told.score, new) == OPEN]
            if len(new):
                found = self._judge(self._at(self.first, new), self._at(self.second, new))
                told.score[new] = np.where(found.merged, found.similarity, APART)
                told.kind[new] = found.kind
                self._release()
            self.open[rows] = False
            accepted.append(rows[self._at(told.score, rows) >= 0])
            self._release()
        return np.concatenate(accepted)

    def _release(self) -> None:
        self._scratch.release(self.first, self.second, self.told.score, self.told.kind, self.open)

    def _at(self, values: NDArray[T], rows: I64) -> NDArray[T]:
        """``values[rows]``, ``rows`` best ascending: of an array that lies in a file only a part is in memory at a time."""
        out = np.empty(len(rows), values.dtype)
        for low in range(0, len(rows), _GATHERED):
            out[low : low + _GATHERED] = values[rows[low : low + _GATHERED]]
            self._scratch.release(values)
        return out

    def _rows(self, wanted: Callable[[I32, I32], NDArray[np.bool_]]) -> Iterator[I64]:
        """Pairs that are accepted or open and whose two sentences are ``wanted``, a block at a time."""
        for low in range(0, len(self.first), _BLOCK):
            here = slice(low, low + _BLOCK)
            mine = wanted(self.first[here], self.second[here])
            mine &= self.open[here] | (self.told.score[here] >= 0)
            yield np.flatnonzero(mine) + low
            if low // _BLOCK % _RELEASED == 0:
                self._release()
        self._release()

    def live(self) -> Iterator[I64]:
        """Pairs of two undecided sentences that are accepted or open."""
        return self._rows(lambda first, second: self.undecided[first] & self.undecided[second])

    def round(self) -> bool:
        """Verifies and decides the neighbours of all roots; False when there is nothing left to decide."""
        behind = self.behind
        some = False
        for live in self.live():
            behind[self.second[live]] = True
            some = some or len(live) > 0
        if not some:
            return False
        mine = np.concatenate([live[~behind[self.first[live]]] for live in self.live()])
        roots = sorted_unique(self._at(self.first, mine))
        mine = self.verify(mine)
        self._step_back(mine)
        root, other = self._at(self.first, mine), self._at(self.second, mine)
        both = self.undecided[root] & self.undecided[other]
        self._join(other[both], root[both], mine[both])
        self.undecided[roots] = False
        behind[:] = False
        return True

    def rest(self) -> None:
        """Decides what the rounds have left, one by one in order of rank."""
        self._step_back(np.concatenate([_NONE, *map(self.verify, self.live())]))
        order = np.concatenate([_NONE, *self.live()])
        first, second = self._at(self.first, order), self._at(self.second, order)
        place = list(zip((-self._at(self.told.score, order)).tolist(), self.priority[first].tolist(), strict=True))
        waiting: dict[int, int] = {}
        for s in second.tolist():
            waiting[s] = waiting.get(s, 0) + 1
        neighbours: dict[int, list[int]] = {}
        for e, f in enumerate(first.tolist()):
            neighbours.setdefault(f, []).append(e)
        joined: dict[int, int] = {}
        ready = [f for f in neighbours if f not in waiting]
        while ready:
            f = ready.pop()
            for e in neighbours.get(f, ()):
                s = int(second[e])
                if f not in joined and (s not in joined or place[e] < place[joined[s]]):
                    joined[s] = e
                waiting[s] -= 1
                if not waiting[s]:
                    ready.append(s)
        edges = np.sort(np.fromiter(joined.values(), np.int64, len(joined)))
        self._join(second[edges], first[edges], order[edges])

    def _step_back(self, pairs: I64) -> None:
        """Of accepted pairs of which one is cut off, the shorter sentence leaves the choice for now."""
        pairs = pairs[self._at(self.told.kind, pairs) == TRUNCATED]
        a, b = self._at(self.first, pairs), self._at(self.second, pairs)
        short = np.where(self.lengths[a] <= self.lengths[b], a, b)
        self.stepped_back[short] = True
        self.undecided[short] = False

    def step_forward(self) -> None:
        """Truncated copies, the longest first, join a kept sentence or are kept after all."""
        late = self.stepped_back
        rows = self._rows(lambda first, second: late[first] | late[second])
        mine = np.concatenate([_NONE, *map(self.verify, rows)])
        columns: list[NDArray[Any]] = [
            self._at(column, mine) for column in (self.first, self.second, self.told.score, self.told.kind)
        ]
        first, second, score, kind = columns
        sources, targets, score, kind = (
            np.concatenate((a[late[first]], b[late[second]]))
            for a, b in ((first, second), (second, first), (score, score), (kind, kind))
        )
        order = np.lexsort((self.priority[targets], -score, self.priority[sources], -self.lengths[sources]))
        settled: set[int] = set()
        gone: set[int] = set()
        for s, t, e in zip(sources[order].tolist(), targets[order].tolist(), order.tolist(), strict=True):
            free = (not late[t] and self.kept[t] == t) or (late[t] and t in settled and t not in gone)
            if s not in gone and free:
                gone.add(s)
                self.kept[s], self.similarity[s], self.kind[s] = t, score[e], kind[e]
            settled.add(s)

    def _join(self, source: I32, target: I32, edges: I64) -> None:
        """Each source joins the most similar of its targets."""
        score, kind = self._at(self.told.score, edges), self._at(self.told.kind, edges)
        order = np.lexsort((self.priority[target], -score, source))
        best = order[np.concatenate((np.ones(min(1, len(order)), bool), np.diff(source[order]) != 0))]
        source = source[best]
        self.kept[source], self.similarity[source], self.kind[source] = target[best], score[best], kind[best]
        self.undecided[source] = False
