"""The self-contained HTML report of a result."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner.io.places import Place
    from cleaner.report.shards import Parts


def write_report(
    out: str | os.PathLike[str] | Place, *, manifest: Mapping[str, Any] | None = None, parts: Parts | None = None
) -> Path | str:
    """Write ``report.html`` into the result ``out`` and return its path, or its URL. The same result gives the same bytes.

    ``manifest`` spares reading ``manifest.json``, for a run that writes it last, and whose ``parts`` spare reading the
    files. Raises ``UsageError`` where ``out`` is no result, ``InputError`` where one of its files is damaged,
    ``OutputError`` where the page cannot be written.
    """
    from cleaner.io.places import place_of
    from cleaner.report.page import write_page

    place = place_of(out)
    write_page(place, manifest, parts)
    return place.at("report.html")
