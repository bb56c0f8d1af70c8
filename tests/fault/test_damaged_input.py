"""Damaged and hostile input, through the real command: what was lost is said, what is kept is true."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import resource
from pathlib import Path
from typing import Any

import pytest
import zstandard
from trouble import SLOW, Result, article, begin, corpus, end, sound


def line(**fields: Any) -> bytes:
    return json.dumps(fields).encode() + b"\n"


GOOD = "The council met on Monday and agreed on the new bridge across the river."

BAD_LINES: dict[str, tuple[bytes, str]] = {
    "invalid-utf8": (b'{"id":"x","text":"caf\xe9"}\n', "bad-encoding"),
    "encoded-surrogate": (b'{"id":"x","text":"\xed\xa0\x80"}\n', "bad-encoding"),
    "cut": (b'{"id":"x","text":"cut\n', "bad-json"),
    "list": (b"[1, 2]\n", "bad-json"),
    "number": (b"7\n", "bad-json"),
    "nul": (b"\0\n", "bad-json"),
    "text-null": (line(id="x", text=None), "bad-text"),
    "text-number": (line(id="x", text=5), "bad-text"),
    "text-list": (line(id="x", text=["a"]), "bad-text"),
    "text-missing": (line(id="x", title="t"), "bad-text"),
    "text-empty": (line(id="x", text=""), "empty-input"),
    "html-number": (line(id="x", html=7), "bad-text"),
    "html-empty": (line(id="x", html=""), "no-content"),
    "html-binary": (line(id="x", html="%PDF-1.7 ..."), "not-html"),
    "deep-lists": (b'{"id":"x","text":"t","a":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", "too-deep"),
    "deep-objects": (b'{"id":"x","text":"t","a":' + b'{"a":' * 9000 + b"1" + b"}" * 9000 + b"}\n", "too-deep"),
    "long-line": (line(id="x", text="y" * 300_000), "line-too-long"),
    "same-id-same-text": (line(id="good0", text=f"{GOOD} 0."), "duplicate-id"),
    "same-id-other-text": (line(id="good0", text="Another text altogether, about the harbour."), "duplicate-id"),
    "cut-at-the-end": (b'{"id":"x","text":"the file ends in the mid', "bad-json"),
}
"""Each stands alone between good records; the last one ends the file."""


@pytest.fixture(scope="module")
def rejections(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, int, dict[str, str], bytes]:
    """One run over all of ``BAD_LINES``, each between good records, and a folder of odd files."""
    root = tmp_path_factory.mktemp("bad")
    texts = {}
    content = b""
    for number, (bad, _) in enumerate(BAD_LINES.values()):
        texts[f"good{number}"] = f"{GOOD} {number}."
        content += line(id=f"good{number}", text=texts[f"good{number}"]) + b"\n" + bad
    (root / "in").mkdir()
    (root / "in" / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + content)
    (root / "in" / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (root / "in" / "c.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\xff" * 20)
    (root / "in" / "d.html").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 10)
    (root / "in" / "e.html").write_bytes(b"")
    os.mkfifo(root / "in" / "f.txt")
    done = end(begin("run", root / "in", "--out", root / "out", "--max-record-bytes", 250_000))
    return sound(root / "out", texts), done.code, texts, (root / "in" / "a.jsonl").read_bytes()


def test_good_records_between_bad_ones_are_all_kept(rejections: tuple[Result, int, dict[str, str], bytes]) -> None:
    result, code, texts, _ = rejections
    assert code == 3
    assert list(result.documents) == list(texts)


@pytest.mark.parametrize("case", BAD_LINES)
def test_a_bad_line_is_rejected_with_its_code_and_place(
    rejections: tuple[Result, int, dict[str, str], bytes], case: str
) -> None:
    number = 3 * list(BAD_LINES).index(case) + 3
    (record,) = [r for r in rejections[0].rejected if r["source"] == "a.jsonl" and r["line"] == number]
    assert record["code"] == BAD_LINES[case][1]
    assert rejections[3][record["byte"] :].startswith(BAD_LINES[case][0].rstrip(b"\n"))


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("b.png", {"unsupported"}), ("c.txt", {"bad-encoding"}), ("d.html", {"not-html"}), ("e.html", {"no-content"}),
        ("f.txt", {"unsupported"}),
    ],
)  # fmt: skip
def test_odd_files_are_rejected(
    rejections: tuple[Result, int, dict[str, str], bytes], name: str, codes: set[str]
) -> None:
    assert {r["code"] for r in rejections[0].rejected if r["source"] == name} == codes


ODD = {
    "controls": "Bell\x07 and \x1b[31mred\x1b[0m, delete\x7f, C1 \x9b1m, noncharacter \ufffe, and NUL\0 in one line.",
    "separators": "One.\u2028Two.\u2029Three.\x85Four.\vFive.\fSix.\rSeven.\r\nEight.\x1cNine.\n",
    "composed": "Le caf\u00e9 de la gare a ferm\u00e9 ses portes hier soir apr\u00e8s trente ans de service.",
    "decomposed": "Le cafe\u0301 de la gare a ferme\u0301 ses portes hier soir apre\u0300s trente ans de service.",
    "surrogate": "A lone surrogate \ud800 stands here, in a sentence that somebody has cut in the wrong place.",
    "astral": "\U0001f600 The mayor smiled \U0001f468\u200d\U0001f469\u200d\U0001f467 and \u202eeverybody\u202c laughed.",
    "blank": " \n\t\n\u3000\n",
    "chrome": "Share this article\nSubscribe to our newsletter\nAccept all cookies\n",
    "../../escape": "An id that is a path must never become one, said the harbour master on Monday morning.",
    "/etc/cleaner-test": "Nor must an absolute one, added the harbour master on Tuesday after lunch.",
    "a\0b": "An id may hold a zero character, the harbour master went on, and no file is named by it.",
    "CON": "The name of a device is an id like any other, the harbour master said in his office.",
    ".": "A dot is an id as well, concluded the harbour master, and went home across the bridge.",
    "x" * 300: "Three hundred characters are a long id, and the harbour master wrote all of them down.",
    "<script>alert(1)</script>": '<script>alert(1)</script>"><img src=x onerror=alert(1)> is what the sign said to visitors.',
    "numbers": "Of 41 ships 7 stayed.",
    "wide-space": "It was called U\xa0. Then it had another name, which nobody could read. X\u3000. Y\u2028. Z",
}


@pytest.fixture(scope="module")
def oddities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, int, Path]:
    root = tmp_path_factory.mktemp("odd")
    (root / "in").mkdir()
    lines = [
        line(
            id=ident, text=text, outlet=ident, title=text[:40], url="javascript:alert(1)", tags=[1.5, None],
            nan=float("nan"), big=10**30,
        )
        for ident, text in ODD.items()
    ]  # fmt: skip
    whole = article(77, 6)
    twice = [line(id=f"copy-{i}", text=whole, outlet=f"copy-{i}", date=f"2024-01-0{i + 1}") for i in range(2)]
    duplicate_keys = (
        b'{"id":"keys","text":"first","text":"Of equal keys the last one counts, as everywhere.","n":'
        + b"9" * 5000
        + b"}\n"
    )
    (root / "in" / "a.jsonl").write_bytes(b"".join(lines + twice) + duplicate_keys)
    done = end(begin("run", root / "in", "--out", root / "deep" / "out"))
    texts = {**ODD, "copy-0": whole, "copy-1": whole, "keys": "Of equal keys the last one counts, as everywhere."}
    assert {p.name for p in root.iterdir()} == {"in", "deep"} and [p.name for p in (root / "deep").iterdir()] == ["out"]
    assert not Path("/etc/cleaner-test").exists()
    return sound(root / "deep" / "out", texts), done.code, root / "deep" / "out"


def test_odd_characters_ids_and_values_pass_through(oddities: tuple[Result, int, Path]) -> None:
    result, code, _ = oddities
    assert (code, result.rejected) == (0, [])
    assert list(result.documents) == [*ODD, "copy-0", "copy-1", "keys"]
    assert result.documents["numbers"]["metadata"]["nan"] == "NaN"
    assert result.documents["numbers"]["metadata"]["big"] == str(10**30)


def test_documents_without_content_are_kept_empty(oddities: tuple[Result, int, Path]) -> None:
    result, _, _ = oddities
    assert result.documents["blank"]["text"] == ""
    assert result.documents["chrome"]["text"] == ""
    assert {r["stage"] for r in result.removed if r["doc_id"] == "chrome"} <= {"chrome", "offtopic"}


def test_one_sentence_in_two_normal_forms_is_one_cluster(oddities: tuple[Result, int, Path]) -> None:
    (cluster,) = [s for s in oddities[0].sentences if "de la gare" in s["text"]]
    found = {s["doc_id"]: (s["start"], s["end"]) for s in cluster["sources"]}
    assert found == {"composed": (0, len(ODD["composed"])), "decomposed": (0, len(ODD["decomposed"]))}


def test_a_whole_copy_keeps_both_documents_and_both_sources(oddities: tuple[Result, int, Path]) -> None:
    result, _, _ = oddities
    shared = [s for s in result.sentences if {"copy-0", "copy-1"} <= {x["doc_id"] for x in s["sources"]}]
    assert shared and all(s["sources"][0]["doc_id"] == "copy-0" for s in shared)
    assert {"copy-0", "copy-1"} <= set(result.documents)


def test_no_escape_sequence_reaches_the_terminal(oddities: tuple[Result, int, Path]) -> None:
    for ident in ("controls", "<script>alert(1)</script>"):
        done = end(begin("show", oddities[2], ident))
        assert done.code == 0
        assert (
            not {c for c in done.out if c < " " and c not in "\n\t"}
            and "\x9b" not in done.out
            and "\x7f" not in done.out
        )


def test_restore_gives_every_text_back(oddities: tuple[Result, int, Path]) -> None:
    done = end(begin("restore", oddities[2]))
    restored = {r["id"]: r["text"] for r in map(json.loads, done.out.split("\n")[:-1])}
    assert {i: restored[i] for i in ODD} == ODD


def _faulty() -> dict[str, bytes]:
    rng = random.Random(2)
    data, _ = corpus(200)
    noisy = b"".join(line(id=f"n{i}", text=f"{article(i)} {rng.randbytes(1200).hex()}") for i in range(200))
    packed = gzip.compress(data, mtime=0)
    cut = len(data) // 2
    cut = data.index(b"\n", cut) + 1
    members = [gzip.compress(part, mtime=0) for part in (data[:cut], data[cut:])]
    flipped = bytearray(members[0] + members[1])
    flipped[len(members[0]) + len(members[1]) // 2] ^= 0x10
    checksum, length = bytearray(packed), bytearray(packed)
    checksum[-6] ^= 0xFF
    length[-2] ^= 0xFF
    zst = zstandard.ZstdCompressor(write_checksum=True).compress(noisy)
    return {
        "checksum.jsonl.gz": bytes(checksum),
        "cut.jsonl.gz": gzip.compress(noisy)[:-4000],
        "cut.jsonl.zst": zst[:-4000],
        "flipped.jsonl.gz": bytes(flipped),
        "garbage.jsonl.gz": packed + b"and then something else",
        "length.jsonl.gz": bytes(length),
    }


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Any, dict[str, str]]:
    """One run over all faulty sources and an intact one after them; ids are made unique by the file's name."""
    root = tmp_path_factory.mktemp("faults")
    (root / "in").mkdir()
    for name, content in _faulty().items():
        (root / "in" / name).write_bytes(content)
    data, _ = corpus(20, first=5000)
    (root / "in" / "intact.jsonl.gz").write_bytes(gzip.compress(data))
    done = end(begin("run", root / "in", "--out", root / "out", "--no-dedup", "--no-report"))
    return sound(root / "out"), done, {}


def test_sources_that_break_off_end_in_exit_4_and_are_named(faults: tuple[Result, Any, dict[str, str]]) -> None:
    result, done, _ = faults
    assert done.code == 4
    for name in _faulty():
        assert name in done.err
    assert {e["name"] for e in result.manifest["inputs"] if "error" in e} == set(_faulty())
    assert {f"d{i}" for i in range(5000, 5020)} <= set(result.documents)


@pytest.mark.parametrize("name", sorted(_faulty()))
def test_nothing_is_invented_and_what_is_intact_is_kept(faults: tuple[Result, Any, dict[str, str]], name: str) -> None:
    """A flipped byte: the tools measured hand out the records up to where decoding fails, altered ones among them.
    Here a gzip member whose checksum is wrong gives no documents; its lines are rejected as ``damaged``, and every
    other member is kept. A wrong stored length or one wrong byte of the stored checksum cannot be confused with
    damaged data: all records are kept, and the exit code is still 4."""
    result, _, _ = faults
    kept = [d for d in result.documents.values() if d["source_path"].startswith(f"{name}:")]
    rejected = [r for r in result.rejected if r["source"] == name]
    seen = {int(d["source_path"].rpartition(":")[2]) for d in kept} | {r["line"] for r in rejected}
    assert seen == set(range(1, len(seen) + 1)), "a line is neither in documents nor rejected"
    if name == "flipped.jsonl.gz":
        assert len(seen) >= 100 and len([r for r in rejected if r["code"] == "damaged"]) >= 90
    elif name.startswith("cut"):
        assert len(seen) > 100 and len([r for r in rejected if r["code"] != "duplicate-id"]) <= 1
    else:
        assert len(seen) == 200 and {r["code"] for r in rejected} <= {"duplicate-id"}
    texts = corpus(200)[1]
    for document in kept:
        if document["id"].startswith("d"):
            assert document["source_sha256"] == hashlib.sha256(texts[document["id"]].encode()).hexdigest()


@pytest.mark.parametrize("name", ["bomb.jsonl.gz", "bomb.jsonl.zst", pytest.param("bomb.txt.gz", marks=SLOW)])
def test_bombs_are_bounded(command: Any, tmp_path: Path, name: str) -> None:
    """A line of a gigabyte in a megabyte of gzip is one record over the limit: exit 3. Zstd can pack the same into
    kilobytes, which is past --max-expansion: reading stops, exit 4. Memory stays what a run on nothing needs, with
    room for one record of --max-record-bytes."""
    pack = zstandard.ZstdCompressor().compressobj() if name.endswith("zst") else gzip
    content = b'{"id":"a","text":"' + b"a" * 1_000_000
    if name.endswith("zst"):
        body = pack.compress(content) + b"".join(pack.compress(b"a" * 1_000_000) for _ in range(500)) + pack.flush()
    else:
        path = tmp_path / name
        with gzip.open(path, "wb", compresslevel=6) as handle:
            handle.write(content)
            for _ in range(500):
                handle.write(b"a" * 1_000_000)
            handle.write(b'"}\n' + line(id="after", text=GOOD))
        body = path.read_bytes()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(body)
    done = command("run", tmp_path / "in", "--out", tmp_path / "out", limits={resource.RLIMIT_AS: 4 << 30})
    result = sound(tmp_path / "out")
    assert json.loads((tmp_path / "out" / "run.json").read_text())["peak_memory_bytes"] < 700 << 20
    if name == "bomb.jsonl.gz":
        assert (done.code, list(result.documents), result.codes()) == (3, ["after"], {1: "line-too-long"})
    elif name == "bomb.txt.gz":
        assert (done.code, result.codes()) == (3, {None: "too-large"})
    else:
        assert (done.code, set(result.codes().values())) == (4, {"line-too-long", "expansion-limit"})


def test_files_without_records_give_an_empty_result(command: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, content in (("a", b""), ("b", b"\n\n \n\t\r\n"), ("c", b"\xef\xbb\xbf"), ("d", b"\xef\xbb\xbf\n")):
        (tmp_path / "in" / f"{name}.jsonl").write_bytes(content)
    done = command("run", tmp_path / "in", "--out", tmp_path / "out")
    assert (done.code, sound(tmp_path / "out").documents) == (0, {})


def test_the_name_may_lie_about_the_compression_and_the_last_newline_may_lack(command: Any, tmp_path: Path) -> None:
    data, texts = corpus(4)
    (tmp_path / "in").mkdir()
    lines = data.rstrip(b"\n").split(b"\n")
    (tmp_path / "in" / "a.jsonl").write_bytes(gzip.compress(lines[0]))
    (tmp_path / "in" / "b.jsonl.gz").write_bytes(lines[1])
    (tmp_path / "in" / "c.jsonl.zst").write_bytes(gzip.compress(lines[2]))
    (tmp_path / "in" / "d.jsonl").write_bytes(zstandard.compress(lines[3]))
    done = command("run", tmp_path / "in", "--out", tmp_path / "out")
    assert (done.code, set(sound(tmp_path / "out", texts).documents)) == (0, set(texts))


@pytest.mark.parametrize("codec", ["utf-16", pytest.param("utf-16-le", marks=SLOW)])
def test_wide_jsonl_is_refused_before_anything_is_written(command: Any, tmp_path: Path, codec: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(corpus(2)[0].decode().encode(codec))
    done = command("run", tmp_path / "a.jsonl", "--out", tmp_path / "out")
    assert done.code == 2 and "iconv" in done.err and not (tmp_path / "out").exists()


PAGE = "<html><head><title>t</title></head><body><article>{}</article></body></html>"
PAGES: dict[str, bytes] = {
    "words": b"Just words, no markup at all, in a file that is called a page by its name only.",
    "unclosed": b"<html><body><div><p>" + GOOD.encode() + b"<p>" + GOOD.encode() + b"<div><b><i>",
    "script": PAGE.format("<script>" + "var a = 1;" * 200_000 + f"</script><p>{GOOD}</p>").encode(),
    "colspan": PAGE.format(f'<table><tr><td colspan="9007199254740991" rowspan="9007199254740991">{GOOD}</td></tr></table><p>{GOOD}</p>').encode(),
    "attributes": PAGE.format("<p " + " ".join(f"a{i}=1" for i in range(200_000)) + f">{GOOD}</p>").encode(),
    "references": PAGE.format(f"<p>{GOOD}</p><p>" + "&#" * 300_000 + "</p>").encode(),
    "entities": (
        b'<!DOCTYPE html [<!ENTITY a "boomboomboom">' + b"".join(
            f'<!ENTITY {c} "{("&" + p + ";") * 10}">'.encode() for p, c in zip("abcdefgh", "bcdefghi", strict=True)
        ) + b'<!ENTITY file SYSTEM "file:///etc/passwd">]>' + PAGE.format(f"<p>{GOOD} &i; &file;</p>").encode()
    ),
    "deep": PAGE.format("<div>" * 20_000 + f"<p>{GOOD}</p>" + "</div>" * 20_000).encode(),
    "deep-inline": PAGE.format(f"<p>{GOOD}</p>" + "<b>" * 30_000 + "x").encode(),
    "nul": PAGE.format(f"<p>{GOOD}</p><p>A\0B\x1b[31m</p>").encode(),
}  # fmt: skip


def test_hostile_pages_give_text_or_a_rejection(command: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, content in PAGES.items():
        (tmp_path / "in" / f"{name}.html").write_bytes(content)
    (tmp_path / "in" / "only-html.html").write_bytes(b"<html>")
    done = command("run", tmp_path / "in", "--out", tmp_path / "out", "--no-dedup")
    result = sound(tmp_path / "out")
    assert done.code == 3, done.err
    assert {r["source"].partition(".")[0]: r["code"] for r in result.rejected}["only-html"] == "no-content"
    assert {r["code"] for r in result.rejected} <= {"no-content", "too-deep", "not-html"}
    for name in ("unclosed", "script", "colspan", "attributes", "references", "entities", "nul"):
        assert "agreed on the new bridge" in result.documents[f"{name}.html"]["text"], name
    everything = (tmp_path / "out" / "documents.jsonl").read_text() + (tmp_path / "out" / "removed.jsonl").read_text()
    assert "boomboom" * 20 not in everything and "root:" not in everything
