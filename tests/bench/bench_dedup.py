"""Speed and memory of sentence deduplication, as ratios to tools used as their documentation shows.

    python tests/bench/bench_dedup.py [--docs dev_100k.docs.jsonl.gz] [--n 100000] [--million] [--skip-naive]

Every system gets the same sentences and the same shingles (word 2-grams of the comparison form) and is timed from
text to clusters, in CPU seconds of its own process, one thread. Ours includes reading the comparison form, framing,
the comparison of facts and writing the shards. Nothing here is asserted: the machine decides the seconds, the ratios
are what is of interest.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

sys.path.append(str(Path(__file__).resolve().parents[2]))  # what is installed comes first: there the loops are compiled
THRESHOLD, NUM_PERM, SHARD = 0.55, 128, 20_000


def sentences(path: Path | None, n: int) -> Iterator[str]:
    """n sentences: the lines of the documents of ``path``, then walks over the words of these (or of made-up ones)."""
    made = 0
    pool: list[str] = []
    if path is not None:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                for text in json.loads(line)["text"].split("\n"):
                    if made < n:
                        made += 1
                        yield text
                        pool.append(text)
    rng = random.Random(7)
    if not pool:
        words = ["".join(rng.choice("abcdefghilmnoprstu") for _ in range(rng.randint(2, 9))) for _ in range(30_000)]
        pool = [" ".join(rng.choices(words, k=rng.randint(8, 35))) + "." for _ in range(min(n, 50_000))]
    following: dict[str, list[str]] = {}
    for text in pool[:50_000]:
        words = text.split()
        for one, two in itertools.pairwise(words):
            following.setdefault(one, []).append(two)
    starts = list(following)
    while made < n:  # new sentences by a walk over neighbouring words, with jumps: word 2-grams as common as in text
        made += 1
        word = rng.choice(starts)
        out = [word]
        for _ in range(rng.randint(8, 34)):
            word = rng.choice(following[word]) if rng.random() > 0.12 and word in following else rng.choice(starts)
            out.append(word)
        yield " ".join(out)


def shingled(texts: list[str]) -> list[list[str]]:
    """Word 2-grams of the comparison form, the plain way."""
    from cleaner.text.canonical import canonical_tokens

    out = []
    for text in texts:
        tokens = canonical_tokens(text)
        out.append([f"{a} {b}" for a, b in itertools.pairwise(tokens)] or tokens)
    return out


def run_naive(texts: list[str]) -> None:
    """datasketch as its documentation shows: update per shingle, insert, query."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=NUM_PERM)
    for i, shingles in enumerate(shingled(texts)):
        m = MinHash(num_perm=NUM_PERM)
        for s in shingles:
            m.update(s.encode("utf-8"))
        index.query(m)
        index.insert(str(i), m)


def run_rensa(texts: list[str]) -> None:
    """rensa as its documentation shows: RMinHash and RMinHashLSH."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=THRESHOLD, num_perm=NUM_PERM, num_bands=32)
    for i, shingles in enumerate(shingled(texts)):
        m = RMinHash(num_perm=NUM_PERM, seed=42)
        m.update(shingles)
        index.query(m)
        index.insert(i, m)


def run_ours(texts: Iterator[str], memory: int) -> dict[str, float]:
    """This project: sign shards of 20,000, cluster."""
    import numpy as np

    from cleaner.similar.cluster import cluster
    from cleaner.similar.options import DedupOptions
    from cleaner.similar.sign import sign

    options = DedupOptions(memory=memory)
    folder = Path(tempfile.mkdtemp())
    start, count, paths = time.process_time(), 0, []
    reading = 0.0
    try:
        while True:
            t = time.process_time()
            part = [text for _, text in zip(range(SHARD), texts, strict=False)]
            reading += time.process_time() - t
            if not part:
                break
            docs = np.arange(count, count + len(part), dtype=np.int64)
            paths.append(folder / f"{count}")
            sign(part, docs, None, options).write(paths[-1])
            count += len(part)
        signed = time.process_time()
        del part
        size = sum(p.stat().st_size for p in paths)
        found = cluster(paths, folder / "work", np.arange(count, dtype=np.int64), options)
        end = time.process_time()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "sign": signed - start - reading,
        "cluster": end - signed,
        "rows": float(len(found.sentence)),
        "disk": size / max(count, 1),
    }


def lines(path: Path) -> Iterator[str]:
    """The sentences of a file of ``prepare``, without holding them."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def prepare(args: argparse.Namespace, n: int, folder: str) -> Path:
    """n sentences in a file, one JSON string a line."""
    path = Path(folder) / f"{n}.jsonl"
    if not path.exists():
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(text) + "\n" for text in sentences(args.docs, n))
    return path


def child(args: argparse.Namespace) -> None:
    """One system in a process of its own; prints JSON."""
    source = lines(args.docs)
    extra: dict[str, float] = {}
    if args.system == "ours":
        warm = list(sentences(None, 2000))
        run_ours(iter(warm), args.memory)
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        extra = run_ours(source, args.memory)
        seconds = extra["sign"] + extra["cluster"]
    else:
        texts = list(source)
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        run = {"naive": run_naive, "rensa": run_rensa}[args.system]
        run(texts[:200])
        start = time.process_time()
        run(texts)
        seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "base_kib": base, "peak_kib": peak, **extra}))


def measure(system: str, n: int, args: argparse.Namespace, folder: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--system", system, "--n", str(n), "--memory", str(args.memory)]
    command += ["--docs", str(prepare(args, n, folder))]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result: dict[str, float] = json.loads(output.strip().splitlines()[-1])
    result["us"] = result["seconds"] / n * 1e6
    own = (result["peak_kib"] - result["base_kib"]) * 1024 / n
    print(
        f"{system:8} {n:>9,} sentences  {result['us']:8.1f} us a sentence  peak {result['peak_kib'] / 1024:7.0f} MiB"
        f"  {result['peak_kib'] * 1024 / n:7.0f} bytes a sentence resident, {own:6.0f} above the warm process"
        + (
            f"  sign {result['sign'] / n * 1e6:.1f} cluster {result['cluster'] / n * 1e6:.1f} us, disk {result['disk']:.0f} bytes"
            if "sign" in result
            else ""
        ),
        flush=True,
    )
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=Path)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--naive-n", type=int, default=100_000, help="sentences for the slow systems")
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--skip-naive", action="store_true")
    parser.add_argument("--memory", type=int, default=1 << 30)
    parser.add_argument("--system", choices=("ours", "naive", "rensa"))
    args = parser.parse_args()
    if args.system:
        child(args)
        return
    from cleaner.similar import kernels

    print("ours with numpy alone: no compiled loops" if kernels.compiled is None else "ours with compiled loops")
    with tempfile.TemporaryDirectory() as folder:
        ours = measure("ours", args.n, args, folder)
        if not args.skip_naive:
            naive = measure("naive", min(args.n, args.naive_n), args, folder)
            rensa = measure("rensa", args.n, args, folder)
            print(
                f"against datasketch {naive['us'] / ours['us']:.1f} times, rensa {rensa['us'] / ours['us']:.1f} times"
            )
        if args.million:
            large = measure("ours", 1_000_000, args, folder)
            print(f"growth of CPU a sentence from {args.n:,} to 1,000,000: {large['us'] / ours['us']:.2f} times")


if __name__ == "__main__":
    main()
