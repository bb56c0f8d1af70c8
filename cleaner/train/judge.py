"""Trains the judge of lines: ``python -m cleaner.train.judge --shared ../shared``.

Two forests of boosted oblivious trees and a network over the sequence of lines. Word tables are always out of fold (folds
by domain), so what the models learn from is what they will meet. Needs the ``train`` extra; fixed seeds; the same data gives the same bytes.
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.context import after_the_end, with_company
from cleaner.judge.evidence import group_of
from cleaner.judge.features import Features, line_features
from cleaner.judge.store import FOLDER, read_weights, write_weights
from cleaner.judge.tables import Odds, Tables
from cleaner.judge.trees import Forest, agreement, log_odds, probability
from cleaner.train.judge_augment import augment
from cleaner.train.judge_corpus import learned
from cleaner.train.judge_data import FOLDS, Example, fold_of, load
from cleaner.train.judge_scraped import scraped
from cleaner.train.judge_words import LineBag
from cleaner.train.sequence import Frame, Lesson, Setting, grow, out_of_fold

CORPORA = 3
"""Corpora that are made up around each document. One alone left the forest of insertions to chance: trainings that
differed in nothing else found 77 to 80 % of the insertions of ``story``; with three they find 82 %."""


@dataclass(frozen=True)
class View:
    """One forest: which lines it learns from, with what weight, and how it is grown."""

    share: Mapping[str, float]
    """Share of the content lines of a set (of the others the square root of it); sets not named are not used."""
    weight: Mapping[str, float]
    """Weight of a set's lines, 1 where not named."""
    trees: int
    depth: int
    l2: float
    rate: float
    corpora: int = 1
    """So many times it learns from each line, each time with what another made-up corpus says of it."""


_STYLES = {
    "dump": 0.075, "window": 0.3, "container": 0.3, "readability": 0.12, "boilerpy": 0.12, "newspaper": 0.12,
    "trafilatura": 0.12, "resiliparse": 0.2,
}  # fmt: skip
FIRST = View(
    {**_STYLES, "scraped": 0.35, "lone": 0.5, "made": 0.17, "whole": 0.17, "outlet": 0.25, "outlet_alone": 0.1, "offtopic": 0.5, "story": 0.5, "story_alone": 0.25},
    {"scraped": 0.7, "lone": 1.5, "made": 0.4, "whole": 0.4, "offtopic": 2.0, "story": 2.0, "story_alone": 1.4, "outlet_alone": 0.5},
    trees=100, depth=6, l2=30, rate=0.12,
)  # fmt: skip
"""Knows leftovers of pages. The eight styles repeat the same pages: a part of their lines does."""
TOPIC = View(
    {"offtopic": 1.0, "story": 1.0, "story_alone": 0.5, "whole": 1.0, "lone": 1.0},
    {"offtopic": 2.0, "story": 2.0, "story_alone": 1.4, "whole": 0.7, "lone": 0.7},
    trees=350, depth=6, l2=10, rate=0.08, corpora=3,
)  # fmt: skip
"""Knows insertions: one forest for both did worse at each, and so did this one with made-up insertions or pages added."""
SEEN = {
    "dump": 0.35, "window": 0.7, "container": 0.7, "readability": 0.25, "boilerpy": 0.25, "newspaper": 0.25,
    "trafilatura": 0.3, "resiliparse": 0.4, "scraped": 0.7, "lone": 0.7, "made": 0.5, "whole": 0.5, "outlet": 0.6, "outlet_alone": 0.3, "offtopic": 1.0,
    "story": 1.0, "story_alone": 0.6,
}  # fmt: skip
"""Share of the documents of a set that the network sees in an epoch."""
COUNTS = {
    "lone": 3.0,
    "made": 1.0,
    "whole": 1.0,
    "offtopic": 5.0,
    "story": 5.0,
    "story_alone": 3.5,
    "outlet_alone": 0.5,
    "dump": 0.6,
}
"""Weight of a set's lines for the network, 1 where not named."""
GLANCE = Setting(hidden=32, epochs=12, dropout=0.15)
NETWORK = Setting(hidden=48, epochs=14, dropout=0.15)
"""The network of the first round, and that of the second."""
DOUBT = 0.15
"""A line of a page teaches nothing in the second round where models that had not seen its site gave its label so little."""
_AROUND = re.compile(r"[-+~]\d|~")
_KINDS = {"ends": 9, "head": 7}


@dataclass(frozen=True)
class Fit:
    """What training gives."""

    arrays: dict[str, NDArray[Any]]
    """The weights file."""
    scores: list[NDArray[np.float32]]
    """Out-of-fold scores of each example's lines."""


def fit(examples: Sequence[Example], words: Tables, seed: int = 7, drop: Sequence[str] = ()) -> Fit:
    """Trains on ``examples`` with the word weights and vectors of ``words``; ``drop`` names kinds of evidence to hide.

    Word tables, first scores and the scores returned are out of fold, by ``Example.group``.
    """
    fold = np.array([fold_of(e.group) for e in examples])
    bag = LineBag(examples)
    bag_fold = np.array([fold_of(g) for g in bag.groups])
    _say(f"{len(examples)} documents, {bag.matrix.shape[0]} distinct lines")
    odds = [bag.fit_all(bag_fold != k, seed) for k in range(FOLDS)]
    final_odds = bag.fit_all(np.ones(len(bag_fold), np.bool_), seed)
    features = _features(examples, fold, odds, words)
    for number, name in enumerate(features.names):
        if group_of(name) in drop:
            features.values[:, number] = 0
    _say(f"features {features.values.shape}")
    corpora = [] if "corpus" in drop else [learned(examples, features, seed + i) for i in range(CORPORA)]
    lines = _Lines(examples, features, fold, seed, corpora)

    topic_score = lines.out_of_fold(TOPIC)
    lesson = lesson_of(examples, features, corpora)
    for setting in (GLANCE, NETWORK):
        score = lines.out_of_fold(FIRST)
        network_odds = out_of_fold(lesson, fold, FOLDS, setting, seed)
        _say(f"network: {_auc(lines.labels, probability(network_odds))}")
        together = agreement(log_odds(score), log_odds(topic_score), network_odds)
        final = probability(after_the_end(with_company(together, features.first), lines.words, features.first))
        _say("together: " + _auc(lines.labels, final))
        if setting is GLANCE:
            lesson = replace(lesson, labels=lines.doubt(final))
    usual = np.median(features.values[lines.drawn(FIRST) & (lines.labels == 0)], axis=0).astype(np.float32)
    first, topic = lines.grow(FIRST), lines.grow(TOPIC)
    network = grow(lesson, Frame.of(lesson), np.arange(len(fold)), NETWORK, seed)
    arrays = {
        **first.arrays("first_"),
        **topic.arrays("topic_"),
        **network.arrays("net_"),
        **_odds_arrays(final_odds),
        "usual": usual,
        "uses_words": np.ones(1, np.uint8),
        "dial": dial(lines.labels, final, lines.words, lines.kind),
    }
    bounds = features.first
    return Fit(arrays, [final[a:b] for a, b in itertools.pairwise(bounds)])


class _Lines:
    """The lines of all examples: labels, sets, folds. ``taught`` are the labels that may be learned from, ``corpora``
    columns of what is learned of a corpus in place of what the real one says."""

    def __init__(
        self,
        examples: Sequence[Example],
        features: Features,
        fold: NDArray[np.int64],
        seed: int,
        corpora: Sequence[Mapping[int, NDArray[np.float32]]],
    ) -> None:
        size = np.diff(features.first)
        self.features = features
        self._corpora = corpora
        self.labels = np.concatenate([e.labels for e in examples])
        self.taught = self.labels
        self.kind = np.repeat([e.kind for e in examples], size)
        self.fold = np.repeat(fold, size)
        self.words = np.expm1(features.values[:, features.names.index("words")])
        self._dice = np.random.default_rng(seed).random(len(self.labels))
        self._seed = seed

    def doubt(self, score: NDArray[np.float32]) -> NDArray[np.int8]:
        """Forget the labels of pages that ``score`` contradicts, and return those that are left.

        Gold leaves out captions, code and sections that a reader takes for the article's own: what cannot be told from
        content on other sites teaches noise. Marked insertions are not touched, since hard ones look like content.
        """
        of_pages = ~np.isin(self.kind, ("scraped", "lone", "made", "whole", "offtopic", "story", "story_alone"))
        given = np.where(self.labels == 1, score, 1 - score)
        self.taught = np.where(of_pages & (given < DOUBT), -1, self.labels).astype(np.int8)
        gone = [float(np.mean(self.taught[self.labels == label] < 0)) for label in (1, 0)]
        _say(f"doubted: {gone[0]:.1%} of the leftovers, {gone[1]:.1%} of the content")
        return self.taught

    def drawn(self, view: View) -> NDArray[np.bool_]:
        """The lines a forest learns from."""
        share = _by(self.kind, view.share, 0.0)
        return (self._dice < np.where(self.labels == 1, np.sqrt(share), share)) & (self.taught >= 0)

    def out_of_fold(self, view: View) -> NDArray[np.float32]:
        """The scores of forests that had not seen a line's domain."""
        score = np.zeros(len(self.labels), np.float32)
        for k in range(FOLDS):
            score[self.fold == k] = probability(
                self._forest(view, self.fold != k).log_odds(self.features.values[self.fold == k])
            )
        _say(f"{view.trees} trees: {_auc(self.labels, score)}")
        return score

    def grow(self, view: View) -> Forest:
        """The forest of all lines."""
        return self._forest(view, np.ones(len(self.labels), np.bool_))

    def _forest(self, view: View, of: NDArray[np.bool_]) -> Forest:
        from catboost import CatBoostClassifier, Pool

        share = _by(self.kind, view.share, 0.0)
        weight = np.sqrt(1 + self.words) * _by(self.kind, view.weight, 1.0)
        weight = weight * np.where(self.labels == 1, np.sqrt(share), 1)
        rows = self.drawn(view) & of
        model = CatBoostClassifier(
            iterations=view.trees,
            depth=view.depth,
            learning_rate=view.rate,
            l2_leaf_reg=view.l2,
            border_count=32,
            bootstrap_type="Bernoulli",
            subsample=0.5,
            rsm=0.25,
            random_seed=self._seed,
            thread_count=1,
            verbose=False,
            allow_writing_files=False,
        )
        met = self.features.values[rows]
        parts = [_put(met.copy(), {i: told[rows] for i, told in c.items()}) for c in self._corpora[: view.corpora]] or [
            met
        ]
        labels, weights = (np.tile(of_lines[rows], len(parts)) for of_lines in (self.labels, weight / len(parts)))
        model.fit(Pool(np.concatenate(parts), labels, weight=weights))
        return forest_of(model, self.features.names)


def lesson_of(
    examples: Sequence[Example], features: Features, corpora: Sequence[Mapping[int, NDArray[np.float32]]]
) -> Lesson:
    """What the network learns from: the lines as they are; what stands around them it sees by itself. ``corpora``: as
    for ``_Lines``."""
    columns = [i for i, name in enumerate(features.names) if not _AROUND.search(name)]
    names = tuple(features.names[i] for i in columns)
    kind = np.repeat([e.kind for e in examples], np.diff(features.first))
    words = np.expm1(features.values[:, features.names.index("words")])
    values = np.ascontiguousarray(features.values[:, columns])
    told = [{place: corpus[i] for place, i in enumerate(columns) if i in corpus} for corpus in corpora]
    return Lesson(
        _put(values.copy(), told[0]) if told else values,
        values,
        tuple(told),
        names,
        features.first,
        np.concatenate([e.labels for e in examples]),
        (np.sqrt(1 + words) * _by(kind, COUNTS, 1.0)).astype(np.float32),
        np.array([SEEN[e.kind] for e in examples]),
        np.array([_KINDS.get(name, 0) for name in names]),
    )


def _put(values: NDArray[np.float32], columns: Mapping[int, NDArray[np.float32]]) -> NDArray[np.float32]:
    """``values`` with these columns in place of its own."""
    for column, told in columns.items():
        values[:, column] = told
    return values


def _by(kind: NDArray[np.str_], value: Mapping[str, float], missing: float) -> NDArray[np.float64]:
    """The value of each line's set."""
    names, place = np.unique(kind, return_inverse=True)
    return np.array([value.get(str(n), missing) for n in names])[place]


def dial(
    labels: NDArray[np.int8], score: NDArray[np.float32], words: NDArray[np.float32], kind: NDArray[np.str_]
) -> NDArray[np.float64]:
    """Aggressiveness (row 0) to score (row 1).

    Each step states the content's words lost, out of fold, in the mean of the two tasks: plain pages in eight styles, and
    articles with insertions. At 0.18 %, the default, with patterns and corpus one in twenty articles that have no marked
    insertion loses anything.
    """
    dials = np.array([0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0])
    aims = np.array([0.02, 0.04, 0.08, 0.13, 0.18, 0.35, 1.0, 2.5, 5.0]) / 100
    limits = np.linspace(0.999, 0.001, 999)
    lost = np.zeros(len(limits))
    for kinds in (tuple(_STYLES), ("offtopic",)):
        counted = np.isin(kind, kinds) & (labels == 0)
        value, mass = score[counted].astype(np.float64), words[counted]
        order = np.argsort(value)
        above = np.append(np.cumsum(mass[order][::-1])[::-1], 0)
        lost += above[np.searchsorted(value[order], limits)] / mass.sum() / 2
    place = np.minimum(np.searchsorted(lost, aims), len(limits) - 1)
    return np.stack([dials, limits[place]])


def _say(message: str) -> None:
    print(f"[{time.process_time():7.1f} s] {message}", file=sys.stderr, flush=True)


def _odds_arrays(tables: Mapping[str, Odds]) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for name, odds in tables.items():
        arrays["odds_" + name] = odds.values
        arrays["scale_" + name] = np.array([odds.scale, odds.bias], np.float64)
    return arrays


def _features(
    examples: Sequence[Example], fold: NDArray[np.int64], odds: Sequence[Mapping[str, Odds]], words: Tables
) -> Features:
    """Features of all examples, each with word tables that have not seen its domain."""
    parts: dict[int, Features] = {}
    for k in range(len(odds)):
        tables = Tables(odds[k], words.vocabulary, words.weight, words.vectors)
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


def forest_of(model: Any, names: tuple[str, ...]) -> Forest:
    """The forest of a trained CatBoost model; gives its raw scores to the last bits of a float32 leaf."""
    import json
    import tempfile

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
    from sklearn.metrics import average_precision_score, roc_auc_score

    known = labels >= 0
    return (
        f"AUC {roc_auc_score(labels[known], score[known]):.4f} "
        f"AP {average_precision_score(labels[known], score[known]):.4f}"
    )


def main() -> None:
    """Trains, writes the weights, prints the figures."""
    from cleaner.train.judge_figures import figures

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--augment", type=int, default=3, help="made-up documents a page")
    parser.add_argument("--drop", default="", help="kinds of evidence to hide, by comma: for ablations")
    parser.add_argument("--figures-only", action="store_true", help="do not write the weights")
    options = parser.parse_args()
    words = Tables.from_arrays(read_weights("words", options.out))
    examples = load(options.shared)
    if options.augment:
        examples += [*augment(examples, options.seed, options.augment), *scraped(examples, options.seed)]
    result = fit(examples, words, options.seed, [x for x in options.drop.split(",") if x])
    if not options.figures_only:
        write_weights(options.out / "lines.npz", result.arrays)
    figures(options.shared, examples, result.scores, result.arrays["dial"])


if __name__ == "__main__":
    main()
