"""Signatures: datasketch's, bit for bit."""

from __future__ import annotations

import hashlib
import itertools
import random

import numpy as np
from datasketch import MinHash

from cleaner.similar import minhash
from cleaner.similar.sign import sign_ranges
from cleaner.similar.tokens import tokenise
from cleaner.text.canonical import canonical_tokens


def some_sentences(n: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    words = [
        "".join(rng.choice("abcdefghijklmnopqrstuvwxyzéß日😀'") for _ in range(rng.randint(1, 12))) for _ in range(900)
    ]
    words += ["U.S.", "1,052", "$2bn", "can't", "x" * 70, "United States", *("y" * k for k in range(50, 58))]
    return [" ".join(rng.choices(words, k=rng.choice([0, 1, 2, 3, 9, 17, 24, 33, 80]))) for _ in range(n)]


def test_signatures_equal_datasketch_bulk() -> None:
    texts = some_sentences(3000, 1)
    tokens = tokenise(texts)
    for num_perm in (128, 64):
        ours = sign_ranges(tokens.vocabulary, tokens.ids, tokens.offsets[:-1], np.diff(tokens.offsets), num_perm).T
        shingles = []
        for text in texts:
            words = canonical_tokens(text)
            grams = [f"{a} {b}" for a, b in itertools.pairwise(words)] or words
            shingles.append([g.encode() for g in grams])
        theirs = np.array([m.hashvalues for m in MinHash.bulk(shingles, num_perm=num_perm)])
        assert np.array_equal(ours, theirs)


def test_sha1_in_bulk() -> None:
    rng = np.random.RandomState(3)
    messages = [rng.bytes(k) for k in range(56)] * 3
    block = np.zeros((len(messages), 64), np.uint8)
    for row, message in zip(block, messages, strict=False):
        row[: len(message)] = np.frombuffer(message, np.uint8)
    found = minhash.sha1_words(block, np.array([len(m) for m in messages]))
    assert found.tolist() == [int.from_bytes(hashlib.sha1(m).digest()[:4], "little") for m in messages]


def test_band_keys_are_equal_exactly_where_the_bands_are() -> None:
    rng = np.random.RandomState(4)
    signature = rng.randint(0, 3, (12, 500)).astype(np.uint32)
    keys = minhash.band_keys(signature, 4, 3)
    for band in range(4):
        rows = signature[band * 3 : band * 3 + 3]
        same_key = keys[band][:, None] == keys[band][None, :]
        same_rows = (rows[:, :, None] == rows[:, None, :]).all(axis=0)
        assert np.array_equal(same_key, same_rows)


def test_band_parameters_come_from_the_optimiser() -> None:
    assert minhash.bands_and_rows(0.4, 128, (0.1, 0.9)) == (42, 3)
