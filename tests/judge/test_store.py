"""A weights file is whole and of this version, or it is refused by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cleaner.errors import UsageError
from cleaner.judge import store
from cleaner.judge.model import Judge


def test_arrays_come_back_and_equal_arrays_give_equal_bytes(tmp_path: Path) -> None:
    arrays = {"b": np.arange(5, dtype=np.int16), "a": np.ones((2, 3), np.float32)}
    store.write_weights(tmp_path / "x.npz", arrays)
    store.write_weights(tmp_path / "y.npz", dict(reversed(arrays.items())))
    assert (tmp_path / "x.npz").read_bytes() == (tmp_path / "y.npz").read_bytes()
    again = store.read_weights("x", tmp_path)
    assert all(np.array_equal(again[name], arrays[name]) for name in arrays)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.npz.*missing"):
        Judge.load("nowhere", tmp_path)


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "text"])
def test_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "x.npz"
    store.write_weights(path, {"a": np.random.default_rng(0).integers(0, 99, 4000)})
    raw = bytearray(path.read_bytes())
    if damage == "cut":
        raw = raw[: len(raw) // 2]
    elif damage == "flip":
        raw[len(raw) // 2] ^= 0xFF
    else:
        raw = bytearray(b"" if damage == "empty" else b"not an archive")
    path.write_bytes(raw)
    with pytest.raises(UsageError, match=r"x\.npz.*damaged"):
        store.read_weights("x", tmp_path)


def test_other_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(store, "FORMAT", store.FORMAT + 1)
        store.write_weights(tmp_path / "x.npz", {"a": np.zeros(3)})
    with pytest.raises(UsageError, match=r"x\.npz.*version"):
        store.read_weights("x", tmp_path)


def test_changed_array_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(store, "digest", lambda arrays: "0" * 64)
        store.write_weights(tmp_path / "x.npz", {"a": np.zeros(3)})
    with pytest.raises(UsageError, match="digest"):
        store.read_weights("x", tmp_path)


def test_shipped_files_are_small() -> None:
    for path in store.FOLDER.glob("*.npz"):
        assert path.stat().st_size < 2_000_000, path.name
