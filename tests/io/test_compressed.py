"""Compressed input: all that is intact comes out, nothing that is not, and every fault is told."""

from __future__ import annotations

import gzip
import json
import random
import struct
import zlib

import pytest
import zstandard

COUNT = 60


def originals(data: bytes) -> set[tuple[str, str]]:
    return {(r["id"], r["text"]) for r in map(json.loads, data.splitlines())}


def held(got, data: bytes) -> None:
    """Nothing that came out is invented."""
    assert {(d.id, d.text) for d in got.documents} <= originals(data)


def ids(count: int) -> list[str]:
    return [f"d{i}" for i in range(count)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_content_decides_and_not_the_name(write, read, lines, name, pack):
    got = read(write(name, pack(lines(COUNT))))
    assert (got.ids, got.rejected, got.faults) == (ids(COUNT), [], [])


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_members_and_frames_join(write, read, lines, pack):
    data = lines(COUNT)
    parts = [data[:100], data[100:2000], b"", data[2000:]]
    assert read(write("a.jsonl.gz", b"".join(map(pack, parts)))).ids == ids(COUNT)


def test_gzip_headers_with_every_field(write, read, lines):
    data = lines(3)
    body = zlib.compressobj(wbits=-15)
    raw = body.compress(data) + body.flush()
    head = b"\x1f\x8b\x08\x1e" + b"\0" * 6 + struct.pack("<H", 4) + b"abcd" + b"name\0" + b"comment\0" + b"\0\0"
    got = read(write("a.jsonl.gz", head + raw + struct.pack("<II", zlib.crc32(data), len(data))))
    assert (got.ids, got.faults) == (ids(3), [])


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_cut_off(write, read, lines, pack, share):
    """Complete records before the cut are documents; the record that is cut is rejected; the fault is told."""
    data = lines(400)
    packed = pack(data)
    got = read(write("a.jsonl", packed[: int(len(packed) * share)]))
    held(got, data)
    assert got.ids == ids(len(got.ids))
    assert len(got.faults) == 1 and "cut off" in got.faults[0]
    assert len(got.rejected) <= 1
    if share > 0.4 and pack is gzip.compress:
        assert len(got.ids) > 100


def test_flipped_bytes_invent_nothing(write, read, lines):
    """A gzip checksum stands at the end of its member. Reading on until it fails hands out altered records that are
    well-formed JSON (a streaming reader does so in three of four flips); so a member with a wrong checksum gives no
    documents at all, each of its lines is rejected as ``damaged``, and the other members are kept. Where deflate itself
    fails, the last 8 MiB before the failure are doubted."""
    data = lines(COUNT)
    cut = data.index(b"\n", len(data) // 2) + 1
    first, second = gzip.compress(data[:cut], mtime=0), gzip.compress(data[cut:], mtime=0)
    before = data[:cut].count(b"\n")
    rng = random.Random(11)
    for _ in range(120):
        packed = bytearray(first + second)
        at = rng.randrange(len(first), len(packed))
        packed[at] ^= rng.randrange(1, 256)
        got = read(write("a.jsonl.gz", bytes(packed)))
        held(got, data)
        assert got.ids[:before] == ids(before)
        assert got.faults or got.ids == ids(COUNT)  # the header's date and flags may be flipped unnoticed


def test_stored_checksum_or_length_flipped_keeps_every_record(write, read, lines):
    """One wrong byte in the stored checksum alone is told from damaged data: the odds of the reverse are one in four
    million. A wrong length with a right checksum is a wrong length."""
    data = lines(COUNT)
    for back in range(1, 9):
        packed = bytearray(gzip.compress(data))
        packed[-back] ^= 0x55
        got = read(write("a.jsonl.gz", bytes(packed)))
        assert (got.ids, len(got.faults), got.rejected) == (ids(COUNT), 1, [])


def test_zstd_checksum_is_heeded(write, read, lines):
    data = lines(COUNT)
    packed = bytearray(zstandard.ZstdCompressor(write_checksum=True).compress(data))
    packed[-1] ^= 1
    got = read(write("a.jsonl.zst", bytes(packed)))
    assert (got.ids, len(got.faults)) == ([], 1)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_garbage_after_the_end_is_told_and_nothing_is_lost(write, read, lines, pack):
    got = read(write("a.jsonl.gz", pack(lines(COUNT)) + b"garbage, not a member"))
    assert got.ids == ids(COUNT)
    assert len(got.faults) == 1 and "follow" in got.faults[0]


def test_zero_padding_is_no_fault(write, read, lines):
    got = read(write("a.jsonl.gz", gzip.compress(lines(COUNT)) + b"\0" * 5000))
    assert (got.ids, got.faults) == (ids(COUNT), [])


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_bomb_of_one_line_is_bounded(write, read, pack):
    got = read(write("a.jsonl.gz", pack(b'{"text":"' + b"a" * 30_000_000)), max_record_bytes=1_000_000)
    assert got.ids == []
    assert got.codes[0] == "line-too-long"
    assert ("expansion-limit" in got.codes) == (pack is zstandard.compress) == bool(got.faults)


def test_expansion_limit_keeps_what_came_before(write, read, lines):
    got = read(
        write("a.jsonl.gz", gzip.compress(lines(20) + b" " * 9_000_000)), max_record_bytes=10_000, max_expansion=50
    )
    assert got.ids[:10] == ids(10)
    assert got.codes[-1] == "expansion-limit" and "--max-expansion" in got.faults[0]


@pytest.mark.parametrize("suffix", [".txt.gz", ".html.zst"])
def test_a_file_that_is_one_record_is_whole_or_rejected(write, read, page, suffix):
    pack = gzip.compress if suffix.endswith("gz") else zstandard.ZstdCompressor(write_checksum=True).compress
    content = page("The council met on Monday and agreed on the new bridge across the river. " * 50)
    packed = pack(content)
    whole = read(write("a" + suffix, packed))
    assert whole.ids == ["a" + suffix]
    cut = read(write("a" + suffix, packed[:-6]))
    assert (cut.ids, cut.codes, len(cut.faults)) == ([], ["damaged"], 1)


def test_random_bytes_after_the_magic_never_crash(write, read):
    rng = random.Random(5)
    for magic in (b"\x1f\x8b", b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd"):
        for size in (0, 1, 5, 12, 300):
            got = read(write("a.jsonl", magic + rng.randbytes(size)))
            assert got.ids == [] and (got.faults or size == 0)
