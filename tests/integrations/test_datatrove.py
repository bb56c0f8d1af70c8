"""cleaner as a step of a real datatrove pipeline, between its own reader and writer."""

from __future__ import annotations

import gzip
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from libraries import library

import cleaner
from cleaner import Config
from cleaner.errors import UsageError

library("datatrove")

from datatrove.data import Document  # noqa: E402
from datatrove.executor import LocalPipelineExecutor  # noqa: E402
from datatrove.pipeline.readers import JsonlReader  # noqa: E402
from datatrove.pipeline.writers import JsonlWriter  # noqa: E402

from cleaner.integrations.datatrove import Cleaner, restore  # noqa: E402


@pytest.fixture(scope="module")
def raw(corpus: Path, corpus_run: Any, cleaner: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``documents.jsonl`` of a run that removed nothing: a corpus as datatrove finds one."""
    out = tmp_path_factory.mktemp("raw") / "out"
    done = cleaner("run", corpus, "--out", out, "--no-chrome", "--no-offtopic", "--no-dedup", "--no-report")
    assert done.code == 0, done.err
    return out


def read(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line) for p in sorted(folder.glob("*.gz")) for line in gzip.decompress(p.read_bytes()).splitlines()
    ]


def test_a_pipeline_gives_what_clean_gives(raw: Path, tmp_path: Path) -> None:
    pipeline = [
        JsonlReader(str(raw), glob_pattern="documents.jsonl"),
        Cleaner(Config(aggressiveness=0.6), batch_size=3),
        JsonlWriter(str(tmp_path / "clean")),
    ]
    LocalPipelineExecutor(pipeline, tasks=1, logging_dir=str(tmp_path / "logs")).run()
    before = list(cleaner.open(raw).documents())
    after = read(tmp_path / "clean")
    assert [d["id"] for d in after] == [d["id"] for d in before]
    removed = 0
    for source, document in zip(before, after, strict=True):
        meta = source["metadata"]
        hints = {k: meta[k] for k in ("url", "title", "lang") if k in meta} | {"date": source.get("created")}
        wanted = cleaner.clean(source["text"], Config(aggressiveness=0.6), outlet=source["source"], **hints)
        assert document["text"] == wanted.text
        found = document["metadata"]["cleaner"]
        assert found["spans"] == [list(span) for span in wanted.spans]
        assert [(r["start"], r["end"], r["reason"]) for r in found["removed"]] == [
            (r.start, r.end, r.reason) for r in wanted.removed
        ]
        assert restore(Document(document["text"], document["id"], metadata=document["metadata"])) == source["text"]
        removed += len(found["removed"])
    assert removed > 20


def test_what_cannot_be_cleaned_is_written_elsewhere(tmp_path: Path) -> None:
    step = Cleaner(Config(lang=("en",)), exclusion_writer=JsonlWriter(str(tmp_path / "left")))
    german = "Die Fähre zur Insel fährt ab Mai nur noch bis neun Uhr abends, teilte der Rat der Insel mit."
    news = [
        Document(german, "a"),
        Document("The ferry stops at nine, the council of the island said on Friday.", "b", metadata={"desk": 7}),
    ]
    (kept,) = step.run(iter(news))
    assert (kept.id, kept.metadata["desk"]) == ("b", 7)
    (left,) = read(tmp_path / "left")
    assert (left["id"], left["text"]) == ("a", german)
    assert left["metadata"]["filter_reason"] == "language"
    assert step.stats.stats["dropped"].total == 1 and step.stats.stats["forwarded"].total == 1


def test_pages_are_extracted(tmp_path: Path) -> None:
    page = (
        "<html><body><nav><a href='/'>Home</a></nav><article><h1>Ferry stops</h1>"
        + "<p>The ferry to the island stops at nine in the evening from May, the council said on Friday.</p>" * 3
        + "</article></body></html>"
    )
    (document,) = Cleaner(html=True).run(iter([Document(page, "p")]))
    assert document.text == cleaner.clean(page).text
    assert "<p>" not in restore(document)


def test_a_document_is_not_cleaned_twice_over_its_records() -> None:
    document = Document("The ferry stops at nine, the council of the island said on Friday.", "b")
    (once,) = Cleaner().run(iter([document]))
    with pytest.raises(UsageError, match="another key"):
        list(Cleaner().run(iter([once])))
    (twice,) = Cleaner(key="again").run(iter([once]))
    assert set(twice.metadata) == {"cleaner", "again"}


def test_executors_can_send_it_to_other_processes() -> None:
    assert pickle.loads(pickle.dumps(Cleaner(Config(aggressiveness=0.2)))).config == Config(aggressiveness=0.2)
