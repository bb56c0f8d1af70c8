"""Clusters on a cluster: connected components of what may belong together, then the one-machine kernel on each.

Sentences that share a band key, a unit or their whole form are joined; the pairs that the kernel proposes lie inside
the connected components of that graph, so the kernel's result on a component does not depend on any other, and bins
of whole components give together what it gives on everything.

Components: alternating large-star and small-star steps (Kiveris, Lattanzi, Mirrokni, Rastogi, Vassilvitskii:
Connected Components in MapReduce and Beyond, SoCC 2014) until nothing changes; O(log^2 n) rounds, in practice few.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cleaner.config import Config
from cleaner.engine.spark_cluster_kernels import CLUSTERED, BandKeys, Cluster, Cut
from cleaner.engine.spark_kernels import Place, cogrouped, grouped, mapping

BIN_SENTENCES = 100_000
"""Sentences of the components that one task clusters; a larger component is a bin of its own."""

ROUNDS = 100

HUBS = """
SELECT k.sentence AS u, h.hub AS v
FROM band_keys k JOIN (
    SELECT band, key, min(sentence) AS hub FROM band_keys GROUP BY band, key HAVING min(sentence) < max(sentence)
) h ON h.band = k.band AND h.key = k.key
WHERE k.sentence > h.hub
GROUP BY k.sentence, h.hub
"""
"""Every key is a star around its least sentence: the same components as all its pairs, in linear size."""

LARGE_STAR = """
WITH ways AS (SELECT u, v FROM edges UNION ALL SELECT v AS u, u AS v FROM edges),
least_of AS (SELECT u, least(u, min(v)) AS m FROM ways GROUP BY u)
SELECT DISTINCT b.v AS u, l.m AS v FROM ways b JOIN least_of l ON l.u = b.u WHERE b.v > b.u
"""

SMALL_STAR = """
WITH least_of AS (SELECT u, min(v) AS m FROM edges GROUP BY u)
SELECT DISTINCT e.v AS u, l.m AS v FROM edges e JOIN least_of l ON l.u = e.u WHERE e.v > l.m
UNION
SELECT u, m AS v FROM least_of
"""
"""Edges lead from the larger to the smaller number."""

BINS = """
WITH sizes AS (SELECT v AS root, count(*) + 1 AS size FROM edges GROUP BY v),
placed AS (SELECT root, sum(size) OVER (PARTITION BY root % {lanes} ORDER BY root) AS so_far FROM sizes),
binned AS (SELECT root, (root % {lanes}) + {lanes} * CAST(floor(so_far / {bin}) AS BIGINT) AS bin FROM placed)
SELECT e.u AS sentence, b.bin AS bin FROM edges e JOIN binned b ON b.root = e.v
UNION ALL
SELECT root AS sentence, bin FROM binned
"""
"""Whole components in bins of about equal size."""


def find_clusters(
    session: Any, signatures: Any, config: Config, bases: Mapping[int, int], kept: Callable[[str, Any], Any]
) -> Any:
    """Clusters of all sentences, as a frame of ``CLUSTERED``.

    ``signatures``: packed signatures and ranks; ``bases``: number of each shard's first sentence, in order;
    ``kept(name, frame)`` writes a frame to disk and gives it back as read from there.
    """
    from pyspark.sql import functions as f

    keys = signatures.where(f.col("kind") == "signatures").mapInArrow(
        mapping(BandKeys(bases)), "band int, key bigint, sentence bigint"
    )
    keys.createOrReplaceTempView("band_keys")
    bins = _bins(session, kept, len(bases))
    homes = bins.mapInArrow(mapping(Place(bases, "sentence")), "shard bigint, sentence bigint, bin bigint")
    pieces = signatures.groupBy("shard").cogroup(homes.groupBy("shard"))
    cuts = pieces.applyInArrow(cogrouped(Cut(bases)), Cut.SCHEMA)
    return cuts.groupBy("bin").applyInArrow(grouped(Cluster(config, bases)), CLUSTERED)


def _bins(session: Any, kept: Callable[[str, Any], Any], shards: int) -> Any:
    edges, before = _counted("edges-0", session.sql(HUBS), kept)
    for number in range(1, ROUNDS):
        edges.createOrReplaceTempView("edges")
        session.sql(LARGE_STAR).createOrReplaceTempView("edges")
        edges, now = _counted(f"edges-{1 + number % 2}", session.sql(SMALL_STAR), kept)
        if now == before:
            break
        before = now
    edges.createOrReplaceTempView("edges")
    return session.sql(BINS.format(lanes=max(1, shards // 100), bin=BIN_SENTENCES))


def _counted(name: str, edges: Any, kept: Callable[[str, Any], Any]) -> tuple[Any, Any]:
    """The edges on disk, and sums that change when they do."""
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    seen = Observation()
    prime = 1_000_003
    sums = (f.count(f.lit(1)).alias("n"), f.sum(f.col("u") % prime).alias("u"), f.sum(f.col("v") % prime).alias("v"))
    on_disk = kept(name, edges.observe(seen, *sums))
    return on_disk, seen.get
