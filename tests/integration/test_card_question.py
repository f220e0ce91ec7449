"""One question to the card that lies there or to the next, on the slot and on a real pcscd; afterwards it has no power."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, date

import pytest

from device_sim.cards.card_face import Face
from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.storage import StorageKind, VirtualStorageCard
from device_sim.cards.vpcd import VpcdLink
from tests.integration.pcscd import Pcscd, run_pcscd
from tests.town import wait_until
from village_console.children import free_ports
from village_console.devices.cards import recognise
from village_console.devices.cards.loopback_slot import LoopbackSlot
from village_console.devices.cards.pcsc import PcscReader
from village_console.devices.cards.question import CardDesk, CardQuestion
from village_console.devices.ports import (
    CardAnswer,
    CardFace,
    CardProof,
    CardRead,
    Checked,
    CodeB,
    FaceSex,
    Health,
    Part,
    Pin,
    Refusal,
    Refused,
    Tap,
    TriesLeft,
    Wish,
)
from village_console.village.clock import Clock
from village_console.village.run_mode import World

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("pcscd")]
pcscd = pytest.fixture(scope="module")(run_pcscd)

FACE = Face("髙橋\u3000ミツ", "西興部１２番地", date(1942, 5, 3), "2", 2030, "2285")
READ = CardFace("髙橋\u3000ミツ", "西興部１２番地", date(1942, 5, 3), FaceSex.FEMALE)
CA = DrillCa.create()
ISSUE = Issue.plain(0x1234, Clock().now().astimezone(UTC), FACE)
UNTIL_NOTICED = 0.6
PATIENCE = 10.0


class Heard:
    """What readers told, and what cards answered."""

    def __init__(self) -> None:
        self.taps: list[Tap] = []
        self.health: list[Health] = []
        self.answers: list[CardAnswer] = []
        self.question = CardQuestion()
        self.desk = CardDesk(self.question, World.SIMULATED, None, Clock())

    def feels(self, _part: Part, health: Health, _count: int) -> None:
        """How the readers are."""
        self.health.append(health)

    def says(self, count: int) -> list[CardAnswer]:
        """The answers, as soon as there are so many."""
        assert wait_until(lambda: len(self.answers) >= count, PATIENCE), (self.answers, self.taps)
        return self.answers


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def slot(heard: Heard) -> Iterator[int]:
    """A slot that is open."""
    port = free_ports(1)[0]
    slot = LoopbackSlot(("127.0.0.1", port), recognise.read, heard.taps.append, heard.feels, heard.question)
    slot.start()
    yield port
    slot.stop()


@pytest.fixture
def reader(heard: Heard, pcscd: Pcscd) -> Iterator[Pcscd]:
    """Watching the readers of a real pcscd."""
    time.sleep(UNTIL_NOTICED)
    reader = PcscReader(
        recognise.read,
        heard.taps.append,
        heard.feels,
        asked=heard.question,
    )
    reader.start()
    assert wait_until(lambda: heard.health[-1:] == [Health.READY])
    yield pcscd
    reader.stop()
    assert "pcsc-reader" not in {thread.name for thread in threading.enumerate()}


def test_a_card_that_lies_in_the_slot_is_asked_one_thing_after_the_other(heard: Heard, slot: int) -> None:
    lying = VirtualMyNumberCard(CA, ISSUE)
    with VpcdLink(lying, "127.0.0.1", slot) as link:
        link.start()
        assert wait_until(lambda: len(heard.taps) == 1)
        heard.desk.ask_tries(Wish.FACE_BY_PIN, heard.answers.append)
        assert heard.says(1)[-1] == TriesLeft(3)
        heard.desk.ask_face(Pin("1234"), heard.answers.append, dares_last_try=False)
        assert heard.says(2)[-1] == READ
        heard.desk.ask_tries(Wish.FACE_BY_CODE_B, heard.answers.append)
        assert heard.says(3)[-1] == TriesLeft(10)
        heard.desk.ask_face(CodeB.of(FACE.birth, "2030", "2285"), heard.answers.append, dares_last_try=False)
        assert heard.says(4)[-1] == READ
        heard.desk.ask_tries(Wish.PROOF, heard.answers.append)
        assert heard.says(5)[-1] == TriesLeft(3), "the power was taken: no PIN is open"
        heard.desk.ask_proof(Pin("1234"), heard.answers.append, dares_last_try=False)
        assert heard.says(6)[-1] == CardProof(Checked.HOLDS, Checked.CANNOT_KNOW, Checked.HOLDS)
    assert (len(heard.taps), lying.tripped) == (1, [])


def test_the_next_card_answers_instead_of_being_tapped_and_the_one_after_is_a_tap(heard: Heard, slot: int) -> None:
    heard.desk.ask_tries(Wish.FACE_BY_PIN, heard.answers.append)
    for expected in (0, 1):
        with VpcdLink(VirtualMyNumberCard(CA, ISSUE), "127.0.0.1", slot) as link:
            link.start()
            assert heard.says(1) == [TriesLeft(3)]
            assert wait_until(lambda n=expected: len(heard.taps) == n)
    assert isinstance(heard.taps[0], CardRead)


def test_a_question_that_was_withdrawn_is_put_to_nobody(heard: Heard, slot: int) -> None:
    heard.desk.ask_face(Pin("1234"), heard.answers.append, dares_last_try=False)
    heard.desk.withdraw()
    with VpcdLink(VirtualMyNumberCard(CA, ISSUE), "127.0.0.1", slot) as link:
        link.start()
        assert wait_until(lambda: len(heard.taps) == 1)
    assert heard.answers == []


def test_a_secret_is_sent_to_one_card_once(heard: Heard, slot: int) -> None:
    lying = VirtualMyNumberCard(CA, ISSUE)
    heard.desk.ask_face(Pin("9999"), heard.answers.append, dares_last_try=False)
    for _ in range(2):
        with VpcdLink(lying, "127.0.0.1", slot) as link:
            link.start()
            assert heard.says(1) == [Refused(Refusal.WRONG_PIN, 2)]
            time.sleep(0.5)
    assert not heard.question.waiting


def test_a_card_that_lies_on_a_reader_of_pcscd_is_asked_and_is_no_second_tap(heard: Heard, reader: Pcscd) -> None:
    lying = VirtualMyNumberCard(CA, ISSUE)
    with reader.lay(lying) as link:
        link.start()
        assert wait_until(lambda: len(heard.taps) == 1, PATIENCE)
        heard.desk.ask_face(Pin("1234"), heard.answers.append, dares_last_try=False)
        assert heard.says(1)[-1] == READ
        heard.desk.ask_tries(Wish.PROOF, heard.answers.append)
        assert heard.says(2)[-1] == TriesLeft(3), "the power was taken: no PIN is open"
        heard.desk.ask_proof(Pin("1234"), heard.answers.append, dares_last_try=False)
        assert heard.says(3)[-1] == CardProof(Checked.HOLDS, Checked.CANNOT_KNOW, Checked.HOLDS)
        time.sleep(1.5)
    assert (len(heard.taps), lying.tripped) == (1, [])


def test_the_next_card_on_a_reader_of_pcscd_answers_and_another_kind_says_so(heard: Heard, reader: Pcscd) -> None:
    heard.desk.ask_tries(Wish.FACE_BY_PIN, heard.answers.append)
    with reader.lay(VirtualMyNumberCard(CA, ISSUE)) as link:
        link.start()
        assert heard.says(1)[-1] == TriesLeft(3)
    time.sleep(UNTIL_NOTICED)
    heard.desk.ask_tries(Wish.FACE_BY_PIN, heard.answers.append)
    with reader.lay(VirtualStorageCard(StorageKind.FELICA, bytes.fromhex("0101081A2B3C4D5E"))) as link:
        link.start()
        assert heard.says(2)[-1] == Refused(Refusal.NOT_THIS_KIND)
    assert heard.taps == []
