"""Pages a CPU second of the whole HTML path against ``trafilatura.extract``, paired in one run over the same pages.

``python tests/bench/bench_html.py ../shared/data/html/pages.jsonl.gz [EVERY]``: bytes to clean text, metadata included,
against standard extraction without metadata. Prints the memory after each tenth of the pages: it should not grow.
"""

from __future__ import annotations

import gzip
import json
import resource
import sys
import time
from typing import Any

BATCH = 25


def clean(pages: list[dict[str, Any]], judge: Any) -> list[str]:
    """The text of each page as ``cleaner run`` would keep it, before rules and corpus."""
    from cleaner.errors import RejectError
    from cleaner.html import read_page
    from cleaner.model import Document

    documents = []
    for page in pages:
        try:
            read = read_page(page["html"].encode("utf-8", "replace"), url=page.get("url"), charset_hint="utf-8")
        except RejectError:
            continue
        documents.append(Document(page["id"], read.text, kind="html", page=read.features, metadata=read.metadata))
    limit = judge.threshold(0.5)
    return [
        "\n".join(d.text[s:e] for s, e, r in zip(v.start, v.end, v.remove, strict=True) if r < limit)
        for d, v in zip(documents, judge.score(documents), strict=True)
    ]


def main() -> None:
    """Measures and prints."""
    import trafilatura

    from cleaner.html.judge import PageJudge

    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as handle:
        pages = [json.loads(line) for line in handle][::every]
    judge = PageJudge.load("blocks")
    clean(pages[:2], judge)
    trafilatura.extract(pages[0]["html"])
    ours = theirs = 0.0
    for low in range(0, len(pages), BATCH):
        batch = pages[low : low + BATCH]
        start = time.process_time()
        clean(batch, judge)
        middle = time.process_time()
        for page in batch:
            trafilatura.extract(page["html"])
        ours, theirs = ours + middle - start, theirs + time.process_time() - middle
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{low + len(batch):5d} pages  peak {peak} MB", file=sys.stderr)
    print(f"cleaner     {len(pages) / ours:6.1f} pages a CPU second")
    print(f"trafilatura {len(pages) / theirs:6.1f} pages a CPU second")
    print(f"ratio       {theirs / ours:6.2f}")


if __name__ == "__main__":
    main()
