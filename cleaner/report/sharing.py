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

    @property
    def outlets(self) -> list[str]:
        """Outlets of the map, those that share most with others first."""
        weight: Counter[str] = Counter()
        for (kept, other), count in self.pairs.items():
            share = count if kept != other else 0
            weight[kept] += share
            weight[other] += share
        return sorted(weight, key=lambda o: (-weight[o], o))[:MAX_MAP]


def gather_sharing(sentences: Iterable[Record], embedded: Set[str]) -> Sharing:
    """Count every shared sentence; keep the chains, the examples, and those of ``embedded`` documents."""
    sharing = Sharing()
    heap: list[tuple[int, int, int, Record]] = []
    for order, sentence in enumerate(sentences):
        sources = sentence["sources"]
        if len(sources) < 2:
            continue
        sharing.shared += 1
        pairs = {(sources[0]["outlet"], s["outlet"]) for s in sources[1:]}
        sharing.pairs.update(pairs)
        entry = (len({s["doc_id"] for s in sources}), len(sources), -order, sentence)
        if entry[0] < 2:
            pass  # said twice in one document: counted, but no chain
        elif len(heap) < MAX_CHAINS:
            heapq.heappush(heap, entry)
        elif entry[:3] > heap[0][:3]:
            heapq.heapreplace(heap, entry)
        wanted = [p for p in sorted(pairs) if len(sharing.examples.setdefault(p, [])) < MAX_EXAMPLES]
        if len(sharing.sentences) < MAX_SENTENCES and (wanted or sources[0]["doc_id"] in embedded):
            for pair in wanted:
                sharing.examples[pair].append(len(sharing.sentences))
            sharing.sentences.append(sentence)
    number = {s["id"]: n for n, s in enumerate(sharing.sentences)}
    for *_, sentence in sorted(heap, key=lambda e: e[:3], reverse=True):
        if sentence["id"] not in number:
            number[sentence["id"]] = len(sharing.sentences)
            sharing.sentences.append(sentence)
        sharing.chains.append(number[sentence["id"]])
    return sharing
