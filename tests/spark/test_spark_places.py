"""Inside a session that exists: results go to a URL, as Parquet that Spark reads, and the session stays as it was."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import cleaner
from cleaner.config import Config
from cleaner.engine.local import Silent
from cleaner.engine.run import run
from cleaner.errors import OutputError, UsageError
from cleaner.report import write_report

REPO = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.spark, pytest.mark.timeout(900)]

WIRE = (
    "The council approved the new harbour bridge on Tuesday after a debate of six hours.",
    "Residents of the old quarter had asked for a tunnel instead of another bridge.",
    "Work on the foundations will begin in March, the engineer Marta Olsen said.",
    "The regional bank will lend 40 million euros for the first stage of the project.",
    "Fishermen fear that the piers will change the currents in the western basin.",
)
SHARDED = {"format": "parquet", "shard_documents": 3}


@pytest.fixture(scope="module")
def session(java: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A user's session, with a setting and a view of theirs."""
    from pyspark.sql import SparkSession

    before = {name: os.environ.get(name) for name in ("PYSPARK_PYTHON", "PYTHONPATH", "SPARK_LOCAL_IP")}
    os.environ.update(PYSPARK_PYTHON=sys.executable, PYTHONPATH=str(REPO), SPARK_LOCAL_IP="127.0.0.1")
    made = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "7")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    made.createDataFrame([(1,), (2,)], "number int").createOrReplaceTempView("keys")
    yield made
    made.stop()
    for name, value in before.items():
        if value is None:
            os.environ.pop(name)
        else:
            os.environ[name] = value


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Seven documents in two files, sentences in common, and a record that is rejected."""
    folder = tmp_path / "news"
    folder.mkdir()
    for part in range(2):
        records = [
            {
                "id": f"{part}-{n}",
                "outlet": f"Outlet {n}",
                "text": "\n\n".join(
                    [*WIRE[n:], f"Reporter {n} saw {part + 2} boats at pier {n} that day.", "Share this story"]
                ),
            }
            for n in range(4 - part)
        ]
        lines = [json.dumps(record) for record in records]
        (folder / f"{part}.jsonl").write_text("\n".join([*lines, "{broken"] if part else lines) + "\n")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "run.json" and not p.name.startswith(".")}


def test_parquet_at_a_url_is_a_dataset_and_the_session_is_left_alone(session: Any, news: Path, tmp_path: Path) -> None:
    from pyspark.sql import SparkSession

    out, work = tmp_path / "spark", str(tmp_path / "work")
    config = Config(engine="spark", work=work, **SHARDED)
    result = run([news.as_uri()], out.as_uri(), config, Silent(), report=write_report)
    assert result.exit_code == 3
    local = run([news.as_uri()], tmp_path / "local", Config(**SHARDED), Silent(), report=write_report)
    assert local.exit_code == 3

    ours, theirs = cleaner.open(out.as_uri()), cleaner.open(tmp_path / "local")
    for kind in ("documents", "removed", "sentences", "rejected"):
        assert ours.arrow(kind).equals(theirs.arrow(kind)), kind
        assert len(list(out.glob(f"{kind}-*.parquet"))) > 1
    assert (out / "report.html").read_bytes() == (tmp_path / "local" / "report.html").read_bytes()
    assert not (out / ".cleaner").exists()
    assert [p.name for folder in Path(work).iterdir() for p in folder.iterdir()] == ["lock"]

    active = SparkSession.getActiveSession()
    assert active is session
    assert active.conf.get("spark.sql.shuffle.partitions") == "7"
    assert [table.name for table in active.catalog.listTables()] == ["keys"]
    assert active.sql("SELECT sum(number) AS n FROM keys").first().n == 3

    dataset = {
        kind: active.read.option("pathGlobFilter", f"{kind}*.parquet").parquet(out.as_uri())
        for kind in ("documents", "removed", "sentences", "rejected")
    }
    assert {kind: frame.count() for kind, frame in dataset.items()} == {
        "documents": 7,
        "removed": sum(1 for _ in cleaner.open(tmp_path / "local").removed()),
        "sentences": local.manifest["sentences"]["unique"],
        "rejected": 1,
    }
    copies = (
        dataset["removed"]
        .where("stage = 'dedup'")
        .join(dataset["documents"].withColumnRenamed("id", "doc_id"), "doc_id")
    )
    assert copies.count() == local.manifest["sentences"]["copies"] > 0
    assert dataset["sentences"].where("size(sources) = 7").count() == 2


def test_a_large_file_is_read_in_parts(
    session: Any, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cleaner.engine import spark

    whole = tmp_path / "all.jsonl"
    whole.write_bytes(b"".join(path.read_bytes() for path in sorted(news.iterdir())))
    monkeypatch.setattr(spark, "PART_BYTES", 300)
    wanted = tmp_path / "local"
    assert run([whole], wanted, Config(), Silent(), report=write_report).exit_code == 3
    tasks: list[int] = []
    monkeypatch.setattr(spark, "_groups", lambda pieces, limit: tasks.append(len(pieces)) or [[p] for p in pieces])
    config = Config(engine="spark")
    assert run([whole.as_uri()], tmp_path / "spark", config, Silent(), report=write_report).exit_code == 3
    assert tasks[0] > 3
    assert files(tmp_path / "spark") == files(wanted)


def test_executors_that_do_not_see_the_place_are_told_before_the_work(session: Any, news: Path, tmp_path: Path) -> None:
    """Each process has a memory of its own."""
    config = Config(engine="spark", work=str(tmp_path / "work"))
    with pytest.raises(UsageError, match="an executor does not see memory://out"):
        run([str(news)], "memory://out", config, Silent())


def test_files_between_passes_need_a_file_system_of_sparks(session: Any, news: Path, tmp_path: Path) -> None:
    session.conf.set("spark.cleaner.work", "nosuch://bucket/work")
    config = Config(engine="spark", work=str(tmp_path / "work"))
    try:
        with pytest.raises(UsageError, match=r"Spark cannot open nosuch://bucket/work.*spark.cleaner.work"):
            run([str(news)], (tmp_path / "out").as_uri(), config, Silent())
    finally:
        session.conf.unset("spark.cleaner.work")


BROKEN = """
import os

from fsspec.implementations.local import LocalFileSystem


class Broken(LocalFileSystem):
    protocol = "broken"

    @classmethod
    def _strip_protocol(cls, path):
        return super()._strip_protocol(str(path).removeprefix("broken://"))

    def mv(self, old, new, **more):
        if os.path.basename(new).startswith("removed") and os.path.exists(os.environ["BROKEN_WHILE"]):
            raise RuntimeError("no room in the store")
        super().mv(old, new, **more)
"""


def test_a_store_that_fails_under_executors_is_an_output_error_and_the_work_is_kept(
    session: Any, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fsspec

    package = tmp_path / "package"
    (package / "broken_store-0.dist-info").mkdir(parents=True)
    (package / "broken_store-0.dist-info" / "entry_points.txt").write_text(
        "[fsspec.specs]\nbroken = broken_store:Broken\n"
    )
    (package / "broken_store-0.dist-info" / "METADATA").write_text("Name: broken-store\nVersion: 0\n")
    (package / "broken_store.py").write_text(BROKEN)
    flag = tmp_path / "flag"
    flag.touch()
    monkeypatch.syspath_prepend(str(package))
    monkeypatch.setenv("BROKEN_WHILE", str(flag))
    fsspec.register_implementation("broken", "broken_store.Broken", clobber=True)
    session.sparkContext.environment.update(PYTHONPATH=f"{package}:{REPO}", BROKEN_WHILE=str(flag))

    out, config = f"broken://{tmp_path}/out", Config(engine="spark", work=str(tmp_path / "work"), report=False)
    with pytest.raises(OutputError, match="no room in the store") as failed:
        run([str(news)], out, config, Silent())
    assert failed.value.exit_code == 5
    assert "\n" not in str(failed.value)
    assert not (tmp_path / "out" / "manifest.json").exists()
    assert not (tmp_path / "out" / "removed.jsonl").exists()
    flag.unlink()

    class Seen(Silent):
        def __init__(self) -> None:
            self.stages: list[str] = []

        def stage(self, name: str, total: int | None) -> None:
            self.stages.append(name)

    watch = Seen()
    assert run([str(news)], out, config, watch).exit_code == 3
    assert watch.stages == ["check", "write"]
    run([str(news)], tmp_path / "local", Config(report=False), Silent())
    assert files(tmp_path / "out") == files(tmp_path / "local")
