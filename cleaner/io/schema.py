"""The schema of every output record, declared once: for people, for validators and for Parquet."""

from __future__ import annotations

import json
from typing import Any

from cleaner.errors import REJECT_CODES

_SPAN = {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "integer"}], "minItems": 2, "maxItems": 2}
_STRING = {"type": "string"}
_OFFSET = {"type": "integer", "minimum": 0}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}

SCHEMAS: dict[str, dict[str, Any]] = {
    "documents": {
        "description": "One cleaned document. Offsets are Unicode code points into the source text.",
        "required": [
            "id",
            "text",
            "source",
            "metadata",
            "spans",
            "gaps",
            "source_length",
            "source_sha256",
            "source_path",
        ],
        "properties": {
            "id": {**_STRING, "description": "The record's id, or the path of the file inside the input."},
            "text": {**_STRING, "description": "The clean text."},
            "source": {**_STRING, "description": "The outlet."},
            "created": {**_STRING, "description": "Date of publication as the input states it (ISO 8601)."},
            "added": {**_STRING, "description": "Date of capture as the input states it (ISO 8601)."},
            "metadata": {
                "type": "object",
                "description": "url, title, lang, kind, duplicate_of and everything else that the input carried.",
            },
            "spans": {"type": "array", "items": _SPAN, "description": "Kept spans of the source text."},
            "gaps": {
                "type": "array",
                "description": "White space that belongs to no span, where it is not just line feeds.",
                "items": {
                    "type": "object",
                    "required": ["start", "text"],
                    "properties": {
                        "start": {**_OFFSET, "description": "First code point in the source text."},
                        "text": {**_STRING, "description": "The white space."},
                    },
                    "additionalProperties": False,
                },
            },
            "source_length": {**_OFFSET, "description": "Code points of the source text."},
            "source_sha256": {**_DIGEST, "description": "SHA-256 of the source text in UTF-8."},
            "source_path": {**_STRING, "description": "The file it was read from; `file:line` for a record."},
        },
    },
    "removed": {
        "description": "One removed span: what, where, why, how sure and on what evidence.",
        "required": ["doc_id", "start", "end", "text", "stage", "reason", "score", "evidence"],
        "properties": {
            "doc_id": {**_STRING, "description": "The document it was part of."},
            "start": {**_OFFSET, "description": "First code point in the source text."},
            "end": {**_OFFSET, "description": "Code point after the last."},
            "text": {**_STRING, "description": "The span, as it stands in the source text."},
            "stage": {**_STRING, "description": "chrome, offtopic, language, dedup, or a plug-in's name."},
            "reason": {**_STRING, "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "description": "Why; see the codes."},
            "score": {
                **_SHARE,
                "description": "How sure, 0 to 1; of a duplicate, its similarity to the kept sentence.",
            },
            "evidence": {
                "type": "object",
                "description": "Rule or model and its strongest features; for dedup the kept sentence.",
            },
            "action": {
                "enum": ["mark", "keep"],
                "description": "The text was kept: mark: see --duplicates mark; keep: the rule in evidence.kept_by.",
            },
        },
    },
    "sentences": {
        "description": "One unique sentence of the clean corpus and everyone who carried it, the kept source first.",
        "required": ["id", "text", "sources"],
        "properties": {
            "id": {**_STRING, "description": "`DOC_ID#START` of the kept copy."},
            "text": {**_STRING, "description": "The sentence, as the kept copy has it."},
            "sources": {
                "type": "array",
                "description": "Everyone who carried it.",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["doc_id", "outlet", "start", "end", "similarity"],
                    "properties": {
                        "doc_id": {**_STRING, "description": "The document that carried it."},
                        "outlet": {**_STRING, "description": "Its outlet."},
                        "start": {**_OFFSET, "description": "First code point in its source text."},
                        "end": {**_OFFSET, "description": "Code point after the last."},
                        "similarity": {**_SHARE, "description": "To the kept sentence; 1 for itself."},
                        "kind": {
                            "enum": ["exact-duplicate", "near-duplicate", "same-quote", "truncated-copy"],
                            "description": "What kind of copy; the kept one has none.",
                        },
                        "framing": {**_STRING, "description": "What this source says around the shared quote."},
                    },
                    "additionalProperties": False,
                },
            },
        },
    },
    "rejected": {
        "description": "One record that could not become a document.",
        "required": ["source", "line", "byte", "id", "code", "message"],
        "properties": {
            "source": {**_STRING, "description": "The input that held it."},
            "line": {"type": ["integer", "null"], "description": "Its line or record number there, from 1."},
            "byte": {"type": ["integer", "null"], "description": "Offset of its first byte in the decompressed input."},
            "id": {"type": ["string", "null"], "description": "The id that it states."},
            "code": {"enum": sorted(REJECT_CODES), "description": "Why; see the codes."},
            "message": {**_STRING, "description": "What was found, and what to do next."},
        },
    },
}


def json_schemas() -> dict[str, Any]:
    """JSON Schema (2020-12) of every output record, by file."""
    return {
        name: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": name,
            "type": "object",
            "additionalProperties": False,
            **schema,
        }
        for name, schema in SCHEMAS.items()
    }


JSON_COLUMNS = ("metadata", "evidence")
"""Open-ended objects: JSON strings in Parquet, where a column has one type."""


def arrow_schema(kind: str) -> Any:
    """The Arrow schema of one output file."""
    import pyarrow as pa

    text, offset = pa.large_string(), pa.int64()
    gap = pa.struct([("start", offset), ("text", text)])
    source = pa.struct(
        [("doc_id", text), ("outlet", text), ("start", offset), ("end", offset), ("similarity", pa.float64()),
         ("kind", text), ("framing", text)]
    )  # fmt: skip
    special = {
        "start": offset, "end": offset, "line": offset, "byte": offset, "source_length": offset,
        "score": pa.float64(), "spans": pa.list_(pa.list_(offset)), "gaps": pa.list_(gap), "sources": pa.list_(source),
    }  # fmt: skip
    return pa.schema([(name, special.get(name, text)) for name in SCHEMAS[kind]["properties"]])


def parquet_row(kind: str, record: dict[str, Any]) -> dict[str, Any]:
    """A record as a row of the Arrow schema. JSON in it keeps its order, as in JSONL: the strongest evidence is first.
    What was rejected may hold lone surrogates: they are spelled out."""
    row = {
        name: json.dumps(value, ensure_ascii=False) if name in JSON_COLUMNS else value for name, value in record.items()
    }
    if kind == "rejected":
        row = {k: v.encode("utf-8", "backslashreplace").decode() if isinstance(v, str) else v for k, v in row.items()}
    return row
