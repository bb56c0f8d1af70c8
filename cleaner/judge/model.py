"""The judge: every line of a document, weighed with all the evidence at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.errors import UsageError
from cleaner.judge.context import context_features
from cleaner.judge.evidence import GROUPS, group_columns
from cleaner.judge.features import Features, line_features
from cleaner.judge.store import FOLDER, read_weights
from cleaner.judge.tables import Tables
from cleaner.judge.trees import Forest, probability
from cleaner.model import Document, LineFacts

CHUNK = 400_000
"""Characters judged at once: large enough for whole-column arithmetic, small enough for the processor's cache."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the judge says of each line of one document (the lines of ``cleaner.text.lines.line_spans``)."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    remove: NDArray[np.float32]
    """How surely the line does not belong to the article, 0 to 1."""
    inside: NDArray[np.bool_]
    """The line stands between lines of the article and reads like text: off-topic rather than chrome."""
    evidence: NDArray[np.float32]
    """(lines, len(GROUPS)): by how much each kind of evidence raised the log-odds; 0 where ``remove`` is small."""

    def stage(self, line: int) -> str:
        """``offtopic`` or ``chrome``."""
        return "offtopic" if self.inside[line] else "chrome"

    def because(self, line: int) -> dict[str, float]:
        """The kinds of evidence that spoke for removal, strongest first, with their share of the log-odds."""
        row = self.evidence[line]
        order = np.argsort(-row, kind="stable")
        return {GROUPS[i]: round(float(row[i]), 2) for i in order[:3] if row[i] > 0}


class Judge:
    """A trained judge. ``load`` gives the one that the package ships."""

    def __init__(self, arrays: dict[str, NDArray[Any]], tables: Tables) -> None:
        self.first = Forest.from_arrays(arrays, "first_")
        self.second = Forest.from_arrays(arrays, "second_")
        self._dial = np.asarray(arrays["dial"], np.float64)
        self._usual = np.asarray(arrays["usual"], np.float32)
        self._groups = group_columns(self.second.names)
        self._tables = tables

    @classmethod
    def load(cls, name: str = "lines", folder: Path = FOLDER) -> Judge:
        """The judge in ``name``.npz; ``UsageError`` naming the file when it is missing, damaged or of another version."""
        arrays, tables = _files(name, folder)
        return cls(arrays, tables)

    def threshold(self, aggressiveness: float) -> float:
        """The score from which a line is removed: 0.5 was measured to lose about 0.5 % of the content's words."""
        return float(np.interp(aggressiveness, self._dial[0], self._dial[1]))

    def score(
        self, documents: Sequence[Document], facts: Sequence[LineFacts | None] | None = None
    ) -> list[Verdicts]:
        """Verdicts on every line, one entry a document. A verdict depends on the document and its facts alone."""
        out: list[Verdicts] = []
        for low, high in _chunks(documents):
            out += self._score(documents[low:high], None if facts is None else facts[low:high])
        return out

    def _score(self, documents: Sequence[Document], facts: Sequence[LineFacts | None] | None) -> list[Verdicts]:
        features = line_features(documents, facts, self._tables)
        if features.names != self.first.names:
            wrong = sorted(set(features.names) ^ set(self.first.names))
            raise UsageError(f"the judge was trained on other features: {', '.join(wrong[:5])}", code="weights")
        both = context_features(features, probability(self.first.log_odds(features.values)))
        odds = self.second.log_odds(both.values)
        remove = probability(odds)
        evidence = np.zeros((len(odds), len(GROUPS)), np.float32)
        doubtful = np.flatnonzero(remove >= self._dial[1].min())
        evidence[doubtful] = self._evidence(both.values[doubtful], odds[doubtful])
        inside = _inside(both)
        return [
            Verdicts(features.start[a:b], features.end[a:b], remove[a:b], inside[a:b], evidence[a:b])
            for a, b in zip(features.first[:-1].tolist(), features.first[1:].tolist())
        ]

    def _evidence(self, values: NDArray[np.float32], odds: NDArray[np.float64]) -> NDArray[np.float32]:
        """Log-odds lost when a kind of evidence is replaced by what is usual for lines of articles."""
        out = np.zeros((len(values), len(GROUPS)), np.float32)
        for number, columns in enumerate(self._groups):
            plain = values.copy()
            plain[:, columns] = self._usual[columns]
            out[:, number] = odds - self.second.log_odds(plain)
        return np.maximum(out, 0)


@lru_cache(maxsize=4)
def _files(name: str, folder: Path) -> tuple[dict[str, NDArray[Any]], Tables]:
    arrays = read_weights(name, folder)
    return arrays, Tables.from_arrays(arrays)


def _chunks(documents: Sequence[Document]) -> Iterator[tuple[int, int]]:
    """Ranges of documents of about CHUNK characters together."""
    low = size = 0
    for number, document in enumerate(documents):
        size += len(document.text)
        if size >= CHUNK:
            yield low, number + 1
            low, size = number + 1, 0
    if low < len(documents):
        yield low, len(documents)


def _inside(both: Features) -> NDArray[np.bool_]:
    """Lines of several words with lines of the article on both sides."""
    index = {name: i for i, name in enumerate(both.names)}
    words = both.values[:, index["words"]] >= np.log1p(4)
    ahead = both.values[:, index["own_words_before_log"]] > 0
    behind = both.values[:, index["own_words_after_log"]] > 0
    return np.asarray(words & ahead & behind)
