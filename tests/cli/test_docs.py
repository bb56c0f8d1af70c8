"""The documentation is true: every command and option is in it, every file it names is there, what it shows runs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from libraries import library

import cleaner as package
from cleaner.config import Config

REPO = Path(__file__).resolve().parents[2]
README = (REPO / "README.md").read_text(encoding="utf-8") if (REPO / "README.md").exists() else ""
DOCS = "\n".join([README, *(p.read_text(encoding="utf-8") for p in sorted((REPO / "docs").glob("**/*.md")))])


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.S | re.M)


def commands() -> list[str]:
    from cleaner.cli import cli

    return sorted(cli.commands)


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented_and_has_help(command: str, cleaner: Any) -> None:
    assert f"cleaner {command}" in DOCS
    done = cleaner(command, "--help")
    assert done.code == 0
    assert f"Examples:\n    cleaner {command} " in done.out or f'Examples:\n    eval "$(cleaner {command} ' in done.out


@pytest.mark.parametrize("command", commands())
def test_every_flag_is_documented(command: str) -> None:
    from cleaner.cli import cli

    for parameter in cli.commands[command].params:
        for flag in [*parameter.opts, *parameter.secondary_opts]:
            if flag.startswith("--") and flag != "--help":
                assert flag in DOCS, f"cleaner {command} {flag}"


def test_the_reference_of_options_is_the_generated_one(cleaner: Any) -> None:
    table = cleaner("config", "--markdown").out
    assert len(table.split("\n")) > len(fields(Config))
    assert (REPO / "docs" / "options.md").read_text(encoding="utf-8").endswith("\n\n" + table)


def test_the_reference_of_everything_else_is_the_generated_one() -> None:
    from cleaner.reference import reference

    assert (REPO / "docs" / "reference.md").read_text(encoding="utf-8") == reference()


def test_the_reference_is_complete() -> None:
    from cleaner.errors import EXIT_CODES, REJECT_CODES
    from cleaner.io.schema import SCHEMAS
    from cleaner.reasons import REASONS

    page = (REPO / "docs" / "reference.md").read_text(encoding="utf-8")
    wanted = [f"\n### cleaner {name}\n" for name in commands()]
    wanted += [f"\n#### cleaner.{name}\n" for name in package.__all__]
    wanted += [f"| `{code}` |" for code in (*REASONS, *REJECT_CODES, *EXIT_CODES)]
    wanted += [f"| `{field}`" for schema in SCHEMAS.values() for field in schema["properties"]]
    assert [words for words in wanted if words not in page] == []
    assert all(field.get("description") for schema in SCHEMAS.values() for field in schema["properties"].values())


def test_the_readme_opens_with_the_two_commands() -> None:
    first = blocks("sh")[0]
    assert "cleaner run corpus" in first
    assert "tox" in "".join(blocks("sh")[:2])


def test_links_lead_somewhere() -> None:
    for page in (REPO / "README.md", *sorted((REPO / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (page.parent / target).exists(), (page.name, target)


def test_every_page_is_linked_from_the_readme() -> None:
    for page in (REPO / "docs").glob("*.md"):
        assert f"docs/{page.name}" in README


PAGES = {
    path.name: path.read_text(encoding="utf-8") for path in (REPO / "README.md", *sorted((REPO / "docs").glob("*.md")))
}


def all_blocks(language: str) -> list[Any]:
    found = [
        (name, b) for name, text in PAGES.items() for b in re.findall(rf"^```{language}\n(.*?)^```", text, re.S | re.M)
    ]
    return [pytest.param(block, id=f"{name}-{n}") for n, (name, block) in enumerate(found)]


@pytest.fixture
def desk(corpus: Path, corpus_run: Any, make_input: Any, tmp_path: Path) -> Path:
    """A folder with what the documentation takes for granted."""
    shutil.copytree(corpus, tmp_path / "corpus")
    shutil.copytree(corpus_run[1].path, tmp_path / "out")
    make_input("warc.gz", tmp_path).rename(tmp_path / "crawl.warc.gz")
    (tmp_path / "cleaner.toml").write_text(max(blocks("toml"), key=len), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("block", [b for b in all_blocks("sh") if b.values[0].startswith("cleaner ")])
def test_commands_run(block: str, cleaner: Any, desk: Path) -> None:
    for line in block.strip().split("\n"):
        done = cleaner(*shlex.split(line, comments=True)[1:], cwd=desk)
        assert done.code == 0, (line, done.err)


@pytest.mark.parametrize("block", all_blocks("toml"))
def test_configurations_are_valid(block: str, cleaner: Any, tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text(block, encoding="utf-8")
    done = cleaner("config", "--config", tmp_path / "cleaner.toml")
    assert done.code == 0, done.err
    assert "[[rule]]" in done.out


@pytest.mark.parametrize("block", all_blocks("python"))
def test_snippets_run(block: str, desk: Path) -> None:
    for name in re.findall(r"^(?:import|from) (datasets|datatrove|pandas|sklearn|spacy)\b", block, re.M):
        library(name)
    if ".pandas(" in block:
        library("pandas"), library("datasets")
    home = str(Path(package.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", block],
        cwd=desk,
        env={**os.environ, "PYTHONPATH": home},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr


def test_the_example_of_the_readme_is_what_is_printed(cleaner: Any, corpus_run: Any) -> None:
    printed = cleaner("show", corpus_run[1].path, "northern-courier/china-vows-reply.txt").out
    example = next(block for block in blocks("text") if " | " in block)
    missing = [line for line in example.strip("\n").split("\n") if line.rstrip("…").rstrip() not in printed]
    assert missing == []
