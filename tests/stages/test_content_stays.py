"""Whole documents, written for these tests: what reads unlike an article is still content; leftovers of four
languages are not."""

from __future__ import annotations

import pytest

from cleaner.config import Config
from cleaner.model import Document, LineFacts
from cleaner.stages.judge import JudgeStage, judge_stage
from cleaner.text.lines import line_spans

POEM = """The Ferryman

Nobody asked the river where it went,
nobody paid it, nobody complained.
It carried what the other rivers sent
and gave it to the sea, and nothing gained.

I stood there with my lantern and my rope
and called the hour to whoever came.
Some crossed for bread, and some had crossed for hope,
and when they reached the bank it was the same."""

RECIPE = """Barley soup with smoked trout

Serves four. Allow an hour and a half, most of which the pot spends alone.

Ingredients

200 g pearl barley
1 leek, sliced
2 carrots, diced
1.5 l vegetable stock
300 g smoked trout
Dill, salt, black pepper

Method

Rinse the barley until the water runs clear.
Soften the leek and the carrots in butter, without letting them brown.
Add the barley and the stock and simmer for an hour.
Flake the trout into the bowls and pour the soup over it."""

INTERVIEW = """"I never wanted to be a pilot"

Marta Oduya has flown mail across the strait for thirty years. She retires in May.

You have landed here more than nine thousand times. Does it still frighten you?

Only the first landing of the year does. You forget how narrow the strip is.

What did you carry?

Letters, insulin, once a cello that had its own seat. The cello was the better passenger.

And the goat?

I have been told not to talk about the goat.

Will you miss it?

The light in the morning, yes. The engine, no."""

LIVE_BLOG = """Storm Ines: what we know so far

18:42 The harbour master has closed the port until further notice. Two ferries are waiting outside.

18:15 Power is out in the eastern districts of Tarvendal; about 9,000 homes are affected.

17:58 The school on Mill Street is open as a shelter. Bring blankets, the council says.

17:20 Gusts of 131 km/h have been measured at the lighthouse.

16:05 The mayor has asked everyone to stay at home. "This is not the night to look at the waves," she said.

15:30 The weather service raises its warning to red."""

ROUND_UP = """Five things to know this morning

Budget: Parliament votes on the budget today. The coalition has a majority of three, and two of its members are ill.

Rail: Trains on the coastal line run again after the landslide, though more slowly between Ystrad and Plovanka.

Health: The ministry has ordered two million doses of the new flu vaccine, which arrive in October.

Football: The women's team plays its first final since 1998 tonight; the match begins at eight.

Weather: Dry in the west, showers in the east, and frost on the hills by Thursday."""

LIST = """The ten longest bridges of the province

1. Tarv Viaduct, 2,140 metres
2. Kestrelmoor Bridge, 1,870 metres
3. Old Harbour Bridge, 1,212 metres
4. Saint Orlan Bridge, 1,098 metres
5. Drenniken Crossing, 960 metres
6. Railway Bridge at Hallowby, 812 metres
7. Plovanka Bridge, 640 metres
8. Ystrad Bridge, 588 metres
9. Mill Street Bridge, 402 metres
10. Brand Footbridge, 377 metres

Lengths are those of the provincial survey of 2018; approach ramps are not counted."""

NEWSLETTERS = """How the newsletter came back

Ten years ago the newsletter was thought to be dead. Today the Tarvendal Courier sends eleven of them.

The first was called The Morning Tide. Readers could sign up for it on a paper form at the kiosk, and 400 did.

Subscribers now pay four crowns a month, and the letters earn more than the advertising on the front page.

Unsubscribing is easy, the editor says, which is why few people do it.

Not everyone is happy. The privacy commissioner has asked how the paper uses the addresses of its readers, and whether
it shares them with advertisers.

Donations make up the rest of the budget. "We ask once a year, in December, and we say thank you by hand," she said."""

SENTENCES = """The orchard lost a third of its plums to the frost in the second week of April.
Engineers will replace the bearings of the swing bridge before the ferry season opens.
A court in Halvern ruled that the tenants may keep their allotments for nine more years.
The goalkeeper has signed until 2029, although two larger clubs had asked about her.
Rents in the old harbour quarter rose by 4.2 percent last year, the statistics office says.
His third novel is told by a lighthouse, and it is funnier than that sounds.
Researchers found that the bats change their calls when lorries pass below the roost.
The bank cut its forecast for the year, citing weaker orders from shipyards.
Rehearsals for the open-air opera have been moved indoors because of the wind.
Two hikers were brought down from the ridge on Sunday evening, cold but unhurt.
The ministry plans to close four weather stations and to automate the others.
A bakery on Canal Street has won the prize for the best rye bread again.
Voters in the valley will decide in June whether the reservoir may be raised.
The telescope took its first picture on Tuesday, eleven years after it was approved.
Cyclists complain that the new lane ends where the traffic is at its worst.
The museum returns nine bells to the villages from which they were taken in the war."""

CONTENT = {
    "sentences": SENTENCES,
    "poem": POEM, "recipe": RECIPE, "interview": INTERVIEW, "live blog": LIVE_BLOG, "round-up": ROUND_UP, "list": LIST,
    "article on newsletters": NEWSLETTERS,
}  # fmt: skip


def removed(text: str, stage: JudgeStage, lang: str = "en") -> list[str]:
    document = Document("x", text, source="paper", lang=lang)
    (removals,) = stage.find([document], [LineFacts.empty(len(line_spans(text)))])
    return [text[r.start : r.end] for r in removals]


@pytest.fixture(scope="module")
def stage() -> JudgeStage:
    return judge_stage(Config())


@pytest.mark.parametrize("kind", CONTENT)
def test_all_content_stays(kind: str, stage: JudgeStage) -> None:
    assert removed(CONTENT[kind], stage) == []


LEFTOVERS = {
    "de": (
        [
            "Die Brücke über die Tarv bleibt bis zum Frühjahr gesperrt, teilte der Stadtrat am Montag mit.",
            "Gutachter hatten in zwei der sechs Pfeiler Risse gefunden, die nach dem Winter breiter geworden waren.",
            "Die Händler am Nordufer fürchten um das Geschäft. Eine Fähre soll nun alle zwanzig Minuten verkehren.",
        ],
        ["Startseite > Lokales > Verkehr", "Lesen Sie auch: Fähre fährt auch nachts", "Artikel teilen", "Anzeige",
         "Folgen Sie uns auf Telegram.", "Einen Kommentar schreiben", "Alle Rechte vorbehalten."],
    ),
    "fr": (
        [
            "Le pont sur la Tarv restera fermé jusqu'au printemps, a annoncé lundi le conseil municipal.",
            "Des experts ont trouvé des fissures dans deux des six piles, plus larges depuis la fin de l'hiver.",
            "Les commerçants de la rive nord craignent pour la saison. Un bac passera toutes les vingt minutes.",
        ],
        ["Accueil > Région > Transports", "Lire aussi : Le bac circule aussi la nuit", "Partager sur Facebook",
         "Publicité", "Abonnez-vous à notre lettre du matin.", "Laisser un commentaire", "Tous droits réservés."],
    ),
    "es": (
        [
            "El puente sobre el Tarv seguirá cerrado hasta la primavera, anunció el lunes el ayuntamiento.",
            "Los peritos hallaron grietas en dos de los seis pilares, más anchas desde el final del invierno.",
            "Los comerciantes de la orilla norte temen por la temporada. Una barca pasará cada veinte minutos.",
        ],
        ["Inicio > Ciudad > Transporte", "Lea también: La barca pasa también de noche", "Compartir en Facebook",
         "Publicidad", "Síguenos en Telegram.", "Deja un comentario", "Todos los derechos reservados."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("lang", LEFTOVERS)
@pytest.mark.parametrize("learned", [False, True], ids=["rules", "judge"])
def test_leftovers_of_other_languages_go(lang: str, learned: bool, stage: JudgeStage) -> None:
    body, left = LEFTOVERS[lang]
    lines = [left[0], body[0], left[1], body[1], left[2], body[2], *left[3:]]
    assert removed("\n".join(lines), stage if learned else JudgeStage(Config(), {}), lang) == left
