"""Source lines cut into kept and removed pieces."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cleaner.report.lines import lines_of

TEXTS = st.text(st.sampled_from("ab \n\r\x0b\u2028\U0001f4c9"), max_size=40)


@given(TEXTS, st.lists(st.integers(0, 40), max_size=8))
def test_pieces_cover_every_line_once(text: str, cuts: list[int]) -> None:
    points = sorted({min(c, len(text)) for c in cuts})
    spans = list(zip(points[::2], points[1::2], strict=False))
    removals = [{"start": s, "end": e} for s, e in spans]
    wanted = re.split(r"\r\n|\r|\n", text)
    lines = list(lines_of(text, removals))
    assert [line.number for line in lines] == list(range(1, len(wanted) + 1))
    for line, whole in zip(lines, wanted, strict=True):
        assert "".join(p.text for p in line.pieces) == (whole if whole.strip() else "")
        for piece in line.pieces:
            assert text[piece.start : piece.start + len(piece.text)] == piece.text
            inside = [i for i, (s, e) in enumerate(spans) if s <= piece.start and piece.start + len(piece.text) <= e]
            assert inside == ([] if piece.removal is None else [piece.removal])
