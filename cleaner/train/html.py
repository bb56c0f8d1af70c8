"""Trains the judge of page blocks: ``python -m cleaner.train.html --shared ../shared`` (one core, ten minutes).

The features are those of plain lines with the evidence of the markup beside them; the trees are grown on all pages and
their disguises (``html_augment``), and out of fold by site for the figures and the word tables. Tried without gain, out of
fold: a second pass over the first scores (.951 after .953 word F1: the markup already says what the neighbours are), the
network of lines (.9646 after .9636 on one fold), means of the words' evidence over containers and sections (+.0003),
the evidence of the heading above (-.0004), pages weighted by their length (+.0002). The same forest from several seeds
is worth +.0007 to +.0009. Word vectors know English only, so there are none.
Needs the ``train`` extra; fixed seeds; the same data gives the same bytes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.html.judge import reading_copy
from cleaner.html.names import FEATURES, GROUP_COLUMNS
from cleaner.judge.features import Features, line_features
from cleaner.judge.store import FOLDER, write_weights
from cleaner.judge.tables import Odds, Tables
from cleaner.judge.trees import Forest, probability
from cleaner.model import Document
from cleaner.train.html_augment import disguised
from cleaner.train.html_data import GoldPage, furnished_pages, gold_pages
from cleaner.train.html_figures import print_figures
from cleaner.train.html_made import made_pages
from cleaner.train.judge import forest_of
from cleaner.train.judge_data import Example, fold_of
from cleaner.train.judge_words import LineBag

FOLDS = 4
TREES = 300
SETTINGS: dict[str, Any] = {
    "depth": 6, "learning_rate": 0.08, "l2_leaf_reg": 10, "border_count": 32, "bootstrap_type": "Bernoulli",
    "subsample": 0.5, "rsm": 0.2, "thread_count": 1, "verbose": False, "allow_writing_files": False,
}  # fmt: skip
SHORT = 8
SHORT_SHARE = 0.35
"""Share of the lines of fewer than ``SHORT`` words outside the article that the trees see: menus are easy and many."""
PAGE_CONSTANTS = frozenset({"words_total", "has_h1", "ld_body", "top_words_share", "english"})
"""The same for every line of a page: with few pages they let the trees recognise one."""
SEEDS = (7, 8, 9)
"""One forest each; the judge is their mean."""
DISGUISED = 0.4
"""Weight of a disguised page."""
MADE = 0.3
"""Weight of a made-up page."""
DIAL = ((0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0), (0.99, 0.95, 0.85, 0.7, 0.52, 0.46, 0.4, 0.3, 0.2))
"""Aggressiveness to score: 0.5 is where ``cleaner.html.judge.break_even`` moves the best cut of each page."""


def examples_of(pages: Sequence[GoldPage]) -> list[Example]:
    """The pages as the judge's trainer knows documents: label 1 does not belong."""
    return [
        Example(
            reading_copy(Document(p.id, p.text, p.group, "html", url=p.url, page=p.features)),
            np.where(np.isnan(p.share), -1, p.share <= 0.5).astype(np.int8),
            p.group,
            "html",
            np.array([line in p.strange for line in p.text.split("\n")]) & (p.share == 0),
        )
        for p in pages
    ]


def train(
    pages: Sequence[GoldPage], furnished: Sequence[GoldPage], made: Sequence[GoldPage]
) -> tuple[dict[str, NDArray[Any]], NDArray[np.float32]]:
    """The arrays of a weights file, and the out-of-fold score of every line of ``pages``.

    ``furnished`` are the same pages with made-up furniture, which are seen in disguise; ``made`` are made-up news pages.
    """
    examples, others, news = examples_of(pages), examples_of(disguised(furnished)), examples_of(made)
    fold, news_fold = (np.array([fold_of(e.group, FOLDS) for e in each]) for each in (examples, news))
    bag = LineBag([replace(e, document=replace(e.document, page=None)) for e in (*examples, *news)])
    bag_fold = np.array([fold_of(g, FOLDS) for g in bag.groups])
    tables = [Tables({"text": bag.fit(bag_fold != k, 7)}) for k in range(FOLDS)]
    final = bag.fit(np.ones(len(bag_fold), np.bool_), 7)
    features = _features(examples, fold, tables)
    labels = np.concatenate([e.labels for e in examples])
    line_fold = np.repeat(fold, np.diff(features.first))
    parts = [_Part(features, labels, line_fold, 1.0)]
    for more, of, worth in ((others, fold, DISGUISED), (news, news_fold, MADE)):
        seen = _features(more, of, tables)
        parts.append(_Part(seen, np.concatenate([e.labels for e in more]), np.repeat(of, np.diff(seen.first)), worth))
    _say(f"lines of pages, disguised, made up: {[len(part.labels) for part in parts]}")
    score = np.zeros(len(labels), np.float32)
    for k in range(FOLDS):
        forest = _grow(parts, k)
        score[line_fold == k] = probability(forest.log_odds(features.values[line_fold == k]))
        _say(f"fold {k}")
    forest = _grow(parts, None)
    return _arrays(forest, features, labels, final), score


def _arrays(forest: Forest, features: Features, labels: NDArray[np.int8], odds: Odds) -> dict[str, NDArray[Any]]:
    used = np.unique(forest.feature)
    names = tuple(features.names[i] for i in used)
    forest = Forest(
        np.searchsorted(used, forest.feature).astype(np.int16), forest.border, forest.leaf, forest.bias, names
    )
    return {
        **forest.arrays("first_"),
        "odds_text": odds.values,
        "scale_text": np.array([odds.scale, odds.bias], np.float64),
        "usual": np.median(features.values[labels == 0][:, used], axis=0).astype(np.float32),
        "dial": np.array(DIAL, np.float64),
        "forests": np.array([len(SEEDS)], np.int64),
    }


def _features(examples: Sequence[Example], fold: NDArray[np.int64], tables: Sequence[Tables]) -> Features:
    """Features of all pages, each with word tables that have not seen its site."""
    parts: dict[int, NDArray[np.float32]] = {}
    names: tuple[str, ...] = ()
    for k in range(FOLDS):
        own = np.flatnonzero(fold == k)
        for low in range(0, len(own), 50):
            some = own[low : low + 50].tolist()
            got = line_features([examples[i].document for i in some], None, tables[k])
            names = got.names
            parts |= {i: got.values[got.first[n] : got.first[n + 1]] for n, i in enumerate(some)}
    ordered = [parts[i] for i in range(len(examples))]
    first = np.concatenate([[0], np.cumsum([len(p) for p in ordered])])
    nowhere = np.zeros(int(first[-1]), np.int64)
    return Features(np.concatenate(ordered), first, names, nowhere, nowhere)


@dataclass(frozen=True)
class _Part:
    """Lines to learn from: their features, labels (1 does not belong), folds, and what they weigh."""

    features: Features
    labels: NDArray[np.int8]
    fold: NDArray[np.int64]
    worth: float


def _grow(parts: Sequence[_Part], without: int | None) -> Forest:
    """The mean of the forests that the seeds grow on the lines of all folds but one."""
    from catboost import CatBoostClassifier, Pool

    names = parts[0].features.names
    values, targets, weights = [], [], []
    for number, part in enumerate(parts):
        words = np.expm1(part.features.values[:, names.index("words")])
        easy = (words < SHORT) & (part.labels == 1)
        drawn = ~easy | (np.random.default_rng(3 + number).random(len(words)) < SHORT_SHARE)
        used = drawn & (part.labels >= 0) & (part.fold != without if without is not None else True)
        values.append(part.features.values[used])
        targets.append(part.labels[used])
        weights.append((np.sqrt(1 + words) * np.where(easy, 1 / SHORT_SHARE, 1.0) * part.worth)[used])
    pool = Pool(np.concatenate(values), np.concatenate(targets), weight=np.concatenate(weights))
    forests = []
    for seed in SEEDS:
        model = CatBoostClassifier(iterations=TREES, ignored_features=_ignored(names), random_seed=seed, **SETTINGS)
        model.fit(pool)
        forests.append(forest_of(model, names))
    return _mean(forests)


def _mean(forests: Sequence[Forest]) -> Forest:
    """One forest whose log-odds are the mean of those of ``forests``."""
    return Forest(
        np.concatenate([f.feature for f in forests]),
        np.concatenate([f.border for f in forests]),
        np.concatenate([f.leaf for f in forests]) / np.float32(len(forests)),
        float(np.mean([f.bias for f in forests])),
        forests[0].names,
    )


def _ignored(names: Sequence[str]) -> list[int]:
    """Ids of groups and what is the same on every line of a page."""
    out = []
    for i, name in enumerate(names):
        column = int(name.removeprefix("page")) if name.startswith("page") and name[4:].isdigit() else None
        if (column is not None and (column in GROUP_COLUMNS or FEATURES[column] in PAGE_CONSTANTS)) or (
            column is None and (name in PAGE_CONSTANTS or name.startswith("doc_"))
        ):
            out.append(i)
    return out


def _say(message: str) -> None:
    print(f"[{time.process_time():7.1f} s] {message}", file=sys.stderr, flush=True)


def main() -> None:
    """Trains, writes the weights, prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--predictions", type=Path, help="Write the out-of-fold texts here, for eval_html.py.")
    options = parser.parse_args()
    folder = options.shared / "data" / "html"
    pages, others = list(gold_pages(folder)), list(furnished_pages(folder, FOLDS))
    _say(f"{len(pages)} pages")
    arrays, score = train(pages, others, list(made_pages()))
    write_weights(options.out / "blocks.npz", arrays)
    print_figures(pages, score, options.predictions)


if __name__ == "__main__":
    main()
