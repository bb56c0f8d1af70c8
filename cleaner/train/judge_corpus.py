"""What the corpus says of lines, as the judge learns it: not always there, and in part made up.

The copies of the development sets differ in nothing but their insertions, and hardly a line of an article there opens
another one, so a judge that learned from them would take every difference, and every such line, for an insertion. Real
copies differ in updates and corrections too, carry the same furniture where they are of one outlet, and now and then the
same insertion; and outlets repeat themselves. So the judge learns from copies and openings that are made up, on all
sets alike, and is measured with those that are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.evidence import group_of
from cleaner.judge.features import Features
from cleaner.train.judge_data import Example

ALONE = 3
"""One document of so many is learned from as if it stood alone."""
NEUTRAL = {"corroborated": -1.0, "copies_held": -1.0, "wire_held": -1.0}
"""What a document without facts shows, 0 where not named."""
COPIED = 0.5
PRINTED = 0.35
"""Documents that have copies of their own outlet, and of others."""
OPENS = 0.15
"""Documents one of whose lines opens another article, too."""
ARTICLES = ("lone", "made", "whole", "offtopic", "story", "story_alone")
"""Sets of articles without the furniture of their pages."""


def learned(examples: Sequence[Example], features: Features, seed: int) -> dict[int, NDArray[np.float32]]:
    """What is learned of the corpus in place of what it says: by column of ``features``, one value a line."""
    columns = {name: i for i, name in enumerate(features.names) if group_of(name) == "corpus"}
    out = {name: features.values[:, i].copy() for name, i in columns.items()}
    seen: dict[str, int] = {}
    for number, example in enumerate(examples):
        rows = slice(int(features.first[number]), int(features.first[number + 1]))
        seen[example.kind] = seen.get(example.kind, -1) + 1
        if seen[example.kind] % ALONE == 0:
            for name, column in out.items():
                column[rows] = NEUTRAL.get(name, 0)
        random = Random(f"corpus:{seed}:{example.kind}:{example.document.id}")
        for name, share, own in (("copies", COPIED, True), ("wire", PRINTED, False)):
            out[name + "_held"][rows], out[name + "_added"][rows] = _copies(example, share, own, random)
        prose = np.flatnonzero((example.labels == 0) & (features.values[rows, features.names.index("prose")] > 0))
        if len(prose) > 2 and random.random() < OPENS:
            out["opens"][rows.start + random.choice(prose[1:].tolist())] = 1
    return {columns[name]: column for name, column in out.items()}


def _copies(
    example: Example, share: float, own: bool, random: Random
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What made-up copies say of each line: the share of them that hold it, and of those to which it was added."""
    n = len(example.labels)
    if random.random() >= share or n < 4:
        return np.full(n, -1, np.float32), np.zeros(n, np.float32)
    leaves = example.labels == 1
    copies = [_copy(leaves, example.kind in ARTICLES, own, random) for _ in range(random.choice((1, 1, 1, 2)))]
    reached = np.sum([held >= 0 for held, _ in copies], axis=0)
    held = np.sum([np.maximum(held, 0) for held, _ in copies], axis=0)
    told = np.where(reached > 0, held / np.maximum(reached, 1), -1)
    return told.astype(np.float32), np.mean([added for _, added in copies], axis=0).astype(np.float32)


def _copy(
    leaves: NDArray[np.bool_], article: bool, own: bool, random: Random
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One copy. A text of the same outlet is the same or updated, and has most of the furniture; another outlet cuts it to
    length and has its own, or the same where one publisher owns both. An insertion is rarely in both."""
    if own:
        changed = random.choice((0.0, 0.0, random.uniform(0, 0.3)))
        most = random.choice((random.uniform(0.6, 1), random.uniform(0.6, 1), random.uniform(0, 0.6)))
        shared = random.choice((0.0, 0.1, 0.3, 0.8)) if article else most
    else:
        changed = random.choice((0.0, random.uniform(0, 0.2), random.uniform(0.1, 0.5)))
        few = random.choice((random.uniform(0, 0.1), random.uniform(0, 0.1), random.uniform(0.4, 1)))
        shared = random.choice((0.0, 0.0, 0.1, 0.5)) if article else few
    same = np.array([random.random() < (shared if leaf else 1 - changed) for leaf in leaves.tolist()])
    held, added = np.full(len(same), -1.0), np.zeros(len(same))
    place = np.flatnonzero(same)
    if len(place):
        held[place[0] : place[-1] + 1] = same[place[0] : place[-1] + 1]
    for low, high in zip(place[:-1].tolist(), place[1:].tolist(), strict=True):
        between = leaves[low + 1 : high]
        if len(between) and random.random() < (0.75 if between.mean() > 0.5 else 0.6):
            added[low + 1 : high] = 1
    return held, added
