"""Figures of the judge of page blocks on the development pages, out of fold."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.html.judge import MIDDLE, decide
from cleaner.rules.load import RuleSet
from cleaner.train.html_data import GoldPage

_WORD = re.compile(r"\w+")
_PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})
LIMITS = (0.4, 0.45, 0.5, 0.52, 0.55, 0.6, 0.65, 0.7)


def word_f1(got: str, gold: str) -> float:
    """Bag-of-words F1 of one page, as WCXB defines it."""
    a, b = Counter(_WORD.findall(got.lower())), Counter(_WORD.findall(gold.lower()))
    if not b:
        return float(not a)
    shared = sum((a & b).values())
    return 2 * shared / (sum(a.values()) + sum(b.values())) if shared else 0.0


def texts(pages: Sequence[GoldPage], score: NDArray[np.float32], limit: float, rules: bool = False) -> list[str]:
    """What is left of each page when lines of ``limit`` or more are removed, and with ``rules`` what certain patterns hit."""
    known = RuleSet.load() if rules else None
    out, first = [], 0
    for page in pages:
        lines = page.text.split("\n")
        remove = decide(page.features, lines, score[first : first + len(lines)])
        first += len(lines)
        if known is not None:
            remove[known.match(lines, certain_only=True).line] = 1
        out.append("\n".join(line for line, r in zip(lines, remove.tolist(), strict=True) if r < limit))
    return out


def print_figures(pages: Sequence[GoldPage], score: NDArray[np.float32], predictions: Path | None) -> None:
    """Word F1 at several limits; the texts at the limit of the dial's middle, if a file is asked for."""
    gold = [str(p.gold.get("main_content") or "") for p in pages]

    def mean(got: Sequence[str]) -> float:
        return float(np.mean([word_f1(a, b) for a, b in zip(got, gold, strict=True)]))

    for limit in LIMITS:
        print(f"remove at {limit:.2f}: word F1 {mean(texts(pages, score, limit)):.4f} (mean of {len(pages)} pages)")
    kept = texts(pages, score, MIDDLE)
    print(f"with certain patterns: word F1 {mean(texts(pages, score, MIDDLE, rules=True)):.4f}")
    print(f"segments wanted, in any shape of quotes and dashes: {_wanted(pages, kept):.4f}")
    if predictions:
        with predictions.open("w", encoding="utf-8") as handle:
            for page, text in zip(pages, kept, strict=True):
                handle.write(json.dumps({"id": page.id, "text": text}) + "\n")


def _wanted(pages: Sequence[GoldPage], kept: Sequence[str]) -> float:
    """Mean share of the wanted segments that are found when quotes and dashes have one shape on both sides.

    The gold straightens curly quotes, which a verbatim text keeps: of every segment that holds one, only the shape differs.
    """
    shares: list[float] = []
    for page, text in zip(pages, kept, strict=True):
        plain = text.lower().translate(_PLAIN)
        wanted = page.gold.get("with") or ()
        found = sum(s.lower().translate(_PLAIN) in plain for s in wanted)
        shares.append(found / len(wanted) if wanted else 1.0)
    return sum(shares) / len(shares)
