"""Killed anywhere, the run goes on where it was, and ends as if nothing had happened."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from trouble import SLOW, SMALL_SHARDS, begin, corpus, digests, end, sound

RECORDS = 60


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], float]:
    """The input, the digests of its result, and the seconds that it took."""
    root = tmp_path_factory.mktemp("kill")
    (root / "in").mkdir()
    data, texts = corpus(RECORDS)
    (root / "in" / "a.jsonl").write_bytes(data)
    began = time.monotonic()
    done = end(run(root / "in", root / "out", root))
    seconds = time.monotonic() - began
    assert done.code == 0, done.err
    assert set(sound(root / "out", texts).documents) == set(texts)
    return root / "in", digests(root / "out"), seconds


def run(source: Path, out: Path, folder: Path, *more: object, inject: str = "", **env: str) -> subprocess.Popen[bytes]:
    return begin(
        "run", source, "--out", out, "--workers", 2, *more, inject=SMALL_SHARDS + inject, folder=folder / "i", **env
    )


def kill_at_random(seed: int, times: int, undisturbed: tuple[Path, dict[str, str], float], root: Path) -> None:
    """Kill the whole session of a run at a random moment, ``times`` times, each time going on; then let it end."""
    source, wanted, seconds = undisturbed
    rng = random.Random(seed)
    killed = 0
    for _ in range(times):
        process = run(source, root / "out", root)
        time.sleep(rng.uniform(0.1, 1.0) * seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if end(process).code == -signal.SIGKILL:
            killed += 1
        else:  # it was faster than the undisturbed one, and nothing would be left to kill: begin again, and kill sooner
            seconds *= 0.7
            shutil.rmtree(root / "out")
    done = end(run(source, root / "out", root))
    assert done.code == 0, (seed, done.err)
    sound(root / "out")
    assert digests(root / "out") == wanted, f"seed {seed}"
    assert killed, f"seed {seed}: every run had ended before it was killed"


def test_kill_loop(undisturbed: tuple[Path, dict[str, str], float], tmp_path: Path) -> None:
    kill_at_random(1, 10, undisturbed, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(10, 20))
def test_long_kill_loop(seed: int, undisturbed: tuple[Path, dict[str, str], float], tmp_path: Path) -> None:
    kill_at_random(seed, 5, undisturbed, tmp_path)


KILL_AT_CALL = """
import os, signal
wanted, seen = int(os.environ["KILL_AT"]), 0


def counting(call):
    def wrapped(*args, **more):
        global seen
        seen += 1
        if seen == wanted:
            os.killpg(os.getpgid(0), signal.SIGKILL)
        return call(*args, **more)

    return wrapped


os.replace, os.fsync = counting(os.replace), counting(os.fsync)
"""


@pytest.mark.parametrize("moment", [30, pytest.param(3, marks=SLOW), pytest.param(38, marks=SLOW)])
def test_killed_between_fsync_and_rename(
    undisturbed: tuple[Path, dict[str, str], float], tmp_path: Path, moment: int
) -> None:
    source, wanted, _ = undisturbed
    done = end(run(source, tmp_path / "out", tmp_path, inject=KILL_AT_CALL, KILL_AT=str(moment)))
    assert done.code in (-signal.SIGKILL, 0)
    assert end(run(source, tmp_path / "out", tmp_path)).code == 0
    assert digests(tmp_path / "out") == wanted


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(1, 60, 3))
def test_killed_at_every_other_fsync_and_rename(
    undisturbed: tuple[Path, dict[str, str], float], tmp_path: Path, moment: int
) -> None:
    test_killed_between_fsync_and_rename(undisturbed, tmp_path, moment)


def test_a_rerun_repeats_less_than_a_shard(undisturbed: tuple[Path, dict[str, str], float], tmp_path: Path) -> None:
    """Stopped when it judges, the run has read everything: the rerun reads no shard again."""
    source, wanted, _ = undisturbed
    process = run(source, tmp_path / "out", tmp_path)
    work = tmp_path / "out" / ".cleaner"
    deadline = time.monotonic() + 120
    while not (work / "read.json").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    end(process)
    before = {p.name: p.stat().st_mtime_ns for p in work.glob("read-*.json")}
    assert len(before) == RECORDS // 10
    watched = "when_imported('cleaner.engine.state', lambda m: setattr(m.State, 'clear', lambda self: None))\n"
    assert end(run(source, tmp_path / "out", tmp_path, inject=watched)).code == 0
    assert {p.name: p.stat().st_mtime_ns for p in work.glob("read-*.json")} == before
    assert digests(tmp_path / "out") == wanted


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Processes below ``process`` that work in its pool (not the fork server or the resource tracker)."""
    psutil = pytest.importorskip("psutil")
    try:
        children = psutil.Process(process.pid).children(recursive=True)
        return [c.pid for c in children if psutil.Process(c.ppid()).pid != process.pid]
    except psutil.NoSuchProcess:
        return []


@pytest.mark.parametrize("name", ["SIGKILL", pytest.param("SIGSEGV", marks=SLOW)])
def test_a_killed_worker_costs_nothing(
    undisturbed: tuple[Path, dict[str, str], float], tmp_path: Path, name: str
) -> None:
    """A worker that dies once, by bad luck and not by its record, is replaced, and no record is lost."""
    source, wanted, _ = undisturbed
    process = run(source, tmp_path / "out", tmp_path)
    deadline = time.monotonic() + 120
    while not (victims := workers_of(process)) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert victims, end(process).err
    os.kill(victims[0], getattr(signal, name))
    done = end(process)
    assert done.code == 0, done.err
    assert digests(tmp_path / "out") == wanted


DEADLY = """
import os


def deadly(module):
    convert = module.to_document

    def to_document(raw, *args, **more):
        text = (raw.payload or b"").decode("utf-8", "replace")
        if "DIE-BY-SIGNAL" in text:
            os.kill(os.getpid(), 9)
        if "DIE-BY-EXIT" in text:
            os._exit(1)
        if "HANG" in text:
            import time
            time.sleep(600)
        if "MEMORY" in text:
            raise MemoryError
        if "RECURSION" in text:
            raise RecursionError
        return convert(raw, *args, **more)

    module.to_document = to_document


when_imported('cleaner.io.documents', deadly)
"""


def test_a_deadly_record_is_found_and_costs_itself_only(tmp_path: Path) -> None:
    data, texts = corpus(RECORDS)
    lines = data.split(b"\n")
    deadly = {7: "DIE-BY-SIGNAL", 31: "DIE-BY-EXIT", 33: "DIE-BY-SIGNAL", 45: "HANG", 46: "MEMORY", 47: "RECURSION"}
    for number, word in deadly.items():
        lines[number] = json.dumps({"id": f"d{number}", "text": word}).encode()
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    done = end(run(tmp_path / "a.jsonl", tmp_path / "out", tmp_path, "--max-seconds", 2, inject=DEADLY))
    assert done.code == 3, done.err
    result = sound(tmp_path / "out", texts)
    assert set(result.documents) == set(texts) - {f"d{n}" for n in deadly}
    codes = {r["line"] - 1: r["code"] for r in result.rejected}
    assert codes == {
        7: "worker-died", 31: "worker-died", 33: "worker-died", 45: "timeout", 46: "too-large", 47: "too-deep",
    }  # fmt: skip


def test_signals_end_the_run_cleanly_and_it_goes_on(
    undisturbed: tuple[Path, dict[str, str], float], tmp_path: Path
) -> None:
    source, wanted, _ = undisturbed
    work = tmp_path / "out" / ".cleaner"
    for name, codes, reached in (
        ("SIGINT", {130}, "read-*.json"), ("SIGTERM", {130, 143}, "judge-*.json"), ("SIGHUP", {130, 129}, "emit-*.json"),
    ):  # fmt: skip
        process = run(source, tmp_path / "out", tmp_path)
        deadline = time.monotonic() + 120
        while not list(work.glob(reached)) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(getattr(signal, name))
        done = end(process)
        assert done.code in codes, (name, done.err)
        assert "goes on where it was" in done.err
        assert not list((tmp_path / "out").glob("*.json*"))
    assert end(run(source, tmp_path / "out", tmp_path)).code == 0
    assert digests(tmp_path / "out") == wanted


INTERRUPT_AT = """
import os, signal, sys
at, lines = int(os.environ['INTERRUPT_AT']), 0
watched = ('concurrent/futures', 'multiprocessing', 'threading.py', 'selectors.py', 'queue.py', 'engine/pool.py')

def line(frame, event, argument):
    global lines
    if event == 'line':
        lines += 1
        if lines == at:
            sys.settrace(None)
            os.kill(os.getpid(), signal.SIGINT)
            return None
    return line

def call(frame, event, argument):
    return line if any(name in frame.f_code.co_filename for name in watched) else None

if 'run' in sys.orig_argv:
    when_imported('cleaner.engine.pool', lambda module: sys.settrace(call))
"""
"""Injected: an interrupt before a given line of what the standard library and ours do to run processes and threads."""


def interrupted_at_lines(seed: int, times: int, undisturbed: tuple[Path, dict[str, str], float], root: Path) -> None:
    source, wanted, _ = undisturbed
    rng = random.Random(seed)
    codes = []
    for _ in range(times):
        at = rng.randrange(1, 9000)
        done = end(run(source, root / "out", root, "--overwrite", inject=INTERRUPT_AT, INTERRUPT_AT=str(at)))
        assert done.code in (0, 130), (at, done.err)
        assert "ended where it stood" not in done.err, at
        codes.append(done.code)
    assert 130 in codes
    assert end(run(source, root / "out", root)).code == 0
    assert digests(root / "out") == wanted


def test_an_interrupt_between_any_two_lines_of_the_pools_ends_the_run(
    undisturbed: tuple[Path, dict[str, str], float], tmp_path: Path
) -> None:
    interrupted_at_lines(1, 6, undisturbed, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(2, 8))
def test_interrupts_between_many_lines_of_the_pools(
    seed: int, undisturbed: tuple[Path, dict[str, str], float], tmp_path: Path
) -> None:
    interrupted_at_lines(seed, 25, undisturbed, tmp_path)


SWALLOW = """
def swallow(module):
    facts = module._facts

    def swallowing(*given):
        import os, signal
        try:
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000):
                pass
        except KeyboardInterrupt:
            pass
        return facts(*given)

    module._facts = swallowing

when_imported('cleaner.engine.local', swallow)
"""


def test_a_library_that_swallows_the_interrupt_does_not_keep_the_run_going(
    undisturbed: tuple[Path, dict[str, str], float], tmp_path: Path
) -> None:
    source, wanted, _ = undisturbed
    done = end(run(source, tmp_path / "out", tmp_path, inject=SWALLOW))
    assert done.code == 130, done.err
    assert end(run(source, tmp_path / "out", tmp_path)).code == 0
    assert digests(tmp_path / "out") == wanted


def test_no_process_is_left_when_the_parent_is_killed(
    undisturbed: tuple[Path, dict[str, str], float], tmp_path: Path
) -> None:
    psutil = pytest.importorskip("psutil")
    source, _, _ = undisturbed
    process = run(source, tmp_path / "out", tmp_path)
    deadline = time.monotonic() + 120
    while not workers_of(process) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate(timeout=60)
    _, alive = psutil.wait_procs(family, timeout=60)
    for orphan in alive:
        orphan.kill()
    assert not alive


def test_closed_standard_output_is_no_error(undisturbed: tuple[Path, dict[str, str], float], tmp_path: Path) -> None:
    source, wanted, _ = undisturbed
    process = run(source, tmp_path / "out", tmp_path, "--json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read().decode()
    assert process.wait(timeout=120) == 0
    assert "Traceback" not in said and "Exception ignored" not in said
    assert digests(tmp_path / "out") == wanted
    reader = begin("restore", tmp_path / "out")
    assert reader.stdout is not None and reader.stderr is not None
    reader.stdout.read(10)
    reader.stdout.close()
    said = reader.stderr.read().decode()
    reader.wait(timeout=60)
    assert "Traceback" not in said and "Exception ignored" not in said
