"""What is wrong with a cluster is said in one sentence with the remedy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.engine.spark_session import check_java, check_master, explain
from cleaner.errors import InputError, OutputError, UsageError


def test_no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match=r"needs Java.*install Java 17"):
        check_java()


def test_java_too_old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match=r"is Java 8.*install Java 17"):
        check_java()


def test_java_that_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("no program")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match="does not start"):
        check_java()


@pytest.mark.parametrize("master", ["spark://127.0.0.1:1", "spark://127.0.0.1:1,127.0.0.1:2", "spark://nowhere"])
def test_a_master_that_does_not_answer(master: str) -> None:
    with pytest.raises(UsageError, match="does not answer"):
        check_master(master)


def test_no_master_at_all() -> None:
    with pytest.raises(UsageError, match="no Spark master"):
        check_master("http://127.0.0.1:7077")
    for fine in ("local", "local[2]", "local[*]", "yarn", "k8s://https://host:443"):
        check_master(fine)


@pytest.mark.parametrize(
    ("said", "kind", "sentence"),
    [
        ("ModuleNotFoundError: No module named 'cleaner.engine'\n", UsageError, "lacks the Python package 'cleaner'"),
        ("ModuleNotFoundError: No module named 'pyarrow'\n", UsageError, "lacks the Python package 'pyarrow'"),
        ("[PYTHON_VERSION_MISMATCH] Python in worker has different version", UsageError, "same version on all nodes"),
        ("java.io.IOException: No space left on device", OutputError, "free space"),
        ("All masters are unresponsive! Giving up.", UsageError, "ended the application"),
        (
            "Job aborted due to stage failure: Task 3 in stage 7.0 failed 3 times, most recent failure: Lost task 3.2\n"
            "org.apache.spark.SparkException: Python worker exited unexpectedly (crashed)",
            InputError,
            "failed 3 times.*more memory",
        ),
        ("cleaner.errors.OutputError: out/x: the disk is full; free space\n", OutputError, "out/x: the disk is full"),
        ("something else\nat java.lang", InputError, "Spark failed: something else;"),
    ],
)
def test_failures_are_explained(said: str, kind: type[Exception], sentence: str) -> None:
    import re

    error = explain(said)
    assert type(error) is kind
    assert re.search(sentence, str(error))
    assert "\n" not in str(error)


def command(*args: object, **env: str) -> subprocess.CompletedProcess[str]:
    repo = Path(__file__).resolve().parents[2]
    return subprocess.run(
        [sys.executable, "-m", "cleaner", "run", *map(str, args)],
        cwd=repo,
        env={**os.environ, "PYTHONPATH": str(repo), **env},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.mark.parametrize(
    ("master", "java", "sentence"),
    [("spark://127.0.0.1:1", None, "does not answer"), ("local[1]", "/nonexistent", "needs Java")],
)
def test_the_command_says_it_in_one_line(
    master: str, java: str | None, sentence: str, corpus: Path, tmp_path: Path
) -> None:
    pytest.importorskip("pyspark")
    env = {"JAVA_HOME": java} if java else {}
    done = command(corpus, "--out", tmp_path / "out", "--engine", "spark", "--master", master, "--quiet", **env)
    assert done.returncode == 2
    lines = [line for line in done.stderr.splitlines() if line.startswith("cleaner:")]
    assert len(lines) == 1 and sentence in lines[0]
    assert "Traceback" not in done.stderr


@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_an_executor_without_the_package(java: None, cluster, corpus: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """The workers' interpreter finds no cleaner, wherever the one that runs this test has it from."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import sys\n\n\nclass Hide:\n    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'cleaner':\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n\n\n"
        "sys.meta_path.insert(0, Hide())\n"
    )
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nPYTHONPATH={hidden}:$PYTHONPATH\nexport PYTHONPATH\nexec {sys.executable} "$@"\n')
    bare.chmod(0o755)
    done = command(
        corpus,
        *("--out", tmp_path / "out", "--engine", "spark", "--master", cluster.master),
        PYSPARK_PYTHON=str(bare),
        PYSPARK_DRIVER_PYTHON=sys.executable,
        SPARK_LOCAL_IP="127.0.0.1",
    )
    assert done.returncode == 2
    assert "lacks the Python package 'cleaner'" in done.stderr
    assert "Traceback" not in done.stderr
