"""The package works where nothing was compiled, and a run gives the same bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


def run(out: Path, hide: str) -> dict[str, str]:
    """Digests of the result of a run over the sample corpus."""
    environment = {**os.environ, "CLEANER_NUMPY": hide}
    command = [sys.executable, "-m", "cleaner", "run", str(CORPUS), "--out", str(out), "--quiet"]
    subprocess.run(command, env=environment, cwd=out.parent, check=True)
    files = (path for path in sorted(out.iterdir()) if path.is_file() and path.name != "run.json")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def in_use(folder: Path, hide: str) -> str:
    """What the installed package says: the sources in the working folder would come first, and hold nothing compiled."""
    command = [sys.executable, "-m", "cleaner.similar.kernels"]
    environment = {**os.environ, "CLEANER_NUMPY": hide}
    return subprocess.run(command, env=environment, cwd=folder, check=True, capture_output=True, text=True).stdout


def test_a_run_gives_the_same_bytes_without_compiled_loops(tmp_path: Path) -> None:
    assert in_use(tmp_path, "1") == "numpy: hidden by CLEANER_NUMPY\n"
    if not in_use(tmp_path, "").startswith("compiled"):
        pytest.skip("the loops were not compiled here")
    assert run(tmp_path / "one", "") == run(tmp_path / "two", "1")
