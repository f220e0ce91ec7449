"""What an open window decides: who is let in, how many may guess, and when it ends; no network is needed for that."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.carriers import SHELTERS
from tests.conftest import JournalMaker
from village_console.journal.journal import Journal
from village_console.journal.keys.printed import new_code
from village_console.sync import pairing_window
from village_console.sync.own import Place, admit_itself, certificate_print
from village_console.sync.pairing import Unpaired, answer, ask_to_join, join, read_request, refusal, refusal_in
from village_console.sync.pairing_window import LARGEST_REQUEST, TRIES, Closed, Window

HALL, SCHOOL = Place(1, "S1", SHELTERS[0]), Place(2, "S2", SHELTERS[1])


@pytest.fixture
def hall(make_journal: JournalMaker) -> Journal:
    journal = make_journal("hall/journal.db")
    admit_itself(journal, HALL)
    return journal


@pytest.fixture
def ask(make_journal: JournalMaker, hall: Journal) -> Callable[..., bytes]:
    """The request of a new laptop that sees the hall's certificate."""
    school = make_journal("school/journal.db")

    def make(code: tuple[int, ...], line: str | None = None) -> bytes:
        request = ask_to_join(school, SCHOOL, code, certificate_print(hall) if line is None else line)
        assert isinstance(request, bytes)
        return request

    return make


def test_guesses_of_all_together_are_few_and_the_last_one_closes_the_window(
    hall: Journal, ask: Callable[..., bytes]
) -> None:
    code = new_code()
    window = Window(hall, code)
    said = [window.answer(ask(new_code())) for _ in range(TRIES)]
    assert said == [refusal(Unpaired.OTHER_CODE)] * (TRIES - 1) + [refusal(Unpaired.TOO_MANY_TRIES)]
    assert window.answer(ask(code)) == refusal(Unpaired.TOO_MANY_TRIES)
    assert window.closed is Closed.TRIES
    assert len(hall.members()) == 1
    assert all(came.word is None for came in window.came)


def test_a_request_that_was_carried_by_hand_is_none_for_a_window_and_the_other_way_round(
    hall: Journal, ask: Callable[..., bytes]
) -> None:
    code = new_code()
    assert Window(hall, code).answer(ask(code, line="")) == refusal(Unpaired.OTHER_LINE)
    over = read_request(ask(code))
    assert over is not None
    assert answer(hall, over, code, may_admit=False) is Unpaired.OTHER_LINE


def test_an_answer_for_one_line_is_none_on_another(hall: Journal, make_journal: JournalMaker) -> None:
    code, school, line = new_code(), make_journal("new/journal.db"), certificate_print(hall)
    request = ask_to_join(school, SCHOOL, code, line)
    assert isinstance(request, bytes)
    told = Window(hall, code).answer(request)
    assert told is not None
    assert join(school, told, code, "another") is Unpaired.OTHER_LINE
    assert len(school.members()) == 1


def test_what_is_no_request_is_not_answered_and_costs_no_try(hall: Journal, ask: Callable[..., bytes]) -> None:
    window = Window(hall, new_code())
    for junk in (b"", b"{}", b"x" * (LARGEST_REQUEST + 1), ask(new_code()).replace(b"U", b"} ", 1)):
        assert window.answer(junk) is None
    assert (window.wrong, window.count, window.closed) == (0, 0, None)


def test_a_window_ends_with_its_time_or_when_it_is_left(
    hall: Journal, ask: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = new_code()
    left = Window(hall, code)
    left.close()
    monkeypatch.setattr(pairing_window, "OPEN_FOR", 0.0)
    over = Window(hall, code)
    assert (left.closed, over.closed, over.left) == (Closed.LEFT, Closed.TIME, 0)
    assert left.answer(ask(code)) == over.answer(ask(code)) == refusal(Unpaired.CLOSED)


@pytest.mark.parametrize("content", [b"refused", b"refused nonsense", b"refused \xff"])
def test_a_refusal_that_nobody_knows_is_not_readable_and_an_answer_is_no_refusal(content: bytes) -> None:
    assert refusal_in(content) in (None, Unpaired.NOT_READABLE)
    assert refusal_in(refusal(Unpaired.NUMBER_TAKEN)) is Unpaired.NUMBER_TAKEN
    assert refusal_in(b"age-encryption.org/v1") is None
