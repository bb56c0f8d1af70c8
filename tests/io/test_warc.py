"""Web archives: pages come out with what the archive knows of them; damage is told."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest

TEXT = "The council met on Monday and agreed on the new bridge across the river."


def archive(warc, page, count: int = 6) -> list[bytes]:
    return [warc(f"r{i}", page(f"{TEXT} Number {i}.")) for i in range(count)]


def test_pages_with_their_address_date_and_id(write, read, warc, page):
    got = read(write("a.warc.gz", b"".join(map(gzip.compress, archive(warc, page)))))
    assert got.ids == [f"urn:uuid:r{i}" for i in range(6)]
    document = got.documents[1]
    assert (document.url, document.added, document.kind) == (
        "https://www.example.com/r1",
        "2020-01-02T03:04:05Z",
        "html",
    )
    assert "Number 1." in document.text and document.path == "a.warc.gz:2"
    assert (got.rejected, got.faults) == ([], [])


def test_what_is_no_page_is_passed_over(write, read, warc, page):
    records = [
        warc("info", b"software: x\r\n", kind="warcinfo", media="application/warc-fields"),
        warc("ask", b"GET / HTTP/1.1\r\n\r\n", kind="request", media="application/http"),
        warc("png", b"\x89PNG", media="image/png"),
        warc("gone", page(TEXT), status="404 Not Found"),
        warc("moved", page(TEXT), status="301 Moved"),
        warc("page", page(TEXT)),
        warc("wet", TEXT.encode(), kind="conversion", media="text/plain"),
    ]
    got = read(write("a.warc", b"".join(records)))
    assert (got.ids, got.rejected, got.faults) == (["urn:uuid:page", "urn:uuid:wet"], [], [])


def test_codings_of_transport_are_undone(write, read, warc, page):
    body = page(TEXT)
    chunked = b"5;x=1\r\n" + body[:5] + b"\r\n%X\r\n" % (len(body) - 5) + body[5:] + b"\r\n0\r\n\r\n"
    records = [
        warc("gz", gzip.compress(body), head="Content-Encoding: gzip\r\n"),
        warc("deflate", zlib.compress(body), head="Content-Encoding: deflate\r\n"),
        warc("chunked", chunked, head="Transfer-Encoding: chunked\r\n"),
        warc("both", chunked.replace(body[:5], body[:5]), head="transfer-encoding: Chunked\r\n"),
        warc("undone", body, head="Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
        warc("latin", TEXT.replace("council", "café").encode("latin-1"), media="text/html; charset=ISO-8859-1"),
    ]
    got = read(write("a.warc", b"".join(records)))
    assert got.ids == [f"urn:uuid:{n}" for n in ("gz", "deflate", "chunked", "both", "undone", "latin")]
    assert all("agreed on the new bridge" in d.text for d in got.documents)
    assert "café" in got.documents[-1].text


def test_damage_inside_of_a_page_costs_the_page(write, read, warc, page):
    body = gzip.compress(page(TEXT))
    records = [
        warc("cut", body[:-20], head="Content-Encoding: gzip\r\n"),
        warc("chunk", b"FFFF\r\nshort", head="Transfer-Encoding: chunked\r\n"),
        warc("br", b"\x8b\x80\x03" * 20, head="Content-Encoding: br\r\n"),
        warc("good", page(TEXT)),
    ]
    not_http = warc("junk", page(TEXT)).replace(b"HTTP/1.1 200", b"HTPP/1.1 200")
    got = read(write("a.warc", not_http + b"".join(records)))
    assert got.ids == ["urn:uuid:good"]
    assert got.rejected == [("a.warc", n, "bad-record") for n in (1, 2, 3, 4)]
    assert got.faults == []


@pytest.mark.parametrize("packed", [False, True])
def test_cut_off_anywhere_is_told(write, read, warc, page, packed):
    """Both warcio and fastwarc return the records before the cut and no error."""
    records = archive(warc, page)
    whole = b"".join(map(gzip.compress, records)) if packed else b"".join(records)
    edges, at = set(), 0
    for record in records:
        at += len(gzip.compress(record)) if packed else len(record)
        edges.add(at)
    rng = random.Random(3)
    for cut in sorted(rng.sample(range(1, len(whole)), 60)):
        got = read(write("a.warc", whole[:cut]))
        if cut in edges:
            continue
        assert len(got.faults) == 1, cut
        assert got.ids == [f"urn:uuid:r{i}" for i in range(len(got.ids))]


def test_flipped_bytes_in_a_compressed_archive_invent_nothing(write, read, warc, page):
    records = archive(warc, page)
    texts = {d.text for d in read(write("a.warc", b"".join(records))).documents}
    whole = b"".join(gzip.compress(r, mtime=0) for r in records)
    rng = random.Random(9)
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        got = read(write("a.warc.gz", bytes(damaged)))
        assert {d.text for d in got.documents} <= texts
        assert got.faults or len(got.ids) == 6


def test_no_archive_and_wrong_lengths_are_told(write, read, warc, page):
    good = warc("good", page(TEXT))
    for bad in (
        b"not an archive at all",
        good.replace(b"Content-Length: ", b"Content-Length: 9"),
        good.replace(b"Content-Length: ", b"Content-Length: x"),
        b"WARC/1.0\r\n",
        b"WARC/1.0\r\n" + b"A: b\r\n" * 300_000,
    ):
        got = read(write("a.warc", good + bad))
        assert got.ids == ["urn:uuid:good"] and len(got.faults) == 1


def test_empty_archive_has_no_records(write, read):
    assert read(write("a.warc", b"")).faults == []


def test_pages_over_the_limit_are_rejected_and_passed(write, read, warc, page):
    bomb = gzip.compress(b"<html>" + b"a" * 20_000_000)
    records = [
        warc("big", page("x" * 3_000_000)),
        warc("bomb", bomb, head="Content-Encoding: gzip\r\n"),
        warc("good", page(TEXT)),
    ]
    got = read(write("a.warc", b"".join(records)), max_record_bytes=200_000)
    assert got.ids == ["urn:uuid:good"]
    assert got.codes == ["too-large", "too-large"]
