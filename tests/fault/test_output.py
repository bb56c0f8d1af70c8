"""Output that cannot be written: exit 5, nothing half-written under a final name, and a rerun that completes."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from trouble import SLOW, SMALL_SHARDS, begin, corpus, digests, end, sound

CONTRACT = ("documents", "removed", "sentences", "rejected", "manifest", "report")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    root = tmp_path_factory.mktemp("output")
    (root / "in").mkdir()
    (root / "in" / "a.jsonl").write_bytes(corpus(40)[0])
    assert end(begin("run", root / "in", "--out", root / "out")).code == 0
    sound(root / "out", corpus(40)[1])
    return root / "in", digests(root / "out")


def whole_or_absent(out: Path, wanted: dict[str, str]) -> None:
    """Under a final name stands nothing but what an undisturbed run writes there."""
    if out.exists():
        for name, digest in digests(out).items():
            if name.startswith(CONTRACT):
                assert wanted[name] == digest, f"{name} is not what it should be"


def then_completes(source: Path, out: Path, wanted: dict[str, str]) -> None:
    done = end(begin("run", source, "--out", out))
    assert done.code == 0, done.err
    sound(out)
    assert digests(out) == wanted


@pytest.mark.parametrize("limit", [3000, *(pytest.param(n, marks=SLOW) for n in (200, 20_000, 60_000))])
def test_files_that_may_not_grow(clean: tuple[Path, dict[str, str]], tmp_path: Path, limit: int) -> None:
    source, wanted = clean
    done = end(begin("run", source, "--out", tmp_path / "out", limits={resource.RLIMIT_FSIZE: limit}))
    assert done.code == 5, done.err
    assert "ulimit" in done.said or "space" in done.said
    whole_or_absent(tmp_path / "out", wanted)
    then_completes(source, tmp_path / "out", wanted)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs root")
@pytest.mark.parametrize("free", [60, pytest.param(4, marks=SLOW), pytest.param(200, marks=SLOW)])
def test_a_full_disk(clean: tuple[Path, dict[str, str]], tmp_path: Path, free: int) -> None:
    """A disk with so many KiB free; then with room enough."""
    source, wanted = clean
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={free}k", "none", disk], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        done = end(begin("run", source, "--out", disk / "out"))
        assert done.code == 5, done.err
        assert "space" in done.said
        whole_or_absent(disk / "out", wanted)
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        then_completes(source, disk / "out", wanted)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs root")
def test_a_read_only_disk(clean: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", disk], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        done = end(begin("run", clean[0], "--out", disk / "out"))
        assert done.code == 5, done.err
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(clean: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert end(begin("run", clean[0], "--out", tmp_path / "out")).code == 5
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    "out", ["file", *(pytest.param(p, marks=SLOW) for p in ("/dev/full", "/proc/nothing", "file/below"))]
)
def test_output_paths_that_can_be_no_folder(clean: tuple[Path, dict[str, str]], tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("mine")
    done = end(begin("run", clean[0], "--out", tmp_path / out))
    assert done.code in (2, 5), done.err
    assert (tmp_path / "file").read_text() == "mine"


FAIL_AT_CALL = """
import builtins, io, os
name, wanted, code, seen = os.environ["FAIL_CALL"], int(os.environ["FAIL_AT"]), int(os.environ["FAIL_CODE"]), 0
call = getattr(os, name)


def failing(*args, **more):
    global seen
    seen += 1
    if seen == wanted:
        raise OSError(code, os.strerror(code), "injected")
    return call(*args, **more)


setattr(os, name, failing)
"""


def fail(clean: tuple[Path, dict[str, str]], root: Path, call: str, at: int, code: int, shards: str = "") -> int:
    source, wanted = clean
    done = end(
        begin(
            "run", source, "--out", root / "out", inject=shards + FAIL_AT_CALL, folder=root / "i", FAIL_CALL=call,
            FAIL_AT=str(at), FAIL_CODE=str(code),
        )
    )  # fmt: skip
    assert done.code in (0, 5), (call, at, done.err)
    if done.code == 5:
        assert len(done.said.split("\n")) == 1, done.err
    whole_or_absent(root / "out", wanted)
    then_completes(source, root / "out", wanted)
    return done.code


@pytest.mark.parametrize(
    ("call", "at", "code"),
    [
        ("replace", 5, errno.ENOSPC), ("fsync", 9, errno.EIO), *(
            pytest.param(*case, marks=SLOW) for case in (
                ("replace", 1, errno.EIO), ("replace", 8, errno.EACCES), ("fsync", 2, errno.EIO), ("open", 1, errno.EMFILE),
            )
        ),
    ],
)  # fmt: skip
def test_a_call_that_fails_once(
    clean: tuple[Path, dict[str, str]], tmp_path: Path, call: str, at: int, code: int
) -> None:
    fail(clean, tmp_path, call, at, code)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("call", ["replace", "fsync", "unlink", "open"])
def test_every_call_fails_once(clean: tuple[Path, dict[str, str]], tmp_path: Path, call: str) -> None:
    ended = []
    for at in range(1, 26, 2):
        (tmp_path / str(at)).mkdir()
        ended.append(fail(clean, tmp_path / str(at), call, at, errno.EIO))
    assert 5 in ended


def test_leftovers_of_a_dead_run_are_removed(clean: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    source, wanted = clean
    out = tmp_path / "out"
    (out / ".cleaner").mkdir(parents=True)
    (out / ".documents.jsonl.cleaner-4711.tmp").write_text("half")
    (out / ".cleaner" / "lock").write_text('{"pid": 1}')
    (out / ".cleaner" / "read-000000.documents.arrow").write_text("half")
    (out / ".cleaner" / ".state.json.tmp").write_text("half")
    (out / ".cleaner" / "evil.pkl").write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    then_completes(source, out, wanted)
    assert not Path("pwned").exists()


def test_two_runs_at_once(clean: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    source, wanted = clean
    first = begin("run", source, "--out", tmp_path / "out", inject=SMALL_SHARDS, folder=tmp_path / "i")
    deadline = time.monotonic() + 60
    while not (tmp_path / "out" / ".cleaner" / "state.json").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    first.send_signal(signal.SIGSTOP)
    second = end(begin("run", source, "--out", tmp_path / "out"))
    first.send_signal(signal.SIGCONT)
    assert second.code == 2 and f"in use by pid {first.pid}" in second.err, second.err
    assert end(first).code == 0
    assert digests(tmp_path / "out") == wanted


def test_the_same_command_twice_changes_nothing(clean: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    source, wanted = clean
    shutil.copytree(source, tmp_path / "in")
    out = tmp_path / "in" / "out"  # even inside of the input
    assert end(begin("run", tmp_path / "in", "--out", out)).code == 0
    stamps = {p.name: p.stat().st_mtime_ns for p in out.iterdir() if p.is_file()}
    again = end(begin("run", tmp_path / "in", "--out", out))
    assert again.code == 0 and "othing to do" in again.out
    assert {p.name: p.stat().st_mtime_ns for p in out.iterdir() if p.is_file()} == stamps
    assert digests(out) == wanted


@pytest.mark.parametrize(
    "change", ["configuration", pytest.param("input", marks=SLOW), pytest.param("version", marks=SLOW)]
)
def test_an_unfinished_run_is_not_mixed_with_another(
    clean: tuple[Path, dict[str, str]], tmp_path: Path, change: str
) -> None:
    shutil.copytree(clean[0], tmp_path / "in")
    process = begin("run", tmp_path / "in", "--out", tmp_path / "out", inject=SMALL_SHARDS, folder=tmp_path / "i")
    deadline = time.monotonic() + 60
    while not list((tmp_path / "out" / ".cleaner").glob("read-*.json")) and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    end(process)
    more: list[object] = []
    if change == "configuration":
        more = ["--aggressiveness", 0.9]
    if change == "input":
        (tmp_path / "in" / "b.jsonl").write_bytes(corpus(1, first=900)[0])
    if change == "version":
        note = tmp_path / "out" / ".cleaner" / "state.json"
        note.write_text(json.dumps({**json.loads(note.read_text()), "version": "0.0.0"}))
    done = end(begin("run", tmp_path / "in", "--out", tmp_path / "out", *more))
    assert done.code == 2 and change in done.err, done.err


def test_another_input_into_a_finished_result_is_refused(clean: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_bytes(corpus(2, first=900)[0])
    out = clean[0].parent / "out"
    done = end(begin("run", tmp_path / "b.jsonl", "--out", out))
    assert done.code == 2 and "--overwrite" in done.err
    assert digests(out) == clean[1]


EMPTIED = {
    "flipped byte": lambda data: (
        data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]
    ),
    "cut": lambda data: data[: len(data) // 2],
    "emptied": lambda data: b"",
    "line dropped": lambda data: b"\n".join(data.split(b"\n")[1:]),
}


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("documents.jsonl", "flipped byte"), ("removed.jsonl", "line dropped"), *(
            pytest.param(name, damage, marks=SLOW)
            for name in ("documents.jsonl", "removed.jsonl", "sentences.jsonl") for damage in EMPTIED
        ),
    ],
)  # fmt: skip
def test_verify_notices_any_later_change(
    clean: tuple[Path, dict[str, str]], tmp_path: Path, name: str, damage: str
) -> None:
    out = tmp_path / "out"
    shutil.copytree(clean[0].parent / "out", out)
    (out / name).write_bytes(EMPTIED[damage]((out / name).read_bytes()))
    done = end(begin("verify", out))
    assert done.code == 5, done.err
    assert name in done.err


def test_verify_notices_a_missing_file_and_an_edited_removal(
    clean: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(clean[0].parent / "out", out)
    assert end(begin("verify", out)).code == 0
    lines = (out / "removed.jsonl").read_text().split("\n")
    record = json.loads(lines[0])
    lines[0] = json.dumps({**record, "text": record["text"].swapcase()})
    (out / "removed.jsonl").write_text("\n".join(lines))
    done = end(begin("verify", out))
    assert done.code == 5 and repr(record["doc_id"]) in done.err and "offset" in done.err, done.err
    (out / "removed.jsonl").unlink()
    assert end(begin("verify", out)).code == 5


def test_a_result_that_was_emptied_is_not_called_complete(clean: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(clean[0].parent / "out", out)
    (out / "documents.jsonl").write_bytes(b"")
    done = end(begin("run", clean[0], "--out", out))
    assert "othing to do" not in done.out
    assert done.code in (0, 2, 5)
    if done.code == 0:
        assert digests(out) == clean[1]
