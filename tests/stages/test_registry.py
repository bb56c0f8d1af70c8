"""Which stages run, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from cleaner.config import Config, UserRule
from cleaner.errors import UsageError
from cleaner.model import Document, LineFacts, Removal
from cleaner.stages import registry
from cleaner.stages.base import Stage


class Fake:
    def __init__(self, name: str, *needs: str) -> None:
        self.name = name
        self.needs = frozenset(needs)

    def find(self, documents: Sequence[Document], facts: Sequence[LineFacts]) -> list[list[Removal]]:
        return [[] for _ in documents]


class Point:
    """An installed plug-in, as ``importlib.metadata`` tells of it."""

    def __init__(self, name: str, factory: Any) -> None:
        self.name, self.value, self._factory = name, f"package:{name}", factory

    def load(self) -> Any:
        return self._factory


def test_stages_follow_those_they_need() -> None:
    stages = [Fake("a", "c"), Fake("b"), Fake("c", "b")]
    assert [s.name for s in registry.ordered(stages)] == ["b", "c", "a"]
    assert isinstance(stages[0], Stage)


@pytest.mark.parametrize(
    ("stages", "said"),
    [([Fake("a", "missing")], "needs missing"), ([Fake("a", "b"), Fake("b", "a")], "need each other: a, b")],
)
def test_needs_that_cannot_be_met_are_named(stages: list[Fake], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        registry.ordered(stages)


def test_the_configuration_chooses() -> None:
    names = [s.name for s in registry.load_stages(Config(chrome=False, offtopic=False))]
    assert names == ["language"], "what it finds is at least reported"
    assert "judge" in [s.name for s in registry.load_stages(Config(rule=(UserRule(line="x"),)))]


def test_a_plug_in_runs_after_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        registry, "entry_points", lambda group: [Point("mine", lambda config: Fake("mine", "language"))]
    )
    stages = registry.load_stages(Config(chrome=False, offtopic=False, remove_foreign=True))
    assert [s.name for s in stages] == ["language", "mine"]


@pytest.mark.parametrize(
    "factory",
    [lambda config: 1 / 0, lambda config: object(), lambda config: Fake("judge"), lambda config: Fake("x", "y")],
)
def test_a_bad_plug_in_is_named(factory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: [Point("theirs", factory)])
    monkeypatch.setattr(registry, "_built_in", lambda config: [Fake("judge")])
    with pytest.raises(UsageError, match=r"theirs|judge|'x'"):
        registry.load_stages(Config())


def test_a_bad_rule_is_refused_before_anything_runs() -> None:
    with pytest.raises(UsageError, match='rule 1 \\("\\("\\)'):
        registry.load_stages(Config(rule=(UserRule(pattern="("),)))
