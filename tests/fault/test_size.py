"""Memory follows the shard and the limits, not the input; time follows the input."""

from __future__ import annotations

import json
import resource
from pathlib import Path
from typing import Any

import pytest
from trouble import article, begin, end, sound

GIB = 1 << 30


def run(source: Path, out: Path, *more: object, limit: int = 5 * GIB) -> tuple[int, dict[str, Any]]:
    """The exit code and ``run.json`` of a run that may address ``limit`` bytes a process."""
    done = end(begin("run", source, "--out", out, "--no-report", *more, limits={resource.RLIMIT_AS: limit}))
    assert done.code in (0, 3), done.err
    return done.code, json.loads((out / "run.json").read_text())


def test_one_line_of_text_of_a_megabyte(tmp_path: Path) -> None:
    text = " ".join(article(i, 4).replace("\n", " ") for i in range(3500))
    (tmp_path / "a.txt").write_text(text)
    code, _ = run(tmp_path / "a.txt", tmp_path / "out")
    assert code == 0
    sound(tmp_path / "out", {"a.txt": text})


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("shape", ["one-line", "short-lines", "one-word", "no-words"])
def test_a_document_of_many_megabytes(tmp_path: Path, shape: str) -> None:
    text = {
        "one-line": lambda: " ".join(article(i, 4).replace("\n", " ") for i in range(15_000)),
        "short-lines": lambda: "Yes.\n" * 2_000_000,
        "one-word": lambda: "a" * 20_000_000,
        "no-words": lambda: " .\n" * 5_000_000,
    }[shape]()
    (tmp_path / "a.txt").write_text(text)
    _, told = run(tmp_path / "a.txt", tmp_path / "out", "--max-seconds", 600)
    assert told["peak_memory_bytes"] < 4 * GIB
    sound(tmp_path / "out", {"a.txt": text})


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_document_over_the_limit_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("word " * 20_000_000)
    code, told = run(tmp_path / "a.txt", tmp_path / "out")
    assert (code, sound(tmp_path / "out").codes()) == (3, {None: "too-large"})
    assert told["peak_memory_bytes"] < GIB


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_memory_follows_the_option_and_not_the_number_of_documents(tmp_path: Path) -> None:
    """What the corpus-wide steps may hold is --memory; beside it stand a shard for each worker and the libraries."""
    memory = 256 << 20
    peaks = []
    for count in (2_000, 20_000):
        path = tmp_path / f"{count}.jsonl"
        with path.open("w") as handle:
            for i in range(count):
                handle.write(json.dumps({"id": f"d{i}", "text": article(i, 4), "outlet": f"o{i % 9}"}) + "\n")
        _, told = run(path, tmp_path / f"out-{count}", "--memory", memory)
        assert len(sound(tmp_path / f"out-{count}").documents) == count
        peaks.append(told["peak_memory_bytes"])
    assert peaks[1] < peaks[0] + 4 * memory


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_one_sentence_everywhere_is_one_cluster(tmp_path: Path) -> None:
    shared = article(1, 1)
    with (tmp_path / "a.jsonl").open("w") as handle:
        handle.write(json.dumps({"id": "first", "text": "\n".join([shared] * 1000)}) + "\n")
        for i in range(20_000):
            text = f"{shared}\n{article(100 + i, 1)}"
            handle.write(json.dumps({"id": f"d{i}", "text": text, "outlet": f"o{i % 50}"}) + "\n")
    run(tmp_path / "a.jsonl", tmp_path / "out", "--no-chrome", "--no-offtopic")
    clusters = [s for s in sound(tmp_path / "out").sentences if s["text"] == shared]
    assert len(clusters) == 1
    assert len({s["doc_id"] for s in clusters[0]["sources"]}) >= 20_000
