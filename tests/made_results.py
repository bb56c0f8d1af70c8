"""Output folders made by hand, small and hostile: what reads a result is tested without a run."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from cleaner.io import write
from cleaner.model import Document, Removal

HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=2>"
STEER = "\x1b]0;owned\x07\x1b[2J\u202e\x9b31m\x00"
SHARED = "The ministry said nine companies were added to the list on Monday."


def hostile_documents() -> list[tuple[Document, list[Removal]]]:
    """Four documents of three outlets: markup, escapes, a lone surrogate, CR LF, astral characters, a whole copy."""
    first = f"Nine firms listed\n\n{SHARED} Shares fell \U0001f4c9 at once.\r\nLeave a reply {HOSTILE}\n"
    second = f"  {SHARED}\n\nRead more: {STEER} end\nSupport us today.\n\n\n"
    third = "Ein Absatz \ud800 hier.\x0b\n" + SHARED
    made = []
    for number, (text, outlet, title) in enumerate(
        [
            (first, "Alpha Post", HOSTILE),
            (second, 'Beta "News" <b>', "T\u202eitle"),
            (third, "Gamma", ""),
            ("\n \n", "Gamma", "blank"),
        ]
    ):
        removals = []
        for needle, stage, reason, score, evidence in (
            (f"Leave a reply {HOSTILE}", "chrome", "comment-form", 0.97, {"rule": "comment-form/leave-reply"}),
            (
                f"Read more: {STEER} end",
                "offtopic",
                "read-link",
                0.61,
                {"model": "lines", "because": {"words": 2.5, "place": 1.25}},
            ),
            ("Support us today.", "offtopic", "donation-plea", 0.88, {"rule": HOSTILE}),
        ):
            if needle in text:
                start = text.index(needle)
                removals.append(Removal(start, start + len(needle), stage, reason, score, evidence))
        if number in (1, 2):
            start = text.index(SHARED)
            evidence = {
                "by": "minhash", "kept_doc": "a/1.txt", "kept_outlet": "Alpha Post", "kept_start": first.index(SHARED),
                "kept_end": first.index(SHARED) + len(SHARED), "similarity": 1.0,
            }  # fmt: skip
            removals.append(Removal(start, start + len(SHARED), "dedup", "exact-duplicate", 1.0, evidence))
        metadata = {"duplicate_of": "a/1.txt"} if number == 2 else {}
        doc_id = ["a/1.txt", f"b/{HOSTILE}.txt", "c/3.txt", "c/4.txt"][number]
        made.append((Document(doc_id, text, outlet, path=doc_id, title=title, lang="en", created=f"2024-01-0{number + 1}",
                              url="javascript:alert(1)", metadata=metadata), removals))  # fmt: skip
    return made


def write_result(out: Path, documents: list[tuple[Document, list[Removal]]]) -> Path:
    """An output folder as the contract says, with one rejected record."""
    out.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[dict[str, Any]]] = {"documents": [], "removed": [], "sentences": [], "rejected": []}
    source = kept = 0
    removed: dict[str, int] = {}
    reasons: dict[str, int] = {}
    sources = []
    for document, removals in documents:
        applied = write.apply_removals(document.text, removals)
        rows["documents"].append(write.document_record(document, applied))
        rows["removed"] += [write.removal_record(document, r) for r in applied.removed]
        source += len(document.text)
        kept += sum(e - s for s, e in applied.kept)
        for r in applied.removed:
            removed[r.stage] = removed.get(r.stage, 0) + r.end - r.start
            reasons[f"{r.stage}/{r.reason}"] = reasons.get(f"{r.stage}/{r.reason}", 0) + 1
        if SHARED in document.text:
            start = document.text.index(SHARED)
            sources.append({"doc_id": document.id, "outlet": document.source, "start": start,
                            "end": start + len(SHARED), "similarity": 1.0})  # fmt: skip
    for other in sources[1:]:
        other["kind"] = "exact-duplicate"
    if sources:
        rows["sentences"].append(
            {"id": f"{sources[0]['doc_id']}#{sources[0]['start']}", "text": SHARED, "sources": sources}
        )
    rows["rejected"].append({"source": f"in/{HOSTILE}.jsonl", "line": 3, "byte": 120, "id": None, "code": "bad-json",
                             "message": f"not JSON: {STEER}"})  # fmt: skip
    outputs = {}
    for kind, records in rows.items():
        data = "".join(write.to_json(r) + "\n" for r in records).encode()
        (out / f"{kind}.jsonl").write_bytes(data)
        outputs[f"{kind}.jsonl"] = {"rows": len(records), "sha256": hashlib.sha256(data).hexdigest()}
    manifest = {
        "cleaner": "0.1.0", "config": {"keep": "earliest", "aggressiveness": 0.5}, "config_sha256": "0" * 64,
        "inputs": [{"name": "in.jsonl", "bytes": 1234, "sha256": "1" * 64}],
        "records": {"read": len(documents) + 1, "documents": len(documents), "rejected": 1},
        "characters": {"source": source, "kept": kept, "white_space": source - kept - sum(removed.values()), "removed": removed},
        "spans_removed": {}, "reasons": reasons,
        "sentences": {"unique": len(rows["sentences"]), "copies": 2, "copies_across_outlets": 2}, "outputs": outputs,
    }  # fmt: skip
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (out / "run.json").write_text(json.dumps({"started": "2024-01-01T00:00:00Z", "seconds": 1.5}), encoding="utf-8")
    return out
