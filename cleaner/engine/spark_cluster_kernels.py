"""What the executors run to find clusters: keys of signatures, cuts of signed shards, the clusters of a bin."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cleaner.config import Config
from cleaner.engine.spark_kernels import bodies, dump, load, shards_of

CLUSTERED = "shard bigint, sentence bigint, kept bigint, similarity float, kind string"


@dataclass(frozen=True)
class BandKeys:
    """Packed signatures -> (band, key, sentence): sentences of one key may belong together.

    Band -1 holds the hashes of whole sentences, -2 those of units; a signature's bands are told for its first unit.
    """

    bases: Mapping[int, int]

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        from cleaner.similar.shard import Signed

        for batch in batches:
            for shard, body in zip(batch.column("shard").to_pylist(), batch.column("body"), strict=True):
                signed = Signed.from_table(load(body))
                base = self.bases[shard]
                yield _keys(-1, signed["exact"], base + np.arange(len(signed), dtype=np.int64))
                units = base + signed["unit_row"].astype(np.int64)
                yield _keys(-2, signed["unit_hash"], units)
                columns, first = np.unique(signed["unit_sig"], return_index=True)
                for band, keys in enumerate(signed["bands"]):
                    yield _keys(band, keys[columns], units[first])


def _keys(band: int, keys: Any, sentences: Any) -> Any:
    import pyarrow as pa

    return pa.RecordBatch.from_pydict(
        {
            "band": pa.array(np.full(len(keys), band, np.int32)),
            "key": pa.array(keys.astype(np.uint64).view(np.int64)),
            "sentence": pa.array(sentences),
        }
    )


@dataclass(frozen=True)
class Cut:
    """Signatures and ranks of a shard, with the bins of its sentences -> (bin, shard, sentences, signed, ranks)."""

    base: Mapping[int, int]
    SCHEMA = "bin bigint, shard bigint, signed binary, ranks binary, sentences binary"

    def __call__(self, key: Any, left: Any, right: Any) -> Any:
        import pyarrow as pa

        from cleaner.similar.shard import Signed
        from cleaner.similar.take import take

        shard = key[0].as_py()
        found = bodies(left)
        out: dict[str, list[Any]] = {"bin": [], "shard": [], "signed": [], "ranks": [], "sentences": []}
        if "signatures" in found and right.num_rows:
            signed, ranks = Signed.from_table(load(found["signatures"])), load(found["ranks"])
            numbers, bins = right["sentence"].to_numpy(), right["bin"].to_numpy()
            for chosen in np.unique(bins).tolist():
                mine = np.sort(numbers[bins == chosen])
                part = take(signed, mine - self.base[shard])
                needed = np.isin(ranks["seq"].to_numpy(), np.unique(part["doc"]))
                out["bin"].append(chosen)
                out["shard"].append(shard)
                out["signed"].append(dump(part.to_table()))
                out["ranks"].append(dump(ranks.filter(pa.array(needed))))
                out["sentences"].append(mine.tobytes())
        types = (pa.int64(), pa.int64(), pa.binary(), pa.binary(), pa.binary())
        return pa.table({name: pa.array(out[name], kind) for name, kind in zip(out, types, strict=True)})


@dataclass(frozen=True)
class Cluster:
    """Cuts of one bin, which holds whole components -> the clusters of its sentences."""

    config: Config
    bases: Mapping[int, int]

    def __call__(self, key: Any, cuts: Any) -> Any:
        import pyarrow as pa

        from cleaner.engine.clusters import ranks_of
        from cleaner.engine.passes import dedup_options
        from cleaner.similar.cluster import cluster
        from cleaner.similar.shard import Signed
        from cleaner.similar.take import concat

        cuts = cuts.sort_by("shard")
        signed = concat([Signed.from_table(load(body)) for body in cuts["signed"]])
        numbers = np.concatenate([np.frombuffer(body.as_py(), np.int64) for body in cuts["sentences"]])
        ranks = pa.concat_tables([load(body) for body in cuts["ranks"]])
        order = ranks_of(*(ranks[c].to_numpy() for c in ("seq", "date", "place")))
        seqs = np.sort(ranks["seq"].to_numpy())
        arrays = dict(signed.arrays)
        arrays["doc"] = np.searchsorted(seqs, signed["doc"])
        with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
            path = Path(folder) / "signed.arrow"
            Signed(arrays).write(path)
            found = cluster([path], Path(folder), order, dedup_options(self.config)).to_table()
        sentence = numbers[found["sentence"].to_numpy()]
        return pa.table(
            {
                "shard": pa.array(shards_of(self.bases, sentence)),
                "sentence": pa.array(sentence),
                "kept": pa.array(numbers[found["kept"].to_numpy()]),
                "similarity": found["similarity"],
                "kind": pa.array(found["kind"].to_pylist(), pa.string()),
            }
        )
