"""The page: static sections from a template, texts as data for the one script, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from cleaner.errors import REJECT_CODES
from cleaner.io.places import Place
from cleaner.io.results import Record, open_result
from cleaner.report.data import MAX_OUTLETS, Gathered, Row, gather
from cleaner.report.islands import island, islands
from cleaner.report.shards import Parts, copy_texts, draw
from cleaner.report.words import STAGES, meaning, stage_name, visible


def write_page(out: Place, manifest: Mapping[str, Any] | None, parts: Parts | None) -> None:
    """Write ``report.html``, whole or not at all; from the ``parts`` of a run that is about to end, or the files."""
    if parts is not None and manifest is not None:
        drawn = draw(parts, manifest)
        with out.write("report.html") as handle:
            handle.write(_opening(drawn.data).encode("utf-8"))
            copy_texts(drawn, handle)
            handle.write(_ending().encode("utf-8"))
        return
    result = open_result(out, manifest)
    data = gather(result)
    with out.write("report.html") as handle:
        handle.write(_opening(data).encode("utf-8"))
        for part in islands(result.with_removals(), data.number(), data.embedded):
            handle.write(part.encode("utf-8"))
        handle.write(_ending().encode("utf-8"))


def _opening(data: Gathered) -> str:
    """The page up to the texts."""
    style, script = _asset("page.css"), _script()
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    page: str = _template().render(style=style, policy=policy, **_view(data))
    return page + island("index", _index(data))


def _ending() -> str:
    return f"<script>{_script()}</script>\n</body>\n</html>\n"


def _script() -> str:
    """The one script: its parts in a scope of their own."""
    parts = "\n".join(_asset(f"script/{name}.js") for name in ("base", "list", "map", "viewer", "panel", "tip"))
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def _asset(name: str) -> str:
    """A file of this package. Carriage returns would change its digest on the way through the parser."""
    return files("cleaner.report").joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")


def _template() -> Any:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["visible"] = visible
    environment.filters["count"] = lambda n: f"{n:,}"
    environment.filters["share"] = _percent
    environment.filters["stage"] = lambda s: visible(stage_name(s))
    environment.filters["plural"] = lambda n, word, many=None: f"{n:,} {word if n == 1 else many or word + 's'}"
    return environment.from_string(_asset("page.html.jinja"))


def _percent(part: float, whole: float) -> str:
    """For people: never 0 % of something, never 100 % of not all."""
    if not whole or not part:
        return "0\u00a0%"
    value = 100 * part / whole
    if value < 0.1:
        return "<\u00a00.1\u00a0%"
    if value > 99.9 and part < whole:
        return ">\u00a099.9\u00a0%"
    return f"{value:.0f}\u00a0%" if value >= 99.95 else f"{value:.1f}\u00a0%"


def _view(data: Gathered) -> dict[str, Any]:
    """What the template shows, in plain values."""
    total = data.kept + sum(data.stages.values())
    embedded = sum(row.embedded for row in data.rows)
    number = data.number()
    return {
        "manifest": data.manifest,
        "data": data,
        "total": total,
        "removed": sum(data.stages.values()),
        "overall": _bar({"kept": data.kept, **{s: data.stages[s] for s in data.stage_names}}, total),
        "stages": [_stage_view(data, stage, total) for stage in data.stage_names],
        "outlets": _outlet_view(data),
        "outlets_left_out": max(0, len(data.outlets) - MAX_OUTLETS),
        "map": _map_view(data),
        "chains": [_chain_view(data, n, number) for n in data.sharing.chains],
        "doubts": [
            (stage, [(doubt, number.get(doubt.doc_id)) for doubt in doubts]) for stage, doubts in data.doubts.items()
        ],
        "reject_codes": [(c, n, REJECT_CODES.get(c, "")) for c, n in sorted(data.reject_codes.items())],
        "embedded": embedded,
        "keep": data.manifest.get("config", {}).get("keep", "earliest"),
    }


def _colour(part: str) -> str:
    """CSS class of a stage (or of what was kept)."""
    return f"c-{part}" if part in STAGES or part == "kept" else "c-other"


def _bar(parts: Mapping[str, int], total: int) -> list[dict[str, Any]]:
    """Segments of a stacked bar: class, offset and width in percent."""
    segments, at = [], 0.0
    for name, count in parts.items():
        width = 100 * count / total if total else 0.0
        label = "Kept" if name == "kept" else visible(stage_name(name))
        segments.append({"name": name, "label": label, "colour": _colour(name), "count": count,
                         "x": f"{at:.3f}%", "width": f"{width:.3f}%", "share": _percent(count, total)})  # fmt: skip
        at += width
    return segments


def _stage_view(data: Gathered, stage: str, total: int) -> dict[str, Any]:
    most = max(data.reason_chars.values(), default=1) or 1
    reasons = sorted((key for key in data.reasons if key[0] == stage), key=lambda k: (-data.reason_chars[k], k))
    return {
        "id": stage,
        "name": visible(stage_name(stage)),
        "colour": _colour(stage),
        "count": data.stages[stage],
        "share": _percent(data.stages[stage], total) if data.stages[stage] else "marked, not removed",
        "reasons": [
            {"code": reason, "key": f"{s}/{reason}", "meaning": meaning(reason), "spans": data.reasons[s, reason],
             "count": data.reason_chars[s, reason], "width": f"{100 * data.reason_chars[s, reason] / most:.2f}%"}
            for s, reason in reasons
        ],
    }  # fmt: skip


def _outlet_view(data: Gathered) -> list[dict[str, Any]]:
    out = []
    for name, counts in sorted(data.outlets.items(), key=lambda item: (-item[1]["documents"], item[0]))[:MAX_OUTLETS]:
        parts = {"kept": counts["kept"], **{s: counts[f"stage:{s}"] for s in data.stage_names}}
        total = sum(parts.values())
        out.append({"name": name, "documents": counts["documents"], "total": total, "bar": _bar(parts, total),
                    "kept": _percent(counts["kept"], total)})  # fmt: skip
    return out


def _map_view(data: Gathered) -> dict[str, Any]:
    """The heat map: how many sentences each outlet had first (row) that each other one carried too (column)."""
    import math

    names = data.sharing.outlets
    most = max(data.sharing.pairs.values(), default=1)
    rows = []
    for i, kept in enumerate(names):
        cells = []
        for j, other in enumerate(names):
            count = data.sharing.pairs[kept, other]
            heat = 1 + round(8 * math.log1p(count) / math.log1p(most)) if count else 0
            cells.append({"count": count, "heat": heat, "pair": f"{i},{j}", "other": other})
        rows.append({"name": kept, "cells": cells})
    everyone = {outlet for pair in data.sharing.pairs for outlet in pair}
    return {"names": names, "rows": rows, "left_out": len(everyone) - len(names)}


def _chain_view(data: Gathered, n: int, number: Mapping[str, int]) -> dict[str, Any]:
    sentence = data.sharing.sentences[n]
    sources = []
    for source in sentence["sources"]:
        row = number.get(source["doc_id"])
        sources.append({**source, "row": row, "created": data.rows[row].created if row is not None else ""})
    dated = [s for s in sources if s["created"]]
    first = min(dated, key=lambda s: s["created"]) if dated else sources[0]
    return {
        "text": sentence["text"],
        "sources": sources,
        "documents": len({s["doc_id"] for s in sources}),
        "outlets": len({s["outlet"] for s in sources}),
        "first": first,
        "dated": bool(dated),
    }


def _index(data: Gathered) -> dict[str, Any]:
    """The table of documents and the shared sentences, with names as numbers."""
    number = data.number()
    outlets = sorted(
        {row.outlet for row in data.rows} | {s["outlet"] for x in data.sharing.sentences for s in x["sources"]}
    )
    outlet = {name: n for n, name in enumerate(outlets)}
    reasons = sorted({reason for row in data.rows for reason in row.reasons})
    reason = {name: n for n, name in enumerate(reasons)}
    stages = data.stage_names
    return {
        "outlets": outlets,
        "stages": [[s, stage_name(s), _colour(s)] for s in stages],
        "reasons": [[key, meaning(key.split("/", 1)[1])] for key in reasons],
        "rows": [_row_record(row, stages, outlet, reason, number) for row in data.rows],
        "sentences": [
            [x["text"], [_source_record(s, outlet, number) for s in x["sources"]]] for x in data.sharing.sentences
        ],
        "map": [outlet[name] for name in data.sharing.outlets],
        "pairs": [
            [outlet[a], outlet[b], ns, data.sharing.pairs[a, b]] for (a, b), ns in sorted(data.sharing.examples.items())
        ],
    }


def _row_record(
    row: Row, stages: Iterable[str], outlet: Mapping[str, int], reason: Mapping[str, int], number: Mapping[str, int]
) -> list[Any]:
    """See ``ROW`` in script/base.js for the order."""
    copy_of = None if row.duplicate_of is None else number.get(row.duplicate_of, row.duplicate_of)
    return [
        row.id, row.title, outlet[row.outlet], row.created, row.lang, row.kept, [row.removed.get(s, 0) for s in stages],
        [reason[r] for r in row.reasons], row.decisions, row.least, copy_of, int(row.embedded),
    ]  # fmt: skip


def _source_record(source: Record, outlet: Mapping[str, int], number: Mapping[str, int]) -> list[Any]:
    return [
        number.get(source["doc_id"], source["doc_id"]), outlet[source["outlet"]], source["start"], source["end"],
        source["similarity"], source.get("kind", ""), source.get("framing", ""),
    ]  # fmt: skip
