"""One document in the terminal: kept and removed side by side, line by line, with what decided each."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cleaner.io.results import Results, open_result, rebuild
from cleaner.report.lines import Line, lines_of
from cleaner.report.words import explain, meaning, stage_order, visible

if TYPE_CHECKING:
    from rich.console import Console

    from cleaner.io.places import Place

_COLOURS = {"chrome": "yellow", "offtopic": "magenta", "language": "green", "dedup": "cyan"}
_VERBS = {"": "removed", "mark": "marked ", "keep": "kept   "}
"""By the action of a record, what happened to its text."""
_SIDE_BY_SIDE = 90
"""Columns from which two texts fit beside each other."""

Removals = Sequence[Mapping[str, Any]]


def show(out: str | os.PathLike[str] | Place, doc_id: str, console: Console | None = None) -> None:
    """Print the document ``doc_id`` of the result ``out``.

    On a terminal of 90 columns or more, kept text stands left and removed text right, with reason, score and
    evidence below it; otherwise one line of output for each line of the source, without colours, to be searched
    and paged. Nothing in the data can reach the terminal as a control sequence. ``UsageError`` for an unknown id.
    """
    from rich.console import Console as RichConsole

    result = open_result(out)
    document, removals = result.find(doc_id)
    kept = _kept_sentences(result, removals)
    source = rebuild(document, removals)
    screen = console or RichConsole(file=sys.stdout, highlight=False, emoji=False, markup=False)
    _print_head(screen, document, removals)
    wide = screen.is_terminal and screen.width >= _SIDE_BY_SIDE
    seen: set[int] = set()
    for line in lines_of(source, removals):
        if wide:
            _print_beside(screen, line, removals, kept, seen)
        else:
            _print_below(screen, line, removals, kept, seen)


def _kept_sentences(result: Results, removals: Removals) -> dict[str, str]:
    """Text of the sentences that were kept instead of this document's, by their id."""
    wanted = {_kept_id(r) for r in removals if "kept_doc" in r["evidence"]}
    return {s["id"]: s["text"] for s in result.sentences() if s["id"] in wanted} if wanted else {}


def _kept_id(removal: Mapping[str, Any]) -> str:
    return f"{removal['evidence'].get('kept_doc')}#{removal['evidence'].get('kept_start')}"


def _print_head(screen: Console, document: Mapping[str, Any], removals: Removals) -> None:
    meta = document["metadata"]
    _put(screen, (document["id"], "bold"))
    parts = [meta.get("title"), document["source"], document.get("created"), meta.get("lang"), meta.get("url")]
    _put(screen, ("  ".join(str(p) for p in parts if p), "dim"))
    if meta.get("duplicate_of"):
        _put(screen, (f"a copy of {meta['duplicate_of']}", "blue"))
    counts: dict[str, int] = {}
    for removal in removals:
        if "action" not in removal:
            counts[removal["stage"]] = counts.get(removal["stage"], 0) + removal["end"] - removal["start"]
    kept = sum(end - start for start, end in document["spans"])
    total = kept + sum(counts.values())
    summary = [f"{total:,} characters: {kept:,} kept"]
    summary += [f"{counts[s]:,} {s}" for s in stage_order(counts)]
    _put(screen, (", ".join(summary), ""))
    if total and not kept:
        _put(screen, ("nothing of this document was kept", "bold"))
    _put(screen, ("", ""))


def _print_beside(screen: Console, line: Line, removals: Removals, kept: Mapping[str, str], seen: set[int]) -> None:
    from rich.table import Table
    from rich.text import Text

    if not line.pieces:
        return
    half = (screen.width - 9) // 2
    left, right = Text(), Text()
    for piece in line.pieces:
        if piece.removal is None:
            left.append(_safe(screen, piece.text))
        elif piece.text.strip():
            removal = removals[piece.removal]
            if right:
                right.append("\n")
            right.append(_safe(screen, piece.text), style=_colour(removal))
            for text in _why(removal, kept) if piece.removal not in seen else ("as above",):
                right.append("\n" + _safe(screen, text), style="dim")
            seen.add(piece.removal)
            if "action" in removal:
                left.append(_safe(screen, piece.text))
    table = Table.grid(padding=(0, 1))
    table.add_column(width=5, justify="right", style="dim")
    table.add_column(width=half)
    table.add_column(width=half)
    table.add_row(str(line.number), left, right)
    screen.print(table)


def _print_below(screen: Console, line: Line, removals: Removals, kept: Mapping[str, str], seen: set[int]) -> None:
    for piece in line.pieces:
        if not piece.text.strip():
            continue
        if piece.removal is None:
            _put(screen, (f"{line.number:5d}  kept     | ", "dim"), (piece.text, ""))
            continue
        removal = removals[piece.removal]
        verb = _VERBS[removal.get("action", "")]
        _put(screen, (f"{line.number:5d}  {verb}  | ", "dim"), (piece.text, _colour(removal)))
        why = "; ".join(_why(removal, kept)) if piece.removal not in seen else "as above"
        _put(screen, (" " * 16 + "|   ", "dim"), (why, "dim"))
        seen.add(piece.removal)


def _why(removal: Mapping[str, Any], kept: Mapping[str, str]) -> list[str]:
    """Reason, evidence, and for a duplicate the sentence that was kept."""
    head = f"{removal['stage']} / {removal['reason']}, score {removal['score']:.2f}"
    about = meaning(removal["reason"]).rstrip(".")
    lines = [head + (f": {about}" if about else "")]
    if evidence := explain(removal):
        lines.append("; ".join(evidence))
    if (sentence := kept.get(_kept_id(removal))) is not None:
        lines.append(f"kept: {sentence}")
    return lines


def _colour(removal: Mapping[str, Any]) -> str:
    return _COLOURS.get(removal["stage"], "red")


def _put(screen: Console, *parts: tuple[str, str]) -> None:
    from rich.text import Text

    screen.print(Text.assemble(*((_safe(screen, text), style) for text, style in parts)), soft_wrap=True)


def _safe(screen: Console, text: str) -> str:
    """Written out, and only what the terminal's encoding can show."""
    return visible(text).encode(screen.encoding, "backslashreplace").decode(screen.encoding)
