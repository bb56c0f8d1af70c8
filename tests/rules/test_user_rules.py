"""The user's rules: what they decide, and which are refused."""

from __future__ import annotations

import pytest

from cleaner.config import UserRule
from cleaner.errors import UsageError
from cleaner.model import KEPT_BY, Document, Removal
from cleaner.rules.user import UserRules


def test_the_first_rule_that_matches_decides() -> None:
    rules = UserRules([UserRule(pattern="^Keep", action="keep"), UserRule(line="Keep  out"), UserRule(pattern="out$")])
    found = rules.decide(["Keep out", "Way out", "  Nothing here "], "paper")
    assert {i: d.keep for i, d in found.items()} == {0: True, 1: False}
    assert found[1].name == 'rule 3 ("out$")'


def test_an_outlet_limits_a_rule() -> None:
    rules = UserRules([UserRule(line="Our hotline", outlet="Paper", reason="tip-line")])
    assert rules.decide(["Our   hotline"], "paper")[0].reason == "tip-line"
    assert not rules.decide(["Our hotline"], "other")


@pytest.mark.parametrize("pattern", ["(", "a(?=b)", r"(a)\1", "[z-a]", "x{2000}"])
def test_what_cannot_be_linear_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError, match="rule 2"):
        UserRules([UserRule(line="fine"), UserRule(pattern=pattern)])


def test_an_unknown_reason_is_refused_with_a_hint() -> None:
    with pytest.raises(UsageError, match="did you mean 'teaser'"):
        UserRules([UserRule(line="x", reason="teasr")])


def test_a_pattern_made_to_backtrack_does_not() -> None:
    rules = UserRules([UserRule(pattern="^(a+)+$"), UserRule(pattern="(x+x+)+y")])
    assert not rules.decide(["a" * 100_000 + "!", "x" * 100_000], "")


def test_a_lone_surrogate_is_a_character_like_any_other() -> None:
    assert UserRules([UserRule(pattern="^tail")]).decide(["tail \ud800", "\ud800"], "").keys() == {0}


def overruled(rule: UserRule, *removals: Removal) -> list[tuple[int, int, str]]:
    """Start, end and the rule that keeps it, of everything that was found in three lines."""
    document = Document("x", "Ferries stop.\n  Roads too.  \nNobody knows why.", source="Paper")
    found = UserRules([rule]).overrule(document, removals)
    assert all(r.applies == (KEPT_BY not in r.evidence) for r in found)
    return [(r.start, r.end, str(r.evidence.get(KEPT_BY, ""))) for r in found]


def test_a_rule_keeps_what_any_stage_found() -> None:
    rule = UserRule(pattern="^Roads", action="keep")
    name = 'rule 1 ("^Roads")'
    assert overruled(rule, Removal(16, 26, "dedup", "near-duplicate", 0.9)) == [(16, 26, name)]
    assert overruled(rule, Removal(20, 23, "a-plug-in", "odd", 0.1, {"by": "x"})) == [(20, 23, name)]
    assert overruled(rule, Removal(0, 13, "chrome", "caption", 0.9)) == [(0, 13, "")]


def test_a_span_of_several_lines_is_cut_at_the_line_that_is_kept() -> None:
    rule = UserRule(line="Roads too.", action="keep")
    found = overruled(rule, Removal(8, 36, "chrome", "caption", 0.9))
    assert found == [(8, 16, ""), (16, 26, 'rule 1 ("Roads too.")'), (26, 36, "")]


def test_a_keep_rule_of_another_outlet_keeps_nothing() -> None:
    rule = UserRule(pattern="Roads", action="keep", outlet="Gazette")
    assert overruled(rule, Removal(16, 26, "dedup", "near-duplicate", 0.9)) == [(16, 26, "")]
