"""Corpus facts: counted once over all documents, then looked up line by line.

``emit`` maps a shard to tables, ``reduce`` turns all tables into a folder of sorted arrays, ``CorpusFacts`` maps the
arrays into memory. A runner of SQL is passed in, so both engines share the queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from cleaner.facts import queries
from cleaner.facts.emit import TABLES, emit
from cleaner.facts.keys import Keys, mix
from cleaner.facts.lookup import CorpusFacts

if TYPE_CHECKING:
    import pyarrow as pa

    from cleaner.model import Document

__all__ = ["TABLES", "CorpusFacts", "SqlRunner", "duckdb_runner", "emit", "gather", "reduce"]

RARE_DOCUMENTS = 40
"""Documents in which a word may stand and still say which story a text tells."""

RARE_WORDS = 40
"""Rarest words of a document, by which same-story documents are found: bounds the pairs by 40 x 40 a document."""

SHARED_WORDS = 6
SHARED_PERCENT = 25
"""Rare words that two tellings of a story must share: so many, and this part of the shorter list. On the development
stories this finds 95 % of the pairs and none that is wrong."""

STORY_OTHERS = 12
"""Same-story documents kept for a document."""

COPIES = 6
"""Copies of its own outlet with which a document is compared, and of others: those with the smallest keys."""


class SqlRunner(Protocol):
    """Runs one query. ``result`` is the name under which later queries read it."""

    def read(self, name: str, paths: Sequence[str]) -> None:
        """Makes the Parquet files at ``paths`` readable as table ``name``."""

    def run(self, sql: str, result: str) -> None:
        """Runs ``sql`` and keeps the rows as table ``result``."""

    def fetch(self, name: str) -> pa.Table:
        """All rows of table ``name``, in any order."""

    def ordered(self, name: str, columns: Sequence[str]) -> tuple[int, Iterable[pa.RecordBatch]]:
        """How many rows table ``name`` has, and ``columns`` of them in their own order, in batches."""


def reduce(paths: Mapping[str, Sequence[str]], out_dir: Path, runner: SqlRunner) -> None:
    """Writes the facts of the whole corpus into ``out_dir``: one ``.npy`` file an array.

    ``paths`` gives the Parquet files of each table of ``TABLES``. The same rows give the same bytes, whatever their
    order and division into files.
    """
    for name in TABLES:
        runner.read(name, paths[name])
    for name, sql in plan().items():
        runner.run(sql, name)
    counts = {
        "lines": ("line_counts", ("outlet", "line")),
        "folded": ("folded", ("outlet", "line")),
        "headlines": ("headline_counts", ("line",)),
        "slots": ("slots", ("outlet", "before", "after")),
        "outlets": ("outlet_counts", ("line",)),
        "articles": ("article_counts", ("outlet",)),
    }
    for file, (name, columns) in counts.items():
        table = runner.fetch(name)
        keys = mix(*[_column(table, c) for c in columns])
        order = np.argsort(keys, kind="stable")
        np.save(out_dir / f"{file}.keys.npy", keys[order] if table.num_rows else np.zeros(0, np.int64))
        np.save(out_dir / f"{file}.counts.npy", _column(table, "n").astype(np.int32)[order])
    lists = {
        "story_pairs": (("document", "stories.documents"), ("other", "stories.others")),
        "story_words": (("document", "stories.holders"), ("word", "stories.words")),
        "story_headlines": (("document", "stories.titled"), ("line", "stories.titles")),
        "story_labels": (("document", "stories.labelled"), ("label", "stories.labels")),
        "copies": (("document", "copies.documents"), ("own", "copies.own"), ("other", "copies.others")),
        "copy_lines": (("document", "copies.holders"), ("line", "copies.lines"), ("after", "copies.after")),
    }
    for name, listed in lists.items():
        columns, files = zip(*listed, strict=True)
        rows, batches = runner.ordered(name, columns)
        if not rows:
            for file in files:
                np.save(out_dir / f"{file}.npy", np.zeros(0, np.int64))
            continue
        arrays = [np.lib.format.open_memmap(out_dir / f"{f}.npy", "w+", np.int64, (rows,)) for f in files]
        at = 0
        for batch in batches:  # straight to the files: the words of all stories are too many for memory
            for i, array in enumerate(arrays):
                array[at : at + batch.num_rows] = batch.column(i).to_numpy()
            at += batch.num_rows


def plan() -> dict[str, str]:
    """Name of each result and its query, in order."""
    return {
        "articles": queries.ARTICLES,
        "article_counts": queries.ARTICLES_OF_OUTLET,
        "line_counts": queries.LINES_OF_OUTLET.format(column="line"),
        "folded": queries.LINES_OF_OUTLET.format(column="folded"),
        "outlet_counts": queries.OUTLETS_OF_LINE,
        "headline_counts": queries.HEADLINES,
        "slots": queries.SLOTS,
        "rare_words": queries.RARE_WORDS.format(documents=RARE_DOCUMENTS, words=RARE_WORDS),
        "story_pairs": queries.STORY_PAIRS.format(
            words=RARE_WORDS, shared=SHARED_WORDS, percent=SHARED_PERCENT, others=STORY_OTHERS
        ),
        "story_words": queries.STORY_WORDS,
        "story_labels": queries.STORY_LABELS,
        "story_headlines": queries.STORY_HEADLINES,
        "copied": queries.COPIED,
        "copies": queries.COPIES.format(others=COPIES),
        "copy_lines": queries.COPY_LINES,
    }


def _column(table: pa.Table, name: str) -> Keys:
    values: Keys = table.column(name).to_numpy().astype(np.int64, copy=False)
    return values


class _DuckDb:
    def __init__(self, temp_dir: Path, memory_limit: int, threads: int | None) -> None:
        import duckdb

        settings: dict[str, Any] = {"temp_directory": str(temp_dir), "memory_limit": f"{memory_limit >> 20}MiB"}
        if threads:
            settings["threads"] = threads
        self._db = duckdb.connect(config=settings)
        self._db.execute("SET preserve_insertion_order = false")

    def read(self, name: str, paths: Sequence[str]) -> None:
        if not paths:
            raise ValueError(f"table {name} has no files")
        listed = ", ".join("'" + p.replace("'", "''") + "'" for p in paths)
        self._db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{listed}])")

    def run(self, sql: str, result: str) -> None:
        self._db.execute(f"CREATE TEMP TABLE {result} AS {sql}")

    def fetch(self, name: str) -> pa.Table:
        return self._db.sql(f"SELECT * FROM {name}").to_arrow_table()

    def ordered(self, name: str, columns: Sequence[str]) -> tuple[int, Iterable[pa.RecordBatch]]:
        listed = ", ".join(columns)
        rows = self._db.sql(f"SELECT count(*) FROM {name}").fetchall()[0][0]
        return rows, self._db.sql(f"SELECT {listed} FROM {name} ORDER BY {listed}").to_arrow_reader(1 << 16)


def duckdb_runner(temp_dir: Path, memory_limit: int, threads: int | None = None) -> SqlRunner:
    """Queries by DuckDB; past ``memory_limit`` bytes they spill into ``temp_dir``."""
    return _DuckDb(temp_dir, memory_limit, threads)


def gather(documents: Sequence[Document], directory: Path) -> CorpusFacts:
    """The facts of a corpus that fits into memory; files are written into ``directory``, which must stay."""
    import pyarrow.parquet as pq

    paths = {}
    for name, table in emit(documents).items():
        paths[name] = [str(directory / f"{name}.parquet")]
        pq.write_table(table, paths[name][0])
    out = directory / "facts"
    out.mkdir(exist_ok=True)
    reduce(paths, out, duckdb_runner(directory / "temp", 1 << 30, threads=1))
    return CorpusFacts.open(out)
