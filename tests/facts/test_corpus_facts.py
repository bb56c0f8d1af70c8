"""Corpus facts: what is counted, that copies count once, that order and shards do not matter."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.facts.asked import Asked
from cleaner.facts.corpus import TABLES, CorpusFacts, duckdb_runner, emit, gather, reduce
from cleaner.facts.lookup import rounded, shares
from cleaner.model import Document, LineFacts
from cleaner.text.lines import line_spans

WORDS = ["harbour", "council", "vote", "budget", "storm", "bridge", "teacher", "museum", "doctor", "railway", "forest", "election", "orchestra", "vaccine", "tunnel", "glacier", "refinery", "senate", "wheat", "pilot", "volcano", "archive", "satellite", "fishery", "parliament", "cathedral", "reactor", "border"]  # fmt: skip


def prose(seed: int, lines: int = 6) -> list[str]:
    """Made-up long lines, the same for the same seed."""
    rng = random.Random(seed)
    return [" ".join(rng.choice(WORDS) + rng.choice(["", "s", "ing"]) for _ in range(16)) + "." for _ in range(lines)]


def article(outlet: str, number: int, *, top: tuple[str, ...] = (), end: tuple[str, ...] = ()) -> Document:
    text = "\n".join([*top, f"Headline number {number} of the {WORDS[number % 28]} desk", *prose(number), *end])
    return Document(f"{outlet}-{number}", text, source=outlet)


def facts_of(documents: list[Document], folder: Path) -> list[LineFacts]:
    return gather(documents, folder).for_documents(documents)


def at(document: Document, line: str) -> int:
    return [document.text[s:e] for s, e in line_spans(document.text)].index(line)


def test_template_lines_count_articles_of_their_outlet(tmp_path: Path) -> None:
    docs = [article("a", i, end=("Contact our desk", f"Page {i} of 99")) for i in range(5)]
    docs += [article("b", i) for i in range(5, 8)]
    facts = facts_of(docs, tmp_path)
    assert facts[0].articles[at(docs[0], "Contact our desk")] == 5
    assert facts[0].articles[at(docs[0], "Page 0 of 99")] == 1
    assert facts[0].folded[at(docs[0], "Page 0 of 99")] == 5
    assert facts[0].outlet_articles == 5 and facts[5].outlet_articles == 3
    assert facts[5].articles.max() == 1


def test_copies_and_excerpts_of_one_article_are_one(tmp_path: Path) -> None:
    whole = article("a", 1)
    again = Document("a-again", whole.text + "\nScraped twice", source="a")
    excerpt = Document("a-cut", "\n".join(whole.text.split("\n")[:4]), source="a")
    other = article("a", 2)
    facts = facts_of([whole, again, excerpt, other], tmp_path)
    assert facts[0].outlet_articles == 2
    assert facts[0].articles.max() == 1, "what only copies share is content"


def test_syndicated_text_is_seen_in_several_outlets(tmp_path: Path) -> None:
    docs = [Document(f"{o}-1", "\n".join(prose(3)), source=o) for o in "abc"]
    facts = facts_of(docs, tmp_path)
    assert (facts[0].outlets == 3).all() and (facts[0].articles == 1).all()


def test_another_storys_headline_is_known(tmp_path: Path) -> None:
    docs = [article("a", i) for i in range(4)]
    headline = docs[3].text.split("\n")[0]
    docs.append(article("a", 9, end=(headline,)))
    facts = facts_of(docs, tmp_path)
    assert facts[4].headline[at(docs[4], headline)] == 1
    assert facts[3].headline[0] == 0, "its own headline is none"


def test_a_line_that_moves_between_template_lines_is_a_slot(tmp_path: Path) -> None:
    docs = [article("a", i, end=("Most read today", f"Some {WORDS[i]} story", "Follow the desk")) for i in range(6)]
    facts = facts_of(docs, tmp_path)
    assert facts[2].slot[at(docs[2], f"Some {WORDS[2]} story")] == 6
    assert facts[2].slot[0] == 0


def test_two_outlets_that_tell_one_story_corroborate_each_other(tmp_path: Path) -> None:
    names = "Orlanda Veskovic, mayor of Tarvendal, said the Kestrelmoor dam lost 4,812 litres near Plovanka and Ystrad."
    more = "Engineers from Hallowby and the Drenniken Institute measured 73 cracks in the Kestrelmoor wall in 2019."
    docs = [
        Document("1", f"{names}\n{more}", source="a"),
        Document("2", f"Kestrelmoor: {more}\nThe Tarvendal mayor Orlanda Veskovic spoke of 4,812 litres at Plovanka.",
                 source="b"),
        *[Document(o, " ".join(f"{o}{word}" for word in WORDS), source=o) for o in "cdefgh"],
    ]  # fmt: skip
    facts = facts_of(docs, tmp_path)
    assert facts[0].stories == 1 and facts[0].corroborated[0] > 0.5
    assert facts[3].stories == 0 and (facts[3].corroborated == -1).all()


def test_large_counts_are_rounded() -> None:
    counts = np.array([1, 8, 9, 20, 100, 1000], np.int32)
    assert rounded(counts).tolist() == [1, 8, 8, 16, 128, 1024]
    few, many = np.full(6, 16, np.int32), np.full(6, 1000, np.int32)
    assert shares(np.minimum(counts, 16), few).tolist() == [1, 8, 9, 16, 16, 16], (
        "exact where an outlet has few articles"
    )
    assert shares(counts, many).tolist() == [1, 8, 8, 16, 128, 1024]


def test_the_same_digest_means_the_same_facts(tmp_path: Path) -> None:
    """While a corpus grows; and the digests of most old documents stand."""
    docs = [article(o, i, end=("Contact our desk", f"Page {i}")) for i in range(40) for o in ("a", "b")]
    docs[61] = Document("again", docs[4].text.replace(".", ".\nSponsored by the ferry line", 1), source="c")
    asked = Asked.of(docs)
    before: tuple[list[int], list[LineFacts]] | None = None
    stood = 0
    for number, count in enumerate((40, 60, 62, 64, 80)):
        folder = tmp_path / str(number)
        folder.mkdir()
        corpus = gather(docs[:count], folder)
        now = corpus.digests(asked).tolist(), corpus.for_documents(docs, asked)
        for i in range(len(docs) if before else 0):
            assert before is not None
            if before[0][i] == now[0][i]:
                stood += 1
                for name in LineFacts.of_lines():
                    assert np.array_equal(getattr(before[1][i], name), getattr(now[1][i], name)), (number, i, name)
                assert before[1][i].outlet_articles == now[1][i].outlet_articles
        before = now
    assert stood > 80


def test_order_and_shards_do_not_matter(tmp_path: Path) -> None:
    docs = [article(o, i, end=("Contact our desk", f"Page {i}")) for i in range(12) for o in ("a", "b")]
    docs += [Document("copy", docs[0].text + "\nmore", source="a")]

    def written(name: str, order: list[Document], size: int) -> dict[str, bytes]:
        folder = tmp_path / name
        folder.mkdir()
        paths: dict[str, list[str]] = {table: [] for table in TABLES}
        for i in range(0, len(order), size):
            for table, rows in emit(order[i : i + size]).items():
                paths[table].append(str(folder / f"{table}-{i}.parquet"))
                pq.write_table(rows, paths[table][-1])
        out = folder / "facts"
        out.mkdir()
        reduce(paths, out, duckdb_runner(folder / "temp", 256 << 20))
        return {p.name: p.read_bytes() for p in out.iterdir()}

    shuffled = random.Random(5).sample(docs, len(docs))
    assert written("one", docs, 100) == written("many", shuffled, 3)


def test_no_corpus_is_neutral(tmp_path: Path) -> None:
    doc = article("a", 1)
    for facts in (CorpusFacts.empty(), gather([], tmp_path)):
        found = facts.for_documents([doc])[0]
        neutral = LineFacts.empty(7)
        assert all(
            np.array_equal(getattr(found, n), getattr(neutral, n)) for n in ("articles", "outlets", "headline", "slot")
        )
        assert found.stories == 0 and found.outlet_articles == 1


@pytest.fixture(scope="module")
def some_facts(tmp_path_factory: pytest.TempPathFactory) -> CorpusFacts:
    return gather([article("a", i) for i in range(4)], tmp_path_factory.mktemp("facts"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=300))
def test_one_fact_a_line_for_any_text(some_facts: CorpusFacts, text: str) -> None:
    document = Document("x", text, source="a")
    facts = some_facts.for_documents([document])[0]
    lines = len(line_spans(text))
    for name in LineFacts.of_lines():
        assert len(getattr(facts, name)) == lines
    emit([document])


def test_a_document_of_many_lines_is_bounded() -> None:
    document = Document("x", "a\n" * 50_000 + "b" * 1_000_000, source="a")
    assert emit([document])["lines"].num_rows == 1
    assert len(CorpusFacts.empty().for_documents([document])[0].articles) == 50_001


def test_the_opening_of_another_story_is_known_though_cut_off(tmp_path: Path) -> None:
    docs = [article("a", i) for i in range(4)]
    lead = docs[3].text.split("\n")[1]
    teaser = " ".join(lead.split()[:12]) + " ..."
    again = Document("a-3-again", docs[3].text + "\n" + teaser, source="a")
    own = [" ".join(f"{word}{i}" for word in WORDS) for i in range(5)]
    docs += [Document("b-1", "\n".join([*own, teaser]), source="b"), again]
    facts = facts_of(docs, tmp_path)
    assert facts[4].headline[at(docs[4], teaser)] == 1
    assert facts[5].headline[at(again, teaser)] == 0, "its own opening, and that of its copies, is none"
