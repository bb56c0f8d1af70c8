"""Any corpus at all, through the real command: every line ends in documents or in rejected, every text rebuilds."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from trouble import article, begin, end, sound

PIECES = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Mn", "So", "Zl", "Zp", "Zs"]), max_size=12),
    st.integers(0, 6).map(lambda n: article(n, 2)),
    st.sampled_from(
        ["Share this article", "Read more: Another story about the harbour", "© 2024 The Paper. All rights reserved.",
         "“We will not sell the harbour,” she said.", "Subscribe to our newsletter", "e\u0301 \u202e x \u200b", "\x1b[31m"]
    ),
)  # fmt: skip
TEXTS = st.lists(
    st.tuples(PIECES, st.sampled_from(["\n", "\n\n", "\r\n", "\r", "\u2028", "\x85", " ", "\t", ""])), max_size=8
).map(lambda parts: "".join(piece + end for piece, end in parts))
RECORDS = st.fixed_dictionaries(
    {"text": TEXTS},
    optional={
        "id": st.one_of(st.text(max_size=6), st.integers(), st.none(), st.sampled_from(["a", "b"])),
        "outlet": st.one_of(st.text(max_size=5), st.integers(0, 3), st.lists(st.none(), max_size=1)),
        "url": st.one_of(
            st.text(max_size=20), st.sampled_from(["https://example.org/a", "javascript:x", "http://[::1"])
        ),
        "title": st.text(max_size=20),
        "date": st.one_of(st.text(max_size=12), st.integers(), st.sampled_from(["2024-01-02", "Jan 2, 2024"])),
        "lang": st.sampled_from(["en", "xx", "", "en-GB", 5]),
        "more": st.recursive(
            st.none() | st.floats() | st.text(max_size=4), lambda x: st.lists(x, max_size=2), max_leaves=4
        ),
    },
)
LINES = st.one_of(
    RECORDS.map(lambda r: json.dumps(r).encode()),
    RECORDS.map(lambda r: json.dumps(r).encode()[:-1]),
    st.binary(max_size=20).map(lambda b: b.replace(b"\n", b" ")),
    st.just(b""),
)


def holds(lines: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "in.jsonl", Path(folder) / "out"
        source.write_bytes(b"\n".join([b'{"id":"first","text":"The first record is always there."}', *lines]))
        done = end(begin("run", source, "--out", out))
        assert done.code in (0, 3), done.err
        known: dict[int, Any] = {1: {"id": "first", "text": "The first record is always there."}}
        for number, line in enumerate(lines, 2):
            try:
                known[number] = json.loads(line.decode("utf-8"))
            except ValueError:
                known[number] = None
        result = sound(out)
        placed = {int(d["source_path"].rpartition(":")[2]): d["id"] for d in result.documents.values()}
        rejected = [r["line"] for r in result.rejected]
        wanted = [1, *(n for n, line in enumerate(lines, 2) if line.strip(b" \t\r"))]
        assert sorted([*placed, *rejected]) == wanted
        assert done.code == (3 if rejected else 0)
        sound(out, {ident: known[number]["text"] for number, ident in placed.items()})
        restored = end(begin("restore", out)).out.split("\n")[:-1]
        assert {r["id"]: r["text"] for r in map(json.loads, restored)} == {
            ident: known[number]["text"] for number, ident in placed.items()
        }


COMMON: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.explicit, Phase.generate],
}


@settings(max_examples=2, derandomize=True, **COMMON)
@given(st.lists(LINES, min_size=30, max_size=60))
def test_any_corpus(lines: list[bytes]) -> None:
    holds(lines)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@settings(max_examples=40, **COMMON)
@given(st.lists(LINES, max_size=80))
def test_many_corpora(lines: list[bytes]) -> None:
    holds(lines)
