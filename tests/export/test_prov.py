"""PROV-JSON: references that lead somewhere, and the reference library reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from libraries import library

from cleaner.export import export
from cleaner.export.prov import PREFIXES

ROLES = {
    "used": ("activity", "entity"),
    "wasGeneratedBy": ("entity", "activity"),
    "wasAssociatedWith": ("activity", "agent"),
    "wasDerivedFrom": ("generatedEntity", "usedEntity", "activity"),
    "wasAttributedTo": ("entity", "agent"),
    "hadMember": ("collection", "entity"),
    "alternateOf": ("alternate1", "alternate2"),
}
KINDS = {"activity": "activity", "agent": "agent"}


@pytest.fixture
def prov(hostile_out: Path, tmp_path: Path) -> dict[str, Any]:
    return dict(json.loads(export(hostile_out, "prov", tmp_path / "p" / "prov.json").read_text(encoding="utf-8")))


def test_every_reference_leads_somewhere(prov: dict[str, Any]) -> None:
    assert set(prov) == {"prefix", "agent", "activity", "entity", *ROLES}
    for relation, roles in ROLES.items():
        for record in prov[relation].values():
            assert {f"prov:{r}" for r in roles} >= set(record)
            for role in roles[:2]:
                assert record[f"prov:{role}"] in prov[KINDS.get(role, "entity")], (relation, role)


def test_names_are_qualified_names(prov: dict[str, Any]) -> None:
    for section in ("agent", "activity", "entity"):
        for name in prov[section]:
            prefix, _, local = name.partition(":")
            assert prefix in PREFIXES
            assert local and not set(local) & set("<>\"'/ \n"), name


def test_it_tells_where_texts_and_sentences_come_from(prov: dict[str, Any], hostile: Any) -> None:
    assert len([n for n in prov["entity"] if n.startswith("document:")]) == len(hostile)
    assert len(prov["alternateOf"]) == 2, "two copies of the shared sentence"
    labels = {a.get("prov:label") for a in prov["agent"].values()}
    assert {d.source for d, _ in hostile} <= labels
    activity = next(iter(prov["activity"].values()))
    assert activity["prov:startTime"] == "2024-01-01T00:00:00+00:00"
    assert activity["prov:endTime"] == "2024-01-01T00:00:01.500000+00:00"


def test_the_files_of_a_real_run_are_derived_from_its_inputs(corpus_run: Any, tmp_path: Path) -> None:
    record = json.loads(export(corpus_run[1].path, "prov", tmp_path / "prov.json").read_text(encoding="utf-8"))
    used = {r["prov:usedEntity"] for r in record["wasDerivedFrom"].values()}
    assert len([u for u in used if u.startswith("input:")]) == 7


def test_the_prov_library_reads_it(hostile_out: Path, tmp_path: Path) -> None:
    model = library("prov.model")
    path = export(hostile_out, "prov", tmp_path / "prov.json")
    document = model.ProvDocument.deserialize(str(path), format="json")
    kinds = [type(record).__name__ for record in document.get_records()]
    assert kinds.count("ProvAlternate") == 2
    assert kinds.count("ProvMembership") == 4
    again = model.ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
    assert again == document
