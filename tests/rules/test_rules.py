"""Rules: every one does what its file says, whatever the line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import CleanerError
from cleaner.reasons import REASONS
from cleaner.rules.load import MAX_LINE, Rule, RuleSet, normal_lines, read_rules

RULES = RuleSet.load()
CASES = [(i, rule, text, wanted) for i, rule in enumerate(RULES.rules)
         for wanted, texts in ((True, rule.examples), (False, rule.counter_examples)) for text in texts]  # fmt: skip


@pytest.mark.parametrize(("number", "rule", "text", "wanted"), CASES, ids=[f"{c[1].id}:{c[2][:30]}" for c in CASES])
def test_examples_are_hit_and_counter_examples_are_not(number: int, rule: Rule, text: str, wanted: bool) -> None:
    hits = RULES.match([text])
    assert (number in hits.rule) == wanted
    if not wanted:
        assert not RULES.certain[hits.rule].any(), "another certain rule removes the counter-example"


def test_every_rule_is_explained() -> None:
    assert len({rule.id for rule in RULES.rules}) == len(RULES.rules)
    for rule in RULES.rules:
        assert rule.reason in REASONS
        assert rule.examples and rule.counter_examples and rule.languages
        assert "/" in rule.id


PROSE = [
    "The newsletter, which began as a hobby, now reaches two million readers and pays for six reporters.",
    "Cookies are small files that a browser keeps; the court ruled that sites must ask before they set one.",
    "Donations to the hospital rose after the fire, the director said, and most came from abroad.",
    "She asked readers to sign up for the walk, which begins at the old bridge at nine.",
    "Subscribers to the paper fell by a tenth last year, according to its annual report.",
    "Advertising is banned in the city's parks from May.",
    "He shared the article with a friend, who printed it and read it aloud.",
    "Follow the river north and you reach the mill.",
    "The privacy policy of the bank was rewritten after the leak.",
    "Read the letter again, she told the jury, and tell me where he lies.",
    "Contact with the ship was lost on Tuesday.",
    "Home prices rose in March.",
    "Search parties worked through the night.",
    "Next to the church stands a lime tree.",
    "Comments by the minister drew anger abroad.",
    "Support for the strike is growing, a poll shows.",
    "Der Newsletter der Stadt erscheint seit zehn Jahren jeden Freitag und erreicht viele Haushalte.",
    "Die Spende ging an das Krankenhaus, sagte die Sprecherin.",
    "Le don a été fait par une famille de la région, selon la mairie.",
    "La publicité pour le tabac est interdite depuis 1991.",
    "El boletín del ministerio confirma la cifra de heridos.",
    "La publicidad del tabaco está prohibida desde 2005.",
]


@pytest.mark.parametrize("line", PROSE)
def test_prose_about_the_same_things_is_left_alone(line: str) -> None:
    assert not len(RULES.match([line], certain_only=True).rule)


LEFTOVERS = [
    "LEAVE A REPLY", "» Share this article", "– ADVERTISEMENT –", "Share • Tweet • Email", "Facebook | Twitter | Email",
    "SKIP TO CONTENT", "Read more: Bridge reopens after storm", "You May Also Like", "© 2019 Example Media Ltd.",
    "Kommentar hinterlassen", "Auf WhatsApp teilen", "LESEN SIE AUCH: Brücke wieder offen", "Folgen Sie uns auf Telegram.",
    "Laisser un commentaire", "Partager sur WhatsApp", "À lire aussi : Le pont rouvre", "Abonnez-vous pour lire la suite.",
    "Deja tu comentario", "Compartir en WhatsApp", "Lea también: El puente reabre", "Síguenos en Telegram",
]  # fmt: skip


@pytest.mark.parametrize("line", LEFTOVERS)
def test_leftovers_of_four_languages_are_certain(line: str) -> None:
    assert len(RULES.match([line], certain_only=True).rule)


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\r\n"), max_size=60), max_size=8))
def test_any_text_can_be_matched(lines: list[str]) -> None:
    hits = RULES.match(lines)
    assert len(normal_lines(lines)) == max(len(lines), 1)
    assert len(hits.line) == len(hits.rule)
    order = list(zip(hits.line.tolist(), hits.rule.tolist(), strict=True))
    assert order == sorted(order)
    alone = [(i, r) for i, line in enumerate(lines) for r in RULES.match([line]).rule.tolist()]
    assert order == alone, "a line's hits depend on the line alone"


def test_long_lines_and_lone_surrogates() -> None:
    hits = RULES.match(["share " * 200_000, "\ud800", "Share \udfff", "a" * (MAX_LINE + 1), "", "\x00"])
    assert 0 not in hits.line and 3 not in hits.line


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("nonsense", "not a file of rules"),
        ('[[rule]]\nid = "a/b"', "'pattern' is missing"),
        ('[[rule]]\nid="a/b"\nreason="x"\npattern="x"\nexamples=[]\ncounter_examples=[]', "unknown reason 'x'"),
        ('[[rule]]\nid="a/b"\nreason="widget"\nscope="end"\npattern="x"\nexamples=[]\ncounter_examples=[]', "scope is"),
    ],
)
def test_a_bad_file_is_named(toml: str, said: str) -> None:
    with pytest.raises(CleanerError, match=r"bad\.toml") as error:
        read_rules(toml, "bad.toml")
    assert said in str(error.value)
