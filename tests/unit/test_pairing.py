"""Pairing: one code read from one screen binds both consoles; whoever carries or changes what is between them gains nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.carriers import SHELTERS
from tests.conftest import JournalMaker
from tests.town import listed
from village_console.journal.journal import Journal
from village_console.journal.keys.printed import (
    ENGLISH,
    JAPANESE,
    Slip,
    code_digits,
    code_romaji,
    code_words,
    new_code,
    read_code,
)
from village_console.journal.store import Purpose
from village_console.register.rows import Resident
from village_console.sync.own import Place, admit_itself
from village_console.sync.pairing import Unpaired, answer, ask_to_join, join, read_request

HALL, SCHOOL = Place(1, "S1", SHELTERS[0]), Place(2, "S2", SHELTERS[1])


@pytest.fixture
def hall(make_journal: JournalMaker) -> Journal:
    journal = make_journal("hall/journal.db")
    admit_itself(journal, HALL)
    return journal


@pytest.fixture
def school(make_journal: JournalMaker) -> Journal:
    return make_journal("school/journal.db")


def asked(journal: Journal, code: tuple[int, ...], place: Place = SCHOOL) -> bytes:
    request = ask_to_join(journal, place, code)
    assert isinstance(request, bytes)
    return request


def answered(journal: Journal, request: bytes, code: tuple[int, ...], *, may_admit: bool = False) -> bytes:
    read = read_request(request)
    assert read is not None
    told = answer(journal, read, code, may_admit=may_admit)
    assert isinstance(told, bytes)
    return told


def meet(giver: Journal, taker: Journal) -> int:
    links = giver.owed(taker.have())
    return taker.take_in(links, giver.keys_for(links)).new


def test_both_belong_to_one_village_and_take_in_what_the_other_writes(hall: Journal, school: Journal) -> None:
    code = new_code()
    hall.append(listed(1, 1, "佐藤 ハル", "サトウ ハル"))
    school.append(listed(2, 1, "佐藤 健", "サトウ ケン"))
    joined = join(school, answered(hall, asked(school, code), code), code)
    assert not isinstance(joined, Unpaired)
    assert (school.village, school.village_seed) == (hall.village, None)
    assert meet(hall, school) > 0
    assert meet(school, hall) > 0
    assert hall.quarantined() == school.quarantined() == {}
    assert hall.rows.all(Resident) == school.rows.all(Resident)
    assert len(hall.rows.all(Resident)) == 2


def test_a_console_that_was_given_the_villages_key_admits_a_third(
    hall: Journal, school: Journal, make_journal: JournalMaker
) -> None:
    first, second, third = new_code(), new_code(), make_journal("third/journal.db")
    join(school, answered(hall, asked(school, first), first, may_admit=True), first)
    join(third, answered(school, asked(third, second, Place(3, "S3", "上藻会館")), second), second)
    assert meet(school, hall) > 0
    assert third.device in hall.members()
    third.append(listed(3, 2, "山本 花子", "ヤマモト ハナコ"))
    meet(third, hall)
    assert hall.quarantined() == {}


def test_the_request_and_answer_of_another_code_are_refused(hall: Journal, school: Journal) -> None:
    code, other = new_code(), new_code()
    request = read_request(asked(school, code))
    assert request is not None
    assert answer(hall, request, other, may_admit=False) is Unpaired.OTHER_CODE
    assert school.device not in hall.members()
    told = answered(hall, asked(school, code), code)
    assert join(school, told, other) is Unpaired.OTHER_CODE
    assert school.village != hall.village


@pytest.mark.parametrize("field", ["public", "recipient", "nkey", "tls", "name"])
def test_a_request_that_was_changed_on_its_way_admits_nobody(hall: Journal, school: Journal, field: str) -> None:
    code = new_code()
    plain = json.loads(asked(school, code))
    plain["word"][field] = hall.members()[hall.device].admitted.__getattribute__(field) + (
        "" if field != "name" else "!"
    )
    request = read_request(json.dumps(plain).encode())
    if field == "public":
        assert request is None
    else:
        assert request is not None
        assert answer(hall, request, code, may_admit=False) is Unpaired.OTHER_CODE


def test_an_answer_of_somebody_who_saw_only_the_request_is_refused(
    hall: Journal, school: Journal, make_journal: JournalMaker
) -> None:
    stranger = make_journal("stranger/journal.db")
    admit_itself(stranger, HALL)
    code, guessed = new_code(), new_code()
    request = read_request(asked(school, guessed))
    assert request is not None
    forged = answer(stranger, request, guessed, may_admit=False)
    assert isinstance(forged, bytes)
    assert join(school, forged, code) is Unpaired.OTHER_CODE
    assert join(hall, forged, code) is Unpaired.NOT_READABLE


def test_another_incident_number_or_village_is_refused_with_its_reason(
    hall: Journal, school: Journal, make_journal: JournalMaker
) -> None:
    code = new_code()
    flood = make_journal("flood/journal.db", purpose=Purpose("drill", "simulated", "flood"))
    request = read_request(asked(flood, code))
    assert request is not None
    assert answer(hall, request, code, may_admit=False) is Unpaired.OTHER_PURPOSE
    same_number = read_request(asked(school, code, Place(1, "S2", "小学校")))
    assert same_number is not None
    assert answer(hall, same_number, code, may_admit=False) is Unpaired.NUMBER_TAKEN
    join(school, answered(hall, asked(school, code), code), code)
    assert ask_to_join(hall, HALL, code) is Unpaired.HAS_OTHERS
    assert answer(school, same_number, code, may_admit=False) is Unpaired.NOT_OURS_TO_ADMIT


def test_what_is_no_request_or_answer_is_said_not_to_be_one(hall: Journal, tmp_path: Path) -> None:
    assert read_request(b"") is read_request(b"{}") is read_request(bytes(5 << 20)) is None
    assert join(hall, tmp_path.name.encode(), new_code()) is Unpaired.NOT_READABLE


def test_a_code_is_typed_in_kana_romaji_english_or_digits() -> None:
    for _ in range(50):
        code = new_code()
        typed = (code_words(code, JAPANESE), code_romaji(code), code_words(code, ENGLISH))
        assert [read_code(" ".join(words)) for words in typed] == [code] * 3
        assert read_code(code_digits(code)) == code


def test_a_slip_in_a_code_is_told_by_its_place() -> None:
    words = list(code_words(new_code(), ENGLISH))
    assert read_code(" ".join([*words[:2], "zzz", *words[3:]])) == Slip(3)
    swapped = [words[1], words[0], *words[2:]]
    assert read_code(" ".join(swapped)) == (Slip(0) if words[0] != words[1] else read_code(" ".join(words)))
    assert read_code("abc") is None
