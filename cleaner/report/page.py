"""The page itself."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from cleaner.io.atomic import atomic_writer
from cleaner.io.results import open_result


def write_page(out: Path, manifest: Mapping[str, Any] | None) -> Path:
    """Write ``out/report.html``."""
    result = open_result(out, manifest)
    rows = "".join(f"<tr><td>{escape(d['id'])}<td>{escape(d['source'])}" for d in result.documents())
    path = out / "report.html"
    with atomic_writer(path) as handle:
        handle.write(f"<!doctype html><meta charset=utf-8><title>cleaner</title><table>{rows}</table>".encode("utf-8", "replace"))
    return path
