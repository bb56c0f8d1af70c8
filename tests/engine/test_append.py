"""Adding documents ends where one run over everything would."""

from __future__ import annotations

import itertools
import json
import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cleaner.config import Config, UserRule
from cleaner.engine import clusters, passes
from cleaner.engine.local import Silent
from cleaner.engine.run import run
from cleaner.engine.state import State
from cleaner.errors import UsageError
from cleaner.similar import candidates
from cleaner.stages.language import LanguageStage

SENTENCES = [
    "The council approved the new harbour bridge on Tuesday after a debate of six hours.",
    "Residents of the old quarter had asked for a tunnel instead of another bridge.",
    "Work on the foundations will begin in March, the engineer Marta Olsen said.",
    "“We can not wait another decade for this crossing,” the mayor told reporters.",
    "The regional bank will lend 40 million euros for the first stage of the project.",
    "Fishermen fear that the piers will change the currents in the western basin.",
    "A study by the university found no risk for the herring stocks in the bay.",
    "Ferry traffic rose by 12 percent last year, the port authority reported on Friday.",
    "Ferry traffic fell by 12 percent last year, the port authority reported on Friday.",
    "The opposition wants a referendum before the contracts are signed in autumn.",
]
FURNITURE = ["Share this story with your friends", "Read more from the harbour desk", "Sign up for our morning letter"]


def corpus(seed: int, count: int) -> list[dict[str, str]]:
    rng = random.Random(seed)
    records = []
    for number in range(count):
        lines = rng.sample(SENTENCES, rng.randint(2, 6))
        outlet = rng.choice(["north", "south", "west"])
        if rng.random() < 0.7:
            lines.append(FURNITURE[hash_of(outlet) % 3])
        day = rng.randint(1, 28)
        records.append({"id": f"d{number}", "text": "\n\n".join(lines), "outlet": outlet, "date": f"2024-05-{day:02d}"})
    return records


def hash_of(word: str) -> int:
    return sum(map(ord, word))


def write(path: Path, records: list[dict[str, str]]) -> str:
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return str(path)


def files(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in out.iterdir() if p.is_file() and p.name not in ("run.json",)}


@pytest.mark.parametrize("seed", range(4))
def test_parts_equal_the_whole(tmp_path: Path, seed: int) -> None:
    """Random splits into two or three additions give the bytes of one run over all inputs."""
    records = corpus(seed, 24)
    rng = random.Random(seed)
    cuts = sorted(rng.sample(range(1, len(records)), rng.choice([1, 2])))
    bounds = [0, *cuts, len(records)]
    parts = [write(tmp_path / f"part{i}.jsonl", records[a:b]) for i, (a, b) in enumerate(itertools.pairwise(bounds))]
    whole, grown = tmp_path / "whole", tmp_path / "grown"
    run(parts, whole, Config(), Silent())
    for part in parts:
        run([part], grown, Config(), Silent(), append=True)
    assert files(grown) == files(whole)


def test_a_large_outlet_in_small_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts that are rounded, old documents in several shards of which some change, copies of sentences of all of them."""
    monkeypatch.setattr(passes, "SHARD_RECORDS", 7)
    records = [{**record, "outlet": "north"} for record in corpus(5, 66)]
    records[-1]["text"] += "\n\nA line of its own, which no other document of this corpus has."
    bounds = [0, 30, 33, 63, 66]
    parts = [write(tmp_path / f"part{i}.jsonl", records[a:b]) for i, (a, b) in enumerate(itertools.pairwise(bounds))]
    run(parts, tmp_path / "whole", Config(duplicates="mark"), Silent())
    for part in parts:
        run([part], tmp_path / "grown", Config(duplicates="mark"), Silent(), append=True)
    assert files(tmp_path / "grown") == files(tmp_path / "whole")


def test_what_new_documents_do_not_touch_is_not_done_again(tmp_path: Path) -> None:
    """Documents of an outlet of their own, with words of their own, leave the parts of earlier ones as they are."""
    out = tmp_path / "out"
    run([write(tmp_path / "a.jsonl", corpus(3, 12))], out, Config(), Silent(), append=True)
    parts = [f"{name}-000000.{kind}" for name, kind in (("emit", "documents"), ("judge", "signatures.arrow"))]
    before = [(out / ".cleaner" / part).stat().st_mtime_ns for part in parts]
    lines = [
        "Seven mountaineers reached the summit of the glacier before noon.",
        "Their radio had failed at base camp.",
    ]
    new = {"id": "e1", "text": "\n\n".join(lines), "outlet": "alpine", "date": "2024-06-01"}
    run([write(tmp_path / "b.jsonl", [new])], out, Config(), Silent(), append=True)
    assert [(out / ".cleaner" / part).stat().st_mtime_ns for part in parts] == before


@pytest.mark.parametrize("kept", [False, True])
def test_a_judgement_that_changes_later_ends_as_in_one_run(tmp_path: Path, kept: bool) -> None:
    """A line that later documents prove to be a template goes from the earlier ones, whose other sentences stay signed,
    also those that a rule of the user keeps."""
    config = Config(rule=(UserRule(line=FURNITURE[0], action="keep"),)) if kept else Config()
    rng = random.Random(11)
    moving = "The weather in the valley stays as it was over the whole of next week"
    records = []
    for number in range(16):
        lines = rng.sample(SENTENCES, 5)
        lines.insert(2, moving) if number % 2 == 0 else None
        lines.append(FURNITURE[0])
        records.append({"id": f"w{number}", "text": "\n\n".join(lines), "outlet": "north", "date": "2024-05-01"})
    parts = [write(tmp_path / f"p{i}.jsonl", records[a:b]) for i, (a, b) in enumerate([(0, 2), (2, 5), (5, 16)])]
    run(parts, tmp_path / "whole", config, Silent())
    seen = []
    for part in parts:
        run([part], tmp_path / "grown", config, Silent(), append=True)
        rows = (tmp_path / "grown" / "removed.jsonl").read_text(encoding="utf-8").splitlines()
        seen.append({(r["start"], r["stage"]) for r in map(json.loads, rows) if r["doc_id"] == "w0"})
    assert files(tmp_path / "grown") == files(tmp_path / "whole")
    assert seen[0] != seen[-1], "the first document was not judged otherwise later: this tests nothing"


def test_many_additions_with_crowds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups of sentences that become too large to compare all with all, in many small additions."""
    real = clusters.dedup_options
    monkeypatch.setattr(clusters, "dedup_options", lambda config: replace(real(config), max_bucket=4))
    monkeypatch.setattr(candidates, "_CARRIERS", 3)
    monkeypatch.setattr(passes, "SHARD_RECORDS", 7)
    rng = random.Random(4)
    names = ["Ana Ruiz", "Jan Novotny", "Ivo Bek", "Mia Lund", "Ole Berg", "Eva Hahn", "Tom Reid"]
    records = corpus(9, 40)
    for record in records:
        quote = rng.choice(SENTENCES).strip("“”")
        record["text"] += f"\n\n{rng.choice(names)} told this paper: “{quote}”"
    bounds = [0, 12, 13, 20, 21, 30, 40]
    parts = [write(tmp_path / f"part{i}.jsonl", records[a:b]) for i, (a, b) in enumerate(itertools.pairwise(bounds))]
    whole = run(parts, tmp_path / "whole", Config(), Silent())
    capped = []
    for part in parts:
        capped.append(run([part], tmp_path / "grown", Config(), Silent(), append=True).run["capped_buckets"])
    assert files(tmp_path / "grown") == files(tmp_path / "whole")
    assert capped[0] < capped[-1] == whole.run["capped_buckets"]


def test_an_addition_that_dies_anywhere_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It dies before each of its checkpoints in turn, with the work of that step half noted; the same command ends as
    one run over everything."""
    monkeypatch.setattr(passes, "SHARD_RECORDS", 7)
    records = [{**record, "outlet": "north"} for record in corpus(5, 24)]
    parts = [write(tmp_path / f"part{i}.jsonl", records[a:b]) for i, (a, b) in enumerate([(0, 15), (15, 24)])]
    run(parts, tmp_path / "whole", Config(), Silent())
    run(parts[:1], tmp_path / "first", Config(), Silent(), append=True)
    real = State.finish
    calls = 0

    class DiedError(Exception):
        pass

    def finish(self: State, *arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == last:
            raise DiedError
        return real(self, *arguments, **named)

    monkeypatch.setattr(State, "finish", finish)
    for last in itertools.count(1):
        out = tmp_path / f"out{last}"
        shutil.copytree(tmp_path / "first", out)
        calls = 0
        try:
            run(parts[1:], out, Config(), Silent(), append=True)
        except DiedError:
            calls = -(10**6)
            run(parts[1:], out, Config(), Silent(), append=True)
        assert files(out) == files(tmp_path / "whole"), last
        if 0 <= calls < last:
            break
    assert last > 10, "it died at fewer places than it has checkpoints: this tests little"


@pytest.mark.parametrize("remove", [False, True])
def test_what_does_not_depend_on_the_corpus_is_not_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remove: bool
) -> None:
    """Of documents judged again, foreign paragraphs are those found at first, reported or removed."""
    foreign = (
        "Der Gemeinderat hat am Dienstag nach langer Beratung beschlossen, dass die neue Brücke gebaut werden soll."
    )
    records = [{**record, "outlet": "north"} for record in corpus(5, 24)]
    for record in records:
        record["text"] += f"\n\n{foreign} {record['id']}"
    parts = [write(tmp_path / f"part{i}.jsonl", records[a:b]) for i, (a, b) in enumerate([(0, 15), (15, 24)])]
    config = Config(remove_foreign=remove)
    run(parts, tmp_path / "whole", config, Silent())
    run(parts[:1], tmp_path / "grown", config, Silent(), append=True)
    asked: list[str] = []
    real = LanguageStage.find

    def find(self: LanguageStage, documents: Any, facts: Any) -> Any:
        asked.extend(document.id for document in documents)
        return real(self, documents, facts)

    monkeypatch.setattr(LanguageStage, "find", find)
    run(parts[1:], tmp_path / "grown", config, Silent(), append=True)
    assert files(tmp_path / "grown") == files(tmp_path / "whole")
    assert asked == [record["id"] for record in records[15:]]
    where = "removed.jsonl" if remove else "documents.jsonl"
    assert "foreign" in (tmp_path / "grown" / where).read_text(encoding="utf-8")


def test_same_addition_twice_changes_nothing(tmp_path: Path) -> None:
    part = write(tmp_path / "a.jsonl", corpus(1, 6))
    run([part], tmp_path / "out", Config(), Silent(), append=True)
    before = files(tmp_path / "out")
    assert run([part], tmp_path / "out", Config(), Silent(), append=True).unchanged
    assert files(tmp_path / "out") == before


def test_result_without_state_is_refused(tmp_path: Path) -> None:
    part = write(tmp_path / "a.jsonl", corpus(1, 6))
    run([part], tmp_path / "out", Config(), Silent())
    before = files(tmp_path / "out")
    with pytest.raises(UsageError, match="--append --overwrite"):
        run([write(tmp_path / "b.jsonl", corpus(2, 3))], tmp_path / "out", Config(), Silent(), append=True)
    assert files(tmp_path / "out") == before


def test_other_configuration_is_refused(tmp_path: Path) -> None:
    run([write(tmp_path / "a.jsonl", corpus(1, 6))], tmp_path / "out", Config(), Silent(), append=True)
    with pytest.raises(UsageError, match="configuration"):
        other = Config(aggressiveness=0.9)
        run([write(tmp_path / "b.jsonl", corpus(2, 3))], tmp_path / "out", other, Silent(), append=True)


@pytest.mark.parametrize("version", [1, 2])
def test_state_of_an_earlier_version_is_refused(tmp_path: Path, version: int) -> None:
    """Its files would be misread. The result stays as it is, and what the message says to do helps."""
    out = tmp_path / "out"
    first, second = write(tmp_path / "a.jsonl", corpus(1, 6)), write(tmp_path / "b.jsonl", corpus(2, 3))
    run([first], out, Config(), Silent(), append=True)
    note = out / ".cleaner" / "state.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "state": version}))
    before, kept = files(out), note.read_bytes()
    with pytest.raises(UsageError, match=r"another version.*--append --overwrite") as refused:
        run([second], out, Config(), Silent(), append=True)
    assert refused.value.code == "state-differs"
    assert files(out) == before
    assert note.read_bytes() == kept
    run([first, second], out, Config(), Silent(), append=True, overwrite=True)
    run([first, second], tmp_path / "whole", Config(), Silent())
    assert files(out) == files(tmp_path / "whole")


@pytest.mark.parametrize("version", [1, 2])
def test_an_unfinished_run_of_an_earlier_version_is_refused(tmp_path: Path, version: int) -> None:
    out = tmp_path / "out"
    part = write(tmp_path / "a.jsonl", corpus(1, 6))
    run([part], out, Config(), Silent(), append=True)
    note = out / ".cleaner" / "state.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "state": version}))
    for name in (".cleaner/complete.json", "manifest.json"):
        (out / name).unlink()
    for append in (False, True):
        with pytest.raises(UsageError, match=r"another version.*--overwrite"):
            run([part], out, Config(), Silent(), append=append)
    assert run([part], out, Config(), Silent(), overwrite=True).exit_code == 0
