"""What copies of an article say of its lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.facts.asked import Asked
from cleaner.facts.copies import compared
from cleaner.facts.corpus import gather
from cleaner.model import Document, LineFacts

ARTICLE = [
    "Council votes to rebuild the harbour wall",
    "The council voted nine to four on Tuesday to rebuild the old harbour wall before the winter storms arrive.",
    "Engineers had warned in March that two of the seven sluices no longer close, and that a third is cracked.",
    "Fishing crews will move to the northern quay for the eleven months that the work is expected to take.",
    "The mayor said the town could not afford to wait for a grant that it had asked for three times already.",
    "Work is to begin in the second week of May, when the spring tides are over and the crane can be moved in.",
]
FURNITURE = [f"Furniture of every page of this paper, number {n}, long enough to be counted as text." for n in range(6)]


def said(*texts: list[str], sources: str = "") -> list[LineFacts]:
    """Facts of documents of these lines; ``sources`` gives each its outlet."""
    import tempfile

    documents = [
        Document(str(i), "\n".join(lines), source=(sources or "a" * len(texts))[i]) for i, lines in enumerate(texts)
    ]
    with tempfile.TemporaryDirectory() as folder:
        found = gather(documents, Path(folder)).for_documents(documents)
        return [LineFacts(**{n: np.array(getattr(f, n)) for n in LineFacts.of_lines()}) for f in found]


@pytest.mark.parametrize(("sources", "where"), [("aa", ""), ("ab", "_elsewhere")])
def test_a_line_that_only_one_copy_has(sources: str, where: str) -> None:
    teaser = "Three bears were seen near the ski lifts of Calder Ridge this weekend"
    mine, other = said([*ARTICLE[:3], teaser, *ARTICLE[3:]], ARTICLE, sources=sources)
    assert getattr(mine, "held" + where).tolist() == [1, 1, 1, 0, 1, 1, 1]
    assert getattr(mine, "added" + where).tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert getattr(other, "held" + where).tolist() == [1] * 6 and not getattr(other, "added" + where).any()
    rest = "_elsewhere" if not where else ""
    assert (getattr(mine, "held" + rest) == -1).all() and not getattr(mine, "added" + rest).any()


def test_a_line_that_was_rewritten_is_no_addition() -> None:
    changed = [*ARTICLE[:3], "Fishing crews will move to the southern quay for the nine months of work.", *ARTICLE[4:]]
    mine, _ = said(changed, ARTICLE)
    assert mine.held.tolist() == [1, 1, 1, 0, 1, 1] and not mine.added.any()


def test_an_excerpt_says_nothing_of_what_it_does_not_reach() -> None:
    mine, _ = said(ARTICLE, ARTICLE[1:4])
    assert mine.held.tolist() == [-1, 1, 1, 1, -1, -1] and not mine.added.any()


def test_shares_count_all_copies() -> None:
    note = "Subscribe to the harbour letter for news of the quay every Friday morning"
    noted = [*ARTICLE[:2], note, *ARTICLE[2:]]
    mine, *_ = said(noted, ARTICLE, noted, noted, sources="abca")
    assert mine.held.tolist() == [1] * 7 and not mine.added.any()
    assert mine.held_elsewhere.tolist() == [1, 1, 0.5, 1, 1, 1, 1] and mine.added_elsewhere[2] == 0.5


def test_an_article_is_no_addition_to_a_page_of_furniture() -> None:
    """Nor do two articles of one page frame speak of each other."""
    body = [x * 2 for x in ARTICLE[1:]]
    page = [*FURNITURE[:3], *body, *FURNITURE[3:]]
    for other in (FURNITURE, [*FURNITURE[:3], *[x.replace(" the ", " her ") * 3 for x in ARTICLE], *FURNITURE[3:]]):
        mine, _ = said(page, other)
        assert not mine.added.any() and (mine.held[3:8] == -1).all()


def test_a_copy_that_comes_later_changes_the_digest(tmp_path: Path) -> None:
    """By the digest an addition knows which old documents to judge again; here nothing else tells."""
    texts = [ARTICLE, ARTICLE, [*ARTICLE[:4], *ARTICLE[5:]]]
    documents = [Document(str(i), "\n".join(lines), source="a") for i, lines in enumerate(texts)]
    asked = Asked.of(documents[:1])
    told = []
    for count in (2, 3):
        (folder := tmp_path / str(count)).mkdir()
        facts = gather(documents[:count], folder)
        told.append((facts.digests(asked).tolist(), facts.for_documents(documents[:1])[0].held.tolist()))
    assert told[0][1] != told[1][1] and told[0][0] != told[1][0]


def test_a_document_alone_has_no_copies() -> None:
    (mine,) = said(ARTICLE)
    assert (mine.held == -1).all() and not mine.added.any()
    assert (mine.held_elsewhere == -1).all() and not mine.added_elsewhere.any()


keys = st.lists(st.integers(1, 9), max_size=12).map(lambda k: np.array(k, np.int64))


@given(keys, st.lists(keys, max_size=4))
def test_shares_are_shares(mine: np.ndarray, others: list[np.ndarray]) -> None:
    copies = [(k, np.append(k[1:], 0)) for k in others]
    held, added = compared(mine, np.full(len(mine), 80), copies)
    assert len(held) == len(added) == len(mine)
    assert ((held == -1) | ((held >= 0) & (held <= 1))).all() and ((added >= 0) & (added <= 1)).all()
    assert not (added[held == 1] > 0).any(), "what every copy holds was added to none"
    turned = compared(mine, np.full(len(mine), 80), copies[::-1])
    assert np.array_equal(turned[0], held) and np.array_equal(turned[1], added)
