"""Learns the word tables: log-odds of hashed words and pairs (logistic regression), and word weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.chars import Batch, read_batch
from cleaner.judge.tables import Odds
from cleaner.judge.words import TABLE_BITS, slots, terms
from cleaner.train.judge_data import Example

CHUNK = 400


def batches(examples: Sequence[Example]) -> list[tuple[Sequence[Example], Batch]]:
    """The examples in batches of some hundred documents."""
    parts = [examples[i : i + CHUNK] for i in range(0, len(examples), CHUNK)]
    return [(part, read_batch([e.document for e in part])) for part in parts]


class LineBag:
    """Distinct lines of the examples as a sparse matrix of hashed words: what the log-odds are learned from."""

    def __init__(self, examples: Sequence[Example]) -> None:
        from scipy import sparse

        rows: list[Any] = []
        labels, groups, opens = [], [], []
        seen: set[tuple[str, int, int]] = set()
        for part, batch in batches(examples):
            label = np.concatenate([e.labels for e in part])
            usable = (label >= 0) & ~np.concatenate([e.topical for e in part])
            opening = np.concatenate([_opening(e) for e in part])
            word, stem, pair, whole = slots(batch)
            count = np.diff(batch.word_first)
            value = 1 / np.sqrt(terms(count))
            keep = []
            for line in np.flatnonzero(usable & (count > 0)).tolist():
                key = (part[batch.doc[line]].group, int(batch.line_hash[line]), int(label[line]))
                if key not in seen:
                    seen.add(key)
                    keep.append(line)
            line = np.repeat(np.arange(batch.lines), count)
            at = np.concatenate([line, line, line, np.arange(batch.lines), np.arange(batch.lines)])
            column = np.concatenate([word, stem, pair, whole[:, 0], whole[:, 1]])
            matrix = sparse.csr_matrix((value[at], (at, column)), (batch.lines, 1 << TABLE_BITS), dtype=np.float32)
            rows.append(matrix[keep])
            labels.append(label[keep])
            opens.append(opening[keep])
            groups += [part[batch.doc[i]].group for i in keep]
        self.matrix = sparse.vstack(rows).tocsr()
        self.groups = np.array(groups)
        label, opening = np.concatenate(labels), np.concatenate(opens)
        self.targets = {"text": label, "lede": np.where(label == 0, opening, np.int8(-1))}
        """What each table tells apart: leftovers from content; the opening of a story from the rest of it."""

    def fit(self, rows: NDArray[np.bool_], seed: int) -> Odds:
        """Log-odds of leftovers against content, learned from the chosen rows."""
        return self._fit(self.targets["text"], rows, seed)

    def fit_all(self, rows: NDArray[np.bool_], seed: int) -> dict[str, Odds]:
        """Log-odds of each target, learned from the chosen rows."""
        return {name: self._fit(target, rows & (target >= 0), seed) for name, target in self.targets.items()}

    def _fit(self, target: NDArray[np.int8], rows: NDArray[np.bool_], seed: int) -> Odds:
        from sklearn.linear_model import SGDClassifier

        label = target[rows]
        share = label.mean()
        if not 0 < share < 1:
            return Odds(np.zeros(1 << TABLE_BITS, np.int8), 1.0, 0.0)
        model = SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=8, tol=None, average=True, random_state=seed)
        weight = np.where(label == 1, 0.5 / share, 0.5 / (1 - share))
        model.fit(self.matrix[rows], label, sample_weight=weight)
        weights = model.coef_[0]
        scale = float(np.quantile(np.abs(weights[weights != 0]), 0.9995) / 127)
        return Odds(np.clip(np.rint(weights / scale), -127, 127).astype(np.int8), scale, float(model.intercept_[0]))


def _opening(example: Example) -> NDArray[np.int8]:
    """1 for the first two lines of an article, 0 for others, -1 where the document does not tell."""
    if example.kind not in ("container", "page"):
        return np.full(len(example.labels), -1, np.int8)
    out = np.zeros(len(example.labels), np.int8)
    out[np.flatnonzero(example.labels == 0)[:2]] = 1
    return out
