"""What a record says, in words for people: the same in the terminal and in the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cleaner.model import KEPT_BY
from cleaner.reasons import REASONS

STAGES: dict[str, str] = {
    "chrome": "Site chrome",
    "offtopic": "Off-topic insertions",
    "language": "Foreign language",
    "dedup": "Duplicate sentences",
}
"""Names of the built-in stages, in the order in which they are shown. Plug-ins follow under their own names."""

_HIDDEN = ("kept_start", "kept_end", "kept_outlet")
_DECIDERS = {
    "rule": "by a pattern of the tool",
    "user": "by a rule of your configuration",
    "corpus": "by what the rest of the corpus shows",
    "model": "by the trained judge",
    "minhash": "found by MinHash, verified by similarity",
}
"""What decided, in words; another word of a plug-in stands for itself."""


def stage_name(stage: str) -> str:
    return STAGES.get(stage, stage)


def stage_order(stages: Any) -> list[str]:
    """Built-in stages first, then plug-ins by name."""
    return [s for s in STAGES if s in stages] + sorted(set(stages) - set(STAGES))


def meaning(reason: str) -> str:
    """One line of explanation of a reason code; empty for a plug-in's own."""
    return REASONS[reason][1] if reason in REASONS else ""


def explain(removal: Mapping[str, Any]) -> list[str]:
    """What made the decision, one short line each: rule or model, its strongest features, the kept copy."""
    evidence = dict(removal.get("evidence") or {})
    lines: list[str] = []
    if KEPT_BY in evidence:
        lines.append(f"kept by {evidence.pop(KEPT_BY)} of your configuration; else it would be gone")
    if "kept_doc" in evidence:
        outlet = evidence.get("kept_outlet")
        lines.append(f"kept in {evidence.pop('kept_doc')}" + (f" ({outlet})" if outlet else ""))
    by = evidence.pop("by", None)
    if by:
        model = evidence.pop("model", None) if by == "model" else None
        lines.append(_DECIDERS.get(str(by), f"by {by}") + (f" ({model})" if model else ""))
    because = evidence.pop("because", None)
    for key, value in evidence.items():
        if key not in _HIDDEN and value not in (None, "", [], {}):
            lines.append(f"{key.replace('_', ' ')}: {_value(value)}")
    if because:
        lines.append(f"strongest evidence: {_value(because)}")
    return lines


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{str(k).replace('_', ' ')} {_value(v)}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(v) for v in value)
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)


def visible(text: str) -> str:
    """``text`` with every character that could steer a terminal or hide itself written out.

    C0 controls and DEL in caret notation (``^[``), a tab as a space, C1 controls, format characters (bidirectional
    overrides, soft hyphens), line separators and lone surrogates as escapes. Joiners that scripts and emoji need stay.
    """
    return text if text.isprintable() else "".join(c if c.isprintable() else _written_out(c) for c in text)


def _written_out(char: str) -> str:
    import unicodedata

    code = ord(char)
    if char == "\t":
        return " "
    if code < 0x20 or code == 0x7F:
        return "^" + chr(code ^ 0x40)
    if unicodedata.category(char) == "Zs" or char in "\u200c\u200d":
        return char
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
