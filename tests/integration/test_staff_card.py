"""A staff card on the wire opens the record: laid on the console's slot, and on a reader of a real pcscd."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from socket import create_server

import pytest

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.vpcd import NoReaderError, VpcdLink
from tests.integration.pcscd import Pcscd, run_pcscd
from village_console import bootstrap
from village_console.bootstrap import use_staff_card
from village_console.children import free_ports
from village_console.devices.cards.staff_card import Refusal, Refused, card_on_reader, sign_in
from village_console.journal.keys.change import add_slot
from village_console.journal.keys.ring import Ring, by_secret
from village_console.journal.keys.secret import StaffCard, personal_slot
from village_console.settings import Devices, Mode, Settings, Site
from village_console.village.errors import PortIsTakenError
from village_console.village.run_mode import RunMode, World

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("pcscd")]
pcscd = pytest.fixture(scope="module")(run_pcscd)

CA = DrillCa.create()
TODAY = datetime(2026, 11, 3, tzinfo=UTC)
KEY = bytes(range(32))
MADE = "2026-11-03T18:00:00+09:00"


class Person:
    """Lays a card down when the program asks for it, and says a PIN."""

    def __init__(self, pin: str = "1234", *, dares: bool = False) -> None:
        self._pin, self._dares = pin, dares
        self.asked = threading.Event()
        self.told: list[int] = []

    def lay(self) -> None:
        self.asked.set()

    def pin(self, left: int) -> str:
        self.told.append(left)
        return self._pin

    def dares_last_try(self) -> bool:
        return self._dares


def card(serial: int, ca: DrillCa = CA) -> VirtualMyNumberCard:
    return VirtualMyNumberCard(ca, Issue.plain(serial, TODAY))


@pytest.fixture
def settings() -> Settings:
    port = free_ports(1)[0]  # a port of outgoing connections could be met by the card's own call
    mode = Mode(RunMode.DRILL, World.SIMULATED, "evening")
    return Settings(Site("015628", "S1", "公民館"), mode, Devices(card_slot=f"127.0.0.1:{port}"))


@contextmanager
def laid(
    on: Settings, lying: VirtualMyNumberCard, person: Person, pull_after: int | None = None
) -> Generator[VpcdLink]:
    """A card that somebody lays on the slot as soon as it is asked for."""
    host, _, port = on.devices.card_slot.rpartition(":")
    link = VpcdLink(lying, host, int(port), pull_after=pull_after)

    def lay() -> None:
        assert person.asked.wait(10)
        deadline = time.monotonic() + 10
        while not dialled(link):  # the slot opens right after it was said
            assert time.monotonic() < deadline
            time.sleep(0.01)
        link.serve()

    thread = threading.Thread(target=lay, daemon=True)
    thread.start()
    try:
        yield link
    finally:
        link.withdraw()
        thread.join(10)
        link.__exit__(None, None, None)


def dialled(link: VpcdLink) -> bool:
    try:
        link.__enter__()
    except NoReaderError:
        return False
    return True


def add_card(settings: Settings, folder: Path, lying: VirtualMyNumberCard, person: Person | None = None) -> None:
    person = person or Person()
    with laid(settings, lying, person):
        made = use_staff_card(settings, person, lambda sign: personal_slot(StaffCard(sign), "佐藤", MADE, (KEY,)))
    assert not isinstance(made, Refused)
    add_slot(folder, made)


def opened_by(
    settings: Settings,
    folder: Path,
    lying: VirtualMyNumberCard,
    person: Person | None = None,
    pull_after: int | None = None,
) -> Ring | Refused | None:
    person = person or Person()
    with laid(settings, lying, person, pull_after):
        return use_staff_card(settings, person, lambda sign: by_secret(folder, StaffCard(sign)))


def test_the_card_that_was_added_opens_again(settings: Settings, tmp_path: Path) -> None:
    mine = card(77)
    add_card(settings, tmp_path, mine)
    assert opened_by(settings, tmp_path, mine) == Ring((KEY,))
    assert mine.tripped == []


def test_each_of_several_cards_opens_its_own_slot(settings: Settings, tmp_path: Path) -> None:
    cards = [card(serial) for serial in (1, 2, 3)]
    for one in cards:
        add_card(settings, tmp_path, one)
    assert [opened_by(settings, tmp_path, one) for one in cards] == [Ring((KEY,))] * 3


def test_another_card_is_refused_though_its_pin_is_right(settings: Settings, tmp_path: Path) -> None:
    add_card(settings, tmp_path, card(77))
    assert opened_by(settings, tmp_path, card(78)) is None
    assert opened_by(settings, tmp_path, card(77, DrillCa.create())) is None


def test_a_wrong_pin_tells_the_tries_that_are_left_and_stops_before_the_last(
    settings: Settings, tmp_path: Path
) -> None:
    mine, wrong = card(77), Person("0000")
    add_card(settings, tmp_path, mine)
    outcomes = [opened_by(settings, tmp_path, mine, wrong) for _ in range(4)]
    last = Refused(Refusal.LAST_TRY, 1)
    assert outcomes == [Refused(Refusal.WRONG_PIN, 2), Refused(Refusal.WRONG_PIN, 1), last, last]
    assert opened_by(settings, tmp_path, mine, Person(dares=True)) == Ring((KEY,))


def test_the_card_has_no_power_afterwards(settings: Settings, tmp_path: Path) -> None:
    mine = card(77)
    add_card(settings, tmp_path, mine)
    assert mine.transmit(bytes.fromhex("00840000 08".replace(" ", ""))) == b"\x6f\x00"


@pytest.mark.parametrize("answers", range(0, 9, 2))
def test_a_card_that_is_pulled_opens_nothing_and_spends_no_try(
    settings: Settings, tmp_path: Path, answers: int
) -> None:
    mine = card(77)
    add_card(settings, tmp_path, mine)
    assert opened_by(settings, tmp_path, mine, pull_after=answers) == Refused(Refusal.GONE)
    person = Person()
    assert opened_by(settings, tmp_path, mine, person) == Ring((KEY,))
    assert person.told == [3]


def test_nobody_lays_a_card_down(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "WAIT_FOR_CARD", 0.1)
    assert use_staff_card(settings, Person(), lambda _: 1) == Refused(Refusal.NO_CARD)


def test_a_laptop_without_a_reader_says_so_and_asks_for_no_card(settings: Settings) -> None:
    person = Person()
    without = Settings(settings.site, settings.mode, Devices())
    assert use_staff_card(without, person, lambda _: 1) == Refused(Refusal.NO_READER)
    assert not person.asked.is_set()


def test_a_slot_that_the_desk_listens_at_is_named(settings: Settings) -> None:
    host, _, port = settings.devices.card_slot.rpartition(":")
    with create_server((host, int(port))), pytest.raises(PortIsTakenError):
        use_staff_card(settings, Person(), lambda _: 1)


def test_a_real_pcscd_carries_the_same_conversation(pcscd: Pcscd, tmp_path: Path) -> None:
    mine, person = card(0x1234), Person()
    with pcscd.lay(mine) as link:
        link.start()
        with card_on_reader(10) as transport:
            assert transport is not None
            signer = sign_in(transport, World.SIMULATED, person)
            assert not isinstance(signer, Refused)
            add_slot(tmp_path, personal_slot(StaffCard(signer), "佐藤", MADE, (KEY,)))
        with card_on_reader(10) as transport:
            assert transport is not None
            signer = sign_in(transport, World.SIMULATED, person)
            assert not isinstance(signer, Refused)
            assert by_secret(tmp_path, StaffCard(signer)) == Ring((KEY,))
    assert person.told == [3, 3], "asked again: the power was taken from the card in between"
    assert mine.tripped == []


def test_an_empty_real_reader_is_no_card(pcscd: Pcscd) -> None:
    assert pcscd
    time.sleep(0.6)  # pcscd looks every 0.4 s: the card of the test before may still be thought to lie there
    with card_on_reader(0.2) as transport:
        assert transport is None


def test_a_laptop_without_pcsc_has_no_card() -> None:
    with card_on_reader(5, load=lambda: None) as transport:
        assert transport is None
