"""Two shelters that meet seldom: what one did not know is shown as two places, and a person decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.conftest import HandClock, JournalMaker
from tests.town import listed, person, write_all
from village_console.devices.ports import CardRead
from village_console.journal.journal import Journal
from village_console.register.facts import ResidentListed
from village_console.register.tokens import token_key_name
from village_console.shelter.facts import EvacueeReceived, Path, Place, PlaceOfStayTold
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.shelter.rows import Stay
from village_console.shelter.rules import PersonState, Verdict
from village_console.village.ids import ShelterId
from village_console.village.run_mode import World
from village_console.village.shelters import ShelterPlace

S1, S2 = ShelterId("S1"), ShelterId("S2")
LIST = {S1: ShelterPlace("中央公民館", 300), S2: ShelterPlace("小学校", 160)}
HARU, KEN, TOMIKO = person(2), person(3), person(4)
PEOPLE = [
    listed(2, 1, "佐藤 ハル", "サトウ ハル"),
    listed(3, 1, "佐藤 健", "サトウ ケン"),
    listed(4, 2, "山﨑 トミ子", "ヤマザキ トミコ"),
]


class Village:
    """Two consoles at two shelters, with the same register."""

    def __init__(self, make_journal: JournalMaker, people: list[ResidentListed]) -> None:
        self.clock = make_journal.clock
        self.journals = [make_journal(f"{name}/journal.db") for name in ("hall", "school")]
        for one in self.journals:
            for other in self.journals:
                one.admit(other.public_key)
        write_all(self.journals[0], people)
        self.meet()
        self.hall, self.school = (
            ReceptionDesk(journal, Desk(shelter, n, LIST))
            for n, (journal, shelter) in enumerate(zip(self.journals, (S1, S2), strict=True), start=1)
        )

    def meet(self) -> None:
        for giver, taker in (self.journals, self.journals[::-1]):
            links = giver.owed(taker.have())
            taker.take_in(links, giver.keys_for(links))

    def both_say(self, about: Callable[[Journal], object]) -> object:
        """What both journals say, which must be the same."""
        ours, theirs = (about(journal) for journal in self.journals)
        assert ours == theirs
        return ours


@pytest.fixture
def village(make_journal: JournalMaker) -> Village:
    return Village(make_journal, PEOPLE)


def two_places(village: Village) -> None:
    """Haru is received at both shelters while they cannot hear each other."""
    village.hall.receive(HARU, Path.CARD)
    village.school.receive(HARU, Path.CARD)
    village.meet()


def conflicts(journal: Journal) -> list[str]:
    return [folded.subject for folded in journal.rows.conflicts()]


def test_somebody_at_the_other_shelter_is_asked_about_by_its_name(village: Village) -> None:
    village.school.receive(HARU)
    village.meet()
    asked = village.hall.receive(HARU, Path.CARD)
    assert (asked.verdict, asked.shelter) == (Verdict.ELSEWHERE, "小学校")
    village.hall.receive(HARU, moving_from=S2)
    village.meet()
    assert village.both_say(conflicts) == []
    assert (village.hall.presence().people, village.school.presence().people) == (1, 0)
    assert village.school.state_of(HARU) is PersonState.ELSEWHERE


def test_two_places_are_told_and_neither_is_chosen_for_the_clerk(village: Village) -> None:
    two_places(village)
    for desk, here, other in ((village.hall, S1, S2), (village.school, S2, S1)):
        before = len(desk.claims(HARU))
        answer = desk.receive(HARU, Path.CARD)
        assert (answer.verdict, answer.facts) == (Verdict.CANNOT_KNOW, ())
        assert [claim.shelter for claim in answer.claims] == [here, other]
        assert [claim.name for claim in answer.claims] == [LIST[here].name, LIST[other].name]
        assert desk.state_of(HARU) is PersonState.TWO_PLACES
        assert before == 2


@pytest.mark.parametrize("choice", [0, 1])
def test_a_decision_holds_at_both_shelters_and_keeps_the_receipt_number(village: Village, choice: int) -> None:
    two_places(village)
    claim = village.hall.claims(HARU)[choice]
    village.clock.advance(minutes=5)  # type: ignore[attr-defined]
    answer = village.hall.decide(HARU, claim)
    village.meet()
    assert answer.verdict is Verdict.DECIDED
    assert village.both_say(conflicts) == []
    assert claim.stay is not None
    stay = village.both_say(lambda journal: journal.rows.one(Stay, HARU))
    assert isinstance(stay, Stay)
    assert (stay.shelter, stay.receipt, stay.since) == (claim.shelter, claim.stay.receipt, claim.stay.since)
    assert stay.path is Path.DECIDED


def test_a_decision_that_is_taken_back_leaves_the_newest_word(village: Village) -> None:
    """The journal knows one head then, and flags no conflict: whoever takes a decision back sees which place is left."""
    two_places(village)
    village.hall.decide(HARU, village.hall.claims(HARU)[0])
    act = village.hall.last_undoable()
    assert act is not None
    assert act.verdict is Verdict.DECIDED
    assert village.hall.undo(act, "slip").verdict is Verdict.UNDONE
    stay = village.hall.stay_of(HARU)
    assert stay is not None
    assert stay.path is Path.CARD


def test_whoever_stands_here_is_here_though_two_others_have_said_otherwise(
    village: Village, make_journal: JournalMaker
) -> None:
    two_places(village)
    third = make_journal("third/journal.db")
    for journal in village.journals:
        journal.admit(third.public_key)
        third.admit(journal.public_key)
        links = journal.owed(third.have())
        third.take_in(links, journal.keys_for(links))
    desk = ReceptionDesk(third, Desk(ShelterId("S3"), 3, LIST))
    answer = desk.receive(HARU, Path.CARD)
    assert answer.verdict is Verdict.CANNOT_KNOW
    assert {claim.shelter for claim in answer.claims} == {ShelterId("S3"), S1, S2}
    assert answer.claims[0].stay is None
    decided = desk.decide(HARU, answer.claims[0])
    assert decided.stay is not None
    assert (decided.stay.shelter, decided.stay.receipt) == ("S3", "S3-3-0001")
    assert conflicts(third) == []


def test_gone_home_here_and_received_there_is_for_a_person_to_decide(village: Village) -> None:
    village.hall.receive(HARU)
    village.meet()
    village.hall.depart(HARU, [HARU], Place.HOME)
    village.school.receive(HARU, moving_from=S1)
    village.meet()
    assert village.both_say(conflicts) == [HARU]
    places = [(claim.place, claim.shelter) for claim in village.school.claims(HARU)]
    assert places == [(Place.SHELTER, S2), (Place.HOME, None)]
    village.school.decide(HARU, village.school.claims(HARU)[1])
    village.meet()
    assert village.both_say(conflicts) == []
    assert [r.fact for r in village.journals[0].facts_about(HARU)][-1] == PlaceOfStayTold(
        subject=HARU, place=Place.HOME
    )


def test_taken_back_here_and_left_there_leaves_a_question_and_no_crash(village: Village) -> None:
    received = village.hall.receive(HARU)
    village.meet()
    village.hall.undo(received, "another person")
    ReceptionDesk(village.journals[1], Desk(S1, 3, LIST)).depart(HARU, [HARU], Place.RELATIVES)
    village.meet()
    for desk in (village.hall, village.school):
        assert {claim.place for claim in desk.claims(HARU)} == {Place.SHELTER, Place.RELATIVES, Place.UNKNOWN}
        assert desk.receive(HARU).verdict is Verdict.CANNOT_KNOW
        assert [one.resident.id for one in desk.follow_ups()] == [HARU]
    unknown = next(claim for claim in village.hall.claims(HARU) if claim.place is Place.UNKNOWN)
    village.hall.decide(HARU, unknown)
    village.meet()
    assert village.both_say(conflicts) == []
    assert village.hall.state_of(HARU) is PersonState.AWAY


def test_two_desks_of_one_shelter_agree_that_somebody_is_here(village: Village) -> None:
    village.hall.receive(HARU)
    village.clock.advance(minutes=1)  # type: ignore[attr-defined]
    ReceptionDesk(village.journals[1], Desk(S1, 2, LIST)).receive(HARU)
    village.meet()
    assert village.both_say(conflicts) == []
    assert village.hall.receive(HARU).verdict is Verdict.ALREADY_HERE


def test_who_was_out_and_came_to_the_other_shelter_is_in_there(village: Village) -> None:
    village.hall.receive(HARU)
    village.meet()
    village.hall.go_out(HARU)
    village.school.receive(HARU, moving_from=S1)
    village.meet()
    assert village.both_say(conflicts) == []
    assert village.school.state_of(HARU) is PersonState.HERE
    assert (village.hall.presence().out, village.school.presence().out) == (0, 0)


def test_in_and_out_said_at_once_is_no_matter_for_a_decision(village: Village) -> None:
    village.hall.receive(HARU)
    village.hall.go_out(HARU)
    village.meet()
    other = ReceptionDesk(village.journals[1], Desk(S1, 2, LIST))
    village.hall.receive(HARU)
    village.hall.go_out(HARU)
    other.receive(HARU)
    village.meet()
    assert village.both_say(conflicts) == []
    assert village.hall.state_of(HARU) is other.state_of(HARU)


def test_a_clock_that_is_years_behind_does_not_send_anybody_out(village: Village, make_journal: JournalMaker) -> None:
    village.hall.receive(HARU)
    village.hall.go_out(HARU)
    village.meet()
    assert isinstance(make_journal.clock, HandClock)
    make_journal.clock.set(make_journal.clock.now() - timedelta(days=3000))
    village.school.receive(HARU, moving_from=S1)
    ReceptionDesk(village.journals[1], Desk(S1, 2, LIST)).receive(HARU, moving_from=S2)
    village.meet()
    assert village.hall.state_of(HARU) is PersonState.HERE


def test_the_roster_of_both_shelters_names_whoever_may_be_there(village: Village) -> None:
    two_places(village)
    village.hall.receive(KEN)
    for desk, names in ((village.hall, [KEN, HARU]), (village.school, [HARU])):
        entries = desk.roster()
        assert [entry.resident.id for entry in entries] == names
        assert all(entry.stay.shelter == desk.desk.shelter for entry in entries)
        assert entries[-1].state is PersonState.TWO_PLACES


def test_only_this_consoles_own_acts_are_its_last_ones(village: Village) -> None:
    for number in (2, 3, 4):
        village.school.receive(person(number))
    village.meet()
    again = ReceptionDesk(village.journals[0], village.hall.desk)
    assert again.acts == []
    assert again.last_undoable() is None
    village.hall.receive(HARU, moving_from=S2)
    again = ReceptionDesk(village.journals[0], village.hall.desk)
    assert [act.verdict for act in again.acts] == [Verdict.MOVED]


def test_an_own_act_is_found_behind_many_of_others(village: Village) -> None:
    own = village.hall.receive(HARU)
    with village.journals[1].writing() as draft:
        for n in range(60):
            draft.append(EvacueeReceived(subject=person(1000 + n), shelter=S2, receipt=f"S2-{n}", path=Path.NAME))
    village.meet()
    assert [act.facts for act in ReceptionDesk(village.journals[0], village.hall.desk).acts] == [own.facts]


def test_somebody_whose_register_has_not_arrived_is_counted_and_harms_nothing(make_journal: JournalMaker) -> None:
    village = Village(make_journal, [])
    stranger = person(900)
    village.journals[1].append(EvacueeReceived(subject=stranger, shelter=S1, receipt="S1-2-0001", path=Path.CARD))
    village.journals[0].append(EvacueeReceived(subject=stranger, shelter=S2, receipt="S2-0009", path=Path.CARD))
    village.meet()
    assert village.both_say(conflicts) == [stranger]
    for desk in (village.hall, village.school):
        assert desk.state_of(stranger) is PersonState.TWO_PLACES
        assert (desk.roster(), desk.follow_ups(), desk.find("sato"), desk.household_of(stranger)) == ([], [], [], ())
        assert len(desk.claims(stranger)) == 2
        assert sum(one.people for one in desk.fullness()) == 1
    write_all(village.journals[0], [listed(900, 9, "森 一", "モリ ハジメ")])
    village.meet()
    assert village.school.receive(stranger).verdict is Verdict.CANNOT_KNOW


def test_a_card_bound_before_two_consoles_met_is_known_at_both_afterwards(make_journal: JournalMaker) -> None:
    village = Village(make_journal, PEOPLE)
    for n, (desk, who) in enumerate(((village.hall, HARU), (village.school, KEN))):
        answer = desk.tap(CardRead("felica", "0003", bytes([n]) * 8, World.SIMULATED))
        assert answer.card is not None
        assert desk.bind(answer.card, who).verdict is Verdict.BOUND_AND_RECEIVED
    keys = [journal.secret(token_key_name(journal.purpose.incident)) for journal in village.journals]
    assert keys[0] != keys[1]
    for giver, taker in (village.journals, village.journals[::-1]):
        taker.take_in([], giver.keys_held())
    village.meet()
    for desk in (village.hall, village.school):
        owners = [desk.owner_of(CardRead("felica", "0003", bytes([n]) * 8, World.SIMULATED)) for n in range(2)]
        assert owners == [HARU, KEN]
    fresh = CardRead("felica", "0003", bytes(8)[:-1] + b"\7", World.SIMULATED)
    assert len({desk.tap(fresh).card for desk in (village.hall, village.school)}) == 1
