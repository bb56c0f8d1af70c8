"""The spaCy component: spans of the real Doc, at the offsets of the text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from libraries import library

import cleaner
from cleaner.errors import UsageError
from cleaner.model import Removal

spacy = library("spacy")

from cleaner.integrations.spacy import mark  # noqa: E402


@pytest.fixture(scope="module")
def nlp() -> Any:
    nlp = spacy.blank("en")
    nlp.add_pipe("cleaner", config={"options": {"aggressiveness": 0.6}})
    return nlp


def texts(corpus: Path) -> list[str]:
    return [path.read_bytes().decode("utf-8") for path in sorted(corpus.rglob("*.txt"))]


def test_spans_are_what_clean_removes(nlp: Any, corpus: Path) -> None:
    news = texts(corpus)
    assert len(news) > 3
    marked = 0
    for text, doc in zip(news, nlp.pipe(news), strict=True):
        wanted = cleaner.clean(text, cleaner.Config(aggressiveness=0.6))
        assert doc.text == text
        removed = [(s.start_char, s.end_char, s.label_) for s in doc.spans["removed"]]
        assert removed == [(r.start, r.end, f"{r.stage}/{r.reason}") for r in wanted.removed]
        assert [(s.start_char, s.end_char) for s in doc.spans["kept"]] == wanted.spans
        assert [r["score"] for r in doc.user_data["cleaner"]] == [round(r.score, 4) for r in wanted.removed]
        marked += len(removed)
    assert marked > 10


def test_a_span_that_ends_inside_a_token_splits_it() -> None:
    doc = spacy.blank("en")("Ferries\N{NO-BREAK SPACE}stop tonight")
    mark(doc, [Removal(3, 9, "chrome", "caption", 0.9)], [(0, 3), (9, 20)])
    (span,) = doc.spans["removed"]
    assert (span.text, span.start_char, span.end_char) == (doc.text[3:9], 3, 9)
    assert doc.text == "Ferries\N{NO-BREAK SPACE}stop tonight"


def test_a_text_without_a_document_has_no_spans() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("cleaner", config={"options": {"lang": ["en"]}})
    doc = nlp("Die Fähre zur Insel fährt ab Mai nur noch bis neun Uhr abends, teilte der Rat der Insel mit.")
    assert not doc.spans["removed"] and doc.user_data["cleaner_rejected"] == "language"
    assert not nlp("").spans["kept"]


def test_a_pipeline_on_disk_has_the_component(nlp: Any, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    text = "The ferry stops at nine, the council said.\n\nLeave a Reply"
    doc = again(text)
    assert [span.text for span in doc.spans["removed"]] == ["Leave a Reply"]


def test_an_unknown_option_is_an_error() -> None:
    with pytest.raises(UsageError, match="did you mean 'aggressiveness'"):
        spacy.blank("en").add_pipe("cleaner", config={"options": {"agressiveness": 0.6}})
