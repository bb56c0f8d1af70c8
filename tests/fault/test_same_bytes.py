"""The same input and configuration give the same bytes, whatever the machine does."""

from __future__ import annotations

from pathlib import Path

import pytest
from trouble import SLOW, SMALL_SHARDS, begin, corpus, digests, end, sound

BACK_IN_TIME = """
import time
real, calls = time.time, 0


def jumping():
    global calls
    calls += 1
    return real() - 86400 * 365 * calls


time.time = jumping
"""


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    root = tmp_path_factory.mktemp("same")
    (root / "in" / "sub").mkdir(parents=True)
    data, texts = corpus(60)
    cut = data.index(b"\n", len(data) // 2) + 1
    (root / "in" / "b.jsonl").write_bytes(data[:cut])
    (root / "in" / "sub" / "a.jsonl").write_bytes(data[cut:] + b"not a record\n")
    (root / "in" / "é.txt").write_bytes("Die Straße zum Hafen ist seit Montag gesperrt, sagte die Stadt.".encode())
    assert end(begin("run", root / "in", "--out", root / "out", "--workers", 1)).code == 3
    assert set(texts) <= set(sound(root / "out", texts).documents)
    return root / "in", digests(root / "out")


@pytest.mark.parametrize(
    ("options", "env", "inject"),
    [
        pytest.param(["--workers", "2"], {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"}, SMALL_SHARDS, marks=SLOW),
        (["--workers", "8"], {"PYTHONHASHSEED": "77", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}, SMALL_SHARDS),
        ([], {"LC_ALL": "C", "PYTHONUTF8": "0", "SOURCE_DATE_EPOCH": "1", "OMP_NUM_THREADS": "1"}, BACK_IN_TIME),
    ],
    ids=["workers-2", "workers-8", "other-locale-and-clock"],
)
def test_same_bytes(
    reference: tuple[Path, dict[str, str]], tmp_path: Path, options: list[str], env: dict[str, str], inject: str
) -> None:
    source, wanted = reference
    done = end(begin("run", source, "--out", tmp_path / "out", *options, inject=inject, folder=tmp_path / "i", **env))
    assert done.code == 3, done.err
    assert digests(tmp_path / "out") == wanted


def test_same_bytes_from_another_folder_and_by_another_path(
    reference: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    source, wanted = reference
    (tmp_path / "link").symlink_to(source)
    assert end(begin("run", f"{tmp_path}/./link", "--out", tmp_path / "out")).code == 3
    assert digests(tmp_path / "out") == wanted
