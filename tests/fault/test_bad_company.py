"""Configurations, rules and plug-ins that misbehave: refused before anything is read, or held to one record."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from trouble import REPO, SLOW, Result, begin, corpus, end, sound

CONFIGS: dict[str, tuple[bytes, str]] = {
    "unknown-key": (b"agressiveness = 0.5\n", "aggressiveness"),
    "wrong-type": (b"workers = 'many'\n", "workers"),
    "out-of-range": (b"threshold = 7.0\n", "threshold"),
    "no-number": (b"aggressiveness = nan\n", "aggressiveness"),
    "endless": (b"max_seconds = inf\n", "max_seconds"),
    "too-much-memory": (b"memory = 10000000000000000000\n", "memory"),
    "not-toml": (b"a = = 1\n", "TOML"),
    "not-utf8": (b"format = 'caf\xe9'\n", "UTF-8"),
    "bad-pattern": (b"[[rule]]\npattern = '(unclosed'\n", "unclosed"),
    "backreference": (b"[[rule]]\npattern = '(a)\\1'\n", "rule"),
    "rule-key": (b"[[rule]]\npatern = 'x'\n", "pattern"),
}


@pytest.mark.parametrize(
    "case", [c if c in ("not-utf8", "bad-pattern", "no-number") else pytest.param(c, marks=SLOW) for c in CONFIGS]
)
def test_a_bad_configuration_is_refused_before_anything_is_read(tmp_path: Path, case: str) -> None:
    content, hint = CONFIGS[case]
    (tmp_path / "a.jsonl").write_bytes(corpus(2)[0])
    (tmp_path / "c.toml").write_bytes(content)
    done = end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "out", "--config", tmp_path / "c.toml"))
    assert done.code == 2 and hint in done.said, done.err
    assert len(done.said.split("\n")) == 1
    assert not (tmp_path / "out").exists()


def test_a_configuration_with_a_byte_order_mark_is_read_and_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(corpus(2)[0])
    (tmp_path / "c.toml").write_bytes(b"\xef\xbb\xbfaggressiveness = 0.0\n")
    assert end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "out", "--config", tmp_path / "c.toml")).code == 0
    assert sound(tmp_path / "out").manifest["config"]["aggressiveness"] == 0.0
    done = end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "new", "--config", tmp_path))
    assert done.code == 2 and "Is a directory" in done.said and not (tmp_path / "new").exists()


def test_a_catastrophic_pattern_takes_linear_time(tmp_path: Path) -> None:
    """The engine of rules is RE2: what would backtrack for hours elsewhere is over at once."""
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "a", "text": "a" * 200_000 + "!"}) + "\n")
    (tmp_path / "c.toml").write_text("[[rule]]\npattern = '^(a+)+$'\n[[rule]]\npattern = '(a|aa)*b(x+x+)+y'\n")
    done = end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "out", "--config", tmp_path / "c.toml"))
    assert done.code == 0, done.err
    sound(tmp_path / "out", {"a": "a" * 200_000 + "!"})


STAGE = """
import itertools

from cleaner.model import Removal


class Stage:
    name, needs, version = "odd", frozenset(), "1"

    def find(self, documents, facts):
        return [self.one(d) for d in documents]

    def one(self, document):
        if "raise" in document.id:
            raise RuntimeError("a fault of the\\nplug-in \\x1b[31m")
        if "outside" in document.id:
            return [Removal(len(document.text) - 5, len(document.text) + 50, "odd", "odd", 1.0)]
        if "backward" in document.id:
            return [Removal(9, 3, "odd", "odd", 1.0)]
        if "negative" in document.id:
            return [Removal(-9, 3, "odd", "odd", 1.0)]
        if "empty" in document.id:
            return [Removal(5, 5, "odd", "odd", 1.0)]
        if "text" in document.id:
            return "removed"
        if "none" in document.id:
            return None
        if "loop" in document.id:
            while True:
                pass
        if "stuck" in document.id:
            sum(itertools.repeat(1))  # within C, where no signal's handler is heard
        if "edit" in document.id:
            document.text = "changed"
        if "overlap" in document.id:
            return [Removal(2, 8, "odd", "odd", 1.0), Removal(5, 12, "odd", "odd", 0.5), Removal(12, 14, "odd", "odd", 0.5)]
        return []


def make(config):
    return Stage()
"""

BEHAVIOURS = ("raise", "outside", "backward", "negative", "empty", "text", "none", "loop", "edit", "overlap", "good")


def run_odd(tmp_path: Path, texts: dict[str, str], seconds: float) -> Result:
    """A run with the stage above installed; it ends with records lost."""
    site = tmp_path / "site"
    info = site / "odd_stage-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-stage\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[cleaner.stages]\nodd = odd_stage:make\n")
    (site / "odd_stage.py").write_text(STAGE)
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in texts.items()))
    done = end(
        begin(
            "run", tmp_path / "a.jsonl", "--out", tmp_path / "out", "--max-seconds", seconds, "--no-dedup", "--no-report",
            inject=f"import sys\nsys.path.insert(0, {str(site)!r})\n", folder=tmp_path / "i",
        )
    )  # fmt: skip
    assert done.code == 3, done.err
    assert "\x1b" not in done.err
    return sound(tmp_path / "out", texts)


def test_a_misbehaving_plug_in_costs_its_document_and_no_other(tmp_path: Path) -> None:
    """Raising, looping, editing (documents are frozen), or returning what is no span of the document."""
    texts = {f"{word}-{i}": t for word in BEHAVIOURS for i, t in enumerate(corpus(2)[1].values())}
    result = run_odd(tmp_path, texts, 1)
    codes = {r["id"]: r["code"] for r in result.rejected}
    bad = ("raise", "outside", "backward", "negative", "text", "none", "loop", "edit")
    assert set(codes) == {f"{word}-{i}" for word in bad for i in range(2)}
    assert set(codes.values()) <= {"stage-failed", "timeout"}
    assert {codes["loop-0"], codes["loop-1"]} <= {"timeout", "stage-failed"}
    overlapping = [(r["start"], r["end"]) for r in result.removed if r["doc_id"] == "overlap-0" and r["stage"] == "odd"]
    assert overlapping and overlapping[0][0] == 2 and overlapping[-1][1] == 14


@pytest.mark.slow
def test_a_plug_in_stuck_in_c_costs_its_document_and_no_other(tmp_path: Path) -> None:
    """No handler of Python's runs while C does not come back: the system ends the process."""
    texts = {f"{word}-{i}": t for word in ("good", "stuck", "fine") for i, t in enumerate(corpus(1)[1].values())}
    assert {r["id"]: r["code"] for r in run_odd(tmp_path, texts, 0.3).rejected} == {"stuck-0": "worker-died"}


DANGEROUS = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}


def test_no_code_is_read_from_data() -> None:
    """No pickle, no ``eval``, no shell: neither input nor the state of a run can name what is executed."""
    for path in sorted((REPO / "cleaner").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert not DANGEROUS & {alias.name.split(".")[0] for alias in node.names}, path
            elif isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in DANGEROUS, path
            elif isinstance(node, ast.Call):
                name = getattr(node.func, "id", None)
                given = {k.arg: getattr(k.value, "value", None) for k in node.keywords}
                assert name not in ("eval", "exec", "compile", "__import__"), path
                assert not given.get("allow_pickle") and not given.get("shell"), path
