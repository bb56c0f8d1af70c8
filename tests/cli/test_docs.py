"""The documentation is true: every command and option is in it, every file it names is there, what it shows runs."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

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
    assert len(done.out.split("\n")) > 4


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


def test_the_readme_opens_with_the_two_commands() -> None:
    first = blocks("sh")[0]
    assert "cleaner run corpus" in first
    assert "tox" in "".join(blocks("sh")[:2])


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", README):
        assert target.startswith("https://") or (REPO / target).exists(), target


def readme_commands() -> list[str]:
    """Every ``cleaner ...`` line of the README's shell blocks that needs nothing but the corpus and its output."""
    lines = [re.split(r"\s#", line)[0].strip() for block in blocks("sh") for line in block.split("\n")]
    lines = [line.removeprefix(".venv/bin/") for line in lines]
    return [line for line in lines if line.startswith("cleaner ")]


@pytest.mark.parametrize("line", readme_commands())
def test_commands_of_the_readme_run(line: str, cleaner: Any, corpus: Path, corpus_run: Any, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(corpus, tmp_path / "corpus")
    arguments = shlex.split(line)[1:]
    if arguments[0] != "run":
        shutil.copytree(corpus_run[1].path, tmp_path / "out")
    (tmp_path / "cleaner.toml").write_text("".join(blocks("toml")), encoding="utf-8")
    done = cleaner(*arguments, cwd=tmp_path)
    assert done.code == 0, done.err


@pytest.mark.parametrize("snippet", blocks("python"))
def test_snippets_of_the_readme_run(snippet: str, corpus: Path, corpus_run: Any, tmp_path: Path) -> None:
    import shutil
    import subprocess
    import sys

    shutil.copytree(corpus, tmp_path / "corpus")
    shutil.copytree(corpus_run[1].path, tmp_path / "out")
    done = subprocess.run(
        [sys.executable, "-c", snippet],
        cwd=tmp_path,
        env={**__import__("os").environ, "PYTHONPATH": str(REPO)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_the_example_of_the_readme_is_what_is_printed(cleaner: Any, corpus_run: Any) -> None:
    printed = cleaner("show", corpus_run[1].path, "northern-courier/china-vows-reply.txt").out
    example = next(block for block in blocks("text") if " | " in block)
    missing = [line for line in example.strip("\n").split("\n") if line.rstrip("…").rstrip() not in printed]
    assert missing == []
