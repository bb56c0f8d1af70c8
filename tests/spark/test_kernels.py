"""What the cluster computes in parts is what one machine computes on the whole; no Spark needed."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))

from made_news import records

from cleaner.model import Document, LineFacts


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    made = [Document(r["id"], r["text"], r["outlet"], title=r["title"]) for r in records(120, size=1500)]
    slot = "Advertisement\nAnother story of {}\nComments"
    twice = "Advertisement\nAnother story of {}\nShare this\n" + slot
    ends = [(twice if n % 2 else slot).replace("{}", d.title or "") for n, d in enumerate(made)]
    own = [replace(d, source=f"Paper {n % 3}", text=f"{d.text}\n{ends[n]}") for n, d in enumerate(made)]
    lines = own[0].text.split("\n")
    again = "\n".join([*lines[:2], "Subscribe to the evening letter of this paper", *lines[2:]])
    return [*own, replace(own[0], id="again", text=again), replace(own[0], id="elsewhere", source="Paper 9")]


def duck() -> Any:
    import duckdb

    return duckdb.connect(":memory:", config={"threads": 1})


def test_slices_hold_what_the_corpus_says(documents: list[Document], tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from cleaner.facts.asked import Asked
    from cleaner.facts.corpus import TABLES, CorpusFacts, duckdb_runner, emit, plan, reduce
    from cleaner.facts.slices import COLUMNS, LOOKED_UP, looked_up, open_slice, slice_queries

    shards = [documents[i : i + 13] for i in range(0, len(documents), 13)]
    db = duck()
    paths: dict[str, list[str]] = {name: [] for name in TABLES}
    for number, shard in enumerate(shards):
        for name, table in emit(shard).items():
            assert tuple(table.column_names) == COLUMNS[name]
            paths[name].append(str(tmp_path / f"{name}-{number}.parquet"))
            pq.write_table(table, paths[name][-1])
    for name in TABLES:
        tables = [
            pq.read_table(path).append_column("shard", pa.array(np.full(pq.read_metadata(path).num_rows, number)))
            for number, path in enumerate(paths[name])
        ]
        db.register(name, pa.concat_tables(tables))
    for name in LOOKED_UP:
        tables = [looked_up(Asked.of(shard))[name] for shard in shards]
        tables = [t.append_column("shard", pa.array(np.full(len(t), number))) for number, t in enumerate(tables)]
        db.register(name, pa.concat_tables(tables))
    for name, sql in plan().items():
        db.execute(f"CREATE TABLE {name} AS {sql}")
    rows = db.sql(" UNION ALL ".join(slice_queries())).to_arrow_table()
    (tmp_path / "facts").mkdir()
    reduce(paths, tmp_path / "facts", duckdb_runner(tmp_path / "spill", 1 << 28))
    whole = CorpusFacts.open(tmp_path / "facts")
    told = copied = 0
    for number, shard in enumerate(shards):
        mine = open_slice(rows.filter(pa.compute.equal(rows["shard"], number)))
        for ours, theirs in zip(mine.for_documents(shard), whole.for_documents(shard), strict=True):
            for name in LineFacts.of_lines():
                np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name), name)
            assert (ours.outlet_articles, ours.stories) == (theirs.outlet_articles, theirs.stories)
            told += ours.stories
            copied += int((ours.added > 0).sum()) + int((ours.added_elsewhere > 0).sum())
    assert told and copied == 2


@pytest.mark.parametrize("seed", range(8))
def test_star_steps_find_the_components(seed: int) -> None:
    from cleaner.engine.spark_clusters import BINS, HUBS, LARGE_STAR, SMALL_STAR

    draw = random.Random(seed)
    n, keys = 60, draw.choice([10, 25, 40])
    members = [(draw.randrange(3), draw.randrange(keys), draw.randrange(n)) for _ in range(draw.choice([20, 60, 90]))]
    if seed == 0:
        members = [(0, i, i + d) for i in range(n - 1) for d in (0, 1)]  # a path, the slowest to shrink
    db = duck()
    db.execute("CREATE TABLE band_keys (band INT, key BIGINT, sentence BIGINT)")
    db.executemany("INSERT INTO band_keys VALUES (?, ?, ?)", members)
    db.execute(f"CREATE TABLE edges AS {HUBS}")
    before, rounds = None, 0
    while True:
        now = sorted(db.sql("SELECT u, v FROM edges").fetchall())
        if now == before:
            break
        before, rounds = now, rounds + 1
        for step in (LARGE_STAR, SMALL_STAR):
            db.execute(f"CREATE OR REPLACE TABLE edges AS {step}")
    assert rounds < 12
    assert dict(now) == {s: root for s, root in components(members).items() if s != root}
    for lanes, size in ((1, 10), (3, 5)):
        bins = db.sql(BINS.format(lanes=lanes, bin=size)).fetchall()
        assert len({s for s, _ in bins}) == len(bins) == len({s for edge in now for s in edge})
        of = dict(bins)
        assert all(of[u] == of[v] for u, v in now)


def components(members: Sequence[tuple[int, int, int]]) -> dict[int, int]:
    """Least sentence of the component of each sentence."""
    root = {s: s for _, _, s in members}

    def find(s: int) -> int:
        while root[s] != s:
            s = root[s]
        return s

    first: dict[tuple[int, int], int] = {}
    for band, key, sentence in members:
        a, b = find(first.setdefault((band, key), sentence)), find(sentence)
        root[max(a, b)] = min(a, b)
    return {s: find(s) for s in root}


def test_clusters_of_components_are_those_of_the_whole(documents: list[Document], tmp_path: Path) -> None:
    """Sentences dealt to shards, cut to components, clustered apart: the clusters of all at once."""
    import pyarrow as pa

    from cleaner.config import Config
    from cleaner.engine.spark_cluster_kernels import BandKeys, Cluster, Cut
    from cleaner.engine.spark_kernels import dump
    from cleaner.similar.cluster import cluster
    from cleaner.similar.sign import sign

    texts = [(seq, at, line) for seq, d in enumerate(documents) for at, line in enumerate(d.text.split(". "))]
    cuts = [0, len(texts) // 3, len(texts) // 2, len(texts)]
    bases = {number * 10: cuts[number] for number in range(3)}
    packed, paths = {}, []
    for shard, low, high in zip(bases, cuts, cuts[1:], strict=False):
        part = texts[low:high]
        signed = sign([t for _, _, t in part], np.array([s for s, _, _ in part]), np.array([a for _, a, _ in part]))
        paths.append(tmp_path / f"{shard}.arrow")
        signed.write(paths[-1])
        packed[shard] = dump(signed.to_table())
    whole = cluster(paths, None, np.arange(len(documents))).to_table()
    assert whole.num_rows > 20

    batch = pa.RecordBatch.from_pydict({"shard": list(packed), "body": list(packed.values())})
    members = [
        (band, key, s)
        for rows in BandKeys(bases)(iter([batch]))
        for band, key, s in zip(*(column.to_pylist() for column in rows.columns), strict=True)
    ]
    root = components(members)
    ranks = dump(pa.table({"seq": range(len(documents)), "date": [0] * len(documents), "place": [0] * len(documents)}))
    pieces = []
    for shard, low, high in zip(bases, cuts, cuts[1:], strict=False):
        here = [s for s in root if low <= s < high]
        left = pa.table({"kind": ["signatures", "ranks"], "body": pa.array([packed[shard], ranks], pa.binary())})
        right = pa.table(
            {"sentence": pa.array(here, pa.int64()), "bin": pa.array([root[s] % 7 for s in here], pa.int64())}
        )
        pieces.append(Cut(bases)((pa.scalar(shard),), left, right))
    every = pa.concat_tables(pieces)
    found = [
        Cluster(Config(), bases)(None, every.filter(pa.compute.equal(every["bin"], chosen))) for chosen in range(7)
    ]
    ours = pa.concat_tables(found).sort_by("sentence")
    for name in ("sentence", "kept", "similarity", "kind"):
        assert ours[name].to_pylist() == whole[name].to_pylist(), name
    shard_of = np.array(list(bases))[np.searchsorted(list(bases.values()), ours["sentence"].to_numpy(), "right") - 1]
    assert ours["shard"].to_pylist() == shard_of.tolist()
