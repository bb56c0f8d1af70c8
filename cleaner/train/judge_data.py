"""Labelled lines for the judge, from the development sets."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cleaner.model import Document, LineFacts
from cleaner.text.lines import line_spans

TOPICAL = frozenset({"teaser_easy", "teaser_hard", "body_easy", "body_hard", "link_bare"})
"""Insertions whose words say nothing of what they are: never used to learn words."""


@dataclass(frozen=True)
class Example:
    """A document with a label for each line: 1 does not belong, 0 content, -1 unknown."""

    document: Document
    labels: NDArray[np.int8]
    group: str
    """The domain: never on both sides of a split."""
    kind: str
    """The set and style it comes from."""
    topical: NDArray[np.bool_]
    """Lines that must not teach words."""
    facts: LineFacts | None = None
    extra: bool = False
    """Made for training; never counted in figures."""


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a gzipped JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            yield json.loads(line)


FOLDS = 4
"""Parts of the sites for cross-validation; wordings made up for training are dealt out to the same parts."""


def fold_of(group: str, folds: int = FOLDS) -> int:
    """The fold of a domain: a fixed function of its name."""
    return crc32(("fold:" + group).encode()) % folds


def chrome_examples(path: Path) -> list[Example]:
    """Examples of a gold file of chrome lines."""
    out = []
    for record in read_jsonl(path):
        labels = np.array([-1 if label is None else 1 - label for _, _, label in record["lines"]], np.int8)
        document = Document(record["id"], record["text"], record["domain"])
        out.append(Example(document, labels, _site(record["domain"]), record["style"], np.zeros(len(labels), np.bool_)))
    return out


def offtopic_examples(path: Path, domains: dict[str, str], kind: str) -> list[Example]:
    """Examples of a gold file of insertions; ``domains`` gives the site of a story's page."""
    out = []
    for record in read_jsonl(path):
        spans = line_spans(record["text"])
        labels = np.zeros(len(spans), np.int8)
        topical = np.zeros(len(spans), np.bool_)
        for gold in record["gold"]:
            for number, (start, end) in enumerate(spans):
                if start < gold["end"] and end > gold["start"]:
                    labels[number] = 1
                    topical[number] = gold["kind"] in TOPICAL
        site = domains.get(record["story"][1:], record["outlet"])
        out.append(
            Example(Document(record["id"], record["text"], record["outlet"]), labels, _site(site), kind, topical)
        )
    return out


def load(shared: Path) -> list[Example]:
    """All development examples: chrome in eight styles, outlets, insertions, stories."""
    data = shared / "data"
    domains = {}
    for record in read_jsonl(data / "chrome" / "dev.jsonl.gz"):
        domains[record["page"].split("-")[-1]] = record["domain"]
    return with_facts(
        [
            *chrome_examples(data / "chrome" / "dev.jsonl.gz"),
            *chrome_examples(data / "chrome" / "dev_outlets.jsonl.gz"),
            *offtopic_examples(data / "offtopic" / "dev.jsonl.gz", domains, "offtopic"),
            *offtopic_examples(data / "offtopic" / "dev_story.jsonl.gz", domains, "story"),
        ]
    )


def _site(domain: str) -> str:
    """The registered part of a domain, near enough for grouping."""
    parts = domain.lower().split(".")
    short = len(parts) >= 3 and len(parts[-2]) <= 3 and len(parts[-1]) == 2
    return ".".join(parts[-3:] if short else parts[-2:])


def with_facts(examples: Sequence[Example]) -> list[Example]:
    """The same examples with what their corpora know (each kind is a corpus), and copies of outlets and stories alone."""
    from cleaner.facts.corpus import gather

    out: list[Example] = []
    for kind in dict.fromkeys(e.kind for e in examples):
        own = [e for e in examples if e.kind == kind]
        with tempfile.TemporaryDirectory() as folder:
            known = gather([e.document for e in own], Path(folder)).for_documents([e.document for e in own])
            known = [_copied(f) for f in known]
        out += [replace(e, facts=f) for e, f in zip(own, known, strict=True)]
        if kind in ("outlet", "story"):
            out += [replace(e, kind=kind + "_alone", extra=True) for e in own]
    return out


def _copied(facts: LineFacts) -> LineFacts:
    """Facts that outlive the files they were read from."""
    copies: dict[str, Any] = {n: np.array(getattr(facts, n)) for n in LineFacts.of_lines()}
    return replace(facts, **copies)
