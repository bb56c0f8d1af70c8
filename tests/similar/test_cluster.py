"""Clusters: verified against the kept sentence, the same however the sentences lie, one for endless repeats."""

from __future__ import annotations

import itertools
import random
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.similar.api import SentenceDeduplicator, similarity
from cleaner.similar.cluster import Clusters, cluster
from cleaner.similar.corpus import Corpus
from cleaner.similar.options import DedupOptions
from cleaner.similar.shard import Signed
from cleaner.similar.sign import sign
from cleaner.similar.verify import KINDS, compare, verify
from cleaner.similar.words import WordTable

BASES = [
    "The harbour was closed on Monday after divers found an old mine near the northern pier.",
    "Profits at the brewery rose 12 percent in the second quarter, the company said in a statement.",
    "The orchestra will play two concerts in the open air before it leaves for South America.",
    "A court in the capital rejected the appeal of the former minister and upheld the sentence of four years.",
]


def variants(text: str, rng: random.Random) -> str:
    kind = rng.randrange(8)
    words = text.split()
    if kind == 0:
        return text
    if kind == 1:
        words.insert(rng.randrange(2, len(words) - 1), rng.choice(["also", "reportedly", "now"]))
    elif kind == 2:
        return text.upper()
    elif kind == 3:
        return f'Speaking on Friday, {rng.choice(["Ana Ruiz", "Jan Novotny"])} told the paper: "{text[:-1]}".'
    elif kind == 4:
        words[rng.randrange(3, len(words) - 1)] = "not"
    elif kind == 5:
        k = rng.randrange(2, len(words) - 1)
        words[k] = words[k][:2] + words[k][1:]
    elif kind == 6:
        return " ".join(words[: max(8, len(words) * 2 // 3)]) + "."
    else:
        return text.replace("12", "13").replace("four", "five").replace("two", "three")
    return " ".join(words)


def write_shards(texts: list[str], docs: list[int], sizes: list[int], folder: Path) -> list[Path]:
    paths, at = [], 0
    for k, size in enumerate([*sizes, len(texts)]):
        part = slice(at, min(at + size, len(texts)))
        if part.start >= part.stop:
            break
        paths.append(folder / f"{k}.arrow")
        sign(texts[part], np.array(docs[part]), np.zeros(part.stop - part.start, np.int64)).write(paths[-1])
        at = part.stop
    return paths


def named(found: Clusters, texts: list[str], docs: list[int]) -> set[tuple[int, int, float, str]]:
    return {
        (docs[s], docs[k], round(float(v), 5), KINDS[t])
        for s, k, v, t in zip(found.sentence, found.kept, found.similarity, found.kind, strict=True)
    }


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_the_result_does_not_depend_on_shards_or_order(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    rng = random.Random(seed)
    texts = [variants(rng.choice(BASES), rng) for _ in range(30)]
    docs = list(range(30))
    ranks = np.array(rng.sample(range(100), 30))
    results = []
    for _ in range(3):
        order = rng.sample(docs, 30)
        folder = tmp_path_factory.mktemp("shards")
        paths = write_shards([texts[i] for i in order], order, [rng.randint(1, 20) for _ in range(3)], folder)
        found = cluster(paths, folder / "work", ranks)
        results.append(named(found, texts, order))
    assert results[0] == results[1] == results[2]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_every_member_is_verified_against_the_kept_one(seed: int) -> None:
    rng = random.Random(seed)
    texts = [variants(rng.choice(BASES), rng) for _ in range(25)]
    found = SentenceDeduplicator().fit(texts)
    for i, kept in enumerate(found.labels.tolist()):
        assert found.labels[kept] == kept
        if kept != i:
            assert similarity(texts[kept], texts[i]).merged, (texts[kept], texts[i])


def test_the_earliest_is_kept_and_the_longest_when_asked() -> None:
    short = "The orchestra will play two concerts before it leaves for South America."
    texts = [short, BASES[2], short.replace("concerts", "concerts also")]
    assert SentenceDeduplicator().fit(texts).labels.tolist() == [0, 0, 0]
    assert SentenceDeduplicator(DedupOptions(keep="longest")).fit(texts).labels.tolist() == [1, 1, 1]


def test_a_truncated_copy_yields_whatever_the_order() -> None:
    cut = "A court in the capital rejected the appeal of the former minister."
    found = SentenceDeduplicator().fit([cut, cut, BASES[3]])
    assert found.labels.tolist() == [2, 2, 2]
    assert found.kind == ["truncated-copy", "truncated-copy", "kept"]


def test_no_chains() -> None:
    a = "The mayor of the old town opened the new bridge over the river on a sunny day in spring"
    swaps = [
        ("old", "small"),
        ("opened", "walked"),
        ("new", "wooden"),
        ("river", "canal"),
        ("sunny", "rainy"),
        ("spring", "winter"),
    ]
    chain = [a]
    for one, other in swaps:
        chain.append(chain[-1].replace(one, other))
    found = SentenceDeduplicator().fit(chain)
    for i, kept in enumerate(found.labels.tolist()):
        assert i == kept or similarity(chain[i], chain[kept]).merged
    assert found.labels[-1] != 0


def test_repeats_are_one_cluster_in_linear_time(tmp_path: Path) -> None:
    texts = [BASES[0]] * 100_000
    found = SentenceDeduplicator().fit(texts)
    assert set(found.labels.tolist()) == {0} and found.kind[1] == "exact-duplicate"


def test_a_large_bucket_is_capped_and_said_so(tmp_path: Path) -> None:
    rng = random.Random(5)
    names = ["".join(rng.choice("abcdefgh") for _ in range(9)) for _ in range(700)]
    texts = [
        f"The weather service of {n} expects heavy rain and strong wind along the whole coast for the next days"
        for n in names
    ]
    path = tmp_path / "s"
    sign(texts).write(path)
    found = cluster([path], tmp_path, np.arange(700), DedupOptions(max_bucket=100))
    assert found.capped > 0


@pytest.mark.parametrize("keep", ["earliest", "longest"])
def test_spilled_runs_give_the_same_result(tmp_path: Path, keep: str) -> None:
    """With hardly any memory all is done in parts, and what has one entry a sentence lies in files."""
    rng = random.Random(9)
    texts = [variants(rng.choice(BASES), rng) + f" {rng.randrange(40)}" for _ in range(400)]
    docs = list(range(400))
    rng.shuffle(docs)
    paths = write_shards(texts, docs, [150, 1, 100], tmp_path)
    whole = cluster(paths, tmp_path, np.arange(400), DedupOptions(keep=keep))
    options = DedupOptions(keep=keep)
    object.__setattr__(options, "memory", 64 * 1500)  # far below what is allowed: every band spills
    spilled = cluster(paths, tmp_path, np.arange(400), options)
    assert named(whole, texts, docs) == named(spilled, texts, docs)
    assert len(whole.sentence) > 100


def test_exact_join_is_complete() -> None:
    rng = random.Random(3)
    texts = [variants(rng.choice(BASES), rng) for _ in range(80)] + ["one", "two words", "two words"]
    labels = SentenceDeduplicator(DedupOptions(exact_t=0.55)).fit(texts).labels
    from cleaner.text.canonical import canonical_tokens

    grams = []
    for text in texts:
        t = canonical_tokens(text)
        grams.append(set(itertools.pairwise(t)) or set(t))
    for i in range(len(texts)):
        for j in range(i):
            if len(grams[i] & grams[j]) >= 0.55 * len(grams[i] | grams[j]) > 0:
                assert labels[i] == labels[j]


def test_a_shard_survives_its_file_and_refuses_another_format(tmp_path: Path) -> None:
    signed = sign([*BASES, "", "\ud800"])
    signed.write(tmp_path / "s")
    again = Signed.read(tmp_path / "s")
    assert all(np.array_equal(signed[k], again[k]) for k in signed.arrays)
    table = signed.to_table().replace_schema_metadata({"format": "something else"})
    with pytest.raises(ValueError, match="sign the sentences again"):
        Signed.from_table(table)


def test_nothing_and_empty_sentences(tmp_path: Path) -> None:
    assert len(cluster([], tmp_path, np.empty(0, np.int64)).sentence) == 0
    assert SentenceDeduplicator().fit([]).labels.tolist() == []
    assert SentenceDeduplicator().fit(["", "", "a", "a", "Yes.", "Yes."]).labels.tolist() == [0, 1, 2, 3, 4, 5]


SPACED = [
    "The data base of the U. N. E. P. grew by a third, J. R. R. Hale wrote.",
    "The database of the UNEP grew by a third, JRR Hale wrote.",
    "U. S. A. F. and N. A. T. O. crews met on the air field.",
    "USAF and NATO crews met on the airfield.",
]
"""One word explains several, so more of these agree than stand in the shorter one."""


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_no_pair_is_passed_over_that_comparing_would_accept(seed: int) -> None:
    rng = random.Random(seed)
    texts = [variants(variants(rng.choice(BASES), rng), rng) for _ in range(8)]
    texts += [rng.choice((str, lambda x: variants(x, rng)))(x) for x in rng.sample(SPACED, 4)]
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(write_shards(texts, list(range(12)), [5], Path(folder)))
        options = DedupOptions()
        pairs = list(itertools.combinations(range(12), 2))
        first, second = (np.array(side, np.int32) for side in zip(*pairs, strict=True))
        found = verify(corpus, WordTable(), first, second, options)
        told = compare(
            corpus, WordTable(), corpus.gather(np.arange(12)), first.astype(int), second.astype(int), options
        )
    assert found.merged.tolist() == told.merged.tolist()
    assert found.veto.tolist() == told.veto.tolist()
    assert found.similarity[found.merged].tolist() == told.similarity[told.merged].tolist()
    assert found.kind[found.merged].tolist() == told.kind[told.merged].tolist()


def test_words_that_explain_several_are_not_passed_over() -> None:
    assert SentenceDeduplicator().fit(SPACED[:2]).labels.tolist() == [0, 0]
