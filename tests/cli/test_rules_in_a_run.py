"""Rules of the configuration in a whole run: they overrule every stage, and every view of the result names them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

SHARED = "The harbour board approved the new ferry terminal on Tuesday after a debate of nine hours."
LATER = "The harbour board approved the new ferry terminal on Tuesday, after a debate of nine hours."
STORIES = [
    ("a", "Tide Post", "2024-01-01", [SHARED, "Work on the first of three piers is to begin when the winter storms are over."]),
    ("b", "Quay Times", "2024-01-02", [f"{LATER} Fishermen had asked for a smaller building, and left the hall before the vote.",
                                      "Leave a Reply"]),
    ("c", "Buoy News", "2024-01-03", [LATER, "Shops along the old quay say that they were never asked what they think of it."]),
]  # fmt: skip
KEEP_COPY = '[[rule]]\npattern = "ferry terminal"\noutlet = "Quay Times"\naction = "keep"\n'
NAME = 'rule 1 ("ferry terminal")'


@pytest.fixture(scope="module")
def start(cleaner: Callable[..., Any], output: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """``start(rules, *options)``: the stories cleaned with these rules; the result, which was verified."""
    news = tmp_path_factory.mktemp("news") / "news.jsonl"
    records = [{"id": i, "outlet": o, "date": d, "text": "\n\n".join(lines)} for i, o, d, lines in STORIES]
    news.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")

    def run(rules: str, *options: str) -> Any:
        folder = tmp_path_factory.mktemp("rules")
        (folder / "cleaner.toml").write_text(rules, encoding="utf-8")
        done = cleaner("run", news, "--out", folder / "out", "--config", folder / "cleaner.toml", *options)
        assert done.code == 0, done.err
        assert cleaner("verify", folder / "out").code == 0
        return output(folder / "out")

    return run


def kept_by(result: Any) -> list[tuple[str, str, str, str]]:
    return [
        (r["doc_id"], r["stage"], r["text"], r["evidence"]["kept_by"])
        for r in result.read("removed")
        if r.get("action") == "keep"
    ]


def test_without_rules_the_copies_go(start: Callable[..., Any]) -> None:
    result = start("")
    texts = {i: d["text"] for i, d in result.documents().items()}
    assert SHARED in texts["a"] and LATER not in texts["b"] + texts["c"]
    assert kept_by(result) == []


def test_a_rule_keeps_a_copy_and_the_credit_stays(start: Callable[..., Any], cleaner: Callable[..., Any]) -> None:
    result = start(KEEP_COPY)
    texts = {i: d["text"] for i, d in result.documents().items()}
    assert SHARED in texts["a"] and LATER in texts["b"], "the copy stays, and the first one too"
    assert LATER not in texts["c"], "another outlet's copy still goes"
    assert kept_by(result) == [("b", "dedup", LATER, NAME)]
    (sentence,) = [s for s in result.read("sentences") if s["text"] == SHARED]
    assert [s["doc_id"] for s in sentence["sources"]] == ["a", "b", "c"]
    said = cleaner("show", result.path, "b").out
    assert f"kept     | {LATER}" in said
    assert f"kept by {NAME} of your configuration" in said
    assert cleaner("restore", result.path, "b").out == "\n\n".join(STORIES[1][3])


def test_a_rule_keeps_chrome_and_says_so(start: Callable[..., Any], cleaner: Callable[..., Any]) -> None:
    result = start('[[rule]]\nline = "Leave a  Reply"\naction = "keep"\n')
    assert result.documents()["b"]["text"].endswith("Leave a Reply")
    assert kept_by(result) == [("b", "chrome", "Leave a Reply", 'rule 1 ("Leave a  Reply")')]
    assert "kept     | Leave a Reply" in cleaner("show", result.path, "b").out


def test_a_rule_removes_a_shared_sentence_and_the_next_copy_is_kept(start: Callable[..., Any]) -> None:
    result = start('[[rule]]\npattern = "ferry terminal"\noutlet = "Tide Post"\naction = "remove"\n')
    texts = {i: d["text"] for i, d in result.documents().items()}
    assert SHARED not in texts["a"] and LATER in texts["b"] and LATER not in texts["c"]
    assert [r["evidence"]["rule"] for r in result.removed("a")] == [NAME]


def test_the_first_rule_that_matches_decides(start: Callable[..., Any]) -> None:
    remove = '[[rule]]\npattern = "Fishermen"\naction = "remove"\n'
    assert LATER in start(KEEP_COPY + remove).documents()["b"]["text"]
    assert start(remove + KEEP_COPY).documents()["b"]["text"] == ""


def test_marked_copies_are_marked_whatever_the_rules_say(start: Callable[..., Any]) -> None:
    result = start(KEEP_COPY, "--duplicates", "mark")
    assert kept_by(result) == []
    assert {r["action"] for r in result.read("removed") if r["stage"] == "dedup"} == {"mark"}


def test_foreign_paragraphs_are_kept_from_python_too() -> None:
    import cleaner
    from cleaner import Config, UserRule

    german = "Der Rat hat den neuen Hafen am Dienstag nach einer langen Debatte genehmigt, wie die Stadt mitteilte."
    text = "\n\n".join([*STORIES[0][3], *STORIES[2][3][1:], german, STORIES[1][3][0]])
    assert german in cleaner.clean(text, Config()).text, "foreign paragraphs stay unless asked for, as in a run"
    assert german not in cleaner.clean(text, Config(remove_foreign=True)).text
    rule = UserRule(pattern="^Der Rat", action="keep")
    assert german in cleaner.clean(text, Config(remove_foreign=True, rule=(rule,))).text
