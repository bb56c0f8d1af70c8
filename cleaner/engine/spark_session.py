"""A Spark session to run in, checked before anything is done with it, and Spark's failures said in one sentence."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cleaner
from cleaner import errors
from cleaner.config import Config
from cleaner.errors import CleanerError, InputError, OutputError, UsageError
from cleaner.io.places import Place, check_writing

WORK_SETTING = "spark.cleaner.work"
"""The URL of what lies between passes, where the user gives one."""
OLDEST_JAVA = 17
OLDEST_SPARK = 4
MASTER_SECONDS = 10
"""How long a master may take to accept a connection."""
EXECUTOR_SECONDS = 120
"""How long a cluster may take to give the first executor."""
TASK_FAILURES = 3
PARTITION_BYTES = 16 << 20
"""Input bytes a shuffle partition."""

_QUIET = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = spark: %m%n
rootLogger.level = off
rootLogger.appenderRef.stdout.ref = console
"""
"""Spark logs each failed try with a stack trace; what ends a run is said by us."""


@contextlib.contextmanager
def open_session(config: Config, work: Path, out: Place, size: int) -> Iterator[Any]:
    """A session for one run over ``size`` input bytes: in the active one if there is one, else in one of our own.

    Settings and views are the run's own. ``work`` is the local work folder. Raises ``UsageError`` for a missing or old
    Java or Spark, a master that does not answer, executors that lack the package or do not see ``out``, and
    ``OutputError`` where they cannot write it.
    """
    try:
        import pyspark
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError("--engine spark needs pyspark; pip install 'cleaner[spark]'", code="spark") from error
    if int(pyspark.__version__.split(".")[0]) < OLDEST_SPARK:
        raise UsageError(f"pyspark {pyspark.__version__} is too old; pip install 'cleaner[spark]'", code="spark")
    active = SparkSession.getActiveSession()
    with translated():
        session = active.newSession() if active else _start(config, work).newSession()
        try:
            if active and (work_url := active.conf.get(WORK_SETTING, "")):
                session.conf.set(WORK_SETTING, work_url)
            _settle(session, size)
            _probe(session, out)
            yield session
        finally:
            if active:
                _activate(active)
            else:
                with contextlib.suppress(Exception):
                    session.stop()


def _activate(session: Any) -> None:
    """Make a session the active one again: working in another has made that active."""
    with contextlib.suppress(Exception):  # of a session that is no more
        session.createDataFrame([], "nothing int")


def _start(config: Config, work: Path) -> Any:
    from pyspark.sql import SparkSession

    check_java()
    master = config.master or os.environ.get("SPARK_MASTER", "") or f"local[{config.workers or '*'}]"
    check_master(master)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    quiet = work / "log4j2.properties"
    quiet.write_text(_QUIET, encoding="utf-8")
    return (
        SparkSession.builder.master(master)
        .appName("cleaner")
        .config("spark.task.maxFailures", TASK_FAILURES)
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={quiet.resolve().as_uri()}")
        .getOrCreate()
    )


def check_java() -> None:
    """Raises ``UsageError`` unless there is a Java that Spark runs on."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    remedy = f"install Java {OLDEST_JAVA} or newer and set JAVA_HOME to it, or use --engine local"
    if not java or not Path(java).exists():
        raise UsageError(
            f"--engine spark needs Java, and there is none{f' in {home}' if home else ''}; {remedy}", code="java"
        )
    try:
        said = subprocess.run([java, "-version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"{java} does not start; {remedy}", code="java") from error
    found = re.search(rb'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    if not found:
        raise UsageError(f"{java} does not say its version; {remedy}", code="java")
    if int(found[1]) < OLDEST_JAVA:
        raise UsageError(f"{java} is Java {int(found[1])}, which Spark does not run on; {remedy}", code="java")


def check_master(master: str) -> None:
    """Raises ``UsageError`` for an address that is no master's, or a standalone master that does not answer."""
    if not re.match(r"(local(\[[^\]]+\])?|yarn|spark://.+|k8s://.+)$", master):
        raise UsageError(
            f"{master!r} is no Spark master; give spark://HOST:PORT, yarn, k8s://URL or local[N]", code="master"
        )
    if not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), MASTER_SECONDS).close()
            return
        except (OSError, ValueError):
            continue
    raise UsageError(
        f"the Spark master {master} does not answer; check the address and that it runs, or use --engine local",
        code="master",
    )


def _settle(session: Any, size: int) -> None:
    """Settings of this run's queries; a user's own are another session's."""
    cores = session.sparkContext.defaultParallelism
    values = {
        "spark.sql.shuffle.partitions": max(cores, size // PARTITION_BYTES),
        "spark.sql.execution.arrow.maxBytesPerBatch": 64 << 20,
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.maxConcurrentOutputFileWriters": 16,
        "spark.sql.files.maxPartitionBytes": 32 << 20,
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.execution.pyspark.udf.simplifiedTraceback.enabled": "false",
    }
    for key, value in values.items():
        session.conf.set(key, str(value))


@dataclass(frozen=True)
class _Look:
    """What an executor has and can do: run on it."""

    out: Place
    note: str

    def __call__(self, _: int) -> tuple[str, bool]:
        try:
            if self.note not in (self.out.names() or ()):
                return cleaner.__version__, False
            check_writing(self.out)
        except CleanerError as error:
            raise type(error)(f"on an executor: {error}") from error
        return cleaner.__version__, True


def _probe(session: Any, out: Place) -> None:
    """Look at the executors through a file that the driver wrote where the result will be."""
    note = f".note.cleaner-{os.getpid()}.tmp"
    with out.write(note) as handle:
        handle.write(b"cleaner")
    try:
        _ask(session, _Look(out, note))
    finally:
        out.remove(note)


def _ask(session: Any, look: _Look) -> None:
    from pyspark import InheritableThread

    context = session.sparkContext
    out = look.out
    answer: list[Any] = []

    def ask() -> None:
        try:
            number = max(context.defaultParallelism, 2)
            answer.extend(context.parallelize(range(number), number).map(look).distinct().collect())
        except Exception as error:
            answer.append(error)

    thread: threading.Thread = InheritableThread(target=ask, daemon=True)
    thread.start()
    thread.join(EXECUTOR_SECONDS)
    if thread.is_alive():
        context.cancelAllJobs()
        raise UsageError(
            f"the Spark cluster gave no executor in {EXECUTOR_SECONDS} seconds; check that it has workers with free "
            "cores and memory",
            code="executors",
        )
    for found in answer:
        if isinstance(found, Exception):
            raise found
        version, sees = found
        if version != cleaner.__version__:
            raise UsageError(
                f"an executor has cleaner {version}, the driver {cleaner.__version__}; install the same on all nodes",
                code="executors",
            )
        if not sees:
            raise UsageError(
                f"an executor does not see {out}; give an --out in a folder that all nodes share (NFS, a mounted bucket), "
                "or a URL",
                code="executors",
            )


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Failures of Spark as errors of ours: one sentence with the remedy."""
    try:
        yield
    except (CleanerError, KeyboardInterrupt):
        raise
    except Exception as error:
        if not _of_spark(error):
            raise
        raise explain(str(error)) from error


def _of_spark(error: BaseException) -> bool:
    names = {f"{c.__module__}.{c.__name__}" for c in type(error).__mro__}
    return any(name.startswith(("py4j.", "pyspark.")) for name in names) or isinstance(error, ConnectionError)


def explain(said: str) -> Exception:
    """What Spark said, as one of our errors; ``RuntimeError`` for a fault of ours."""
    own = re.findall(r"cleaner\.errors\.(\w+): ([^\n]+)", said)
    if own:
        kind = getattr(errors, own[-1][0], None)
        if isinstance(kind, type) and issubclass(kind, CleanerError):
            return kind(own[-1][1])
    missing = re.findall(r"ModuleNotFoundError: No module named '([\w.]+)'", said)
    if missing:
        return UsageError(
            f"an executor lacks the Python package {missing[-1].split('.')[0]!r}; install cleaner[spark] on all nodes "
            "(or ship an environment with --archives) and set PYSPARK_PYTHON to its python",
            code="executors",
        )
    if "PYTHON_VERSION_MISMATCH" in said or "Cannot run program" in said:
        return UsageError(
            "the executors cannot start the driver's Python "
            f"({sys.version_info.major}.{sys.version_info.minor}, {os.environ.get('PYSPARK_PYTHON', 'python3')}); install "
            "the same version on all nodes and set PYSPARK_PYTHON to its path there",
            code="executors",
        )
    if re.search(r"No space left on device|Disk quota exceeded", said):
        return OutputError("a disk of the cluster is full; free space and repeat the same command, which goes on")
    if re.search(r"masters are unresponsive|stopped SparkContext|SparkContext was shut down|Connection refused", said):
        return UsageError(
            "the Spark cluster ended the application; look at its master's log, then repeat the same command, which "
            "goes on where it was",
            code="master",
        )
    if re.search(r"failed \d+ times|ExecutorLostFailure|Python worker exited", said):
        reason = re.findall(r"^(?:\w+\.)*(\w*(?:Error|Exception)): ([^\n]*)", said, re.MULTILINE)
        why = f" ({reason[-1][0]}: {reason[-1][1].strip()[:200]})" if reason else ""
        return InputError(
            f"a shard failed {TASK_FAILURES} times{why}; what was finished is kept: give the executors more memory "
            "(spark.executor.memory, spark.executor.memoryOverhead) and repeat the same command",
            code="shard-failed",
        )
    python = re.findall(r"^(\w*(?:Error|Exception): [^\n]+)", said, re.MULTILINE)
    if python:
        return RuntimeError(f"a worker failed with {python[-1][:300]}")
    first = " ".join((said.strip().splitlines() or ["unknown error"])[0].split())[:300]
    return InputError(f"Spark failed: {first}; what was finished is kept: repeat the same command", code="spark")
