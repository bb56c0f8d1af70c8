"""What a corpus will cost on a cluster: a table from measured figures.

``python tests/bench/bench_pipeline.py --spark --json figures.json`` measures,
``python tests/bench/sizing.py figures.json`` prints the table of docs/cluster.md and its assumptions. Nothing here is
measured at the larger sizes: they are the measured cost of one document times their number.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SIZES = [10**power for power in range(3, 10)]
HOURS = 8
"""The table gives the cores that finish a corpus in so many hours."""
USE = 0.7
"""Share of the cores' time that is work: the rest is waiting for the last task of each pass."""
JVM_BYTES = 1 << 30
"""Heap of the JVM for each core of an executor: Spark's default for an executor of one core."""
SPARE = 1.5
"""Memory asked for, to memory seen."""
SHUFFLE = 10
"""Shuffle bytes to input bytes, where not measured: 44 keys of 20 bytes a sentence, and three times the text."""
SHARD_DOCUMENTS = 1000
DRIVER_BYTES = 2 << 30
DRIVER_BYTES_A_SHARD = 600
"""On the driver: three counts of each shard, as Spark rows and Python numbers."""


def table(figures: Mapping[str, Any]) -> str:
    """The sizing table in Markdown."""
    rows = [
        "| documents | text | CPU hours | cores for 8 h | memory a core | driver | shuffle | work folder | result |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    each = spark_figures(figures)
    for size in SIZES:
        hours = (figures["start_cpu"] + size * each["cpu"]) / 3600
        cells = [
            f"{size:,}",
            data(size * figures["characters"]),
            f"{hours:,.3g}" if hours < 100 else f"{hours:,.0f}",
            f"{max(1, round(hours / HOURS / USE)):,}",
            data(SPARE * figures["peak"] + JVM_BYTES),
            data(DRIVER_BYTES + size / SHARD_DOCUMENTS * DRIVER_BYTES_A_SHARD),
            data(size * each["shuffle"]),
            data(size * each["work"]),
            data(size * figures["output_bytes_per_document"]),
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def spark_figures(figures: Mapping[str, Any]) -> dict[str, float]:
    """CPU seconds, shuffle bytes and work folder of one document on Spark; where not measured, the local engine's."""
    return {
        "cpu": figures["cpu_per_document"],
        "shuffle": figures.get("shuffle_bytes_per_document", SHUFFLE * figures["input_bytes_per_document"]),
        "work": figures.get("spark_work_bytes_per_document", figures["work_bytes_per_document"]),
    }


def assumptions(figures: Mapping[str, Any]) -> str:
    """What the table rests on, as a Markdown list."""
    measured = (
        "measured"
        if "shuffle_bytes_per_document" in figures
        else f"estimated as {SHUFFLE} times the input, not measured"
    )
    lines = [
        f"Measured on {figures['machine']} (load before: {figures['load']:.1f}) with {figures['documents']:,} made-up "
        f"documents of {figures['characters']:.0f} characters.",
        f"{1000 * figures['cpu_per_document']:.2f} ms of one core a document for the kernels, "
        f"{figures['start_cpu']:.1f} s of start-up; Spark's own time is not in it.",
        f"Shuffle bytes: {measured}; work folder, result and memory: measured, a document each, times their number.",
        f"{SPARE} times the memory seen, and {data(JVM_BYTES)} of heap a core. A shard of {SHARD_DOCUMENTS} documents or "
        "8 MiB is the unit of memory, so it does not grow with the corpus.",
        f"Cores are busy {USE:.0%} of the time.",
        "Components of sentences that may belong together fit one task: see the limits above.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def data(size: float) -> str:
    """Bytes for people."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} PB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", type=Path, help="JSON of bench_pipeline.py")
    figures = json.loads(parser.parse_args().figures.read_text())
    print(table(figures))
    print()
    print(assumptions(figures))


if __name__ == "__main__":
    main()
