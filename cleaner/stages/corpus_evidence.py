"""What the corpus alone says against a line: the outlet prints it in many articles, or it heads another story."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.model import LineFacts

FEW_ARTICLES = 6
"""Articles of an outlet below which two with the same line say little (subheads such as "Pros"): three are asked."""

FREE_ARTICLES = 16
"""Articles of an outlet up to which two with the same line make a template; each doubling asks for one more,
because the more an outlet writes, the more often it repeats itself by chance."""

PROSE_WORDS = 12
"""Words from which a line is prose: an outlet repeats its own background paragraphs, so twice the articles are asked."""

MOVING_WORDS = 25
"""Longest line between two template lines that is taken for a moving part of the template."""

TOP_LINES = 3
"""First lines of a document, which may state its own headline in another form."""

TEASER_WORDS = 60
"""Longest teaser. A longer line that opens another story may as well be an insertion there."""

NOTHING, TEMPLATE, SLOT, HEADLINE = range(4)
"""What spoke against a line."""


def corpus_evidence(facts: LineFacts, words: NDArray[np.int64]) -> NDArray[np.int8]:
    """What the corpus says against each line, given its number of words: one of the four above.

    Text that other outlets print in the same story is syndicated and never held against a line.
    """
    lines = len(words)
    kind = np.zeros(lines, np.int8)
    if facts.outlet_articles < 2 and not facts.headline.any():
        return kind
    few = facts.outlet_articles < FEW_ARTICLES
    asked = 3.0 if few else 2 + max(0.0, float(np.log2(facts.outlet_articles / FREE_ARTICLES)))
    needed = np.where(words >= PROSE_WORDS, 2 * asked - 2, asked)
    template = facts.folded >= needed
    place = np.arange(lines)
    moving = (facts.slot >= asked) & (words <= MOVING_WORDS) & (facts.outlets == 1)
    headline = (facts.headline > 0) & (place >= TOP_LINES) & (words <= TEASER_WORDS)
    kind[moving] = SLOT
    kind[headline] = HEADLINE
    kind[template] = TEMPLATE
    return kind
