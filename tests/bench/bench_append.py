"""What it costs to add a few documents to results of different sizes: ``cleaner run --append``.

    python tests/bench/bench_append.py [--new 100] [--old 1000 4000 16000]

For each size a result of made-up documents (``made_news.py``) is written once, then the new ones are added. Processor
seconds are those of the command and all its processes, with start-up, which is taken off by a run over one document.
The last column is what the same documents cost as a result of their own: the least that an addition can cost.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import made_news
from bench_pipeline import Usage, clean


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--new", type=int, default=100, help="documents that are added")
    parser.add_argument("--old", type=int, nargs="+", default=[1000, 4000, 16_000], help="documents that are there")
    wanted = parser.parse_args()
    options = ("--workers", "1", "--no-report", "--append")
    with tempfile.TemporaryDirectory(prefix="cleaner-bench-") as name:
        folder = Path(name)
        start = clean(made_news.write(folder / "one.jsonl", 1), folder / "out-one", *options).cpu
        new = folder / "new.jsonl"
        fresh = itertools.islice(made_news.records(max(wanted.old) + wanted.new), max(wanted.old), None)
        new.write_text("".join(json.dumps(record) + "\n" for record in fresh), encoding="utf-8")
        alone = clean(new, folder / "out-new", *options).cpu - start
        for size in wanted.old:
            old = made_news.write(folder / f"old-{size}.jsonl", size)
            first = clean(old, folder / f"out-{size}", *options)
            added: Usage = clean(new, folder / f"out-{size}", *options)
            print(
                f"{wanted.new} documents added to {size:,}: {added.cpu - start:.2f} CPU s, {added.seconds:.1f} s; "
                f"{1000 * (added.cpu - start - alone) / size:.2f} ms for each old one, "
                f"which cost {1000 * (first.cpu - start) / size:.2f} ms at first; alone {alone:.2f} CPU s",
                flush=True,
            )


if __name__ == "__main__":
    main()
