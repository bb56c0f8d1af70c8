"""Reading a page: text in reading order, evidence beside it, and what a page states about itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.errors import RejectError
from cleaner.html import FEATURES, Page, read_page
from cleaner.html.judge import MIDDLE, decide, settle
from cleaner.html.names import COLUMN
from cleaner.html.simple import simple_keep
from cleaner.text.lines import line_spans
from cleaner.text.spacing import spaced


def page_of(markup: str, **hints: str) -> Page:
    return read_page(markup.encode(), **hints)


def lines_of(markup: str) -> list[str]:
    return page_of(markup).text.split("\n")


def test_blocks_stand_in_reading_order_one_a_line() -> None:
    assert lines_of("<h1>Head</h1><div>loose <p>One.</p> tail<ul><li>a<li>b</ul></div>") == [
        "Head", "loose", "One.", "tail", "a", "b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>un<b>happ</b>y</p>", "unhappy"),
        ("<p>one <i>two</i>, three</p>", "one two, three"),
        ("<p>H<sub>2</sub>O</p>", "H2O"),
        ("<p><a>Home</a><a>News</a></p>", "Home News"),
        ("<p>a&nbsp;&nbsp;b\n\t c</p>", "a b c"),
        ("<p>hy&shy;phen</p>", "hyphen"),
        ("<p>a<!-- note -->b</p>", "ab"),
        ("<p>see <x-link>this</x-link>.</p>", "see this."),
    ],
)
def test_inline_markup_neither_glues_nor_splits_words(markup: str, text: str) -> None:
    assert page_of(markup).text == text


def test_line_breaks_and_listings_are_lines() -> None:
    assert lines_of("<p>one<br>two<br/>three</p>") == ["one", "two", "three"]
    assert lines_of("<pre>a = 1\n  b = 2</pre>") == ["a = 1", "b = 2"]


def test_cells_of_a_row_stand_on_one_line() -> None:
    assert lines_of("<table><tr><th>Year<th>Sum</tr><tr><td>2020</td><td>5</td></tr></table>") == [
        "Year | Sum",
        "2020 | 5",
    ]


def test_blocks_within_a_row_of_data_do_not_part_it() -> None:
    assert lines_of("<table><tr><td><p>Name</p></td><td>4K<br>wide<ul><li>loud</ul></td><td>5</td></tr></table>") == [
        "Name | 4K wide loud | 5"
    ]


def test_a_table_that_makes_columns_is_no_row_of_data() -> None:
    story = "A sentence of the story that goes on for a while. " * 8
    assert lines_of(f"<table><tr><td>Home<br>Sport</td><td>{story}</td><td>More</td></tr></table>") == [
        "Home", "Sport", story.strip(), "More",
    ]  # fmt: skip
    assert lines_of("<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td>c</td></tr></table>") == [
        "a | b",
        "c",
    ]


def test_a_sentence_wrapped_by_hand_is_whole_and_a_verse_is_not() -> None:
    assert lines_of(
        "<p>Between the years of 2015 and 2018, one in<br>eight of them had moved<br>at least once.</p>"
    ) == ["Between the years of 2015 and 2018, one in eight of them had moved at least once."]
    assert len(lines_of("<p>The sea is calm,<br>the night is long,<br>And nobody is here.</p>")) == 3
    assert len(lines_of("<pre>this is a line of a listing that is long\nand another one</pre>")) == 2


def test_what_is_not_text_is_left_out() -> None:
    markup = (
        "<p>kept</p><script>no()</script><style>no{}</style><template><p>no</p></template><select><option>no</select>"
    )
    assert page_of(markup).text == "kept"


def test_text_after_the_end_of_the_page_is_found() -> None:
    assert lines_of("<html><body><p>one</p></body></html><div><p>two</p></div></html><p>three</p>") == [
        "one",
        "two",
        "three",
    ]


def test_zones_and_names_are_evidence() -> None:
    page = page_of(
        "<nav><a href=/>Home</a></nav><article><h1>Head line</h1><p>Some text here.</p></article>"
        "<div class='comments-area'><p>I agree with it.</p></div>"
    )
    assert page.features.dtype == np.float32
    assert page.features.shape == (4, len(FEATURES))

    def column(name: str) -> list[float]:
        return page.features[:, COLUMN[name]].tolist()

    assert column("in_nav") == [1, 0, 0, 0]
    assert column("in_article") == [0, 1, 1, 0]
    assert column("in_comments") == [0, 0, 0, 1]
    assert column("whole_link") == [1, 0, 0, 0]
    assert column("kind_h1") == [0, 1, 0, 0]


def test_comments_go_and_stay_on_request() -> None:
    page = page_of("<p>The article says this.</p><div id=comments><p>I do not agree at all.</p></div>")
    unsure = np.full(2, 0.3, np.float32)
    assert (settle(page.features, unsure) > 0.9).tolist() == [False, True]
    assert (settle(page.features, unsure, comments=True) < 0.5).tolist() == [True, True]


def test_words_are_counted_where_no_blanks_are_written() -> None:
    text = "県北部の三つの離島と本土を結ぶ定期船が、来週の月曜日から運航を再開する。"
    page = page_of(f"<p>{text}</p><p>Ten words of plain English stand here for comparison, yes.</p>")
    assert page.text.split("\n")[0] == text
    words = page.features[:, COLUMN["words"]]
    assert words[0] > words[1] == 10
    assert page.features[0, COLUMN["chars"]] > 2 * len(text)
    assert spaced("plain") == "plain"
    assert spaced("運航を\n再開する。").split("\n") == ["運航 を", "再開 する 。"]


def decided(markup: str, scores: list[float]) -> list[bool]:
    """Which lines of a page stay at the middle of the dial."""
    page = page_of(markup)
    return (decide(page.features, page.text.split("\n"), np.array(scores, np.float32)) < MIDDLE).tolist()


def test_of_an_article_that_stands_twice_on_a_page_one_copy_stays() -> None:
    story = "<p>A paragraph of twelve or more words, which a page holds for two sizes of screen.</p>"
    assert decided(f"<div class=wide>{story}</div><div class=small>{story}</div>", [0.1, 0.2]) == [True, False]
    assert decided(f"<div class=wide>{story}</div><div class=small>{story}</div>", [0.9, 0.1]) == [False, True]
    assert decided("<div><p>Read it</p></div><section><p>Read it</p></section>", [0.1, 0.1]) == [True, True]


def test_a_page_of_which_nothing_is_sure_does_not_come_out_empty() -> None:
    menu = "".join(f"<li>{word}" for word in ("Home", "News", "Sport"))
    story = "<p>A paragraph of some words that may be all there is to be read here.</p>"
    scores = [0.99, 0.99, 0.99, 0.6]
    assert decided(f"<ul>{menu}</ul>{story}", scores) == [False, False, False, True]
    sure = "<p>" + "Another paragraph, and this one is certain to belong. " * 9 + "</p>"
    assert decided(f"<ul>{menu}</ul>{story}<h2>Head</h2><div>{sure}</div>", [*scores, 0.01, 0.01])[3] is False


def test_elements_of_one_kind_stand_or_fall_together() -> None:
    items = "".join(f"<li class=item>{word} of the list" for word in ("One", "Two", "Three", "Four"))
    story = "<p>" + "This paragraph is certain to belong to the article. " * 9 + "</p>"
    assert decided(f"{story}<ul>{items}</ul>", [0.01, 0.1, 0.1, 0.6, 0.1]) == [True] * 5
    assert decided(f"{story}<ul>{items}</ul>", [0.01, 0.9, 0.9, 0.4, 0.9]) == [True, False, False, False, False]


def test_settings_of_a_script_are_no_text() -> None:
    story = "<p>" + "This paragraph is certain to belong to the article. " * 9 + "</p>"
    assert decided(story + '<div>{"columns": 2, "align": "center"}</div>', [0.01, 0.1]) == [True, False]
    assert decided(story + '<pre>{"columns": 2, "align": "center"}</pre>', [0.01, 0.1]) == [True, True]


def test_a_page_class_that_mentions_comments_is_not_a_comment() -> None:
    page = page_of("<body class='single comments'><div class='post comments-open'><p>All of the text.</p></div></body>")
    assert page.features[0, COLUMN["in_comments"]] == 0


def test_statements_are_read() -> None:
    page = page_of(
        """<html lang="de-AT"><head><title>Kurz | Blatt</title><link rel=canonical href="/a/1">
        <meta property="og:site_name" content="Blatt"><meta name=author content="Von Eva Muster">
        <script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"Kurz gesagt",
        "datePublished":"2024-02-29T10:00:00+01:00"}]}</script></head>
        <body><p>Text.</p><a rel=license href="https://example.org/by/4.0/">frei</a></body></html>""",
        url="https://blatt.example/x?y",
    )
    said = page.metadata
    assert said["title"] == "Kurz gesagt"
    assert said["authors"] == ["Eva Muster"]
    assert said["date"] == "2024-02-29"
    assert said["sitename"] == "Blatt"
    assert said["url"] == "https://blatt.example/a/1"
    assert said["language"] == "de"
    assert said["license"] == "https://example.org/by/4.0/"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("March 5, 2021", "2021-03-05"),
        ("5. März 2021", "2021-03-05"),
        ("le 5 mars 2021 à 10h", "2021-03-05"),
        ("5 de marzo de 2021", "2021-03-05"),
        ("05.03.2021, 10:00", "2021-03-05"),
        ("3/5/2021", None),
        ("31 February 2021", None),
    ],
)
def test_a_shown_date_is_read_where_it_is_beyond_doubt(line: str, day: str | None) -> None:
    page = page_of(f"<h1>A head line</h1><p>By Eva Muster</p><span class=date>{line}</span><p>Text of the article.</p>")
    assert page.metadata.get("date") == day or (day is None and page.metadata["date"][:4] == "2021")
    assert page.metadata["authors"] == ["Eva Muster"]


def test_without_weights_the_centre_of_the_page_is_kept() -> None:
    prose = "<p>" + "Words of a story, and more of them, in a sentence that goes on. " * 4 + "</p>"
    page = page_of(f"<nav><a href=/>Home</a></nav><div class=main>{prose * 3}</div><footer><p>Imprint</p></footer>")
    assert simple_keep(page.features).tolist() == [False, True, True, True, False]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["<p>", "</p>", "<div class='a'>", "</div>", "<td>", "<tr>", "<table>", "</table>", "<br>",
    "<a href=x>", "</a>", "<x-y>", "</x-y>", "<li>", "<script>", "</script>", "<pre>", "</pre>", "</html>", "<h1>", "\x00", "\u2028",
    "\x85", "\r", "\n", "&amp;", "&#0;", "&#xD800;", "word ", "Ärger", "\U0001f600", "<", ">", "<!--", "-->"]), max_size=40))  # fmt: skip
def test_every_line_has_its_row(pieces: list[str]) -> None:
    try:
        page = page_of("".join(pieces))
    except RejectError as error:
        assert error.code in ("no-content", "not-html")
        return
    assert len(line_spans(page.text)) == len(page.features) == len(page.text.split("\n"))
    assert np.isfinite(page.features).all()


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_rejected(raw: bytes) -> None:
    try:
        page = read_page(raw)
    except RejectError:
        return
    assert len(line_spans(page.text)) == len(page.features)
