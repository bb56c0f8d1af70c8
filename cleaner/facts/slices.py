"""The facts of one shard, cut out of the facts of the corpus by joins: for engines whose workers share no files.

``SLICES`` are queries in the dialect of ``queries`` over the tables of ``emit``, each with a column ``shard``, and
over the results of ``plan``. Together they hold for every shard what ``CorpusFacts`` looks up for its documents, and
nothing else, so memory is bounded by the shard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cleaner.facts.asked import Asked
from cleaner.facts.keys import mix
from cleaner.facts.lookup import CorpusFacts

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = {
    "documents": ("outlet", "document"),
    "lines": ("outlet", "document", "line", "folded", "before", "after", "weight"),
    "headlines": ("outlet", "document", "line"),
    "words": ("outlet", "document", "word"),
    "openings": ("line",),
    "places": ("outlet", "before", "after"),
}
"""Columns of the tables of ``emit`` and of ``looked_up``, in order, all int64."""

LOOKED_UP = ("openings", "places")
"""Tables of ``looked_up``."""

_OPENED = "(SELECT shard, line FROM lines UNION ALL SELECT shard, line FROM openings) r"
_BETWEEN = (
    "(SELECT shard, outlet, before, after FROM lines UNION ALL SELECT shard, outlet, before, after FROM places) b"
)

COUNTED = {
    "lines": ("line_counts", "lines", ("outlet", "line"), ("outlet", "line")),
    "folded": ("folded", "lines", ("outlet", "line"), ("outlet", "folded")),
    "headlines": ("headline_counts", _OPENED, ("line",), ("line",)),
    "slots": ("slots", _BETWEEN, ("outlet", "before", "after"), ("outlet", "before", "after")),
    "outlets": ("outlet_counts", "lines", ("line",), ("line",)),
    "articles": ("article_counts", "documents", ("outlet",), ("outlet",)),
}
"""Name of each array of counts: table of the counts, table of the shard's rows, and the columns in which they meet."""

_OTHERS = "(SELECT DISTINCT d.shard AS shard, p.other AS other FROM documents d JOIN story_pairs p ON p.document = d.document)"
_LISTS = {
    "stories": (
        "SELECT DISTINCT d.shard AS shard, 'stories' AS name, p.document AS a, p.other AS b, {zero} AS c, {zero} AS n "
        "FROM documents d JOIN story_pairs p ON p.document = d.document"
    ),
    "words": (
        "SELECT o.shard AS shard, 'words' AS name, w.document AS a, w.word AS b, {zero} AS c, {zero} AS n "
        f"FROM {_OTHERS} o JOIN story_words w ON w.document = o.other"
    ),
    "titles": (
        "SELECT o.shard AS shard, 'titles' AS name, t.document AS a, t.line AS b, {zero} AS c, {zero} AS n "
        f"FROM (SELECT shard, other FROM {_OTHERS} p UNION SELECT shard, document AS other FROM documents) o "
        "JOIN story_headlines t ON t.document = o.other"
    ),
    "labels": (
        "SELECT DISTINCT d.shard AS shard, 'labels' AS name, l.document AS a, l.label AS b, {zero} AS c, {zero} AS n "
        "FROM documents d JOIN story_labels l ON l.document = d.document"
    ),
    "copies": (
        "SELECT DISTINCT d.shard AS shard, 'copies' AS name, c.document AS a, c.own AS b, c.other AS c, {zero} AS n "
        "FROM documents d JOIN copies c ON c.document = d.document"
    ),
    "copied": (
        "SELECT o.shard AS shard, 'copied' AS name, l.document AS a, l.line AS b, l.after AS c, {zero} AS n "
        "FROM (SELECT DISTINCT d.shard AS shard, c.other AS other FROM documents d JOIN copies c ON c.document = d.document) o "
        "JOIN copy_lines l ON l.document = o.other"
    ),
}

LISTED = {
    "stories": ("stories.documents", "stories.others"),
    "words": ("stories.holders", "stories.words"),
    "titles": ("stories.titled", "stories.titles"),
    "labels": ("stories.labelled", "stories.labels"),
    "copies": ("copies.documents", "copies.own", "copies.others"),
    "copied": ("copies.holders", "copies.lines", "copies.after"),
}
"""Arrays of the facts that hold the columns of each list."""


def looked_up(asked: Asked) -> dict[str, pa.Table]:
    """What ``CorpusFacts`` looks up of some documents beside the tables of ``emit``.

    - openings: how their lines open, looked for among the headlines
    - places: what stands around a line where it comes again in its document, which ``lines`` has but once
    """
    import pyarrow as pa

    owner = np.repeat(np.arange(len(asked.size)), asked.size)
    again = np.ones(len(owner), bool)
    again[np.unique(np.stack([owner, asked.plain]), axis=1, return_index=True)[1]] = False
    places = np.stack([np.repeat(asked.outlet, asked.size), *asked.neighbours()], axis=1)[again]
    columns = {"openings": [np.unique(asked.opening)], "places": list(np.unique(places, axis=0).T)}
    return {
        name: pa.table({c: pa.array(np.ascontiguousarray(v)) for c, v in zip(COLUMNS[name], values, strict=True)})
        for name, values in columns.items()
    }


def slice_queries() -> list[str]:
    """Queries with columns shard, name, a, b, c, n (all int64 but name); the slices are the union of their rows."""
    zero = "CAST(0 AS BIGINT)"
    out = []
    for name, (counts, rows, theirs, ours) in COUNTED.items():
        keys = [f"f.{c}" for c in theirs] + [zero] * (3 - len(theirs))
        met = " AND ".join(f"f.{t} = s.{o}" for t, o in zip(theirs, ours, strict=True))
        out.append(
            f"SELECT s.shard AS shard, '{name}' AS name, {keys[0]} AS a, {keys[1]} AS b, {keys[2]} AS c, f.n AS n "
            f"FROM (SELECT DISTINCT shard, {', '.join(ours)} FROM {rows}) s JOIN {counts} f ON {met}"
        )
    return out + [sql.format(zero=zero) for sql in _LISTS.values()]


def open_slice(rows: pa.Table) -> CorpusFacts:
    """The facts of a shard from its rows of the slice queries, in any order."""
    names = np.array(rows.column("name").to_pylist(), dtype=object)
    columns = {c: rows.column(c).to_numpy().astype(np.int64, copy=False) for c in ("a", "b", "c", "n")}
    arrays: dict[str, Any] = {}
    for name, (_, _, theirs, _) in COUNTED.items():
        here = names == name
        keys = mix(*[columns[c][here] for c in ("a", "b", "c")[: len(theirs)]]) if here.any() else np.zeros(0, np.int64)
        order = np.argsort(keys, kind="stable")
        arrays[f"{name}.keys"] = keys[order]
        arrays[f"{name}.counts"] = columns["n"][here].astype(np.int32)[order]
    for name, files in LISTED.items():
        here = names == name
        values = [columns[c][here] for c in ("a", "b", "c")[: len(files)]]
        order = np.lexsort(values[::-1])
        arrays.update({file: value[order] for file, value in zip(files, values, strict=True)})
    arrays["stories.words"] = arrays["stories.words"].astype(np.uint32)
    return CorpusFacts(arrays)
