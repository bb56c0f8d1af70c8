"""The evidence on every line, as numbers: form, words, place, repetition, cohesion, neighbours, corpus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.chars import Batch, read_batch
from cleaner.judge.cohesion import PROSE_WORDS, overlaps
from cleaner.judge.meaning import CORE_WORDS, line_vectors, nearness
from cleaner.judge.tables import NO_ODDS, ODDS, Tables
from cleaner.judge.windows import Windows
from cleaner.judge.words import FUNCTION_WORDS, list_counts, text_scores
from cleaner.model import Document, LineFacts

Column = NDArray[np.float32]
_NEIGHBOURS = ("text", "words", "ends", "function", "title", "gap", "carried", "prose", "near_above", "centre_above")


@dataclass(frozen=True, slots=True)
class Features:
    """``values`` float32 (lines, names), column by column in memory; document i has lines ``first[i]:first[i+1]``."""

    values: NDArray[np.float32]
    first: NDArray[np.int64]
    names: tuple[str, ...]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    """Each line's span in its document's text."""


def line_features(
    documents: Sequence[Document], facts: Sequence[LineFacts | None] | None = None, tables: Tables | None = None
) -> Features:
    """Features of every line of ``documents``; a line's numbers do not depend on the other documents.

    ``facts`` gives what the corpus knows, one entry a document or ``None``; ``tables`` the word tables (default: the
    ones the package ships). Documents with a ``page`` array get its columns, named ``page0..``, after the others.
    """
    batch = read_batch(documents)
    tables = tables or Tables.load()
    columns = _form(batch)
    counts, function_word = list_counts(batch)
    columns.update(_vocabulary(batch, counts))
    for name in ODDS:
        table = tables.odds.get(name, NO_ODDS)
        scores = text_scores(batch, table.values, table.scale, table.bias)
        columns[name] = scores.score
        if name == "text":
            columns[name + "_best"] = scores.best
            columns[name + "_start"] = scores.start
            columns[name + "_finish"] = scores.finish
            columns[name + "_stretch"] = scores.stretch
    prose = (columns["words"] >= np.log1p(PROSE_WORDS)) & (columns["sentence_end"] > 0) & (columns["text"] < 1)
    place = tables.lexicon().index(batch.word_hash)
    weight = tables.weights(place)
    columns["prose"] = prose.astype(np.float32)
    columns.update(overlaps(batch, function_word, weight, prose))
    known = np.where(function_word, np.int32(-1), place)
    unit = line_vectors(batch, known, weight, tables.vectors)
    core = (columns["words"] >= np.log1p(CORE_WORDS)) & (columns["text"] < 1)
    columns.update(nearness(batch, unit, core))
    columns.update(_repeats(batch))
    columns.update(_place(batch, prose))
    columns.update(_neighbours(batch, columns))
    columns.update(_facts(batch, facts))
    names = list(columns)
    values = np.stack([columns[n] for n in names])
    if documents and all(d.page is not None for d in documents):
        page = np.concatenate([np.asarray(d.page, np.float32) for d in documents])
        values = np.concatenate([values, page.T])
        names += [f"page{i}" for i in range(page.shape[1])]
    return Features(values.T, batch.first, tuple(names), batch.start, batch.end)


def _f32(values: NDArray[np.generic]) -> Column:
    return values.astype(np.float32)


def _form(batch: Batch) -> dict[str, Column]:
    """Shape of the line by itself."""
    count = batch.counts
    length = batch.end - batch.start
    read = np.maximum(sum(count[k] for k in ("letter", "digit", "punct", "symbol", "space")), 1)
    letters = np.maximum(count["letter"], 1)
    words = np.diff(batch.word_first)
    some = np.maximum(words, 1)
    filled = words > 0
    capital = np.bincount(batch.word_line[batch.word_upper], minlength=batch.lines)
    long_words = np.bincount(batch.word_line[batch.word_size >= 4], minlength=batch.lines)
    long_capital = np.bincount(batch.word_line[batch.word_upper & (batch.word_size >= 4)], minlength=batch.lines)
    longest = np.zeros(batch.lines, np.int64)
    begins = np.zeros(batch.lines, np.bool_)
    if filled.any():
        longest[filled] = np.maximum.reduceat(batch.word_size, batch.word_first[:-1][filled])
        begins[filled] = batch.word_upper[batch.word_first[:-1][filled]]
    end_kind = np.zeros(batch.lines, np.int64)
    for number, chars in enumerate((".", "!", "?", ":", "…", ",;", "\"”’'»", ")]"), 1):
        end_kind[np.isin(batch.last, [ord(c) for c in chars])] = number
    head = batch.head
    alphabetic = ((head | 0x20) >= 0x61) & ((head | 0x20) <= 0x7A)
    head_kind = np.select(
        [
            np.isin(head, [ord(c) for c in "•*-–—·▪●○►▸>»›→+"]),
            (head >= 0x30) & (head <= 0x39),
            np.isin(head, [ord(c) for c in "\"“‘'«„"]),
            np.isin(head, [ord(c) for c in "([{<|#@©"]),
            head > 0x2000,
            alphabetic & (head >= 0x61),
        ],
        [1, 2, 3, 4, 5, 6],
        0,
    )
    return {
        "words": _f32(np.log1p(words)),
        "length": _f32(np.log1p(length)),
        "word_size": _f32(count["letter"] / some),
        "longest": _f32(np.log1p(longest)),
        "upper": _f32(count["upper"] / letters),
        "title": _f32(capital / some),
        "title_long": _f32(np.where(long_words > 0, long_capital / np.maximum(long_words, 1), -1)),
        "begins_upper": _f32(begins),
        "digit": _f32(count["digit"] / read),
        "punct": _f32(count["punct"] / read),
        "symbol": _f32(count["symbol"] / read),
        "foreign": _f32(count["foreign"] / letters),
        "sentence_end": _f32(np.minimum(count["sentence_end"], 20)),
        "sentence_words": _f32(np.log1p(words / np.maximum(count["sentence_end"], 1))),
        "comma": _f32(count["comma"] / some),
        "quote": _f32(np.minimum(count["quote"], 10)),
        "separator": _f32(np.minimum(count["separator"], 10)),
        "money": _f32(np.minimum(count["money"], 5)),
        "ends": _f32(end_kind),
        "head": _f32(head_kind),
    }


def _vocabulary(batch: Batch, counts: NDArray[np.int64]) -> dict[str, Column]:
    """Function words: how sentence-like, and whether in the document's language."""
    languages = len(FUNCTION_WORDS)
    some = np.maximum(np.diff(batch.word_first), 1)
    by_doc = np.zeros((len(batch.documents), languages), np.int64)
    np.add.at(by_doc, batch.doc, counts[:, :languages])
    main = by_doc.argmax(axis=1)[batch.doc] if batch.lines else np.zeros(0, np.int64)
    own = counts[np.arange(batch.lines), main]
    rest = counts[:, :languages].copy()
    rest[np.arange(batch.lines), main] = 0
    other = rest.max(axis=1, initial=0)
    return {
        "function": _f32(own / some),
        "other_language": _f32((other - own) / np.sqrt(some)),
        "address": _f32(counts[:, languages] / some),
        "dates": _f32(counts[:, languages + 1] / some),
        "english": _f32(main == 0),
    }


def _repeats(batch: Batch) -> dict[str, Column]:
    """The same line, or one with the same first words, elsewhere in the document."""
    doc = batch.doc.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    out: dict[str, Column] = {}
    first = batch.word_first[:-1]
    words = np.diff(batch.word_first)
    opening = batch.line_hash.copy()
    deep = words >= 5
    opening[deep] = (
        batch.word_hash[first[deep]]
        + batch.word_hash[first[deep] + 1] * np.uint64(3)
        + batch.word_hash[first[deep] + 2] * np.uint64(5)
        + batch.word_hash[first[deep] + 3] * np.uint64(7)
        + batch.word_hash[first[deep] + 4] * np.uint64(11)
    )
    for name, value in (("same", batch.line_hash), ("same_start", opening)):
        _, inverse, count = np.unique(value ^ doc, return_inverse=True, return_counts=True)
        seen = np.full(len(count), batch.lines, np.int64)
        np.minimum.at(seen, inverse, np.arange(batch.lines))
        out[name] = _f32(np.where(words > 0, np.minimum(count[inverse], 10), 0))
        out[name + "_before"] = _f32((seen[inverse] < np.arange(batch.lines)) & (words > 0))
    return out


def _place(batch: Batch, prose: NDArray[np.bool_]) -> dict[str, Column]:
    """Where the line stands: in the document, between its paragraphs, in its run of short lines."""
    n = batch.lines
    number = np.arange(n)
    low, high = batch.first[batch.doc], batch.first[batch.doc + 1]
    size = np.maximum(high - low, 1)
    lengths = np.fromiter((max(len(d.text), 1) for d in batch.documents), np.int64, len(batch.documents))
    total = lengths[batch.doc]
    gap = np.zeros(n, np.int64)
    gap[1:] = np.where(batch.doc[1:] == batch.doc[:-1], batch.start[1:] - batch.end[:-1], 0)
    usual = np.full(len(batch.documents), 1 << 30, np.int64)
    np.minimum.at(usual, batch.doc[gap > 0], gap[gap > 0])
    wide = gap > np.minimum(usual, 1 << 30)[batch.doc]
    before = np.maximum.accumulate(np.where(prose, number, -1)) if n else number
    after = np.minimum.accumulate(np.where(prose, number, n)[::-1])[::-1] if n else number
    left = np.zeros(n, np.int64)
    right = np.zeros(n, np.int64)
    left[1:] = before[:-1]
    left[:1] = -1
    right[:-1] = after[1:]
    right[-1:] = n
    has_left, has_right = left >= low, right < high
    mass = np.where(prose, batch.end - batch.start, 0)
    running, prose_count = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    np.cumsum(mass, out=running[1:])
    np.cumsum(prose, out=prose_count[1:])
    ahead, behind = running[number] - running[low], running[high] - running[number + 1]
    all_prose = running[high] - running[low]
    tail_lines = np.where(has_right, 0, number - np.where(has_left, left, low))
    return {
        "line_number": _f32(np.log1p(number - low)),
        "lines_after": _f32(np.log1p(high - 1 - number)),
        "place": _f32((number - low) / size),
        "chars_before": _f32(batch.start / total),
        "chars_after": _f32((total - batch.end) / total),
        "gap": _f32(np.where(gap == 0, -1, wide)),
        "to_prose_before": _f32(np.where(has_left, np.log1p(number - left), -1)),
        "to_prose_after": _f32(np.where(has_right, np.log1p(right - number), -1)),
        "prose_before": _f32(ahead / np.maximum(all_prose, 1)),
        "prose_after": _f32(behind / np.maximum(all_prose, 1)),
        "prose_lines_before": _f32(np.log1p(prose_count[number] - prose_count[low])),
        "prose_lines_after": _f32(np.log1p(prose_count[high] - prose_count[number + 1])),
        "tail": _f32(np.log1p(tail_lines)),
        "doc_lines": _f32(np.log1p(size)),
        "doc_prose": _f32(all_prose / total),
        "doc_prose_lines": _f32((prose_count[high] - prose_count[low]) / size),
        "doc_gaps": _f32(np.bincount(batch.doc, wide, minlength=len(batch.documents))[batch.doc] / size),
    }


def _neighbours(batch: Batch, columns: dict[str, Column]) -> dict[str, Column]:
    """What stands around the line."""
    windows = Windows(batch.first)
    out: dict[str, Column] = {}
    for name in _NEIGHBOURS:
        for step in (-2, -1, 1, 2):
            out[f"{name}{step:+d}"] = windows.shift(columns[name], step)
    for name in ("text", "words", "prose", "carried", "core", "title", "ends_sentence", "near_above"):
        column = columns[name] if name in columns else _f32(np.isin(columns["ends"], (1, 2, 3, 7)))
        for reach in (2, 5):
            out[f"{name}~-{reach}"] = windows.mean(column, -reach, -1)
            out[f"{name}~+{reach}"] = windows.mean(column, 1, reach)
    for name in ("text", "core", "words", "function", "address", "text_stretch"):
        out[f"{name}_doc"] = windows.document_mean(columns[name], columns["prose"])
        out[f"{name}_above"] = columns[name] - out[f"{name}_doc"]
    return out


def _facts(batch: Batch, facts: Sequence[LineFacts | None] | None) -> dict[str, Column]:
    """What the corpus knows; a document without facts looks like one that stands alone."""
    sizes = np.diff(batch.first)
    given = [
        (f if f is not None else LineFacts.empty(int(k)))
        for f, k in zip(facts or [None] * len(sizes), sizes, strict=True)
    ]

    def joined(name: str) -> NDArray[np.float64]:
        parts = [np.asarray(getattr(f, name), np.float64) for f in given]
        return np.concatenate(parts) if parts else np.zeros(0)

    articles, folded, outlets = joined("articles"), joined("folded"), joined("outlets")
    known = np.repeat([float(f.outlet_articles) for f in given], sizes) if given else np.zeros(0)
    alone = outlets <= 1
    template = np.where(known > 1, (folded - 1) / np.maximum(known - 1, 1), 0)
    column = {
        "articles": _f32(np.log1p(np.minimum(articles, 50) - 1)),
        "folded": _f32(np.log1p(np.minimum(folded, 50) - 1)),
        "template": _f32(template),
        "outlets": _f32(np.where(alone, 0, np.log1p(np.minimum(outlets, 20)))),
        "headline": _f32(np.minimum(joined("headline"), 5)),
        "opens": _f32(np.minimum(joined("opens"), 5)),
        "slot": _f32(np.log1p(np.minimum(joined("slot"), 50))),
        "corroborated": _f32(joined("corroborated")),
        "copies_held": _f32(joined("held")),
        "copies_added": _f32(joined("added")),
        "wire_held": _f32(joined("held_elsewhere")),
        "wire_added": _f32(joined("added_elsewhere")),
        "outlet_articles": _f32(np.log1p(np.minimum(known, 20) - 1)),
    }
    windows = Windows(batch.first)
    for name in ("template",):
        column[f"{name}-1"] = windows.shift(column[name], -1)
        column[f"{name}+1"] = windows.shift(column[name], 1)
        column[f"{name}~-5"] = windows.mean(column[name], -5, -1)
        column[f"{name}~+5"] = windows.mean(column[name], 1, 5)
    return column
