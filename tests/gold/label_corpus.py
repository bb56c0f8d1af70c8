"""Writes ``corpus_gold.jsonl``: what the sample corpus holds, span for span.

    python tests/gold/label_corpus.py

The labels are these tables: how a line that is not content begins, and where sentences that are (or are not) the
same begin and end. Every marker must be found exactly once, unless the table says which, so offsets cannot be wrong.
Kinds of record: ``document`` (plain text: each line with its label), ``page`` (HTML, whose source text is what the
extraction produces: paragraphs to keep and furniture to drop), ``cluster`` and ``apart`` (sentences that must, or must
not, share a record of ``sentences.jsonl``).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
GOLD = Path(__file__).with_name("corpus_gold.jsonl")

WIRE = "meridian-wire/us-adds-nine-chinese-firms.txt"
POST = "harbour-post/blacklist-widens.txt"
COURIER = "northern-courier/china-vows-reply.txt"
HERALD = "byte-herald/ai-startups-banned.txt"
LAGOON = "lagoon-report/trade-war-blacklist.txt"
LEDGER = "capital-ledger/commerce-list.html"
MONITOR = "pacific-monitor/sensor-makers.html"

LINES: dict[str, list[tuple[str, str, str]]] = {
    # label, reason (free words, for people), how the line begins
    WIRE: [
        ("chrome", "image-url", "https://cdn."),
        ("chrome", "source-credit", "(Reporting by"),
        ("chrome", "share-bar", "Share this:"),
        ("chrome", "share-bar", "Facebook  Twitter"),
        ("chrome", "reaction-widget", "What do you think?"),
        ("chrome", "comment-count", "3 comments"),
        ("chrome", "reaction-widget", "Be the first of your friends"),
    ],
    POST: [
        ("duplicate", "headline-repeated", "2:Washington blacklists Chinese AI champions"),
        ("chrome", "widget-heading", "Trending Now"),
        ("chrome", "taxonomy", "Categories:"),
        ("chrome", "taxonomy", "Tags:"),
        ("chrome", "comment-form", "Post a Comment"),
        ("chrome", "comment-form", "Your e-mail will not"),
        ("chrome", "comment-form", "Save my name and website"),
    ],
    COURIER: [
        ("duplicate", "headline-repeated", "2:Beijing says blacklisting"),
        ("offtopic", "unrelated-story-headline", "Border crossings from Guatemala"),
        ("offtopic", "unrelated-story-teaser", "Shelters on the southern frontier"),
        ("chrome", "widget-heading", "Most Read"),
        ("chrome", "comment-policy", "We welcome lively debate"),
        ("chrome", "comment-policy", "Remarks that insult"),
        ("chrome", "comment-policy", "Letters may be shortened"),
    ],
    HERALD: [
        ("offtopic", "read-link", "READ  Star Harvester"),
        ("offtopic", "cross-promotion", "• Also read: Ten budget"),
        ("chrome", "source-credit", "Source: agencies"),
        ("chrome", "share-bar", "Spread the word:"),
        ("chrome", "affiliate-disclaimer", "Some links in this post"),
        ("chrome", "affiliate-disclaimer", "Prices were correct"),
        ("chrome", "widget-heading", "Related Posts"),
        ("offtopic", "unrelated-story-headline", "Ten gadgets that survived"),
        ("offtopic", "unrelated-story-headline", "How to free up space"),
    ],
    LAGOON: [
        ("chrome", "channel-plea", "Follow our WhatsApp channel"),
        ("offtopic", "donation-plea", "1:Support our reporting"),
        ("offtopic", "donation-plea", "Independent journalism costs money"),
        ("offtopic", "donation-plea", "A gift of any size"),
        ("chrome", "tip-line", "Do you know something"),
        ("chrome", "comment-form", "Please type your comment!"),
        ("chrome", "comment-form", "Please type your name"),
        ("offtopic", "donation-plea", "2:Support our reporting"),
        ("offtopic", "donation-plea", "Give once or every month"),
        ("chrome", "ad-marker", "- Advertisement -"),
    ],
}

DROP: dict[str, list[str]] = {
    # furniture of the pages: none of it may be in the clean text
    LEDGER: [
        "214 partners",
        "Accept all",
        "Log in",
        "Share on Facebook",
        "Read more on this topic",
        "Soyabean farmers",
        "the weapon you think it is",
        "Sign up for our weekly letter",
        "lonely death of the fax",
        "Ten charts",
        "should have happened years ago",
        "We do, as always",
        "Join the conversation",
        "Terms of use",
        "All rights reserved",
    ],
    MONITOR: [
        "Skip to content",
        "Obituaries",
        "Puzzles",
        "Elk herd",
        "Pin it",
        "Reach her at",
        "they are scared",
        "Vote with your wallet",
        "You must be logged in",
        "Brewery to open",
        "Mill Street bridge",
        "Advertise with us",
        "This site uses cookies",
    ],
}

Member = tuple[str, str, str]
CLUSTERS: list[tuple[str, str, list[Member]]] = [
    # kind, note, members (document, first words, last words)
    (
        "truncated",
        "the standfirst is cut off the lead",
        [
            (POST, "1:The order, which took", "22 police bureaus."),
            (POST, "2:The order, which took", "the brunt of it."),
        ],
    ),
    (
        "same-quote",
        "US, U.S., United States; cannot, can not; attribution before and after; comma outside the quote",
        [
            (WIRE, '"The US government cannot', "signed the order."),
            (POST, "Announcing the list, under secretary", "way they pray.”"),
            (LEDGER, "“The United States government", "conference call."),
            (MONITOR, "“The US government cannot", "as she announced it."),
        ],
    ),
    (
        "same-quote",
        "at once, immediately; two ways to name the speaker",
        [
            (COURIER, '"We urge Washington', "briefing on Tuesday."),
            (LAGOON, '"We urge Washington', "its foreign ministry."),
            (LEDGER, "“We urge Washington", "of the foreign ministry."),
        ],
    ),
    (
        "same-quote",
        "US, U.S., United States; attribution before and after; full stop outside the quote",
        [
            (WIRE, '"Punishing us after', "in a statement."),
            (COURIER, "Speaking to this newspaper,", 'anyone safer".'),
            (HERALD, '"Punishing us after', "the Northern Courier."),
        ],
    ),
    (
        "small-edit",
        '"also" inserted',
        [
            (WIRE, "In July the department", "them Lanting Vision."),
            (POST, "In July the department", "them Lanting Vision."),
            (MONITOR, "In July the department", "them Lanting Vision."),
        ],
    ),
    (
        "small-edit",
        "centres, centers; programme, program",
        [
            (COURIER, "The ministry has called", "hundreds of people."),
            (POST, "The ministry has called", "hundreds of people."),
        ],
    ),
    (
        "exact",
        "the same agency sentence",
        [
            (WIRE, "Shares in Carrow", "in New York."),
            (LEDGER, "Shares in Carrow", "in New York."),
        ],
    ),
]

APART: list[tuple[str, Member, Member]] = [
    (
        "number",
        (WIRE, "The company booked sales", "draft prospectus."),
        (POST, "The company booked sales", "draft prospectus."),
    ),
    (
        "name",
        (WIRE, "Shares in Lanting Vision", "halted them."),
        (POST, "Shares in Dongbo Security", "halted them."),
    ),
    (
        "negation",
        (WIRE, "Officials said the timing", "on Thursday."),
        (POST, "Officials said the timing", "not to be named."),
    ),
    (
        "direction",
        (COURIER, "Orders from Chinese customers", "2,300 people."),
        (HERALD, "Orders from Chinese customers", "panic buying."),
    ),
    (
        "back-translated quote",
        (COURIER, '"We urge Washington', "briefing on Tuesday."),
        (HERALD, "China's reply came", 'will be seized."'),
    ),
    (
        "back-translated quote",
        (LAGOON, '"We urge Washington', "its foreign ministry."),
        (HERALD, "China's reply came", 'will be seized."'),
    ),
    (
        "a fragment of the quote in another sentence",
        (WIRE, '"The US government cannot', "signed the order."),
        (COURIER, "Under secretary Caroline Maddox", "further measures."),
    ),
    (
        "headline",
        (WIRE, "US adds nine Chinese AI", "before talks"),
        (POST, "1:Washington blacklists Chinese AI", "over Xinjiang"),
    ),
    (
        "date",
        (WIRE, "From Wednesday, any American", "does no harm."),
        (COURIER, "It obliges exporters", "however small."),
    ),
    (
        "reworded",
        (MONITOR, "Both are now on a federal", "police bureaus."),
        (HERALD, "Twenty-two police bureaus", "list as well."),
    ),
]

PARAGRAPH = re.compile(r"<(?:p|h1)(?: class=\"entry-title\")?>(.*?)</(?:p|h1)>", re.S)
ENTITIES = {"&ldquo;": "“", "&rdquo;": "”", "&mdash;": "—", "&rsquo;": "’", "&amp;": "&"}


def source(name: str) -> str:
    """The text that the labels of ``name`` are about: the file, or the story's paragraphs one a line."""
    raw = (CORPUS / name).read_text(encoding="utf-8")
    if not name.endswith(".html"):
        return raw
    head, _, rest = raw.partition("<h1")
    body = re.split(r'<div class="newsletter-box">|<ul class="social-share">', "<h1" + rest)[0]
    del head
    text = "\n".join(m.group(1) for m in PARAGRAPH.finditer(body))
    for entity, character in ENTITIES.items():
        text = text.replace(entity, character)
    return text


def find(text: str, marker: str, name: str) -> int:
    """Where ``marker`` stands; ``2:marker`` is its second occurrence, without a number it must be the only one."""
    nth, _, words = marker.partition(":") if re.match(r"\d:", marker) else ("", "", marker)
    starts = [m.start() for m in re.finditer(re.escape(words), text)]
    if not starts or (not nth and len(starts) != 1):
        raise SystemExit(f"{name}: {marker!r} found {len(starts)} times")
    return starts[int(nth) - 1 if nth else 0]


def span(member: Member) -> dict[str, Any]:
    name, first, last = member
    text = source(name)
    start = find(text, first, name)
    end = text.index(last, start) + len(last)
    record: dict[str, Any] = {"doc": name, "text": text[start:end]}
    assert "\n" not in record["text"], record
    if not name.endswith(".html"):
        record.update(start=start, end=end)
    return record


def document(name: str) -> dict[str, Any]:
    text = source(name)
    special = {find(text, begins, name): (label, reason) for label, reason, begins in LINES[name]}
    lines = []
    for match in re.finditer(r"[^\n]*\S", text):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        label, reason = special.pop(start, ("content", ""))
        lines.append({"start": start, "end": match.end(), "label": label, "reason": reason})
    assert not special, (name, special)
    return {"type": "document", "id": name, "characters": len(text), "lines": lines}


def records() -> list[dict[str, Any]]:
    """Every gold record, in order."""
    out = [document(name) for name in LINES]
    for name in (LEDGER, MONITOR):
        raw = (CORPUS / name).read_text(encoding="utf-8")
        assert all(snippet in raw for snippet in DROP[name]), name
        out.append({"type": "page", "id": name, "keep": source(name).split("\n"), "drop": DROP[name]})
    for n, (kind, note, members) in enumerate(CLUSTERS, 1):
        out.append(
            {"type": "cluster", "id": f"c{n}", "kind": kind, "note": note, "members": [span(m) for m in members]}
        )
    out += [{"type": "apart", "why": why, "a": span(a), "b": span(b)} for why, a, b in APART]
    return out


def render() -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records())


if __name__ == "__main__":
    GOLD.write_text(render(), encoding="utf-8")
