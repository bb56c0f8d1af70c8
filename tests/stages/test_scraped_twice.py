"""Two scrapes of an article: what only one of them has is judged by that, and an update is no insertion."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

ARTICLE = """Ferry crews vote to end the strike at Port Alder
Ferry crews at Port Alder voted on Thursday to end a strike that had cut off the outer islands for nineteen days.
The vote was close: 212 members of the seafarers' union were for the offer and 187 against it, the union said.
Under the agreement wages will rise by four percent in June and by another three percent in the following year.
The company also promised to hire thirty deckhands before the summer, so that night crossings need no overtime.
"Nobody on the islands wants to go through this again," said Helen Marsh, who runs the grocery on Great Sorrel.
Her shop had been supplied by two fishing boats since the middle of the month, and shelves were half empty.
The first ferry is to leave the port at six on Saturday morning, and the full timetable returns on Monday.
Island councils want a law that keeps one crossing a day open whatever happens between the company and its crews.
The transport minister said that she would hear both sides of the dispute before she decides on such a rule."""
OTHER = (
    "Growers in the Tamar hills expect the smallest cherry harvest in a decade after hail in April stripped "
    "the blossom from the upper orchards, and several have asked their bank for more time."
)
UPDATE = (
    "Talks on the night crossings had broken down twice before the mediator brought the union and the company "
    "together again on Wednesday evening."
)


def removed(cleaner: Callable[..., Any], folder: Path, *texts: str) -> list[list[dict[str, Any]]]:
    """By document, the removals that are not duplicates."""
    folder.mkdir()
    records = [{"id": str(i), "text": text, "outlet": "alder-post"} for i, text in enumerate(texts)]
    (folder / "in.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    done = cleaner("run", folder / "in.jsonl", "--out", folder / "out", "--quiet", "--no-report")
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in (folder / "out" / "removed.jsonl").read_text("utf-8").splitlines()]
    return [[r for r in rows if r["doc_id"] == str(i) and r["stage"] != "dedup"] for i in range(len(texts))]


def test_what_was_put_into_one_scrape_goes(cleaner: Callable[..., Any], tmp_path: Path) -> None:
    lines = ARTICLE.split("\n")
    seen, clean = removed(cleaner, tmp_path / "two", "\n".join([*lines[:5], OTHER, *lines[5:]]), ARTICLE)
    assert clean == []
    (removal,) = seen
    assert removal["stage"] == "offtopic"
    assert removal["evidence"]["corpus"]["percent_of_own_copies_without_it"] == 100


def test_what_an_update_added_stays(cleaner: Callable[..., Any], tmp_path: Path) -> None:
    lines = ARTICLE.split("\n")
    assert removed(cleaner, tmp_path / "two", "\n".join([*lines[:5], UPDATE, *lines[5:]]), ARTICLE) == [[], []]
