"""The comparison form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.similar.tokens import tokenise
from cleaner.text.canonical import analyse_chunk, canonical, canonical_tokens

SAME = [
    ("The U.S. can't pay $2bn.", "the United States of America can not pay $2 billion"),
    ("It cannot and will not happen", "It can't and won't happen"),
    ("Prices rose 5%", "Prices rose five per cent"),
    ("The 1,052 colours of the theatre", "the 1052 colors of the theater"),
    ("They organised a defence programme", "They organized a defense program"),
    ("“Don’t travel,” he said – twice…", '"Don\'t travel", he said - twice'),
    ("a 2,000,000 dollar jewellery robbery", "a 2 million dollar jewelry robbery"),
    ("at 5 p.m. on Sept. 3rd", "At 5 pm on September 3rd"),
    ("Cafe\u0301 au lait", "Caf\u00e9 au lait"),
    ("the first of two", "the 1st of 2"),
    ("The company's results", "the company results"),
    ("US$5m loss", "$5 million loss"),
]
DIFFERENT = [
    ("up 1.6%", "up 2.3%"),
    ("it will", "it will not"),
    ("four ships", "for ships"),
    ("down -3%", "down 3%"),
    ("20 km", "20 kg"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_spelling_habits_do_not_count(a: str, b: str) -> None:
    assert canonical(a) == canonical(b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_facts_do(a: str, b: str) -> None:
    assert canonical(a) != canonical(b)


def test_marks_of_a_chunk() -> None:
    c = analyse_chunk("“No,”")
    assert c.tokens == ("no",) and c.shapes == (1,) and c.opens and c.closes and c.comma
    assert analyse_chunk("Bob,").comma and analyse_chunk("said:").colon and analyse_chunk("(AP)").paren


def test_scripts_without_spaces_have_tokens() -> None:
    assert len(canonical_tokens("日本語の文章です")) == 8


TEXT = st.text(
    alphabet=st.sampled_from(list("aB cé'\"“”’.,:-()5%$U.S \u00a0\u0301日\x00\n\t…")), max_size=40
) | st.text(max_size=30)


@settings(deadline=None)
@given(st.lists(TEXT | st.sampled_from([s for pair in SAME for s in pair]), max_size=12))
def test_bulk_equals_one_by_one(texts: list[str]) -> None:
    """The columns of ``tokenise`` and the plain loop of ``canonical_tokens`` tell the same tokens and punctuation."""
    clean = [t.encode("utf-8", "replace").decode() for t in texts]
    tokens = tokenise(clean)
    for i, text in enumerate(clean):
        span = slice(int(tokens.offsets[i]), int(tokens.offsets[i + 1]))
        assert [tokens.words[k] for k in tokens.ids[span]] == _plain(text)


def _plain(text: str) -> list[str]:
    """Chunks cut at ASCII white space and controls, as the bytes are; the rest as ``canonical_tokens``."""
    from cleaner.text.canonical import join_phrases

    separated = "".join(" " if ord(c) <= 32 else c for c in text)
    return join_phrases([t for chunk in separated.split(" ") if chunk for t in analyse_chunk(chunk).tokens])


@settings(deadline=None)
@given(st.lists(st.text(), max_size=5))
def test_any_string_is_allowed(texts: list[str]) -> None:
    tokens = tokenise([*texts, "\ud800 lone"])
    assert tokens.offsets[-1] == len(tokens.ids) == len(tokens.shapes) == len(tokens.marks)


def test_threads_do_not_meet() -> None:
    """What a process remembers of chunks is written by one thread alone."""
    from concurrent.futures import ThreadPoolExecutor

    texts = [[f"Minister no. {i * j} said 'x{i}' in Port-{j}." for j in range(300)] for i in range(24)]
    alone = [tokenise(t) for t in texts]
    with ThreadPoolExecutor(8) as pool:
        for one, other in zip(alone, pool.map(tokenise, texts), strict=True):
            assert one.words == other.words
            assert one.ids.tobytes() == other.ids.tobytes()
