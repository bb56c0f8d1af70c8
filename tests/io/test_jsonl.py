"""JSONL: one damaged record costs one record, whatever is wrong with it."""

from __future__ import annotations

import gzip
import json
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.io.lines import byte_lines


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


GOOD = line(id="good", text="Good.")


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (b'{"id":"x","text":"caf\xe9"}\n', "bad-encoding"),
        (b'{"id":"x","text":"\xed\xa0\x80"}\n', "bad-encoding"),
        (b'{"id":"x","text":"cut\n', "bad-json"),
        (b"[1, 2]\n", "bad-json"),
        (b"7\n", "bad-json"),
        (b'"text"\n', "bad-json"),
        (b"null\n", "bad-json"),
        (b"\0\n", "bad-json"),
        (b'{"id":"x","text":"a\tb\x01"}\n', "bad-json"),
        (b'{"id":"x","text":"y"} {"id":"z"}\n', "bad-json"),
        (line(id="x", text=None), "bad-text"),
        (line(id="x", text=5), "bad-text"),
        (line(id="x", text=["a"]), "bad-text"),
        (line(id="x", text={"a": 1}), "bad-text"),
        (line(id="x", text=False), "bad-text"),
        (line(id="x", html=7), "bad-text"),
        (line(id="x"), "bad-text"),
        (b"{}\n", "bad-text"),
        (line(id="x", text=""), "empty-input"),
        (b'{"id":"x","text":"t","deep":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", "too-deep"),
        (b'{"id":"x","text":"t","deep":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}\n", "too-deep"),
        (b'{"id":"x","text":"t","deep":' + b"[" * 100_000 + b"\n", "too-deep"),
    ],
)
def test_a_bad_line_costs_itself(write, read, bad, code):
    got = read(write("a.jsonl", GOOD + bad + line(id="last", text="Last.")))
    assert got.ids == ["good", "last"]
    assert got.rejected == [("a.jsonl", 2, code)]
    assert got.faults == []


def test_last_line_needs_no_newline_and_blank_lines_are_no_records(write, read):
    got = read(write("a.jsonl", b"\n  \n\r\n\t\n" + GOOD + b"\n\n" + line(id="b", text="x").rstrip()))
    assert (got.ids, got.rejected) == (["good", "b"], [])
    assert got.documents[1].path == "a.jsonl:8"


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_nothing_in_nothing_out(write, read, content):
    got = read(write("a.jsonl", content))
    assert (got.ids, got.rejected, got.faults) == ([], [], [])


def test_byte_order_mark_is_not_part_of_the_first_record(write, read):
    assert read(write("a.jsonl", b"\xef\xbb\xbf" + GOOD)).ids == ["good"]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\v", "\f", "\r", "\r\n", "\n", "\x1c"])
def test_line_ends_inside_of_text_do_not_cut_the_record(write, read, end):
    record = {"id": "a", "text": f"One.{end}Two."}
    got = read(write("a.jsonl", json.dumps(record, ensure_ascii=False).encode() + b"\r\n" + GOOD))
    assert [d.text for d in got.documents] == [f"One.{end}Two.", "Good."]


def test_control_characters_and_lone_surrogates_stay_in_the_text(write, read):
    text = "\0\x07\x1b[31mred\x7f\x9b\ufffe\uffff \ud800 x \udfff \U0001f600"
    got = read(write("a.jsonl", line(id="a", text=text, title="a\x1b[31m")))
    assert got.documents[0].text == text


def test_numbers_that_other_readers_cannot_hold_become_their_spelling(write, read):
    digits = "9" * 5000
    raw = f'{{"id":"a","text":"t","nan":NaN,"inf":-Infinity,"huge":1e999,"long":{digits},"big":18446744073709551616,"n":7}}'
    metadata = read(write("a.jsonl", raw)).documents[0].metadata
    assert metadata == {
        "nan": "NaN", "inf": "-Infinity", "huge": "1e999", "long": digits, "big": "18446744073709551616", "n": 7,
    }  # fmt: skip
    json.dumps(metadata, allow_nan=False)


def test_of_equal_keys_the_last_counts(write, read):
    assert read(write("a.jsonl", b'{"id":"a","text":"one","text":"two"}')).documents[0].text == "two"


def test_brackets_inside_of_strings_are_no_nesting(write, read):
    text = '[{"' * 500 + "\\" * 7 + '"]'
    assert read(write("a.jsonl", line(id="a", text=text))).documents[0].text == text


def test_text_wins_over_html(write, read):
    (document,) = read(write("a.jsonl", line(id="a", text="The text.", html="<p>The page.</p>"))).documents
    assert (document.text, document.kind) == ("The text.", "text")
    assert "html" not in document.metadata


def test_html_is_read_where_there_is_no_text(write, read):
    page = "<html><body><article><p>Café — the page of the record, long enough to be read.</p></article></body></html>"
    (document,) = read(write("a.jsonl", line(id="a", text=None, html=page))).documents
    assert document.kind == "html" and "Café — the page" in document.text and document.page is not None


def test_fields_of_the_contract_and_the_rest(write, read):
    record = line(
        id="a", text="t", outlet="The Paper", source="feed-7", url="https://x.example/1", title="T  t\n t", lang="de-AT",
        date="2024-05-06T07:08:09+02:00", added="May 7, 2024", tags=["x"], metadata={"author": "A", "url": "inner"},
    )  # fmt: skip
    (document,) = read(write("a.jsonl", record)).documents
    assert (document.source, document.url, document.title, document.lang) == (
        "The Paper",
        "https://x.example/1",
        "T t t",
        "de",
    )
    assert (document.created, document.added) == ("2024-05-06T05:08:09Z", "2024-05-07")
    assert document.metadata == {"source": "feed-7", "tags": ["x"], "author": "A"}


def test_fields_of_other_types_are_carried_and_not_used(write, read):
    record = line(id=True, text="t", outlet=["x"], url={"a": 1}, title=5, date="03/04/2024", created=[1], metadata="m")
    (document,) = read(write("paper.jsonl", record)).documents
    assert (document.id, document.source, document.url, document.title) == ("paper.jsonl:1", "paper", None, "5")
    assert document.created is None
    assert document.metadata == {
        "outlet": ["x"], "url": {"a": 1}, "date": "03/04/2024", "created": [1], "metadata": "m",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "ident"),
    [(5, "5"), (1.5, "1.5"), ("", "a.jsonl:1"), (None, "a.jsonl:1"), ([1], "a.jsonl:1"), ("../../x", "../../x")],
)
def test_ids_are_strings_and_missing_ones_are_file_and_line(write, read, stated, ident):
    assert read(write("a.jsonl", line(id=stated, text="t"))).ids == [ident]


def test_a_line_over_the_limit_is_counted_and_never_held(write, read):
    long = line(id="long", text="x" * 5_000_000)
    path = write("a.jsonl.gz", gzip.compress(GOOD + long * 4 + line(id="last", text="Last.")))
    tracemalloc.start()
    got = read(path, max_record_bytes=100_000, max_expansion=2000, chunk_bytes=1 << 16)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert got.ids == ["good", "last"]
    assert got.rejected == [("a.jsonl.gz", n, "line-too-long") for n in (2, 3, 4, 5)]
    assert peak < 5_000_000


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=300).map(lambda b: b.replace(b"x", b"\n")),
    cut=st.integers(1, 50),
    longest=st.integers(1, 60),
)
def test_lines_are_those_of_split_however_the_bytes_arrive(data, cut, longest):
    pieces = [data[i : i + cut] for i in range(0, len(data), cut)]
    got = list(byte_lines(pieces, longest))
    whole = data.split(b"\n")
    if whole[-1] == b"":
        whole.pop()
    assert [line if line is not None else length for _, _, line, length in got] == [
        part if len(part) <= longest else len(part) for part in whole
    ]
    for number, start, _, length in got:
        assert data[start : start + length] == whole[number - 1]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(
        st.one_of(
            st.binary(max_size=40).map(lambda b: b.replace(b"\n", b"")),
            st.recursive(
                st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(
                        st.sampled_from(["id", "text", "html", "url", "date", "metadata", "x"]), inner, max_size=4
                    )
                ),
                max_leaves=6,
            ).map(lambda v: json.dumps(v).encode()),
        ),
        max_size=12,
    )
)
def test_each_line_is_a_document_or_rejected_once(write, read, records):
    got = read(write("a.jsonl", b"x\n" + b"\n".join(records)), max_depth=4)
    lines = [int(d.path.rpartition(":")[2]) for d in got.documents] + [n for _, n, _ in got.rejected]
    wanted = [1] + [i for i, r in enumerate(records, 2) if r.strip(b" \t\r")]
    assert sorted(lines) == wanted
    for document in got.documents:
        json.dumps(dict(document.metadata), allow_nan=False)
