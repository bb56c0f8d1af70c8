"""Removals as Dolma attributes: spans of the source texts that a mixer can cut out, or not.

Follows the "data format" page of the Dolma toolkit: ``documents/*.jsonl.gz`` and, line by line the same documents,
``attributes/cleaner/*.jsonl.gz`` with ``[start, end, score]`` triples. Offsets are those of Python's ``text[start:end]``,
as that page shows them. ``mixer.json`` is a configuration for ``dolma -c mixer.json mix`` that removes all of them.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cleaner.export.files import make_folder
from cleaner.io.atomic import atomic_writer
from cleaner.io.results import Results, rebuild
from cleaner.io.write import to_json

ATTRIBUTES = "cleaner"
"""Name of the attribute set: the folder below ``attributes``."""
SHARD_DOCUMENTS = 100_000
_COPIED = ("id", "source", "created", "added", "metadata")


def write_dolma(result: Results, dest: Path) -> Path:
    """Write the folder ``dest`` and return it."""
    for name in ("documents", f"attributes/{ATTRIBUTES}"):
        make_folder(dest / name)
    pairs = iter(result.with_removals())
    pending = next(pairs, None)
    number = 0
    while pending is not None or number == 0:
        with ExitStack() as stack:
            name = f"part-{number:05d}.jsonl.gz"
            texts = _gzip(stack, dest / "documents" / name)
            spans = _gzip(stack, dest / "attributes" / ATTRIBUTES / name)
            for _ in range(SHARD_DOCUMENTS):
                if pending is None:
                    break
                document, removals = pending
                source = {"text": rebuild(document, removals)}
                source.update((key, document[key]) for key in _COPIED if key in document)
                texts.write(to_json(source).encode("utf-8") + b"\n")
                spans.write(to_json(attributes_record(document, removals)).encode("utf-8") + b"\n")
                pending = next(pairs, None)
        number += 1
    with atomic_writer(dest / "mixer.json") as handle:
        handle.write((json.dumps(_mixer(dest), indent=1) + "\n").encode("utf-8"))
    return dest


def attributes_record(document: Mapping[str, Any], removals: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One line of the attributes: every removal under ``cleaner__removed``, its stage, and its stage and reason.

    Copies that were only marked, and what a rule of the user kept, stand under their stage and reason, not under ``cleaner__removed``.
    """
    attributes: dict[str, list[list[Any]]] = {f"{ATTRIBUTES}__removed": []}
    for removal in removals:
        span = [removal["start"], removal["end"], removal["score"]]
        stage, reason = _name(removal["stage"]), _name(removal["reason"])
        names = [f"{ATTRIBUTES}__{stage}", f"{ATTRIBUTES}__{stage}__{reason}"]
        if "action" not in removal:
            names.append(f"{ATTRIBUTES}__removed")
        for name in names:
            attributes.setdefault(name, []).append(span)
    return {"id": document["id"], "source": document["source"], "attributes": attributes}


def _name(code: str) -> str:
    """A code as a part of an attribute's name, so that a JSON path needs no quotes."""
    return re.sub(r"[^0-9A-Za-z]+", "_", code)


def _gzip(stack: ExitStack, path: Path) -> Any:
    raw = stack.enter_context(atomic_writer(path))
    return stack.enter_context(gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0))


def _mixer(dest: Path) -> dict[str, Any]:
    """Paths as given, so that the command runs from where the export ran."""
    return {
        "streams": [
            {
                "name": "cleaned",
                "documents": [f"{dest.as_posix()}/documents/*.jsonl.gz"],
                "attributes": [ATTRIBUTES],
                "output": {"path": f"{dest.as_posix()}/mixed", "max_size_in_bytes": 1 << 30},
                "span_replacement": [
                    {"span": f"$.attributes.{ATTRIBUTES}__removed", "min_score": 0.0, "replacement": ""}
                ],
            }
        ],
        "processes": 1,
    }
