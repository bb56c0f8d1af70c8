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


LIMIT = 16 << 20
"""--max-record-bytes by default."""
BOUND = 3 * GIB // 2
"""What README states: no process of a run takes more, whatever one record holds, with the default limits."""


def sentences(size: int) -> str:
    """One line of so many characters."""
    out, length, number = [], 0, 0
    while length < size:
        out.append(article(number, 4).replace("\n", " "))
        length, number = length + len(out[-1]) + 1, number + 1
    return " ".join(out)[:size]


def tags() -> bytes:
    """A page of nearly as many tags as are allowed, of nearly as many bytes."""
    words = "".join(f"<b>{article(i, 1)[:50]}</b> " for i in range(240_000))
    return f"<html><body><article><p>{words}</p></article></body></html>".encode()


AT_THE_LIMIT: dict[str, tuple[str, Any]] = {
    "one-line": ("a.txt", lambda: sentences(LIMIT - 1).encode()),
    "many-lines": ("a.txt", lambda: "\n".join(article(i, 1) + " Yes." * 5 for i in range(190_000)).encode()[:LIMIT]),
    "short-lines": ("a.txt", lambda: b"Yes.\n" * 199_000),
    "one-word": ("a.txt", lambda: b"a" * LIMIT),
    "no-words": ("a.txt", lambda: b" .\n" * 199_000),
    "astral": ("a.txt", lambda: ("\U0001f600" * 9 + " ").encode() * (LIMIT // 37)),
    "json-objects": ("a.jsonl", lambda: b'{"id":"a","text":"A text.","x":[' + b'{"a":0},' * (LIMIT // 8 - 9) + b"0]}"),
    "page-of-tags": ("a.html", tags),
    "page-of-text": ("a.html", lambda: b"<p>" + sentences(LIMIT - 8).encode() + b"</p>"),
}


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("shape", AT_THE_LIMIT)
def test_the_largest_records_stay_under_the_bound(tmp_path: Path, shape: str) -> None:
    """Asserted on the resident memory of the largest process: the allocators of Arrow and DuckDB reserve address space
    that they never use, so RLIMIT_AS (set as well, to 5 GiB) bounds what may be reserved and not what is taken."""
    name, content = AT_THE_LIMIT[shape]
    data = content()
    (tmp_path / name).write_bytes(data)
    code, told = run(tmp_path / name, tmp_path / "out", "--max-seconds", 900)
    assert told["peak_memory_bytes"] < BOUND, told
    if name == "a.txt":
        assert code == 0
        sound(tmp_path / "out", {"a.txt": data.decode()})
    else:
        assert (code, len(sound(tmp_path / "out").documents)) == (0, 1)


OVER_THE_LIMIT: dict[str, tuple[str, Any, str]] = {
    "text": ("a.txt", lambda: b"word " * 20_000_000, "too-large"),
    "line": ("a.jsonl", lambda: b'{"id":"a","text":"' + b"word " * 20_000_000 + b'"}', "line-too-long"),
    "page": ("a.html", lambda: b"<p>The council met.</p>" * 4_500_000, "too-large"),
    "lines": ("a.txt", lambda: b"Yes\n" * 4_000_000, "too-many-lines"),
    "tags": ("a.html", lambda: b"<b>a" * 4_000_000, "too-many-tags"),
    "blocks": ("a.html", lambda: b"<p>a\n" * 400_000, "too-many-lines"),
}


@pytest.mark.parametrize(
    "shape",
    [
        s if s == "lines" else pytest.param(s, marks=[pytest.mark.slow, pytest.mark.timeout(900)])
        for s in OVER_THE_LIMIT
    ],
)
def test_what_is_over_a_limit_is_rejected_and_never_held(tmp_path: Path, shape: str) -> None:
    """100 MB in one line, four million lines, a page of 100 MB or of four million tags."""
    name, content, reason = OVER_THE_LIMIT[shape]
    (tmp_path / name).write_bytes(content())
    code, told = run(tmp_path / name, tmp_path / "out")
    assert (code, set(sound(tmp_path / "out").codes().values())) == (3, {reason})
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
