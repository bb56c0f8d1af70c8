"""What a run says while it works and when it ends: bars on a terminal, one line a stage where there is none."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from cleaner.config import Config

if TYPE_CHECKING:
    from cleaner.engine.run import RunResult

STAGES = {
    "check": "Checking inputs",
    "read": "Reading",
    "compare": "Comparing documents",
    "judge": "Judging lines",
    "deduplicate": "Deduplicating sentences",
    "emit": "Applying",
    "write": "Writing",
}
UNITS = {"check": "inputs", "read": "records", "judge": "shards", "emit": "shards"}


def say(line: str) -> None:
    """A line to standard error; where it cannot be written, the run is worth more than its notes."""
    try:
        print(line, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


class _Lines:
    """One line of state per stage, on standard error."""

    def __init__(self) -> None:
        self.name = ""
        self.steps = 0
        self.began = 0.0

    def stage(self, name: str, total: int | None) -> None:
        self.end()
        self.name, self.steps, self.began = name, 0, time.monotonic()

    def advance(self, steps: int, note: str = "") -> None:
        self.steps += steps

    def end(self) -> None:
        if self.name:
            count = f" {self.steps:,} {UNITS[self.name]}" if self.name in UNITS else ""
            seconds = time.monotonic() - self.began
            say(f"cleaner: {STAGES[self.name].lower()}:{count} {seconds:.1f} s")
            self.name = ""


class _Bars:
    """A rich progress bar per stage, with rate and time left."""

    def __init__(self, progress: Any) -> None:
        self.progress = progress
        self.task: Any = None

    def stage(self, name: str, total: int | None) -> None:
        self.end()
        self.task = self.progress.add_task(STAGES[name], total=total, unit=UNITS.get(name, ""))

    def advance(self, steps: int, note: str = "") -> None:
        self.progress.advance(self.task, steps)

    def end(self) -> None:
        if self.task is not None:
            task = self.progress.tasks[self.task]
            self.progress.update(self.task, total=task.completed or 1, completed=task.completed or 1)


class Heeding:
    """Watches through another observer, and ends the run at its next step once a signal was ``asked``: a library that
    was at work when the signal came may have swallowed the interrupt."""

    def __init__(self, watch: Any, asked: Sequence[int]) -> None:
        self._watch, self._asked = watch, asked

    def stage(self, name: str, total: int | None) -> None:
        self._heed()
        self._watch.stage(name, total)

    def advance(self, steps: int, note: str = "") -> None:
        self._heed()
        self._watch.advance(steps, note)

    def _heed(self) -> None:
        if self._asked:
            raise KeyboardInterrupt


@contextmanager
def watching(*, quiet: bool) -> Iterator[Any]:
    """The observer of a run for this terminal."""
    if quiet:
        from cleaner.engine.local import Silent

        yield Silent()
    elif not sys.stderr.isatty():
        lines = _Lines()
        yield lines
        lines.end()
    else:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[unit]}"),
            TimeElapsedColumn(), TimeRemainingColumn(),
        )  # fmt: skip
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            bars = _Bars(progress)
            yield bars
            bars.end()


def print_plan(plan: dict[str, Any], *, as_json: bool) -> None:
    """What a run would read and cost."""
    if as_json:
        print(json.dumps(plan))
        return
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(plan["kinds"].items()))
    print(f"would read   {plan['inputs']:,} inputs ({kinds}), {_size(plan['bytes'])}")
    for name in plan["names"]:
        print(f"             {_safe(name)}")
    if plan["inputs"] > len(plan["names"]):
        print(f"             and {plan['inputs'] - len(plan['names']):,} more")
    print(f"would cost   about {plan['cpu_seconds']:,.0f} CPU seconds on {plan['workers']} workers")
    print(
        f"             about {_size(plan['work_folder_bytes'])} of disk in {_safe(plan['work_folder'])} while it runs"
    )
    print("nothing was read or written")


def print_summary(result: RunResult, *, as_json: bool) -> None:
    """The short table at the end."""
    manifest = result.manifest
    if as_json:
        summary = {k: manifest[k] for k in ("records", "characters", "spans_removed", "reasons", "sentences")}
        print(
            json.dumps(
                {
                    **summary,
                    "out": str(result.out),
                    "unchanged": result.unchanged,
                    "incomplete": result.incomplete,
                    "run": result.run,
                }
            )
        )
        return
    from rich.console import Console
    from rich.table import Table

    records, characters, sentences = manifest["records"], manifest["characters"], manifest["sentences"]
    source = max(characters["source"], 1)
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column()
    table.add_row("documents", f"{records['documents']:,}", f"of {records['read']:,} records")
    table.add_row(
        "characters kept",
        f"{characters['kept']:,}",
        f"{100 * characters['kept'] / source:.1f} % of {characters['source']:,}",
    )
    for stage, count in characters["removed"].items():
        spans = manifest["spans_removed"].get(stage, 0)
        table.add_row(f"removed: {stage}", f"{count:,}", f"{100 * count / source:.1f} %, {spans:,} spans")
    table.add_row(
        "sentences",
        f"{sentences['unique']:,}",
        f"{sentences['copies']:,} copies merged, {sentences['copies_across_outlets']:,} across outlets",
    )
    rejected = f"see {result.out}/rejected.*" if records["rejected"] else ""
    table.add_row("rejected", f"{records['rejected']:,}", rejected)
    if result.run:
        table.add_row(
            "seconds", f"{result.run['seconds']:,.1f}", f"peak memory {_size(result.run['peak_memory_bytes'])}"
        )
    if result.run.get("capped_buckets"):
        table.add_row("capped", f"{result.run['capped_buckets']:,}", "groups of look-alikes too large for all pairs")
    console = Console(soft_wrap=True)
    if result.unchanged:
        console.print("Nothing to do: this result is complete already.", style="yellow")
    console.print(table)
    where = "report.html in a browser, or " if "report.html" in manifest["outputs"] else ""
    console.print(f"Look next at {where}cleaner show {_safe(str(result.out))} DOC_ID", markup=False, highlight=False)


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:,.0f} {unit}" if unit == "B" else f"{count:,.1f} {unit}"
        count /= 1000
    return ""


def _safe(text: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def config_toml(config: Config) -> str:
    """The effective configuration as TOML that ``--config`` reads back."""
    lines = []
    for name, value in config.to_dict().items():
        if name != "rule":
            lines.append(f"{name} = {json.dumps(value)}")
    for rule in config.to_dict()["rule"]:
        lines += ["", "[[rule]]", *(f"{k} = {json.dumps(v)}" for k, v in rule.items() if v)]
    return "\n".join(lines) + "\n"


def config_markdown() -> str:
    """All options as a Markdown table, from their one declaration."""
    rows = ["| option | default | what it does |", "| --- | --- | --- |"]
    for f in fields(Config):
        default = () if f.default is MISSING else f.default
        name = f.name.replace("_", "-")
        flag = "`[[rule]]` (file only)" if not f.metadata["flag"] else f"`--{name}`"
        if isinstance(default, bool):
            flag = f"`--{name}`, `--no-{name}`"
        shown = {True: "on", False: "off"}.get(default, default) if isinstance(default, bool) else default
        rows.append(f"| {flag} | {'' if shown in ('', ()) else shown} | {f.metadata['help']} |")
    return "\n".join(rows) + "\n"
