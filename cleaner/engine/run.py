"""One run from the call to the result: what is read, where it goes, whether it may, and how it ended."""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import cleaner
from cleaner.config import Config
from cleaner.engine.append import Base, complete, extend, is_complete
from cleaner.engine.assemble import seal
from cleaner.engine.local import Observer, Outcome, Parts, run_local, worker_count
from cleaner.engine.passes import read_options, stages_of
from cleaner.engine.pool import Workers
from cleaner.engine.state import State, file_digest, write_json
from cleaner.errors import EXIT_INPUT, EXIT_OK, EXIT_REJECTED, OutputError, UsageError

OUR_FILES = (
    "documents",
    "removed",
    "sentences",
    "rejected",
    "manifest.json",
    "run.json",
    "report.html",
    "export",
    ".cleaner",
)


@dataclass
class RunResult:
    """How a run ended."""

    out: Path
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


def plan_run(inputs: Sequence[str], out: Path | None, config: Config) -> dict[str, Any]:
    """What a run would read and about what it would cost: for ``--dry-run``. Reads no content."""
    from cleaner.io.sources import find_sources

    sources = find_sources(inputs, read_options(config), exclude=[out] if out else [])
    size = sum(s.size for s in sources)
    kinds: dict[str, int] = {}
    for source in sources:
        kinds[source.kind] = kinds.get(source.kind, 0) + 1
    return {
        "inputs": len(sources),
        "bytes": size,
        "kinds": kinds,
        "work_folder_bytes": 3 * size,
        "cpu_seconds": round(1.0 + size / COST_BYTES_PER_CPU_SECOND, 1),
        "workers": config.workers or os.cpu_count(),
        "names": [s.name for s in sources[:20]],
    }


COST_BYTES_PER_CPU_SECOND = 6.5e5
"""Plain text, whole pipeline, measured by tests/bench/bench_pipeline.py on a 2.3 GHz core; an estimate for --dry-run."""


def run(
    inputs: Sequence[str],
    out: Path,
    config: Config,
    watch: Observer,
    *,
    overwrite: bool = False,
    append: bool = False,
    report: ReportWriter | None = None,
) -> RunResult:
    """Clean ``inputs`` into ``out``; goes on where an interrupted run of the same command stopped.

    ``append`` adds to the result that ``out`` holds and keeps its state for further additions; ``overwrite`` replaces
    a result of other inputs or another configuration. ``report`` draws the report from the finished files.

    Raises ``UsageError``, ``InputError``, ``OutputError``; see ``RunResult.exit_code`` for the rest.
    """
    from cleaner.io.atomic import OutputLock
    from cleaner.io.documents import load_outlets
    from cleaner.io.identity import digest
    from cleaner.io.sources import find_sources, passes_by

    if append and config.engine != "local":
        raise UsageError("--append works with --engine local only; clean everything anew, or append on one machine")
    began = time.time()
    clock = time.monotonic()
    options = read_options(config)
    stages_of(config)  # bad rules and damaged weights are said before anything is read or written
    _refuse_foreign(out)
    if lasting := [i for i in inputs if not passes_by(i)]:
        find_sources(lasting, options, exclude=[out])
    try:
        state = State(out / ".cleaner")
        state.root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error.strerror}); check the path and its permissions") from error
    with OutputLock(out):
        sources = find_sources(inputs, options, exclude=[out], spool=state.root)
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
        earlier = _finished(out, state)
        base, unchanged = _starting_point(out, state, identity, earlier, append=append, overwrite=overwrite)
        if unchanged and earlier is not None:
            if not append and not is_complete(state):
                state.clear()
            incomplete = [f"{e['name']}: {e['error']}" for e in earlier["inputs"] if "error" in e]
            return RunResult(out, earlier, incomplete, _read_json(out / "run.json") or {}, unchanged=True)
        state.begin(identity)
        outlets = load_outlets(sources, options)
        with Workers(worker_count(config, sources) if config.engine == "local" else 0) as workers:
            arguments = sources, outlets, list(identity["input"]), out, config, watch, base
            outcome = _engine(config, workers, append)(*arguments)
            _finish(out, outcome, config, report)
        record = _run_record(began, time.monotonic() - clock, config, outcome.capped_buckets)
        write_json(out / "run.json", record)
        if append:
            complete(state, outcome.base, identity)
        else:
            state.clear()
    return RunResult(out, outcome.manifest, outcome.incomplete, record)


class ReportWriter(Protocol):
    """Writes ``report.html`` into a result folder."""

    def __call__(self, out: Path, *, manifest: dict[str, Any] | None = None, parts: Parts | None = None) -> Path: ...


def _finish(out: Path, outcome: Outcome, config: Config, report: ReportWriter | None) -> None:
    """The report, then the manifest with its digest: from then on the result is complete."""
    manifest = outcome.manifest
    if config.report and report is not None:
        path = report(out, manifest=manifest, parts=outcome.parts)
        manifest["outputs"][path.name] = {"sha256": file_digest(path)}
    else:
        (out / "report.html").unlink(missing_ok=True)
    seal(out, manifest)


def _starting_point(
    out: Path, state: State, identity: dict[str, Any], earlier: dict[str, Any] | None, *, append: bool, overwrite: bool
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


def _engine(config: Config, workers: Workers, append: bool) -> Any:
    if config.engine == "spark":
        from cleaner.engine.spark import run_spark

        return run_spark
    return partial(run_local, workers=workers, append=append)


def _refuse_foreign(out: Path) -> None:
    """An output folder with anything that is not ours is left alone."""
    if not out.exists():
        return
    if not out.is_dir():
        raise UsageError(f"{out} is a file; give a folder for --out", code="output-exists")
    try:
        names = [e.name for e in out.iterdir()]
    except OSError as error:
        raise OutputError(f"{out}: cannot be listed ({error.strerror}); check its permissions") from error
    foreign = sorted(n for n in names if not _ours(n) or (n == ".cleaner" and (out / n).is_symlink()))
    if foreign:
        raise UsageError(
            f"{out} holds something else ({', '.join(foreign[:3])}); choose an empty or new folder for --out",
            code="output-exists",
        )


def _ours(name: str) -> bool:
    stem = name.lstrip(".").split(".")[0].split("-")[0]
    return name in OUR_FILES or stem in OUR_FILES or name.endswith(".tmp") or name in (".gitignore", ".gitkeep")


def _finished(out: Path, state: State) -> dict[str, Any] | None:
    """The manifest of a complete result whose files are all as it says; a damaged one is made again."""
    manifest = _read_json(out / "manifest.json")
    if not manifest or ((state.root / "state.json").exists() and not is_complete(state)):
        return None
    whole = all(_is(out / name, entry["sha256"]) for name, entry in manifest.get("outputs", {}).items())
    return manifest if whole else None


def _is(path: Path, digest: str) -> bool:
    try:
        return file_digest(path) == digest
    except OSError:
        return False


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _same_state(state: State, identity: dict[str, Any]) -> bool:
    found = _read_json(state.root / "state.json") or {}
    return all(found.get(key) == value for key, value in identity.items())


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
