"""What a record becomes: its text, the outlet, the dates; and what a sidecar manifest states over them."""

from __future__ import annotations

import pytest

from cleaner.errors import UsageError
from cleaner.io.dates import iso_date
from cleaner.io.documents import outlet_of, site_of


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("utf-8", "Plain café — “quoted” words."),
        ("utf-8-sig", "Marked café."),
        ("utf-16", "Wide café."),
        ("utf-32", "Wider café."),
        ("utf-16-le", "Wide words without a mark, as some editors write them."),
        ("utf-16-be", "Wide words without a mark, as some editors write them."),
        ("cp1252", "One café and “two quotes” — in an English text."),
        ("latin-1", "Le président a déclaré hier que le marché européen était fermé à Noël."),
        ("cp1250", "Zażółć gęślą jaźń, powiedział minister w Warszawie w środę po południu, źródło: Łódź."),
        ("cp1251", "Москва сообщает о новых мерах правительства и реакции граждан на это решение."),
        (
            "cp1254",
            "Türkçe metin: bugün hava çok güzel, İstanbul’da insanlar sokağa çıktı. Başbakan ağır yağış için uyardı.",
        ),
        ("koi8-r", "Москва сообщает о новых мерах правительства и реакции граждан на это решение."),
        ("shift_jis", "東京で大きな地震がありました。政府は対策を発表しました。"),
        ("gb18030", "中国政府周二宣布新的措施，官员表示将继续努力。"),
        ("euc-kr", "정부는 화요일 새로운 조치를 발표했으며 시민들은 환영했다."),
    ],
)
def test_text_in_common_encodings(write, read, codec, text):
    (document,) = read(write("a.txt", text.encode(codec))).documents
    assert document.text == text
    assert document.metadata.get("encoding", "utf-8") == "utf-8" or "encoding" in document.metadata


def test_utf8_with_a_broken_byte_stays_utf8_and_says_so(write, read):
    (document,) = read(write("a.txt", "é è — “x” café ñ".encode() + b" bad \xe9 byte")).documents
    assert document.text == "é è — “x” café ñ bad \ufffd byte"
    assert document.metadata["encoding"] == "utf-8-damaged"


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\0\xff\xfe\0", b"%PDF-1.4\n\xe2\xe3\xcf\xd3", bytes(range(256)) * 4, b"\xff\xfex"]
)
def test_what_is_no_text_is_rejected(write, read, content):
    assert read(write("a.txt", content)).codes == ["bad-encoding"]


def test_text_is_kept_to_the_last_character(write, read):
    text = "\r\n One.\r\n\0\x1b[31m\u2028 Two. \n\n"
    assert read(write("a.txt", text.encode())).documents[0].text == text


@pytest.mark.parametrize("content", [b"", b" \n\t\n"])
def test_a_text_without_words_is_a_document(write, read, content):
    assert [d.text for d in read(write("a.txt", content)).documents] == [content.decode()]


def test_a_text_over_the_limit_is_rejected(write, read):
    assert read(write("a.txt", b"x" * 2000), max_record_bytes=1000).codes == ["too-large"]


def test_text_file_has_no_line_number(write, read, tmp_path):
    write("in/sub/a.txt", "x")
    (document,) = read(tmp_path / "in").documents
    assert (document.id, document.path, document.source) == ("sub/a.txt", "sub/a.txt", "sub")


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.bbc.co.uk/news/1", "bbc.co.uk"),
        ("http://M.Example.COM:8080/x?y", "example.com"),
        ("//amp.example.org/x", "example.org"),
        ("example.net/path", "example.net"),
        ("https://user:pw@mobile.example.net/", "example.net"),
        ("https://m.no/x", "m.no"),
        ("https://www.com/", "www.com"),
        ("nonsense", None),
        ("http://[::1]/", None),
        ("javascript:alert(1)", None),
        ("http://[broken", None),
        ("http://a b.com/", None),
        ("", None),
        (None, None),
    ],
)
def test_site_of_a_url(url, site):
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("name", "url", "outlet"),
    [
        ("paper/2024/a.txt", None, "2024"),
        ("paper/a.txt", "https://www.x.org/1", "x.org"),
        ("a.b.jsonl.gz", None, "a.b"),
        (".txt", None, ".txt"),
        ("v1.2", None, "v1.2"),
        ("-", None, "stdin"),
    ],
)
def test_outlet_that_nobody_states(name, url, outlet):
    assert outlet_of(name, url) == outlet


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("2024-05-06", "2024-05-06"),
        ("20240506", "2024-05-06"),
        ("2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z"),
        ("2024-05-06 07:08", "2024-05-06T07:08:00"),
        ("2024-05-06T23:30:00.123456+02:00", "2024-05-06T21:30:00Z"),
        ("2024-05-06T23:30:00-0130", "2024-05-07T01:00:00Z"),
        ("2024/5/6", "2024-05-06"),
        ("6 May 2024", "2024-05-06"),
        ("Monday, May 6th, 2024", "2024-05-06"),
        ("Sept. 6, 2024", "2024-09-06"),
        ("Mon, 06 May 2024 07:08:09 GMT", "2024-05-06T07:08:09Z"),
        ("Mon, 06 May 2024 07:08:09 +0200", "2024-05-06T05:08:09Z"),
        (1714979289, "2024-05-06T07:08:09Z"),
        (1714979289000, "2024-05-06T07:08:09Z"),
        (2024, None),
        (True, None),
        ("03/04/2024", None),
        ("2024-13-45", None),
        ("2024-02-30", None),
        ("yesterday", None),
        ("9999-12-31T23:59:59-05:00", None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        ("", None),
        ([], None),
    ],
)
def test_dates(value, iso):
    assert iso_date(value) == iso


MANIFEST = '\ufeffPath,outlet,url,title,date,desk\r\na.txt,"The Paper, daily",https://x.example/1,"A ""B""",2024-05-06,World\r\nabsent.txt,Z,,,,\r\n'


def test_sidecar_states_any_field(write, read, tmp_path):
    write("a.txt", "x")
    write("b.txt", "y")
    write("manifest.csv", MANIFEST)
    got = {d.id: d for d in read(tmp_path).documents}
    assert list(got) == ["a.txt", "b.txt"]
    a = got["a.txt"]
    assert (a.source, a.url, a.title, a.created) == ("The Paper, daily", "https://x.example/1", 'A "B"', "2024-05-06")
    assert a.metadata == {"desk": "World"}
    assert got["b.txt"].source == "b"


def test_sidecar_of_records_goes_by_id_and_wins(write, read, tmp_path):
    write("a.jsonl", '{"id": 7, "text": "x", "outlet": "Own"}\n{"id": "b", "text": "y", "outlet": "Own"}\n')
    write("manifest.jsonl", '{"id": "7", "outlet": "Stated"}\n')
    assert [d.source for d in read(tmp_path).documents] == ["Stated", "Own"]


def test_sidecar_may_name_the_id_of_a_file_and_lie_in_a_subfolder(write, read, tmp_path):
    write("sub/a.txt", "x")
    write("sub/manifest.csv", "file;id;source\na.txt;story-1;Paper\n")
    (document,) = read(tmp_path).documents
    assert (document.id, document.source, document.path) == ("story-1", "Paper", "sub/a.txt")


def test_sidecar_is_heeded_when_the_file_itself_is_the_input(write, read):
    path = write("a.txt", "x")
    write("manifest.csv", "path,outlet\n./a.txt,Paper\n")
    assert read(path).documents[0].source == "Paper"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("manifest.csv", "outlet,url\nx,y\n", "no column path or id"),
        ("manifest.csv", "path,outlet\na.txt,x,y\n", "line 2: more fields"),
        ("manifest.csv", "path,outlet\n,x\n", "line 2: neither path nor id"),
        ("manifest.csv", b"path,outlet\na.txt,caf\xe9\n", "not UTF-8"),
        ("manifest.jsonl", '{"path": "a.txt"}\n[1]\n', "line 2: not a JSON object"),
        ("manifest.jsonl", "{\n", "line 1: not JSON"),
        ("manifest.jsonl", "[" * 100_000, "line 1: not JSON"),
    ],
)
def test_broken_sidecars_are_refused_with_file_and_line(write, read, tmp_path, name, content, said):
    write("a.txt", "x")
    write(name, content)
    with pytest.raises(UsageError, match=said) as error:
        read(tmp_path)
    assert name in str(error.value)


def test_page_states_outlet_title_and_date(write, read, tmp_path):
    head = '<meta property="og:site_name" content="The Page Paper"><meta property="article:published_time" content="2024-05-06">'
    text = "The council met on Monday and agreed on the new bridge across the river."
    write(
        "in/x/a.html",
        f"<html><head><title>Bridge agreed</title>{head}</head><body><article><p>{text}</p></article></body></html>",
    )
    (document,) = read(tmp_path / "in").documents
    assert (document.source, document.created, document.kind) == ("The Page Paper", "2024-05-06", "html")
    assert document.title and document.page is not None and len(document.page) >= 1


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 x", b"\x89PNG\r\n\x1a\n"])
def test_pages_without_content_are_rejected(write, read, content):
    assert read(write("a.html", content)).codes[0] in ("no-content", "not-html")


def test_nothing_is_ever_opened_by_id_or_outlet(write, read, tmp_path):
    write("in/a.jsonl", '{"id": "../../etc/passwd", "text": "x", "outlet": "/etc", "url": "file:///etc/passwd"}\n')
    (document,) = read(tmp_path / "in").documents
    assert (document.id, document.source) == ("../../etc/passwd", "/etc")
