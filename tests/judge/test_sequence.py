"""The network over lines: the same numbers whatever is judged with a document, and those of plain arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.errors import UsageError
from cleaner.judge.sequence import DILATIONS, FINE, LEVELS, MEAN_STEPS, TAPS, Network

HIDDEN = 6


@pytest.fixture(scope="module")
def network() -> Network:
    dice = np.random.default_rng(5)
    number, kinds = 4, 3

    def whole(rows: int, columns: int) -> np.ndarray:
        return dice.integers(-200, 200, (rows, columns)).astype(np.float32)

    weight = [whole(number + kinds, HIDDEN), *(whole(TAPS * HIDDEN, HIDDEN) for _ in DILATIONS)]
    weight += [whole(2 * HIDDEN, HIDDEN) for _ in DILATIONS] + [whole(2 * HIDDEN, 1)]
    width = [*[HIDDEN] * (1 + 2 * len(DILATIONS)), 2]
    scale = [np.full(n, 1e-4 * (5 if i == 0 else 1), np.float32) for i, n in enumerate(width)]
    bias = [dice.normal(0, 0.1, 1 if i == len(width) - 1 else n).astype(np.float32) for i, n in enumerate(width)]
    flat = np.zeros(number + 1, np.float32)
    return Network(
        ("a", "b", "c", "d", "kind"), flat - 3, flat + 3, flat, flat + 1 / FINE, np.array([0, 0, 0, 0, kinds]),
        tuple(weight), tuple(scale), tuple(bias), np.array([40, 30, 20, 15], np.float32),
    )  # fmt: skip


def lines_of(size: int, seed: int) -> np.ndarray:
    dice = np.random.default_rng(seed)
    values = dice.normal(size=(size, 5)).astype(np.float32)
    values[:, 4] = dice.integers(0, 3, size)
    return values


def by_hand(network: Network, values: np.ndarray) -> np.ndarray:
    """One document, line by line, in float64."""
    level = network.level.astype(np.float64)
    start = []
    for row in values:
        numbers = [np.clip(np.rint(np.clip(v, -3, 3) * FINE), -LEVELS, LEVELS) for v in row[:4]]
        start.append(numbers + [FINE * float(k == row[4]) for k in range(3)])
    hidden = np.maximum(np.array(start) @ network.weight[0] * network.scale[0] + network.bias[0], 0)
    opening = whole = np.minimum(np.rint(hidden * level[0]), LEVELS)
    for i, dilation in enumerate(DILATIONS):
        mean, top = np.rint(whole.mean(axis=0) * MEAN_STEPS), whole.max(axis=0) * MEAN_STEPS
        j = 1 + len(DILATIONS) + i
        about = np.concatenate([mean, top]) @ network.weight[j] * network.scale[j] + network.bias[j]
        out = np.zeros_like(hidden)
        for line in range(len(values)):
            for tap in range(TAPS):
                other = line + (tap - TAPS // 2) * dilation
                if 0 <= other < len(values):
                    out[line] += whole[other] @ network.weight[1 + i][tap * HIDDEN : (tap + 1) * HIDDEN]
        hidden = whole / level[i] + np.maximum(out * network.scale[1 + i] + network.bias[1 + i] + about, 0)
        whole = np.minimum(np.rint(hidden * level[i + 1]), LEVELS)
    last = network.weight[-1][:, 0]
    scale = network.scale[-1]
    return whole @ last[:HIDDEN] * scale[0] + opening @ last[HIDDEN:] * scale[1] + network.bias[-1][0]


def test_the_arithmetic_is_that_of_the_definition(network: Network) -> None:
    for size in (1, 2, 7, 40):
        values = lines_of(size, size)
        got = network.log_odds(values, np.array([0, size]))
        # a float32 product may fall on the other side of a half: one step of an activation, then
        assert np.allclose(got, by_hand(network, values), atol=0.25)
        assert np.median(np.abs(got - by_hand(network, values))) < 1e-3


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 45), min_size=1, max_size=8), st.integers(0, 1000))
def test_a_document_is_judged_by_itself(network: Network, sizes: list[int], seed: int) -> None:
    parts = [lines_of(size, seed + i) for i, size in enumerate(sizes)]
    first = np.concatenate([[0], np.cumsum(sizes)])
    together = network.log_odds(np.concatenate(parts), first)
    for i, part in enumerate(parts):
        alone = network.log_odds(part, np.array([0, len(part)]))
        assert together[first[i] : first[i + 1]].tobytes() == alone.tobytes()


def test_every_sum_is_exact(network: Network) -> None:
    values = lines_of(300, 1)
    assert network.log_odds(values, np.array([0, 300])).tobytes() == network.log_odds(
        np.asfortranarray(values), np.array([0, 300])
    ).tobytes()  # fmt: skip
    shipped = Network.from_arrays(_shipped(), "net_")
    for i, weight in enumerate(shipped.weight):
        most = LEVELS * (MEAN_STEPS if len(DILATIONS) < i <= 2 * len(DILATIONS) else 1)
        assert np.abs(weight).sum(axis=0).max() * most < 1 << 24


def _shipped() -> dict[str, np.ndarray]:
    from cleaner.judge.store import read_weights

    return read_weights("lines")


def test_it_comes_back_from_its_arrays(network: Network) -> None:
    again = Network.from_arrays(network.arrays("net_"), "net_")
    values = lines_of(50, 3)
    first = np.array([0, 20, 20, 50])
    assert again.log_odds(values, first).tobytes() == network.log_odds(values, first).tobytes()
    assert again.names == network.names


def test_other_features_are_refused(network: Network) -> None:
    with pytest.raises(UsageError, match="kind"):
        network.columns(("a", "b", "c", "d"))
