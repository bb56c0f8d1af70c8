"""The report as a file: self-contained, locked down, the same each time, and nothing in it is markup but its own."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from made_results import HOSTILE

from cleaner.errors import CleanerError
from cleaner.model import Document, Removal
from cleaner.report import data as limits
from cleaner.report import islands, write_report


class Page(HTMLParser):
    """Elements with their attributes, and the content of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.inside.append(tag)
        if tag in self.raw:
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside.append("")

    def handle_data(self, data: str) -> None:
        tag = self.inside[-1] if self.inside else ""
        if tag in self.raw:
            self.raw[tag][-1] += data
        else:
            self.text += data


@pytest.fixture
def out(hostile_out: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(hostile_out, tmp_path / "out"))


@pytest.fixture
def page(out: Path) -> Page:
    return Page(write_report(out).read_text(encoding="utf-8"))


def test_only_its_own_script_and_style_may_run(page: Page) -> None:
    policy = next(a["content"] for t, a in page.elements if a.get("http-equiv") == "Content-Security-Policy") or ""
    script, style = page.raw["script"][-1], page.raw["style"][0]
    assert "default-src 'none'" in policy
    for kind, content in (("script", script), ("style", style)):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_nothing_is_loaded_and_no_markup_comes_from_data(page: Page) -> None:
    tags = [tag for tag, _ in page.elements]
    assert not {"img", "iframe", "object", "embed", "base", "audio", "video"} & set(tags)
    runs = [a for t, a in page.elements if t == "script" and a.get("type") != "application/json"]
    assert len(runs) == 1
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") or name in ("style", "src", "srcset", "action") for name in attributes), (
            tag
        )
        assert (attributes.get("href") or "#").startswith(("#", "data:,")), attributes
    assert HOSTILE in page.text


def test_the_texts_are_all_there(page: Page, hostile: Any) -> None:
    islands = {a["id"]: json.loads(c) for (_, a), c in zip(
        [e for e in page.elements if e[0] == "script"], page.raw["script"], strict=True) if "id" in a}  # fmt: skip
    index = islands["index"]
    assert [row[0] for row in index["rows"]] == [d.id for d, _ in hostile]
    for n, (document, removals) in enumerate(hostile):
        record = islands[f"text-{n}"]
        pieces = [p if isinstance(p, str) else p[1] for line in record["lines"] if line for p in line[1:]]
        assert "".join("".join(pieces).split()) == "".join(document.text.split())
        assert [r[:2] for r in record["removals"]] == [
            [r.stage, r.reason] for r in sorted(removals, key=lambda r: r.start)
        ]


def test_the_same_result_gives_the_same_page(out: Path) -> None:
    first = write_report(out).read_bytes()
    (out / "run.json").write_text('{"started": "2031-01-01T00:00:00Z"}', encoding="utf-8")
    assert write_report(out).read_bytes() == first


def test_a_manifest_that_is_not_written_yet_serves(out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    wanted = write_report(out).read_bytes()
    (out / "manifest.json").unlink()
    assert write_report(out, manifest=manifest).read_bytes() == wanted


def test_figures_are_those_of_the_manifest(page: Page, out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    text = " ".join(page.text.split())
    total = manifest["characters"]["kept"] + sum(manifest["characters"]["removed"].values())
    assert "5 records came in: 4 documents from 3 outlets, 1 rejected" in text
    assert f"Of {total} characters of text" in text
    for count in manifest["characters"]["removed"].values():
        assert f"{count} characters" in text


def test_an_empty_result_is_a_page(make_result: Callable[..., Path], tmp_path: Path) -> None:
    page = Page(write_report(make_result(tmp_path / "out", [])).read_text(encoding="utf-8"))
    assert "Nothing was removed." in page.text


def test_a_damaged_result_is_an_error_and_leaves_the_old_page(out: Path) -> None:
    before = write_report(out).read_bytes()
    path = out / "documents.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Nine firms", "Ten firms"), encoding="utf-8")
    with pytest.raises(CleanerError):
        write_report(out)
    assert (out / "report.html").read_bytes() == before


def test_past_the_limits_the_page_says_so(
    make_result: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for n in range(30):
        text = f"Story number {n} is told here.\nShare this"
        score = 0.55 if n == 17 else 0.99
        made.append(
            (Document(f"d{n}", text, "One"), [Removal(text.index("Share"), len(text), "chrome", "share-bar", score)])
        )
    monkeypatch.setattr(limits, "MAX_ROWS", 20)
    monkeypatch.setattr(limits, "MAX_TEXT", 5 * 450)
    text = write_report(make_result(tmp_path / "out", made)).read_text(encoding="utf-8")
    assert "20 of 30 documents are listed and 5 hold their text here" in " ".join(text.split())
    index = json.loads(re.search(r'id="index">(.*?)</script>', text)[1])  # type: ignore[index]
    row = next(row for row in index["rows"] if row[0] == "d17")
    assert row[-1] == 1, "the least certain decision has its text"
    assert text.count('type="application/json"') == 1 + 5


def test_endless_lines_and_documents_are_cut(
    make_result: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(islands, "MAX_DOCUMENT", 1000)
    made = [
        (Document("line", "x" * 500_000, "One"), [Removal(400, 500_000, "chrome", "widget", 0.9)]),
        (Document("lines", "y\n" * 100_000, "One"), []),
    ]
    page = Page(write_report(make_result(tmp_path / "out", made)).read_text(encoding="utf-8"))
    first, second = (json.loads(c) for c in page.raw["script"][1:3])
    assert first["lines"] == [[0, "x" * 400, [0, "x" * 600]]]
    assert first["left_out"] == 499_000
    assert len(second["lines"]) + second["left_out"] == 100_000
    assert sum(map(len, page.raw["script"])) < 100_000


def test_marked_copies_are_shown_and_not_counted_as_removed(out: Path) -> None:
    documents = [json.loads(line) for line in (out / "documents.jsonl").read_text(encoding="utf-8").splitlines()[:1]]
    removed = [json.loads(line) for line in (out / "removed.jsonl").read_text(encoding="utf-8").splitlines()[:1]]
    mark = {"doc_id": "a/1.txt", "start": 0, "end": 4, "text": "Nine", "stage": "dedup", "reason": "near-duplicate",
            "score": 0.8, "evidence": {}, "action": "mark"}  # fmt: skip
    for name, records in (("documents", documents), ("removed", [*removed, mark])):
        (out / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    page = Page(write_report(out).read_text(encoding="utf-8"))
    text = " ".join(page.text.split())
    assert "Duplicate sentences marked, not removed" in text
    assert f"Of {documents[0]['source_length'] - 5} characters" in text, "five of white space"
    record = json.loads(page.raw["script"][1])
    assert record["lines"][0] == [0, [1, "Nine"], " firms listed"]
    assert [r[5] for r in record["removals"]] == [0, 1]
