"""Properties of what everything rests on: the algebra of spans, and restoring any text that Unicode allows."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.io.write import apply_removals
from cleaner.model import Removal
from cleaner.spans import clip, invert, subtract, trim, union

SIZE = 40
SPANS = st.lists(st.tuples(st.integers(0, SIZE), st.integers(0, SIZE)).map(lambda s: (min(s), max(s))), max_size=12)

PIECES = st.sampled_from(
    [
        "Rain fell on the town.",
        "word",
        "Share this:",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x85",
        "\u2028",
        "\u2029",
        "\u00a0",
        "\u3000",
        "\ufeff",
        "\x00",
        "e\u0301",
        "👩🏽‍🚀",
        "𝔘",
        "\ud83d",
        "\udc00",
        "שלום",
        "“quote,” he said.",
        "1,000.5",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(st.characters(), max_size=5)), max_size=25).map("".join)


def points(spans: Any) -> set[int]:
    return {p for s, e in spans for p in range(s, e)}


def is_normal(spans: list[tuple[int, int]]) -> bool:
    return all(s < e for s, e in spans) and all(a[1] < b[0] for a, b in pairwise(spans))


@given(SPANS)
def test_union_is_normal_and_covers_the_same(spans: Any) -> None:
    assert is_normal(union(spans))
    assert points(union(spans)) == points(spans)
    assert union(reversed(spans)) == union(union(spans)) == union(spans)


@given(SPANS, SPANS)
def test_subtract_is_set_difference(spans: Any, holes: Any) -> None:
    left = subtract(union(spans), union(holes))
    assert is_normal(union(left)) and points(left) == points(spans) - points(holes)
    assert all(s < e for s, e in left)


@given(SPANS)
def test_invert_is_its_own_inverse(spans: Any) -> None:
    normal = union(spans)
    assert points(invert(normal, SIZE)) == set(range(SIZE)) - points(normal)
    assert invert(invert(normal, SIZE), SIZE) == normal


@given(SPANS, st.integers(0, SIZE), st.integers(0, SIZE))
def test_clip_is_intersection(spans: Any, low: int, high: int) -> None:
    assert points(clip(spans, low, high)) == points(spans) & set(range(low, high))


@given(TEXTS)
def test_trim_leaves_no_white_space_at_the_ends(text: str) -> None:
    span = trim(text, (0, len(text)))
    assert (text[span[0] : span[1]] if span else "") == text.strip()


@st.composite
def judged(draw: Any) -> tuple[str, list[Removal]]:
    text = draw(TEXTS)
    edge = st.integers(-3, len(text) + 3)
    removals = draw(
        st.lists(
            st.builds(
                Removal,
                edge,
                edge,
                st.sampled_from(["chrome", "offtopic", "dedup"]),
                st.just("site-chrome"),
                st.floats(0, 1),
            ),
            max_size=8,
        )
    )
    return text, removals


@given(judged())
@settings(max_examples=400)
def test_kept_removed_and_gaps_are_the_whole_text(case: tuple[str, list[Removal]]) -> None:
    text, removals = case
    applied = apply_removals(text, removals)
    rebuilt = ["\n"] * len(text)
    seen = [0] * len(text)
    spans = [*applied.kept, *((r.start, r.end) for r in applied.removed)]
    for start, end in spans:
        assert text[start:end].strip() == text[start:end] != ""
        for at in range(start, end):
            rebuilt[at], seen[at] = text[at], seen[at] + 1
    for start, white in applied.gaps:
        assert not white.strip()
        for at, character in enumerate(white, start):
            rebuilt[at], seen[at] = character, seen[at] + 1
    assert "".join(rebuilt) == text
    assert all(n == 1 or (n == 0 and character in "\n") for n, character in zip(seen, text, strict=True))
    wanted = points((max(0, r.start), min(len(text), r.end)) for r in removals)
    assert all(at in wanted or text[at].isspace() for r in applied.removed for at in range(r.start, r.end))
    assert all(text[at].isspace() or at not in wanted for s, e in applied.kept for at in range(s, e))


def test_the_command_restores_arbitrary_texts(cleaner: Any, output: Any, tmp_path: Path) -> None:
    """Many generated texts through one run: each comes back to the last character, or is rejected with a reason."""
    texts: list[str] = []

    @given(TEXTS)
    @settings(max_examples=150, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    with (tmp_path / "in.jsonl").open("w", encoding="utf-8") as handle:
        for number, text in enumerate(texts):
            handle.write(json.dumps({"id": f"t{number}", "text": text, "outlet": f"o{number % 3}"}) + "\n")
    done = cleaner("run", tmp_path / "in.jsonl", "--out", tmp_path / "out")
    assert done.code in (0, 3), done.err
    assert cleaner("verify", tmp_path / "out").code == 0
    out = output(tmp_path / "out")
    documents, rejected = out.documents(), {r["id"]: r["code"] for r in out.read("rejected")}
    assert len(documents) + len(rejected) == len(texts)
    removed: dict[str, list[Any]] = {}
    for removal in out.read("removed"):
        removed.setdefault(removal["doc_id"], []).append(removal)
    for number, text in enumerate(texts):
        name = f"t{number}"
        if name in rejected:
            assert not text.strip() or rejected[name] == "surrogate", (text, rejected[name])
            continue
        rebuilt = ["\n"] * len(text)
        for start, end in documents[name]["spans"]:
            rebuilt[start:end] = text[start:end]
        for r in removed.get(name, []):
            assert r["text"] == text[r["start"] : r["end"]]
            rebuilt[r["start"] : r["end"]] = r["text"]
        for gap in documents[name]["gaps"]:
            rebuilt[gap["start"] : gap["start"] + len(gap["text"])] = gap["text"]
        assert "".join(rebuilt) == text
