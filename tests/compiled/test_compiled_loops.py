"""The compiled loops give the bits that numpy gives, refuse what they cannot do, and are not needed."""

from __future__ import annotations

import hashlib
import importlib
import itertools
import re
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.similar import kernels
from cleaner.similar.align import align, in_common
from cleaner.similar.cluster import cluster
from cleaner.similar.options import DedupOptions
from cleaner.similar.sign import sign
from cleaner.text.canonical import NEEDS_CARE

pytestmark = pytest.mark.skipif(kernels.compiled is None, reason="the loops were not compiled here")

WORDS = [
    "the",
    "The",
    "THE",
    "Minister",
    "said",
    "says",
    "that",
    "according",
    "to",
    "police",
    '"No,',
    "(AP)",
    "-",
    "LONDON",
    "“we",
    "’tis",
    "can't",
    "Obama’s",
    "O'Brien's",
    "it's",
    "let's",
    "united",
    "states",
    "of",
    "america",
    "US",
    "health",
    "care",
    "for",
    "ever",
    "e",
    "mail",
    "cannot",
    "Jan",
    "mar",
    "Mar.",
    "Sen.",
    "colour",
    "theatres",
    "organised",
    "llama",
    "$2bn",
    "5%",
    "3.50",
    "1,000,000",
    "12",
    "007",
    "2020,",
    "5th",
    "-3",
    "well-known",
    "a-b'c",
    "x''",
    "''",
    "--",
    "…",
    "Zürich",
    "naïve",
    "日本語",
    "Ελλάδα",
    "́",
    "�",
    "\x00",
    "😀",
]
WORD = st.sampled_from(WORDS) | st.text(max_size=6) | st.text("abcdeXYZ'-.,\"()0159$%", max_size=9)
TEXT = st.lists(WORD, max_size=24).map(" ".join) | st.text(max_size=40) | st.just("y" * 70 + " " + "z" * 300)


def with_numpy(work: Callable[[], Any]) -> Any:
    """What ``work`` gives without the compiled loops."""
    compiled, kernels.compiled = kernels.compiled, None  # type: ignore[assignment]
    try:
        return work()
    finally:
        kernels.compiled = compiled


@settings(deadline=None, max_examples=150)
@given(st.lists(TEXT, max_size=10))
def test_a_signed_shard_is_the_same_to_the_last_bit(texts: list[str]) -> None:
    ours, theirs = sign(texts), with_numpy(lambda: sign(texts))
    assert ours.arrays.keys() == theirs.arrays.keys()
    for name, array in ours.arrays.items():
        assert array.dtype == theirs[name].dtype and array.shape == theirs[name].shape, name
        assert array.tobytes() == theirs[name].tobytes(), name


SENTENCES = [
    "The minister said that {0} people were killed in the {1} on {2} morning.",
    "“We will not let {0} {1} stop us,” said Prime Minister {2} Smith on Friday.",
    "According to police, {0} men from {1} were arrested after the robbery in {2}.",
    "LONDON (Reuters) - {0} shares of {1} fell sharply after {2} announced it would close the plant.",
]


@settings(deadline=None, max_examples=25)
@given(st.data(), st.sampled_from([None, 0.4]), st.sampled_from([2, 512]))
def test_clusters_are_the_same(data: st.DataObject, exact_t: float | None, max_bucket: int) -> None:
    import tempfile

    fill = st.lists(st.sampled_from(["two", "ten", "Acme", "storm", "Monday", "Paris", "12"]), min_size=3, max_size=3)
    texts = [
        data.draw(st.sampled_from(SENTENCES)).format(*data.draw(fill))
        + data.draw(st.sampled_from(["", " He left.", " 5"]))
        for _ in range(data.draw(st.integers(2, 40)))
    ]
    options = DedupOptions(exact_t=exact_t, max_bucket=max_bucket)
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for k, part in enumerate((texts[::2], texts[1::2])):
            paths.append(Path(folder) / str(k))
            sign(part, np.arange(len(part)) * 2 + k, None, options).write(paths[-1])
        ours = cluster(paths, None, np.arange(len(texts)), options)
        theirs = with_numpy(lambda: cluster(paths, None, np.arange(len(texts)), options))
    for one, other in zip(astuple(ours), astuple(theirs), strict=True):
        assert np.array_equal(one, other)


SEQUENCE = st.lists(st.integers(0, 5), max_size=30) | st.lists(st.integers(0, 40), min_size=50, max_size=150)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(SEQUENCE, SEQUENCE), max_size=8))
def test_alignments_are_the_same(pairs: list[tuple[list[int], list[int]]]) -> None:
    flat = np.array([x for a, b in pairs for s in (a, b) for x in s] + [99], np.uint64)
    size = np.array([len(s) for pair in pairs for s in pair], np.int64)
    begin = np.cumsum(size) - size
    rows = begin[0::2], size[0::2], begin[1::2], size[1::2]
    ours, theirs = align(flat, *rows), with_numpy(lambda: align(flat, *rows))
    assert np.array_equal(ours.matched, theirs.matched)
    for one, other in ((ours.left, theirs.left), (ours.right, theirs.right)):
        assert all(np.array_equal(x, y) for x, y in zip(astuple(one), astuple(other), strict=True))


@settings(deadline=None)
@given(st.lists(st.tuples(SEQUENCE, SEQUENCE), max_size=8))
def test_what_two_rows_have_in_common(pairs: list[tuple[list[int], list[int]]]) -> None:
    marks = np.array([x for a, b in pairs for s in (a, b) for x in s], np.uint8)
    size = np.array([len(s) for pair in pairs for s in pair], np.int64)
    begin = np.cumsum(size) - size
    rows = begin[0::2], size[0::2], begin[1::2], size[1::2]
    told = [min(len(a), len(b)) if min(len(a), len(b)) > 64 else subsequence(a, b) for a, b in pairs]
    assert in_common(marks, *rows).tolist() == told
    assert with_numpy(lambda: in_common(marks, *rows)).tolist() == told


def subsequence(a: list[int], b: list[int]) -> int:
    """Length of the longest common subsequence, as the textbook has it."""
    row = [0] * (len(b) + 1)
    for x in a:
        before, row = row, [0]
        for k, y in enumerate(b):
            row.append(before[k] + 1 if x == y else max(row[k], before[k + 1]))
    return row[-1]


@given(st.lists(st.tuples(st.binary(max_size=150), st.binary(max_size=150) | st.none()), max_size=20))
def test_digests_of_any_length(pairs: list[tuple[bytes, bytes | None]]) -> None:
    words = [w for one, two in pairs for w in (one, two or b"")]
    offsets = np.cumsum([0, *map(len, words)])
    first = np.arange(0, len(words), 2, dtype=np.int32)
    second = np.array([-1 if two is None else 2 * k + 1 for k, (_, two) in enumerate(pairs)], np.int32)
    found = kernels.compiled.shingle_hashes(np.frombuffer(b"".join(words), np.uint8), offsets, first, second)
    messages = [one if two is None else one + b" " + two for one, two in pairs]
    assert found.tolist() == [int.from_bytes(hashlib.sha1(m).digest()[:4], "little") for m in messages]


@given(st.lists(st.text("aeourlszydgi'", min_size=1, max_size=8), min_size=1, max_size=30))
def test_words_that_may_be_spelt_otherwise_are_found(words: list[str]) -> None:
    raw = [w.strip("'").encode() or b"x" for w in words]
    data = np.frombuffer(b"".join(raw) + bytes(8), np.uint8)
    size = np.array([len(w) for w in raw], np.int64)
    seen = kernels.compiled.Numbering()
    _, _, _, _, text, ends, care, _, _ = kernels.compiled.sift(data, np.cumsum(size) - size, size, seen)
    forms = [text[a:b].tobytes().decode() for a, b in itertools.pairwise([0, *ends])]
    assert care.astype(bool).tolist() == ["'" in w or re.search(NEEDS_CARE, w) is not None for w in forms]


def test_numbers_are_given_as_values_come() -> None:
    """Also with many that begin alike, and while the table grows."""
    rng = np.random.RandomState(5)
    ids = rng.randint(0, 60_000, 200_000).astype(np.int32)
    number, first, second = kernels.compiled.number_shingles(ids, np.array([0]), np.array([len(ids)]))
    pairs = list(zip(ids[:-1].tolist(), ids[1:].tolist(), strict=True))
    order = {pair: k for k, pair in enumerate(dict.fromkeys(pairs))}
    assert number.tolist() == [order[pair] for pair in pairs]
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == list(order)


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 9)), st.lists(st.integers(0, 9)))
def test_membership(values: list[int], of: list[int]) -> None:
    found = kernels.compiled.is_in(np.array(values, np.uint64), np.array(of, np.uint64))
    assert found.tolist() == [value in of for value in values]


N, J, U, B = np.int32, np.int64, np.uint64, np.uint8


def empty(kind: Any) -> Any:
    return np.empty(0, kind)


REFUSED: list[tuple[str, Callable[[ModuleType], object]]] = [
    ("split", lambda k: k.split(np.zeros(9, B), 1, k.Numbering())),
    ("split", lambda k: k.split(np.frombuffer(b"a\nb\n" + bytes(8), B), 1, k.Numbering())),
    ("split", lambda k: k.split(np.zeros(3, B), 0, k.Numbering())),
    ("sift", lambda k: k.sift(np.zeros(9, B), np.array([0]), np.array([2]), k.Numbering())),
    ("gather", lambda k: k.gather(np.array([1], N), np.array([0, 1]), np.array([0]), np.array([0]), np.zeros(1, B), empty(N), empty(B))),
    ("gather", lambda k: k.gather(np.array([0], N), np.array([0, 1]), np.array([0]), np.array([2]), np.zeros(1, B), empty(N), empty(B))),
    ("gather", lambda k: k.gather(np.array([0], N), np.array([0, 2]), np.array([0]), np.array([0]), np.zeros(1, B), empty(N), empty(B))),
    ("renumber", lambda k: k.renumber(np.array([-1], N), 5)),
    ("renumber", lambda k: k.renumber(np.array([5], N), 5)),
    ("number_shingles", lambda k: k.number_shingles(np.zeros(3, N), np.array([2]), np.array([2]))),
    ("number_shingles", lambda k: k.number_shingles(np.zeros(3, N), np.array([-1]), np.array([2]))),
    ("number_shingles", lambda k: k.number_shingles(np.zeros(3, N), np.array([1]), np.array([2**62]))),
    ("shingle_hashes", lambda k: k.shingle_hashes(np.zeros(3, B), np.array([0, 3]), np.array([1], N), np.array([0], N))),
    ("shingle_hashes", lambda k: k.shingle_hashes(np.zeros(3, B), np.array([0, 3]), np.array([0], N), np.array([1], N))),
    ("shingle_hashes", lambda k: k.shingle_hashes(np.zeros(3, B), np.array([0, 4]), np.array([0], N), np.array([0], N))),
    ("signatures", lambda k: k.signatures(np.zeros(1, np.uint32), np.array([1], N), np.array([0]), np.array([1]), *np.zeros((2, 32), np.uint32))),
    ("signatures", lambda k: k.signatures(np.zeros(1, np.uint32), np.array([0], N), np.array([0]), np.array([1]), *np.zeros((2, 31), np.uint32))),
    ("keys", lambda k: k.keys(np.zeros(1, np.uint32), np.array([0], N), np.array([0]), np.array([1]), *np.zeros((2, 32), np.uint32), 11, np.zeros(3, U), np.zeros(1, U))),
    ("band_keys", lambda k: k.band_keys(np.zeros((2, 5), np.uint32), 2, np.zeros(3, U))),
    ("row_hashes", lambda k: k.row_hashes(np.zeros(2, U), np.array([1]), np.array([2]))),
    ("bit_sets", lambda k: k.bit_sets(np.zeros(2, U), np.zeros(1, np.uint32), np.array([0, 2]), np.array([0]), np.array([0]))),
    ("cores", lambda k: k.cores(np.array([1], N), np.zeros(1, B), np.zeros(1, B), np.array([0, 1]), np.zeros(1, np.uint16))),
    ("flagged", lambda k: k.flagged(np.array([1], N), np.zeros(1, B), np.zeros(1, B), np.zeros(1, np.uint16))),
    ("join_phrases", lambda k: k.join_phrases(np.array([1], N), np.zeros(1, B), np.zeros(1, B), np.array([0, 1]), np.zeros((0, 3), N), np.zeros(1, B), np.zeros(1, B), 0, 0, 0)),
    ("pack", lambda k: k.pack(np.zeros(2, U), np.zeros(1, np.uint32), 0, 0, 1, 0, np.zeros(2, U), 0)),
    ("pack", lambda k: k.pack(np.zeros(2, U), np.zeros(2, np.uint32), 0, 0, 1, 0, np.zeros(3, U), 2)),
    ("repeated", lambda k: k.repeated(np.zeros(2, U), 64)),
    ("bucket_pairs", lambda k: k.bucket_pairs(np.zeros(2, U), 33, 1, 1, 1)),
    ("spell_out", lambda k: k.spell_out(np.array([2 << 32]), empty(J), np.zeros(1, J), empty(J), np.zeros(1, N), 4)),
    ("spell_out", lambda k: k.spell_out(empty(J), np.array([2]), np.zeros(2, J), empty(J), np.zeros(1, N), 4)),
    ("screen", lambda k: k.screen(np.zeros((2, 5), U), np.zeros((2, 2), N), np.array([2]), np.array([0]), 0.5, True)),
    ("hopeful", lambda k: k.hopeful(np.zeros((2, 6), U), np.array([4]), 0.5, True, np.zeros(2, J))),
    ("hopeful", lambda k: k.hopeful(np.zeros((2, 6), U), np.array([1]), 0.5, True, np.zeros(3, J))),
    ("gather_tokens", lambda k: k.gather_tokens(np.ones(1, np.uint32), np.array([0, 1]), np.array([0]), np.zeros(1, U), 0)),
    ("gather_tokens", lambda k: k.gather_tokens(np.ones(1, np.uint32), np.array([0, 1]), np.array([1]), np.zeros(2, U), 0)),
    ("align", lambda k: k.align(np.zeros(2, U), np.array([0]), np.array([3]), np.array([0]), np.array([1]))),
    ("in_common", lambda k: k.in_common(np.zeros(2, B), np.array([0]), np.array([1]), np.array([1]), np.array([2]))),
    ("name_scores", lambda k: k.name_scores(np.zeros(2, B), np.array([0, 3]), np.zeros((1, 2), N))),
    ("frame_words", lambda k: k.frame_words(np.zeros(1, U), np.zeros(2, B), np.array([0, 2]), np.zeros((1, 2), N))),
    ("spoken", lambda k: k.spoken(np.zeros(1, U), np.array([0, 1]), np.zeros(1, U), np.array([0, 2, 1]), np.array([0, 1]), np.array([0]), 2)),
    ("spoken", lambda k: k.spoken(np.zeros(1, U), np.array([0, 1]), np.zeros(1, U), np.array([0, 1, 1]), np.array([0, 1]), np.array([2]), 2)),
    ("spoken", lambda k: k.spoken(np.zeros(1, U), np.array([0, 1]), np.zeros(1, U), np.array([0, 0, 0, 1]), np.array([0, 1]), np.array([0]), 2)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "call"), REFUSED, ids=[f"{name}-{k}" for k, (name, _) in enumerate(REFUSED)])
def test_an_index_outside_of_its_array_is_refused(name: str, call: Callable[[ModuleType], object]) -> None:
    with pytest.raises(ValueError, match="outside of its array"):
        call(kernels.compiled)


def test_every_loop_is_tried_with_a_wrong_index() -> None:
    """Two have no index that could be wrong."""
    public = {name for name, value in vars(kernels.compiled).items() if callable(value) and name[0] != "_"}
    assert public - {"Numbering", "is_in"} == {name for name, _ in REFUSED}


def test_what_was_built_from_other_sources_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels.compiled, "FORM", 0)
    other = importlib.util.module_from_spec(kernels.__spec__)
    kernels.__spec__.loader.exec_module(other)
    assert other.compiled is None
