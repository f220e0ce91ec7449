"""Handing out cards: one act binds the card and receives the person; nothing is bound that nobody asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path as File

import pytest

import village_console.register.tokens as tokens_module
from tests.town import DRILL, EVENING, ISSUER, KEY, listed, open_journal, person, set_clock, write_all
from village_console.devices.ports import CardRead, CardRemoved, CardUnreadable, CardUnusable, Tap
from village_console.journal.facts import FactTakenBack
from village_console.journal.journal import Journal
from village_console.journal.sqlcipher import open_encrypted
from village_console.register.facts import CardBound, card_subject
from village_console.register.rows import CardBinding
from village_console.register.tokens import card_token, token_key_name
from village_console.shelter.acts import Answer
from village_console.shelter.bind import HeldCard
from village_console.shelter.facts import EvacueeReceived, Path
from village_console.shelter.receive import Desk, receive
from village_console.shelter.reception import REMEMBERED_ACTS, REMEMBERED_WAITING, ReceptionDesk
from village_console.shelter.rows import Stay
from village_console.shelter.rules import Verdict, may_be_handed_out, may_bind, may_stand_for_somebody
from village_console.village.ids import ShelterId
from village_console.village.run_mode import World

S1, S2 = ShelterId("S1"), ShelterId("S2")
SUICA, NTAG = bytes.fromhex("0114C3A1B2D4E5F6"), bytes.fromhex("04A1B2C3D4E5F6")
PEOPLE = [
    listed(1, 1, "佐藤 正一", "サトウ ショウイチ", relation="世帯主", birth=date(1942, 5, 3)),
    listed(2, 1, "佐藤 ハル", "サトウ ハル", birth=date(1944, 9, 21)),
    listed(4, 2, "山﨑 トミ子", "ヤマザキ トミコ", settlement="上藻", birth=date(1940, 2, 8)),
]


def suica(last: int = 0) -> CardRead:
    """A transport card; another one for another number."""
    return CardRead("felica", "not_known", SUICA[:-1] + bytes([last]), World.SIMULATED)


def my_number(serial: int) -> CardRead:
    """The card of resident number `serial`; nobody's beyond the first."""
    return CardRead("my_number", ISSUER, bytes([serial]), World.SIMULATED)


def held(answer: Answer) -> HeldCard:
    """The card that an answer is about."""
    assert answer.card is not None
    return answer.card


@pytest.fixture
def journal(tmp_path: File) -> Iterator[Journal]:
    journal = open_journal(tmp_path)
    write_all(journal, PEOPLE)
    token = card_token(journal.secret(token_key_name(DRILL.incident)), "my_number", ISSUER, b"\x01")
    journal.append(CardBound(subject=card_subject(token), resident=person(1), kind="my_number"))
    yield journal
    journal.close()


@pytest.fixture
def desk(journal: Journal) -> ReceptionDesk:
    return ReceptionDesk(journal, Desk(S1, 1))


def owner(journal: Journal, card: HeldCard) -> str | None:
    binding = journal.rows.one(CardBinding, card_subject(card.token))
    return binding.resident if binding else None


def facts(journal: Journal) -> list[object]:
    return [recorded.fact for _, recorded in journal.every_fact() if recorded]


def test_binding_a_card_receives_its_holder_in_the_same_act(desk: ReceptionDesk, journal: Journal) -> None:
    card = held(desk.tap(suica()))
    answer = desk.bind(card, person(4))
    assert answer.resident is not None
    assert answer.stay is not None
    assert (answer.verdict, answer.resident.id, answer.stay.receipt) == (
        Verdict.BOUND_AND_RECEIVED, person(4), "S1-0001",
    )  # fmt: skip
    assert facts(journal)[-2:] == [
        CardBound(subject=card_subject(card.token), resident=person(4), kind="felica", shelter=S1),
        EvacueeReceived(subject=person(4), shelter=S1, receipt="S1-0001", path=Path.NAME),
    ]
    assert len(answer.facts) == 2
    assert answer.fact == answer.facts[1] == answer.stay.fact


def test_a_card_that_was_bound_stands_for_its_holder_from_then_on(desk: ReceptionDesk) -> None:
    act = desk.bind(held(desk.tap(suica())), person(4))
    again = desk.tap(suica())
    assert (again.verdict, again.resident) == (Verdict.ALREADY_HERE, act.resident)


def test_somebody_who_is_here_already_only_gets_the_card(desk: ReceptionDesk, journal: Journal) -> None:
    before = desk.receive(person(4)).stay
    answer = desk.bind(held(desk.tap(suica())), person(4))
    assert (answer.verdict, answer.stay, len(answer.facts)) == (Verdict.BOUND, before, 1)
    assert [fact for fact in facts(journal) if isinstance(fact, EvacueeReceived)] == [
        EvacueeReceived(subject=person(4), shelter=S1, receipt="S1-0001", path=Path.NAME)
    ]


def test_somebody_at_another_shelter_gets_the_card_and_is_not_moved(desk: ReceptionDesk, journal: Journal) -> None:
    receive(journal, Desk(S2, 1), [person(4)], Path.CARD)
    answer = desk.bind(held(desk.tap(suica())), person(4))
    assert answer.stay is not None
    assert (answer.verdict, answer.stay.shelter) == (Verdict.BOUND, S2)
    assert len([fact for fact in facts(journal) if isinstance(fact, EvacueeReceived)]) == 1


def test_both_facts_are_written_or_neither(
    desk: ReceptionDesk, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, before = held(desk.tap(suica())), facts(journal)

    def full(*_arguments: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("village_console.shelter.bind.receive_one", full)  # the card is already in the draft by then
    with pytest.raises(OSError, match="no space left"):
        desk.bind(card, person(4))
    monkeypatch.undo()
    assert (facts(journal), owner(journal, card), journal.rows.all(Stay)) == (before, None, {})
    assert desk.bind(card, person(4)).verdict is Verdict.BOUND_AND_RECEIVED


def test_undo_takes_both_facts_back_in_one_transaction(desk: ReceptionDesk, journal: Journal) -> None:
    act = desk.bind(held(desk.tap(suica())), person(4))
    commits: list[frozenset[str]] = []
    journal.listen(commits.append)
    answer = desk.undo(act, "wrong person")
    assert (answer.verdict, answer.resident) == (Verdict.UNDONE, act.resident)
    assert commits == [frozenset({person(4), card_subject(held(act).token)})]
    assert (owner(journal, held(act)), journal.rows.all(Stay)) == (None, {})
    assert {fact.target for fact in facts(journal) if isinstance(fact, FactTakenBack)} == set(act.facts)


def test_undo_offers_a_binding_like_any_other_act(desk: ReceptionDesk) -> None:
    first = desk.receive(person(4))
    second = desk.bind(held(desk.tap(suica())), person(4))
    assert desk.last_undoable() == second
    desk.undo(second, "wrong")
    assert desk.last_undoable() == first


def test_a_card_of_somebody_else_is_not_given_away_without_a_question(desk: ReceptionDesk, journal: Journal) -> None:
    act = desk.bind(held(desk.tap(suica())), person(4))
    before = len(facts(journal))
    answer = desk.bind(held(act), person(2))
    assert answer.owner is not None
    assert answer.resident is not None
    assert (answer.verdict, answer.owner.id, answer.resident.id) == (Verdict.BOUND_TO_OTHER, person(4), person(2))
    assert (answer.facts, len(facts(journal)), owner(journal, held(act))) == ((), before, person(4))
    assert person(2) not in journal.rows.all(Stay)


def test_a_card_that_is_given_to_another_names_the_binding_that_it_replaces(
    desk: ReceptionDesk, journal: Journal
) -> None:
    first = desk.bind(held(desk.tap(suica())), person(4))
    second = desk.bind(held(first), person(2), instead_of=person(4))
    assert (second.verdict, second.owner) == (Verdict.BOUND_AND_RECEIVED, first.resident)
    written = journal.find(second.facts[0])
    assert written is not None
    assert written.prev == (first.facts[0],)
    assert owner(journal, held(first)) == person(2)
    desk.undo(second, "given to the wrong one")
    assert owner(journal, held(first)) == person(4)
    assert desk.stands(first)


def test_the_clerk_who_was_shown_one_holder_does_not_take_the_card_from_another(desk: ReceptionDesk) -> None:
    first = desk.bind(held(desk.tap(suica())), person(4))
    desk.bind(held(first), person(2), instead_of=person(4))
    late = desk.bind(held(first), person(1), instead_of=person(4))
    assert late.owner is not None
    assert (late.verdict, late.owner.id) == (Verdict.BOUND_TO_OTHER, person(2))


def test_giving_somebody_their_own_card_changes_nothing(desk: ReceptionDesk, journal: Journal) -> None:
    act = desk.bind(held(desk.tap(suica())), person(4))
    before = len(facts(journal))
    assert desk.bind(held(act), person(4)).verdict is Verdict.ALREADY_BOUND
    assert len(facts(journal)) == before


def test_giving_somebody_their_own_card_receives_them_when_they_have_not_come(
    desk: ReceptionDesk, journal: Journal
) -> None:
    card = held(desk.tap(suica()))
    journal.append(CardBound(subject=card_subject(card.token), resident=person(4), kind="felica"))
    answer = desk.bind(card, person(4))
    assert answer.stay is not None
    assert (answer.verdict, answer.stay.path, len(answer.facts)) == (Verdict.RECEIVED, Path.CARD, 1)


def test_a_person_can_have_several_cards(desk: ReceptionDesk) -> None:
    for n in range(3):
        desk.bind(held(desk.tap(suica(n))), person(1))
    assert desk.cards_of(person(1)) == 4
    assert desk.cards_of(person(2)) == 0
    assert {desk.tap(suica(n)).resident for n in range(3)} == {desk.tap(my_number(1)).resident}


def test_the_next_card_is_for_the_person_who_was_chosen(desk: ReceptionDesk, journal: Journal) -> None:
    desk.hand_to = person(4)
    answer = desk.tap(suica())
    assert answer.verdict is Verdict.BOUND_AND_RECEIVED
    assert (owner(journal, held(answer)), desk.hand_to) == (person(4), None)
    assert desk.tap(suica(1)).verdict is Verdict.UNKNOWN_CARD


@pytest.mark.parametrize("tap", [CardRemoved(), CardUnreadable(), CardUnusable()])
def test_a_card_that_could_not_be_read_is_still_waited_for(desk: ReceptionDesk, tap: Tap) -> None:
    desk.hand_to = person(4)
    desk.tap(tap)
    assert desk.tap(suica()).verdict is Verdict.BOUND_AND_RECEIVED


def test_a_handed_card_of_another_is_asked_about(desk: ReceptionDesk) -> None:
    act = desk.bind(held(desk.tap(suica())), person(4))
    desk.hand_to = person(2)
    answer = desk.tap(suica())
    assert (answer.verdict, answer.owner) == (Verdict.BOUND_TO_OTHER, act.resident)


def test_somebodys_own_my_number_card_is_never_handed_to_another(desk: ReceptionDesk, journal: Journal) -> None:
    desk.hand_to = person(4)
    answer = desk.tap(my_number(1))
    assert answer.resident is not None
    assert (answer.verdict, answer.resident.id, desk.hand_to) == (Verdict.RECEIVED, person(1), None)
    assert set(journal.rows.all(Stay)) == {person(1)}


def test_an_unknown_my_number_card_can_be_bound_where_everything_is_simulated(desk: ReceptionDesk) -> None:
    assert desk.bind(held(desk.tap(my_number(9))), person(4)).verdict is Verdict.BOUND_AND_RECEIVED
    assert desk.tap(my_number(9)).verdict is Verdict.ALREADY_HERE


def test_the_number_of_a_real_certificate_is_never_bound(tmp_path: File) -> None:
    journal = open_journal(tmp_path / "real", purpose=replace(DRILL, world="physical"))
    try:
        write_all(journal, PEOPLE)
        desk = ReceptionDesk(journal, Desk(S1, 1))
        assert desk.tap(replace(my_number(9), world=World.PHYSICAL)) == Answer(Verdict.NOT_TO_BE_BOUND, EVENING)
        desk.hand_to = person(4)
        assert desk.tap(replace(my_number(9), world=World.PHYSICAL)) == Answer(Verdict.NOT_TO_BE_BOUND, EVENING)
        assert journal.rows.all(CardBinding) == {}
        assert desk.bind(held(desk.tap(replace(suica(), world=World.PHYSICAL))), person(4)).verdict is (
            Verdict.BOUND_AND_RECEIVED
        )
    finally:
        journal.close()


def test_a_card_waits_until_somebody_is_named_for_it(desk: ReceptionDesk) -> None:
    unknown = desk.tap(suica())
    assert desk.waits(unknown)
    act = desk.bind(held(unknown), person(4))
    assert not desk.waits(unknown)
    assert desk.recent(8) == [act]
    desk.undo(act, "wrong")
    assert desk.waits(unknown)


def test_cards_that_wait_are_not_pushed_out_by_the_queue(desk: ReceptionDesk) -> None:
    first, second = desk.tap(suica(1)), desk.tap(suica(2))
    busy = [desk.tap(my_number(1)) for _ in range(3 * REMEMBERED_ACTS)]
    assert [act for act in desk.acts if desk.waits(act)] == [second, first]
    assert desk.recent(8) == [*busy[::-1][:6], second, first]
    assert len(desk.acts) == REMEMBERED_ACTS


def test_no_more_than_the_newest_few_cards_wait(desk: ReceptionDesk) -> None:
    unknown = [desk.tap(suica(n)) for n in range(20)]
    for _ in range(REMEMBERED_ACTS):
        desk.tap(my_number(1))
    assert [act for act in desk.acts if desk.waits(act)] == unknown[::-1][:REMEMBERED_WAITING]


def test_the_same_unknown_card_waits_in_one_row(desk: ReceptionDesk, journal: Journal) -> None:
    desk.tap(suica())
    set_clock(journal.clock, EVENING + timedelta(minutes=1))
    again = desk.tap(suica())
    assert desk.acts == [again]


def test_after_a_restart_a_card_and_its_reception_are_one_act_again(desk: ReceptionDesk, journal: Journal) -> None:
    both = desk.bind(held(desk.tap(suica(1))), person(4))
    set_clock(journal.clock, EVENING + timedelta(minutes=1))
    alone = desk.receive(person(2))
    card = desk.bind(held(desk.tap(suica(2))), person(2))
    again = ReceptionDesk(journal, Desk(S1, 1))
    assert [(a.verdict, a.at, a.facts, a.resident, a.stay, a.card) for a in again.acts] == [
        (a.verdict, a.at, a.facts, a.resident, a.stay, a.card) for a in (card, alone, both)
    ]
    assert again.last_undoable() == again.acts[0]
    again.undo(again.acts[2], "wrong")
    assert set(journal.rows.all(Stay)) == {person(2)}
    assert owner(journal, held(both)) is None


def test_cards_of_the_towns_own_list_are_no_acts_of_the_desk(journal: Journal) -> None:
    assert ReceptionDesk(journal, Desk(S1, 1)).acts == []


def test_a_card_and_a_reception_that_were_two_acts_stay_two(desk: ReceptionDesk, journal: Journal) -> None:
    received = desk.receive(person(4))
    bound = desk.bind(held(desk.tap(suica())), person(4))
    desk.undo(received, "wrong")
    desk.receive(person(2))
    acts = ReceptionDesk(journal, Desk(S1, 1)).acts
    assert [act.verdict for act in acts] == [Verdict.RECEIVED, Verdict.BOUND, Verdict.RECEIVED]
    assert acts[1].facts == bound.facts


def test_no_number_of_a_card_is_kept_or_logged(
    desk: ReceptionDesk, journal: Journal, tmp_path: File, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        unknown = desk.tap(suica())
        answer = desk.bind(held(unknown), person(4))
        desk.undo(answer, "wrong")
    journal.close()
    connection = open_encrypted(tmp_path / "journal.db", KEY, read_only=True)
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for table in tables for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608
        kept = b"\n".join(v if isinstance(v, bytes) else str(v).encode() for row in rows for v in row)
    finally:
        connection.close()
    said = f"{unknown} {answer} {desk.acts} {caplog.text}".encode()
    number = suica().identifier
    for trace in (number, number.hex().encode(), number.hex().upper().encode(), repr(number).encode()):
        assert trace not in kept
        assert trace not in said
    assert held(unknown).token.encode() in kept


@pytest.mark.parametrize(
    ("holder", "instead_of", "verdict"),
    [
        (None, None, Verdict.BOUND),
        (None, person(4), Verdict.BOUND),
        (person(2), None, Verdict.ALREADY_BOUND),
        (person(4), None, Verdict.BOUND_TO_OTHER),
        (person(4), person(4), Verdict.BOUND),
        (person(4), person(1), Verdict.BOUND_TO_OTHER),
    ],
)
def test_a_card_is_taken_from_nobody_but_the_one_who_was_shown(
    holder: str | None, instead_of: str | None, verdict: Verdict
) -> None:
    owner = person(4) if holder == person(4) else person(2) if holder else None
    shown = person(4) if instead_of == person(4) else person(1) if instead_of else None
    assert may_bind(owner, person(2), shown) is verdict


def test_of_a_real_certificate_without_a_ground_in_law_no_token_is_made(
    tmp_path: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def spied(key: bytes, kind: str, issuer: str, identifier: bytes) -> str:
        made.append(kind)
        return card_token(key, kind, issuer, identifier)

    monkeypatch.setattr(tokens_module, "card_token", spied)
    journal = open_journal(tmp_path / "real", purpose=replace(DRILL, world="physical"))
    try:
        ReceptionDesk(journal, Desk(S1, 1)).tap(replace(my_number(1), world=World.PHYSICAL))
        assert made == []
        ReceptionDesk(journal, Desk(S1, 1, token_ground="条例 第3条")).tap(replace(my_number(1), world=World.PHYSICAL))
        assert made == ["my_number"]
    finally:
        journal.close()


def test_with_a_ground_in_law_a_real_card_is_bound_and_known_again(tmp_path: File) -> None:
    journal = open_journal(tmp_path / "real", purpose=replace(DRILL, world="physical"))
    try:
        write_all(journal, PEOPLE)
        desk = ReceptionDesk(journal, Desk(S1, 1, token_ground="条例 第3条"))
        real = replace(my_number(9), world=World.PHYSICAL)
        assert desk.bind(held(desk.tap(real)), person(4)).verdict is Verdict.BOUND_AND_RECEIVED
        assert desk.tap(real).verdict is Verdict.ALREADY_HERE
        taken_away = ReceptionDesk(journal, Desk(S1, 1))
        assert taken_away.tap(real).verdict is Verdict.NOT_TO_BE_BOUND, "without the ground it is known no more"
    finally:
        journal.close()


@pytest.mark.parametrize("ground", ["", "条例 第3条"])
@pytest.mark.parametrize("world", World)
@pytest.mark.parametrize("kind", ["felica", "mifare", "my_number"])
def test_only_a_real_certificate_without_a_ground_may_stand_for_nobody(kind: str, world: World, ground: str) -> None:
    refused = (kind, world, ground) == ("my_number", World.PHYSICAL, "")
    assert may_stand_for_somebody(kind, world, ground) is not refused
    assert may_be_handed_out(kind) is (kind != "my_number")
