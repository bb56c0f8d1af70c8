"""Pages made for training: what is put in is known, and a disguise changes nothing but what it hides."""

from __future__ import annotations

from random import Random

import numpy as np

from cleaner.html import read_page
from cleaner.html.names import COLUMN, FAR
from cleaner.train.html_augment import babbled, nameless
from cleaner.train.html_data import GoldPage
from cleaner.train.html_furnish import furnished

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
