"""Pairing over a network, with a real anchor: who knows the code is let in; who does not gets nothing, wherever he stands."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from tests.anchors import Shelter, heads_in_the_end
from tests.carriers import SHELTERS, new_console, place_of
from tests.interceptor import Interceptor
from tests.proxy import BadLine
from tests.town import registered, wait_until
from village_console.children import free_ports
from village_console.journal.admission import console_subject, signed
from village_console.journal.facts import ConsoleAdmitted, ConsoleRevoked
from village_console.journal.journal import Journal
from village_console.journal.keys.printed import new_code
from village_console.journal.store import Purpose
from village_console.sync import pairing_asking, pairing_window
from village_console.sync.anchor import AnchorCarrier
from village_console.sync.carrier import Found
from village_console.sync.meeting import Meeting
from village_console.sync.own import Place
from village_console.sync.pairing import Joined, Unpaired
from village_console.sync.pairing_asking import join_over
from village_console.sync.pairing_window import TRIES, Closed, Window, WindowAtAnchor

pytestmark = pytest.mark.integration


class Hall:
    """An anchor at the hall, whose window is opened and closed."""

    def __init__(self, folder: Path) -> None:
        self.here = Shelter(folder, 1)
        self.journal, self.server = self.here.consoles[0], self.here.server
        self.told: list[Place | None] = []
        """What the network is told of the window."""

    @property
    def address(self) -> tuple[str, int]:
        return self.server.plan.listen

    def open(self, code: tuple[int, ...]) -> WindowAtAnchor:
        made = WindowAtAnchor(Window(self.journal, code), lambda: self.server, place_of(1), self.told.append)
        made.start()
        assert wait_until(lambda: made.is_open, 5)
        return made

    @contextmanager
    def window(self, code: tuple[int, ...]) -> Generator[Window]:
        made = self.open(code)
        try:
            yield made.window
        finally:
            made.close()
            made.join()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    yield made
    made.here.close()


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Callable[..., Journal]]:
    """`laptop(2)`: a new one with this number, of a village of its own."""
    made: list[Journal] = []

    def make(number: int, purpose: Purpose | None = None) -> Journal:
        folder = tmp_path / f"new-{len(made)}"
        made.append(new_console(folder, number, purpose=purpose) if purpose else new_console(folder, number))
        return made[-1]

    yield make
    for journal in made:
        journal.close()


def ask(journal: Journal, number: int, address: tuple[str, int], code: tuple[int, ...]) -> Joined | Unpaired:
    return join_over(journal, place_of(number), [address], code, within=8)


def members_of(journal: Journal) -> int:
    return len(journal.members())


def admissions_of(hall: Hall, journal: Journal) -> list[object]:
    about = hall.journal.facts_about(console_subject(journal.public_key))
    return [known for known in about if isinstance(known.fact, ConsoleAdmitted)]


def test_two_laptops_that_know_the_code_are_let_in_by_one_window_and_all_come_to_know_the_same(
    hall: Hall, laptop: Callable[..., Journal]
) -> None:
    code, new = new_code(), [laptop(2), laptop(3)]
    hall.journal.append(registered("resident:haru", "佐藤 ハル"))
    new[0].append(registered("resident:ken", "佐藤 健"))
    with hall.window(code) as window:
        joined = [ask(journal, number, hall.address, code) for number, journal in enumerate(new, start=2)]
        assert [(came.word.number, came.refused) for came in window.came if came.word] == [(2, None), (3, None)]
    for outcome in joined:
        assert isinstance(outcome, Joined)
        assert (outcome.by.number, outcome.by.name) == (1, SHELTERS[0])
    assert [journal.village_seed for journal in new] == [None, None]
    assert hall.told == [place_of(1), None]
    consoles = [hall.journal, *new]
    carriers = [AnchorCarrier(journal, hall.address) for journal in consoles]
    assert all(heads_in_the_end(carrier, lambda heads: isinstance(heads, Found)) for carrier in carriers)
    for _ in range(3):
        for journal, carrier in zip(consoles, carriers, strict=True):
            Meeting(journal, carrier).hold()
    for carrier in carriers:
        carrier.close()
    assert all(journal.rows.everything() == hall.journal.rows.everything() for journal in new)
    assert all(journal.have() == hall.journal.have() for journal in new)


def test_the_villages_key_goes_along_only_when_it_is_wanted(hall: Hall, laptop: Callable[..., Journal]) -> None:
    code, new = new_code(), laptop(2)
    with hall.window(code) as window:
        window.may_admit = True
        assert isinstance(ask(new, 2, hall.address, code), Joined)
    assert new.village_seed == hall.journal.village_seed


def test_who_guesses_has_a_few_tries_and_then_not_even_the_right_code_helps(
    hall: Hall, laptop: Callable[..., Journal]
) -> None:
    code, new, guessers = new_code(), laptop(2), [laptop(3), laptop(4)]
    with hall.window(code) as window:
        said = [ask(guessers[n % 2], 3 + n % 2, hall.address, new_code()) for n in range(TRIES)]
        assert said == [Unpaired.OTHER_CODE] * (TRIES - 1) + [Unpaired.TOO_MANY_TRIES]
        assert (window.closed, window.wrong) == (Closed.TRIES, TRIES)
        assert ask(new, 2, hall.address, code) in (Unpaired.CLOSED, Unpaired.NO_ANCHOR, Unpaired.NO_ANSWER)
    assert ask(new, 2, hall.address, code) is Unpaired.CLOSED
    assert members_of(hall.journal) == 1


def test_nobody_is_let_in_before_a_window_is_opened_or_after_it_was_left(
    hall: Hall, laptop: Callable[..., Journal]
) -> None:
    code, new = new_code(), laptop(2)
    assert ask(new, 2, hall.address, code) is Unpaired.CLOSED
    with hall.window(code) as window:
        pass
    assert window.closed is Closed.LEFT
    assert ask(new, 2, hall.address, code) is Unpaired.CLOSED
    assert members_of(hall.journal) == members_of(new) == 1


def test_a_window_closes_when_its_time_is_up(
    hall: Hall, laptop: Callable[..., Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing_window, "OPEN_FOR", 1.5)
    code = new_code()
    window = hall.open(code)
    window.join()
    assert window.window.closed is Closed.TIME
    assert ask(laptop(2), 2, hall.address, code) is Unpaired.CLOSED


def test_where_nobody_listens_or_nothing_ever_comes_back_it_is_said_in_time(
    hall: Hall, laptop: Callable[..., Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing_asking, "PATIENCE", 1.0)
    code, new = new_code(), laptop(2)
    assert ask(new, 2, ("127.0.0.1", free_ports(1)[0]), code) is Unpaired.NO_ANCHOR
    begun = time.monotonic()
    with BadLine(hall.address, Random(1), swallows=True) as line:
        assert ask(new, 2, line.address, code) is Unpaired.NO_ANCHOR
    assert time.monotonic() - begun < 5


# Somebody on the LAN


def test_who_stands_between_without_the_code_is_found_out_at_both_ends_and_learns_no_key(
    hall: Hall, laptop: Callable[..., Journal], tmp_path: Path
) -> None:
    code, new, stranger = new_code(), laptop(2), laptop(5)
    with hall.window(code) as window, Interceptor(hall.address, tmp_path, stranger) as between:
        assert ask(new, 2, between.address, code) in (Unpaired.OTHER_LINE, Unpaired.NO_ANSWER)
        assert window.closed is Closed.OTHER_LINE
        assert [(came.word and came.word.number, came.refused) for came in window.came] == [(2, Unpaired.OTHER_LINE)]
    assert members_of(hall.journal) == members_of(new) == 1
    assert b"pair.request." in between.read
    assert b"age-encryption.org" not in between.read


def test_what_was_read_on_a_line_between_cannot_be_asked_again_at_the_anchor(
    hall: Hall, laptop: Callable[..., Journal]
) -> None:
    from village_console.sync.own import fingerprint_of
    from village_console.sync.pairing import ask_to_join, refusal

    code, new = new_code(), laptop(2)
    window = Window(hall.journal, code)
    seen = ask_to_join(new, place_of(2), code, fingerprint_of(b"another certificate"))
    assert isinstance(seen, bytes)
    assert window.answer(seen) == refusal(Unpaired.OTHER_LINE)
    assert window.closed is Closed.OTHER_LINE
    assert members_of(hall.journal) == 1


def test_another_anchor_that_does_not_know_the_code_cannot_take_a_laptop_in(
    hall: Hall, laptop: Callable[..., Journal]
) -> None:
    new, village = laptop(2), laptop(2).village
    before = new.village
    with hall.window(new_code()):
        assert ask(new, 2, hall.address, new_code()) is Unpaired.OTHER_CODE
    assert new.village == before != village


# Who is not let in though he knows the code


def test_whoever_knows_the_code_and_may_not_come_is_told_why(hall: Hall, laptop: Callable[..., Journal]) -> None:
    code, lost = new_code(), laptop(4)
    hall.journal.say(_admitted(hall, lost))
    hall.journal.say(_revoked(hall, lost))
    with hall.window(code) as window:
        flood = laptop(2, Purpose("drill", "simulated", "flood"))
        assert ask(flood, 2, hall.address, code) is Unpaired.OTHER_PURPOSE
        assert ask(laptop(1), 1, hall.address, code) is Unpaired.NUMBER_TAKEN
        assert ask(lost, 4, hall.address, code) is Unpaired.REVOKED
        new = laptop(2)
        assert isinstance(ask(new, 2, hall.address, code), Joined)
        assert ask(new, 2, hall.address, code) is Unpaired.ALREADY_IN
        assert (window.closed, window.wrong) == (None, 0)


def test_who_did_not_hear_the_answer_asks_again_and_is_written_down_once(
    hall: Hall, laptop: Callable[..., Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, new = new_code(), laptop(2)
    with hall.window(code), monkeypatch.context() as deaf:
        deaf.setattr(pairing_asking, "join", not_heard)
        assert ask(new, 2, hall.address, code) is Unpaired.NO_ANSWER
        deaf.undo()
        assert isinstance(ask(new, 2, hall.address, code), Joined)
    assert len(admissions_of(hall, new)) == 1


def test_an_anchor_that_is_killed_while_its_window_is_open_lets_in_again_when_it_is_back(
    hall: Hall, laptop: Callable[..., Journal]
) -> None:
    from tests.anchors import kill_anchor

    code, new = new_code(), laptop(2)
    window = hall.open(code)
    kill_anchor(hall.here)
    assert wait_until(lambda: members_of(new) > 1 or isinstance(ask(new, 2, hall.address, code), Joined), 15)
    window.close()
    window.join()


def not_heard(_journal: Journal, _content: bytes, _code: tuple[int, ...], _line: str) -> Unpaired:
    return Unpaired.NO_ANSWER


def _admitted(hall: Hall, journal: Journal) -> ConsoleAdmitted:
    from village_console.sync.own import own_word

    seed = hall.journal.village_seed
    assert seed is not None
    return signed(own_word(journal, place_of(4)), seed)


def _revoked(hall: Hall, journal: Journal) -> ConsoleRevoked:
    seed, public = hall.journal.village_seed, journal.public_key
    assert seed is not None
    return signed(
        ConsoleRevoked(subject=console_subject(public), public=public.hex(), counts={}, n=2, why="lost"), seed
    )
