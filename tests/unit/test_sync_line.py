"""The live line keeps two consoles level over a real anchor, says how it stands, and never gets in anybody's way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from tests.anchors import PATIENCE, Shelter, people
from tests.town import registered, wait_until
from village_console.children import free_ports
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.sync.address import Address
from village_console.sync.anchor import AnchorCarrier
from village_console.sync.anchor_streams import Place
from village_console.sync.carrier import CarrierLostError, Found, Refused
from village_console.sync.discovery import KIND, Announcement, Finder, OpenWindow, fingerprint
from village_console.sync.known import consoles
from village_console.sync.line import STATEMENTS_GATHER, Line, LineState, Standing
from village_console.sync.own import Place as Site
from village_console.village.errors import DiskIsFullError

LOOPBACK = ["127.0.0.1"]


class Desk:
    """A line and what it says."""

    def __init__(self, journal: Journal, find: Callable[[], Sequence[Address]]) -> None:
        self.journal = journal
        self.said: list[LineState] = []
        self.line = Line(journal, find, self.said.append, Random(1))
        self.line.connect = self.connect

    def connect(self, address: Address) -> AnchorCarrier:
        carrier = AnchorCarrier(self.journal, address)
        carrier.patience = PATIENCE
        return carrier

    def stands(self, standing: Standing, seconds: float = 8) -> bool:
        return wait_until(lambda: bool(self.said) and self.said[-1].standing is standing, seconds)


@pytest.fixture
def shelter(tmp_path: Path) -> Iterator[Shelter]:
    here = Shelter(tmp_path, 2)
    yield here
    here.close()


@pytest.fixture
def desks(shelter: Shelter) -> Iterator[Callable[..., Desk]]:
    """`desks(0)`: the line of the first console, running."""
    made: list[Desk] = []

    def make(number: int, find: Callable[[], Sequence[Address]] | None = None) -> Desk:
        desk = Desk(shelter.consoles[number], find or (lambda: [shelter.server.plan.listen]))
        made.append(desk)
        desk.line.start()
        return desk

    yield make
    for desk in made:
        desk.line.stop()


def test_what_one_desk_writes_the_other_has_within_a_second(shelter: Shelter, desks: Callable[..., Desk]) -> None:
    assert desks(0).stands(Standing.LEVEL)
    assert desks(1).stands(Standing.LEVEL)
    fact = shelter.consoles[0].append(registered("resident:haru", "佐藤 ハル")).hash
    assert wait_until(lambda: shelter.consoles[1].find(fact) is not None, 1)


def test_a_desk_without_an_anchor_searches_and_goes_on(shelter: Shelter, desks: Callable[..., Desk]) -> None:
    desk = desks(0, list)
    assert desk.stands(Standing.SEARCHING)
    shelter.consoles[0].append(registered("resident:haru", "佐藤 ハル"))
    assert desk.said[-1].met is None


def test_an_anchor_that_is_killed_is_a_word_and_then_level_again(shelter: Shelter, desks: Callable[..., Desk]) -> None:
    desk = desks(1)
    assert desk.stands(Standing.LEVEL)
    met = desk.said[-1].met
    shelter.server.stop()
    assert desk.stands(Standing.LOST)
    assert desk.said[-1].met == met
    shelter.server.start()
    assert desk.stands(Standing.LEVEL)


def test_the_second_of_two_addresses_is_tried_when_the_first_does_not_answer(
    shelter: Shelter, desks: Callable[..., Desk]
) -> None:
    nobody = ("127.0.0.1", free_ports(1)[0])
    assert desks(1, lambda: [nobody, shelter.server.plan.listen]).stands(Standing.LEVEL)


def test_a_line_that_ends_for_what_is_wrong_in_it_is_not_said_to_hold(
    shelter: Shelter, desks: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", ended.append)
    desk = desks(1)
    assert desk.stands(Standing.LEVEL)

    def wrong(_links: object, _keys: object = ()) -> None:
        raise LookupError

    monkeypatch.setattr(shelter.consoles[1], "take_in", wrong)
    people(shelter.consoles[0], 1)
    shelter.meetings[0].hold()
    assert desk.stands(Standing.LOST)
    assert [one.exc_type for one in ended] == [LookupError]


class Saying(AnchorCarrier):
    """A carrier that does one thing when it is looked at."""

    act: Callable[[], Found | Refused]

    def heads(self) -> Found | Refused:
        return self.act()


def full() -> Found | Refused:
    raise DiskIsFullError(path="journal.db")


def lost() -> Found | Refused:
    raise CarrierLostError


@pytest.mark.parametrize(
    ("act", "standing"),
    [(lambda: Refused.NOT_ADMITTED, Standing.REFUSED), (full, Standing.PAUSED), (lost, Standing.LOST)],
    ids=["refused", "disk full", "lost"],
)
def test_whatever_happens_is_a_state_and_the_line_lives_on(
    shelter: Shelter, act: Callable[[], Found | Refused], standing: Standing
) -> None:
    desk = Desk(shelter.consoles[1], lambda: [shelter.server.plan.listen])

    def connect(address: Address) -> AnchorCarrier:
        carrier = Saying(desk.journal, address)
        carrier.act = act
        return carrier

    desk.line.connect = connect
    desk.line.start()
    assert desk.stands(standing)
    assert wait_until(lambda: len(desk.said) > 1, 5)
    begun = time.monotonic()
    desk.line.stop()
    assert time.monotonic() - begun < 1


def test_how_far_it_has_read_is_said_on_the_way(shelter: Shelter, desks: Callable[..., Desk]) -> None:
    for n in range(40):
        shelter.consoles[0].append(registered(f"resident:{n}", "佐藤 ハル"))
        shelter.meetings[0].hold()
    desk = desks(1)
    assert desk.stands(Standing.LEVEL)
    behind = [(state.done, state.of) for state in desk.said if state.standing is Standing.BEHIND]
    assert len(behind) >= 2
    assert all(done < of for done, of in behind)


def test_two_lines_that_lost_their_anchor_do_not_come_back_at_the_same_moment(shelter: Shelter) -> None:
    def waits(seed: int) -> list[float]:
        line = Line(shelter.consoles[0], list, lambda _state: None, Random(seed))
        return [line._pause() for _ in range(8)]

    assert waits(1) != waits(2)
    assert min(waits(1)) >= 1
    assert max(waits(1)) <= 30
    assert waits(1)[-1] > 10


def test_what_another_desk_says_that_it_holds_is_known_soon_and_then_both_are_quiet(
    shelter: Shelter, desks: Callable[..., Desk]
) -> None:
    first, second = desks(0), desks(1)
    assert first.stands(Standing.LEVEL)
    assert second.stands(Standing.LEVEL)
    shelter.consoles[0].append(registered("resident:haru", "佐藤 ハル"))

    def is_known() -> bool:
        table = consoles(shelter.consoles[0])
        return table[1].not_arrived_there == 0

    assert wait_until(is_known, 3 * STATEMENTS_GATHER)
    time.sleep(STATEMENTS_GATHER)
    said = len(first.said), len(second.said)
    time.sleep(2 * STATEMENTS_GATHER)
    assert (len(first.said), len(second.said)) == said


# Found by mDNS


def test_an_anchor_is_found_by_who_belongs_to_its_village_and_by_nobody_else(shelter: Shelter, tmp_path: Path) -> None:
    from tests.carriers import new_console

    address = shelter.server.plan.listen
    stranger = new_console(tmp_path / "elsewhere", 1)
    announcement = Announcement(shelter.consoles[0], address, LOOPBACK)
    finders = [Finder(shelter.consoles[1], LOOPBACK), Finder(stranger, LOOPBACK)]
    try:
        for part in (*finders, announcement):
            part.start()
        assert wait_until(lambda: finders[0]() == [address], 6)
        assert finders[1]() == []
        announcement.stop()
        assert wait_until(lambda: finders[0]() == [], 6)
    finally:
        for part in (*finders, announcement):
            part.stop()
        stranger.close()


def test_an_open_window_is_heard_by_whoever_belongs_to_no_village_of_its_and_only_while_it_is_open(
    shelter: Shelter, tmp_path: Path
) -> None:
    from tests.carriers import new_console

    address = shelter.server.plan.listen
    new = new_console(tmp_path / "elsewhere", 2)
    flood = new_console(tmp_path / "flood", 3, purpose=Purpose("drill", "simulated", "flood"))
    announcement = Announcement(shelter.consoles[0], address, LOOPBACK)
    finders = [Finder(new, LOOPBACK), Finder(flood, LOOPBACK)]
    try:
        for part in (*finders, announcement):
            part.start()
        announcement.tell_window(Site(1, "S1", "中央公民館"))
        open_to = [OpenWindow((address,), 1, "中央公民館", same_purpose=same) for same in (True, False)]
        assert wait_until(lambda: [finder.windows() for finder in finders] == [[one] for one in open_to], 8)
        announcement.tell_window(None)
        assert wait_until(lambda: finders[0].windows() == [], 8)
    finally:
        for part in (*finders, announcement):
            part.stop()
        new.close()
        flood.close()


@pytest.mark.parametrize("name", ["x._other._tcp.local.", f"\x01.{KIND}"])
def test_whoever_announces_what_is_no_name_keeps_nobody_from_being_found(shelter: Shelter, name: str) -> None:
    from zeroconf import Zeroconf, const
    from zeroconf._dns import DNSPointer
    from zeroconf._protocol.outgoing import DNSOutgoing

    address = shelter.server.plan.listen
    finder, announcement = Finder(shelter.consoles[1], LOOPBACK), Announcement(shelter.consoles[0], address, LOOPBACK)
    stranger = Zeroconf(interfaces=LOOPBACK)
    try:
        finder.start()
        said = DNSOutgoing(const._FLAGS_QR_RESPONSE | const._FLAGS_AA)
        said.add_answer_at_time(DNSPointer(KIND, const._TYPE_PTR, const._CLASS_IN, 4_500, name), 0)
        stranger.send(said)
        time.sleep(0.5)
        announcement.start()
        assert wait_until(lambda: finder() == [address], 6)
    finally:
        finder.stop()
        announcement.stop()
        stranger.close()


def test_what_is_announced_is_nothing_personal(shelter: Shelter) -> None:
    village = shelter.consoles[0].village
    assert len(fingerprint(village)) == 16
    assert fingerprint(village) not in village.hex()


@pytest.mark.parametrize("text", ["", "nonsense", "1/2/3", "x.y/z.w", "/"])
def test_a_place_that_cannot_be_read_is_the_beginning(text: str) -> None:
    assert Place.read(text) == Place()


def test_a_place_is_read_as_it_was_written() -> None:
    text = "12.abcdef/7.012345"
    assert Place.read(text).text() == text
