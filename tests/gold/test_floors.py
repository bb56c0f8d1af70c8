"""Quality floors on the measuring data, where it is present: what was once reached is not lost unnoticed.

The seeds must pass whole. The other figures come from the evaluators of that data, on a part of it that runs within
seconds; ``-m slow`` runs them on all of it, ``-rP`` prints the figures. Floors stand a little under what was measured
when they were set, and ceilings (content lost) a little above.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROME_F1 = 0.72
CHROME_CONTENT_LOST_PCT = 0.5
OFFTOPIC_SPAN_RECALL = 0.7
OFFTOPIC_HOST_REMOVED = 0.0015
DEDUP_PRECISION = 0.985
DEDUP_RECALL = 0.95
TORN_APART = 0.004
HTML_F1 = 0.95


def evaluate(script: Path, *args: object) -> str:
    done = subprocess.run([sys.executable, script, *map(str, args)], capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(path: Path, every: int) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for number, line in enumerate(handle):
            if number % every == 0:
                yield json.loads(line)


def write(path: Path, records: Any) -> Path:
    with path.open("w", encoding="utf-8") as handle:
        handle.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return path


def write_gz(path: Path, records: Any) -> Path:
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as handle:
        handle.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return path


def clean(cleaner: Any, source: Path, out: Path, *options: str) -> Path:
    done = cleaner("run", source, "--out", out, "--quiet", "--no-report", *options, timeout=1200)
    assert done.code in (0, 3), done.err
    return out


def test_the_seed_articles_pass_whole(shared: Path, cleaner: Any, tmp_path: Path) -> None:
    out = clean(cleaner, shared / "seeds" / "articles", tmp_path / "out")
    score = json.loads(evaluate(shared / "eval" / "eval_seeds.py", out, "--json"))
    assert score["faults"] == []


FULL = pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(2400)], id="all")
"""Every document; the other runs take one in so many."""


@pytest.mark.parametrize("every", [pytest.param(12, id="part"), FULL])
def test_chrome(every: int, shared: Path, cleaner: Any, tmp_path: Path) -> None:
    """One scrape style: the eight texts of a page are one page, which no user has eight times."""
    pages = [r for r in rows(shared / "data" / "chrome" / "dev.jsonl.gz", 1) if r["style"] == "window"][::every]
    gold = write_gz(tmp_path / "gold.jsonl.gz", pages)
    source = write(tmp_path / "in.jsonl", ({"id": r["id"], "text": r["text"], "outlet": r["domain"]} for r in pages))
    out = clean(cleaner, source, tmp_path / "out", "--no-dedup")
    score = json.loads(evaluate(shared / "eval" / "eval_chrome.py", gold, out, "--json", "-"))
    figures = score["overall"]
    print("chrome", len(pages), figures["tok"], figures["residue_pct"])
    assert not any(score["problems"].values())
    assert figures["tok"]["f1"] >= CHROME_F1, figures
    assert figures["tok"]["content_lost_pct"] <= CHROME_CONTENT_LOST_PCT, figures


@pytest.mark.parametrize("every", [pytest.param(4, id="part"), FULL])
def test_offtopic(every: int, shared: Path, cleaner: Any, tmp_path: Path) -> None:
    documents = list(rows(shared / "data" / "offtopic" / "dev.jsonl.gz", every))
    gold = write_gz(tmp_path / "gold.jsonl.gz", documents)
    source = write(
        tmp_path / "in.jsonl", ({"id": r["id"], "text": r["text"], "outlet": r["outlet"]} for r in documents)
    )
    out = clean(cleaner, source, tmp_path / "out", "--no-dedup")
    score = json.loads(evaluate(shared / "eval" / "eval_offtopic.py", gold, out, "--json"))
    print("offtopic", len(documents), {k: score[k] for k in ("span_recall", "token_precision", "host_removed_rate")})
    assert score["bad_offsets"] == score["text_mismatches"] == score["unknown_doc_ids"] == 0
    assert score["span_recall"] >= OFFTOPIC_SPAN_RECALL, score
    assert score["host_removed_rate"] <= OFFTOPIC_HOST_REMOVED, score


def test_dedup(shared: Path, cleaner: Any, tmp_path: Path) -> None:
    """Ten thousand sentences in documents, each a collection of unrelated ones that no stage may tear apart."""
    data = shared / "data" / "dedup"
    out = clean(cleaner, data / "dev_10k.docs.jsonl.gz", tmp_path / "out")
    score = json.loads(evaluate(shared / "eval" / "eval_dedup.py", data / "dev_10k.gold.jsonl.gz", out))
    print("dedup", {k: score[k] for k in ("precision", "recall", "f1")})
    counted = json.loads((out / "manifest.json").read_text())["characters"]
    assert counted["removed"].get("offtopic", 0) <= TORN_APART * counted["source"], counted
    assert score["precision"] >= DEDUP_PRECISION, score
    assert score["recall"] >= DEDUP_RECALL, score


@pytest.mark.parametrize("every", [pytest.param(16, id="part"), FULL])
def test_html(every: int, shared: Path, cleaner: Any, tmp_path: Path) -> None:
    data = shared / "data" / "html"
    pages = list(rows(data / "pages.jsonl.gz", every))
    source = write(tmp_path / "in.jsonl", pages)
    out = clean(cleaner, source, tmp_path / "out", "--no-dedup")
    script = shared / "eval" / "eval_html.py"
    scores = tmp_path / "pages.jsonl"
    evaluate(script, "--data", "wcxb-dev", "--root", data, "--types", "article", "--boot", 0, "--pages", scores, out)
    wanted = {r["id"] for r in pages}
    f1 = [
        record["row"][2]
        for record in map(json.loads, filter(None, scores.read_text(encoding="utf-8").split("\n")))
        if record["id"] in wanted
    ]
    print("html", len(f1), sum(f1) / len(f1))
    assert len(f1) >= 0.9 * len(pages)
    assert sum(f1) / len(f1) >= HTML_F1, sum(f1) / len(f1)
