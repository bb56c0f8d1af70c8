"""Leftovers that stand as sentences in lines of the article: they go, and the article's own sentences stay."""

from __future__ import annotations

import pytest

from cleaner.config import Config
from cleaner.model import Document, LineFacts
from cleaner.stages.judge import judge_stage

BODY = """The harbour council voted on Tuesday to rebuild the northern pier, which a storm had damaged in the spring.
{line}
Engineers will drive new steel piles before the winter, said Petra Lind, who leads the works for the council.
The ferry company has promised to keep its timetable while the pier is closed, and to use the fish quay instead.
Work is to begin in March, when the water is calm, and to cost eleven million crowns over two years."""
OWN = "“We cannot wait for another storm,” the mayor of the town told the members before the vote."
LEFTOVERS = {
    "Sign up for our newsletter to get the top stories every morning.": "newsletter",
    "READ Red Castle 3 expansion leaked by retailer": "read-link",
    "READ MORE: Ten phones to buy this winter": "read-link",
    "Share this article on Facebook Twitter WhatsApp Email": "share-bar",
}


def removed(line: str) -> list[tuple[str, str]]:
    document = Document("d", BODY.format(line=line), "Outlet", lang="en")
    facts = LineFacts.empty(len(document.text.splitlines()))
    found = judge_stage(Config()).find([document], [facts])[0]
    return [(document.text[r.start : r.end], r.reason) for r in found]


@pytest.mark.parametrize("leftover", LEFTOVERS)
def test_a_leftover_behind_a_sentence_goes_alone(leftover: str) -> None:
    assert removed(f"{OWN} {leftover}") == [(leftover, LEFTOVERS[leftover])]


def test_a_leftover_between_two_sentences_goes_alone() -> None:
    plea = "Sign up for our newsletter to get the top stories every morning."
    assert removed(f"{OWN} {plea} Nobody in the hall disagreed with her, and the vote took less than a minute.") == [
        (plea, "newsletter")
    ]


@pytest.mark.parametrize(
    "line",
    [
        f"{OWN} A sign at the door said: “Sign up for our newsletter to get the top stories every morning.”",
        f"{OWN} READ MORE: Ten phones to buy this winter The members then turned to the budget of the next year and its gaps.",
        f"{OWN} Readers of the local newsletter had known since Monday that the pier would be rebuilt.",
    ],
)
def test_what_cannot_be_told_apart_stays(line: str) -> None:
    assert removed(line) == []
