"""Numbers gathered in runs come out as one ascending set, whether they were in memory or in files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.similar.runs import Runs
from cleaner.similar.scratch import Scratch
from cleaner.similar.verdicts import OPEN, Pairs

ARRAYS = st.lists(st.lists(st.integers(0, 1 << 40), max_size=60), max_size=12)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrays=ARRAYS, most=st.integers(1, 100), spilling=st.booleans())
def test_runs_are_a_sorted_set(arrays: list[list[int]], most: int, spilling: bool, tmp_path: Path) -> None:
    runs = Runs(tmp_path if spilling else None, most)
    for each in arrays:
        runs.add(np.array(each, np.int64))
    wanted = sorted({number for each in arrays for number in each})
    assert runs.bound() >= len(wanted)
    parts = list(runs.merged())
    assert np.concatenate(parts).tolist() == wanted
    assert np.concatenate(list(runs.merged())).tolist() == wanted  # they may be asked for again


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrays=ARRAYS, memory=st.sampled_from([1 << 4, 1 << 30]))
def test_pairs_in_files_are_those_in_memory(arrays: list[list[int]], memory: int, tmp_path: Path) -> None:
    packed = [np.array(each, np.int64) & 0x7FFFFFFF7FFFFFFF for each in arrays]
    scratch = Scratch(tmp_path, memory)
    runs = Runs(tmp_path, 40)
    for each in packed:
        runs.add(each)
    pairs = Pairs.gathered(runs, scratch)
    wanted = np.unique(np.concatenate([np.empty(0, np.int64), *packed]))
    assert np.array_equal(pairs.packed(), wanted)
    assert (pairs.score == OPEN).all()
    assert not pairs.kind.any()
    scratch.release(pairs.first, pairs.second)
    assert np.array_equal(pairs.packed(), wanted)  # what was let go of is still there
