"""The report that a run's workers draw from shards is the one drawn from the finished files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cleaner.config import Config
from cleaner.engine import passes
from cleaner.engine.local import Silent
from cleaner.engine.run import run
from cleaner.report import data, sharing, write_report

WIRE = [
    "The council approved the new harbour bridge on Tuesday after a debate of six hours.",
    "Residents of the old quarter had asked for a tunnel instead of another bridge.",
    "Work on the foundations will begin in March, the engineer Marta Olsen said.",
    "The regional bank will lend 40 million euros for the first stage of the project.",
    "Fishermen fear that the piers will change the currents in the western basin.",
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Articles of four outlets that share sentences, with furniture, a copy, and records that are no articles."""
    lines = []
    for number in range(23):
        text = [*WIRE[number % 3 :], f"Reporter {number} of the desk saw {number + 2} boats at pier {number} that day."]
        text += ["Share this story with your friends", "Read more: Storm warning", "Sign up for our newsletter"]
        record = {"id": f"d{number}", "text": "\n\n".join(text), "outlet": f"paper {number % 4}"}
        lines.append(json.dumps(record | {"date": f"2024-05-{28 - number:02d}"}))
        if number % 7 == 3:
            lines.append("{ not a record")
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize("limits", [{}, {"MAX_ROWS": 7, "MAX_REVIEW": 2, "MAX_TEXT": 4000, "MAX_REJECTED": 1}])
def test_shards_give_the_page_of_the_files(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int], form: str
) -> None:
    monkeypatch.setattr(passes, "SHARD_RECORDS", 5)
    for name, value in limits.items():
        monkeypatch.setattr(data, name, value)
    if limits:
        for name, value in (("MAX_CHAINS", 2), ("MAX_EXAMPLES", 2), ("MAX_SENTENCES", 9)):
            monkeypatch.setattr(sharing, name, value)
    result = run([str(corpus)], tmp_path / "out", Config(format=form), Silent(), report=write_report)
    assert result.manifest["records"]["rejected"] == 3
    drawn = (tmp_path / "out" / "report.html").read_bytes()
    assert b'id="text-' in drawn and b"paper 3" in drawn
    assert write_report(tmp_path / "out").read_bytes() == drawn
