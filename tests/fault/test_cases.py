"""The cases of the reliability survey by number, each with the tests that run the real command; and what was left."""

from __future__ import annotations

import ast
import json
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from trouble import REPO, SLOW, SMALL_SHARDS, begin, corpus, digests, end, sound

DAMAGED, OUTPUT, KILL, SIZE = "fault/test_damaged_input", "fault/test_output", "fault/test_kill", "fault/test_size"
COMPANY, SAME, HERE, ODD = (
    "fault/test_bad_company",
    "fault/test_same_bytes",
    "fault/test_cases",
    "fault/test_situations",
)
BAD_LINE = f"{DAMAGED}::test_a_bad_line_is_rejected_with_its_code_and_place"
PASS_THROUGH = f"{DAMAGED}::test_odd_characters_ids_and_values_pass_through"
FAULTS = f"{DAMAGED}::test_nothing_is_invented_and_what_is_intact_is_kept"
PAGES = f"{DAMAGED}::test_hostile_pages_give_text_or_a_rejection"
LIMITS = f"{SIZE}::test_what_is_over_a_limit_is_rejected_and_never_held"

CASES: dict[int, tuple[str, ...]] = {
    1: ("cli/test_errors::test_missing_input", "cli/test_errors::test_an_empty_folder", f"{HERE}::test_an_unreadable_input"),
    2: (f"{DAMAGED}::test_files_without_records_give_an_empty_result",
        f"{DAMAGED}::test_the_name_may_lie_about_the_compression_and_the_last_newline_may_lack"),
    4: (FAULTS, f"{DAMAGED}::test_sources_that_break_off_end_in_exit_4_and_are_named"),
    5: (FAULTS,),
    7: (f"{DAMAGED}::test_the_name_may_lie_about_the_compression_and_the_last_newline_may_lack",),
    8: (f"{DAMAGED}::test_bombs_are_bounded",),
    10: (BAD_LINE, f"{DAMAGED}::test_good_records_between_bad_ones_are_all_kept"),
    11: (f"{DAMAGED}::test_wide_jsonl_is_refused_before_anything_is_written",
         f"{DAMAGED}::test_good_records_between_bad_ones_are_all_kept"),
    13: (BAD_LINE,),
    14: (BAD_LINE, f"{HERE}::test_text_wins_over_html"),
    16: (BAD_LINE, f"{ODD}::test_odd_entries_cost_themselves_and_nothing_else"),
    17: (PASS_THROUGH, BAD_LINE),
    19: (PASS_THROUGH, f"{DAMAGED}::test_no_escape_sequence_reaches_the_terminal"),
    20: (PASS_THROUGH, f"{DAMAGED}::test_restore_gives_every_text_back"),
    22: (f"{DAMAGED}::test_one_sentence_in_two_normal_forms_is_one_cluster",),
    23: (LIMITS, f"{SIZE}::test_the_largest_records_stay_under_the_bound"),
    25: (f"{DAMAGED}::test_documents_without_content_are_kept_empty",),
    26: (f"{DAMAGED}::test_a_whole_copy_keeps_both_documents_and_both_sources",),
    28: (f"{SIZE}::test_one_sentence_everywhere_is_one_cluster",),
    29: (f"{HERE}::test_another_fact_is_another_sentence",),
    31: (f"{HERE}::test_removals_at_the_edges_of_the_text", "fault/test_any_corpus::test_any_corpus"),
    32: (PAGES, f"{DAMAGED}::test_odd_files_are_rejected", BAD_LINE),
    34: (PAGES, LIMITS),
    35: (PAGES,),
    37: (f"{HERE}::test_markup_of_the_data_is_text_in_the_report",),
    38: (PASS_THROUGH,),
    40: (f"{OUTPUT}::test_a_full_disk", f"{OUTPUT}::test_files_that_may_not_grow",
         f"{OUTPUT}::test_output_paths_that_can_be_no_folder"),
    41: (f"{OUTPUT}::test_a_call_that_fails_once", f"{OUTPUT}::test_every_call_fails_once"),
    43: (f"{KILL}::test_a_killed_worker_costs_nothing", f"{KILL}::test_a_deadly_record_is_found_and_costs_itself_only"),
    44: (f"{KILL}::test_signals_end_the_run_cleanly_and_it_goes_on", f"{KILL}::test_closed_standard_output_is_no_error"),
    46: (f"{OUTPUT}::test_leftovers_of_a_dead_run_are_removed",),
    47: (f"{OUTPUT}::test_two_runs_at_once",),
    49: (f"{OUTPUT}::test_the_same_command_twice_changes_nothing",),
    50: (f"{OUTPUT}::test_an_unfinished_run_is_not_mixed_with_another",),
    52: (f"{HERE}::test_days_one_by_one_are_both_at_once", "engine/test_append::test_parts_equal_the_whole"),
    53: (f"{SIZE}::test_memory_follows_the_option_and_not_the_number_of_documents",),
    55: (f"{COMPANY}::test_a_bad_configuration_is_refused_before_anything_is_read",
         f"{COMPANY}::test_a_catastrophic_pattern_takes_linear_time"),
    56: (f"{COMPANY}::test_a_misbehaving_plug_in_costs_its_document_and_no_other",),
    58: (f"{SAME}::test_same_bytes",),
    59: (f"{OUTPUT}::test_leftovers_of_a_dead_run_are_removed", f"{COMPANY}::test_no_code_is_read_from_data"),
}  # fmt: skip

RULES: dict[int, tuple[str, ...]] = {
    1: (f"{HERE}::test_verify_names_document_and_offset", "fault/test_any_corpus::test_any_corpus"),
    2: (BAD_LINE,),
    3: (
        f"{KILL}::test_killed_between_fsync_and_rename",
        f"{OUTPUT}::test_a_result_that_was_emptied_is_not_called_complete",
    ),
    4: (f"{OUTPUT}::test_the_same_command_twice_changes_nothing", f"{HERE}::test_days_one_by_one_are_both_at_once"),
    5: (
        f"{KILL}::test_a_deadly_record_is_found_and_costs_itself_only",
        f"{ODD}::test_whatever_leaves_a_parser_costs_one_record",
    ),
    6: (
        BAD_LINE,
        LIMITS,
        f"{DAMAGED}::test_bombs_are_bounded",
        f"{KILL}::test_a_deadly_record_is_found_and_costs_itself_only",
    ),
    7: (f"{COMPANY}::test_a_catastrophic_pattern_takes_linear_time",),
    8: (f"{COMPANY}::test_no_code_is_read_from_data", f"{HERE}::test_markup_of_the_data_is_text_in_the_report"),
}
"""The design rules that follow from the survey."""


@pytest.mark.parametrize("name", sorted({n for names in (*CASES.values(), *RULES.values()) for n in names}))
def test_the_map_names_tests_that_exist(name: str) -> None:
    file, _, function = name.partition("::")
    tree = ast.parse((REPO / "tests" / f"{file}.py").read_text(encoding="utf-8"))
    assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def lines(*records: dict[str, object]) -> str:
    return "".join(json.dumps(r) + "\n" for r in records)


def test_an_unreadable_input(tmp_path: Path) -> None:
    """A path through a file: unreadable for everybody, root as well."""
    (tmp_path / "a.jsonl").write_bytes(corpus(2)[0])
    done = end(begin("run", tmp_path / "a.jsonl" / "b.jsonl", "--out", tmp_path / "out"))
    assert done.code == 2 and len(done.said.split("\n")) == 1, done.err
    assert not (tmp_path / "out").exists()


def test_text_wins_over_html(tmp_path: Path) -> None:
    text = "The council met on Monday and agreed on the new bridge."
    (tmp_path / "a.jsonl").write_text(lines({"id": "a", "text": text, "html": "<p>Another text.</p>"}))
    assert end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "out")).code == 0
    assert sound(tmp_path / "out", {"a": text}).documents["a"]["text"] == text


FACTS = (
    "The harbour bridge carried 41,000 ships in 2023, said Anna Berg, who leads the port authority.",
    "The harbour bridge carried 47,000 ships in 2023, said Anna Berg, who leads the port authority.",
    "The harbour bridge carried 41,000 ships in 2023, said Carla Holm, who leads the port authority.",
    "The harbour bridge has not carried 41,000 ships in 2023, said Anna Berg, who leads the port authority.",
)


def test_another_fact_is_another_sentence(tmp_path: Path) -> None:
    records = [{"id": str(i), "text": fact, "outlet": f"o{i}"} for i, fact in enumerate((*FACTS, FACTS[0]))]
    (tmp_path / "a.jsonl").write_text(lines(*records))
    assert end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "out")).code == 0
    result = sound(tmp_path / "out", {r["id"]: r["text"] for r in records})
    assert [s["text"] for s in result.sentences] == list(FACTS)
    assert [len(s["sources"]) for s in result.sentences] == [2, 1, 1, 1]


def test_removals_at_the_edges_of_the_text(tmp_path: Path) -> None:
    """At 0, at the end, the whole text, a line of one character; and never an empty one."""
    texts = {
        "start": "DROP this\nThe council met on Monday and agreed on the bridge.",
        "end": "The council met on Tuesday and agreed on the bridge.\nDROP that",
        "all": "DROP all of it",
        "one": "D\nThe council met on Friday and agreed on the bridge.\nD",
    }
    (tmp_path / "a.jsonl").write_text(lines(*({"id": i, "text": t} for i, t in texts.items())))
    (tmp_path / "c.toml").write_text("[[rule]]\npattern = '^D(ROP|$)'\n[[rule]]\npattern = '^'\noutlet = 'nobody'\n")
    run = begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "out", "--config", tmp_path / "c.toml")
    assert end(run).code == 0
    result = sound(tmp_path / "out", texts)
    spans = [(r["doc_id"], r["start"], r["end"]) for r in result.removed]
    assert spans == [("start", 0, 9), ("end", 53, 62), ("all", 0, 14), ("one", 0, 1), ("one", 54, 55)]
    assert result.documents["all"]["text"] == ""


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_markup_of_the_data_is_text_in_the_report(tmp_path: Path) -> None:
    """No more scripts, no handler, no address but fragments, whatever the fields say; a strict policy in the page."""
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)></script><a href="javascript:alert(1)">x</a>'
    pages = []
    for number, word in enumerate(("harmless", evil)):
        records = [
            {"id": f"{i} {word}", "text": f"The council met on day {i}, {word}.\nShare this: {word}", "title": word,
             "outlet": word, "url": "javascript:alert(1)" if number else "x"} for i in range(2)
        ]  # fmt: skip
        (tmp_path / "a.jsonl").write_text(lines(*records))
        assert end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / str(number))).code == 0
        pages.append(Tags((tmp_path / str(number) / "report.html").read_text(encoding="utf-8")).seen)
    for tags in pages:
        assert not [a for _, attributes in tags for a in attributes if a.startswith("on")]
        assert not [
            a
            for _, x in tags
            for k, a in x.items()
            if k in ("href", "src") and not (a or "").startswith(("#", "data:"))
        ]
        (policy,) = (
            x["content"] for t, x in tags if t == "meta" and "Content-Security-Policy" in (x.get("http-equiv") or "")
        )
        assert "default-src 'none'" in (policy or "") and "unsafe" not in (policy or "")
    for live in ("script", "img", "iframe", "object", "embed", "form", "base", "link"):
        assert [t for t, _ in pages[0]].count(live) == [t for t, _ in pages[1]].count(live), live


def test_days_one_by_one_are_both_at_once(tmp_path: Path) -> None:
    for day in (0, 1):
        (tmp_path / f"{day}.jsonl").write_bytes(corpus(12, first=12 * day)[0])
    for day in (0, 1):
        done = end(begin("run", tmp_path / f"{day}.jsonl", "--out", tmp_path / "days", "--append", "--no-report"))
        assert done.code == 0, done.err
    both = begin("run", tmp_path / "0.jsonl", tmp_path / "1.jsonl", "--out", tmp_path / "both", "--no-report")
    assert end(both).code == 0
    assert digests(tmp_path / "days") == digests(tmp_path / "both")


@pytest.fixture(scope="module")
def sharded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sharded")
    (root / "a.jsonl").write_bytes(corpus(30)[0])
    small = {"inject": SMALL_SHARDS, "folder": root / "i"}
    done = end(begin("run", root / "a.jsonl", "--out", root / "out", "--shard-documents", 10, **small))
    assert done.code == 0, done.err
    assert len(list((root / "out").glob("documents-*"))) == 3
    assert end(begin("verify", root / "out")).code == 0
    return root / "out"


@pytest.mark.parametrize(
    "kind", ["documents", pytest.param("removed", marks=SLOW), pytest.param("sentences", marks=SLOW)]
)
def test_verify_notices_a_missing_shard(sharded: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    shutil.copytree(sharded, out)
    shard = sorted(out.glob(f"{kind}-*"))[1]
    shard.unlink()
    done = end(begin("verify", out))
    assert done.code == 5 and shard.name in done.err, done.err


def test_verify_names_document_and_offset(tmp_path: Path) -> None:
    """A letter of a clean text, a letter of a removed one, and a span moved by one: each is named and placed."""
    data, _ = corpus(40)
    (tmp_path / "a.jsonl").write_bytes(data)
    assert end(begin("run", tmp_path / "a.jsonl", "--out", tmp_path / "whole", "--no-report")).code == 0
    for name, change in (
        ("documents", lambda r: {**r, "text": r["text"][:20] + "#" + r["text"][21:]}),
        ("removed", lambda r: {**r, "text": "#" + r["text"][1:]}),
        ("removed", lambda r: {**r, "start": r["start"] + 1}),
    ):
        out = tmp_path / "out"
        shutil.copytree(tmp_path / "whole", out)
        rows = (out / f"{name}.jsonl").read_text().split("\n")
        record = json.loads(rows[0])
        rows[0] = json.dumps(change(record))
        (out / f"{name}.jsonl").write_text("\n".join(rows))
        done = end(begin("verify", out))
        assert done.code == 5 and f"{name}.jsonl" in done.err, done.err
        assert any(
            repr(record.get("doc_id", record["id"] if name == "documents" else "")) in line and "offset" in line
            for line in done.err.split("\n")
        ), done.err
        shutil.rmtree(out)
