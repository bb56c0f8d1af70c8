"""Situations that nobody lists: odd files and folders, streams that are closed, readers that die, files that change."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from trouble import REPO, SMALL_SHARDS, Result, article, begin, corpus, digests, end, sound

T = "The council met on Monday and agreed on the new bridge across the river, part"


def lines(*records: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(r).encode() + b"\n" for r in records)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, int, str]:
    """One run over a folder of odd entries; exit code, and what was said."""
    root = tmp_path_factory.mktemp("odd")
    folder = root / "in"
    (folder / "folder.jsonl").mkdir(parents=True)
    (folder / "folder.jsonl" / "inner.jsonl").write_bytes(lines({"id": "inner", "text": f"{T} 1."}))
    (folder / "folder.jsonl" / "up").symlink_to(folder)
    (folder / "itself.txt").symlink_to("itself.txt")
    (folder / "nowhere.txt").symlink_to("no-such-file")
    os.mkfifo(folder / "pipe.jsonl")
    data = corpus(4, first=100)[0]
    (folder / "a.jsonl.bz2").write_bytes(bz2.compress(data))
    (folder / "b.jsonl").write_bytes(lzma.compress(data))
    (folder / "c.jsonl.gz").write_bytes(gzip.compress(gzip.compress(data)))
    empty = gzip.compress(b"")
    (folder / "d.jsonl.gz").write_bytes(empty * 2 + gzip.compress(data[:50]) + empty + gzip.compress(data[50:]) + empty)
    (folder / "e.jsonl").write_bytes(
        lines(
            {"id": "A", "text": f"{T} 2."}, {"id": "a", "text": f"{T} 3."}, {"id": "caf\u00e9", "text": f"{T} 4."},
            {"id": "cafe\u0301", "text": f"{T} 5."}, {"id": " a", "text": f"{T} 6."}, {"id": 1, "text": f"{T} 7."},
            {"id": "1", "text": f"{T} 8."}, {"id": "\ud800", "text": f"{T} \udfff 9.", "outlet": "\udc00"},
        )
    )  # fmt: skip
    (folder / "f.jsonl").write_bytes(
        b"\n" * 100_000 + lines({"id": "late", "text": f"{T} 10."}) + b" \t\r\n" * 9 + b"\0\n"
    )
    (folder / "g.jsonl").write_bytes(data.replace(b"\n", b"\r"))
    (folder / "h.jsonl").write_bytes(b"\0" * 1_000_000)
    (folder / ("n" * 250 + ".txt")).write_text(f"{T} 11.")
    (folder / os.fsdecode(b"bad\xff\n\x1b[31m.txt")).write_text(f"{T} 12.")
    tables = {
        "p-integers": {"id": [1], "text": [2]},
        "q-nulls": {"id": ["q1", "q2", "q3"], "text": [None, f"{T} 13.", ""]},
        "r-nested": {"id": ["r1", "r2"], "text": [f"{T} 14.", f"{T} 15."], "n": [{"a": [None, {"b": None}]}, None]},
        "s-no-text": {"id": ["s"], "title": ["t"]},
        "t-list": {"id": ["t"], "text": [["a", "b"]]},
        "u-bytes": {"id": [b"\xff", b"u2"], "text": [f"{T} 16.".encode(), f"{T} 17.".encode()]},
    }
    for name, table in tables.items():
        pq.write_table(pa.table(table), folder / f"{name}.parquet")
    whole = (folder / "q-nulls.parquet").read_bytes()
    (folder / "v-no-footer.parquet").write_bytes(whole[:-10])
    (folder / "w-half.parquet").write_bytes(whole[: len(whole) // 2] + whole[-8:])
    done = end(begin("run", folder, "--out", root / "out", "--no-report"))
    return sound(root / "out"), done.code, done.err


ODD_CODES: dict[str, set[str]] = {
    "itself.txt": {"unreadable"}, "nowhere.txt": {"unreadable"}, "pipe.jsonl": {"unsupported"},
    "a.jsonl.bz2": {"unsupported"}, "b.jsonl": {"bad-encoding", "bad-json"}, "c.jsonl.gz": {"bad-encoding"},
    "e.jsonl": {"duplicate-id"}, "f.jsonl": {"bad-json"}, "g.jsonl": {"bad-json"}, "h.jsonl": {"bad-json"},
    "p-integers.parquet": {"bad-text"}, "q-nulls.parquet": {"bad-text", "empty-input"}, "s-no-text.parquet": {"bad-text"},
    "t-list.parquet": {"bad-text"}, "u-bytes.parquet": {"bad-encoding"},
}  # fmt: skip


def test_odd_entries_cost_themselves_and_nothing_else(odd: tuple[Result, int, str]) -> None:
    result, code, _ = odd
    assert code == 4
    found: dict[str, set[str]] = {}
    for record in result.rejected:
        found.setdefault(record["source"], set()).add(record["code"])
    assert {k: v for k, v in found.items() if not v <= ODD_CODES.get(k, set())} == {}
    assert set(found) == set(ODD_CODES)
    wanted = {"A", "a", "caf\u00e9", "cafe\u0301", " a", "1", "\ud800", "inner", "late", "q2", "r1", "r2", "u2"}
    assert wanted | {f"d{n}" for n in range(100, 104)} <= set(result.documents)
    assert len(result.documents) == len(wanted) + 4 + 2


def test_what_could_not_be_read_is_named(odd: tuple[Result, int, str]) -> None:
    result, _, said = odd
    broken = {"itself.txt", "nowhere.txt", "v-no-footer.parquet", "w-half.parquet"}
    assert {e["name"] for e in result.manifest["inputs"] if "error" in e} == broken
    assert all(name in said for name in broken)
    assert "\x1b" not in said


def test_a_pipe_is_read_once_and_whole(tmp_path: Path) -> None:
    """As ``cleaner run <(zcat ...)``. Opened twice, it waits for a writer for ever, or finds nothing left."""
    data, texts = corpus(9)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(data), daemon=True)
    writer.start()
    done = end(begin("run", pipe, "--out", tmp_path / "out"))
    assert done.code == 0, done.err
    assert set(sound(tmp_path / "out", texts).documents) == set(texts)


DYING = """
import os, signal, time


def dying(module):
    real = module.read_rows

    def read_rows(source, options):
        for number, row in enumerate(real(source, options)):
            if number == 70 and "crash" in source.name:
                os.kill(os.getpid(), signal.SIGSEGV)
            if number == 70 and "hang" in source.name:
                time.sleep(600)
            yield row

    module.read_rows = read_rows


when_imported('cleaner.io.parquet', dying)
"""


def test_a_reader_that_crashes_or_hangs_costs_the_rest_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a-crash", "b-good", "c-hang", "d-good"):
        rows = {"id": [f"{name}-{i}" for i in range(100)], "text": [article(i) for i in range(100)]}
        pq.write_table(pa.table(rows), tmp_path / "in" / f"{name}.parquet")
    done = end(
        begin(
            "run", tmp_path / "in", "--out", tmp_path / "out", "--no-dedup", "--no-report", "--max-seconds", 4,
            inject=DYING, folder=tmp_path / "i",
        )
    )  # fmt: skip
    assert done.code == 4, done.err
    assert "signal 11" in done.err and "no record within" in done.err
    result = sound(tmp_path / "out")
    assert {e["name"] for e in result.manifest["inputs"] if "error" in e} == {"a-crash.parquet", "c-hang.parquet"}
    kept = [sum(i.startswith(name) for i in result.documents) for name in ("a-crash", "b-good", "c-hang", "d-good")]
    assert kept == [64, 100, 64, 100]


FAILING = """
import os


class PanicException(BaseException):
    pass


def failing(module):
    convert = module.to_document

    def to_document(raw, *args, **more):
        said = (raw.payload or b"").decode("utf-8", "replace")
        if "PANIC" in said:
            raise PanicException("a panic\\nof Rust")
        if "BUG" in said:
            raise KeyError("a fault of ours")
        if "CRASH" in said:
            os.kill(os.getpid(), 11)
        return convert(raw, *args, **more)

    module.to_document = to_document


when_imported('cleaner.io.documents', failing)
"""


def test_whatever_leaves_a_parser_costs_one_record(tmp_path: Path) -> None:
    """Also in a corpus so small that it is read without a pool: what holds a page is parsed in another process."""
    data, texts = corpus(9)
    page = "<html><body><p>{}</p></body></html>"
    bad = lines(*({"id": word, "html": page.format(word)} for word in ("PANIC", "BUG", "CRASH")))
    (tmp_path / "a.jsonl").write_bytes(data + bad + lines({"id": "page", "html": page.format(f"{T} 1.")}))
    done = end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "out", inject=FAILING, folder=tmp_path / "i"))
    assert done.code == 3, done.err
    result = sound(tmp_path / "out", texts)
    assert set(result.documents) == {*texts, "page"}
    assert result.codes() == {10: "reader-failed", 11: "reader-failed", 12: "worker-died"}
    assert result.rejected[0]["message"] == "PanicException: a panic of Rust"


def test_parquet_output_rejects_what_it_cannot_hold(tmp_path: Path) -> None:
    """A lone surrogate in any field, not only in the text; the rejection itself is written with it spelled out."""
    fields = ("id", "outlet", "title", "tags", "text")
    records = [{"id": f"{f}-x", "text": f"{T} {i}.", f: f"\ud800 {f}"} for i, f in enumerate(fields)]
    (tmp_path / "a.jsonl").write_bytes(lines(*records, {"id": "good", "text": f"{T} 9."}))
    done = end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "out", "--format", "parquet", "--no-report"))
    assert done.code == 3, done.err
    rejected = pq.read_table(tmp_path / "out" / "rejected.parquet").to_pylist()
    assert [(r["line"], r["code"]) for r in rejected] == [(n, "surrogate") for n in range(1, 6)]
    assert rejected[0]["id"] == "\\ud800 id"
    assert pq.read_table(tmp_path / "out" / "documents.parquet")["id"].to_pylist() == ["good"]
    assert end(begin("verify", tmp_path / "out")).code == 0


CHANGING = """
import os


def changing(module):
    real = module._read

    def _read(*args):
        path = os.environ["CHANGED"]
        if os.environ["HOW"] == "grows":
            with open(path, "ab") as handle:
                handle.write(b'{"id":"new","text":"A line that came late, when the file had been listed."}\\n')
        else:
            os.unlink(path)
        return real(*args)

    module._read = _read


when_imported('cleaner.engine.local', changing)
"""


@pytest.mark.parametrize("how", ["grows", "vanishes"])
def test_a_file_that_changes_while_it_is_read_is_said(tmp_path: Path, how: str) -> None:
    """Its digest in the manifest would be that of other bytes than were read: exit 4, and everything else is kept."""
    (tmp_path / "in").mkdir()
    for number, name in enumerate("abc"):
        (tmp_path / "in" / f"{name}.jsonl").write_bytes(corpus(3, first=number * 3)[0])
    done = end(
        begin(
            "run", tmp_path / "in", "--out", tmp_path / "out", "--no-report", inject=CHANGING, folder=tmp_path / "i",
            CHANGED=str(tmp_path / "in" / "b.jsonl"), HOW=how,
        )
    )  # fmt: skip
    assert done.code == 4 and "b.jsonl" in done.err, done.err
    result = sound(tmp_path / "out", corpus(9)[1])
    assert {e["name"] for e in result.manifest["inputs"] if "error" in e} == {"b.jsonl"}
    assert {f"d{n}" for n in (0, 1, 2, 6, 7, 8)} <= set(result.documents)


def shell(command: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    call = f"{sys.executable} -m cleaner {command}"
    return subprocess.run(
        ["bash", "-c", call], capture_output=True, env={**os.environ, "PYTHONPATH": str(REPO), **env}, timeout=240
    )


def test_closed_and_full_standard_streams(tmp_path: Path) -> None:
    """Closed, the next file that is opened would take the stream's place, and its output."""
    (tmp_path / "a.jsonl").write_bytes(corpus(3)[0])
    outs = []
    for number, streams in enumerate(("<&- >&- 2>&-", "2>/dev/full", "2>&- >&-")):
        out = tmp_path / f"out{number}"
        done = shell(f"run {tmp_path}/a.jsonl --out {out} {streams}")
        assert done.returncode == 0, done.stderr
        sound(out)
        outs.append(digests(out))
    assert outs[0] == outs[1] == outs[2]
    full = shell(f"restore {tmp_path}/out0 > /dev/full")
    assert full.returncode == 5 and b"Traceback" not in full.stderr
    nothing = shell(f"run - --out {tmp_path}/none <&-")
    assert nothing.returncode in (0, 2) and b"Traceback" not in nothing.stderr


def test_a_bare_environment(tmp_path: Path) -> None:
    """ASCII locale, no home, no folder for temporary files, a terminal that is none: same bytes, ids still found."""
    (tmp_path / "a.jsonl").write_bytes(lines({"id": "\u00e9\u4e2d", "text": f"{T} \u4e2d\u6587."}))
    assert end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "one")).code == 0
    bare = {
        "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TMPDIR": "/nonexistent", "HOME": "/nonexistent",
        "COLUMNS": "-5", "TERM": "dumb", "TZ": "No/Such", "OMP_NUM_THREADS": "0",
    }  # fmt: skip
    done = end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "two", **bare))
    assert done.code == 0, done.err
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert end(begin("show", tmp_path / "two", "\u00e9\u4e2d", **bare)).code == 0


def test_links_in_the_output_folder_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(corpus(3)[0])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "precious").write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".cleaner").symlink_to(tmp_path / "mine")
    done = end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "out"))
    assert done.code == 2 and ".cleaner" in done.said, done.err
    (tmp_path / "out" / ".cleaner").unlink()
    (tmp_path / "out" / "documents.jsonl").symlink_to(tmp_path / "mine" / "precious")
    (tmp_path / "link").symlink_to(tmp_path / "out")
    assert end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "link")).code == 0
    assert [p.read_text() for p in (tmp_path / "mine").iterdir()] == ["mine"]
    sound(tmp_path / "out", corpus(3)[1])


@pytest.mark.parametrize("out", ["in", "in/a.jsonl", "dangling", "circle"])
def test_an_output_path_that_will_not_do(tmp_path: Path, out: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_bytes(corpus(3)[0])
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "circle").symlink_to("circle")
    done = end(begin("run", tmp_path / "in", "--out", tmp_path / out))
    assert done.code in (2, 5) and len(done.said.split("\n")) == 1, done.err
    assert (tmp_path / "in" / "a.jsonl").read_bytes() == corpus(3)[0]
    assert [p.name for p in (tmp_path / "in").iterdir()] == ["a.jsonl"]


def test_few_open_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(40):
        (tmp_path / "in" / f"{number}.txt").write_text(article(number))
    done = end(begin("run", tmp_path / "in", "--out", tmp_path / "out", limits={resource.RLIMIT_NOFILE: 14}))
    assert done.code == 5 and "open files" in done.said, done.err
    assert end(begin("run", tmp_path / "in", "--out", tmp_path / "out", limits={resource.RLIMIT_NOFILE: 64})).code == 0
    assert len(sound(tmp_path / "out").documents) == 40


def test_a_run_goes_on_with_other_workers(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(corpus(60)[0])

    def run(out: str, *more: object) -> subprocess.Popen[bytes]:
        return begin(
            "run", tmp_path / "a.jsonl", "--out", tmp_path / out, *more, inject=SMALL_SHARDS, folder=tmp_path / "i"
        )

    assert end(run("whole", "--workers", 1)).code == 0
    first = run("out", "--workers", 1)
    while not list((tmp_path / "out" / ".cleaner").glob("judge-*.json")) and first.poll() is None:
        pass
    os.killpg(first.pid, signal.SIGKILL)
    end(first)
    assert end(run("out", "--workers", 3, "--memory", 100_000_000)).code == 0
    assert digests(tmp_path / "out") == digests(tmp_path / "whole")


@pytest.mark.parametrize(
    "address", ["", "x\n.jsonl", "http://127.0.0.1:9/x.jsonl", "foo://x", "zip://x::file:///no.zip", "~no/x"]
)
def test_an_input_that_is_nowhere(tmp_path: Path, address: str) -> None:
    done = end(begin("run", "--out", tmp_path / "out", "--", address))
    assert done.code == 2 and len(done.said.split("\n")) == 1, done.err
    assert not (tmp_path / "out").exists()
