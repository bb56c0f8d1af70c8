"""The judge: every line of a document, weighed with all the evidence at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from cleaner.judge.context import after_the_end, inside, with_company
from cleaner.judge.evidence import GROUPS, group_columns
from cleaner.judge.features import Features, line_features
from cleaner.judge.sequence import Network
from cleaner.judge.store import FOLDER, read_weights
from cleaner.judge.tables import Tables, tables_of
from cleaner.judge.trees import Forest, agreement, probability
from cleaner.model import Document, LineFacts, Span
from cleaner.text.lines import line_spans

CHUNK = 400_000
"""Characters judged at once: large enough for whole-column arithmetic, small enough for the processor's cache."""
_COMPANY = GROUPS.index("neighbours")
"""What the network and the surer neighbour add is said by the lines around."""
_ROWS = 2_000
"""Rows that the forest sees at once when evidence is weighed: few lines of many kinds cost one walk through its trees."""
PIECE = 20_000
"""Lines from which a document is judged in pieces of so many: keeps memory bounded whatever the length."""


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
        self.topic = Forest.from_arrays(arrays, "topic_") if "topic_feature" in arrays else self.first
        self.network = Network.from_arrays(arrays, "net_") if "net_names" in arrays else None
        self._dial = np.asarray(arrays["dial"], np.float64)
        self._usual = np.asarray(arrays["usual"], np.float32)
        self._groups = group_columns(self.first.names)
        self._tables = tables

    @classmethod
    def load(cls, name: str = "lines", folder: Path = FOLDER) -> Judge:
        """The judge in ``name``.npz; ``UsageError`` naming the file when it is missing, damaged or of another version."""
        arrays, tables = _files(name, folder)
        return cls(arrays, tables)

    def threshold(self, aggressiveness: float) -> float:
        """The score from which a line is removed: see the model card for what each step was measured to lose."""
        return float(np.interp(aggressiveness, self._dial[0], self._dial[1]))

    def score(self, documents: Sequence[Document], facts: Sequence[LineFacts | None] | None = None) -> list[Verdicts]:
        """Verdicts on every line, one entry a document. A verdict depends on the document and its facts alone."""
        # Products of small matrices on several threads mostly wait for each other: four times the time on two cores.
        with _arithmetic().limit(limits=1, user_api="blas"):
            return self._score_all(documents, facts)

    def _score_all(self, documents: Sequence[Document], facts: Sequence[LineFacts | None] | None) -> list[Verdicts]:
        out: list[Verdicts] = []
        for low, high in _chunks(documents):
            known = None if facts is None else facts[low:high]
            spans = line_spans(documents[low].text) if high - low == 1 else []
            if len(spans) > PIECE:
                out.append(self._in_pieces(documents[low], spans, None if known is None else known[0]))
            else:
                out += self._score(documents[low:high], known)
        return out

    def _in_pieces(self, document: Document, spans: Sequence[Span], facts: LineFacts | None) -> Verdicts:
        """Judges a very long document as if every PIECE lines of it were one."""
        parts = []
        for low in range(0, len(spans), PIECE):
            own = spans[low : low + PIECE]
            page = None if document.page is None else document.page[low : low + PIECE]
            piece = replace(document, text=document.text[own[0][0] : own[-1][1]], page=page)
            got = self._score([piece], None if facts is None else [_slice(facts, low, low + PIECE)])[0]
            parts.append(replace(got, start=got.start + own[0][0], end=got.end + own[0][0]))
        return Verdicts(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Verdicts)))

    def _score(self, documents: Sequence[Document], facts: Sequence[LineFacts | None] | None) -> list[Verdicts]:
        features = line_features(documents, facts, self._tables)
        words = np.expm1(features.values[:, features.names.index("words")])
        own = _pick(features, self.first)
        first = odds = self.first.log_odds(own)
        if self.network is not None:
            topic = self.topic.log_odds(_pick(features, self.topic))
            together = agreement(first, topic, self.network.log_odds(_pick(features, self.network), features.first))
            odds = after_the_end(with_company(together, features.first), words, features.first)
        remove = probability(odds)
        evidence = np.zeros((len(first), len(GROUPS)), np.float32)
        doubtful = np.flatnonzero(remove >= self._dial[1].min())
        evidence[doubtful] = self._evidence(own[doubtful], first[doubtful])
        evidence[doubtful, _COMPANY] += np.maximum(odds - first, 0)[doubtful]
        within = inside(remove, words, features.first)
        return [
            Verdicts(features.start[a:b], features.end[a:b], remove[a:b], within[a:b], evidence[a:b])
            for a, b in itertools.pairwise(features.first.tolist())
        ]

    def _evidence(self, values: NDArray[np.float32], odds: NDArray[np.float64]) -> NDArray[np.float32]:
        """First log-odds lost when a kind of evidence is replaced by what is usual for lines of articles."""
        out = np.zeros((len(values), len(GROUPS)), np.float32)
        used = [number for number, columns in enumerate(self._groups) if len(columns)]
        together = max(1, _ROWS // max(len(values), 1))
        for low in range(0, len(used), together):
            some = used[low : low + together]
            plain = np.tile(values, (len(some), 1))
            for place, number in enumerate(some):
                rows = slice(place * len(values), (place + 1) * len(values))
                plain[rows, self._groups[number]] = self._usual[self._groups[number]]
            out[:, some] = odds[:, None] - self.first.log_odds(plain).reshape(len(some), -1).T
        return np.maximum(out, 0)


@lru_cache(maxsize=1)
def _arithmetic() -> ThreadpoolController:
    """Knows the libraries that numpy multiplies with."""
    return ThreadpoolController()


@lru_cache(maxsize=4)
def _files(name: str, folder: Path) -> tuple[dict[str, NDArray[Any]], Tables]:
    arrays = read_weights(name, folder)
    return arrays, tables_of(arrays, folder)


def _slice(facts: LineFacts, low: int, high: int) -> LineFacts:
    """The facts of some lines of a document."""
    values = {f.name: getattr(facts, f.name) for f in fields(facts)}
    some: dict[str, Any] = {name: v[low:high] for name, v in values.items() if isinstance(v, np.ndarray)}
    return replace(facts, **some)


def _chunks(documents: Sequence[Document]) -> Iterator[tuple[int, int]]:
    """Ranges of documents of about CHUNK characters together; a document of that size stands alone."""
    low = size = 0
    for number, document in enumerate(documents):
        if len(document.text) >= CHUNK and low < number:
            yield low, number
            low, size = number, 0
        size += len(document.text)
        if size >= CHUNK:
            yield low, number + 1
            low, size = number + 1, 0
    if low < len(documents):
        yield low, len(documents)


def _pick(features: Features, asking: Forest | Network) -> NDArray[np.float32]:
    """The columns that a forest or network asks for, each contiguous."""
    return np.asarray(features.values.T[asking.columns(features.names)].T, np.float32)
