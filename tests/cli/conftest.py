"""Three short articles, in every form that the command reads."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

STORIES = {
    "bridge": (
        "Old river bridge to close for two winters\n\n"
        "The iron bridge over the Tamar at Wexcombe will close in November for two winters, the county said.\n\n"
        "Engineers found cracks in eleven of its forty hangers when they took off the paint in spring.\n\n"
        "Drivers face a detour of nineteen miles, while walkers may use a ferry that runs every half hour.\n\n"
        "“We would rather lose two winters than the bridge,” said Ines Colby, who leads the works.\n"
    ),
    "orchard": (
        "Late frost takes half of the cherry harvest\n\n"
        "Growers in the Lauter valley expect to pick half as many cherries as last year after three cold nights.\n\n"
        "The café owners of Mülheim have already raised the price of a slice of cake to 4.80 euros.\n\n"
        "Insurance pays only a third of the loss, and the state has not yet said whether it will help.\n\n"
        "“My grandfather lit fires between the rows, and I did the same,” said Jörg Behrend, a farmer.\n"
    ),
    "library": (
        "Village library wins award for night opening\n\n"
        "A library with two rooms and nine thousand books has won the national prize for public spaces.\n\n"
        "Readers in Harrow Fell let themselves in with a card at any hour, and not one book was ever stolen.\n\n"
        "The jury praised the idea as cheap, simple and easy to copy, and said that it hoped to see it elsewhere.\n\n"
        "“People read at four in the morning, we only had to open the door,” said librarian Edith Marsh.\n"
    ),
}
"""Each ends in a line feed, and one holds letters beyond ASCII."""


def page(name: str) -> str:
    """The story as a web page with some furniture."""
    title, *paragraphs = STORIES[name].strip().split("\n\n")
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | Daily Ferry</title>'
        '<meta property="og:site_name" content="Daily Ferry">'
        f'<meta property="article:published_time" content="2021-05-04T08:00:00+00:00"></head><body>'
        '<nav><a href="/">Home</a> <a href="/news">News</a> <a href="/sport">Sport</a></nav>'
        f"<article><h1>{title}</h1>{body}</article>"
        "<footer><p>Copyright 2021 Daily Ferry. All rights reserved. Contact us</p></footer></body></html>"
    )


def records(field: str = "text") -> list[dict[str, Any]]:
    return [
        {"id": name, field: page(name) if field == "html" else text, "outlet": "Daily Ferry", "desk": 7}
        for name, text in STORIES.items()
    ]


def jsonl(field: str = "text") -> bytes:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records(field)).encode("utf-8")


def warc(compress: bool) -> bytes:
    """Three responses, as a crawler stores them."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compress)
    for name in STORIES:
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                f"https://ferry.example/{name}",
                "response",
                payload=io.BytesIO(page(name).encode("utf-8")),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": "2021-05-05T00:00:00Z"},
            )
        )
    return out.getvalue()


def parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records()), out)
    return out.getvalue()


def make(kind: str, folder: Path) -> Path:
    """Writes the stories as ``kind`` and returns what to pass to ``cleaner run``."""
    if kind in ("utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"):
        for name, text in STORIES.items():
            if kind == "latin-1":
                text = text.replace("“", '"').replace("”", '"')
            (folder / f"{name}.txt").write_bytes(text.encode(kind))
        return folder
    if kind in ("html", "htm"):
        for name in STORIES:
            (folder / f"{name}.{kind}").write_text(page(name), encoding="utf-8")
        return folder
    if kind == "glob":
        make("utf-8", folder)
        (folder / "notes.jsonl").write_text("not read", encoding="utf-8")
        return folder / "*.txt"
    if kind == "zst":
        import zstandard

        data, name = zstandard.ZstdCompressor().compress(jsonl()), "in.jsonl.zst"
    else:
        data, name = {
            "jsonl": lambda: (jsonl(), "in.jsonl"),
            "jsonl-html": lambda: (jsonl("html"), "in.jsonl"),
            "gz": lambda: (gzip.compress(jsonl()), "in.jsonl.gz"),
            "parquet": lambda: (parquet(), "in.parquet"),
            "warc": lambda: (warc(False), "in.warc"),
            "warc.gz": lambda: (warc(True), "in.warc.gz"),
        }[kind]()
    (folder / name).write_bytes(data)
    return folder / name


@pytest.fixture(scope="session")
def stories() -> dict[str, str]:
    return STORIES


@pytest.fixture(scope="session")
def make_input() -> Any:
    return make


@pytest.fixture(scope="session")
def story_jsonl() -> bytes:
    return jsonl()


@pytest.fixture(scope="session")
def story_run(cleaner: Any, output: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """The three stories as JSONL, cleaned once."""
    folder = tmp_path_factory.mktemp("stories")
    out = folder / "out"
    return cleaner("run", make("jsonl", folder), "--out", out), output(out)
