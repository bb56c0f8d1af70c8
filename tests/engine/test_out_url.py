"""A result at a URL is the one of a folder: complete once its manifest is there, refused, resumed and read alike."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

import cleaner
from cleaner.cli import cli
from cleaner.config import Config
from cleaner.engine.local import Silent
from cleaner.engine.run import run
from cleaner.errors import OutputError, UsageError
from cleaner.export import export
from cleaner.io.verify import restore, verify
from cleaner.report import write_report

WRITTEN = ("check", "documents", "removed", "sentences", "rejected", "report", "run", "manifest")
"""What a run writes, in order."""


class BackEndError(Exception):
    """Back ends have errors of their own."""


class Trouble(MemoryFileSystem):
    """Memory that fails when so many files were written: on opening, writing, closing, or moving the next one."""

    protocol = "trouble"
    store: dict[str, Any] = {}
    pseudo_dirs = [""]
    at, step, error, opened = 0, "", None, 0

    @classmethod
    def plan(cls, at: int = 0, step: str = "", error: BaseException | None = None) -> None:
        cls.at, cls.step, cls.error, cls.opened = at, step, error, 0

    @classmethod
    def _strip_protocol(cls, path: str) -> Any:
        return super()._strip_protocol(path.replace("trouble://", "memory://"))

    def fail(self, step: str) -> None:
        if self.error is not None and step == self.step and self.opened == self.at:
            raise self.error

    def _open(self, path: str, mode: str = "rb", **more: Any) -> Any:
        if mode == "wb":
            type(self).opened += 1
            self.fail("open")
        handle = super()._open(path, mode, **more)
        if mode == "wb":
            write, close = handle.write, handle.close
            handle.write = lambda data: (self.fail("write"), write(data))[1]
            handle.close = lambda: (self.fail("close"), close())[1]
        return handle

    def mv(self, old: str, new: str, **more: Any) -> None:
        self.fail("move")
        super().mv(old, new, **more)


@pytest.fixture(autouse=True)
def stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Empty stores, and a cache folder of the test's own."""
    fsspec.register_implementation("trouble", Trouble, clobber=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for kind in (MemoryFileSystem, Trouble):
        kind.store.clear()
        kind.pseudo_dirs[:] = [""]
    Trouble.plan()
    yield
    MemoryFileSystem.store.clear()


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    shared = "The minister said on Monday that the harbour would be closed for nine weeks, from the first of May."
    text = (
        "{} of the harbour town begins with a fact of its own, said the paper.\n\n" + shared + "\n\nShare this article"
    )
    records = [{"id": f"d{n}", "outlet": f"Outlet {n}", "text": text.format(f"Story {n}")} for n in range(4)]
    path.write_text("\n".join([*map(json.dumps, records), "{broken"]) + "\n", encoding="utf-8")
    return path


class Stages(Silent):
    """Knows which passes were run."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def stage(self, name: str, total: int | None) -> None:
        self.seen.append(name)


def clean(source: object, out: str | Path, config: Config | None = None, **more: Any) -> Any:
    return run(
        [str(source)], out, config or Config(workers=1), more.pop("watch", Silent()), report=write_report, **more
    )


def content(out: str | Path) -> dict[str, bytes]:
    """Every file but run.json."""
    if isinstance(out, Path):
        return {p.name: p.read_bytes() for p in out.iterdir() if p.is_file() and p.name != "run.json"}
    fs, inner = fsspec.core.url_to_fs(out)
    return {
        path.rpartition("/")[2]: fs.cat(path) for path in fs.ls(inner, detail=False) if not path.endswith("/run.json")
    }


@pytest.mark.parametrize("options", [{}, {"format": "parquet"}, {"shard_documents": 2}], ids=str)
def test_the_files_are_those_of_a_folder(news: Path, tmp_path: Path, options: dict[str, Any]) -> None:
    config = Config(workers=1, **options)
    there = clean(news, "memory://bucket/out", config)
    here = clean(news, tmp_path / "out", config)
    assert (there.exit_code, there.manifest) == (here.exit_code, here.manifest) == (3, here.manifest)
    assert content("memory://bucket/out") == content(tmp_path / "out")
    assert set(there.run) == set(here.run)


def test_a_result_at_a_url_is_read_as_one_in_a_folder(news: Path, tmp_path: Path, capsys: Any) -> None:
    out = "memory://bucket/out"
    clean(news, out)
    clean(news, tmp_path / "out")
    assert verify(out) == verify(tmp_path / "out")
    assert verify(out)["faults"] == []
    assert list(restore(out)) == list(restore(tmp_path / "out"))
    assert list(cleaner.open(out).sentences()) == list(cleaner.open(tmp_path / "out").sentences())
    shown = []
    for place in (out, tmp_path / "out"):
        from cleaner.show import show

        show(place, "d1")
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1] != ""
    page = content(out)["report.html"]
    MemoryFileSystem.store.pop("/bucket/out/report.html")
    assert write_report(out) == f"{out}/report.html"
    assert content(out)["report.html"] == page
    export(out, "croissant", tmp_path / "croissant.json")
    urls = [each.get("contentUrl") for each in json.loads((tmp_path / "croissant.json").read_text())["distribution"]]
    assert f"{out}/documents.jsonl" in urls
    with pytest.raises(UsageError, match="--dest"):
        export(out, "dolma")
    fsspec.filesystem("memory").pipe("/bucket/out/documents.jsonl", b"{}\n")
    assert any("documents.jsonl" in fault for fault in verify(out)["faults"])


def test_no_result_and_no_document_at_a_url_are_said() -> None:
    with pytest.raises(UsageError, match="memory://none is not a folder"):
        cleaner.open("memory://none")
    fsspec.filesystem("memory").pipe("/some/notes.txt", b"mine")
    with pytest.raises(UsageError, match="no manifest"):
        cleaner.open("memory://some")


def test_the_same_command_has_nothing_to_do_and_another_is_refused(news: Path) -> None:
    clean(news, "memory://out")
    before = content("memory://out")
    again = Stages()
    assert clean(news, "memory://out/", watch=again).unchanged
    assert again.seen == ["check"]
    with pytest.raises(UsageError, match="another configuration"):
        clean(news, "memory://out", Config(aggressiveness=0.1))
    assert content("memory://out") == before
    assert not clean(news, "memory://out", Config(format="parquet"), overwrite=True).unchanged
    assert sorted(content("memory://out")) == [
        *("documents.parquet", "manifest.json", "rejected.parquet", "removed.parquet", "report.html"),
        "sentences.parquet",
    ]


def test_a_place_with_something_else_is_left_alone(news: Path) -> None:
    fs = fsspec.filesystem("memory")
    fs.pipe("/mine/notes.txt", b"mine")
    fs.pipe("/file", b"mine")
    for out, said in (("memory://mine", "something else"), ("memory://file", "is a file")):
        with pytest.raises(UsageError, match=said):
            clean(news, out)
    assert {name: fs.cat(name) for name in fs.find("/")} == {"/mine/notes.txt": b"mine", "/file": b"mine"}


@pytest.mark.parametrize(
    "step", ["write", "move", *(pytest.param(s, marks=pytest.mark.slow) for s in ("open", "close"))]
)
@pytest.mark.parametrize("at", range(1, len(WRITTEN) + 1), ids=WRITTEN)
def test_a_store_that_fails_is_an_output_error_and_a_rerun_completes(
    news: Path, tmp_path: Path, at: int, step: str
) -> None:
    error: Exception = (
        BackEndError("the store\nsays no") if at % 2 else OSError(errno.ENOSPC, "No space left on device")
    )
    Trouble.plan(at, step, error)
    with pytest.raises(OutputError, match="the store says no" if at % 2 else "free space") as failed:
        clean(news, "trouble://out")
    assert failed.value.exit_code == 5
    assert "\n" not in str(failed.value)
    left = {path.rpartition("/")[2] for path in Trouble.store}
    assert not [name for name in left if name.startswith(WRITTEN[at - 1 :])]

    Trouble.plan()
    watch = Stages()
    assert clean(news, "trouble://out", watch=watch).exit_code == 3
    assert ("read" in watch.seen) == (at == 1), "what was done before the first file is not done again"
    clean(news, tmp_path / "out")
    assert content("trouble://out") == content(tmp_path / "out")


def test_an_interrupted_run_leaves_no_manifest_and_goes_on(news: Path, tmp_path: Path) -> None:
    Trouble.plan(3, "write", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        clean(news, "trouble://out")
    assert sorted(path.rpartition("/")[2] for path in Trouble.store) == ["documents.jsonl"]
    Trouble.plan()
    clean(news, "trouble://out")
    clean(news, tmp_path / "out")
    assert content("trouble://out") == content(tmp_path / "out")


def test_the_command_says_it_in_one_line_with_the_exit_code(news: Path, tmp_path: Path) -> None:
    from click.testing import CliRunner

    Trouble.plan(2, "write", PermissionError("Access Denied"))
    done = CliRunner().invoke(cli, ["run", str(news), "--out", "trouble://out", "--quiet"])
    assert done.exit_code == 5
    assert done.output == (
        "cleaner: trouble://out/documents.jsonl: cannot be written: no permission to write there; choose another --out "
        "or change the permissions\n"
    )
    Trouble.plan()
    assert CliRunner().invoke(cli, ["run", str(news), "--out", "trouble://out", "--quiet"]).exit_code == 3
    done = CliRunner().invoke(cli, ["verify", "trouble://out"])
    assert (done.exit_code, done.output.split(":")[:2]) == (0, ["trouble", "//out holds"])


def test_a_store_that_cannot_be_written_is_found_before_anything_is_read(news: Path) -> None:
    Trouble.plan(1, "open", FileNotFoundError("The specified bucket does not exist"))
    watch = Stages()
    with pytest.raises(
        OutputError,
        match=r"^trouble://bucket/out: cannot be written: .*bucket does not exist; make the folder or bucket",
    ):
        clean(news, "trouble://bucket/out", watch=watch)
    assert watch.seen == ["check"]


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("nosuchscheme://a/b", "Protocol not known"),
        ("memory://a/*", "one address"),
        ("memory://", "root of a file system"),
    ],
)
def test_urls_that_can_be_no_result_are_refused(news: Path, out: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        clean(news, out)


def test_a_path_that_was_a_url_is_refused(news: Path) -> None:
    with pytest.raises(UsageError, match="give it as a string"):
        clean(news, Path("s3://bucket/out"))


def test_half_written_files_of_a_dead_run_go(news: Path) -> None:
    fs = fsspec.filesystem("memory")
    fs.pipe("/out/.documents.jsonl.cleaner-17.tmp", b"half")
    clean(news, "memory://out")
    assert ".documents.jsonl.cleaner-17.tmp" not in content("memory://out")


def test_an_output_inside_the_input_is_not_read(news: Path, tmp_path: Path) -> None:
    fs = fsspec.filesystem("memory")
    fs.pipe("/in/news.jsonl", news.read_bytes())
    first = clean("memory://in", "memory://in/clean")
    assert clean("memory://in", "memory://in/clean").unchanged
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "news.jsonl").write_bytes(news.read_bytes())
    out = (tmp_path / "in" / "clean").as_uri()
    assert clean(tmp_path / "in", out).manifest == first.manifest
    assert clean(tmp_path / "in", out).unchanged
    assert clean((tmp_path / "in").as_uri(), tmp_path / "in" / "clean").unchanged


def test_additions_are_those_to_a_folder(news: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.jsonl"
    more.write_text(news.read_text().replace('"d', '"e').replace("Outlet", "Other"), encoding="utf-8")
    for out in ("memory://out", tmp_path / "out"):
        clean(news, out, append=True)
        added = clean(more, out, append=True)
        assert added.manifest["records"]["documents"] == 8
    assert content("memory://out") == content(tmp_path / "out")


def test_work_files_lie_in_the_cache_or_where_the_option_says(news: Path, tmp_path: Path) -> None:
    for config, root in (
        (Config(), tmp_path / "cache" / "cleaner"),
        (Config(work=str(tmp_path / "w")), tmp_path / "w"),
    ):
        Trouble.plan(3, "write", BackEndError("no"))
        with pytest.raises(OutputError):
            clean(news, "trouble://out", config)
        (folder,) = root.iterdir()
        assert folder.name.startswith("out-")
        assert (folder / "state.json").exists()
        Trouble.plan()
        clean(news, "trouble://out", config)
        Trouble.store.clear()
        assert [path.name for path in folder.iterdir()] == ["lock"]


def test_the_work_of_a_folder_may_lie_elsewhere(news: Path, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "mine.txt").write_text("mine")
    clean(news, tmp_path / "out", Config(work=str(tmp_path / "work")))
    clean(news, tmp_path / "other")
    assert content(tmp_path / "out") == content(tmp_path / "other")
    assert (tmp_path / "work" / "mine.txt").read_text() == "mine"
    assert len(list((tmp_path / "work").iterdir())) == 2


def test_clean_corpus_keeps_its_result_at_a_url() -> None:
    records = [{"id": "a", "text": "One story of the town, told by one paper only."}]
    found = list(cleaner.clean_corpus(records, out="memory://kept"))
    assert [d["id"] for d in found] == ["a"]
    assert list(cleaner.open("memory://kept").documents()) == found


def test_the_command_takes_urls_for_input_and_output(
    cleaner: Any, corpus_run: Any, corpus: Path, tmp_path: Path
) -> None:
    out = (tmp_path / "out").as_uri()
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    plan = cleaner("run", corpus.as_uri(), "--out", out, "--dry-run", **cache)
    assert str(tmp_path / "cache") in plan.out
    assert not (tmp_path / "out").exists()
    done = cleaner("run", corpus, "--out", out, **cache)
    assert done.code == corpus_run[0].code == 0, done.err
    assert content(tmp_path / "out") == content(corpus_run[1].path)
    assert "Nothing to do" in cleaner("run", corpus, "--out", out, **cache).out
    assert cleaner("verify", out).code == 0
    document = sorted(corpus_run[1].documents())[0]
    for command in ("show", "restore"):
        assert cleaner(command, out, document).out == cleaner(command, corpus_run[1].path, document).out != ""
    assert cleaner("report", out).out == f"{out}/report.html\n"
    refused = cleaner("run", corpus, "--out", "nosuchscheme://a/b")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    nowhere = cleaner("run", corpus, "--out", "file:///proc/nothing/out", **cache)
    assert nowhere.code == 5
    assert "file:///proc/nothing/out" in nowhere.err
