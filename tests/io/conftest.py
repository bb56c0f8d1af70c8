"""What the reader tests share: records of a folder of files, and builders of damaged ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from made_words import WORDS

from cleaner.errors import InputError, RejectError
from cleaner.io.documents import load_outlets, to_document
from cleaner.io.limits import ReadOptions
from cleaner.io.records import RawRecord, read_records
from cleaner.io.sources import find_sources
from cleaner.model import Document


@dataclass
class Read:
    """Everything that came out of some inputs."""

    documents: list[Document] = field(default_factory=list)
    rejected: list[tuple[str, int | None, str]] = field(default_factory=list)
    """(source, line, code)"""
    faults: list[str] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [d.id for d in self.documents]

    @property
    def codes(self) -> list[str]:
        return [code for _, _, code in self.rejected]


@pytest.fixture
def read() -> Callable[..., Read]:
    """``read(path, ..., max_depth=5)``: all documents, rejections and faults of the inputs."""

    def call(*inputs: Path | str, **limits: Any) -> Read:
        options = ReadOptions(**limits)
        out = Read()
        sources = find_sources([str(i) for i in inputs], options)
        outlets = load_outlets(sources, options)
        for source in sources:
            try:
                for raw in read_records(source, options):
                    if not isinstance(raw, RawRecord):
                        out.rejected.append((raw.source, raw.line, raw.code))
                        continue
                    try:
                        out.documents.append(to_document(raw, outlets, options))
                    except RejectError as error:
                        out.rejected.append((raw.source, raw.line, error.code))
            except InputError as error:
                out.faults.append(str(error))
        return out

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """``write(name, content)``: a file below the test's folder, UTF-8 where the content is text."""

    def call(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return call


@pytest.fixture
def lines() -> Callable[..., bytes]:
    """``lines(20)``: JSONL with that many records of varied text, ids ``d0`` to ``d19``."""

    def call(count: int) -> bytes:
        words = WORDS[:15]
        out = []
        for i in range(count):
            text = " ".join(words[(i * 7 + j * j) % len(words)] + str(i * j % 13) for j in range(60))
            out.append(json.dumps({"id": f"d{i}", "text": text}).encode())
        return b"\n".join(out) + b"\n"

    return call


def warc_record(
    ident: str, body: bytes, *, kind: str = "response", media: str = "text/html; charset=utf-8", head: str = "",
    status: str = "200 OK",
) -> bytes:  # fmt: skip
    """One WARC record that holds an HTTP answer (or, for other kinds, the body as it is)."""
    block = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n{head}\r\n".encode() + body if kind == "response" else body
    outer = "application/http;msgtype=response" if kind == "response" else media
    header = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{ident}>\r\nWARC-Date: 2020-01-02T03:04:05Z\r\n"
        f"WARC-Target-URI: https://www.example.com/{ident}\r\nContent-Type: {outer}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return header.encode() + block + b"\r\n\r\n"


@pytest.fixture
def warc() -> Callable[..., bytes]:
    return warc_record


@pytest.fixture
def page() -> Callable[[str], bytes]:
    def call(text: str) -> bytes:
        body = f"<html><head><title>A page</title></head><body><article><p>{text}</p></article></body></html>"
        return body.encode()

    return call
