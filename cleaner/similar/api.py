"""Sentence deduplication for people: two sentences, or a list of them, without files."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.cluster import cluster
from cleaner.similar.corpus import Corpus
from cleaner.similar.facts import REASONS
from cleaner.similar.options import DedupOptions
from cleaner.similar.sign import sign
from cleaner.similar.verify import EXACT, KINDS, compare
from cleaner.similar.words import WordTable

_SHARD = 50_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the deduplicator thinks of two sentences."""

    similarity: float
    """0 to 1: share of words that align."""
    merged: bool
    kind: str
    """A value of ``KINDS`` where merged, else empty."""
    reason: str
    """Why they are kept apart, in words; empty where merged."""


def similarity(a: str, b: str, options: DedupOptions | None = None) -> Verdict:
    """Compares two sentences as clustering would, had they been proposed to each other."""
    options = options or DedupOptions()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pair"
        signed = sign([a, b], options=options)
        signed.write(path)
        corpus = Corpus([path])
        size = np.diff(signed["offsets"])
        if signed["exact"][0] == signed["exact"][1] and size[0]:
            long_enough = int(size[0]) >= options.min_exact_tokens
            return Verdict(1.0, long_enough, KINDS[EXACT] if long_enough else "", "" if long_enough else "too short")
        if size.min() < 1:
            return Verdict(0.0, False, "", "no words")
        one = np.zeros(1, np.int64)
        v = compare(corpus, WordTable(), corpus.gather(np.arange(2)), one, one + 1, options)
        merged = bool(v.merged[0])
        return Verdict(float(v.similarity[0]), merged, KINDS[int(v.kind[0])] if merged else "", REASONS[int(v.veto[0])])


class SentenceDeduplicator:
    """Clusters a list of sentences; afterwards ``labels``, ``similarity`` and ``kind`` have one entry for each.

    The sentence that comes first in the list is the one kept (with ``keep="longest"``: the longest).

    >>> d = SentenceDeduplicator().fit(["Profits rose 5% at Acme on Monday.", "Profits rose 5 percent at Acme on Monday"])
    >>> d.labels.tolist()
    [0, 0]
    """

    def __init__(self, options: DedupOptions | None = None) -> None:
        self.options = options or DedupOptions()
        self.labels: NDArray[np.int64] = np.empty(0, np.int64)
        """Number of the kept sentence of each sentence's cluster."""
        self.similarity: NDArray[np.float32] = np.empty(0, np.float32)
        """To the kept sentence; 1 for itself."""
        self.kind: list[str] = []
        """A value of ``KINDS``; "kept" for kept sentences and those without copies."""

    def fit(self, sentences: Sequence[str]) -> SentenceDeduplicator:
        """Clusters ``sentences`` anew."""
        n = len(sentences)
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for at in range(0, n, _SHARD):
                part = sentences[at : at + _SHARD]
                docs = np.arange(at, at + len(part), dtype=np.int64)
                paths.append(Path(folder) / f"{at}")
                sign(part, docs, None, self.options).write(paths[-1])
            found = cluster(paths, Path(folder), np.arange(n, dtype=np.int64), self.options)
        self.labels = found.labels(n)
        self.similarity = np.ones(n, np.float32)
        self.similarity[found.sentence] = found.similarity
        kind = np.zeros(n, np.uint8)
        kind[found.sentence] = found.kind
        self.kind = [KINDS[k] for k in kind.tolist()]
        return self
