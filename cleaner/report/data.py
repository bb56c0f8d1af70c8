"""What the report shows, gathered in two passes over a result, in bounded memory.

Large results are cut down to their most interesting documents, and the page says so: the limits are here.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cleaner.io.results import Record, Results
from cleaner.report.sharing import Sharing
from cleaner.report.words import explain, stage_order

MAX_ROWS = 20_000
"""Documents in the table."""
MAX_TEXT = 48_000_000
"""Characters of source text embedded over all documents; a browser opens a page of this size in about a second."""
MAX_DOCUMENT = 400_000
"""Characters of one document that are embedded."""
MAX_REVIEW = 30
"""Least certain decisions shown, of each stage."""
CERTAIN = 0.985
"""Score from which a decision is not in doubt: patterns that hardly ever err have more."""
MAX_REJECTED = 200
MAX_OUTLETS = 60


@dataclass(slots=True)
class Row:
    """One document in the table."""

    order: int
    id: str
    title: str
    outlet: str
    created: str
    lang: str
    kept: int
    removed: dict[str, int]
    reasons: list[str]
    decisions: int
    least: float | None
    """The lowest score among its removals."""
    length: int
    duplicate_of: str | None
    embedded: bool = False

    @property
    def interest(self) -> float:
        """Doubtful decisions first, then documents that lost much."""
        total = self.kept + sum(self.removed.values())
        return (0.0 if self.least is None else 2 * (1 - self.least)) + (
            sum(self.removed.values()) / total if total else 0
        )


@dataclass(slots=True)
class Doubt:
    """A decision for review."""

    doc_id: str
    outlet: str
    start: int
    stage: str
    reason: str
    score: float
    text: str
    why: list[str]


@dataclass
class Gathered:
    """Everything but the texts."""

    manifest: Mapping[str, Any]
    documents: int = 0
    kept: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    """Characters removed by stage."""
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Spans removed by stage and reason."""
    reason_chars: Counter[tuple[str, str]] = field(default_factory=Counter)
    outlets: dict[str, Counter[str]] = field(default_factory=dict)
    """By outlet: documents, kept, and characters removed under the stage's name."""
    rows: list[Row] = field(default_factory=list)
    doubts: dict[str, list[Doubt]] = field(default_factory=dict)
    rejected: list[Record] = field(default_factory=list)
    reject_codes: Counter[str] = field(default_factory=Counter)
    sharing: Sharing = field(default_factory=Sharing)
    empty: int = 0
    """Documents of which nothing was kept."""

    @property
    def stage_names(self) -> list[str]:
        """Stages that removed or marked something, in the order in which they are shown."""
        return stage_order({stage for stage, _ in self.reasons})

    @property
    def embedded(self) -> set[str]:
        """Ids of the documents whose texts are in the page."""
        return {row.id for row in self.rows if row.embedded}

    def number(self) -> dict[str, int]:
        """Number of each document in the table, by its id."""
        return {row.id: n for n, row in enumerate(self.rows)}


class Gatherer:
    """Takes in documents one by one, and what others took in of the documents after them, in bounded memory."""

    def __init__(self) -> None:
        self._data = Gathered({})
        self._best: list[tuple[float, int, Row]] = []
        self._doubts: dict[str, list[tuple[float, tuple[int, int], Doubt]]] = {}

    def add(self, document: Record, removals: Sequence[Record]) -> None:
        """Takes in the next document with its removals."""
        order = self._data.documents
        row = _row(order, document, removals)
        _count(self._data, row, removals)
        self._consider(row)
        for number, removal in enumerate(removals):
            heap = self._doubts.setdefault(removal["stage"], [])
            if removal["score"] >= CERTAIN or removal.get("action") == "keep":
                continue
            if len(heap) < MAX_REVIEW or -removal["score"] > heap[0][0]:
                _push(heap, (-removal["score"], (-order, -number), _doubt(document, removal)))

    def reject(self, records: Iterable[Record]) -> None:
        """Takes in rejected records."""
        for record in records:
            self._data.reject_codes[record["code"]] += 1
            if len(self._data.rejected) < MAX_REJECTED:
                self._data.rejected.append(record)

    def join(self, later: Gatherer) -> None:
        """Takes in all that ``later`` did; its documents come after those of this one."""
        ours, theirs = self._data, later._data
        first = ours.documents
        for name in ("documents", "kept", "empty"):
            setattr(ours, name, getattr(ours, name) + getattr(theirs, name))
        for name in ("stages", "reasons", "reason_chars", "reject_codes"):
            getattr(ours, name).update(getattr(theirs, name))
        for outlet, counts in theirs.outlets.items():
            ours.outlets.setdefault(outlet, Counter()).update(counts)
        ours.rejected += theirs.rejected[: MAX_REJECTED - len(ours.rejected)]
        for _, _, row in later._best:
            row.order += first
            self._consider(row)
        for stage, heap in later._doubts.items():
            mine = self._doubts.setdefault(stage, [])
            for score, (order, number), doubt in heap:
                _push(mine, (score, (order - first, number), doubt))

    def close(self, manifest: Mapping[str, Any]) -> Gathered:
        """The tables, and whose texts are embedded; without the shared sentences."""
        data, doubts = self._data, self._doubts
        data.manifest = manifest
        data.rows = [row for _, _, row in sorted(self._best, key=lambda e: e[2].order)]
        data.doubts = {
            stage: [e[2] for e in sorted(doubts[stage], key=lambda e: e[:2], reverse=True)]
            for stage in stage_order(doubts)
        }
        _choose_texts(data)
        return data

    def _consider(self, row: Row) -> None:
        entry = (row.interest, -row.order, row)
        if len(self._best) < MAX_ROWS:
            heapq.heappush(self._best, entry)
        else:
            heapq.heappushpop(self._best, entry)


def _push(heap: list[tuple[float, tuple[int, int], Doubt]], entry: tuple[float, tuple[int, int], Doubt]) -> None:
    heapq.heappush(heap, entry)
    if len(heap) > MAX_REVIEW:
        heapq.heappop(heap)


def gather(result: Results) -> Gathered:
    """Read the result once for the tables, once for the sentences, and choose whose texts are embedded."""
    gatherer = Gatherer()
    for document, removals in result.with_removals():
        gatherer.add(document, removals)
    gatherer.reject(result.rejected())
    data = gatherer.close(result.manifest)
    data.sharing = Sharing()
    data.sharing.take(enumerate(result.shared_sentences()), data.embedded)
    data.sharing.close()
    return data


def _row(order: int, document: Record, removals: Iterable[Record]) -> Row:
    meta = document["metadata"]
    removed: Counter[str] = Counter()
    for removal in removals:
        if "action" not in removal:
            removed[removal["stage"]] += removal["end"] - removal["start"]
    open_to_doubt = [r for r in removals if r.get("action") != "keep"]
    scores = [r["score"] for r in open_to_doubt]
    return Row(
        order=order,
        id=document["id"],
        title=str(meta.get("title") or "")[:300],
        outlet=document["source"],
        created=document.get("created", ""),
        lang=str(meta.get("lang") or ""),
        kept=sum(end - start for start, end in document["spans"]),
        removed=dict(removed),
        reasons=sorted({f"{r['stage']}/{r['reason']}" for r in open_to_doubt}),
        decisions=len(scores),
        least=min(scores, default=None),
        length=document["source_length"],
        duplicate_of=meta.get("duplicate_of"),
    )


def _count(data: Gathered, row: Row, removals: Iterable[Record]) -> None:
    data.documents += 1
    data.kept += row.kept
    data.empty += not row.kept
    data.stages.update(row.removed)
    outlet = data.outlets.setdefault(row.outlet, Counter())
    outlet.update({"documents": 1, "kept": row.kept, **{f"stage:{s}": n for s, n in row.removed.items()}})
    for removal in removals:
        if removal.get("action") == "keep":
            continue
        key = (removal["stage"], removal["reason"])
        data.reasons[key] += 1
        data.reason_chars[key] += removal["end"] - removal["start"]


def _doubt(document: Record, removal: Record) -> Doubt:
    return Doubt(
        document["id"], document["source"], removal["start"], removal["stage"], removal["reason"],
        removal["score"], removal["text"][:300], explain(removal),
    )  # fmt: skip


def _choose_texts(data: Gathered) -> None:
    """Texts of the documents under review first, then of the most interesting, until the room is filled."""
    wanted = {doubt.doc_id for doubts in data.doubts.values() for doubt in doubts}
    room = MAX_TEXT
    for row in sorted(data.rows, key=lambda r: (r.id not in wanted, -r.interest, r.order)):
        cost = min(row.length, MAX_DOCUMENT) + 400
        if cost <= room:
            room -= cost
            row.embedded = True
