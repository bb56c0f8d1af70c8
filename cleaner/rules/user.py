"""Rules of the user's configuration. They overrule every stage; RE2 matches them, so none can backtrack."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cleaner.config import UserRule
from cleaner.errors import UsageError
from cleaner.model import KEPT_BY, Document, Removal
from cleaner.reasons import REASONS
from cleaner.rules.load import options
from cleaner.spans import subtract
from cleaner.text.lines import line_spans


@dataclass(frozen=True, slots=True)
class Decision:
    """What a user's rule says of a line."""

    keep: bool
    reason: str
    name: str
    """``rule 2 ("^Sponsored")``: its place in the configuration and what it looks for."""


class UserRules:
    """The compiled rules of a configuration. The first that matches a line decides."""

    def __init__(self, rules: Sequence[UserRule]) -> None:
        """``UsageError`` that names the rule when its pattern, outlet or reason cannot be."""
        self._rules = [
            (rule, _compiled(rule, number), " ".join(rule.line.split()), Decision(rule.action == "keep", rule.reason,
             _name(rule, number)))
            for number, rule in enumerate(rules, 1)
        ]  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self._rules)

    def decide(self, lines: Sequence[str], outlet: str) -> dict[int, Decision]:
        """The decisions on ``lines`` of a document of ``outlet``, by index."""
        here = [r for r in self._rules if not r[0].outlet or r[0].outlet.lower() == outlet.lower()]
        out: dict[int, Decision] = {}
        for i, line in enumerate(lines if here else ()):
            sound = line.encode("utf-8", "replace").decode()
            for _, pattern, exact, decision in here:
                if pattern.search(sound) if pattern else " ".join(line.split()) == exact:
                    out[i] = decision
                    break
        return out

    def overrule(self, document: Document, removals: Sequence[Removal]) -> list[Removal]:
        """``removals``, cut at the lines that a rule keeps: what lies in such a line names the rule in its evidence.

        These parts are findings that the writer states and does not apply (``Removal.applies``).
        """
        if not removals or not self._rules:
            return list(removals)
        spans = line_spans(document.text)
        said = self.decide([document.text[s:e] for s, e in spans], document.source)
        keep = {spans[i]: decision.name for i, decision in said.items() if decision.keep}
        out: list[Removal] = []
        for r in removals:
            whole = (r.start, r.end)
            near = {span: name for span, name in keep.items() if span[0] < r.end and span[1] > r.start}
            out += [replace(r, start=s, end=e) for s, e in subtract([whole], list(near))] if near else [r]
            out += [
                replace(r, start=max(s, r.start), end=min(e, r.end), evidence={**r.evidence, KEPT_BY: name})
                for (s, e), name in near.items()
            ]
        return sorted(out, key=lambda r: (r.start, r.end))


def _name(rule: UserRule, number: int) -> str:
    return f'rule {number} ("{rule.pattern or rule.line}")'


def _compiled(rule: UserRule, number: int) -> Any:
    import re2

    if rule.reason not in REASONS:
        near = difflib.get_close_matches(rule.reason, REASONS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(REASONS))}"
        raise UsageError(f"{_name(rule, number)}: unknown reason {rule.reason!r}; {hint}", code="config")
    if not rule.pattern:
        return None
    try:
        return re2.compile(rule.pattern, options())
    except (re2.error, UnicodeEncodeError) as error:
        said = error.args[0] if error.args else error
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        raise UsageError(
            f"{_name(rule, number)}: not a pattern of RE2 ({said}); look-around and back-references are not in it",
            code="config",
        ) from error
