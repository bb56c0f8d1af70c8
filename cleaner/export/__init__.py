"""A result in the formats of other projects: Dolma attributes, W3C PROV-JSON, Croissant metadata."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.errors import UsageError

if TYPE_CHECKING:
    from cleaner.io.places import Place

FORMATS = ("dolma", "prov", "croissant")


def export(out: str | os.PathLike[str] | Place, to: str, dest: Path | None = None) -> Path:
    """Write the result ``out`` as ``to`` and return what was written: a folder for ``dolma``, else a JSON file.

    ``dest`` is that folder or file; by default it lies in ``out/export``, and must be given for a URL. The same result gives the same bytes, but
    for the times that ``prov`` takes from ``run.json``. ``UsageError`` for an unknown format or a folder that is no
    result, ``InputError`` for a damaged one, ``OutputError`` where the system refuses to write.
    """
    from cleaner.io.plugins import WRITERS, names, write_plugin
    from cleaner.io.results import open_result

    result = open_result(out)
    if to not in (known := [*FORMATS, *names(WRITERS)]):
        raise UsageError(f"no format {to!r}; one of {', '.join(known)}", code="format")
    if dest is None:
        folder = result.place.at("export")
        if not isinstance(folder, Path):
            raise UsageError(f"{out} is a URL; give a local path for the export with --dest", code="dest")
        dest = folder / (to if to not in ("prov", "croissant") else f"{to}.json")
    if to == "dolma":
        from cleaner.export.dolma import write_dolma

        return write_dolma(result, dest)
    if to == "prov":
        from cleaner.export.prov import write_prov

        return write_prov(result, dest)
    if to == "croissant":
        from cleaner.export.croissant import write_croissant

        return write_croissant(result, dest)
    return write_plugin(to, result, dest)
