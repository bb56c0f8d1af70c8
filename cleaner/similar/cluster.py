"""Clusters of near-identical sentences: the same for the same sentences and ranks, however they were sharded.

1. Exact repeats (equal comparison form) collapse to the one of best rank.
2. Sentences that share a band are compared; ``verify`` accepts a pair or says which fact keeps it apart.
3. Greedy choice in order of rank, the lexicographically first maximal independent set of the accepted pairs
   (Blelloch, Fineman, Shun: Greedy sequential maximal independent set and matching are parallel on average,
   SPAA 2012): the best-ranked sentence is kept, everything accepted against *it* joins it, and so on. Nothing chains:
   every member was verified against the sentence that is kept.
4. A truncated copy never is the kept one while the sentence that it was cut from is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.candidates import Candidates, collapse
from cleaner.similar.corpus import Corpus
from cleaner.similar.options import DedupOptions
from cleaner.similar.verify import EXACT, KEPT, KINDS, NEAR, TRUNCATED, Edges, verify


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
) -> Clusters:
    """Clusters of all sentences of the signed ``shards``, numbered through in the given order.

    ``doc_rank[d]`` is the rank of document ``d``: of copies the one with the least (rank, start) is kept, or the
    longest first where ``options.keep`` is ``longest``. With ``work_dir`` the result is written there as
    ``clusters.arrow``, and what does not fit ``options.memory`` spills there.
    """
    options = options or DedupOptions()
    corpus = Corpus(shards)
    n = len(corpus)
    lengths = corpus.lengths()
    priority = _priority(corpus, lengths, doc_rank, options)
    least = 1 if options.exact_t is not None else options.min_exact_tokens
    best = collapse(corpus.column("exact"), priority, lengths >= least)
    live = (best == np.arange(n)) & (lengths >= options.least_tokens)
    if work_dir is not None:
        Path(work_dir).mkdir(parents=True, exist_ok=True)
    candidates = Candidates(corpus, options, None if work_dir is None else Path(work_dir))
    edges = _distinct([verify(corpus, a, b, options) for a, b in candidates.pairs(live, priority)])
    if options.exact_t is not None:
        kept, similarity, kind = _components(n, priority, edges)
    else:
        kept, similarity, kind = _choose(n, priority, lengths, edges)
    result = _spread(best, kept, similarity, kind, candidates.capped)
    if work_dir is not None:
        _write(result, Path(work_dir))
    return result


def _distinct(parts: list[Edges]) -> Edges:
    """All edges, each once, in order of their sentences."""
    if not parts:
        return Edges(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.uint8))
    first, second = np.concatenate([e.first for e in parts]), np.concatenate([e.second for e in parts])
    _, keep = np.unique(first.astype(np.int64) << 32 | second, return_index=True)
    similarity, kind = np.concatenate([e.similarity for e in parts]), np.concatenate([e.kind for e in parts])
    return Edges(first[keep], second[keep], similarity[keep], kind[keep])


def _priority(
    corpus: Corpus, lengths: NDArray[np.int32], doc_rank: NDArray[np.int64], options: DedupOptions
) -> NDArray[np.int32]:
    """Position of every sentence in the order of preference; less is better."""
    keys = [corpus.column("start"), np.asarray(doc_rank, np.int64)[corpus.column("doc")]]
    if options.keep == "longest":
        keys.append(-lengths.astype(np.int64))
    order = np.lexsort(keys)
    priority = np.empty(len(order), np.int32)
    priority[order] = np.arange(len(order), dtype=np.int32)
    return priority


def _choose(
    n: int, priority: NDArray[np.int32], lengths: NDArray[np.int32], edges: Edges
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.uint8]]:
    """Kept sentence, similarity and kind of every sentence by greedy choice.

    Sentences that are no truncated copy choose first, in order of rank; truncated copies after them, the longer
    first. Each joins the most similar of the kept sentences that it was verified against, or is kept.
    """
    kept = np.arange(n, dtype=np.int64)
    similarity = np.ones(n, np.float32)
    kind = np.full(n, KEPT, np.uint8)
    if not len(edges.first):
        return kept, similarity, kind
    cut = edges.kind == TRUNCATED
    short = np.where(lengths[edges.first] <= lengths[edges.second], edges.first, edges.second)
    dominated = np.zeros(n, np.int64)
    dominated[short[cut]] = 1
    turn = np.lexsort((priority, np.where(dominated > 0, -lengths, 0), dominated))
    place = np.empty(n, np.int64)
    place[turn] = np.arange(n)
    swap = place[edges.first] > place[edges.second]
    target = np.where(swap, edges.second, edges.first)
    source = np.where(swap, edges.first, edges.second)
    order = np.lexsort((place[target], -edges.similarity, place[source]))
    joined: dict[int, tuple[int, int]] = {}
    for s, t, e in zip(source[order].tolist(), target[order].tolist(), order.tolist(), strict=True):
        if s not in joined and t not in joined:  # targets come earlier in turn: their fate is settled
            joined[s] = (t, e)
    if joined:
        rows = np.fromiter(joined, np.int64, len(joined))
        chosen = np.array(list(joined.values()), np.int64)
        kept[rows] = chosen[:, 0]
        similarity[rows], kind[rows] = edges.similarity[chosen[:, 1]], edges.kind[chosen[:, 1]]
    return kept, similarity, kind


def _components(
    n: int, priority: NDArray[np.int32], edges: Edges
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.uint8]]:
    """Connected components, kept the best-ranked: the exact join, chains included."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(edges.first), np.int8), (edges.first, edges.second)), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    order = np.argsort(priority, kind="stable")
    leader = np.empty(int(label.max()) + 1 if n else 0, np.int64)
    leader[label[order[::-1]]] = order[::-1]
    kept = leader[label]
    similarity = np.ones(n, np.float32)
    np.minimum.at(similarity, edges.second, edges.similarity)
    kind = np.where(kept == np.arange(n), KEPT, NEAR).astype(np.uint8)
    similarity[kind == KEPT] = 1
    return kept, similarity, kind


def _spread(
    best: NDArray[np.int32],
    kept: NDArray[np.int64],
    similarity: NDArray[np.float32],
    kind: NDArray[np.uint8],
    capped: int,
) -> Clusters:
    """The choice for one of each group of exact repeats, spread to the whole group; singletons left out."""
    n = len(best)
    everyone = np.arange(n, dtype=np.int64)
    final = kept[best]
    score, sort = similarity[best], kind[best].copy()
    repeat = best != everyone
    sort[repeat & (final == best)] = EXACT
    count = np.bincount(final, minlength=n)
    rows = np.flatnonzero(count[final] > 1)
    return Clusters(rows, final[rows], score[rows], sort[rows], capped)


def _write(result: Clusters, folder: Path) -> None:
    import pyarrow as pa

    folder.mkdir(parents=True, exist_ok=True)
    table = result.to_table()
    with pa.OSFile(str(folder / "clusters.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
