"""The command under bad luck: started with limits and injected failures, and its result held to the contract.

``start`` runs the real command in a process of its own. ``inject`` is Python code that runs in it (and in its worker
processes) before the command: it makes a system call fail, a record deadly, or shards small enough to kill between.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from made_words import WORDS

REPO = Path(__file__).resolve().parents[2]
OURS = {
    "documents.jsonl", "removed.jsonl", "sentences.jsonl", "rejected.jsonl", "manifest.json", "run.json", "report.html",
    ".cleaner",
}  # fmt: skip
SECONDS = 900
"""Longer than any test may take by itself: pytest-timeout ends those sooner."""
SLOW = pytest.mark.slow


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    code: int
    out: str
    err: str

    def __post_init__(self) -> None:
        assert "Traceback (most recent call last)" not in self.out + self.err, self.err
        assert "internal error" not in self.err, self.err

    @property
    def said(self) -> str:
        """What it complained of, without its notes of progress."""
        return "\n".join(
            line for line in self.err.split("\n") if line.startswith("cleaner: ") and not line.endswith(" s")
        )


def begin(
    *args: object, inject: str = "", limits: Mapping[int, int] | None = None, folder: Path | None = None, **env: str
) -> subprocess.Popen[bytes]:
    """The command, started, in a session of its own."""

    def limit() -> None:
        signal.signal(
            signal.SIGINT, signal.SIG_DFL
        )  # whoever began the tests may ignore it, as jobs in the background do
        for which, amount in (limits or {}).items():
            resource.setrlimit(which, (amount, amount))
        if resource.RLIMIT_FSIZE in (limits or {}):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    path = [str(REPO)]
    if inject:
        assert folder is not None
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sitecustomize.py").write_text(WHEN_IMPORTED + inject)
        path.insert(0, str(folder))
    return subprocess.Popen(
        [sys.executable, "-m", "cleaner", *map(str, args)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path), "COLUMNS": "120", "NO_COLOR": "1", **env},
        start_new_session=True,
        preexec_fn=limit,  # noqa: PLW1509 - the tests have no threads
    )


WHEN_IMPORTED = '''
import importlib.abc, importlib.machinery, sys


def when_imported(name, change):
    """Call ``change(module)`` right after the module of that name is loaded."""

    class Finder(importlib.abc.MetaPathFinder):  # of two changes to a module, one finder asks the other
        def find_spec(self, wanted, path, target=None):
            if wanted != name:
                return None
            others = sys.meta_path[sys.meta_path.index(self) + 1 :]
            spec = next(filter(None, (other.find_spec(wanted, path) for other in others)))
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                change(module)

            spec.loader.exec_module = exec_module
            return spec

    sys.meta_path.insert(0, Finder())


'''

SMALL_SHARDS = """
when_imported('cleaner.engine.passes', lambda module: setattr(module, 'SHARD_RECORDS', 10))
when_imported('cleaner.engine.local', lambda module: setattr(module, 'SMALL_BYTES', 1))
"""
"""Injected: many shards and a pool of workers, also for a small corpus."""


def end(process: subprocess.Popen[bytes]) -> Ended:
    out, err = process.communicate(timeout=SECONDS)
    return Ended(process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))


def digests(out: Path) -> dict[str, str]:
    """SHA-256 of every file of a result but ``run.json``."""
    return {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(out.iterdir())
        if p.is_file() and p.name != "run.json"
    }


def records(out: Path, name: str) -> list[dict[str, Any]]:
    data = (out / f"{name}.jsonl").read_bytes()
    assert not data or data.endswith(b"\n"), f"{name}: the last line is not complete"
    return [json.loads(line.decode("utf-8")) for line in data.split(b"\n")[:-1]]


@dataclass(frozen=True)
class Result:
    documents: dict[str, dict[str, Any]]
    removed: list[dict[str, Any]]
    sentences: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    manifest: dict[str, Any]

    def codes(self, source: str | None = None) -> dict[int | None, str]:
        """Reject code by line, of one source."""
        return {r["line"]: r["code"] for r in self.rejected if source in (None, r["source"])}


def sound(out: Path, texts: Mapping[str, str] | None = None) -> Result:
    """The result, after the checks of the contract that hold in every case.

    ``texts``: source texts by id, as far as they are known; a document of that id must rebuild to it exactly.
    """
    names = {p.name for p in out.iterdir()}
    assert names <= OURS, f"left behind: {names - OURS}"
    assert {p.name for p in (out / ".cleaner").iterdir()} <= {"lock"}
    manifest = json.loads((out / "manifest.json").read_bytes())
    documents = records(out, "documents")
    removed, sentences, rejected = (records(out, name) for name in ("removed", "sentences", "rejected"))
    assert manifest["records"] == {
        "read": len(documents) + len(rejected), "documents": len(documents), "rejected": len(rejected),
    }  # fmt: skip
    by_id = {d["id"]: d for d in documents}
    assert len(by_id) == len(documents), "an id was written twice"
    for name, entry in manifest["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == entry["sha256"], name
    pieces: dict[str, list[tuple[int, int, str | None]]] = {i: [] for i in by_id}
    for document in documents:
        for start, stop in document["spans"]:
            pieces[document["id"]].append((start, stop, None))
    for removal in removed:
        assert len(removal["text"]) == removal["end"] - removal["start"] > 0
        pieces[removal["doc_id"]].append((removal["start"], removal["end"], removal["text"]))
    for ident, text in (texts or {}).items():
        if ident in by_id:
            _rebuilds(by_id[ident], sorted(pieces[ident]), text)
    for sentence in sentences:
        assert sentence["sources"]
        for source in sentence["sources"]:
            assert source["doc_id"] in by_id
            if texts and source["doc_id"] in texts:
                assert 0 <= source["start"] < source["end"] <= len(texts[source["doc_id"]])
    for record in rejected:
        assert record["code"] and record["message"] and record["source"] is not None
    return Result(by_id, removed, sentences, rejected, manifest)


def _rebuilds(document: dict[str, Any], pieces: list[tuple[int, int, str | None]], text: str) -> None:
    assert hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() == document["source_sha256"]
    at = 0
    for start, stop, said in [*pieces, (len(text), len(text), None)]:
        assert at <= start <= stop <= len(text), (document["id"], at, start)
        assert not text[at:start].strip(), f"{document['id']}: {text[at:start]!r} is neither kept nor removed"
        assert said is None or said == text[start:stop]
        at = stop


def article(number: int, sentences: int = 3) -> str:
    """A text that no other number has, of whole sentences, one a paragraph."""
    out = []
    for i in range(sentences):
        seed = hashlib.sha256(f"{number}/{i}".encode()).digest()
        words = [WORDS[b % len(WORDS)] for b in seed[:11]]
        out.append(f"The {' '.join(words)} was number {number * 31 + i}.")
    return "\n".join(out)


def corpus(count: int, first: int = 0) -> tuple[bytes, dict[str, str]]:
    """JSONL of that many records, every fifth with a sentence that others have too, and the texts by id."""
    lines, texts = [], {}
    for i in range(first, first + count):
        text = article(i) + (f"\n{article(10_000 + i % 3, 1)}" if i % 5 == 0 else "")
        texts[f"d{i}"] = text
        lines.append(
            json.dumps({"id": f"d{i}", "text": text, "outlet": f"paper-{i % 4}", "date": f"2024-01-{1 + i % 28:02}"})
        )
    return ("\n".join(lines) + "\n").encode(), texts
