"""Figures of the judge of page blocks on the development pages, out of fold."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.html.judge import settle
from cleaner.train.html_data import GoldPage

_WORD = re.compile(r"\w+")
LIMITS = (0.4, 0.45, 0.5, 0.52, 0.55, 0.6, 0.65, 0.7)


def word_f1(got: str, gold: str) -> float:
    """Bag-of-words F1 of one page, as WCXB defines it."""
    a, b = Counter(_WORD.findall(got.lower())), Counter(_WORD.findall(gold.lower()))
    if not b:
        return float(not a)
    shared = sum((a & b).values())
    return 2 * shared / (sum(a.values()) + sum(b.values())) if shared else 0.0


def texts(pages: Sequence[GoldPage], score: NDArray[np.float32], limit: float) -> list[str]:
    """What is left of each page when lines of ``limit`` or more are removed."""
    out, first = [], 0
    for page in pages:
        lines = page.text.split("\n")
        remove = settle(page.features, score[first : first + len(lines)])
        first += len(lines)
        out.append("\n".join(line for line, r in zip(lines, remove.tolist(), strict=True) if r < limit))
    return out


def print_figures(pages: Sequence[GoldPage], score: NDArray[np.float32], predictions: Path | None) -> None:
    """Word F1 at several limits; the texts at the limit of the dial's middle, if a file is asked for."""
    gold = [str(p.gold.get("main_content") or "") for p in pages]
    for limit in LIMITS:
        got = texts(pages, score, limit)
        value = float(np.mean([word_f1(a, b) for a, b in zip(got, gold, strict=True)]))
        print(f"remove at {limit:.2f}: word F1 {value:.4f} (mean of {len(pages)} pages)")
    if predictions:
        with predictions.open("w", encoding="utf-8") as handle:
            for page, text in zip(pages, texts(pages, score, 0.52), strict=True):
                handle.write(json.dumps({"id": page.id, "text": text}) + "\n")
