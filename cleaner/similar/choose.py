"""Choose which sentences are kept: greedy pivots, verified as late as possible.

Candidate pairs are a graph; the better-ranked end of each comes first. A sentence without a better-ranked undecided
neighbour is a *root*: it is kept, and whatever is verified against it joins it. That is the lexicographically first
maximal independent set, found in rounds (Blelloch, Fineman, Shun: Greedy sequential maximal independent set and
matching are parallel on average, SPAA 2012), so that of a group of many copies each is compared with the kept one and
not with all others. Nothing chains: every member was itself verified against the sentence that is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.ragged import sorted_unique
from cleaner.similar.scratch import Scratch
from cleaner.similar.verdicts import APART, OPEN, Pairs, Verdicts
from cleaner.similar.verify import KEPT, TRUNCATED

I32 = NDArray[np.int32]
Judge = Callable[[I32, I32], Verdicts]
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
        self.told = pairs
        self.open = np.ones(len(pairs), bool)
        """Pairs not yet asked about. What is known of them counts only from then on, so that it changes no choice."""
        self.score = np.full(len(pairs), APART)
        """Similarity of accepted pairs."""
        self.cut = np.zeros(len(pairs), bool)
        self.undecided = scratch.full(n, bool, True)
        self.stepped_back = scratch.full(n, bool, False)
        self.behind = scratch.full(n, bool, False)
        self.kept = scratch.numbers(n, np.int32)
        self.similarity = scratch.full(n, np.float32, 1)
        self.kind = scratch.full(n, np.uint8, KEPT)

    def verify(self, pairs: NDArray[np.int64]) -> None:
        """Judges those of the pairs that are open."""
        pairs = pairs[self.open[pairs]]
        if not len(pairs):
            return
        told = self.told
        new = pairs[told.score[pairs] == OPEN]
        if len(new):
            found = self._judge(self.first[new], self.second[new])
            told.score[new] = np.where(found.merged, found.similarity, APART)
            told.kind[new] = found.kind
        self.open[pairs] = False
        self.score[pairs] = told.score[pairs]
        self.cut[pairs] = (told.score[pairs] >= 0) & (told.kind[pairs] == TRUNCATED)

    def live(self) -> NDArray[np.int64]:
        """Pairs of two undecided sentences that are accepted or open."""
        both = self.undecided[self.first] & self.undecided[self.second]
        return np.flatnonzero(both & (self.open | (self.score >= 0)))

    def round(self) -> bool:
        """Verifies and decides the neighbours of all roots; False when there is nothing left to decide."""
        live = self.live()
        if not len(live):
            return False
        behind = self.behind
        behind[self.second[live]] = True
        mine = live[~behind[self.first[live]]]
        self.verify(mine)
        mine = mine[self.score[mine] >= 0]
        self._step_back(mine)
        mine = mine[self.undecided[self.first[mine]] & self.undecided[self.second[mine]]]
        self._join(self.second[mine], self.first[mine], mine)
        roots = sorted_unique(self.first[live[~behind[self.first[live]]]])
        self.undecided[roots] = False
        behind[self.second[live]] = False
        return True

    def rest(self) -> None:
        """Decides what the rounds have left, one by one in order of rank."""
        self.verify(self.live())
        live = self.live()
        self._step_back(live)
        live = self.live()
        order = live
        waiting: dict[int, int] = {}
        for s in self.second[order].tolist():
            waiting[s] = waiting.get(s, 0) + 1
        neighbours: dict[int, list[int]] = {}
        for e, f in zip(order.tolist(), self.first[order].tolist(), strict=True):
            neighbours.setdefault(f, []).append(e)
        joined: dict[int, int] = {}
        ready = [f for f in neighbours if f not in waiting]
        while ready:
            f = ready.pop()
            for e in neighbours.get(f, ()):
                s = int(self.second[e])
                if f not in joined and (s not in joined or self._better(e, joined[s])):
                    joined[s] = e
                waiting[s] -= 1
                if not waiting[s]:
                    ready.append(s)
        edges = np.fromiter(joined.values(), np.int64, len(joined))
        self._join(self.second[edges], self.first[edges], edges)

    def _better(self, edge: int, than: int) -> bool:
        return self._place(edge) < self._place(than)

    def _place(self, edge: int) -> tuple[float, int]:
        return -float(self.score[edge]), int(self.priority[self.first[edge]])

    def _step_back(self, pairs: NDArray[np.int64]) -> None:
        """The shorter sentence of each truncated pair leaves the choice for now."""
        pairs = pairs[self.cut[pairs]]
        a, b = self.first[pairs], self.second[pairs]
        short = np.where(self.lengths[a] <= self.lengths[b], a, b)
        self.stepped_back[short] = True
        self.undecided[short] = False

    def step_forward(self) -> None:
        """Truncated copies, the longest first, join a kept sentence or are kept after all."""
        late = self.stepped_back
        side = [(self.first, self.second), (self.second, self.first)]
        mine = np.flatnonzero((late[self.first] | late[self.second]) & (self.open | (self.score >= 0)))
        self.verify(mine)
        mine = mine[self.score[mine] >= 0]
        sources = np.concatenate([a[mine][late[a[mine]]] for a, _ in side])
        targets = np.concatenate([b[mine][late[a[mine]]] for a, b in side])
        edges = np.concatenate([mine[late[a[mine]]] for a, _ in side])
        order = np.lexsort((self.priority[targets], -self.score[edges], self.priority[sources], -self.lengths[sources]))
        settled: set[int] = set()
        gone: dict[int, int] = {}
        for s, t, e in zip(sources[order].tolist(), targets[order].tolist(), edges[order].tolist(), strict=True):
            free = (not late[t] and self.kept[t] == t) or (late[t] and t in settled and t not in gone)
            if s not in gone and free:
                gone[s] = e
                self.kept[s], self.similarity[s], self.kind[s] = t, self.score[e], self.told.kind[e]
            settled.add(s)

    def _join(self, source: I32, target: I32, edges: NDArray[np.int64]) -> None:
        """Each source joins the most similar of its targets."""
        order = np.lexsort((self.priority[target], -self.score[edges], source))
        source, target, edges = source[order], target[order], edges[order]
        best = np.concatenate((np.ones(min(1, len(source)), bool), source[1:] != source[:-1]))
        source, target, edges = source[best], target[best], edges[best]
        self.kept[source], self.similarity[source], self.kind[source] = target, self.score[edges], self.told.kind[edges]
        self.undecided[source] = False
