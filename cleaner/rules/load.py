"""Rules: patterns as data, each with its reason, examples and counter-examples, matched in linear time.

The patterns live in the ``*.toml`` files beside this module and are compiled by RE2, which never backtracks:
time is linear in the text whatever the pattern. All rules are tried at once (one automaton), on a *normal form*
of each line, see ``normal_lines``.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from cleaner.errors import CleanerError
from cleaner.reasons import REASONS

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

MAX_LINE = 400
"""Longer lines (code points) are never hit: furniture is short, and an article may quote furniture."""

SCOPES = ("whole", "start", "contains")

_MARKS = " *•·▪◦●○■□–—-+>«»›→▶►✓✔☞#|~=_:.…!"
_STRAIGHT = (
    ("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("„", '"'), ("\xa0", " "),
    ("\u202f", " "), ("\u2009", " "), ("\u2003", " "), ("\t", " "), ("\u200b", ""), ("\u00ad", ""), ("\ufeff", ""), ("\ufe0f", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern and all that is said of it in its file."""

    id: str
    """``group/name``."""
    reason: str
    """A code of ``cleaner.reasons``."""
    pattern: str
    """RE2 syntax, on the normal form of a line: lower case, straight quotes, without marks at its ends."""
    scope: str
    """``whole``: all of the line; ``start``: its beginning; ``contains``: anywhere at word boundaries."""
    certain: bool
    """Removes a line by itself; else a hint for the judge."""
    case: bool
    """Sees the line in its own case; only lines that begin with two capitals are tried."""
    opens: bool
    """Announces the line after it: a headline of another story."""
    max_length: int
    """Code points of the normal form beyond which the rule does not apply."""
    languages: tuple[str, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]

    @property
    def group(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    @property
    def expression(self) -> str:
        """The anchored pattern."""
        return {
            "whole": rf"\A(?:{self.pattern})\z",
            "start": rf"\A(?:{self.pattern})",
            "contains": rf"(?:\A|[^\pL\pN])(?:{self.pattern})(?:\z|[^\pL\pN])",
        }[self.scope]


@dataclass(frozen=True, slots=True)
class RuleHits:
    """Which rules hit which lines: two int32 arrays of equal length, sorted by line, then rule."""

    line: np.ndarray
    rule: np.ndarray


def normal_lines(lines: Sequence[str], *, lower: bool = True) -> list[str]:
    """The form in which lines are matched: lower case (unless told not to), straight quotes, single spaces,
    without bullets, dots and other marks at both ends; empty for lines longer than ``MAX_LINE``. One result a line."""
    joined = "\n".join([line if len(line) <= MAX_LINE else "" for line in lines])
    if lower:
        joined = joined.lower()
    for fancy, plain in _STRAIGHT:
        joined = joined.replace(fancy, plain)
    while "  " in joined:
        joined = joined.replace("  ", " ")
    return [part.strip(_MARKS) for part in joined.split("\n")]


class RuleSet:
    """Compiled rules. Immutable; matching is pure and takes time linear in the text."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.certain = np.array([rule.certain for rule in self.rules], bool)
        self.group_names = tuple(sorted({rule.group for rule in self.rules}))
        place = {name: i for i, name in enumerate(self.group_names)}
        self.group_of = np.array([place[rule.group] for rule in self.rules], np.int16)
        self._max = [rule.max_length for rule in self.rules]
        self._automata = [
            (
                certain,
                _Automaton(
                    self.rules,
                    [i for i, r in enumerate(self.rules) if (r.certain, r.scope, r.case) == (certain, scope, False)],
                ),
            )
            for certain in (True, False)
            for scope in SCOPES
        ]
        self._cased = _Automaton(self.rules, [i for i, r in enumerate(self.rules) if r.case])

    @classmethod
    @functools.cache
    def load(cls) -> RuleSet:
        """The rules that ship with the package, in a stable order (file name, then place in the file); read once."""
        folder = resources.files("cleaner.rules")
        names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
        return cls(
            rule for name in names for rule in read_rules((folder / name).read_text(encoding="utf-8"), source=name)
        )

    def match(self, lines: Sequence[str], *, certain_only: bool = False) -> RuleHits:
        """All hits in ``lines``, each a line's text (no line breaks in it)."""
        at: list[int] = []
        hit: list[int] = []
        longest = self._max
        automata = [a for certain, a in self._automata if a.members and (certain or not certain_only)]
        cased = self._cased
        for i, text in enumerate(normal_lines(lines) if lines else ()):
            length = len(text)
            if not text:
                continue
            sound = text.encode("utf-8", "replace")
            found: list[int] = []
            for automaton in automata:
                if length <= automaton.longest:
                    found += automaton.find(sound)
            if length <= cased.longest and lines[i].strip(_MARKS)[:2].isupper():
                found += cased.find(normal_lines([lines[i]], lower=False)[0].encode("utf-8", "replace"))
            for rule in sorted(found):
                if length <= longest[rule]:
                    at.append(i)
                    hit.append(rule)
        return RuleHits(np.array(at, np.int32), np.array(hit, np.int32))


class _Automaton:
    """Some of the rules as one automaton; rules of one scope, because mixing them multiplies its states."""

    def __init__(self, rules: Sequence[Rule], members: Sequence[int]) -> None:
        self._rules = rules
        self.members = members
        self.longest = max((rules[i].max_length for i in members), default=0)

    @functools.cached_property
    def _set(self) -> Any:
        """Compiled when first asked: who only reads the rules need not wait for it."""
        import re2

        compiled = re2.Set.SearchSet(options())
        for i in self.members:
            try:
                compiled.Add(self._rules[i].expression)
            except re2.error as error:
                raise CleanerError(f"rule {self._rules[i].id}: {error}") from error
        compiled.Compile()
        return compiled

    def find(self, text: bytes) -> list[int]:
        """Indices of the rules that match ``text``, in UTF-8."""
        found = self._set.Match(text)
        members = self.members
        return [members[k] for k in found] if found else []


def options() -> Any:
    """RE2 options of every pattern in the project: quiet, case left as it is, memory capped at 64 MB."""
    import re2

    chosen = re2.Options()
    chosen.log_errors = False
    chosen.max_mem = 64 << 20
    chosen.never_capture = True
    return chosen


def read_rules(toml: str, source: str) -> list[Rule]:
    """The rules of one file. Raises ``CleanerError`` that names the file and the rule when something is wrong."""
    try:
        entries = tomllib.loads(toml)["rule"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise CleanerError(f"{source}: not a file of rules: {error}") from error
    return [_rule(entry, f"{source}: rule {entry.get('id', number)}") for number, entry in enumerate(entries, 1)]


def _rule(entry: Mapping[str, Any], where: str) -> Rule:
    try:
        pattern = entry["pattern"]
        rule = Rule(
            id=entry["id"],
            reason=entry["reason"],
            pattern=pattern if isinstance(pattern, str) else "|".join(pattern),
            scope=entry.get("scope", "whole"),
            certain=entry.get("certain", False),
            case=entry.get("case", False),
            opens=entry.get("opens", False),
            max_length=entry.get("max_length", 120),
            languages=tuple(entry.get("languages", ("en",))),
            examples=tuple(entry["examples"]),
            counter_examples=tuple(entry["counter_examples"]),
        )
    except KeyError as error:
        raise CleanerError(f"{where}: {error} is missing") from error
    if rule.reason not in REASONS:
        raise CleanerError(f"{where}: unknown reason {rule.reason!r}")
    if rule.scope not in SCOPES:
        raise CleanerError(f"{where}: scope is one of {', '.join(SCOPES)}, not {rule.scope!r}")
    return rule
