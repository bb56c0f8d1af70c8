"""Sentences in other languages: known by their function words, and merged only where nothing but the wording differs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cleaner.similar import kernels
from cleaner.similar.api import similarity
from cleaner.similar.corpus import Corpus
from cleaner.similar.lexicons import FOLDER, TONGUES, function_words, lexicon
from cleaner.similar.sign import sign
from cleaner.similar.tongues import counts, tongues
from cleaner.train.lexicons import packed

NAMES = tuple(function_words())
SPOKEN = [
    ("en", "The council of Las Palmas de la Frontera voted to close the old harbour for the winter."),
    ("en", "Man held after three die in blaze at El Paso warehouse, police say"),
    ("de", "Die Gemeinde will das alte Schwimmbad nach dem Winter nicht wieder öffnen."),
    ("fr", "La commune a décidé de fermer la vieille piscine jusqu'à la fin de l'hiver."),
    ("es", "El ayuntamiento ha decidido cerrar la vieja piscina hasta el final del invierno."),
    ("it", "Il comune ha deciso di chiudere la vecchia piscina fino alla fine dell'inverno."),
    ("pt", "A câmara decidiu fechar a velha piscina até ao fim do inverno, mas não diz quando abre."),
    ("nl", "De gemeente heeft besloten het oude zwembad te sluiten tot het einde van de winter."),
    ("sv", "Kommunen har beslutat att stänga det gamla badet till slutet av vintern och det är inte klart."),
    ("pl", "Gmina nie podjęła decyzji o tym, że stary basen będzie zamknięty do końca zimy."),
    ("ru", "Совет решил закрыть старый бассейн на зиму, но не сказал, когда он откроется."),
]
ONE = [
    ("Der Zug blieb bei Altdorf wegen eines umgestürzten Baumes fast drei Stunden lang stehen.",
     "Der Zug blieb bei Altdorf wegen eines umgestürzten Baumes fast 3 Stunden lang stehen."),
    ("Am Mittwoch hat der Kreistag die neue Satzung für die Müllabfuhr mit großer Mehrheit beschlossen.",
     "Der Kreistag hat am Mittwoch die neue Satzung für die Müllabfuhr mit großer Mehrheit beschlossen."),
    ("Le conseil municipal a approuvé la rénovation du gymnase, qui date de 1974, pour quatre millions d'euros.",
     "Le conseil municipal a approuvé la rénovation du gymnase pour quatre millions d'euros."),
    ("La empresa abrirá en otoño una planta nueva en las afueras de la ciudad, informó su directora.",
     "La compañía abrirá en otoño una planta nueva en las afueras de la ciudad, informó su directora."),
    ("La società aprirà in autunno un nuovo stabilimento alle porte della città, ha detto il direttore.",
     "L'azienda aprirà in autunno un nuovo stabilimento alle porte della città, ha detto il direttore."),
    ("De brandweer heeft in de nacht van zondag op maandag zeven mensen uit het gebouw gehaald.",
     "De brandweer heeft in de nacht van zondag op maandag 7 mensen uit het gebouw gehaald."),
    ("Burmistrz zapowiedział, że most nad rzeką zostanie otwarty dla ruchu w czerwcu.",
     "BURMISTRZ zapowiedział, że most nad rzeką zostanie otwarty dla ruchu w czerwcu!"),
]  # fmt: skip
APART = [
    ("Die Zahl der Besucher ist im Sommer gegenüber dem Vorjahr deutlich gestiegen.",
     "Die Zahl der Besucher ist im Sommer gegenüber dem Vorjahr deutlich gesunken."),
    ("Die Feuerwehr hat in dem Keller nach dem Brand giftige Stoffe gefunden.",
     "Die Feuerwehr hat in dem Keller nach dem Brand keine giftigen Stoffe gefunden."),
    ("Der Betreiber wird das Freibad im nächsten Sommer wieder öffnen, sagte er.",
     "Der Betreiber könnte das Freibad im nächsten Sommer wieder öffnen, sagte er."),
    ("Der Landwirt hat auf dem Feld hinter dem Hof eine Linde gepflanzt.",
     "Der Landwirt hat auf dem Feld hinter dem Hof eine Buche gepflanzt."),
    ("La cour a relaxé l'ancien trésorier du club après deux jours d'audience.",
     "La cour a condamné l'ancien trésorier du club après deux jours d'audience."),
    ("Le maire a signé le contrat avant la réunion du conseil avec les habitants.",
     "Le maire a signé le contrat après la réunion du conseil avec les habitants."),
    ("El alcalde presentó el proyecto con el apoyo de los vecinos del barrio.",
     "El alcalde presentó el proyecto sin el apoyo de los vecinos del barrio."),
    ("La ministra viajará el martes a la isla para visitar las obras del puerto.",
     "La ministra viajará el jueves a la isla para visitar las obras del puerto."),
    ("Il comune ha deciso di aprire la piscina per tutta la durata delle vacanze.",
     "Il comune ha deciso di chiudere la piscina per tutta la durata delle vacanze."),
    ("De prijs van tarwe is in de tweede helft van het jaar opnieuw sterk gestegen.",
     "De prijs van tarwe is in de tweede helft van het jaar opnieuw sterk gedaald."),
    ("De wethouder heeft het plan voor de nieuwe brug over het kanaal gisteren goedgekeurd.",
     "De wethouder heeft het plan voor de nieuwe brug over het kanaal gisteren niet goedgekeurd."),
    ("Burmistrz zapowiedział, że most nad rzeką zostanie otwarty dla ruchu w czerwcu.",
     "Burmistrz zapowiedział, że most nad rzeką nie zostanie otwarty dla ruchu w czerwcu."),
    ("Kommunen har beslutat att öppna det gamla badet till slutet av vintern.",
     "Kommunen har beslutat att stänga det gamla badet till slutet av vintern."),
]  # fmt: skip


@pytest.mark.skipif(kernels.compiled is None, reason="no compiled loops")
def test_function_words_are_counted_alike_without_compiled_loops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign([text for _, text in SPOKEN] + [" ".join(words) for words in function_words().values()]).write(
        tmp_path / "all"
    )
    tokens = Corpus([tmp_path / "all"]).gather(np.arange(len(SPOKEN) + len(NAMES)))
    compiled = counts(tokens.hashes, tokens.offsets)
    monkeypatch.setattr(kernels, "compiled", None)
    assert np.array_equal(compiled, counts(tokens.hashes, tokens.offsets))
    assert (compiled > 0).any(axis=0).all()


@pytest.mark.parametrize(("tongue", "text"), SPOKEN)
def test_a_language_is_known_by_its_function_words(tongue: str, text: str, tmp_path: object) -> None:
    path = f"{tmp_path}/pair"
    sign([text, text]).write(path)
    tokens = Corpus([path]).gather(np.arange(2))
    found = tongues(tokens.hashes, tokens.offsets, np.zeros(1, np.int64), np.ones(1, np.int64))
    assert NAMES[found[0]] == tongue


@pytest.mark.parametrize(("a", "b"), ONE)
def test_one_sentence(a: str, b: str) -> None:
    for verdict in (similarity(a, b), similarity(b, a)):
        assert verdict.merged, verdict


@pytest.mark.parametrize(("a", "b"), APART)
def test_another_fact(a: str, b: str) -> None:
    for verdict in (similarity(a, b), similarity(b, a)):
        assert not verdict.merged, verdict


@pytest.mark.parametrize(("a", "b"), [("25.000", "25"), ("3.500", "3,5"), ("1.250.000", "1.250"), ("12.000", "12.0")])
def test_groups_of_three_digits_are_no_decimals(a: str, b: str) -> None:
    text = "Bei dem Brand entstand nach Angaben der Feuerwehr ein Schaden von {} Euro."
    assert not similarity(text.format(a), text.format(b)).merged
    assert similarity(text.format("1.250.000"), text.format("1,250,000")).merged


def test_the_lists_are_packed_as_they_are_edited() -> None:
    """After a change of a list: ``python -m cleaner.train.lexicons``."""
    assert NAMES[: len(TONGUES)] == TONGUES
    assert {path.name: path.read_bytes() for path in FOLDER.iterdir()} == packed()


def test_every_list_is_read() -> None:
    for number, name in enumerate(TONGUES):
        known = lexicon(number)
        assert min(len(known.kinds), len(known.lemmas), len(known.synonyms), len(known.sides), len(known.sets)) > 100, (
            name
        )
    assert all(len(words) >= 5 for words in function_words().values())
    assert max(map(len, lexicon(1).kinds)) < 40
