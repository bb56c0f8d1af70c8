"""Clusters of near-identical sentences: the same for the same sentences and ranks, however they were sharded.

1. Exact repeats (equal comparison form) collapse to the one of best rank.
2. Sentences that share a band are compared; ``verify`` accepts a pair or says which fact keeps it apart.
3. The best-ranked sentence is kept, everything accepted against *it* joins it, and so on (``choose``): nothing
   chains, every member was verified against the sentence that is kept.
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
from cleaner.similar.choose import Choice, choose
from cleaner.similar.corpus import Corpus
from cleaner.similar.options import DedupOptions
from cleaner.similar.ragged import sorted_unique
from cleaner.similar.verify import EXACT, KEPT, KINDS, NEAR, Edges, Screen, exact_join, verify
from cleaner.similar.words import WordTable


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
    best = collapse(corpus, priority, lengths >= least, options.memory)
    live = (best == np.arange(n, dtype=np.int32)) & (lengths >= options.least_tokens)
    if work_dir is not None:
        Path(work_dir).mkdir(parents=True, exist_ok=True)
    candidates = Candidates(corpus, options, None if work_dir is None else Path(work_dir))
    pairs = candidates.pairs(live, priority)
    if options.exact_t is not None:
        choice = _components(priority, [exact_join(corpus, a, b, options.exact_t) for a, b in pairs])
    else:
        screen = Screen(corpus, options)
        first, second = _distinct([screen(a, b) for a, b in pairs])
        table = WordTable()
        choice = choose(first, second, priority, lengths, lambda a, b: verify(corpus, table, a, b, options))
    result = _spread(best, choice, candidates.capped)
    if work_dir is not None:
        _write(result, Path(work_dir))
    return result


def _distinct(parts: list[tuple[NDArray[np.int32], NDArray[np.int32]]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """All pairs, each once."""
    packed = [a.astype(np.int64) << 32 | b for a, b in parts]
    pair = sorted_unique(np.concatenate(packed)) if packed else np.empty(0, np.int64)
    return (pair >> 32).astype(np.int32), (pair & 0xFFFFFFFF).astype(np.int32)


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
    everyone = np.arange(n, dtype=np.int64)
    kept = choice.kept[best]
    similarity, kind = choice.similarity[best], choice.kind[best].copy()
    kind[(best != everyone) & (kept == best)] = EXACT
    count = np.bincount(kept, minlength=n)
    rows = np.flatnonzero(count[kept] > 1)
    return Clusters(rows, kept[rows], similarity[rows], kind[rows], capped)


def _write(result: Clusters, folder: Path) -> None:
    import pyarrow as pa

    folder.mkdir(parents=True, exist_ok=True)
    table = result.to_table()
    with pa.OSFile(str(folder / "clusters.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
