"""A real standalone cluster on this machine: a master and two workers, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Cluster:
    """Processes of one cluster."""

    folder: Path
    port: int
    web: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def master(self) -> str:
        return f"spark://127.0.0.1:{self.port}"

    def start(self, name: str, *args: str) -> None:
        import pyspark

        home = Path(pyspark.__file__).parent
        env = {
            **os.environ,
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONPATH": str(REPO),
            "SPARK_DAEMON_MEMORY": "256m",
        }
        log = (self.folder / f"{name}.log").open("wb")
        command = [str(home / "bin" / "spark-class"), *args]
        self.processes[name] = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)

    def workers_alive(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.web}/json/", timeout=5) as answer:
                return answer.read().decode().count('"ALIVE"') - 1  # the master is alive too
        except OSError:
            return 0

    def kill(self, name: str) -> None:
        """The worker, its executors and their Python processes, at once."""
        process = self.processes.pop(name)
        if process.poll() is None:
            for child in descendants(process.pid):
                _end(child)
            _end(process.pid)
        process.wait()

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)


def descendants(pid: int) -> list[int]:
    import psutil

    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def java() -> None:
    """Skips where Spark cannot run."""
    pytest.importorskip("pyspark")
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        pytest.skip("no Java here")


@pytest.fixture
def cluster(java: None, tmp_path: Path) -> Iterator[Cluster]:
    """A master and two workers of one core each."""
    made = Cluster(tmp_path, free_port(), free_port())
    made.start(
        "master",
        *("org.apache.spark.deploy.master.Master", "--host", "127.0.0.1"),
        *("--port", str(made.port), "--webui-port", str(made.web)),
    )
    try:
        for number in (1, 2):
            made.start(
                f"worker-{number}",
                *("org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--webui-port", "0"),
                *("--cores", "1", "--memory", "1g", "--work-dir", str(tmp_path / f"work-{number}"), made.master),
            )
        deadline = time.monotonic() + 120
        while made.workers_alive() < 2:
            assert time.monotonic() < deadline, (tmp_path / "master.log").read_text()
            time.sleep(0.5)
        yield made
    finally:
        made.stop()
