"""What the shipped judge must do, on texts made for the purpose."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.judge.evidence import GROUPS, group_columns, group_of
from cleaner.judge.features import line_features
from cleaner.judge.model import PIECE, Judge, Verdicts
from cleaner.model import Document, LineFacts
from cleaner.text.lines import line_spans

REPORT = [
    "Harbour authority weighs new ferry terminal",
    "ROTTERDAM (AP) — The harbour authority said on Tuesday that it would study a second ferry terminal after a record "
    "number of passengers crossed the estuary last year.",
    "The existing terminal, built in 1974, was meant for half the passengers it serves today, the authority's director, "
    "Marijke de Boer, told reporters.",
    "“We have reached the limit of what the old quay can carry,” she said.",
    "Residents object",
    "Residents of the northern quay fear that a second ferry terminal would bring more traffic to streets that are "
    "already crowded in summer.",
    "The authority plans three public meetings on the ferry terminal before the council votes in May.",
    "A final decision on the terminal, including its cost of 40 million euros, is expected by the end of the year.",
]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load("lines")


def verdict(judge: Judge, lines: list[str], joint: str = "\n\n") -> tuple[list[bool], Verdicts]:
    got = judge.score([Document("d", joint.join(lines))])[0]
    return (got.remove >= judge.threshold(0.5)).tolist(), got


@pytest.mark.parametrize("joint", ["\n", "\n\n", "\r\n\r\n"])
def test_a_report_alone_loses_nothing(judge: Judge, joint: str) -> None:
    removed, _ = verdict(judge, REPORT, joint)
    assert not any(removed)


LEFTOVERS = {
    "plea": "Your donation keeps our reporters at work. Please support us today.",
    "channel": "Join our Telegram channel for breaking news and exclusive updates.",
    "newsletter": "Sign up for our free morning newsletter and get the top stories in your inbox.",
    "link": "READ MORE: Ten recipes for a quick lunch",
    "german": "Abonnieren Sie unseren kostenlosen Newsletter und verpassen Sie keine Nachricht.",
    "french": "Inscrivez-vous à notre newsletter pour recevoir chaque matin l'essentiel de l'actualité.",
    "spanish": "Suscríbete a nuestro boletín y recibe cada mañana las noticias en tu correo.",
    "affiliate": "We may earn a commission when you buy through links on our site.",
}


@pytest.mark.parametrize("kind", sorted(LEFTOVERS))
def test_a_leftover_inside_a_report_goes_alone(judge: Judge, kind: str) -> None:
    for at in (3, 6):
        lines = [*REPORT[:at], LEFTOVERS[kind], *REPORT[at:]]
        removed, got = verdict(judge, lines)
        assert [i for i, gone in enumerate(removed) if gone] == [at]
        assert got.stage(at) == "offtopic"
        assert got.because(at)
        assert set(got.because(at)) <= set(GROUPS)


def test_the_page_around_a_report_goes(judge: Judge) -> None:
    top = ["Home", "News", "Sport", "Subscribe", "Log in"]
    tail = [
        "Share this:",
        "Facebook",
        "Twitter",
        "Related Posts",
        "Leave a Reply",
        "Privacy Policy",
        "© 2025 All rights reserved",
    ]
    removed, _ = verdict(judge, [*top, *REPORT, *tail], "\n")
    assert removed == [True] * len(top) + [False] * len(REPORT) + [True] * len(tail)


def test_a_document_of_chrome_ends_empty(judge: Judge) -> None:
    removed, _ = verdict(
        judge, ["Home", "About us", "Contact", "Sign in", "Share", "Tweet", "Leave a comment", "Privacy Policy"], "\n"
    )
    assert all(removed)


def test_threshold_falls_as_the_dial_rises(judge: Judge) -> None:
    limits = [judge.threshold(a / 20) for a in range(21)]
    assert limits == sorted(limits, reverse=True)
    assert limits[0] > limits[-1] > 0


TEXTS = st.text(st.characters(codec=None), max_size=300)


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_verdict_depends_on_its_document_alone(texts: list[str]) -> None:
    judge = Judge.load("lines")
    documents = [Document(str(i), t) for i, t in enumerate(texts)]
    together = judge.score(documents)
    for document, verdicts in zip(documents, together, strict=True):
        alone = judge.score([document])[0]
        assert np.array_equal(alone.remove, verdicts.remove)
        assert np.array_equal(alone.evidence, verdicts.evidence)
        assert list(zip(alone.start.tolist(), alone.end.tolist(), strict=True)) == line_spans(document.text)


def test_neutral_facts_are_no_facts(judge: Judge) -> None:
    document = Document("d", "\n".join(REPORT))
    neutral = judge.score([document], [LineFacts.empty(len(REPORT))])[0]
    assert np.array_equal(neutral.remove, judge.score([document])[0].remove)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n \n",
        "x" * 1_000_000,
        "🙂" * 5000,
        "\ud800\x00\u200f" * 50,
        "字" * 3000,
        "a\n" * 3000,
        "مرحبا world\n" * 500,
    ],
    ids=["empty", "blank", "long", "emoji", "surrogates", "no spaces", "short lines", "mixed directions"],
)
def test_any_text_is_judged(judge: Judge, text: str) -> None:
    got = judge.score([Document("d", text)])[0]
    assert len(got.remove) == len(line_spans(text))
    assert np.isfinite(got.remove).all()


def test_a_long_document_is_judged_in_pieces_at_its_own_offsets(judge: Judge) -> None:
    text = "\n".join(REPORT * (PIECE // len(REPORT) + 2))
    got = judge.score([Document("d", text)])[0]
    assert list(zip(got.start.tolist(), got.end.tolist(), strict=True)) == line_spans(text)


def test_every_feature_belongs_to_one_kind_of_evidence(judge: Judge) -> None:
    columns = np.concatenate(group_columns(judge.first.names))
    assert sorted(columns.tolist()) == list(range(len(judge.first.names)))
    assert group_of("text+1") == "neighbours"
    assert group_of("near") == "cohesion"


def test_page_columns_follow_the_features_of_the_text() -> None:
    page = np.arange(6, dtype=np.float32).reshape(3, 2)
    got = line_features([Document("d", "one\ntwo\nthree", page=page)])
    assert got.names[-2:] == ("page0", "page1")
    assert np.array_equal(got.values[:, -2:], page)


def test_seeds_are_told_apart_by_the_judge_alone(judge: Judge, shared: Path) -> None:
    """At the default, with no pattern and no other article to help."""
    limit = judge.threshold(0.5)
    for row in (shared / "seeds" / "lines.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(row)
        text = (shared / "seeds" / "articles" / gold["file"]).read_bytes().decode("utf-8-sig")
        label = {line["start"]: line["label"] in ("chrome", "offtopic") for line in gold["lines"]}
        got = judge.score([Document(gold["file"], text)])[0]
        scored = zip(got.start.tolist(), got.end.tolist(), got.remove, strict=True)
        assert [text[a:b][:60] for a, b, p in scored if (p >= limit) != label[a]] == []


def test_a_very_long_document_is_judged_with_its_facts(judge: Judge) -> None:
    """In pieces; once, the pieces failed on facts that are numbers of the whole document."""
    text = "\n".join(f"Line {i} of a long list." for i in range(PIECE + 5))
    facts = LineFacts.empty(PIECE + 5)
    (got,) = judge.score([Document("d", text)], [facts])
    assert len(got.remove) == PIECE + 5
    assert got.end[-1] == len(text)
