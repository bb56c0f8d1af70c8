"""Where fuzzing starts: one or more valid or nearly valid inputs for each target, and what fuzzing once found."""

from __future__ import annotations

import gzip
import io
import json

LINE = "Café “quotes”, U.S. talks — said Dr. Smith. Then\u2028more.\r\nShare this article\n\nRead more: Another story?"
PAGE = (
    f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>T</title><meta property="og:site_name" content="S">'
    f'</head><body><nav><a href="/">Home</a></nav><article><h1>T</h1><p>{LINE}</p><table><tr><td colspan=9>x</table>'
    "<script>var a='<p>';</script><!-- c --><p>Ends &amp; &#8212; here.<div><b>open</article></body></html>"
).encode()
RECORDS = (
    b'\xef\xbb\xbf{"id": 1, "text": "a", "date": "2024-05-06T07:08:09Z", "n": NaN, "x": [1, {"y": 1e999}]}\n'
    b'{"html": "<p>x", "url": "https://www.example.co.uk/a", "metadata": {"title": 3}}\n\r\n'
    b'{"id": null, "text": "\\ud800 \\u0000", "lang": "en-GB", "outlet": ["x"]}\n{"text":'
)


def warc_record(kind: bytes, body: bytes, media: bytes) -> bytes:
    return (
        b"WARC/1.0\r\nWARC-Type: " + kind + b"\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        b"WARC-Target-URI: https://example.org/\r\nContent-Type: " + media + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
        + body + b"\r\n\r\n"
    )  # fmt: skip


def _warc() -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=latin-1\r\n"
    chunked = http + b"Transfer-Encoding: chunked\r\n\r\n4\r\n<p>x\r\n0\r\n\r\n"
    packed = http + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE, mtime=0)
    answer = b"application/http; msgtype=response"
    return b"".join(
        [
            warc_record(b"warcinfo", b"software: x\r\n", b"application/warc-fields"),
            warc_record(b"response", http + b"\r\n" + PAGE, answer),
            warc_record(b"response", chunked, answer),
            warc_record(b"response", packed, answer),
            warc_record(b"conversion", b"Some text.", b"text/plain"),
        ]
    )


def _parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({"id": ["a", "b"], "text": ["One.", None], "n": [1.5, None]}), out, compression="none")
    return out.getvalue()


def seeds(target: str) -> list[bytes]:
    """Inputs to begin with; also every regression test of what fuzzing found."""
    import zstandard

    checked = zstandard.ZstdCompressor(write_checksum=True)
    return {
        "jsonl": [RECORDS, gzip.compress(RECORDS, mtime=0), b"[" * 200 + b"\n", json.dumps({"text": "[{" * 90}).encode()],
        "text": [LINE.encode(), LINE.encode("utf-16"), LINE.encode("cp1252", "replace"), b"\xff\xfe\x00", b"a\x00" * 20,
                 "It was U\xa0\xa0. Then it rose.".encode(), "A\u3000. B.\u2028C. D".encode()],
        "html": [PAGE, PAGE.decode().encode("utf-16"), b"%PDF-1.4", b"<html>", b"<p>" * 3000, b"&#x110000;&#0;<!DOCTYPE ["],
        "warc": [_warc(), _warc()[:-3], gzip.compress(_warc(), mtime=0), b"WARC/1.0\r\nContent-Length: 5\r\n\r\n",
                 b"WARC/1.0\r\nno colon\r\n folded\r\nContent-Length: 0\r\n\r\n\r\n\r\n"],
        "parquet": [_parquet(), b"PAR1" * 3, _parquet().replace(b"text", b"t\x83xt")],
        "gzip": [gzip.compress(RECORDS, mtime=0) * 2 + b"\0\0", b"\x1f\x8b\x08\x1c" + b"\0" * 6 + b"\x02\x00ab"],
        "zstd": [checked.compress(RECORDS) + b"\x50\x2a\x4d\x18\x01\x00\x00\x00x" + checked.compress(b"")],
        "sidecar": [b'\x00path,outlet\r\na.txt,"x, ""y"""\r\n', b"\x00id;source\n1;2\n", b'\x80{"path": "a.txt"}\n', b"\x00\xff\xfe"],
        "spans": [bytes(range(64)), bytes([5, 2, 0, 255, 7, 7, 30, 40, 35, 50, 40, 41])],
        "writer": [bytes(range(40)) + LINE.encode() * 2],
        "judge": [LINE.encode(), b"", b"\n\n", "Bu bir\u0130 test. ".encode() * 9],
    }[target]  # fmt: skip
