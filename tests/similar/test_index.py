"""A clustering that grows from the one before ends as if everything had been clustered at once."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cleaner.similar import candidates, verify
from cleaner.similar.cluster import Clusters, cluster
from cleaner.similar.index import Memory
from cleaner.similar.options import DedupOptions
from cleaner.similar.sign import sign

WORDS = [
    "harbour",
    "bridge",
    "council",
    "budget",
    "court",
    "river",
    "school",
    "storm",
    "worker",
    "union",
    "plan",
    "airport",
    "train",
    "tax",
    "price",
    "vote",
    "leader",
    "judge",
    "strike",
    "deal",
    "study",
    "museum",
    "match",
    "season",
    "coach",
    "film",
    "engine",
    "battery",
    "rocket",
    "network",
    "vaccine",
    "doctor",
    "forest",
    "flood",
]
FIELDS = ("sentence", "kept", "similarity", "kind")

Sentence = tuple[int, int, str]
"""Document, start, text."""


def made(rng: random.Random, count: int, first: int) -> list[Sentence]:
    """Sentences with repeats, near-repeats, look-alikes and quotes, by documents from ``first`` on."""
    bases = [" ".join(rng.sample(WORDS, 12)) for _ in range(5)]
    out = []
    for number in range(count):
        words = rng.choice(bases).split()
        kind = rng.randrange(7)
        if kind == 1:
            words[rng.randrange(12)] = rng.choice(WORDS)
        elif kind == 2:
            words.insert(rng.randrange(12), str(rng.randrange(3)))
        elif kind == 3:
            words = words[: rng.randrange(8, 12)]
        elif kind == 4:
            words = f'{rng.choice(["Ana Ruiz", "Jan Novotny", "Ivo Bek"])} told us: "{" ".join(words)}"'.split(" ")
        elif kind == 5:
            words.insert(rng.randrange(12), rng.choice(["also", "now", "not"]))
        elif kind == 6:
            words = rng.sample(WORDS, 10)
        out.append((first + number // 3, number % 3 * 200, " ".join(words)))
    return out


class Corpus:
    """Sentences of documents, clustered again and again with a memory."""

    def __init__(self, folder: Path, options: DedupOptions, rng: random.Random) -> None:
        self.folder, self.options, self.rng = folder, options, rng
        self.compared = 0

    def cluster(self, sentences: list[Sentence], *, remember: bool) -> Clusters:
        """With ``memory``, or anew, which leaves ``anew``."""
        sentences = sorted(sentences)
        cuts = sorted(self.rng.sample(range(len(sentences) + 1), 2))
        paths = []
        for part, (a, b) in enumerate(zip([0, *cuts], [*cuts, len(sentences)], strict=True)):
            here = sentences[a:b]
            docs, starts = (np.array([s[i] for s in here], np.int64) for i in (0, 1))
            paths.append(self.folder / f"{part}.arrow")
            sign([s[2] for s in here], docs, starts, self.options).write(paths[-1])
        places = np.array([(doc << 32 | start, start + len(text)) for doc, start, text in sentences], np.int64)
        ranks = np.random.default_rng(3).permutation(500)  # of a document, whatever others there are
        memory = self.folder / ("memory" if remember else "anew")
        if not remember:
            shutil.rmtree(memory, ignore_errors=True)
        return cluster(paths, self.folder, ranks, self.options, Memory(memory, places.reshape(-1, 2)))

    def remembered(self, name: str) -> dict[str, Any]:
        """What must be in the memory, however it came to be."""
        changing = ("score", "pair_kind")  # what was compared once stays known
        return {p.stem: np.load(p) for p in (self.folder / name).glob("*.npy") if p.stem not in changing}


@pytest.mark.parametrize("crowded", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_it_grows_as_the_whole_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, crowded: bool) -> None:
    """Several times something comes, goes or is cut otherwise; also where groups are too large to compare all with all,
    and become so or cease to be so."""
    if crowded:
        monkeypatch.setattr(candidates, "_CARRIERS", 3)
        monkeypatch.setattr(candidates, "_LEADERS", 2)
        monkeypatch.setattr(candidates, "_NEIGHBOURS", 1)
    monkeypatch.setattr("cleaner.similar.index._FEW", 1)  # however much is new
    rng = random.Random(seed)
    options = DedupOptions(
        max_bucket=6 if crowded else 512, threads=1 + seed % 2, keep=["earliest", "longest"][seed % 2]
    )
    corpus = Corpus(tmp_path, options, rng)
    pool = made(rng, 120, 0)
    here = rng.sample(pool, 60)
    capped = 0
    for _ in range(6):
        found, plain = corpus.cluster(here, remember=True), corpus.cluster(here, remember=False)
        assert len(plain.sentence) > 10
        for name in FIELDS:
            assert np.array_equal(getattr(found, name), getattr(plain, name)), name
        assert found.capped == plain.capped
        capped += plain.capped
        grown = corpus.remembered("memory")
        for name, array in corpus.remembered("anew").items():
            assert np.array_equal(grown[name], array), name
        gone = set(rng.sample(range(len(here)), rng.choice([0, 1, 8])))
        away = [s for s in pool if s not in here]
        here = [s for i, s in enumerate(here) if i not in gone] + rng.sample(away, rng.choice([0, 1, 12]))
        if rng.random() < 0.5:
            at = rng.randrange(len(here))
            doc, start, text = here[at]
            here[at] = (doc, start, text + " for the third time")
    assert (capped > 0) == crowded


@pytest.mark.parametrize("threads", [1, 3])
def test_what_is_known_is_not_compared_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    compared: list[int] = []
    real = verify.compare

    def counted(corpus: Any, table: Any, tokens: Any, i: Any, j: Any, options: Any) -> Any:
        compared.append(len(i))
        return real(corpus, table, tokens, i, j, options)

    monkeypatch.setattr(verify, "compare", counted)
    rng = random.Random(7)
    pool = made(rng, 90, 0)
    corpus = Corpus(tmp_path, DedupOptions(threads=threads), rng)
    asked = []
    for count in (80, 90, 90):
        for remember in (True, False):
            compared.clear()
            corpus.cluster(pool[:count], remember=remember)
            asked.append(sum(compared))
    assert asked[0] == asked[1] > 0
    assert 0 < asked[2] < asked[3]
    assert asked[4] == 0 < asked[5]


@pytest.mark.parametrize("file", ["whole.json", "first.npy", "places.npy"])
@pytest.mark.parametrize("damage", [b"", b"[]", None])
def test_a_damaged_memory_is_none(tmp_path: Path, file: str, damage: bytes | None) -> None:
    rng = random.Random(3)
    corpus = Corpus(tmp_path, DedupOptions(), rng)
    pool = made(rng, 60, 0)
    corpus.cluster(pool[:50], remember=True)
    path = tmp_path / "memory" / file
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    found, plain = corpus.cluster(pool, remember=True), corpus.cluster(pool, remember=False)
    for name in FIELDS:
        assert np.array_equal(getattr(found, name), getattr(plain, name))
