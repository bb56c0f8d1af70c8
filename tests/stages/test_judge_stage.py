"""The judging stage: who overrules whom, and what a removal says. Rules and corpus alone, no trained weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cleaner.config import Config, UserRule
from cleaner.model import Document, LineFacts, Removal
from cleaner.reasons import REASONS
from cleaner.stages.corpus_evidence import HEADLINE, NOTHING, SLOT, TEMPLATE, corpus_evidence
from cleaner.stages.judge import JudgeStage
from cleaner.text.lines import line_spans

BODY = [
    "The bridge across the Tarv was closed on Monday after inspectors found cracks in two of its pillars.",
    "Drivers must take the ferry until the repairs are done, the city council said, which may take until spring.",
    "Shop owners on the north bank fear for the season; one of them, Ilse Brand, called it a winter without guests.",
]


def found(lines: list[str], config: Config | None = None, facts: LineFacts | None = None) -> dict[str, Removal]:
    """What the stage removes of a document of these lines, by line."""
    document = Document("x", "\n\n".join(lines), source="paper", lang="en")
    facts = facts or LineFacts.empty(len(line_spans(document.text)))
    (removals,) = JudgeStage(config or Config(), {}).find([document], [facts])
    assert all(document.text[r.start : r.end].strip() for r in removals)
    return {document.text[r.start : r.end]: r for r in removals}


def with_counts(lines: int, **arrays: dict[int, int]) -> LineFacts:
    """Facts of an outlet of 20 articles, neutral but for the given entries."""
    neutral = LineFacts.empty(lines)
    values = {name: getattr(neutral, name).copy() for name in LineFacts.of_lines()}
    for name, entries in arrays.items():
        for line, count in entries.items():
            values[name][line] = count
    return LineFacts(**values, outlet_articles=20)


def test_leftovers_go_and_the_article_stays() -> None:
    leftovers = ["- Advertisement -", "Read more: Ferry runs all night", "Leave a Reply", "https://paper.example/a.jpg"]
    removed = found([BODY[0], leftovers[0], BODY[1], leftovers[1], BODY[2], *leftovers[2:]])
    assert set(removed) == set(leftovers)
    for removal in removed.values():
        assert removal.stage == REASONS[removal.reason][0] and removal.evidence["by"] == "rule"
        assert 0 < removal.score <= 1


def test_a_document_that_is_all_chrome_ends_empty() -> None:
    lines = ["Home > News > City", "Share on Facebook", "Related articles", "Privacy policy", "© 2020 The Paper"]
    assert set(found(lines)) == set(lines)


def test_user_rules_remove_what_everything_else_keeps() -> None:
    config = Config(
        rule=(
            UserRule(line="Leave a note", action="keep"),
            UserRule(pattern="^Shop owners", reason="promotion", outlet="paper"),
            UserRule(pattern="^Drivers", outlet="another paper"),
        )
    )
    removed = found([*BODY, "Post a comment"], config)
    assert set(removed) == {BODY[2], "Post a comment"}
    assert removed[BODY[2]].evidence == {"by": "user", "rule": 'rule 2 ("^Shop owners")'}
    assert (removed[BODY[2]].stage, removed[BODY[2]].reason) == ("offtopic", "promotion")


@pytest.mark.parametrize(("config", "kept"), [
    (Config(chrome=False), {"Read more: Ferry runs all night"}),
    (Config(offtopic=False), {"Leave a Reply"}),
])  # fmt: skip
def test_each_kind_can_be_switched_off(config: Config, kept: set[str]) -> None:
    assert set(found([*BODY, "Read more: Ferry runs all night", "Leave a Reply"], config)) == kept


def test_the_corpus_speaks() -> None:
    lines = [BODY[0], "The desk writes from the harbour", BODY[1], "Nine quiet beaches", BODY[2], "Storm takes a roof"]
    facts = with_counts(6, folded={1: 9}, slot={3: 5}, headline={5: 1})
    removed = found(lines, facts=facts)
    assert {line: r.reason for line, r in removed.items()} == {
        lines[1]: "template", lines[3]: "template", lines[5]: "related-links",
    }  # fmt: skip
    assert removed[lines[1]].evidence == {"by": "corpus", "articles_with_this_line": 9, "articles_of_outlet": 20}


def test_more_is_asked_of_prose_and_of_large_and_tiny_outlets() -> None:
    words = np.array([3, 30], np.int64)

    def kinds(count: int, articles: int) -> list[int]:
        counted = np.full(2, count, np.int32)
        facts = replace(LineFacts.empty(2), articles=counted, folded=counted, outlet_articles=articles)
        return corpus_evidence(facts, words).tolist()

    assert kinds(2, 12) == [TEMPLATE, TEMPLATE]
    assert kinds(2, 2) == [NOTHING, NOTHING], "two of two articles say little"
    assert kinds(3, 4) == [TEMPLATE, NOTHING]
    assert kinds(4, 1000) == [NOTHING, NOTHING]
    assert kinds(9, 1000) == [TEMPLATE, NOTHING], "an outlet repeats its background paragraphs"
    assert kinds(40, 1000) == [TEMPLATE, TEMPLATE]


def test_syndicated_lines_and_own_headlines_are_not_held_against_a_document() -> None:
    facts = with_counts(6, outlets={3: 4}, slot={3: 5}, headline={0: 2, 4: 1})
    kinds = corpus_evidence(facts, np.full(6, 8, np.int64)).tolist()
    assert kinds == [NOTHING, NOTHING, NOTHING, NOTHING, HEADLINE, NOTHING]
    assert SLOT not in kinds


def test_a_document_is_judged_alone() -> None:
    documents = [Document(str(i), "\n".join([*BODY, f"Share this article {i}" if i else "Share"])) for i in range(3)]
    facts = [LineFacts.empty(4)] * 3
    stage = JudgeStage(Config(), {})
    assert stage.find(documents, facts) == [stage.find([d], [f])[0] for d, f in zip(documents, facts, strict=True)]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "😀" * 5000, "a" * 1_000_000, "\u202eمرحبا\u202c", "\ud800\n\udfff", "a\n" * 20_000]
)
def test_any_text_is_survived(text: str) -> None:
    document = Document("x", text)
    lines = len(line_spans(text))
    assert len(JudgeStage(Config(), {}).find([document], [LineFacts.empty(lines)])) == 1
