"""Every option, declared once: flags, TOML keys, documentation and the run's digest derive from ``Config``."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from cleaner.errors import UsageError

MIB = 1 << 20


def option(
    default: Any,
    help: str,
    group: str,
    *,
    choices: tuple[str, ...] = (),
    low: float | None = None,
    high: float | None = None,
    result: bool = True,
    flag: bool = True,
) -> Any:
    """A field of ``Config``. ``result`` says whether the option can change a byte of the output (not of run.json)."""
    meta = {"help": help, "group": group, "choices": choices, "low": low, "high": high, "result": result, "flag": flag}
    if isinstance(default, list):
        return field(default=tuple(default), metadata=meta)
    return field(default=default, metadata=meta)


@dataclass(frozen=True)
class UserRule:
    """One ``[[rule]]`` of the configuration: it overrules every stage."""

    pattern: str = ""
    """RE2 pattern searched in a line; or, when empty, see ``line``."""
    line: str = ""
    """The exact line (white space folded)."""
    outlet: str = ""
    """Only in documents of this outlet; empty: everywhere."""
    action: str = "remove"
    """``remove`` or ``keep``."""
    reason: str = "user-rule"


@dataclass(frozen=True)
class Config:
    """What a run does. Immutable; build it with ``load`` or ``Config(...)``."""

    # Reading
    lang: tuple[str, ...] = option(
        [], "Keep only documents in these languages (ISO 639-1); default: keep all, tag each.", "Reading"
    )
    comments: bool = option(False, "Keep readers' comments of HTML pages as candidates.", "Reading")
    max_record_bytes: int = option(16 * MIB, "Largest record, in bytes; larger ones are rejected.", "Reading", low=1)
    max_expansion: int = option(
        1100, "Largest ratio of decompressed to compressed bytes of an input.", "Reading", low=1
    )
    max_lines: int = option(200_000, "Most lines of one document; longer ones are rejected.", "Reading", low=1)
    max_tags: int = option(500_000, "Most tags of one page; pages with more are rejected.", "Reading", low=1)
    max_depth: int = option(100, "Deepest nesting of a JSON record.", "Reading", low=1)
    max_seconds: float = option(
        60.0, "Seconds that one record may take before it is rejected.", "Reading", low=0.1, high=1e6
    )
    # Cleaning
    aggressiveness: float = option(
        0.5, "One dial for all removal: 0 keeps everything doubtful, 1 removes it.", "Cleaning", low=0.0, high=1.0
    )
    chrome: bool = option(True, "Remove site chrome.", "Cleaning")
    offtopic: bool = option(True, "Remove off-topic insertions.", "Cleaning")
    remove_foreign: bool = option(False, "Remove paragraphs in another language than the article's.", "Cleaning")
    corpus_facts: bool = option(
        True,
        "Use what the rest of the corpus tells (outlet templates, same stories, copies of an article).",
        "Cleaning",
    )
    # Deduplication
    dedup: bool = option(True, "Deduplicate near-identical sentences across outlets.", "Deduplication")
    keep: str = option(
        "earliest",
        "Which copy of a sentence is kept.",
        "Deduplication",
        choices=("earliest", "first", "longest", "outlets"),
    )
    outlet_order: tuple[str, ...] = option([], "Outlets in order of trust, for --keep outlets.", "Deduplication")
    duplicates: str = option(
        "drop",
        "What happens to the other copies: drop them, or mark (keep the text, write the record).",
        "Deduplication",
        choices=("drop", "mark"),
    )
    threshold: float = option(
        0.55, "Similarity from which two sentences are candidates.", "Deduplication", low=0.1, high=1.0
    )
    exact_t: float = option(
        0.0,
        "Join every pair of sentences with this word-2-gram Jaccard, without the veto of facts; 0: off.",
        "Deduplication",
        low=0.0,
        high=1.0,
    )
    # Output
    format: str = option("jsonl", "Format of the output files.", "Output", choices=("jsonl", "parquet"))
    shard_documents: int = option(
        200_000, "Documents per output file; corpora with more are written as numbered shards.", "Output", low=1
    )
    report: bool = option(True, "Write report.html.", "Output")
    work: str = option(
        "",
        "Local folder in which the run's work files get a folder; default: OUT/.cleaner, or for a URL ~/.cache/cleaner.",
        "Output",
        result=False,
    )
    # Engine
    engine: str = option("local", "Where it runs.", "Engine", choices=("local", "spark"), result=False)
    master: str = option("", "Spark master URL, for --engine spark.", "Engine", result=False)
    workers: int = option(0, "Worker processes; 0: one per core.", "Engine", low=0, high=10_000, result=False)
    memory: int = option(
        256 * MIB,
        "Memory of the corpus-wide steps, in bytes; past it they spill to disk.",
        "Engine",
        low=64 * MIB,
        high=1 << 50,
        result=False,
    )
    # Rules
    rule: tuple[UserRule, ...] = option(
        [], "Your own rules, as [[rule]] tables; they overrule every stage.", "Rules", flag=False
    )

    def digest(self) -> str:
        """SHA-256 of everything that can change a byte of the result."""
        return hashlib.sha256(json.dumps(self.to_dict(result_only=True), sort_keys=True).encode()).hexdigest()

    def to_dict(self, *, result_only: bool = False) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for f in fields(self):
            if result_only and not f.metadata["result"]:
                continue
            value = getattr(self, f.name)
            if f.name == "rule":
                value = [{g.name: getattr(r, g.name) for g in fields(r)} for r in value]
            out[f.name] = list(value) if isinstance(value, tuple) else value
        return out


def load(path: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Config:
    """The configuration of a run: defaults, then the TOML file (or ``[tool.cleaner]`` of a pyproject.toml), then flags.

    Raises ``UsageError`` that names the file and the key for an unknown key, a wrong type or a value out of range.
    """
    values: dict[str, Any] = {}
    if path is not None:
        values = _check(_read_toml(path), str(path))
    values.update(_check(dict(overrides or {}), "command line"))
    return Config(**values)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        import tomllib
    except ModuleNotFoundError:  # Python 3.10
        import tomli as tomllib
    try:
        data: dict[str, Any] = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"cannot read the configuration {path}: {error.strerror}", code="config") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8", code="config") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}", code="config") from error
    if path.name == "pyproject.toml":
        return dict(data.get("tool", {}).get("cleaner", {}))
    return data


def _check(values: dict[str, Any], where: str) -> dict[str, Any]:
    known = {f.name: f for f in fields(Config)}
    out: dict[str, Any] = {}
    for raw_key, value in values.items():
        key = raw_key.replace("-", "_")
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(sorted(known))}"
            raise UsageError(f"{where}: unknown option {raw_key!r}{hint}", code="config")
        f = known[key]
        default = f.default if f.default is not MISSING else ()
        out[key] = _rules(value, where) if key == "rule" else _value(key, value, default, f.metadata, where)
    return out


def _value(key: str, value: Any, default: Any, meta: Mapping[str, Any], where: str) -> Any:
    wanted = type(default)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if wanted is tuple and isinstance(value, (list, tuple)):
        if not all(isinstance(v, str) for v in value):
            raise UsageError(f"{where}: {key} takes a list of strings", code="config")
        return tuple(value)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise UsageError(f"{where}: {key} takes {_name(wanted)}, not {value!r}", code="config")
    if meta["choices"] and value not in meta["choices"]:
        raise UsageError(f"{where}: {key} is one of {', '.join(meta['choices'])}, not {value!r}", code="config")
    low_enough = meta["high"] is None or value <= meta["high"]
    if not (low_enough and (meta["low"] is None or value >= meta["low"])):  # so that NaN is refused
        high = "" if meta["high"] is None else f" to {meta['high']:g}"
        raise UsageError(f"{where}: {key} takes {meta['low']:g}{high or ' or more'}, not {value!r}", code="config")
    return value


def _name(kind: type) -> str:
    return {int: "a whole number", float: "a number", bool: "true or false", str: "a string", tuple: "a list"}[kind]


def _rules(value: Any, where: str) -> tuple[UserRule, ...]:
    if isinstance(value, tuple) and all(isinstance(v, UserRule) for v in value):
        return value
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise UsageError(f"{where}: rules are [[rule]] tables", code="config")
    out = []
    names = [f.name for f in fields(UserRule)]
    for number, table in enumerate(value, 1):
        for key, content in table.items():
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(names)}"
                raise UsageError(f"{where}: rule {number}: unknown key {key!r}{hint}", code="config")
            if not isinstance(content, str):
                raise UsageError(f"{where}: rule {number}: {key} takes a string", code="config")
        rule = UserRule(**table)
        if bool(rule.pattern) == bool(rule.line):
            raise UsageError(f"{where}: rule {number}: give either pattern or line", code="config")
        if rule.action not in ("remove", "keep"):
            raise UsageError(f"{where}: rule {number}: action is remove or keep, not {rule.action!r}", code="config")
        out.append(rule)
    return tuple(out)
