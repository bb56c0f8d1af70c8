"""Who carries whose sentences: the outlets' map, the longest chains of copies, and examples of each pair."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass, field

from cleaner.io.results import Record

MAX_CHAINS = 30
MAX_EXAMPLES = 25
"""Sentences listed for each pair of outlets."""
MAX_SENTENCES = 40_000
"""Shared sentences in the page; the figures count all of them."""
MAX_MAP = 24
"""Outlets in the map: those that share most."""


@dataclass
class Sharing:
    """Shared sentences: those with two sources or more."""

    sentences: list[Record] = field(default_factory=list)
    shared: int = 0
    """How many there are in all."""
    chains: list[int] = field(default_factory=list)
    """Numbers of the sentences in the most documents, two at least, longest first."""
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Sentences by (outlet of the kept copy, outlet of another copy)."""
    examples: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    listed: list[int] = field(default_factory=list)
    """Place of each of ``sentences`` among all."""
    _longest: list[tuple[int, int, int, Record]] = field(default_factory=list)
    """A heap: documents, sources, place (negative) and the sentence."""

    @property
    def outlets(self) -> list[str]:
        """Outlets of the map, those that share most with others first."""
        weight: Counter[str] = Counter()
        for (kept, other), count in self.pairs.items():
            share = count if kept != other else 0
            weight[kept] += share
            weight[other] += share
        return sorted(weight, key=lambda o: (-weight[o], o))[:MAX_MAP]

    def take(self, sentences: Iterable[tuple[int, Record]], embedded: Set[str]) -> None:
        """Counts shared sentences, given with their places, in order; keeps the longest chains, the examples, and those
        that ``embedded`` documents kept."""
        for place, sentence in sentences:
            sources = sentence["sources"]
            self.shared += 1
            pairs = {(sources[0]["outlet"], s["outlet"]) for s in sources[1:]}
            self.pairs.update(pairs)
            documents = len({s["doc_id"] for s in sources})
            if documents > 1:  # else said twice in one document: counted, but no chain
                self._chain((documents, len(sources), -place, sentence))
            self._list(place, sentence, pairs, sources[0]["doc_id"] in embedded)

    def join(self, later: Sharing, first: int, embedded: Set[str]) -> None:
        """Takes in what ``later`` took of the sentences from place ``first`` on."""
        self.shared += later.shared
        self.pairs.update(later.pairs)
        for documents, sources, place, sentence in later._longest:
            self._chain((documents, sources, place - first, sentence))
        for place, sentence in zip(later.listed, later.sentences, strict=True):
            sources = sentence["sources"]
            pairs = {(sources[0]["outlet"], s["outlet"]) for s in sources[1:]}
            self._list(place + first, sentence, pairs, sources[0]["doc_id"] in embedded)

    def close(self) -> None:
        """With all sentences taken in: the chains, longest first."""
        number = {s["id"]: n for n, s in enumerate(self.sentences)}
        for *_, sentence in sorted(self._longest, key=lambda e: e[:3], reverse=True):
            if sentence["id"] not in number:
                number[sentence["id"]] = len(self.sentences)
                self.sentences.append(sentence)
            self.chains.append(number[sentence["id"]])

    def _chain(self, entry: tuple[int, int, int, Record]) -> None:
        if len(self._longest) < MAX_CHAINS:
            heapq.heappush(self._longest, entry)
        elif entry[:3] > self._longest[0][:3]:
            heapq.heapreplace(self._longest, entry)

    def _list(self, place: int, sentence: Record, pairs: Set[tuple[str, str]], own: bool) -> None:
        wanted = [p for p in sorted(pairs) if len(self.examples.setdefault(p, [])) < MAX_EXAMPLES]
        if len(self.sentences) < MAX_SENTENCES and (wanted or own):
            for pair in wanted:
                self.examples[pair].append(len(self.sentences))
            self.sentences.append(sentence)
            self.listed.append(place)
