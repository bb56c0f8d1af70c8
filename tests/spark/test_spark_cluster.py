"""On a real cluster the bytes are those of one machine, also when a worker dies in mid-run."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "tests" / "bench"))

pytestmark = [pytest.mark.spark, pytest.mark.slow, pytest.mark.timeout(1500)]

SAME = ("documents", "removed", "sentences", "rejected")


def run(*args: object, **env: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "cleaner", "run", *map(str, args)],
        cwd=REPO,
        env={**os.environ, "PYTHONPATH": str(REPO), "SPARK_LOCAL_IP": "127.0.0.1", **env},
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert "Traceback (most recent call last)" not in done.stderr + done.stdout, done.stderr
    return done


def content(out: Path) -> dict[str, bytes]:
    """Every file but run.json, numbered parts put together."""
    import zstandard

    found: dict[str, bytes] = {}
    for path in sorted(out.iterdir()):
        if path.name.startswith(".") or path.name == "run.json":
            continue
        if path.name.endswith(".zst"):
            with path.open("rb") as handle:
                data = zstandard.ZstdDecompressor().stream_reader(handle).read()
            name = path.name.split("-")[0] + ".jsonl"
        else:
            name, data = path.name, path.read_bytes()
        found[name] = found.get(name, b"") + data
    return found


def assert_same(ours: Path, theirs: Path) -> None:
    mine, other = content(ours), content(theirs)
    assert sorted(mine) == sorted(other)
    assert [name for name in mine if mine[name] != other[name]] == []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few hundred documents in several files, with copies of articles, records that are rejected and an id given twice."""
    import json

    from made_news import records

    folder = tmp_path_factory.mktemp("made") / "news"
    folder.mkdir()
    every = list(records(240, size=1500))
    every[70]["id"] = every[3]["id"]
    for number in range(20, 80, 5):
        lines = every[number]["text"].split("\n")
        lines.insert(2, f"{every[number + 100]['title']} and other stories of the day")
        outlet = every[number]["outlet"] if number % 2 else "Copying Post"
        every[number + 140] |= {"text": "\n".join(lines), "outlet": outlet}
    for part in range(4):
        lines = [json.dumps(r) for r in every[part * 60 : part * 60 + 60]]
        if part == 2:
            lines.insert(5, "{broken")
        (folder / f"part-{part}.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "lone.jsonl").write_text(
        '{"id": "lone", "text": "A lone \\ud83d surrogate stands here, said the mayor."}\n'
    )
    return folder


def test_the_sample_corpus_is_the_same(cluster, corpus: Path, tmp_path: Path) -> None:
    rules = tmp_path / "cleaner.toml"
    rules.write_text('[[rule]]\npattern = "under secretary"\naction = "keep"\n', encoding="utf-8")
    local = run(corpus, "--out", tmp_path / "local", "--config", rules)
    out = (tmp_path / "spark").as_uri()  # what lies between passes is at the URL as well
    place = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    options = ("--config", rules, "--engine", "spark", "--master", cluster.master)
    spark = run(corpus.as_uri(), "--out", out, *options, **place)
    assert (spark.returncode, local.returncode) == (0, 0), spark.stderr
    assert b'"action":"keep"' in (tmp_path / "local" / "removed.jsonl").read_bytes()
    assert_same(tmp_path / "spark", tmp_path / "local")


def test_a_worker_killed_in_mid_run_costs_nothing(cluster, made: Path, tmp_path: Path) -> None:
    options = ("--shard-documents", "100", "--no-report")
    local = run(made, "--out", tmp_path / "local", *options)
    killed: list[float] = []

    def kill_when_read() -> None:
        note = tmp_path / "spark" / ".cleaner" / "spark-read.json"
        for _ in range(6000):
            if note.exists():
                time.sleep(1)
                cluster.kill("worker-2")
                killed.append(time.monotonic())
                return
            time.sleep(0.1)

    thread = threading.Thread(target=kill_when_read)
    thread.start()
    spark = run(made, "--out", tmp_path / "spark", "--engine", "spark", "--master", cluster.master, *options)
    ended = time.monotonic()
    thread.join()
    assert killed and killed[0] < ended
    assert (spark.returncode, local.returncode) == (3, 3), spark.stderr
    assert b"copies_without_it" in content(tmp_path / "local")["removed.jsonl"]
    ours, theirs = content(tmp_path / "spark"), content(tmp_path / "local")
    assert [name for name in SAME if ours[f"{name}.jsonl"] != theirs[f"{name}.jsonl"]] == []
    assert len(list((tmp_path / "spark").glob("documents-*.jsonl.zst"))) > 1
