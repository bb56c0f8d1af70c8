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
        from scipy import sparse  # noqa: PLC0415

        rows: list[Any] = []
        labels, groups = [], []
        seen: set[tuple[str, int, int]] = set()
        for part, batch in batches(examples):
            label = np.concatenate([e.labels for e in part])
            usable = (label >= 0) & ~np.concatenate([e.topical for e in part])
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
            groups += [part[batch.doc[i]].group for i in keep]
        self.matrix = sparse.vstack(rows).tocsr()
        self.labels = np.concatenate(labels)
        self.groups = np.array(groups)

    def fit(self, rows: NDArray[np.bool_], seed: int) -> Odds:
        """Log-odds learned from the chosen rows, as int8."""
        from sklearn.linear_model import SGDClassifier  # noqa: PLC0415

        model = SGDClassifier(loss="log_loss", alpha=2e-6, max_iter=8, tol=None, average=True, random_state=seed)
        label = self.labels[rows]
        share = label.mean()
        weight = np.where(label == 1, 0.5 / share, 0.5 / (1 - share))
        model.fit(self.matrix[rows], label, sample_weight=weight)
        weights = model.coef_[0]
        scale = float(np.quantile(np.abs(weights[weights != 0]), 0.9995) / 127)
        return Odds(np.clip(np.rint(weights / scale), -127, 127).astype(np.int8), scale, float(model.intercept_[0]))
