"""The manifest: what went in, what came out, and that the two balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import cleaner
from cleaner.config import Config
from cleaner.errors import OutputError

INPUT = ("name", "bytes", "sha256", "error")
"""What is said of an input, in order."""


def build_manifest(
    config: Config,
    inputs: Sequence[Mapping[str, Any]],
    read: Counter[str],
    rows: Counter[str],
    tally: Counter[str],
    outputs: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """The manifest of a run. Raises ``OutputError`` when records or characters do not balance."""
    if read["records"] != rows["documents"] + rows["rejected"]:
        raise OutputError(
            f"records do not balance: {read['records']} read, {rows['documents']} documents, {rows['rejected']} rejected"
        )
    removed = _by(tally, "removed:")
    if tally["characters"] != tally["kept"] + tally["white"] + sum(removed.values()):
        raise OutputError("characters do not balance between source, kept and removed text")
    return {
        "cleaner": cleaner.__version__,
        "config": config.to_dict(result_only=True),
        "config_sha256": config.digest(),
        "inputs": [{key: entry[key] for key in INPUT if key in entry} for entry in inputs],
        "records": {
            "read": read["records"],
            "documents": rows["documents"],
            "rejected": rows["rejected"],
        },
        "characters": {
            "source": tally["characters"],
            "kept": tally["kept"],
            "white_space": tally["white"],
            "removed": removed,
        },
        "spans_removed": _by(tally, "spans:"),
        "reasons": _by(tally, "reason:"),
        "sentences": {"unique": rows["sentences"], "copies": tally["copies"], "copies_across_outlets": tally["across"]},
        "outputs": dict(outputs),
    }


def _by(tally: Counter[str], prefix: str) -> dict[str, int]:
    return {key[len(prefix) :]: count for key, count in sorted(tally.items()) if key.startswith(prefix)}
