"""Codes are taken once, by one console, and stand for whoever gets them as a card does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest

from tests.town import DRILL, EVENING, KEY, clock_at, listed, person, write_all
from village_console.devices.ports import Unusable
from village_console.journal.journal import Journal
from village_console.records import catalogue
from village_console.register.facts import CardBound, CodesTaken, card_subject, codes_subject
from village_console.register.take_codes import NoCodes, take_codes
from village_console.register.tokens import as_card, card_token, token_key_name
from village_console.shelter.bind import HeldCard, bind
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.shelter.rules import Verdict
from village_console.village.ids import CardToken, ShelterId
from village_console.village.printed_code import SERIALS, PrintedCode, read_code
from village_console.village.run_mode import RunMode, World

DESK = Desk(ShelterId("S1"), 1)


def opened(folder: Path) -> Journal:
    return Journal(folder / "journal.db", KEY, DRILL, catalogue(), clock_at(EVENING))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = opened(tmp_path)
    write_all(journal, [listed(1, 1, "佐藤 正一", "サトウ ショウイチ"), listed(2, 1, "佐藤 ハル", "サトウ ハル")])
    yield journal
    journal.close()


def taken(journal: Journal, count: int, console: int = 1) -> tuple[PrintedCode, ...]:
    codes = take_codes(journal, console, count)
    assert not isinstance(codes, NoCodes)
    return codes


def test_codes_are_counted_on_from_the_last_time(journal: Journal) -> None:
    codes = taken(journal, 3) + taken(journal, 2)
    assert [(code.console, code.serial) for code in codes] == [(1, n) for n in range(5)]
    assert {(code.run_mode, code.world) for code in codes} == {(RunMode.DRILL, World.SIMULATED)}


def test_no_code_is_printed_twice_after_a_restart(journal: Journal, tmp_path: Path) -> None:
    before = taken(journal, 3)
    journal.close()
    again = opened(tmp_path)
    after = taken(again, 3)
    again.close()
    assert [code.serial for code in (*before, *after)] == list(range(6))


def test_two_threads_of_one_console_never_get_the_same_code(journal: Journal) -> None:
    found: list[PrintedCode] = []
    threads = [Thread(target=lambda: found.extend(code for _ in range(20) for code in taken(journal, 5))) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(code.serial for code in found) == list(range(200))


def test_two_consoles_have_codes_of_their_own(journal: Journal) -> None:
    assert {code.digits[:3] for code in taken(journal, 5)} == {"501"}
    assert {code.digits[:3] for code in taken(journal, 5, console=12)} == {"512"}


def test_a_thousand_codes_are_a_thousand_and_cannot_be_told_from_their_serials(journal: Journal) -> None:
    codes = taken(journal, 1000)
    assert len({code.digits for code in codes}) == 1000
    assert len({code.nonce for code in codes}) > 800
    steps = {after.nonce - before.nonce for before, after in pairwise(codes)}
    assert len(steps) > 800


def test_the_journal_has_the_serials_and_not_the_codes(journal: Journal) -> None:
    taken(journal, 3)
    facts = [recorded.fact for recorded in journal.facts_about(codes_subject(1)) if recorded]
    assert facts == [CodesTaken(subject="codes:1", first=0, count=3)]


def test_no_codes_are_no_fact(journal: Journal) -> None:
    before = len(list(journal.every_fact()))
    assert take_codes(journal, 1, 0) == ()
    assert len(list(journal.every_fact())) == before


def test_the_last_serial_is_taken_and_none_after_it(journal: Journal) -> None:
    journal.append(CodesTaken(subject=codes_subject(1), first=0, count=SERIALS - 2))
    assert take_codes(journal, 1, 3) is NoCodes.USED_UP
    assert [code.serial for code in taken(journal, 2)] == [SERIALS - 2, SERIALS - 1]
    assert take_codes(journal, 1, 1) is NoCodes.USED_UP


def test_a_console_without_room_in_a_code_is_told_so(journal: Journal) -> None:
    before = len(list(journal.every_fact()))
    assert take_codes(journal, 100, 1) is NoCodes.NO_SUCH_CONSOLE
    assert len(list(journal.every_fact())) == before


def secret(journal: Journal) -> bytes:
    return journal.secret(token_key_name(DRILL.incident))


def code_token(key: bytes, code: PrintedCode) -> CardToken:
    card = as_card(code)
    return card_token(key, card.kind, card.issuer, card.identifier)


def test_the_token_of_a_code_does_not_tell_its_digits(journal: Journal) -> None:
    (code,) = taken(journal, 1)
    assert code_token(secret(journal), code).startswith("printed-")
    assert code.digits not in code_token(secret(journal), code)
    assert code_token(bytes(32), code) != code_token(secret(journal), code)


def test_a_printed_code_is_bound_to_a_person_and_receives_them_from_then_on(journal: Journal) -> None:
    (code,) = taken(journal, 1)
    held = HeldCard(code_token(secret(journal), code), "printed")
    assert bind(journal, DESK, held, person(1)).verdict is Verdict.BOUND_AND_RECEIVED
    scanned = read_code(code.digits, RunMode.DRILL, World.SIMULATED)
    assert isinstance(scanned, PrintedCode)
    answer = ReceptionDesk(journal, DESK).tap(as_card(scanned))
    assert answer.resident is not None
    assert (answer.verdict, answer.resident.id) == (Verdict.ALREADY_HERE, person(1))


def test_somebody_who_has_a_code_is_received_by_it_like_by_a_card(journal: Journal) -> None:
    (code,) = taken(journal, 1)
    token = code_token(secret(journal), code)
    journal.append(CardBound(subject=card_subject(token), resident=person(2), kind="printed"))
    answer = ReceptionDesk(journal, DESK).tap(as_card(code))
    assert answer.resident is not None
    assert (answer.verdict, answer.resident.id) == (Verdict.RECEIVED, person(2))


def test_a_code_of_nobody_is_an_unknown_card_that_can_be_handed_out(journal: Journal) -> None:
    (code,) = taken(journal, 1)
    answer = ReceptionDesk(journal, DESK).tap(as_card(code))
    assert answer.verdict is Verdict.UNKNOWN_CARD
    assert answer.card == HeldCard(code_token(secret(journal), code), "printed")


def test_a_code_of_the_physical_world_is_not_taken_in_a_simulated_one(journal: Journal) -> None:
    real = PrintedCode(RunMode.DRILL, World.PHYSICAL, 1, 0, 0)
    answer = ReceptionDesk(journal, DESK).tap(as_card(real))
    assert (answer.verdict, answer.why) == (Verdict.CANNOT_USE, Unusable.REAL_CARD)
