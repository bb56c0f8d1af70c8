"""What other projects call: one text, lists of lines and sentences, a corpus of records."""

from __future__ import annotations

import cleaner

STORY = [
    "The council approved the new harbour bridge on Tuesday after a debate of six hours about its cost.",
    "Residents of the old quarter had asked for a tunnel, and their lawyer Marta Olsen said they will appeal.",
    "Work on the foundations of the bridge will begin in March, the council's engineer told reporters.",
]


def test_lines_alone() -> None:
    lines = [*STORY, "Leave a Reply", "Required fields are marked *"]
    verdicts = cleaner.LineJudge().judge(lines)
    assert verdicts[:3] == [None, None, None]
    for line, verdict in zip(lines[3:], verdicts[3:], strict=True):
        assert verdict is not None
        assert (verdict.start, verdict.end, verdict.stage) == (0, len(line), "chrome")


def test_lines_with_breaks_and_blanks_keep_their_places() -> None:
    verdicts = cleaner.LineJudge().judge(["", STORY[0].replace(" after", "\nafter"), "  ", "Leave a Reply"])
    assert verdicts[:3] == [None, None, None]
    assert verdicts[3] is not None
    assert verdicts[3].reason == "comment-form"


def test_sentences_alone() -> None:
    sentences = [STORY[0], STORY[0].replace("new harbour", "planned harbour"), STORY[1]]
    fitted = cleaner.SentenceDeduplicator().fit(sentences)
    assert fitted.labels[0] != fitted.labels[2]
    assert cleaner.similarity(STORY[0], STORY[0]).merged
    assert not cleaner.similarity(STORY[0], STORY[0].replace("approved", "rejected")).merged


def test_one_text() -> None:
    result = cleaner.clean("\n\n".join([*STORY, "Leave a Reply"]), outlet="Harbour Post")
    assert result.text == "\n\n".join(STORY)
    assert [r.reason for r in result.removed] == ["comment-form"]


def test_a_corpus_of_records() -> None:
    records = [
        {"id": "a", "text": "\n\n".join(STORY), "outlet": "north", "date": "2024-05-01"},
        {"id": "b", "text": "\n\n".join([STORY[0], "Nobody was told."]), "outlet": "south", "date": "2024-05-02"},
    ]
    documents = list(cleaner.clean_corpus(records))
    assert [d["id"] for d in documents] == ["a", "b"]
    assert documents[1]["text"] == "Nobody was told."
