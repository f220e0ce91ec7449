"""The reception desk: every tap and every choice has an answer, and nobody is received twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path as File

import pytest

from tests.town import DRILL, EVENING, ISSUER, home, listed, open_journal, person, set_clock, write_all
from village_console.devices.ports import CardRead, CardRemoved, CardUnreadable, CardUnusable, Tap, Unusable
from village_console.journal.facts import FactTakenBack
from village_console.journal.journal import Journal
from village_console.register.facts import CardBound, ResidentListed, card_subject
from village_console.register.tokens import card_token, token_key_name
from village_console.shelter.acts import Answer
from village_console.shelter.bind import HeldCard
from village_console.shelter.facts import EvacueeReceived, Path
from village_console.shelter.receive import Desk, receive
from village_console.shelter.reception import REMEMBERED_ACTS, ReceptionDesk
from village_console.shelter.rows import Stay
from village_console.shelter.rules import PersonState, Verdict
from village_console.shelter.views import Presence
from village_console.village.ids import ShelterId
from village_console.village.run_mode import World

S1, S2 = ShelterId("S1"), ShelterId("S2")
PEOPLE = [
    listed(1, 1, "佐藤 正一", "サトウ ショウイチ", relation="世帯主", birth=date(1942, 5, 3)),
    listed(2, 1, "佐藤 ハル", "サトウ ハル", birth=date(1944, 9, 21)),
    listed(3, 1, "佐藤 健", "サトウ ケン", birth=date(1971, 1, 19)),
    listed(4, 2, "山﨑 トミ子", "ヤマザキ トミコ", settlement="上藻", birth=date(1940, 2, 8)),
]


def card(serial: int, world: World = World.SIMULATED) -> CardRead:
    """The card of resident number `serial`; nobody's beyond the first four."""
    return CardRead("my_number", ISSUER, bytes([serial]), world)


@pytest.fixture
def journal(tmp_path: File) -> Iterator[Journal]:
    journal = open_journal(tmp_path)
    key = journal.secret(token_key_name(DRILL.incident))
    write_all(journal, PEOPLE)
    for number in (1, 2, 3, 4):
        token = card_token(key, "my_number", ISSUER, bytes([number]))
        journal.append(CardBound(subject=card_subject(token), resident=person(number), kind="my_number"))
    yield journal
    journal.close()


@pytest.fixture
def desk(journal: Journal) -> ReceptionDesk:
    return ReceptionDesk(journal, Desk(S1, 1))


def receptions(journal: Journal) -> list[EvacueeReceived]:
    facts = [recorded.fact for _, recorded in journal.every_fact() if recorded]
    return [fact for fact in facts if isinstance(fact, EvacueeReceived)]


def test_a_known_card_receives_its_owner(desk: ReceptionDesk, journal: Journal) -> None:
    answer = desk.tap(card(1))
    assert answer.resident is not None
    assert answer.stay is not None
    assert (answer.verdict, answer.resident.id, answer.at) == (Verdict.RECEIVED, person(1), EVENING)
    assert (answer.stay.receipt, answer.stay.path, answer.stay.since) == ("S1-0001", Path.CARD, EVENING)
    assert receptions(journal) == [EvacueeReceived(subject=person(1), shelter=S1, receipt="S1-0001", path=Path.CARD)]


def test_the_answer_names_the_fact_that_was_written(desk: ReceptionDesk, journal: Journal) -> None:
    answer = desk.tap(card(1))
    assert answer.fact is not None
    assert answer.facts == (answer.fact,)
    found = journal.find(answer.fact)
    assert found is not None
    assert found.fact == receptions(journal)[0]


def test_a_second_tap_is_answered_with_the_first_receipt_and_writes_nothing(
    desk: ReceptionDesk, journal: Journal
) -> None:
    first = desk.tap(card(1))
    set_clock(journal.clock, EVENING + timedelta(minutes=5))
    again = desk.tap(card(1))
    assert (again.verdict, again.stay, again.fact, again.facts) == (Verdict.ALREADY_HERE, first.stay, None, ())
    assert len(receptions(journal)) == 1


@pytest.mark.parametrize(
    ("tap", "answer"),
    [
        (CardRemoved(), Answer(Verdict.REMOVED_TOO_SOON, EVENING)),
        (CardUnreadable(), Answer(Verdict.UNREADABLE, EVENING)),
        (CardUnusable(), Answer(Verdict.CANNOT_USE, EVENING, why=Unusable.OTHER_KIND)),
        (
            CardUnusable(Unusable.CHANGING_NUMBER),
            Answer(Verdict.CANNOT_USE, EVENING, why=Unusable.CHANGING_NUMBER),
        ),
        (card(1, World.PHYSICAL), Answer(Verdict.CANNOT_USE, EVENING, why=Unusable.REAL_CARD)),
        (card(9, World.PHYSICAL), Answer(Verdict.CANNOT_USE, EVENING, why=Unusable.REAL_CARD)),
    ],
)
def test_a_tap_that_receives_nobody_says_why_and_writes_nothing(
    desk: ReceptionDesk, journal: Journal, tap: Tap, answer: Answer
) -> None:
    before = len(journal.every_fact())
    assert desk.tap(tap) == answer
    assert len(journal.every_fact()) == before


@pytest.mark.parametrize(
    "tap", [card(9), replace(card(1), issuer="JPKI"), replace(card(1), kind="felica"), replace(card(1), kind="mifare")]
)
def test_a_card_of_nobody_is_asked_about_and_writes_nothing(
    desk: ReceptionDesk, journal: Journal, tap: CardRead
) -> None:
    before = len(journal.every_fact())
    token = card_token(journal.secret(token_key_name(DRILL.incident)), tap.kind, tap.issuer, tap.identifier)
    assert desk.tap(tap) == Answer(Verdict.UNKNOWN_CARD, EVENING, card=HeldCard(token, tap.kind))
    assert len(journal.every_fact()) == before


def test_a_simulated_card_cannot_be_used_among_physical_ones(tmp_path: File) -> None:
    journal = open_journal(tmp_path / "other", purpose=replace(DRILL, world="physical"))
    try:
        answer = ReceptionDesk(journal, Desk(S1, 1)).tap(card(1))
        assert (answer.verdict, answer.why) == (Verdict.CANNOT_USE, Unusable.DRILL_CARD)
    finally:
        journal.close()


def test_a_card_whose_owner_the_register_does_not_list_is_unknown(desk: ReceptionDesk, journal: Journal) -> None:
    token = card_token(journal.secret(token_key_name(DRILL.incident)), "my_number", ISSUER, b"\x07")
    journal.append(CardBound(subject=card_subject(token), resident=person(77), kind="my_number"))
    assert desk.tap(card(7)).verdict is Verdict.UNKNOWN_CARD


def test_a_name_that_was_chosen_is_received_by_name(desk: ReceptionDesk, journal: Journal) -> None:
    assert desk.receive(person(4)).verdict is Verdict.RECEIVED
    assert desk.receive(person(4)).verdict is Verdict.ALREADY_HERE
    assert [fact.path for fact in receptions(journal)] == [Path.NAME]


def test_somebody_who_is_at_another_shelter_is_not_moved_without_being_asked(
    desk: ReceptionDesk, journal: Journal
) -> None:
    receive(journal, Desk(S2, 1), [person(4)], Path.CARD)
    answer = desk.tap(card(4))
    assert answer.stay is not None
    assert (answer.verdict, answer.stay.shelter, answer.fact) == (Verdict.ELSEWHERE, S2, None)
    assert len(receptions(journal)) == 1


def test_the_household_is_offered_with_the_tapper_first(desk: ReceptionDesk, journal: Journal) -> None:
    receive(journal, Desk(S2, 1), [person(1)], Path.CARD)
    offered = desk.tap(card(2)).household
    assert [(c.key, c.resident.id, c.state) for c in offered] == [
        ("1", person(2), PersonState.HERE),
        ("2", person(1), PersonState.ELSEWHERE),
        ("3", person(3), PersonState.NOT_YET),
    ]
    assert offered == desk.household_of(person(2))


def test_no_more_of_a_household_are_offered_than_there_are_digits(desk: ReceptionDesk, journal: Journal) -> None:
    write_all(journal, [listed(100 + n, 9, "大家 族", "オオヤ ゾク") for n in range(12)])
    assert [c.key for c in desk.receive(person(105)).household] == list("123456789")


def test_companions_are_received_in_one_act(desk: ReceptionDesk, journal: Journal) -> None:
    desk.tap(card(1))
    answer = desk.receive_companions(person(1), [person(2), person(3)])
    assert answer.resident is not None
    assert (answer.verdict, answer.resident.id) == (Verdict.COMPANIONS_RECEIVED, person(1))
    assert [(resident.id, stay.receipt) for resident, stay in answer.people] == [
        (person(2), "S1-0002"), (person(3), "S1-0003"),
    ]  # fmt: skip
    assert len(answer.facts) == 2
    assert [c.state for c in answer.household] == [PersonState.HERE] * 3
    assert [fact.path for fact in receptions(journal)] == [Path.CARD, Path.COMPANION, Path.COMPANION]


def test_a_companion_who_is_already_here_is_not_received_again(desk: ReceptionDesk, journal: Journal) -> None:
    desk.tap(card(2))
    answer = desk.receive_companions(person(1), [person(2), person(3)])
    assert [resident.id for resident, _ in answer.people] == [person(3)]
    assert len(receptions(journal)) == 2


def test_a_companion_who_is_chosen_twice_is_received_once(desk: ReceptionDesk, journal: Journal) -> None:
    answer = desk.receive_companions(person(1), [person(3), person(3)])
    assert len(answer.people) == len(answer.facts) == len(receptions(journal)) == 1


def test_two_threads_that_receive_the_same_people_write_one_fact_for_each(journal: Journal) -> None:
    write_all(journal, [listed(n, n, "村 人", "ムラ ビト") for n in range(100, 140)])
    everybody, answers = [person(n) for n in range(100, 140)], list[Verdict]()
    start = threading.Barrier(4)

    def clerk() -> None:
        desk = ReceptionDesk(journal, Desk(S1, 1))
        start.wait()
        answers.extend(desk.receive(one).verdict for one in everybody)

    clerks = [threading.Thread(target=clerk) for _ in range(4)]
    for thread in clerks:
        thread.start()
    for thread in clerks:
        thread.join()
    assert sorted(fact.subject for fact in receptions(journal)) == sorted(everybody)
    assert sorted(fact.receipt for fact in receptions(journal)) == [f"S1-{n:04d}" for n in range(1, 41)]
    assert (answers.count(Verdict.RECEIVED), answers.count(Verdict.ALREADY_HERE)) == (40, 120)


def test_a_receipt_number_is_never_given_twice(desk: ReceptionDesk, journal: Journal) -> None:
    first = desk.tap(card(1))
    desk.undo(first, "wrong card")
    second = desk.tap(card(1))
    desk.undo(second, "wrong card")
    desk.tap(card(2))
    assert [fact.receipt for fact in receptions(journal)] == ["S1-0001", "S1-0002", "S1-0003"]


def test_another_console_of_the_shelter_gives_numbers_of_its_own(journal: Journal) -> None:
    stay = ReceptionDesk(journal, Desk(S1, 3)).tap(card(1)).stay
    assert stay is not None
    assert stay.receipt == "S1-3-0001"


def test_an_act_is_taken_back_with_its_reason(desk: ReceptionDesk, journal: Journal) -> None:
    act = desk.tap(card(1))
    assert act.fact is not None
    answer = desk.undo(act, "wrong person")
    assert (answer.verdict, answer.resident) == (Verdict.UNDONE, act.resident)
    assert journal.rows.all(Stay) == {}
    last = journal.every_fact()[-1][1]
    assert last is not None
    assert last.fact == FactTakenBack(subject=person(1), target=act.fact, why="wrong person")
    assert desk.presence() == Presence(0, 0)


def test_taking_companions_back_takes_all_of_them_and_nobody_else(desk: ReceptionDesk, journal: Journal) -> None:
    desk.tap(card(1))
    together = desk.receive_companions(person(1), [person(2), person(3)])
    desk.undo(together, "they wait outside")
    assert set(journal.rows.all(Stay)) == {person(1)}


def test_what_is_taken_back_already_leaves_nothing_to_undo(desk: ReceptionDesk, journal: Journal) -> None:
    act = desk.tap(card(1))
    desk.undo(act, "wrong")
    before = len(journal.every_fact())
    assert desk.undo(act, "wrong again").verdict is Verdict.NOTHING_TO_UNDO
    assert len(journal.every_fact()) == before


def test_an_answer_that_wrote_nothing_leaves_nothing_to_undo(desk: ReceptionDesk) -> None:
    assert desk.undo(desk.tap(card(9)), "?").verdict is Verdict.NOTHING_TO_UNDO


def test_undo_offers_the_newest_act_that_still_stands(desk: ReceptionDesk) -> None:
    assert desk.last_undoable() is None
    first, second = desk.tap(card(1)), desk.tap(card(4))
    desk.tap(card(9))
    assert desk.last_undoable() == second
    desk.undo(second, "wrong")
    assert desk.last_undoable() == first
    desk.undo(first, "wrong")
    assert desk.last_undoable() is None


def test_somebody_who_was_taken_back_can_be_received_again(desk: ReceptionDesk) -> None:
    desk.undo(desk.tap(card(1)), "wrong")
    assert desk.tap(card(1)).verdict is Verdict.RECEIVED


def test_the_last_acts_are_remembered_the_newest_first(desk: ReceptionDesk) -> None:
    answers = [desk.tap(card(n % 4 + 1)) for n in range(REMEMBERED_ACTS + 3)]
    assert desk.acts == answers[::-1][:REMEMBERED_ACTS]


def test_a_desk_that_opens_again_goes_on_where_it_was(tmp_path: File) -> None:
    folder = tmp_path / "laptop"
    journal = open_journal(folder)
    write_all(journal, PEOPLE)
    desk = ReceptionDesk(journal, Desk(S1, 1))
    wrong = desk.receive(person(1))
    desk.undo(wrong, "wrong")
    before = [desk.receive(person(1)), desk.receive(person(4))]
    journal.close()
    journal = open_journal(folder)
    try:
        desk = ReceptionDesk(journal, Desk(S1, 1))
        assert [(act.verdict, act.fact, act.stay) for act in desk.acts] == [
            *((act.verdict, act.fact, act.stay) for act in reversed(before)),
            (Verdict.RECEIVED, wrong.fact, None),
        ]
        assert [desk.stands(act) for act in desk.acts] == [True, True, False]
        assert desk.receive(person(4)).verdict is Verdict.ALREADY_HERE
        assert desk.receive(person(2)).stay == Stay(
            person(2), S1, "S1-0004", EVENING, Path.NAME, journal.rows.all(Stay)[person(2)].fact
        )
    finally:
        journal.close()


def test_people_and_the_households_they_come_from_are_counted(desk: ReceptionDesk, journal: Journal) -> None:
    assert desk.presence() == Presence(0, 0)
    for number in (1, 2, 4):
        desk.tap(card(number))
    receive(journal, Desk(S2, 1), [person(3)], Path.NAME)
    assert desk.presence() == Presence(people=3, households=2)


def test_a_search_shows_first_whoever_has_not_come(desk: ReceptionDesk) -> None:
    assert [c.resident.id for c in desk.find("sato")] == [person(3), person(1), person(2)]
    desk.tap(card(3))
    assert [(c.resident.id, c.state) for c in desk.find("sato")] == [
        (person(1), PersonState.NOT_YET), (person(2), PersonState.NOT_YET), (person(3), PersonState.HERE),
    ]  # fmt: skip


def test_a_search_knows_who_was_listed_a_moment_ago(desk: ReceptionDesk, journal: Journal) -> None:
    assert desk.find("mori") == []
    journal.append(listed(8, 8, "森 一", "モリ ハジメ"))
    assert [c.resident.id for c in desk.find("mori")] == [person(8)]


def test_a_look_at_a_persons_details_is_written_down(
    desk: ReceptionDesk, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[tuple[str, str]] = []

    def note(act: str, about: str) -> None:
        looks.append((act, about))

    monkeypatch.setattr(journal, "note_look", note)
    desk.note_look(desk.find("yamazaki")[0].resident)
    assert looks == [("opened", person(4))]


def test_nobody_is_received_when_the_disk_refuses(
    desk: ReceptionDesk, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("village_console.journal.journal.write_rows", full)
    with pytest.raises(OSError, match="no space left"):
        desk.tap(card(1))
    monkeypatch.undo()
    assert (receptions(journal), desk.presence(), desk.acts) == ([], Presence(0, 0), [])
    stay = desk.tap(card(1)).stay
    assert stay is not None
    assert stay.receipt == "S1-0001"


def test_a_new_listing_of_a_person_leaves_the_stay_alone(desk: ReceptionDesk, journal: Journal) -> None:
    desk.tap(card(1))
    moved: ResidentListed = replace(PEOPLE[0], settlement="東興", household=home(7))
    journal.append(moved)
    assert [(entry.resident.settlement, entry.stay.receipt) for entry in desk.roster()] == [("東興", "S1-0001")]
