"""Which pairs are one sentence, and which differ in a fact."""

from __future__ import annotations

import pytest

from cleaner.similar.api import similarity
from cleaner.similar.options import DedupOptions

ONE = [
    ("The minister will travel to Vienna on Thursday for talks with his counterpart.",
     "The minister will also travel to Vienna on Thursday for talks with his counterpart."),
    ("Farmers in the region have reported big losses after weeks of heavy rain.",
     "Farmers in the region have reported large losses following weeks of heavy rain."),
    ("The bridge was closed for repairs after engineers found cracks in two of its pillars.",
     "The bridge was closed for repairs after enginers found cracks in 2 of its pillars."),
    ("“We have never seen a harvest like this in our valley,” said the farmer.",
     "Speaking on Monday, Ana Ruiz told a local paper: \"We have never seen a harvest like this in our valley\"."),
    ("VIENNA (Agency) - The orchestra cancelled its tour of South America because of the strike.",
     "The orchestra canceled its tour of South America because of the strike."),
    ("The court rejected the appeal, which had been filed in March, and upheld the sentence.",
     "The court rejected the appeal and upheld the sentence."),
    ("The airline, based in Lisbon, cancelled forty flights on Friday because of fog.",
     "The airline cancelled 40 flights on Friday because of fog."),
    ("Heavy snow has closed schools across the north of the country.",
     "HEAVY SNOW HAS CLOSED SCHOOLS ACROSS THE NORTH OF THE COUNTRY"),
    ("The new website lets patients see their records on line at any time.",
     "The new web site lets patients see their records online at any time."),
    ("Halden Steel on Tuesday presented a new plan for its oldest furnace.",
     "On Tuesday Halden Steel presented a new plan for its oldest furnace."),
    ("Norvik on Tuesday presented a new plan for its oldest furnace.",
     "On Tuesday Norvik presented a new plan for its oldest furnace."),
    ("Transport Secretary Olga Brandt said the tunnel was safe.",
     "Olga Brandt, the transport secretary, said the tunnel was safe."),
    ("The International Ice Hockey Federation moved the final to Prague on Friday.",
     "The IIHF moved the final to Prague on Friday."),
    ("The index of the Oslo exchange gained 15.2 points, or 0.8 percent.",
     "The index of the Oslo exchange gained 15.20 points, or 0.8 per cent."),
    ("Striker Željko Marić signed for Málaga until the end of the season.",
     "Striker Zeljko Maric signed for Malaga until the end of the season."),
    ("Surgeons found a useful way to spare the nerve in most of the operations.",
     "Surgeons discovered a helpful way to spare the nerve in most of the operations."),
    ("Voters in the province will go to the polls on 4 May to choose a new assembly.",
     "Voters in the province go to the polls on 4 May to choose a new assembly."),
]  # fmt: skip
APART = [
    ("a number differs", "Unemployment in the region fell to 6.1 percent in the last quarter of the year.",
     "Unemployment in the region fell to 6.3 percent in the last quarter of the year."),
    ("a number differs", "At least three people were hurt when the tram left the rails near the station.",
     "At least five people were hurt when the tram left the rails near the station."),
    ("a name differs", "The prize for the best first novel went to Ingrid Solberg of Norway this year.",
     "The prize for the best first novel went to Matteo Bianchi of Norway this year."),
    ("a date differs", "The hearing before the appeals court is to begin on Tuesday in the capital.",
     "The hearing before the appeals court is to begin on Friday in the capital."),
    ("one of them is negated", "The board has approved the sale of the shipyard to the investors.",
     "The board has not approved the sale of the shipyard to the investors."),
    ("one of them is negated", "The mayor said the tunnel would be finished by the end of the year.",
     "The mayor said the tunnel would never be finished by the end of the year."),
    ("a word means the opposite", "House prices in the capital rose sharply during the second half of the year.",
     "House prices in the capital fell sharply during the second half of the year."),
    ("a word means the opposite", "The striker scored shortly before the break to put the visitors ahead.",
     "The striker scored shortly after the break to put the visitors ahead."),
    ("a word means the opposite", "Residents were happy with the decision of the council to move the market.",
     "Residents were unhappy with the decision of the council to move the market."),
    ("a word means the opposite", "Guests praised the finest kitchen on the coast in the survey of the spring.",
     "Guests praised the worst kitchen on the coast in the survey of the spring."),
    ("certainty differs", "The ministry will extend the programme to all schools next autumn.",
     "The ministry may extend the programme to all schools next autumn."),
    ("words change places", "In the second semi-final Austria beat Denmark after extra time last night.",
     "In the second semi-final Denmark beat Austria after extra time last night."),
    ("words change places", "The home side beat the guests 3-2 after extra time on Sunday.",
     "The guests beat the home side 3-2 after extra time on Sunday."),
    ("words change places", "Farmers accused the dealers of setting fire to the barn on Friday night.",
     "The dealers accused farmers of setting fire to the barn on Friday night."),
    ("a word means the opposite", "The ministry failed to publish the report on the accident in time.",
     "The ministry managed to publish the report on the accident in time."),
    ("a word means the opposite", "The minister refused to answer questions about the contract.",
     "The minister agreed to answer questions about the contract."),
    ("a word means the opposite", "The fire broke out at 3 a.m. in a bakery behind the town hall.",
     "The fire broke out at 3 p.m. in a bakery behind the town hall."),
    ("certainty differs", "The president will meet the pope in Rome in the morning.",
     "The president met the pope in Rome in the morning."),
    ("a word of another meaning", "The barn was struck by a truck in the night, the owner of the farm said.",
     "The barn was struck by a storm in the night, the owner of the farm said."),
    ("a word of another meaning", "The court fined the former treasurer of the rowing club for the missing money.",
     "The court fined the treasurer of the rowing club for the missing money."),
    ("a word of another meaning", "It was the second largest harvest of plums in the valley since the war.",
     "It was the largest harvest of plums in the valley since the war."),
    ("words change places", "Halden was beaten by the guests from the islands in the last minute.",
     "Halden beat the guests from the islands in the last minute."),
    ("certainty differs", "The brewery has closed its oldest cellar because of the damp in the walls.",
     "The brewery plans to close its oldest cellar because of the damp in the walls."),
    ("a word means the opposite", "The pass will be closed to lorries until November because of the rockfall.",
     "The pass will be closed to lorries from November because of the rockfall."),
    ("a word means the opposite", "Shipments of timber rose by 40 tonnes in the first week of the month.",
     "Shipments of timber rose to 40 tonnes in the first week of the month."),
    ("one of them is negated", "The conductor has apologised to the choir for the long rehearsal in the cold.",
     "The conductor refused to apologise to the choir for the long rehearsal in the cold."),
    ("the speaker differs", "“We have never seen a harvest like this in our valley,” Ana Ruiz said.",
     "“We have never seen a harvest like this in our valley,” Jan Novotny said."),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), ONE)
def test_one_sentence(a: str, b: str) -> None:
    for verdict in (similarity(a, b), similarity(b, a)):
        assert verdict.merged, verdict


@pytest.mark.parametrize(("reason", "a", "b"), APART)
def test_another_fact(reason: str, a: str, b: str) -> None:
    for verdict in (similarity(a, b), similarity(b, a)):
        assert not verdict.merged and verdict.reason == reason, verdict
    assert similarity(a, b, DedupOptions(veto=False)).merged


def test_a_fragment_of_a_quote_is_not_the_sentence() -> None:
    whole = "The report said the dam had been “built in haste, without any regard for the people who live below it, and never inspected since”."
    part = "Critics who visited the valley last week spoke of a dam “built in haste, without any regard for the people” and of corruption."
    assert not similarity(whole, part).merged


def test_a_cut_standfirst_is_a_truncated_copy() -> None:
    whole = "The ferry ran aground on a sandbank shortly after leaving the harbour, trapping more than two hundred passengers for the night."
    verdict = similarity("The ferry ran aground on a sandbank shortly after leaving the harbour.", whole)
    assert verdict.merged and verdict.kind == "truncated-copy"


def test_short_lines_are_never_alike() -> None:
    assert not similarity("Yes.", "Yes!").merged
    assert not similarity("", "").merged
    assert not similarity("Shares rose today.", "Shares rose yesterday.").merged
    assert similarity("City council approves new budget", "CITY COUNCIL APPROVES NEW BUDGET").kind == "exact-duplicate"


def test_nfc_and_nfd_are_one() -> None:
    assert (
        similarity("Das Caf\u00e9 wird im Mai er\u00f6ffnet", "Das Cafe\u0301 wird im Mai ero\u0308ffnet").similarity
        == 1.0
    )
