"""The options of sentence deduplication: plain values, with where each comes from."""

from __future__ import annotations

from dataclasses import dataclass

KEEP_POLICIES = ("earliest", "longest", "first", "outlets")


@dataclass(frozen=True, slots=True)
class DedupOptions:
    """What counts as the same sentence, and how much memory finding it may take."""

    num_perm: int = 128
    """Permutations of the MinHash signature (datasketch's default)."""
    lsh_threshold: float = 0.4
    """Jaccard similarity at which banding proposes; below ``threshold``, because proposals cost little."""
    lsh_weights: tuple[float, float] = (0.1, 0.9)
    """Weights of false positives and false negatives for datasketch's optimiser: (0.4, 128) gives 42 bands of 3."""
    threshold: float = 0.55
    """Least true similarity of near-duplicates: share of words that align in order, see ``verify``."""
    min_tokens: int = 6
    """Sentences (or quotes) with fewer tokens are never near-duplicates."""
    min_exact_tokens: int = 4
    """Sentences with fewer tokens are not even exact duplicates."""
    containment: float = 0.75
    """Least share of the shorter sentence that a truncated copy has in common with the longer."""
    truncated_tokens: int = 8
    """Least tokens on both sides of a truncated copy."""
    keep: str = "earliest"
    """``earliest``, ``longest``, ``first`` or ``outlets``; all but ``longest`` are an order of documents."""
    veto: bool = True
    """Keep sentences apart that differ in a fact; off only to compare with other tools."""
    exact_t: float | None = None
    """Exact join: everything with word-2-gram Jaccard of at least this much is one cluster, chains included,
    without veto. A measuring mode, comparable with other MinHash tools."""
    memory: int = 1 << 30
    """Bytes that clustering may hold; more spills to the work folder."""
    threads: int = 1
    """Threads that compare; the memory is for all of them together, and the result is the same."""
    max_bucket: int = 512
    """Sentences of one bucket that are compared all with all. In a larger one each is compared with the 16 of best rank
    and with the 8 that follow it in rank; how many such buckets there were is reported as ``capped``."""

    @property
    def least_tokens(self) -> int:
        """Fewest tokens of a sentence that is signed."""
        return 1 if self.exact_t is not None else self.min_tokens

    def __post_init__(self) -> None:
        if self.keep not in KEEP_POLICIES:
            raise ValueError(f"keep must be one of {', '.join(KEEP_POLICIES)}, not {self.keep!r}")
        if not 0 < self.threshold <= 1 or not 0 < self.lsh_threshold <= 1:
            raise ValueError("threshold and lsh_threshold must be above 0 and at most 1")
        if self.exact_t is not None and not 0 < self.exact_t <= 1:
            raise ValueError("exact_t must be above 0 and at most 1")
        if self.num_perm < 2:
            raise ValueError("num_perm must be at least 2")
        if self.memory < 1 << 24:
            raise ValueError("memory must be at least 16 MiB")
