"""One run from the call to the result: what is read, where it goes, whether it may, and how it ended."""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import cleaner
from cleaner.config import Config
from cleaner.engine.append import Base, complete, extend, is_complete, is_whole
from cleaner.engine.assemble import seal
from cleaner.engine.local import Observer, Outcome, Parts, run_local, worker_count
from cleaner.engine.passes import read_options, stages_of
from cleaner.engine.pool import Workers
from cleaner.engine.state import STATE_VERSION, State
from cleaner.engine.target import target_of
from cleaner.errors import EXIT_INPUT, EXIT_OK, EXIT_REJECTED, UsageError
from cleaner.io.places import Folder, Place, check_writing, digest_of


@dataclass
class RunResult:
    """How a run ended."""

    out: Place
    manifest: dict[str, Any]
    incomplete: list[str]
    run: dict[str, Any]
    unchanged: bool = False
    """The same command had been run before, and nothing was done."""

    @property
    def exit_code(self) -> int:
        if self.incomplete:
            return EXIT_INPUT
        return EXIT_REJECTED if self.manifest["records"]["rejected"] else EXIT_OK


def plan_run(inputs: Sequence[str], out: str | os.PathLike[str], config: Config) -> dict[str, Any]:
    """What a run would read and about what it would cost: for ``--dry-run``. Reads no content."""
    from cleaner.io.sources import find_sources

    target = target_of(out, config)
    sources = find_sources(inputs, read_options(config), exclude=target.folders)
    size = sum(s.size for s in sources)
    kinds: dict[str, int] = {}
    for source in sources:
        kinds[source.kind] = kinds.get(source.kind, 0) + 1
    return {
        "inputs": len(sources),
        "bytes": size,
        "kinds": kinds,
        "work_folder": str(target.work),
        "work_folder_bytes": 3 * size,
        "cpu_seconds": round(1.0 + size / COST_BYTES_PER_CPU_SECOND, 1),
        "workers": config.workers or os.cpu_count(),
        "names": [s.name for s in sources[:20]],
    }


COST_BYTES_PER_CPU_SECOND = 6.5e5
"""Plain text, whole pipeline, measured by tests/bench/bench_pipeline.py on a 2.3 GHz core; an estimate for --dry-run."""


def run(
    inputs: Sequence[str],
    out: str | os.PathLike[str] | Place,
    config: Config,
    watch: Observer,
    *,
    overwrite: bool = False,
    append: bool = False,
    report: ReportWriter | None = None,
) -> RunResult:
    """Clean ``inputs`` into ``out``, a folder or a URL; goes on where an interrupted run of the same command stopped.

    ``append`` adds to the result that ``out`` holds and keeps its state for further additions; ``overwrite`` replaces
    a result of other inputs or another configuration. ``report`` draws the report from the finished files.

    Raises ``UsageError``, ``InputError``, ``OutputError``; see ``RunResult.exit_code`` for the rest.
    """
    from cleaner.io.documents import load_outlets
    from cleaner.io.identity import digest
    from cleaner.io.sources import find_sources, passes_by

    if append and config.engine != "local":
        raise UsageError("--append works with --engine local only; clean everything anew, or append on one machine")
    began = time.time()
    clock = time.monotonic()
    options = read_options(config)
    stages_of(config)  # bad rules and damaged weights are said before anything is read or written
    target = target_of(out, config)
    place, state = target.place, State(target.work, str(target))
    target.refuse_foreign()
    if lasting := [i for i in inputs if not passes_by(i)]:
        find_sources(lasting, options, exclude=target.folders)
    target.make_work()
    with target.lock():
        place.clear_stale()
        sources = find_sources(inputs, options, exclude=target.folders, spool=state.root)
        watch.stage("check", len(sources))
        described = []
        for source in sources:
            described.append({"name": source.name, "bytes": source.size, "sha256": digest(source, options)})
            watch.advance(1)
        identity: dict[str, Any] = {
            "version": cleaner.__version__,
            "configuration": config.digest(),
            "input": described,
        }
        if overwrite and (state.root / "state.json").exists() and not (_same_state(state, identity) or append):
            state.clear()
        earlier = _finished(place, state)
        base, unchanged = _starting_point(place, state, identity, earlier, append=append, overwrite=overwrite)
        if unchanged and earlier is not None:
            if not append and not is_complete(state):
                state.clear()
            incomplete = [f"{e['name']}: {e['error']}" for e in earlier["inputs"] if "error" in e]
            return RunResult(place, earlier, incomplete, _read_json(place, "run.json") or {}, unchanged=True)
        check_writing(place)
        state.begin(identity)
        outlets = load_outlets(sources, options)
        record: dict[str, Any] = {}

        def finish(outcome: Outcome) -> None:
            record.update(_run_record(began, time.monotonic() - clock, config, outcome.capped_buckets))
            _finish(place, outcome, config, report, record)

        with Workers(worker_count(config, sources) if config.engine == "local" else 0) as workers:
            arguments = sources, outlets, list(identity["input"]), state, place, config, watch, base
            outcome = _engine(config, workers, append, finish)(*arguments)
        if append:
            complete(state, outcome.base, identity, place, outcome.manifest["outputs"])
        else:
            state.clear()
    return RunResult(place, outcome.manifest, outcome.incomplete, record)


class ReportWriter(Protocol):
    """Writes ``report.html`` into a result."""

    def __call__(self, out: Place, *, manifest: dict[str, Any] | None = None, parts: Parts | None = None) -> Any: ...


def _finish(out: Place, outcome: Outcome, config: Config, report: ReportWriter | None, record: dict[str, Any]) -> None:
    """The report, the record of the run, then the manifest with the digests: from then on the result is complete."""
    manifest = outcome.manifest
    if config.report and report is not None:
        report(out, manifest=manifest, parts=outcome.parts)
        manifest["outputs"]["report.html"] = {"sha256": digest_of(out, "report.html")}
    else:
        out.remove("report.html")
    with out.write("run.json") as handle:
        handle.write(json.dumps(record, sort_keys=True).encode())
    seal(out, manifest)


def _starting_point(
    out: Place, state: State, identity: dict[str, Any], earlier: dict[str, Any] | None, *, append: bool, overwrite: bool
) -> tuple[Base, bool]:
    """Where this run begins, and whether its result is there already. Refuses what would mix two results."""
    if append and not overwrite:
        if earlier is not None and not is_complete(state):
            raise UsageError(
                f"{out} holds a result without the state that --append needs; clean everything once with "
                "--append --overwrite, later additions are then quick",
                code="state-missing",
            )
        return extend(state, identity)
    if earlier is None or overwrite:
        if append:
            state.clear()
        return Base(), False
    same = earlier["config_sha256"] == identity["configuration"] and earlier["cleaner"] == identity["version"]
    if not same or [{k: e[k] for k in ("name", "bytes", "sha256")} for e in earlier["inputs"]] != identity["input"]:
        raise UsageError(
            f"{out} holds the result of another {'input' if same else 'configuration or version'}; choose another "
            "--out, add to it with --append, or replace it with --overwrite",
            code="output-exists",
        )
    return Base(), True


def _engine(config: Config, workers: Workers, append: bool, finish: Callable[[Outcome], None]) -> Any:
    """The engine; it calls ``finish`` when every output file is there, before it lets go of what it worked with."""
    if config.engine == "spark":
        from cleaner.engine.spark import run_spark

        return partial(run_spark, finish=finish)
    return partial(run_local, workers=workers, append=append, finish=finish)


def _finished(out: Place, state: State) -> dict[str, Any] | None:
    """The manifest of a complete result whose files are all as it says; a damaged one is made again."""
    manifest = _read_json(out, "manifest.json")
    if not manifest or ((state.root / "state.json").exists() and not is_complete(state)):
        return None
    return manifest if is_whole(state, out, manifest.get("outputs", {})) else None


def _read_json(out: Place, name: str) -> dict[str, Any] | None:
    try:
        with out.open(name) as handle:
            value = json.loads(handle.read())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _same_state(state: State, identity: dict[str, Any]) -> bool:
    found = _read_json(Folder(state.root), "state.json") or {}
    return all(found.get(key) == value for key, value in {"state": STATE_VERSION, **identity}.items())


def _run_record(began: float, seconds: float, config: Config, capped: int) -> dict[str, Any]:
    unit = 1 if sys.platform == "darwin" else 1024
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
        "seconds": round(seconds, 3),
        "peak_memory_bytes": peak * unit,
        "capped_buckets": capped,
        "engine": config.engine,
        "workers": config.workers or os.cpu_count(),
        "python": platform.python_version(),
        "machine": {"system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count()},
    }


__all__ = ["Outcome", "RunResult", "plan_run", "run"]
