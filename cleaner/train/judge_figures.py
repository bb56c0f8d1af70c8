"""Out-of-fold figures of the judge, by the evaluators in ``shared/eval``."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.text.lines import line_spans
from cleaner.train.judge_data import Example, read_jsonl

CHROME = ("dump", "window", "container", "readability", "boilerpy", "newspaper", "trafilatura", "resiliparse")


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chrome_curve(labels: Any, score: Any, tokens: Any, aim: float = 0.005) -> tuple[float, float, float]:
    """Chrome left at ``aim`` content lost, its score, and the best token F1."""
    order = np.argsort(-score, kind="stable")
    chrome, mass = labels[order] == 1, tokens[order]
    lost = np.cumsum(mass * ~chrome) / max((mass * ~chrome).sum(), 1)
    hit = np.cumsum(mass * chrome)
    recall = hit / max(hit[-1], 1)
    last = np.r_[score[order][1:] != score[order][:-1], True]
    below = np.flatnonzero(last & (lost <= aim))
    at = int(below[-1]) if len(below) else 0
    precision = hit / np.maximum(np.cumsum(mass), 1)
    f1 = (2 * precision * recall / np.maximum(precision + recall, 1e-9))[last].max()
    return 1 - recall[at], float(score[order][at]), float(f1)


def figures(
    shared: Path, examples: Sequence[Example], scores: Sequence[NDArray[np.float32]], dial: NDArray[np.float64]
) -> None:
    """Prints the table of targets at 0.5 % of content lost on each set, at one score for all, and over the dial."""
    tool = _module(shared / "eval" / "eval_chrome.py")
    own = [(e, s) for e, s in zip(examples, scores, strict=True) if not e.extra]

    def lines(kinds: Sequence[str]) -> tuple[Any, Any, Any]:
        label: list[NDArray[np.int8]] = []
        score: list[NDArray[np.float32]] = []
        tokens: list[NDArray[np.int64]] = []
        for e, s in own:
            if e.kind in kinds:
                text = e.document.text
                count = [len(tool.TOKEN.findall(text[a:b])) for a, b in line_spans(text)]
                label.append(e.labels)
                score.append(s)
                tokens.append(np.array(count))
        if not label:
            return np.zeros(0), np.zeros(0), np.zeros(0)
        known = np.concatenate(label) >= 0
        return np.concatenate(label)[known], np.concatenate(score)[known], np.concatenate(tokens)[known]

    _, limit, _ = chrome_curve(*lines(CHROME))
    print(f"one score for all styles: {limit:.4f}")
    for kinds in (CHROME, *((s,) for s in CHROME), ("outlet",)):
        got = lines(kinds)
        if not len(got[0]):
            continue
        left, _at, f1 = chrome_curve(*got)
        content, chrome = (got[0] == 0), (got[0] == 1)
        cut = got[1] >= limit
        lost = (got[2] * (content & cut)).sum() / max((got[2] * content).sum(), 1)
        stay = (got[2] * (chrome & ~cut)).sum() / max((got[2] * chrome).sum(), 1)
        name = kinds[0] if len(kinds) == 1 else "all"
        print(
            f"{name:12} left at .5% lost {100 * left:5.1f}  best F1 {f1:.3f}  at {limit:.3f}: left {100 * stay:5.1f} lost {100 * lost:.2f}"
        )
    runs = {
        kind: _insertions(shared, kind, shared / "data" / "offtopic" / path, own)
        for kind, path in (("offtopic", "dev.jsonl.gz"), ("story", "dev_story.jsonl.gz"))
    }
    for kind, run in runs.items():
        _print_insertions(kind, run, limit)
    print(
        "dial | score | chrome left / lost: all, window, container, outlets | insertions found / host lost / controls"
    )
    sets = [lines(kinds) for kinds in (CHROME, ("window",), ("container",), ("outlet",))]
    for step, score in dial.T.tolist():
        cells = []
        for label, value, tokens in sets:
            cut, chrome = value >= score, label == 1
            left = (tokens * (chrome & ~cut)).sum() / max((tokens * chrome).sum(), 1)
            lost = (tokens * (~chrome & cut)).sum() / max((tokens * ~chrome).sum(), 1)
            cells.append(f"{100 * left:.1f} / {100 * lost:.2f}")
        for run in runs.values():
            r = run(score)
            touched = r["controls"]["control (all)"]["touched_rate"]
            cells.append(f"{100 * r['span_recall']:.1f} / {100 * r['host_removed_rate']:.2f} / {100 * touched:.0f}")
        print(f"| {step:.2f} | {score:.3f} | " + " | ".join(cells) + " |")


def _insertions(
    shared: Path, kind: str, path: Path, own: Sequence[tuple[Example, Any]]
) -> Callable[[float], dict[str, Any]]:
    """The evaluator's result as a function of the score from which lines go."""
    tool = _module(shared / "eval" / "eval_offtopic.py")
    gold = list(read_jsonl(path))
    by_id = {e.document.id: (e, s) for e, s in own if e.kind == kind}

    def run(cut: float) -> dict[str, Any]:
        removed = {}
        for name, (e, s) in by_id.items():
            removed[name] = [
                {"start": a, "end": b} for (a, b), x in zip(line_spans(e.document.text), s, strict=True) if x >= cut
            ]
        found: dict[str, Any] = tool.evaluate([g for g in gold if str(g["id"]) in by_id], removed)
        return found

    return run


def _print_insertions(kind: str, run: Callable[[float], dict[str, Any]], limit: float) -> None:
    """The evaluator's table at 0.5 % of host words removed, and its headline at ``limit``."""
    low, high = 0.0, 1.0
    for _ in range(14):
        middle = (low + high) / 2
        low, high = (low, middle) if run(middle)["host_removed_rate"] <= 0.005 else (middle, high)
    for cut in (high, limit):
        r = run(cut)
        kinds = " ".join(f"{k} {100 * v['span_recall']:.0f}" for k, v in r["by_kind"].items())
        controls = " ".join(
            f"{k.replace('control_', '')} {100 * v['touched_rate']:.0f}" for k, v in r["controls"].items()
        )
        print(
            f"{kind} at {cut:.3f}: spans {100 * r['span_recall']:.1f} host removed {100 * r['host_removed_rate']:.2f} "
            f"| {kinds} | controls touched: {controls}"
        )
