"""The forest in numpy is the forest that was grown."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.judge.trees import Forest, probability


def forest() -> Forest:
    random = np.random.default_rng(3)
    return Forest(
        random.integers(0, 5, (7, 4)).astype(np.int16),
        random.normal(size=(7, 4)).astype(np.float32),
        random.normal(size=(7, 16)).astype(np.float32),
        0.25,
        tuple("abcde"),
    )


def test_log_odds_are_the_sum_of_leaves() -> None:
    grown = forest()
    values = np.random.default_rng(5).normal(size=(50, 5)).astype(np.float32)
    slow = []
    for row in values:
        total = grown.bias
        for feature, border, leaf in zip(grown.feature, grown.border, grown.leaf, strict=True):
            total += float(
                leaf[sum(int(row[f] > b) << i for i, (f, b) in enumerate(zip(feature, border, strict=True)))]
            )
        slow.append(total)
    assert np.allclose(grown.log_odds(values), slow, atol=1e-12)


def test_few_rows_and_many_are_judged_alike_to_the_last_bit() -> None:
    grown = forest()
    values = np.random.default_rng(6).normal(size=(4000, 5)).astype(np.float32)
    many = grown.log_odds(values)
    for rows in (slice(0, 1), slice(7, 9), slice(100, 800)):
        assert grown.log_odds(values[rows]).tobytes() == many[rows].tobytes()


def test_arrays_hold_the_whole_forest() -> None:
    grown = forest()
    again = Forest.from_arrays(grown.arrays("x_"), "x_")
    assert again.names == grown.names
    assert all(np.array_equal(getattr(again, n), getattr(grown, n)) for n in ("feature", "border", "leaf"))


def test_probability_does_not_overflow() -> None:
    assert probability(np.array([-1e9, 0.0, 1e9])).tolist() == pytest.approx([0, 0.5, 1], abs=1e-6)


def test_export_gives_the_scores_of_the_library_that_grew_it() -> None:
    catboost = pytest.importorskip("catboost")
    from cleaner.train.judge import forest_of

    random = np.random.default_rng(1)
    values = random.normal(size=(400, 6)).astype(np.float32)
    model = catboost.CatBoostClassifier(
        iterations=20, depth=4, verbose=False, allow_writing_files=False, thread_count=1
    )
    model.fit(values, (values[:, 0] + values[:, 1] * values[:, 2] > 0).astype(int))
    raw = model.predict(values, prediction_type="RawFormulaVal")
    assert np.allclose(forest_of(model, tuple("abcdef")).log_odds(values), raw, atol=1e-5)
