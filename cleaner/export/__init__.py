"""A result in the formats of other projects: Dolma attributes, W3C PROV-JSON, Croissant metadata."""

from __future__ import annotations

from pathlib import Path

from cleaner.errors import UsageError

FORMATS = ("dolma", "prov", "croissant")


def export(out: Path, to: str, dest: Path | None = None) -> Path:
    """Write the result ``out`` as ``to`` and return what was written: a folder for ``dolma``, else a JSON file.

    ``dest`` is that folder or file; by default it lies in ``out/export``. The same result gives the same bytes, but
    for the times that ``prov`` takes from ``run.json``. ``UsageError`` for an unknown format or a folder that is no
    result, ``InputError`` for a damaged one, ``OutputError`` where the system refuses to write.
    """
    from cleaner.io.plugins import WRITERS, names, write_plugin
    from cleaner.io.results import open_result

    result = open_result(out)
    if to == "dolma":
        from cleaner.export.dolma import write_dolma

        return write_dolma(result, dest or out / "export" / "dolma")
    if to == "prov":
        from cleaner.export.prov import write_prov

        return write_prov(result, dest or out / "export" / "prov.json")
    if to == "croissant":
        from cleaner.export.croissant import write_croissant

        return write_croissant(result, dest or out / "export" / "croissant.json")
    if to in names(WRITERS):
        return write_plugin(to, result, dest or out / "export" / to)
    raise UsageError(f"no format {to!r}; one of {', '.join([*FORMATS, *names(WRITERS)])}", code="format")
