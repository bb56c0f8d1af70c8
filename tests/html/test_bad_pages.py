"""Pages that are broken, hostile or no pages: text found or a code, in bounded time and memory."""

from __future__ import annotations

import codecs

import pytest

from cleaner.errors import RejectError
from cleaner.html import HtmlOptions, read_page
from cleaner.html.names import COLUMN

PROSE = "Die Müllabfuhr fährt am Übergang später – so heißt es."


def code_of(raw: bytes, options: HtmlOptions | None = None) -> str:
    with pytest.raises(RejectError) as caught:
        read_page(raw, options=options)
    return caught.value.code


@pytest.mark.parametrize(
    "raw",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        b"\x89PNG\r\n\x1a\n" + bytes(60),
        b"\xff\xd8\xff\xe0" + bytes(60),
        b"GIF89a" + bytes(60),
        b"PK\x03\x04" + bytes(60),
        b"\x1f\x8b\x08" + bytes(60),
        bytes(range(256)) * 3 + bytes(200),
    ],
)
def test_other_files_are_not_html(raw: bytes) -> None:
    assert code_of(raw) == "not-html"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   \n",
        b"<html></html>",
        b"<!-- only a note -->",
        b"<script>var a = '<p>text</p>';" + b"x();" * 100_000 + b"</script>",
        b"<script>never closed " * 1000,
    ],
)
def test_pages_without_text_have_no_content(raw: bytes) -> None:
    assert code_of(raw) == "no-content"


@pytest.mark.parametrize("raw", [b"just words", b"<p>just words", b"just words</div></p>", b"<b>just words"])
def test_fragments_are_pages(raw: bytes) -> None:
    assert read_page(raw).text == "just words"


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        (codecs.BOM_UTF8 + f"<p>{PROSE}".encode(), None),
        (f"<p>{PROSE}".encode("utf-16"), None),
        (f"<p>{PROSE}".encode("utf-16-le"), None),
        (f"<p>{PROSE}".encode("cp1252"), "iso-8859-1"),
        (f'<meta charset="windows-1252"><p>{PROSE}'.encode("cp1252"), None),
        (f'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>{PROSE}'.encode("cp1252"), None),
        (f"<p>{PROSE}".encode(), None),
        (f'<meta charset="iso-8859-1"><p>{PROSE}'.encode(), None),
        (f'<meta charset="no-such-thing"><p>{PROSE}'.encode(), "neither-this"),
        (f'<meta charset="punycode"><p>{PROSE}'.encode(), "utf-7"),
        (f'<meta charset="utf-8"><p>{PROSE}'.encode("cp1252"), None),
        (f"<p>{PROSE} {PROSE} {PROSE}".encode("cp1252"), None),
    ],
)
def test_encodings(raw: bytes, hint: str | None) -> None:
    assert read_page(raw, charset_hint=hint).text.startswith(PROSE)


def test_a_codec_that_is_no_encoding_is_not_used() -> None:
    assert read_page(b"<p>text</p>", charset_hint="zlib").text == "text"


@pytest.mark.parametrize("depth", [300, 1_000, 5_000, 200_000])
@pytest.mark.parametrize("tag", ["div", "b", "span"])
def test_depth_hides_nothing(depth: int, tag: str) -> None:
    raw = f"<p>before</p>{f'<{tag}>' * depth}inside{f'</{tag}>' * depth}<p>after</p>".encode()
    assert read_page(raw).text.split("\n") == ["before", "inside", "after"]


def test_attributes_by_the_hundred_thousand() -> None:
    raw = b"<p " + b" ".join(b"a%d=1" % i for i in range(100_000)) + b">text</p><p class=x>more</p>"
    assert read_page(raw).text == "text\nmore"


def test_a_comparison_in_a_script_is_no_monstrous_tag() -> None:
    raw = b"<script>if (a<b && " + b"c d e " * 1000 + b") {}</script><p>text</p>"
    assert read_page(raw).text == "text"


def test_a_cell_that_claims_to_be_huge() -> None:
    assert read_page(b"<table><tr><td colspan=9007199254740991>a<td rowspan=9e15>b</table>").text == "a | b"


def test_entities_of_a_document_type_are_not_expanded() -> None:
    raw = (
        b'<!DOCTYPE html [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">'
        b'<!ENTITY f SYSTEM "file:///etc/passwd">]><html><body><p>&c; and &f; end</p></body></html>'
    )
    text = read_page(raw).text
    assert "lollol" not in text
    assert "root:" not in text
    assert text.endswith("&c; and &f; end")


def test_many_broken_references() -> None:
    assert read_page(b"<p>a " + b"&#" * 300_000).text.startswith("a &#&#")


def test_limits() -> None:
    assert code_of(b"<p>long</p>" * 10, HtmlOptions(max_bytes=50)) == "too-large"
    assert code_of(b"<p>long</p>" * 10, HtmlOptions(max_blocks=5)) == "too-many-lines"
    assert code_of(b"<p>long</p>" * 10, HtmlOptions(max_tags=5)) == "too-many-tags"


def test_many_small_blocks_are_linear() -> None:
    page = read_page(b"<li>one of many</li>" * 20_000)
    assert len(page.features) == 20_000


def test_structured_data_that_is_broken_or_deep_is_passed_over() -> None:
    deep = "[" * 100_000
    raw = f'<script type="application/ld+json">{deep}</script><script type="application/ld+json">{{"a":</script><p>text</p>'
    assert read_page(raw.encode()).text == "text"


def test_hidden_blocks_are_marked() -> None:
    page = read_page(b"<p>seen</p><div style='display: none'><p>unseen</p></div><div hidden>unseen too</div>")
    assert page.features[:, COLUMN["in_hidden"]].tolist() == [0, 1, 1]
