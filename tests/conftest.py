"""What every test may ask for: the command as a black box, its output folder, the sample corpus, the measuring data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from made_results import hostile_documents, write_result

import cleaner as cleaner_package
from cleaner.model import Document, Removal

REPO = Path(__file__).resolve().parents[1]
HOME = str(Path(cleaner_package.__file__).parents[1])
"""Where the package under test lies: the repository, or the environment that it was installed into."""

settings.register_profile("cleaner", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("cleaner")
"""No property fails because the machine is slow."""


@dataclass(frozen=True)
class Finished:
    """One run of the command."""

    code: int
    out: str
    err: str

    def __post_init__(self) -> None:
        assert "Traceback (most recent call last)" not in self.out + self.err, self.err


@dataclass(frozen=True)
class Output:
    """An output folder."""

    path: Path

    def read(self, name: str) -> list[dict[str, Any]]:
        """The records of ``name`` (``documents``, ``removed``, ``sentences``, ``rejected``), JSONL only."""
        text = (self.path / f"{name}.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.split("\n") if line]

    def documents(self) -> dict[str, dict[str, Any]]:
        return {record["id"]: record for record in self.read("documents")}

    def removed(self, doc_id: str) -> list[dict[str, Any]]:
        return [record for record in self.read("removed") if record["doc_id"] == doc_id]


@pytest.fixture(scope="session")
def repo() -> Path:
    return REPO


@pytest.fixture(scope="session")
def corpus(repo: Path) -> Path:
    return repo / "corpus"


@pytest.fixture(scope="session")
def cleaner() -> Callable[..., Finished]:
    """``cleaner("run", path, "--out", out)``: the command in a process of its own; a traceback fails the test."""

    def call(*args: object, stdin: bytes = b"", cwd: Path | None = None, timeout: float = 240, **env: str) -> Finished:
        done = subprocess.run(
            [sys.executable, "-m", "cleaner", *map(str, args)],
            input=stdin,
            capture_output=True,
            cwd=cwd or REPO,
            env={**os.environ, "PYTHONPATH": HOME, "PYTHONSAFEPATH": "1", "COLUMNS": "120", "NO_COLOR": "1", **env},
            timeout=timeout,
        )
        return Finished(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return call


@pytest.fixture(scope="session")
def output() -> Callable[[Path], Output]:
    return Output


@pytest.fixture(scope="session")
def corpus_run(
    cleaner: Callable[..., Finished], corpus: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Finished, Output]:
    """The sample corpus, cleaned once with the defaults."""
    out = tmp_path_factory.mktemp("corpus") / "out"
    return cleaner("run", corpus, "--out", out), Output(out)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the measuring data and its evaluators; the test is skipped where there is none."""
    path = Path(os.environ.get("CLEANER_SHARED", REPO.parent / "shared"))
    if not (path / "eval" / "eval_seeds.py").exists():
        pytest.skip("no measuring data here (CLEANER_SHARED)")
    return path


@pytest.fixture(scope="session")
def make_result() -> Callable[..., Path]:
    """Writes an output folder made by hand, see ``made_results``."""
    return write_result


@pytest.fixture(scope="session")
def hostile() -> list[tuple[Document, list[Removal]]]:
    return hostile_documents()


@pytest.fixture(scope="session")
def hostile_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_result(tmp_path_factory.mktemp("hostile") / "out", hostile_documents())
