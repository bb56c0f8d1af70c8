"""Who carried which sentence: from clusters to the credits of each kept sentence and the removals of the others.

Relational, and in plain SQL that DuckDB and Spark SQL both run. A *member* is one sentence of a cluster, the kept
one included (``sentence = kept``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

MEMBER_COLUMNS = "sentence, kept, similarity, kind, seq, doc_id, outlet, s_start, s_end, framing"

BY_KEPT = f"SELECT {MEMBER_COLUMNS} FROM member ORDER BY kept, (sentence <> kept), seq, s_start"
"""Credits: for each kept sentence all of its sources, itself first, then in the order of the input."""

BY_SENTENCE = """
SELECT m.sentence, m.kept, m.similarity, m.kind, m.seq, m.s_start, m.s_end,
       k.seq AS kept_seq, k.doc_id AS kept_doc, k.outlet AS kept_outlet, k.s_start AS kept_start, k.s_end AS kept_end
FROM member m JOIN member k ON m.kept = k.sentence
WHERE m.sentence <> m.kept
ORDER BY m.sentence
"""
"""Removals: for each copy where the kept one is."""


def member_table(clusters: Any, sentences: Any, documents: Any, base: int) -> Any:
    """Members among the sentences of one shard, whose first sentence has the global number ``base``.

    ``clusters``: Arrow table (sentence, kept, similarity, kind) sorted by sentence; ``sentences``: the shard's
    (seq, start, end); ``documents``: the shard's documents, for ids, outlets and the framing of quotes.
    """
    import pyarrow as pa

    numbers = clusters["sentence"].to_numpy()
    low, high = np.searchsorted(numbers, [base, base + sentences.num_rows])
    here = clusters.slice(low, high - low)
    rows = here["sentence"].to_numpy() - base
    seq, start, end = (sentences[c].to_numpy()[rows] for c in ("seq", "start", "end"))
    row_of = dict(zip(documents["seq"].to_pylist(), range(documents.num_rows), strict=True))
    at = [row_of[s] for s in seq.tolist()]
    kinds = here["kind"].to_pylist()
    texts = documents["text"]
    quotes = [i for i, kind in enumerate(kinds) if kind == "same-quote"]
    said = [texts[at[i]].as_py().decode("utf-8", "surrogatepass")[start[i] : end[i]] for i in quotes]
    frames: list[str | None] = [None] * len(kinds)
    for i, text in zip(quotes, frame(said), strict=True):
        frames[i] = text
    return pa.table(
        {
            "sentence": here["sentence"],
            "kept": here["kept"],
            "similarity": here["similarity"].cast(pa.float64()),
            "kind": pa.array(kinds, pa.string()),
            "seq": pa.array(seq, pa.int64()),
            "doc_id": documents["id"].take(pa.array(at, pa.int64())),
            "outlet": documents["source"].take(pa.array(at, pa.int64())),
            "s_start": pa.array(start, pa.int64()),
            "s_end": pa.array(end, pa.int64()),
            "framing": pa.array(frames, pa.string()),
        }
    )


def frame(sentences: Sequence[str]) -> list[str | None]:
    """What each sentence says around its direct quote."""
    from cleaner.similar.framing import framings

    out: list[str | None] = []
    for sentence, parts in zip(sentences, framings(sentences) if sentences else [], strict=True):
        said = " … ".join(p for s, e in parts.frame if (p := sentence[s:e].strip()))
        out.append(said.encode("utf-8", "replace").decode() or None)
    return out


def sort_members(parts: list[Path], credits_path: Path, copies_path: Path, memory: int, temp: Path) -> None:
    """Write both views of the members as uncompressed Arrow files, to be mapped by the emitting workers."""
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect(":memory:")
    try:
        # half: what it returns and the rows of Python stand beside it
        connection.execute(f"SET memory_limit='{max(memory // (2 << 20), 64)}MiB'")
        connection.execute("SET threads=1")
        connection.execute("SET temp_directory=?", [str(temp)])
        connection.execute("SET preserve_insertion_order=false")
        connection.execute("CREATE VIEW member AS SELECT * FROM read_parquet(" + _list(parts) + ")")
        for sql, path in ((BY_KEPT, credits_path), (BY_SENTENCE, copies_path)):
            reader = connection.sql(sql).to_arrow_reader(65536)
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, reader.schema) as writer:
                for batch in reader:
                    if batch.num_rows:
                        writer.write_batch(batch)
    finally:
        connection.close()


def _list(parts: list[Path]) -> str:
    return "[" + ", ".join("'" + str(p).replace("'", "''") + "'" for p in parts) + "]"


def rows_between(path: Path, column: str, low: int, high: int) -> Any:
    """Rows of a sorted Arrow file whose ``column`` lies in [low, high), as a table; the file is mapped, and of other rows
    only a few are looked at."""
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        reader = pa.ipc.open_file(source)
        count = reader.num_record_batches
        at = bisect_left(range(count), low, key=lambda number: reader.get_batch(number).column(column)[-1].as_py())
        parts = []
        for number in range(at, count):
            batch = reader.get_batch(number)
            first, last = np.searchsorted(batch.column(column).to_numpy(), [low, high])
            parts.append(batch.slice(first, last - first))
            if last < batch.num_rows:
                break
        return pa.Table.from_batches(parts, reader.schema)
