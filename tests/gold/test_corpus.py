"""The sample corpus against its gold labels, span for span."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
GOLD: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "corpus_gold.jsonl").read_text(encoding="utf-8").split("\n") if line
]
DOCUMENTS = [g for g in GOLD if g["type"] == "document"]
PAGES = [g for g in GOLD if g["type"] == "page"]
CLUSTERS = [g for g in GOLD if g["type"] == "cluster"]
APART = [g for g in GOLD if g["type"] == "apart"]

Spans = list[tuple[int, int]]


def tokens(text: str, start: int, end: int) -> list[int]:
    return [start + m.start() for m in re.finditer(r"\w+", text[start:end])]


def share(text: str, line: dict[str, Any], spans: Spans) -> float:
    """How many of the line's words lie in ``spans``, 0 to 1."""
    at = tokens(text, line["start"], line["end"])
    return sum(any(s <= t < e for s, e in spans) for t in at) / len(at)


def cut(output: Any, doc: str, *, dedup: bool) -> Spans:
    return [(r["start"], r["end"]) for r in output.removed(doc) if dedup or r["stage"] != "dedup"]


def words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def test_the_labels_are_those_of_the_corpus() -> None:
    spec = importlib.util.spec_from_file_location("label_corpus", HERE / "label_corpus.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.render() == (HERE / "corpus_gold.jsonl").read_text(encoding="utf-8")


def test_the_run_is_complete(corpus_run: Any) -> None:
    finished, output = corpus_run
    assert finished.code == 0, finished.err
    assert set(output.documents()) == {g["id"] for g in DOCUMENTS + PAGES}
    assert output.read("rejected") == []


@pytest.mark.parametrize("gold", DOCUMENTS, ids=lambda g: g["id"])
def test_furniture_and_other_stories_are_removed(gold: dict[str, Any], corpus: Path, corpus_run: Any) -> None:
    text = (corpus / gold["id"]).read_text(encoding="utf-8")
    judged = cut(corpus_run[1], gold["id"], dedup=False)
    left = [
        text[line["start"] : line["end"]]
        for line in gold["lines"]
        if line["label"] in ("chrome", "offtopic") and share(text, line, judged) < 0.95
    ]
    assert left == []


@pytest.mark.parametrize("gold", DOCUMENTS, ids=lambda g: g["id"])
def test_content_is_lost_to_no_stage_but_dedup(gold: dict[str, Any], corpus: Path, corpus_run: Any) -> None:
    text = (corpus / gold["id"]).read_text(encoding="utf-8")
    judged = cut(corpus_run[1], gold["id"], dedup=False)
    lost = [
        text[line["start"] : line["end"]]
        for line in gold["lines"]
        if line["label"] == "content" and share(text, line, judged) > 0
    ]
    assert lost == []


@pytest.mark.parametrize("gold", DOCUMENTS, ids=lambda g: g["id"])
def test_a_repeated_headline_is_kept_once(gold: dict[str, Any], corpus: Path, corpus_run: Any) -> None:
    text = (corpus / gold["id"]).read_text(encoding="utf-8")
    removed = cut(corpus_run[1], gold["id"], dedup=True)
    kept = [line for line in gold["lines"] if line["label"] == "duplicate" and share(text, line, removed) < 0.95]
    assert kept == []


@pytest.mark.parametrize("gold", DOCUMENTS, ids=lambda g: g["id"])
def test_dedup_removes_only_what_another_document_or_line_keeps(
    gold: dict[str, Any], corpus: Path, corpus_run: Any
) -> None:
    """What dedup took is a source of a record of sentences.jsonl, whose text was kept where it says."""
    output = corpus_run[1]
    texts = {doc: words(record["text"]) for doc, record in output.documents().items()}
    for record in output.read("sentences"):
        first = record["sources"][0]
        assert words(record["text"]) in texts[first["doc_id"]], record
    sources = {(s["doc_id"], s["start"]) for record in output.read("sentences") for s in record["sources"][1:]}
    for removal in output.removed(gold["id"]):
        if removal["stage"] == "dedup":
            assert any(doc == gold["id"] and removal["start"] <= at < removal["end"] for doc, at in sources), removal


@pytest.mark.parametrize("gold", PAGES, ids=lambda g: g["id"])
def test_pages_keep_the_story_and_lose_the_furniture(gold: dict[str, Any], corpus_run: Any) -> None:
    output = corpus_run[1]
    document = output.documents()[gold["id"]]
    clean = words(document["text"])
    assert [snippet for snippet in gold["drop"] if words(snippet) in clean] == []
    with_copies = words(
        " ".join([document["text"], *(r["text"] for r in output.removed(gold["id"]) if r["stage"] == "dedup")])
    )
    headline = words(document["metadata"]["title"])  # a page's own headline may be kept as its title alone
    for paragraph in gold["keep"]:
        if words(paragraph) == headline:
            continue
        for sentence in re.split(r"(?<=[.?!”]) (?=[A-Z“])", paragraph):
            assert words(sentence) in clean or words(sentence) in with_copies, sentence


def test_pages_keep_their_metadata(corpus_run: Any) -> None:
    page = corpus_run[1].documents()["pacific-monitor/sensor-makers.html"]
    assert page["source"] == "Pacific Monitor"
    assert page["created"].startswith("2019-10-09")
    assert page["metadata"]["title"].startswith("Oregon sensor maker caught in the middle")
    assert page["metadata"]["url"] == "https://pacificmonitor.example/business/oregon-sensor-maker-blacklist/"


def record_of(sentences: list[dict[str, Any]], member: dict[str, Any]) -> str | None:
    """The record that holds ``member``: by overlap in plain text, by words in pages, whose offsets are not ours."""
    best, most = None, 0.0
    for record in sentences:
        for source in record["sources"]:
            if source["doc_id"] != member["doc"]:
                continue
            if "start" in member:
                common = min(source["end"], member["end"]) - max(source["start"], member["start"])
                size = member["end"] - member["start"]
            else:
                mine, theirs = set(words(member["text"]).split()), set(words(record["text"]).split())
                common, size = len(mine & theirs), len(mine)
            if common > most and common >= 0.5 * size:
                best, most = record["id"], common
    return best


@pytest.mark.parametrize("gold", CLUSTERS, ids=lambda g: f"{g['id']}-{g['kind']}")
def test_near_identical_sentences_are_one_record(gold: dict[str, Any], corpus_run: Any) -> None:
    sentences = corpus_run[1].read("sentences")
    records = [record_of(sentences, member) for member in gold["members"]]
    assert len(set(records)) == 1, (gold["note"], records)
    assert None not in records


@pytest.mark.parametrize("gold", APART, ids=lambda g: f"{g['why']}-{g['a'].get('start', 0)}")
def test_lookalikes_stay_apart(gold: dict[str, Any], corpus_run: Any) -> None:
    sentences = corpus_run[1].read("sentences")
    a, b = record_of(sentences, gold["a"]), record_of(sentences, gold["b"])
    assert a is not None
    assert b is not None
    assert a != b, gold["why"]


def test_the_earliest_copy_is_kept_with_every_source(corpus_run: Any) -> None:
    sentences = {record["id"]: record for record in corpus_run[1].read("sentences")}
    cluster = next(g for g in CLUSTERS if g["id"] == "c2")
    record = sentences[record_of(list(sentences.values()), cluster["members"][0]) or ""]
    assert record["sources"][0]["outlet"] == "Meridian Wire"
    assert {s["outlet"] for s in record["sources"]} == {
        "Meridian Wire",
        "Harbour Post",
        "The Capital Ledger",
        "Pacific Monitor",
    }


@pytest.mark.parametrize("gold", DOCUMENTS, ids=lambda g: g["id"])
def test_every_source_is_restored_to_the_last_character(
    gold: dict[str, Any], corpus: Path, corpus_run: Any, cleaner: Any, tmp_path: Path
) -> None:
    output = corpus_run[1]
    text = (corpus / gold["id"]).read_text(encoding="utf-8")
    assert all(r["text"] == text[r["start"] : r["end"]] for r in output.removed(gold["id"]))
    kept = [tuple(s) for s in output.documents()[gold["id"]]["spans"]]
    removed = cut(output, gold["id"], dedup=True)
    for at in tokens(text, 0, len(text)):
        assert sum(s <= at < e for s, e in kept + removed) == 1, text[at : at + 30]
    restored = cleaner("restore", output.path, gold["id"])
    assert (restored.code, restored.out) == (0, text)
