"""Files are whole or absent; an output folder has one writer."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.errors import OutputError, UsageError
from cleaner.io import atomic
from cleaner.io.atomic import OutputLock, atomic_writer, clear_stale


def put(path: Path, data: bytes) -> None:
    with atomic_writer(path) as handle:
        handle.write(data)


def test_the_name_appears_with_the_whole_content(tmp_path):
    path = tmp_path / "a.txt"
    with atomic_writer(path) as handle:
        handle.write(b"one")
        handle.flush()
        assert not path.exists()
        handle.write(b"two")
    assert path.read_bytes() == b"onetwo"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_failing_block_leaves_the_earlier_file(tmp_path):
    path = tmp_path / "a.txt"
    put(path, b"earlier")
    with pytest.raises(ZeroDivisionError), atomic_writer(path) as handle:
        handle.write(b"half")
        raise ZeroDivisionError
    assert path.read_bytes() == b"earlier"
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_a_failing_system_call_is_an_output_error_with_a_remedy(tmp_path, monkeypatch, call, code):
    path = tmp_path / "a.txt"
    put(path, b"earlier")

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(atomic.os, call, fail)
    with pytest.raises(OutputError) as error:
        put(path, b"later")
    assert error.value.exit_code == 5
    assert "a.txt: cannot be written" in str(error.value) and "\n" not in str(error.value)
    assert path.read_bytes() == b"earlier"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_full_disk_is_told(tmp_path):
    """In a process of its own, with a limit on the size of files."""
    code = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
from cleaner.errors import OutputError
from cleaner.io.atomic import atomic_writer
for size in (9_999, 10_001, 5_000_000):
    try:
        with atomic_writer(sys.argv[1]) as handle:
            handle.write(b"x" * size)
        print("written", size)
    except OutputError as error:
        print("refused", error)
"""
    repo = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(repo)},
    )
    said = done.stdout.splitlines()
    assert said[0] == "written 9999" and len(said) == 3, done
    assert all("ulimit -f" in line for line in said[1:])
    assert (tmp_path / "a").stat().st_size == 9_999
    assert os.listdir(tmp_path) == ["a"]


def test_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError):
        put(tmp_path / "absent" / "a.txt", b"x")


def test_stale_files_of_dead_runs_go_and_others_stay(tmp_path):
    for name in (".documents.jsonl.cleaner-123.tmp", ".x.tmp", "documents.jsonl", "a.cleaner-1.tmp"):
        (tmp_path / name).write_text("x")
    assert clear_stale(tmp_path) == [".documents.jsonl.cleaner-123.tmp"]
    assert sorted(os.listdir(tmp_path)) == [".x.tmp", "a.cleaner-1.tmp", "documents.jsonl"]


def test_second_run_is_refused_and_the_first_unharmed(tmp_path):
    repo = Path(__file__).resolve().parents[2]
    code = (
        "import sys, time\nfrom cleaner.io.atomic import OutputLock\n"
        "with OutputLock(sys.argv[1]):\n print('held', flush=True)\n sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(repo)},
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(UsageError, match=f"in use by pid {other.pid}"), OutputLock(tmp_path):
            pass
        other.kill()
        other.wait()
    with OutputLock(tmp_path):  # what the dead run left locks nothing
        assert json.loads((tmp_path / ".cleaner" / "lock").read_text()) == {"pid": os.getpid()}
    with OutputLock(tmp_path):
        pass


@pytest.mark.parametrize("content", ["", "not json", '{"pid": "x"}', "[]", '{"pid": 999999999}'])
def test_leftover_locks_lock_nothing(tmp_path, content):
    (tmp_path / ".cleaner").mkdir()
    (tmp_path / ".cleaner" / "lock").write_text(content)
    with OutputLock(tmp_path):
        pass
