"""What the markup says of a removed block, in words."""

from __future__ import annotations

import pytest

from cleaner.html import read_page
from cleaner.html.place import markup_reason

PAGE = """<html><body><header><a href="/">Harbour Post</a></header>
<nav><ul><li><a href="/w">World</a></li></ul></nav>
<article><h1>Ferry terminal planned</h1>
<p>The harbour authority will study a second terminal, it said on Tuesday, after a summer of queues.</p>
<div class="share-tools"><span>Spread the word</span></div>
<div class="author-box"><p>Marijke has covered the harbour, its workers and its ships for this paper since the autumn of 2009.</p></div>
<div class="newsletter-signup"><div><p>Every morning in your inbox</p></div></div>
<figure><figcaption>The old quay in 1974</figcaption></figure></article>
<section id="comments"><p>I have waited for this for years and years.</p></section>
<footer><p>Quay Street 4</p></footer></body></html>"""

SAID = {
    "Harbour Post": "navigation",
    "World": "navigation",
    "The harbour authority will study a second terminal, it said on Tuesday, after a summer of queues.": None,
    "Spread the word": "share-bar",
    "Marijke has covered the harbour, its workers and its ships for this paper since the autumn of 2009.": "author-box",
    "Every morning in your inbox": "newsletter",
    "The old quay in 1974": "caption",
    "I have waited for this for years and years.": "comment",
    "Quay Street 4": "page-foot",
}


@pytest.mark.parametrize("line", SAID)
def test_the_place_of_a_block_names_it(line: str) -> None:
    page = read_page(PAGE.encode())
    said = markup_reason(page.features[page.text.split("\n").index(line)])
    assert (said[0] if said else None) == SAID[line]


def test_the_markup_is_named() -> None:
    page = read_page(PAGE.encode())
    said = markup_reason(page.features[page.text.split("\n").index("Every morning in your inbox")])
    assert said is not None
    assert said[1] == "“signup” in a class or id 2 levels up"
