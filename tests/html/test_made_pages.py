"""News pages in eight languages and six manners of markup: the article is kept whole, and nearly nothing else."""

from __future__ import annotations

import pytest
from made_pages import MANNERS
from made_texts import STORIES, Story

import cleaner

LEFT = 2
"""Lines of furniture that may stay on a page, of 30 or so: a plea, a credit, a headline that no markup calls one."""


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.lang)
@pytest.mark.parametrize("manner", MANNERS)
def test_the_article_stays_and_the_frame_goes(manner: str, story: Story) -> None:
    kept = cleaner.clean(MANNERS[manner](story)).text.split("\n")
    kept = [line for line in kept if line]
    wanted = [paragraph.removeprefix("# ") for paragraph in story.body]
    assert [p for p in wanted if p not in kept] == []
    assert len([line for line in kept if line not in wanted]) <= LEFT, kept
