"""Check a result from its files alone: what it says of itself, and that every source text can be rebuilt."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaner.errors import CleanerError, UsageError
from cleaner.io.places import Place, digest_of, place_of

MAX_FAULTS = 1000


def restore(out: str | os.PathLike[str] | Place, doc_id: str | None = None) -> Iterator[dict[str, str]]:
    """Yields {"id", "text"} with the source text of one or of every document, in order.

    Raises ``UsageError`` for a folder or URL that is no result or an unknown id, ``RebuildError`` naming document and offset
    where a text does not rebuild.
    """
    from cleaner.io.results import open_result, rebuild

    result = open_result(out)
    pairs = result.with_removals() if doc_id is None else [result.find(doc_id)]
    for document, removals in pairs:
        yield {"id": document["id"], "text": rebuild(document, removals)}


def verify(out: str | os.PathLike[str] | Place) -> dict[str, Any]:
    """Everything that can be checked: {"documents", "removed", "sentences", "rejected", "faults": [one line each]}."""
    from cleaner.io.results import open_result

    place = place_of(out)
    manifest = _manifest(place)
    if isinstance(manifest, str):
        return {**dict.fromkeys(("documents", "removed", "sentences", "rejected"), 0), "faults": [manifest]}
    result = open_result(place, manifest=manifest)
    faults: list[str] = []
    counts: Counter[str] = Counter()
    _check_files(place, manifest, faults)
    try:
        lengths = _check_documents(result, manifest, counts, faults)
        _check_sentences(result, lengths, counts, faults)
        counts["rejected"] = sum(1 for _ in result.rejected())
    except (CleanerError, ValueError, KeyError, TypeError, OSError, EOFError) as error:
        faults.append(f"cannot be read to its end: {type(error).__name__}: {error}")
    records = manifest["records"]
    for kind, said in (
        ("documents", records["documents"]),
        ("rejected", records["rejected"]),
        ("sentences", manifest["sentences"]["unique"]),
    ):
        if counts[kind] != said:
            faults.append(f"{kind}: {counts[kind]} found, the manifest says {said}")
    if records["read"] != records["documents"] + records["rejected"]:
        faults.append(f"records do not balance: {records}")
    return {**{k: counts[k] for k in ("documents", "removed", "sentences", "rejected")}, "faults": faults[:MAX_FAULTS]}


def _manifest(out: Place) -> dict[str, Any] | str:
    """The manifest, or what is wrong with it. ``UsageError`` where there is none."""
    try:
        with out.open("manifest.json") as handle:
            manifest: dict[str, Any] = json.loads(handle.read().decode("utf-8"))
        records, characters = manifest["records"], manifest["characters"]
        _ = records["read"] - records["documents"] - records["rejected"] + manifest["sentences"]["unique"]
        _ = characters["source"] - characters["kept"], dict(characters["removed"]), dict(manifest["outputs"])
    except OSError as error:
        raise UsageError(
            f"{out} is no complete result ({error.strerror or error}); run the command again to finish it"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return f"manifest.json: damaged ({type(error).__name__}: {error})"
    return manifest


def _check_files(out: Place, manifest: dict[str, Any], faults: list[str]) -> None:
    for name, entry in sorted(manifest["outputs"].items()):
        if Path(name).name != name:
            faults.append(f"the manifest names {name!r}, which is no file of the result")
            continue
        try:
            digest = digest_of(out, name)
        except OSError as error:
            faults.append(f"{name}: {error.strerror or error}")
            continue
        if digest != entry["sha256"]:
            faults.append(f"{name}: its digest is not the manifest's; the file was changed or damaged")


def _check_documents(result: Any, manifest: dict[str, Any], counts: Counter[str], faults: list[str]) -> dict[str, int]:
    """Every text rebuilds, and the characters sum to what the manifest says. Returns the source length by id."""
    from cleaner.io.results import RebuildError, rebuild

    lengths: dict[str, int] = {}
    characters: Counter[str] = Counter()
    for document, removals in result.with_removals():
        counts["documents"] += 1
        counts["removed"] += len(removals)
        if document["id"] in lengths:
            faults.append(f"document {document['id']!r} is there twice")
        lengths[document["id"]] = document["source_length"]
        try:
            rebuild(document, removals)
        except RebuildError as error:
            faults.append(str(error))
        characters["source"] += document["source_length"]
        characters["kept"] += sum(e - s for s, e in document["spans"])
        for removal in removals:
            if "action" not in removal:
                characters[f"removed:{removal['stage']}"] += removal["end"] - removal["start"]
    said = manifest["characters"]
    wanted = {"source": said["source"], "kept": said["kept"], **{f"removed:{k}": v for k, v in said["removed"].items()}}
    for key in sorted({*wanted, *characters}):
        if characters[key] != wanted.get(key, 0):
            faults.append(f"characters {key}: {characters[key]} found, the manifest says {wanted.get(key, 0)}")
    return lengths


def _check_sentences(result: Any, lengths: dict[str, int], counts: Counter[str], faults: list[str]) -> None:
    for sentence in result.sentences():
        counts["sentences"] += 1
        for source in sentence["sources"]:
            length = lengths.get(source["doc_id"])
            if length is None:
                faults.append(f"sentence {sentence['id']!r} credits {source['doc_id']!r}, which is no document")
            elif not 0 <= source["start"] < source["end"] <= length:
                faults.append(
                    f"sentence {sentence['id']!r}: span {source['start']}-{source['end']} is outside {source['doc_id']!r}"
                )
