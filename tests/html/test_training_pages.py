"""Pages made for training: what is put in is known, and a disguise changes nothing but what it hides."""

from __future__ import annotations

from random import Random

import numpy as np

from cleaner.html import read_page
from cleaner.html.names import COLUMN, FAR
from cleaner.train.html_augment import babbled, nameless
from cleaner.train.html_data import GoldPage
from cleaner.train.html_furnish import furnished
from cleaner.train.html_made import COPIES, made_pages

PARAGRAPHS = [f"Paragraph number {n} of a story that is told in more than eight words each time." for n in range(6)]
MARKUP = "<h1>Head</h1><div class='article-body'>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "</div>"
HEADLINES = ["One headline of another page here", "A second headline of that kind", "And a third one for the box"]


def page() -> GoldPage:
    read = read_page(MARKUP.encode())
    return GoldPage("a", None, read.text, read.features, np.ones(len(read.features)), {})


def test_furniture_stands_among_the_paragraphs_and_its_lines_are_known() -> None:
    before = set(read_page(MARKUP.encode()).text.split("\n"))
    added = set[str]()
    for seed in range(40):
        html, lines = furnished(MARKUP, "\n".join(PARAGRAPHS), HEADLINES, Random(seed))
        after = read_page(html.encode()).text.split("\n")
        assert before <= set(after)
        assert set(after) - before
        assert set(after) - before <= lines
        added |= lines
    assert set(HEADLINES) <= added
    assert furnished(MARKUP, "another text", HEADLINES, Random(1)) == (MARKUP, frozenset())


def test_an_invented_language_keeps_the_form_of_every_line() -> None:
    plain, other = page().text.split("\n"), babbled(page()).text.split("\n")
    assert [len(line.split()) for line in other] == [len(line.split()) for line in plain]
    assert [len(line) for line in other] == [len(line) for line in plain]
    assert not set(" ".join(plain).lower().split()) & {w for w in " ".join(other).lower().split() if w[0].isalpha()}


def test_nameless_markup_has_no_classes() -> None:
    assert page().features[1, COLUMN["class_body"]] < FAR
    assert (nameless(page()).features[:, COLUMN["class_body"]] == FAR).all()


def test_made_up_news_pages_hold_their_report_in_order_and_furniture_around_it() -> None:
    pages = [page for page in made_pages() if page.group == "de3.example"]
    assert len(pages) == COPIES
    assert len({page.text for page in pages}) == COPIES
    for page in pages:
        lines = page.text.split("\n")
        assert len(page.share) == len(lines) == len(page.features)
        assert (page.share == 1).sum() >= 5
        assert (page.share == 0).sum() >= 5
        assert np.isnan(page.share).sum() >= 1
        assert not any(share == 1 and line in page.strange for line, share in zip(lines, page.share, strict=True))
    report = [set(page.text.split("\n")) for page in pages]
    assert len(set.intersection(*report)) >= 3
