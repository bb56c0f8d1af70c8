"""Speed and memory of whole runs, as ratios against yardsticks measured in the same run: ``tox -e bench``.

Every figure is taken on a process of its own: processor seconds and peak memory of it and all its children. Documents
are made up (``made_news.py``). ``--json`` writes the figures for ``sizing.py``.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import platform
import pty
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import made_news

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_SECONDS = 0.2
LANGDETECT_DOCUMENTS = 200
DATATROVE_DOCUMENTS = 1000

LANGDETECT = """
import json, sys, time
from langdetect import DetectorFactory, detect
DetectorFactory.seed = 0
texts = [json.loads(line)["text"] for line in open(sys.argv[1], encoding="utf-8")]
detect(texts[0])
began = time.process_time()
for text in texts:
    detect(text)
print(time.process_time() - began)
"""

DATATROVE = """
import json, sys, tempfile, time
from datatrove.data import Document
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupSignature
from datatrove.pipeline.filters import C4QualityFilter, GopherQualityFilter
records = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
c4, gopher = C4QualityFilter(), GopherQualityFilter()
def documents(which):
    return [Document(text=r["text"], id=r["id"]) for r in which]
def filtered(some):
    for d in some:
        whole = d.text
        c4.filter(d); d.text = whole
        gopher.filter(d)
        yield d
list(filtered(documents(records[:3])))
began = time.process_time()
with tempfile.TemporaryDirectory() as folder:
    signatures = MinhashDedupSignature(folder + "/sigs")
    signatures.run(filtered(documents(records)), 0, 1)
    buckets = MinhashDedupBuckets(folder + "/sigs", folder + "/buckets")
    for rank in range(signatures.config.num_buckets):
        buckets.run(None, rank, signatures.config.num_buckets)
    MinhashDedupCluster(folder + "/buckets", folder + "/remove").run(None, 0, 1)
print(time.process_time() - began)
"""


@dataclass(frozen=True)
class Usage:
    """What a command and all its processes took."""

    seconds: float
    cpu: float
    peak: int
    """Greatest sum of proportional memory of its processes, bytes; shared pages count once."""
    disk: int
    """Greatest size of its work folder, bytes."""
    first: float
    """Seconds until something was shown."""


def measure(command: Sequence[str], work: Path, env: dict[str, str] | None = None) -> Usage:
    """Run ``command`` with a terminal for its messages."""
    adopt()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    outer, inner = pty.openpty()
    began = time.monotonic()
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TERM": "xterm", **(env or {})}
    # not in the checkout: there the working folder would hide the installed package, and with it the compiled loops
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=inner, env=environment, cwd=work.anchor)
    os.close(inner)
    first: list[float] = []
    said = bytearray()
    threading.Thread(target=_listen, args=(outer, began, first, said), daemon=True).start()
    peak = disk = 0
    while process.poll() is None:
        peak, disk = max(peak, _memory(process.pid)), max(disk, _size(work))
        time.sleep(SAMPLE_SECONDS)
    seconds = time.monotonic() - began
    with contextlib.suppress(ChildProcessError):
        while True:  # servers of pools outlive their parent by a moment
            os.waitpid(-1, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit(
            f"{' '.join(command)} ended with {process.returncode}:\n{said.decode(errors='replace')[-2000:]}"
        )
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Usage(seconds, cpu, peak, disk, first[0] if first else seconds)


def adopt() -> None:
    """Become the parent of orphans, so that their processor time is told to us. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _listen(terminal: int, began: float, first: list[float], said: bytearray) -> None:
    with contextlib.suppress(OSError):
        while data := os.read(terminal, 65536):
            if not first:
                first.append(time.monotonic() - began)
            said += data


def _memory(pid: int) -> int:
    import psutil

    total = 0
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                info = process.memory_full_info()
                total += getattr(info, "pss", info.uss)
    return total


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def clean(source: Path, out: Path, *options: str, env: dict[str, str] | None = None) -> Usage:
    """One run of the command, as it is installed."""
    source, out = source.absolute(), out.absolute()
    command = [sys.executable, "-m", "cleaner", "run", str(source), "--out", str(out), *options]
    return measure(command, out / ".cleaner", env)


def yardstick(script: str, source: Path, python: str = sys.executable) -> float | None:
    """Processor seconds that a script of another library says it took; ``None`` where the library is missing."""
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run([python, "-c", script, str(source)], capture_output=True, text=True, env=env)
    if done.returncode:
        if "ImportError" in done.stderr or "ModuleNotFoundError" in done.stderr:
            print(f"  not measured: {done.stderr.strip().splitlines()[-1]}")
            return None
        raise SystemExit(done.stderr[-2000:])
    return float(done.stdout.split()[-1])


def shuffled(log: Path) -> int:
    """Bytes that a Spark run wrote for its shuffles, by its event log."""
    total = 0
    for path in log.rglob("*"):
        if path.is_file():
            for line in path.open(encoding="utf-8", errors="replace"):
                if '"SparkListenerTaskEnd"' in line:
                    metrics = json.loads(line).get("Task Metrics") or {}
                    total += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000], help="documents of the runs")
    parser.add_argument("--large", action="store_true", help="also 100,000 documents")
    parser.add_argument("--spark", action="store_true", help="also the Spark engine, for its shuffle bytes")
    parser.add_argument(
        "--datatrove-python",
        default=sys.executable,
        help="interpreter that has datatrove and spacy (default: this one)",
    )
    parser.add_argument("--json", type=Path, help="write the figures here")
    wanted = parser.parse_args()
    sizes = sorted({*wanted.sizes, *([100_000] if wanted.large else [])})
    with tempfile.TemporaryDirectory(prefix="cleaner-bench-") as name:
        figures = run(Path(name), sizes, spark=wanted.spark, python=wanted.datatrove_python)
    if wanted.json:
        wanted.json.write_text(json.dumps(figures, indent=1))


TURNS = 3
FEW = 30_000
"""Up to so many documents one worker and two take turns: cores that others share change their speed from minute to minute."""
COUNTING = "sum(i * i & 7 for i in range(12_000_000))"


def two_workers(folder: Path, source: Path, one: Usage, turns: int) -> tuple[Usage, float]:
    """The last run on two workers, and the median of how many times faster than the run on one before it each was."""
    gains = []
    for turn in range(turns):
        if turn:
            one = clean(source, folder / "out-again", "--workers", "1")
        two = clean(source, folder / "out-two", "--workers", "2")
        gains.append(one.seconds / two.seconds)
        for name in ("out-again", "out-two"):
            shutil.rmtree(folder / name, ignore_errors=True)
    return two, statistics.median(gains)


def machine_gain() -> float:
    """The same of a loop that shares nothing: median of turns."""
    gains = []
    for _ in range(TURNS):
        seconds = []
        for count in (1, 2):
            began = time.perf_counter()
            for process in [subprocess.Popen([sys.executable, "-c", COUNTING]) for _ in range(count)]:
                process.wait()
            seconds.append(time.perf_counter() - began)
        gains.append(2 * seconds[0] / seconds[1])
    return statistics.median(gains)


def run(folder: Path, sizes: Sequence[int], *, spark: bool, python: str) -> dict[str, Any]:
    """Take every figure, saying each as soon as it is known."""
    load = os.getloadavg()[0]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(
        f"machine: {machine}; load before {load:.1f}"
        + (" (others compute: wall times mean little)" if load > 0.5 else "")
    )
    sources = {n: made_news.write(folder / f"made-{n}.jsonl", n) for n in {1, *sizes}}
    one = clean(sources[1], folder / "out-1", "--workers", "1")
    say("seconds to the first progress", one.first, "reach 1")
    say("one document: processor seconds (start-up, imports, models)", one.cpu)
    runs = {n: clean(sources[n], folder / f"out-{n}", "--workers", "1") for n in sizes}
    for n, usage in runs.items():
        per = (usage.cpu - one.cpu) / n
        print(
            f"  {n:>9,} documents, 1 worker: {usage.seconds:.1f} s, {usage.cpu:.1f} CPU s, {1000 * per:.2f} ms CPU a document "
            f"({n / usage.cpu:.0f} a CPU second with start-up, {1 / per:.0f} without), peak {usage.peak / 1e6:.0f} MB, "
            f"work folder {usage.disk / n:.0f} bytes a document"
        )
    least, most = min(sizes), max(sizes)
    per = {n: (u.cpu - one.cpu) / n for n, u in runs.items()}
    if most > least:
        say(f"CPU a document, {most:,} / {least:,}", per[most] / per[least], "reach 0.9 to 1.1")
        say(f"peak memory, {most:,} / {least:,}", runs[most].peak / runs[least].peak, "reach 0.8 to 1.2")
    two, gain = two_workers(folder, sources[most], runs[most], TURNS if most <= FEW else 1)
    say("two workers against one, wall, median of turns", gain, "reach 1.85")
    say("two processes that only count against one, wall: what the machine gives", machine_gain())
    ours = most / runs[most].cpu
    few = made_news.write(folder / "few.jsonl", LANGDETECT_DOCUMENTS)
    detect = yardstick(LANGDETECT, few)
    if detect:
        say("documents a CPU second: langdetect.detect", LANGDETECT_DOCUMENTS / detect)
        say(
            f"whole pipeline ({most:,} documents, start-up included) / langdetect",
            ours * detect / LANGDETECT_DOCUMENTS,
            "reach 8",
        )
    many = made_news.write(folder / "many.jsonl", DATATROVE_DOCUMENTS)
    trove = yardstick(DATATROVE, many, python)
    if trove:
        say("documents a CPU second: datatrove C4 + Gopher + MinHash", DATATROVE_DOCUMENTS / trove)
        say("whole pipeline / datatrove", ours * trove / DATATROVE_DOCUMENTS, "reach 5")
    say(
        "a million documents on this machine, hours, by the largest run with 2 workers", two.seconds / most * 1e6 / 3600
    )
    figures = {
        "machine": machine,
        "load": load,
        "start_cpu": one.cpu,
        "cpu_per_document": per[most],
        "characters": sum(len(r["text"]) for r in made_news.records(min(most, 1000))) / min(most, 1000),
        "peak": runs[most].peak,
        "work_bytes_per_document": runs[most].disk / most,
        "input_bytes_per_document": sources[most].stat().st_size / most,
        "output_bytes_per_document": _size(folder / f"out-{most}") / most,
        "documents": most,
        "two_workers": gain,
        "langdetect_cpu_per_document": detect and detect / LANGDETECT_DOCUMENTS,
        "datatrove_cpu_per_document": trove and trove / DATATROVE_DOCUMENTS,
    }
    return figures | (measure_spark(folder, sources, least) if spark else {})


def measure_spark(folder: Path, sources: dict[int, Path], size: int) -> dict[str, Any]:
    """The Spark engine on one core of this machine."""
    log = folder / "events"
    log.mkdir()
    arguments = f"--conf spark.eventLog.enabled=true --conf spark.eventLog.compress=false --conf spark.eventLog.dir={log.as_uri()} pyspark-shell"
    env = {"PYSPARK_SUBMIT_ARGS": arguments}
    usage = clean(sources[size], folder / "out-spark", "--engine", "spark", "--master", "local[1]", env=env)
    bytes_ = shuffled(log)
    say(f"Spark, {size:,} documents: CPU seconds", usage.cpu)
    say("Spark: shuffle bytes a document", bytes_ / size)
    say("Spark: work folder bytes a document", usage.disk / size)
    return {
        "spark_documents": size,
        "spark_cpu": usage.cpu,
        "spark_peak": usage.peak,
        "shuffle_bytes_per_document": bytes_ / size,
        "spark_work_bytes_per_document": usage.disk / size,
    }


def say(what: str, value: float, reach: str = "") -> None:
    print(f"  {what}: {value:.2f}" + (f" ({reach})" if reach else ""), flush=True)


if __name__ == "__main__":
    main()
