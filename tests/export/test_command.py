"""``cleaner export`` as a command."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def out(corpus_run: Any, tmp_path: Path) -> Path:
    return Path(shutil.copytree(corpus_run[1].path, tmp_path / "out"))


def test_every_format_lands_in_the_result_and_leaves_it_whole(cleaner: Any, corpus: Path, out: Path) -> None:
    for to, name in (("dolma", "dolma"), ("prov", "prov.json"), ("croissant", "croissant.json")):
        done = cleaner("export", out, "--to", to)
        assert (done.code, done.out.strip()) == (0, str(out / "export" / name)), done.err
        assert (out / "export" / name).exists()
    assert cleaner("verify", out).code == 0
    assert cleaner("run", corpus, "--out", out).code == 0, "a run over it goes on"


def test_what_cannot_be_is_said(cleaner: Any, out: Path, tmp_path: Path) -> None:
    assert cleaner("export", out, "--to", "xml").code == 2
    assert cleaner("export", tmp_path, "--to", "prov").code == 2
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = cleaner("export", out, "--to", "prov", "--dest", tmp_path / "file" / "prov.json")
    assert done.code == 5
    assert "file" in done.err
