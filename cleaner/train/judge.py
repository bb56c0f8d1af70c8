"""Trains the judge of lines: ``python -m cleaner.train.judge --shared ../shared``.

Two passes of boosted oblivious trees. Word tables and first scores are always out of fold (folds by domain), so what
the trees learn from is what they will meet. Needs the ``train`` extra; fixed seeds; the same data gives the same bytes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.context import context_features
from cleaner.judge.features import Features, line_features
from cleaner.judge.store import FOLDER, write_weights
from cleaner.judge.tables import Odds, Tables
from cleaner.judge.trees import Forest, probability
from cleaner.train.judge_data import Example, fold_of, load
from cleaner.train.judge_words import LineBag

FOLDS = 4
SAMPLE = {"dump": 0.3, "readability": 0.6, "boilerpy": 0.6, "newspaper": 0.6, "trafilatura": 0.6, "resiliparse": 0.6}
"""Share of a style's lines that the trees learn from (1 for the others): the eight styles repeat the same pages."""
WEIGHT = {"dump": 1.0, "offtopic": 2.0, "story": 2.0}


@dataclass(frozen=True)
class Settings:
    """How the trees are grown."""

    trees: int = 300
    depth: int = 6
    rate: float = 0.1
    folds: int = FOLDS
    seed: int = 7
    l2: float = 10.0


@dataclass(frozen=True)
class Fit:
    """What training gives."""

    arrays: dict[str, NDArray[Any]]
    """The weights file."""
    scores: list[NDArray[np.float32]]
    """Out-of-fold scores of each example's lines."""


def fit(examples: Sequence[Example], words: Tables, settings: Settings | None = None) -> Fit:
    """Trains both passes on ``examples`` with the word weights and vectors of ``words``.

    The documents may carry ``page`` arrays (all or none). Scores are out of fold, by ``Example.group``.
    """
    settings = settings or Settings()
    fold = np.array([fold_of(e.group, settings.folds) for e in examples])
    bag = LineBag(examples)
    bag_fold = np.array([fold_of(g, settings.folds) for g in bag.groups])
    _say(f"{len(examples)} documents, {bag.matrix.shape[0]} distinct lines")
    odds = [bag.fit(bag_fold != k, settings.seed) for k in range(settings.folds)]
    final_odds = bag.fit(np.ones(len(bag_fold), np.bool_), settings.seed)
    first = _features(examples, fold, odds, words)
    _say(f"features {first.values.shape}")
    size = np.diff(first.first)
    line_fold = np.repeat(fold, size)
    labels = np.concatenate([e.labels for e in examples])
    weight, drawn = _weights(examples, first, settings.seed)

    names = first.names
    forests, score = _out_of_fold(first.values, labels, weight, drawn, line_fold, settings, names)
    _say("first pass: " + _auc(labels, score))
    first_final = _grow(first.values, labels, weight, drawn, settings, names)
    second = context_features(first, score)
    del first
    _, final_score = _out_of_fold(second.values, labels, weight, drawn, line_fold, settings, second.names)
    _say("second pass: " + _auc(labels, final_score))
    second_final = _grow(second.values, labels, weight, drawn, settings, second.names)
    content = (labels == 0) & drawn
    arrays = {
        **first_final.arrays("first_"),
        **second_final.arrays("second_"),
        **_odds_arrays(final_odds),
        "usual": np.median(second.values[content], axis=0).astype(np.float32),
        "dial": dial(labels, final_score, np.expm1(second.values[:, second.names.index("words")]), examples, size),
    }
    bounds = second.first
    return Fit(arrays, [final_score[a:b] for a, b in zip(bounds[:-1], bounds[1:])])


def dial(
    labels: NDArray[np.int8],
    score: NDArray[np.float32],
    words: NDArray[np.float32],
    examples: Sequence[Example],
    size: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Aggressiveness (row 0) to score (row 1), so that 0.5 loses 0.5 % of the content's words, out of fold."""
    counted = np.repeat([not e.extra and e.kind != "outlet" for e in examples], size) & (labels == 0)
    value, mass = score[counted].astype(np.float64), words[counted]
    order = np.argsort(-value, kind="stable")
    lost = np.cumsum(mass[order]) / mass.sum()
    dials = np.array([0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0])
    aims = np.array([0.02, 0.05, 0.15, 0.35, 0.5, 0.75, 1.5, 3.0, 5.0]) / 100
    place = np.minimum(np.searchsorted(lost, aims), len(value) - 1)
    limits = value[order][place] + 1e-6
    return np.stack([dials, np.minimum.accumulate(limits)])


def _say(message: str) -> None:
    print(f"[{time.process_time():7.1f} s] {message}", file=sys.stderr, flush=True)


def _odds_arrays(odds: Odds) -> dict[str, NDArray[Any]]:
    return {"odds_text": odds.values, "scale_text": np.array([odds.scale, odds.bias], np.float64)}


def _features(examples: Sequence[Example], fold: NDArray[np.int64], odds: Sequence[Odds], words: Tables) -> Features:
    """Features of all examples, each with word tables that have not seen its domain."""
    parts: dict[int, Features] = {}
    for k in range(len(odds)):
        tables = Tables({"text": odds[k]}, words.vocabulary, words.weight, words.vectors)
        own = np.flatnonzero(fold == k)
        for low in range(0, len(own), 100):
            some = own[low : low + 100]
            got = line_features([examples[i].document for i in some], [examples[i].facts for i in some], tables)
            for n, i in enumerate(some):
                rows = slice(int(got.first[n]), int(got.first[n + 1]))
                parts[int(i)] = Features(got.values[rows], got.first, got.names, got.start[rows], got.end[rows])
    ordered = [parts[i] for i in range(len(examples))]
    first = np.concatenate([[0], np.cumsum([len(p.values) for p in ordered])])
    return Features(
        np.concatenate([p.values for p in ordered]),
        first,
        ordered[0].names,
        np.concatenate([p.start for p in ordered]),
        np.concatenate([p.end for p in ordered]),
    )


def _weights(
    examples: Sequence[Example], first: Features, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Weight of each line (root of its words, by set) and which lines the trees learn from."""
    size = np.diff(first.first)
    words = np.expm1(first.values[:, first.names.index("words")])
    by_set = np.repeat([WEIGHT.get(e.kind, 1.0) for e in examples], size)
    share = np.repeat([SAMPLE.get(e.kind, 1.0) for e in examples], size)
    drawn = np.random.default_rng(seed).random(len(words)) < share
    return (np.sqrt(1 + words) * by_set).astype(np.float32), drawn


def _out_of_fold(
    values: NDArray[np.float32],
    labels: NDArray[np.int8],
    weight: NDArray[np.float32],
    drawn: NDArray[np.bool_],
    fold: NDArray[np.int64],
    settings: Settings,
    names: tuple[str, ...],
) -> tuple[list[Forest], NDArray[np.float32]]:
    score = np.zeros(len(labels), np.float32)
    forests = []
    for k in range(settings.folds):
        forest = _grow(values, labels, weight, drawn & (fold != k), settings, names)
        score[fold == k] = probability(forest.log_odds(values[fold == k]))
        forests.append(forest)
    return forests, score


def _grow(
    values: NDArray[np.float32],
    labels: NDArray[np.int8],
    weight: NDArray[np.float32],
    rows: NDArray[np.bool_],
    settings: Settings,
    names: tuple[str, ...],
) -> Forest:
    """One forest on the chosen rows with known labels."""
    from catboost import CatBoostClassifier, Pool  # noqa: PLC0415

    rows = rows & (labels >= 0)
    model = CatBoostClassifier(
        iterations=settings.trees,
        depth=settings.depth,
        learning_rate=settings.rate,
        l2_leaf_reg=settings.l2,
        border_count=48,
        bootstrap_type="Bernoulli",
        subsample=0.5,
        rsm=0.35,
        random_seed=settings.seed,
        thread_count=1,
        verbose=False,
        allow_writing_files=False,
    )
    model.fit(Pool(values[rows], labels[rows], weight=weight[rows]))
    return forest_of(model, names)


def forest_of(model: Any, names: tuple[str, ...]) -> Forest:
    """The forest of a trained CatBoost model; gives its raw scores to the last bits of a float32 leaf."""
    import json  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        saved = json.loads(path.read_text())
    trees = saved["oblivious_trees"]
    depth = max(len(t["splits"] or ()) for t in trees)
    feature = np.zeros((len(trees), depth), np.int16)
    border = np.full((len(trees), depth), np.inf, np.float32)
    leaf = np.zeros((len(trees), 1 << depth), np.float32)
    scale, bias = saved["scale_and_bias"]
    for t, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or ()):
            feature[t, level], border[t, level] = split["float_feature_index"], split["border"]
        leaf[t, : len(tree["leaf_values"])] = np.array(tree["leaf_values"]) * scale
    return Forest(feature, border, leaf, float(bias[0] if isinstance(bias, list) else bias), names)


def _auc(labels: NDArray[np.int8], score: NDArray[np.float32]) -> str:
    from sklearn.metrics import average_precision_score, roc_auc_score  # noqa: PLC0415

    known = labels >= 0
    return (
        f"AUC {roc_auc_score(labels[known], score[known]):.4f} "
        f"AP {average_precision_score(labels[known], score[known]):.4f}"
    )


def main() -> None:
    """Trains, writes the weights, prints the figures."""
    from cleaner.train.judge_figures import figures  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--trees", type=int, default=Settings.trees)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    options = parser.parse_args()
    examples = load(options.shared)
    result = fit(examples, Tables(), Settings(trees=options.trees, seed=options.seed))
    write_weights(options.out / "lines.npz", result.arrays)
    figures(options.shared, examples, result.scores)


if __name__ == "__main__":
    main()
