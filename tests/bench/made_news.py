"""News that nobody wrote: seeded documents in the shape of scraped articles, for measuring speed and engines.

Sentences come from a small English grammar over short word lists and thousands of made-up names (frequencies after
Zipf), so that language, shingles and line statistics behave as on text. Outlets repeat their furniture; one event is
told by several outlets that share sentences, some with small edits, as agencies' clients do.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ONSETS = ["b", "br", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "w"]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ea"]
CODAS = ["", "n", "r", "l", "s", "ton", "ville", "ford"]
NOUNS = [
    "bridge", "harbour", "council", "budget", "election", "company", "market", "bank", "minister", "court", "school",
    "hospital", "storm", "river", "farm", "worker", "union", "plan", "report", "contract", "airport", "train", "port",
    "factory", "police", "fire", "road", "tax", "price", "vote", "party", "leader", "mayor", "judge", "law", "strike",
    "deal", "study", "museum", "team", "match", "season", "goal", "coach", "player", "film", "song", "album",
    "artist", "festival", "engine", "battery", "satellite", "rocket", "phone", "chip", "network", "virus", "vaccine",
    "doctor", "patient", "student", "teacher", "river", "forest", "drought", "flood", "wheat", "fishery", "border",
    "visa", "refugee", "treaty", "embassy", "summit", "sanction", "tariff", "shipment", "pipeline", "reactor", "grid",
    "tenant", "landlord", "suburb", "ferry",
]  # fmt: skip
VERBS = [
    "approve", "reject", "delay", "cancel", "open", "close", "inspect", "repair", "expand", "reduce", "sell", "buy",
    "rent", "announce", "question", "defend", "attack", "support", "oppose", "examine", "measure", "publish",
    "record", "watch", "visit", "finance", "rebuild", "replace", "review", "suspend", "restore", "order",
]  # fmt: skip
ADJECTIVES = [
    "local", "national", "public", "private", "new", "old", "large", "small", "recent", "early", "late", "costly",
    "cheap", "regional", "coastal", "northern", "southern", "eastern", "western", "central", "joint", "final",
    "annual", "secret", "open", "legal", "rural", "urban", "foreign", "medical", "digital", "solar", "nuclear",
]  # fmt: skip
DETERMINERS = ["the", "the", "the", "a", "a", "this", "its", "their", "every", "another", "no", "some", "his", "her"]
PREPOSITIONS = [
    "in", "of", "for", "with", "on", "at", "from", "by", "about", "after", "before", "during", "against", "between",
    "under", "over", "near", "without", "through", "since",
]  # fmt: skip
LEADS = [
    "On {day}", "In {month}", "Last week", "Yesterday", "However", "Still", "By {month}", "Since {day}", "Meanwhile",
]  # fmt: skip
JOINS = [
    ", and", ", but", ", while", ", because", ", although", ", so", ";", " when", " after", " before", " as", " if",
]  # fmt: skip
AUXILIARIES = [
    "has", "had", "will have", "would have", "may have", "never", "already", "finally", "again", "often", "also",
]  # fmt: skip
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
MONTHS = ["January", "March", "April", "June", "September", "November"]
FURNITURE = [
    "Read more: {t}", "Sign up for the {o} newsletter and get the top stories every morning", "Share this article",
    "Advertisement", "You have {num} free articles left this month", "Follow {o} on Facebook and Twitter",
    "Copyright {o} . All rights reserved .", "Comments ({num})", "Related: {t}", "Photo: {o} / handout",
]  # fmt: skip
OUTLETS = 40
TELLINGS = 3
"""Outlets that tell one event."""


class _Names:
    """Names of people and places, some far more frequent than others."""

    def __init__(self, draw: random.Random, count: int) -> None:
        seen: dict[str, None] = {}
        while len(seen) < count:
            first = draw.choice(ONSETS) + draw.choice(VOWELS) + draw.choice(["", "n", "r", "l"])
            seen[first + draw.choice(ONSETS) + draw.choice(VOWELS) + draw.choice(CODAS)] = None
        self.words = list(seen)
        weights = [1 / (rank + 3) for rank in range(count)]
        self.total: list[float] = []
        running = 0.0
        for weight in weights:
            running += weight
            self.total.append(running)

    def pick(self, draw: random.Random) -> str:
        return draw.choices(self.words, cum_weights=self.total)[0]


def _sentence(draw: random.Random, names: _Names) -> str:
    parts = [draw.choice(LEADS) + ","] if draw.random() < 0.25 else []
    parts.append(_clause(draw, names))
    while draw.random() < 0.45:
        parts[-1] += draw.choice(JOINS)
        parts.append(_clause(draw, names))
    text = " ".join(parts).replace("{day}", draw.choice(DAYS)).replace("{month}", draw.choice(MONTHS))
    if draw.random() < 0.12:
        return f'"{text[0].upper() + text[1:]}", {names.pick(draw).capitalize()} said.'
    return text[0].upper() + text[1:] + "."


def _clause(draw: random.Random, names: _Names) -> str:
    verb = draw.choice(VERBS)
    verb += "d" if verb.endswith("e") else "ed"
    if draw.random() < 0.35:
        verb = f"{draw.choice(AUXILIARIES)} {verb}"
    if draw.random() < 0.15:
        return f"{_noun(draw, names)} said {_noun(draw, names)} {verb} {_noun(draw, names)}"
    return f"{_noun(draw, names)} {verb} {_noun(draw, names)}"


def _noun(draw: random.Random, names: _Names) -> str:
    kind = draw.random()
    if kind < 0.2:
        return names.pick(draw).capitalize()
    if kind < 0.27:
        return f"{draw.randint(2, 900)} {draw.choice(NOUNS)}s"
    parts = [draw.choice(DETERMINERS)]
    if draw.random() < 0.4:
        parts.append(draw.choice(ADJECTIVES))
    parts.append(draw.choice(NOUNS))
    if draw.random() < 0.35:
        parts += [draw.choice(PREPOSITIONS), _noun(draw, names)]
    return " ".join(parts)


def _edited(draw: random.Random, sentence: str) -> str:
    parts = sentence.split(" ")
    at = draw.randrange(len(parts))
    if parts[at].isalpha() and parts[at].islower():
        parts[at] = draw.choice(["the", "a", "that", "this"]) if len(parts[at]) < 5 else parts[at] + "s"
    return " ".join(parts)


def records(count: int, *, seed: int = 7, size: int = 4000) -> Iterator[dict[str, Any]]:
    """``count`` records of about ``size`` characters. A longer run begins with the same records."""
    setup = random.Random(seed)
    names = _Names(setup, 15_000)
    papers = [
        f"{names.pick(setup).capitalize()} {kind}" for kind in ("Times", "Post", "Wire", "Herald") for _ in range(10)
    ]
    made = 0
    event = 0
    while made < count:
        draw = random.Random(f"{seed}/{event}")
        wire = [_sentence(draw, names) for _ in range(12)]
        title = _sentence(draw, names).rstrip(".")[:80]
        for telling in range(TELLINGS):
            outlet = draw.randrange(OUTLETS)
            yield {
                "id": f"event-{event:07d}-{telling}",
                "text": _article(draw, names, wire, title, f"{papers[outlet]} {outlet}", size),
                "outlet": f"outlet-{outlet:02d}",
                "title": title,
                "date": f"2024-{1 + event % 12:02d}-{1 + event % 28:02d}",
            }
            made += 1
            if made == count:
                return
        event += 1


def _article(draw: random.Random, names: _Names, wire: list[str], title: str, outlet: str, size: int) -> str:
    shared = [_edited(draw, s) if draw.random() < 0.3 else s for s in wire if draw.random() < 0.4]
    sentences = list(shared)
    while sum(map(len, sentences)) < size * 0.85:
        sentences.insert(draw.randrange(len(sentences) + 1), _sentence(draw, names))
    lines = [title]
    while sentences:
        take = draw.randint(1, 4)
        lines.append(" ".join(sentences[:take]))
        del sentences[:take]
        if draw.random() < 0.15:
            lines.append(_furniture(draw, names, outlet))
    lines += [_furniture(draw, names, outlet) for _ in range(draw.randint(2, 5))]
    return "\n\n".join(lines)


def _furniture(draw: random.Random, names: _Names, outlet: str) -> str:
    line = draw.choice(FURNITURE).replace("{o}", outlet).replace("{num}", str(draw.randint(1, 40)))
    return line.replace("{t}", _sentence(draw, names).rstrip(".")[:70])


def write(path: Path, count: int, *, seed: int = 7, size: int = 4000) -> Path:
    """The records as JSON lines."""
    with path.open("w", encoding="utf-8") as handle:
        for record in records(count, seed=seed, size=size):
            handle.write(json.dumps(record) + "\n")
    return path
