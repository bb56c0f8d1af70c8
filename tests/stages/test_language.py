"""Language: of a text, and of paragraphs inside one."""

from __future__ import annotations

import concurrent.futures

import pytest

from cleaner.model import Document, LineFacts
from cleaner.stages.language import LanguageStage
from cleaner.text.language import detect

TEXTS = {
    "en": "The council voted on Monday to repair the old bridge before winter, after two years of debate.",
    "de": "Der Stadtrat beschloss am Montag, die alte Brücke noch vor dem Winter reparieren zu lassen.",
    "fr": "Le conseil municipal a décidé lundi de réparer le vieux pont avant l'hiver, après deux ans de débat.",
    "es": "El ayuntamiento decidió el lunes reparar el viejo puente antes del invierno, tras dos años de debate.",
}


@pytest.mark.parametrize("lang", TEXTS)
def test_languages_are_told_apart(lang: str) -> None:
    found, confidence = detect(TEXTS[lang])
    assert found == lang and confidence > 0.6


@pytest.mark.parametrize("text", ["", "12 34", "😀" * 50, "https://paper.example/a/b/c/d/e/f/g/h/i/j/k", "ok"])
def test_where_there_is_no_text_there_is_no_language(text: str) -> None:
    assert detect(text) == (None, 0.0)


def test_any_text_is_survived() -> None:
    for text in ("a" * 1_000_000, "\ud800" * 100, "\x00" * 100 + TEXTS["en"], "\u202e" + TEXTS["de"], "é" * 30):
        lang, confidence = detect(text)
        assert lang is None or 0 <= confidence <= 1


def test_the_same_answer_every_time_and_in_every_thread() -> None:
    doubtful = ["Restaurant menu sport radio taxi hotel", "Kort tekst om en hund og et hus", *TEXTS.values()]
    first = [detect(t) for t in doubtful]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert list(pool.map(detect, doubtful * 20)) == first * 20


def test_a_foreign_paragraph_is_found() -> None:
    text = "\n".join([TEXTS["en"]] * 3 + [TEXTS["de"]] + ["Kurz auf Deutsch."])
    document = Document("x", text, lang="en")
    (removals,) = LanguageStage().find([document], [LineFacts.empty(5)])
    assert [text[r.start : r.end] for r in removals] == [TEXTS["de"]]
    assert removals[0].reason == "foreign-language" and removals[0].evidence["lang"] == "de"


CLOSE = {
    "nl": "De raad was in de stad en heeft over de brug in de winter een besluit genomen; we weten of het is gelukt.",
    "de": "Die Bank was in Berlin im Winter so an der Spree: also hat man es in die Zeitung gesetzt, so war das.",
    "sv": "Kommunstyrelsen beslutade i måndags att den gamla bron ska repareras före vintern, men pengarna för det har man inte hittat än.",
    "fr": TEXTS["fr"],
    "es": TEXTS["es"],
}
"""Other languages, the first two with words that are English ones, too."""


@pytest.mark.parametrize("lang", CLOSE)
def test_paragraphs_of_close_languages_are_found_in_an_english_document(lang: str) -> None:
    text = "\n".join([TEXTS["en"], TEXTS["en"], CLOSE[lang], TEXTS["en"]])
    (removals,) = LanguageStage().find([Document("x", text, lang="en")], [LineFacts.empty(4)])
    assert [(text[r.start : r.end], r.evidence["lang"]) for r in removals] == [(CLOSE[lang], lang)]


def test_a_document_that_is_mostly_foreign_is_left_alone() -> None:
    document = Document("x", "\n".join([TEXTS["de"]] * 3 + [TEXTS["en"]]), lang="en")
    assert LanguageStage().find([document], [LineFacts.empty(4)]) == [[]]
    assert LanguageStage().find([Document("x", TEXTS["de"])], [LineFacts.empty(1)]) == [[]]
