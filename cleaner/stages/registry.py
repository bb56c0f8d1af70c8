"""The stages of a run: the built-in ones and those that other packages bring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from cleaner.errors import UsageError
from cleaner.stages.base import Stage

if TYPE_CHECKING:
    from cleaner.config import Config

GROUP = "cleaner.stages"
"""Entry point group of plug-ins: each names a function of the ``Config`` that returns a ``Stage``."""


def load_stages(config: Config) -> list[Stage]:
    """The stages that ``config`` asks for, each after those it needs.

    Raises ``UsageError`` that names the stage or rule that cannot be.
    """
    stages = [*_built_in(config), *_plug_ins(config)]
    names = [stage.name for stage in stages]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two stages are named {name!r}; uninstall one of the packages", code="stages")
    return ordered(stages)


def foreign_stages() -> bool:
    """Whether packages other than this one bring stages: these may crash or hang, and run in processes of their own."""
    return bool(entry_points(group=GROUP))


def _built_in(config: Config) -> list[Stage]:
    stages: list[Stage] = []
    if config.chrome or config.offtopic or config.rule:
        from cleaner.stages.judge import judge_stage

        stages.append(judge_stage(config))
    from cleaner.stages.language import LanguageStage

    return [*stages, LanguageStage()]  # what it finds is removed or, without --remove-foreign, only reported


def _plug_ins(config: Config) -> list[Stage]:
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    stages: list[Stage] = []
    for point in found:
        try:
            factory: Callable[[Config], Stage] = point.load()
            stage = factory(config)
        except Exception as error:
            raise UsageError(
                f"stage {point.name!r} ({point.value}) cannot be loaded: {error}", code="stages"
            ) from error
        if not isinstance(stage, Stage):
            raise UsageError(
                f"stage {point.name!r} ({point.value}) is not a stage: no name, needs, find", code="stages"
            )
        stages.append(stage)
    return stages


def ordered(stages: Sequence[Stage]) -> list[Stage]:
    """``stages`` so that each comes after those it needs, else as given. ``UsageError`` for unmet or circular needs."""
    left, done, out = list(stages), set[str](), list[Stage]()
    known = {stage.name for stage in stages}
    for stage in stages:
        if missing := sorted(stage.needs - known):
            raise UsageError(
                f"stage {stage.name!r} needs {', '.join(missing)}, which is not part of this run", code="stages"
            )
    while left:
        ready = next((stage for stage in left if stage.needs <= done), None)
        if ready is None:
            raise UsageError(f"stages need each other: {', '.join(stage.name for stage in left)}", code="stages")
        left.remove(ready)
        done.add(ready.name)
        out.append(ready)
    return out
