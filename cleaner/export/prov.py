"""Provenance as W3C PROV-JSON (https://www.w3.org/submissions/prov-json/): which text came from where, through what.

Entities are the input files, each document's source text and clean text, each sentence that several documents carry
and the places that carry it, and the output files. One activity, the run, used the inputs and generated the outputs.
Written as a stream: memory does not grow with the corpus.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cleaner.export.files import make_folder
from cleaner.io.atomic import atomic_writer
from cleaner.io.results import Record, Results
from cleaner.io.write import to_json

PREFIXES = {
    "cleaner": "urn:cleaner:terms:",
    "file": "urn:cleaner:file:",
    "input": "urn:cleaner:input:",
    "source": "urn:cleaner:source:",
    "document": "urn:cleaner:document:",
    "sentence": "urn:cleaner:sentence:",
    "outlet": "urn:cleaner:outlet:",
    "run": "urn:cleaner:run:",
}
Entry = tuple[str, dict[str, Any]]


def write_prov(result: Results, dest: Path) -> Path:
    """Write the file ``dest`` and return it."""
    make_folder(dest.parent)
    sections = {
        "agent": _agents, "activity": _activities, "entity": _entities, "used": _used, "wasGeneratedBy": _generated,
        "wasAssociatedWith": _associated, "wasDerivedFrom": _derived, "wasAttributedTo": _attributed,
        "hadMember": _members, "alternateOf": _alternates,
    }  # fmt: skip
    with atomic_writer(dest) as handle:
        handle.write(b'{"prefix":' + to_json(PREFIXES).encode())
        for name, section in sections.items():
            handle.write(f',\n"{name}":{{'.encode())
            for number, (key, value) in enumerate(section(result)):
                line = f"{json.dumps(key)}:{to_json(value)}"
                handle.write((",\n" if number else "\n").encode() + line.encode("utf-8"))
            handle.write(b"\n}")
        handle.write(b"\n}\n")
    return dest


def _local(prefix: str, name: str) -> str:
    """A qualified name: what its local part may not hold is percent-encoded."""
    return f"{prefix}:{quote(name, safe='', errors='surrogatepass') or '-'}"


def _run_id(result: Results) -> str:
    return _local("run", result.manifest["config_sha256"][:16])


def _typed(value: Any, kind: str) -> dict[str, Any]:
    return {"$": str(value), "type": f"xsd:{kind}"}


def _qualified(name: str) -> dict[str, str]:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}


def _agents(result: Results) -> Iterator[Entry]:
    software = {"prov:type": _qualified("prov:SoftwareAgent"), "cleaner:version": result.manifest["cleaner"]}
    yield "cleaner:software", software
    seen: set[str] = set()
    for document in result.documents():
        if document["source"] not in seen:
            seen.add(document["source"])
            label = {"prov:type": _qualified("prov:Organization"), "prov:label": document["source"]}
            yield _local("outlet", document["source"]), label


def _activities(result: Results) -> Iterator[Entry]:
    activity: dict[str, Any] = {"prov:type": _qualified("cleaner:run")}
    activity["cleaner:config_sha256"] = result.manifest["config_sha256"]
    activity["cleaner:config"] = json.dumps(result.manifest["config"], sort_keys=True)
    started = result.run.get("started")
    if started:
        begin = datetime.fromisoformat(started.replace("Z", "+00:00"))
        activity["prov:startTime"] = begin.isoformat()
        activity["prov:endTime"] = (begin + timedelta(seconds=result.run.get("seconds", 0))).isoformat()
    yield _run_id(result), activity


def _entities(result: Results) -> Iterator[Entry]:
    for source in result.manifest["inputs"]:
        yield (
            _local("input", source["name"]),
            {
                "prov:label": source["name"],
                "cleaner:bytes": _typed(source["bytes"], "long"),
                "cleaner:sha256": source["sha256"],
            },
        )
    for name, about in result.manifest["outputs"].items():
        entity = {"prov:label": name, "cleaner:sha256": about["sha256"]}
        if name.startswith("documents"):
            entity["prov:type"] = _qualified("prov:Collection")
        yield _local("file", name), entity
    for document in result.documents():
        yield from _document_entities(document)
    for sentence in _shared(result):
        for number, source in enumerate(sentence["sources"]):
            place: dict[str, Any] = {
                "prov:type": _qualified("cleaner:sentence"),
                "cleaner:start": _typed(source["start"], "long"),
                "cleaner:end": _typed(source["end"], "long"),
                "cleaner:similarity": _typed(source["similarity"], "double"),
            }
            if number == 0:
                place["prov:value"] = sentence["text"]
            yield _place(source), place


def _document_entities(document: Record) -> Iterator[Entry]:
    source: dict[str, Any] = {
        "prov:type": _qualified("cleaner:source-text"),
        "cleaner:sha256": document["source_sha256"],
        "cleaner:characters": _typed(document["source_length"], "long"),
        "cleaner:path": document["source_path"],
    }
    url = document["metadata"].get("url")
    if url:
        source["cleaner:url"] = str(url)
    if document.get("created"):
        source["cleaner:created"] = document["created"]
    yield _local("source", document["id"]), source
    clean: dict[str, Any] = {
        "prov:type": _qualified("cleaner:clean-text"),
        "cleaner:characters": _typed(len(document["text"]), "long"),
    }
    if document["metadata"].get("title"):
        clean["prov:label"] = str(document["metadata"]["title"])
    yield _local("document", document["id"]), clean


def _shared(result: Results) -> Iterator[Record]:
    return (s for s in result.sentences() if len(s["sources"]) > 1)


def _place(source: Record) -> str:
    return _local("sentence", f"{source['doc_id']}#{source['start']}-{source['end']}")


def _used(result: Results) -> Iterator[Entry]:
    for number, source in enumerate(result.manifest["inputs"]):
        yield f"_:u{number}", {"prov:activity": _run_id(result), "prov:entity": _local("input", source["name"])}


def _generated(result: Results) -> Iterator[Entry]:
    for number, name in enumerate(result.manifest["outputs"]):
        yield f"_:g{number}", {"prov:entity": _local("file", name), "prov:activity": _run_id(result)}


def _associated(result: Results) -> Iterator[Entry]:
    yield "_:w0", {"prov:activity": _run_id(result), "prov:agent": "cleaner:software"}


def _derived(result: Results) -> Iterator[Entry]:
    """Clean text from source text, and source text from the file that held it."""
    inputs = {source["name"] for source in result.manifest["inputs"]}
    for number, document in enumerate(result.documents()):
        source = _local("source", document["id"])
        yield (
            f"_:d{number}",
            {
                "prov:generatedEntity": _local("document", document["id"]),
                "prov:usedEntity": source,
                "prov:activity": _run_id(result),
            },
        )
        path = document["source_path"]
        name = path if path in inputs else path.rpartition(":")[0]
        if name in inputs:
            yield f"_:f{number}", {"prov:generatedEntity": source, "prov:usedEntity": _local("input", name)}


def _attributed(result: Results) -> Iterator[Entry]:
    for number, document in enumerate(result.documents()):
        outlet = _local("outlet", document["source"])
        yield f"_:a{number}", {"prov:entity": _local("source", document["id"]), "prov:agent": outlet}


def _members(result: Results) -> Iterator[Entry]:
    number = 0
    for name in result.files("documents"):
        for document in result.records_of(name):
            member = _local("document", document["id"])
            yield f"_:m{number}", {"prov:collection": _local("file", name), "prov:entity": member}
            number += 1


def _alternates(result: Results) -> Iterator[Entry]:
    """Every other copy of a sentence is an alternate of the kept one."""
    number = 0
    for sentence in _shared(result):
        kept, *copies = sentence["sources"]
        for copy in copies:
            yield f"_:s{number}", {"prov:alternate1": _place(copy), "prov:alternate2": _place(kept)}
            number += 1
