"""Clusters of near-identical sentences: the same for the same sentences and ranks, however they were sharded.

1. Exact repeats (equal comparison form) collapse to the one of best rank.
2. Sentences that share a band are compared; ``verify`` accepts a pair or says which fact keeps it apart.
3. The best-ranked sentence is kept, everything accepted against *it* joins it, and so on (``choose``): nothing
   chains, every member was verified against the sentence that is kept.
4. A truncated copy never is the kept one while the sentence that it was cut from is there.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.candidates import Candidates, collapse, hash_parts
from cleaner.similar.choose import Choice, choose
from cleaner.similar.corpus import Corpus
from cleaner.similar.index import Memory, carried, grow
from cleaner.similar.near import Crowd
from cleaner.similar.options import DedupOptions
from cleaner.similar.ragged import sorted_unique
from cleaner.similar.runs import Runs
from cleaner.similar.scratch import Scratch
from cleaner.similar.threads import in_order
from cleaner.similar.verdicts import Pairs
from cleaner.similar.verify import EXACT, KEPT, KINDS, NEAR, Edges, Screen, exact_join, verify
from cleaner.similar.words import WordTable

_ROWS = 1 << 20
"""Sentences at a time where all are gone through."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """One row for each sentence of a cluster of two or more, sorted by sentence."""

    sentence: NDArray[np.int64]
    kept: NDArray[np.int64]
    similarity: NDArray[np.float32]
    kind: NDArray[np.uint8]
    """Index into ``KINDS``; the kept sentence itself has ``kept`` and similarity 1."""
    capped: int
    """Buckets that were too large to compare all with all (see ``DedupOptions.max_bucket``)."""

    def to_table(self) -> Any:
        """``pyarrow.Table`` with columns sentence, kept, similarity, kind (dictionary-encoded string)."""
        import pyarrow as pa

        kind = pa.DictionaryArray.from_arrays(pa.array(self.kind.astype(np.int8)), pa.array(KINDS))
        columns = {"sentence": self.sentence, "kept": self.kept, "similarity": self.similarity, "kind": kind}
        return pa.table(columns).replace_schema_metadata({"capped": str(self.capped)})

    def labels(self, n: int) -> NDArray[np.int64]:
        """The kept sentence of each of n sentences; itself where it has no copy."""
        out = np.arange(n, dtype=np.int64)
        out[self.sentence] = self.kept
        return out


def cluster(
    shards: Sequence[Path | str],
    work_dir: Path | str | None,
    doc_rank: NDArray[np.int64],
    options: DedupOptions | None = None,
    memory: Memory | None = None,
) -> Clusters:
    """Clusters of all sentences of the signed ``shards``, numbered through in the given order.

    ``doc_rank[d]`` is the rank of document ``d``: of copies the one with the least (rank, start) is kept, or the
    longest first where ``options.keep`` is ``longest``. With ``work_dir`` the result is written there as
    ``clusters.arrow``, and what does not fit ``options.memory`` spills there. With ``memory``
    the clustering is kept in it, and grows from the one that it holds: the result is the same.
    """
    options = options or DedupOptions()
    corpus = Corpus(shards)
    n = len(corpus)
    folder = None if work_dir is None else Path(work_dir)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    scratch = Scratch(folder, options.memory)
    lengths = corpus.lengths(scratch.full(n, np.int32, 0))
    priority = _priority(corpus, lengths, doc_rank, options, scratch)
    least = 1 if options.exact_t is not None else options.min_exact_tokens
    best = collapse(corpus, priority, lengths, least, scratch)
    live = scratch.full(n, bool, False)
    for low, high in itertools.pairwise(corpus.bases.tolist()):
        own = best[low:high] == np.arange(low, high, dtype=np.int32)
        live[low:high] = own & (lengths[low:high] >= options.least_tokens)
    if options.exact_t is not None:
        candidates = Candidates(corpus, options, scratch)
        pairs = candidates.pairs(live, priority)
        choice = _components(priority, [exact_join(corpus, a, b, options.exact_t) for a, b in pairs])
        capped = candidates.capped
    else:
        choice, capped = _chosen(corpus, live, priority, lengths, options, scratch, memory)
    result = _spread(best, choice, capped)
    if folder is not None:
        _write(result, folder)
    return result


def _chosen(
    corpus: Corpus, live: NDArray[np.bool_], priority: NDArray[np.int32], lengths: NDArray[np.int32],
    options: DedupOptions, scratch: Scratch, memory: Memory | None,
) -> tuple[Choice, int]:  # fmt: skip
    """The choice among live sentences, and how many buckets were capped."""
    screen = Screen(corpus, options)
    judge = partial(verify, corpus, WordTable(), options=options)

    def screened(candidates: Candidates) -> Runs:
        found = Runs.within(scratch)
        for a, b in in_order(lambda block: screen(*block), candidates.pairs(live, priority), options.threads):
            found.add(a.astype(np.int64) << 32 | b)
        return found

    past = memory.load(scratch) if memory else None
    grown = grow(past, corpus, live, priority, options, scratch, screened) if past else None
    if past and grown:
        pairs, crowds = grown.pairs, grown.crowds
        rows = np.flatnonzero(grown.again[pairs.first])
        some = pairs.take(rows)
        choice = carried(past, grown, live, choose(some, priority, lengths, judge, scratch))
        pairs.score[rows], pairs.kind[rows] = some.score, some.kind
        capped = sum(crowd.counted for crowd in crowds)
    else:
        found: list[Crowd] = []
        candidates = Candidates(corpus, options, scratch, crowds=found if memory else None, screened=True)
        pairs = Pairs.gathered(screened(candidates), scratch)
        choice = choose(pairs, priority, lengths, judge, scratch)
        crowds, capped = sorted(found, key=lambda crowd: crowd[:2]), candidates.capped
    if memory:
        memory.save(live, pairs, choice, crowds)
    return choice, capped


def _priority(
    corpus: Corpus, lengths: NDArray[np.int32], doc_rank: NDArray[np.int64], options: DedupOptions, scratch: Scratch
) -> NDArray[np.int32]:
    """Position of every sentence in the order of preference; less is better. Sorted by ranges of the first key."""
    rank = np.asarray(doc_rank, np.int64)
    longest = options.keep == "longest"
    top = int(lengths.max(initial=0))

    def first_key(shard: int) -> NDArray[np.int64]:
        low, high = corpus.bases[shard : shard + 2].tolist()
        return top - lengths[low:high].astype(np.int64) if longest else rank[corpus.read(shard, "doc")]

    shards = range(len(corpus.paths))
    size = top + 1 if longest else int(rank.max(initial=0)) + 1
    before = np.zeros(size + 1, np.int64)
    for shard in shards:
        before[1:] += np.bincount(first_key(shard), minlength=size)
    np.cumsum(before, out=before)
    priority = scratch.full(len(lengths), np.int32, 0)
    parts = len(hash_parts(len(lengths), options.memory))
    cuts = sorted_unique(np.searchsorted(before, [len(lengths) * part // parts for part in range(1, parts)]))
    for low, high in itertools.pairwise([0, *cuts.tolist(), size]):
        columns: list[tuple[NDArray[Any], ...]] = []
        for shard in shards:
            key = first_key(shard)
            at = np.flatnonzero((key >= low) & (key < high))
            if len(at):
                start, document = corpus.read(shard, "start")[at], rank[corpus.read(shard, "doc")[at]]
                columns.append((at + corpus.bases[shard], start, document, key[at]))
        if columns:
            row, *keys = (np.concatenate(column) for column in zip(*columns, strict=True))
            priority[row[np.lexsort(keys)]] = np.arange(before[low], before[low] + len(row), dtype=np.int32)
    return priority


def _components(priority: NDArray[np.int32], parts: list[Edges]) -> Choice:
    """Connected components, kept the best-ranked: the exact join, chains included."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    n = len(priority)
    first = np.concatenate([np.empty(0, np.int32), *(e.first for e in parts)])
    second = np.concatenate([np.empty(0, np.int32), *(e.second for e in parts)])
    score = np.concatenate([np.empty(0, np.float32), *(e.similarity for e in parts)])
    graph = coo_matrix((np.ones(len(first), np.int8), (first, second)), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    order = np.argsort(priority, kind="stable")
    leader = np.empty(int(label.max()) + 1 if n else 0, np.int64)
    leader[label[order[::-1]]] = order[::-1]
    kept = leader[label]
    similarity = np.zeros(n, np.float32)
    for side in (first, second):
        np.maximum.at(similarity, side, score)
    own = kept == np.arange(n)
    return Choice(kept, np.where(own, np.float32(1), similarity), np.where(own, KEPT, NEAR).astype(np.uint8))


def _spread(best: NDArray[np.int32], choice: Choice, capped: int) -> Clusters:
    """The choice for one of each group of exact repeats, spread to the whole group; singletons left out."""
    n = len(best)
    count = np.zeros(n, np.int32)
    parts = []
    for low in range(0, n, _ROWS):
        np.add.at(count, choice.kept[best[low : low + _ROWS]], 1)
    for low in range(0, n, _ROWS):
        to = best[low : low + _ROWS]
        kept = choice.kept[to].astype(np.int64)
        rows = np.flatnonzero(count[kept] > 1)
        to, kept, sentence = to[rows], kept[rows], rows + low
        kind = np.where((to != sentence) & (kept == to), EXACT, choice.kind[to]).astype(np.uint8)
        parts.append((sentence, kept, choice.similarity[to], kind))
    empty = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.uint8)
    sentence, kept, similarity, kind = (np.concatenate(column) for column in zip(empty, *parts, strict=True))
    return Clusters(sentence, kept, similarity, kind, capped)


def _write(result: Clusters, folder: Path) -> None:
    import pyarrow as pa

    folder.mkdir(parents=True, exist_ok=True)
    table = result.to_table()
    with pa.OSFile(str(folder / "clusters.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
