"""A stage, a reader and a writer from another package: a tiny one, installed for the test by its metadata alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """An environment in which the example package is importable and its entry points are known."""
    site = tmp_path / "site"
    info = site / "cleaner_example-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cleaner-example\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[cleaner.stages]\nshouting = cleaner_example:Shouting\n"
        "[cleaner.readers]\nlines = cleaner_example:read_lines\n"
        "[cleaner.writers]\nwords = cleaner_example:write_words\n"
    )
    (site / "cleaner_example.py").write_text((HERE / "cleaner_example" / "example.py").read_text())
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])}


def cleaner(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "cleaner", *words], env=environment, capture_output=True, text=True)


def test_stage_reader_and_writer(installed: dict[str, str], tmp_path: Path) -> None:
    source = tmp_path / "news.lines"
    source.write_text("The harbour opens in May, the council said.|BUY NOW!!!|Ferries will sail twice a day.\n")
    out = tmp_path / "out"
    done = cleaner(installed, "run", str(source), "--out", str(out), "--no-chrome", "--no-offtopic")
    assert done.returncode == 0, done.stderr
    removed = [json.loads(line) for line in (out / "removed.jsonl").read_text().splitlines()]
    assert [(r["stage"], r["reason"], r["text"]) for r in removed] == [("shouting", "shouting", "BUY NOW!!!")]
    assert cleaner(installed, "verify", str(out)).returncode == 0
    done = cleaner(installed, "export", str(out), "--to", "words")
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).read_text() == "14\n"


def test_a_reader_that_fails_is_an_input_not_read_to_its_end(installed: dict[str, str], tmp_path: Path) -> None:
    source = tmp_path / "news.lines"
    source.write_text("First story of the day, told in full.\n#broken\n")
    done = cleaner(installed, "run", str(source), "--out", str(tmp_path / "out"))
    assert done.returncode == 4
    assert "its reader failed after record 1" in done.stderr
    assert len((tmp_path / "out" / "documents.jsonl").read_text().splitlines()) == 1


def test_an_unknown_format_is_refused_by_name(installed: dict[str, str], tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("The harbour opens in May, the council said.\n")
    assert cleaner(installed, "run", str(source), "--out", str(tmp_path / "out")).returncode == 0
    done = cleaner(installed, "export", str(tmp_path / "out"), "--to", "nothing")
    assert done.returncode == 2
    assert "words" in done.stderr
