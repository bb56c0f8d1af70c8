"""The engine for clusters: the passes as Spark jobs over the same kernels and the same SQL as the local engine.

Each pass ends as Parquet files that a later run of the same command finds: below ``OUT/.cleaner``, in the local work
folder where the executors are on this machine and OUT is a URL, or at the URL in Spark's setting
``spark.cleaner.work``. The driver sees counts only.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from cleaner.config import Config
from cleaner.engine import spark_kernels as kernels
from cleaner.engine.spark_kernels import PACKED, cogrouped, grouped, mapping
from cleaner.engine.spark_session import WORK_SETTING, open_session
from cleaner.engine.state import State
from cleaner.errors import UsageError
from cleaner.io.atomic import WORK
from cleaner.io.places import Folder, Place

if TYPE_CHECKING:
    from cleaner.engine.append import Base
    from cleaner.engine.local import Observer, Outcome

GROUP_BYTES = 32 << 20
GROUP_SOURCES = 1000
"""One read task takes sources up to either; a larger JSONL file is read in parts, another is a task of its own."""

PART_BYTES = 1 << 20
"""A file is not parted into less."""

PASSES = ("read", "facts", "judge", "cluster", "emit")


def run_spark(
    sources: Sequence[Any],
    outlets: Any,
    inputs: list[dict[str, Any]],
    state: State,
    out: Place,
    config: Config,
    watch: Observer,
    base: Base,
    finish: Callable[[Outcome], None],
) -> Outcome:
    """Clean a corpus into ``out`` as ``cleaner.engine.local.run_local`` does, to the same bytes, on a Spark cluster.

    Runs in the active Spark session if there is one, else in one of ``config.master``. ``out`` must be a folder that
    the executors share, or a URL that they can write; they do so themselves. ``finish`` is called with every output
    file in place. Goes on from the passes that an earlier try finished, as ``state`` says. Raises ``UsageError`` when the cluster
    cannot be used, ``InputError`` when a shard keeps failing, ``OutputError`` when a file cannot be written.
    """
    from cleaner.engine.append import Base
    from cleaner.engine.local import Outcome

    out = out.absolute()
    with open_session(config, state.root, out, sum(s.size for s in sources)) as session:
        run = _Run(session, state, out, config, watch)
        run.check_work()
        read, incomplete = run.read(sources, outlets)
        run.facts()
        bases = run.judge()
        run.cluster(bases)
        rows, tally, outputs = run.emit(bases)
        said = [{**i, "error": incomplete[i["name"]]} if i["name"] in incomplete else i for i in inputs]
        manifest = run.conclude(outputs, said, read, rows, tally)
        faults = [f"{name}: {why}" for name, why in incomplete.items()]
        outcome = Outcome(manifest, faults, Base(0, read["records"], tuple(inputs), dict(read), incomplete))
        finish(outcome)
        run.clear()
    return outcome


@dataclass(frozen=True)
class _Run:
    """One run: what every pass needs."""

    session: Any
    state: State
    out: Place
    config: Config
    watch: Observer

    def read(self, sources: Sequence[Any], outlets: Any) -> tuple[Counter[str], dict[str, str]]:
        """Pass 1: sources to documents. Returns what was read, and which inputs not to their end."""
        if not self._has("read"):
            self.watch.stage("read", len(sources))
            context = self.session.sparkContext
            limit = min(GROUP_BYTES, sum(s.size for s in sources) // (2 * context.defaultParallelism))
            pieces = self._parted([_absolute(s) for s in sources], limit)
            groups = [(i, json.dumps([asdict(s) for s in g])) for i, g in enumerate(_groups(pieces, limit))]
            slices = max(1, min(len(groups), 64 * context.defaultParallelism))
            tasks = self.session.createDataFrame(context.parallelize(groups, slices), "task bigint, sources string")
            self._finish("read", tasks.mapInArrow(mapping(kernels.Read(self.config, outlets)), PACKED))
            self.watch.advance(len(sources))
        incomplete: dict[str, str] = {}
        for row in self._packed("read", "incomplete").orderBy("shard").collect():
            incomplete.update(json.loads(row["body"]))
        return self._sum("read"), incomplete

    def _parted(self, sources: Sequence[Any], limit: int) -> list[Any]:
        """The sources, large files of them in parts whose lines are counted by the executors first."""
        from cleaner.engine.passes import read_options
        from cleaner.io.parts import numbered, parts_of

        context = self.session.sparkContext
        options = read_options(self.config)
        parted = [parts_of(s, max(limit, PART_BYTES), options) for s in sources]
        tasks = [(i, json.dumps(asdict(p))) for i, p in enumerate(p for ps in parted if len(ps) > 1 for p in ps)]
        if not tasks:
            return list(sources)
        slices = min(len(tasks), 64 * context.defaultParallelism)
        frame = self.session.createDataFrame(context.parallelize(tasks, slices), "task bigint, source string")
        counted = frame.mapInArrow(mapping(kernels.CountLines(self.config)), "task bigint, lines bigint").collect()
        lines = iter([row["lines"] for row in sorted(counted, key=lambda row: row["task"])])
        return [p for ps in parted for p in (numbered(ps, [next(lines) for _ in ps]) if len(ps) > 1 else ps)]

    def facts(self) -> None:
        """What the corpus says of each shard, and which of its documents have an id that came before."""
        if self._has("facts"):
            return
        self.watch.stage("compare", None)
        from cleaner.facts.corpus import TABLES, plan
        from cleaner.facts.slices import COLUMNS, LOOKED_UP, slice_queries

        self._view("read", "keys", "keys", "shard bigint, seq bigint, key bigint")
        queries = [REPEATED]
        if self.config.corpus_facts:
            for name in (*TABLES, *LOOKED_UP):
                columns = "".join(f", {c} bigint" for c in COLUMNS[name])
                self._view("read", f"fact-{name}", name, f"shard bigint{columns}")
            for name, sql in plan().items():
                self._table(name, self.session.sql(sql))
            queries += slice_queries()
        self._finish("facts", self.session.sql(" UNION ALL ".join(queries)), by_kind=False)

    def judge(self) -> dict[int, int]:
        """Pass 2: documents to removals and signed sentences. Returns the number of each shard's first sentence."""
        from pyspark.sql import functions as f

        if not self._has("judge"):
            self.watch.stage("judge", None)
            pairs = self._packed("read", "documents").groupBy("shard").cogroup(self._parquet("facts").groupBy("shard"))
            self._finish("judge", pairs.applyInArrow(cogrouped(kernels.Judge(self.config)), PACKED))
        counted = self._packed("judge", "sentences").select("shard", f.col("rows")).orderBy("shard").collect()
        bases, total = {}, 0
        for row in counted:
            bases[row["shard"]] = total
            total += row["rows"]
        return bases

    def cluster(self, bases: Mapping[int, int]) -> None:
        """Pass 3: sentence clusters, as credits of the kept sentences and removals of the copies, by shard."""
        if self._has("cluster"):
            return
        from pyspark.sql import functions as f

        from cleaner.engine.credits import BY_KEPT, BY_SENTENCE
        from cleaner.engine.spark_clusters import find_clusters

        if not self.config.dedup:
            self._finish("cluster", self.session.createDataFrame([], PACKED))
            return
        self.watch.stage("deduplicate", None)
        judged = self._parquet("judge")
        signed = judged.where(f.col("kind").isin("signatures", "ranks"))
        clusters = self._keep("clusters", find_clusters(self.session, signed, self.config, bases, self._keep))
        packed = self._packed("read", "documents").unionByName(self._packed("judge", "sentences"))
        touched = packed.join(clusters.select("shard").distinct(), "shard", "leftsemi")
        pairs = touched.groupBy("shard").cogroup(clusters.groupBy("shard"))
        members = self._keep("members", pairs.applyInArrow(cogrouped(kernels.Members(bases)), kernels.MEMBERS))
        members.createOrReplaceTempView("member")
        views = []
        for kind, sql, column in (("credits", BY_KEPT, "kept"), ("copies", BY_SENTENCE, "sentence")):
            rows = self.session.sql(sql.rsplit("ORDER BY", 1)[0])  # each shard sorts its own
            placed = rows.mapInArrow(
                mapping(kernels.Place(bases, column)), "shard bigint, " + ", ".join(f"{n} {t}" for n, t in rows.dtypes)
            )
            views.append(placed.groupBy("shard").applyInArrow(grouped(kernels.PackShard(kind)), PACKED))
        self._finish("cluster", views[0].unionByName(views[1]))

    def emit(self, bases: Mapping[int, int]) -> tuple[Counter[str], Counter[str], dict[str, dict[str, Any]]]:
        """Pass 4: output files. Returns rows by file, the tally of characters and spans, and the files."""
        from pyspark.sql import functions as f

        from cleaner.engine.assemble import plan_files, unseal

        if not self._has("emit"):
            self.watch.stage("emit", None)
            parts = self._parquet("cluster")
            for name, kinds in (
                ("read", ("documents", "rejected")),
                ("judge", ("removals", "remarks", "sentences", "lost")),
            ):
                parts = parts.unionByName(self._parquet(name).where(f.col("kind").isin(*kinds)))
            emitted = parts.groupBy("shard").applyInArrow(grouped(kernels.Emit(self.config, bases)), PACKED)
            self._finish("emit", emitted)
        self.watch.stage("write", None)
        counted = self._packed("emit", "documents").select("shard", f.col("rows")).orderBy("shard").collect()
        shard_numbers = [row["shard"] for row in counted]
        files = plan_files([row["rows"] for row in counted], self.config)
        unseal(self.out)
        outputs = self._write(files, shard_numbers) if counted else self._write_empty(files)
        rows: Counter[str] = Counter()
        for file in files:
            rows[file.kind] += outputs[file.name]["rows"]
        return rows, self._sum("emit"), outputs

    def _write(self, files: Sequence[Any], shard_numbers: Sequence[int]) -> dict[str, dict[str, Any]]:
        from pyspark.sql import functions as f

        ranges = [
            (number, file.kind, shard_numbers[file.low], shard_numbers[file.high - 1])
            for number, file in enumerate(files)
        ]
        wanted = self.session.createDataFrame(ranges, "file bigint, kind string, low bigint, high bigint")
        lines = self._parquet("emit").join(f.broadcast(wanted), "kind").where("shard BETWEEN low AND high")
        placed = lines.repartition(len(files), "file").sortWithinPartitions("file", "shard")
        kernel = kernels.WriteFiles(self.out, tuple(files), self.config)
        written = placed.select("file", "rows", "body").mapInArrow(mapping(kernel), kernels.WriteFiles.SCHEMA).collect()
        return {
            files[row["file"]].name: {"rows": row["rows"], "sha256": row["sha256"]}
            for row in sorted(written, key=lambda row: row["file"])
        }

    def _write_empty(self, files: Sequence[Any]) -> dict[str, dict[str, Any]]:
        from cleaner.engine.assemble import write_file

        return {f.name: {"rows": 0, "sha256": write_file(self.out, f, [], self.config)} for f in files}

    def conclude(
        self, outputs: dict[str, dict[str, Any]], inputs: list[dict[str, Any]], read: Counter[str], rows: Counter[str],
        tally: Counter[str],
    ) -> dict[str, Any]:  # fmt: skip
        """The manifest."""
        from cleaner.engine.assemble import conclude

        return conclude(self.out, self.config, outputs, inputs, read, rows, tally)

    def check_work(self) -> None:
        """Raises ``UsageError`` where Spark has no file system for what lies between passes."""
        try:
            self._hadoop()
        except Exception as error:
            said = str(getattr(error, "java_exception", None) or error)
            if "No FileSystem for scheme" not in said and "ClassNotFoundException" not in said:
                raise
            raise UsageError(
                f"Spark cannot open {self._work()}, where its files between passes would lie; add the connector to "
                f"Spark, or set {WORK_SETTING} to a URL that it can open (s3a://, hdfs://, abfss://)",
                code="spark-work",
            ) from error

    def clear(self) -> None:
        """What lies between passes is removed."""
        files, path = self._hadoop()
        files.delete(path, True)

    def _hadoop(self, name: str = "") -> tuple[Any, Any]:
        """Spark's own file system of what lies between passes, and a path in it."""
        path = self.session._jvm.org.apache.hadoop.fs.Path(self._work(name))
        return path.getFileSystem(self.session._jsc.hadoopConfiguration()), path

    def _work(self, name: str = "") -> str:
        root = self.session.conf.get(WORK_SETTING, "").rstrip("/") or self._default_work()
        return f"{root}/{name}" if name else root

    def _default_work(self) -> str:
        if isinstance(self.out, Folder):
            return (self.out.path / WORK / "spark").as_uri()
        if str(self.session.sparkContext.master).startswith("local"):
            return self.state.path("spark").resolve().as_uri()
        return f"{self.out}/{WORK}"

    def _has(self, name: str) -> bool:
        if self.state.done(f"spark-{name}") is None:
            return False
        files, path = self._hadoop(f"{name}/_SUCCESS")
        return bool(files.exists(path))

    def _finish(self, name: str, frame: Any, *, by_kind: bool = True) -> None:
        """Run a pass: its frame becomes files, and then a note says so."""
        writer = frame.write.mode("overwrite").option("parquet.enable.dictionary", "false")
        (writer.partitionBy("kind") if by_kind else writer).parquet(self._work(name))
        self.state.finish(f"spark-{name}", [])

    def _keep(self, name: str, frame: Any) -> Any:
        frame.write.mode("overwrite").parquet(self._work(name))
        return self.session.read.schema(frame.schema).parquet(self._work(name))

    def _parquet(self, name: str) -> Any:
        schema = "shard bigint, name string, a bigint, b bigint, c bigint, n bigint" if name == "facts" else PACKED
        return self.session.read.schema(schema).parquet(self._work(name))

    def _packed(self, name: str, kind: str) -> Any:
        from pyspark.sql import functions as f

        return self._parquet(name).where(f.col("kind") == kind)

    def _view(self, name: str, kind: str, view: str, schema: str) -> None:
        self._table(view, self._packed(name, kind).mapInArrow(mapping(kernels.Unpack()), schema))

    def _table(self, name: str, frame: Any) -> None:
        """A view of rows that are files: plans of views on views, held lazily, cost the driver a minute to compare."""
        self._keep(f"table-{name}", frame).createOrReplaceTempView(name)

    def _sum(self, name: str) -> Counter[str]:
        total: Counter[str] = Counter()
        for row in self._packed(name, "note").mapInArrow(mapping(kernels.SumNotes()), "note string").collect():
            total.update(json.loads(row["note"]))
        return total


REPEATED = """
SELECT shard, 'repeated' AS name, seq AS a, CAST(0 AS BIGINT) AS b, CAST(0 AS BIGINT) AS c, CAST(0 AS BIGINT) AS n
FROM (SELECT shard, seq, row_number() OVER (PARTITION BY key ORDER BY seq) AS place FROM keys) WHERE place > 1
"""


def _groups(sources: Sequence[Any], limit: int) -> Iterator[list[Any]]:
    """Sources in the order of the input, as many together as one task reads."""
    group: list[Any] = []
    size = 0
    for source in sources:
        if group and (len(group) >= GROUP_SOURCES or size + source.size > limit):
            yield group
            group, size = [], 0
        group.append(source)
        size += source.size
    if group:
        yield group


def _absolute(source: Any) -> Any:
    """Executors have working folders of their own."""
    from cleaner.io.streams import is_url

    return source if is_url(source.path) else replace(source, path=os.path.abspath(source.path))
