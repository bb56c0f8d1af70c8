"""The self-contained HTML report of a result."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner.report.shards import Parts


def write_report(out: Path, *, manifest: Mapping[str, Any] | None = None, parts: Parts | None = None) -> Path:
    """Write ``out/report.html`` and return its path. The same result gives the same bytes.

    ``manifest`` spares reading ``manifest.json``, for a run that writes it last, and whose ``parts`` spare reading the
    files. Raises ``UsageError`` where ``out``
    is no result, ``InputError`` where one of its files is damaged.
    """
    from cleaner.report.page import write_page

    return write_page(out, manifest, parts)
