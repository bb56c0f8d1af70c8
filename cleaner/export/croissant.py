"""Croissant 1.0 metadata (https://docs.mlcommons.org/croissant/docs/croissant-spec.html) of a result.

Describes the output files where they are: names relative to the metadata file, digests, and the columns of each record.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaner.export.files import make_folder
from cleaner.io.atomic import atomic_writer
from cleaner.io.results import KINDS, Results
from cleaner.io.schema import SCHEMAS

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification prescribes."""

_FORMATS = {
    ".jsonl": "application/jsonlines",
    ".zst": "application/zstd",
    ".gz": "application/gzip",
    ".parquet": "application/x-parquet",
}
_TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float"}
_KEYS = {"documents": ["id"], "sentences": ["id"]}


def write_croissant(result: Results, dest: Path) -> Path:
    """Write the file ``dest`` and return it."""
    make_folder(dest.parent)
    with atomic_writer(dest) as handle:
        handle.write((json.dumps(croissant(result, dest.parent), indent=1, ensure_ascii=True) + "\n").encode())
    return dest


def croissant(result: Results, folder: Path) -> dict[str, Any]:
    """The metadata, for a file in ``folder``. Counts and digests are the manifest's."""
    manifest = result.manifest
    records, characters = manifest["records"], manifest["characters"]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": str(result.place.absolute()).rpartition("/")[2] or "corpus",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "description": (
            f"A corpus of {records['documents']} documents, cleaned of site chrome, off-topic insertions and duplicate "
            f"sentences by cleaner {manifest['cleaner']}: {characters['kept']} of {characters['source']} characters "
            f"kept, every removal on record. Configuration {manifest['config_sha256']}."
        ),
        "version": manifest["cleaner"],
        "distribution": list(_distribution(result, folder)),
        "recordSet": [_record_set(result, kind) for kind in KINDS if result.files(kind)],
    }


def _distribution(result: Results, folder: Path) -> Iterator[dict[str, Any]]:
    for kind in KINDS:
        for name in result.files(kind):
            about = result.manifest["outputs"].get(name, {})
            where = result.place.at(name)
            entry = {
                "@type": "cr:FileObject",
                "@id": name,
                "name": name,
                "description": SCHEMAS[kind]["description"],
                "contentUrl": where if isinstance(where, str) else Path(os.path.relpath(where, folder)).as_posix(),
                "contentSize": f"{result.place.size(name)} B",
                "encodingFormat": _format(name),
            }
            if "sha256" in about:
                entry["sha256"] = about["sha256"]
            yield entry
        if len(result.files(kind)) > 1:
            yield {
                "@type": "cr:FileSet",
                "@id": f"{kind}-files",
                "name": f"{kind}-files",
                "description": SCHEMAS[kind]["description"],
                "containedIn": [{"@id": name} for name in result.files(kind)],
                "encodingFormat": _format(result.files(kind)[0]),
                "includes": f"{kind}-*",
            }


def _format(name: str) -> str:
    return _FORMATS[os.path.splitext(name)[1]]


def _record_set(result: Results, kind: str) -> dict[str, Any]:
    """The columns that hold plain values in every record; nested ones are in the JSON Schema of the files."""
    files = result.files(kind)
    origin = {"fileSet": {"@id": f"{kind}-files"}} if len(files) > 1 else {"fileObject": {"@id": files[0]}}
    schema = SCHEMAS[kind]
    fields = []
    for name in schema["required"]:
        about = schema["properties"][name]
        data_type = _TYPES.get(about["type"]) if isinstance(about.get("type"), str) else None
        if "enum" in about:
            data_type = "sc:Text"
        if data_type is None:
            continue
        field = {
            "@type": "cr:Field",
            "@id": f"{kind}/{name}",
            "name": name,
            "dataType": data_type,
            "source": {**origin, "extract": {"column": name}},
        }
        if "description" in about:
            field["description"] = about["description"]
        fields.append(field)
    out = {
        "@type": "cr:RecordSet",
        "@id": kind,
        "name": kind,
        "description": schema["description"],
        "field": fields,
    }
    if kind in _KEYS:
        out["key"] = [{"@id": f"{kind}/{name}"} for name in _KEYS[kind]]
    return out
