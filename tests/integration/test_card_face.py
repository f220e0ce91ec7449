"""A card's front and its proof over the wire: on the console's slot, on a reader of a real pcscd, and tapped by hand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from socket import create_server
from typing import TypeVar

import pytest

from device_sim.cards.card_face import Face
from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.vpcd import VpcdLink
from tests.integration.pcscd import Pcscd, run_pcscd
from village_console.children import free_ports
from village_console.devices.cards.card_face import read_card_face, tries_left
from village_console.devices.cards.card_proof import prove, read_authorities
from village_console.devices.cards.gate import ForbiddenCommandError
from village_console.devices.cards.loopback_slot import SlotTransport
from village_console.devices.cards.staff_card import card_on_reader
from village_console.devices.cards.transport import Transport
from village_console.devices.ports import (
    CardFace,
    CardProof,
    Checked,
    CodeB,
    Door,
    FaceSex,
    Pin,
    Refusal,
    Refused,
    TriesLeft,
)
from village_console.village.clock import Clock
from village_console.village.run_mode import World

T = TypeVar("T")
pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("pcscd")]
pcscd = pytest.fixture(scope="module")(run_pcscd)

TODAY = datetime(2026, 11, 3, tzinfo=UTC)
BIRTH = date(1942, 5, 3)
FACE = Face("髙橋\u3000ミツ", "西興部１２番地", BIRTH, "2", 2030, "2285")
READ = CardFace("髙橋\u3000ミツ", "西興部１２番地", BIRTH, FaceSex.FEMALE)
CA = DrillCa.create()
ISSUE = Issue.plain(0x1234, TODAY, FACE)
PIN, CODE = Pin("1234"), CodeB.of(BIRTH, "2030", "2285")
WORLD = World.SIMULATED


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


def on_slot(port: int, lying: VirtualMyNumberCard, ask: Callable[[Transport], T], pull_after: int | None = None) -> T:
    """Lay a card on a slot, and ask it."""
    with closing(create_server(("127.0.0.1", port))) as listener:
        listener.settimeout(10)
        with VpcdLink(lying, "127.0.0.1", port, pull_after=pull_after) as link:
            link.start()
            connection, _ = listener.accept()
            with connection:
                return ask(SlotTransport(connection))


def face(secret: Pin | CodeB) -> Callable[[Transport], CardFace | Refused]:
    return lambda transport: read_card_face(transport, WORLD, secret)


@pytest.mark.parametrize("secret", [PIN, CODE], ids=["pin", "code_b"])
def test_the_front_is_read_on_the_consoles_slot(port: int, secret: Pin | CodeB) -> None:
    lying = VirtualMyNumberCard(CA, ISSUE)
    assert on_slot(port, lying, face(secret)) == READ
    assert lying.tripped == []


def test_a_card_that_is_pulled_at_any_command_is_gone(port: int) -> None:
    outcomes = [on_slot(port, VirtualMyNumberCard(CA, ISSUE), face(PIN), pull_after=n) for n in range(12)]
    assert outcomes.index(READ) == 10, "answers that a whole reading takes"
    assert set(outcomes[:10]) == {Refused(Refusal.GONE)}


def test_spent_tries_are_told_the_next_time_the_card_is_laid_down(port: int) -> None:
    lying = VirtualMyNumberCard(CA, ISSUE)
    assert on_slot(port, lying, face(Pin("9999"))) == Refused(Refusal.WRONG_PIN, 2)
    assert on_slot(port, lying, lambda card: tries_left(card, WORLD, Door.PIN)) == TriesLeft(2)


def test_what_the_gate_holds_back_never_comes_to_the_card(port: int) -> None:
    lying = VirtualMyNumberCard(CA, ISSUE)

    def reach(transport: Transport) -> CardFace | Refused:
        for apdu in ("00A4020C020001", "00B0810000", "0020009404" + b"1234".hex(), "00A4020C020014"):
            with pytest.raises(ForbiddenCommandError):
                transport.send(bytes.fromhex(apdu))
        return read_card_face(transport, WORLD, PIN)

    assert on_slot(port, lying, reach) == READ, "the conversation goes on as if nothing had been asked"
    assert lying.tripped == []


def test_the_console_pins_what_a_towns_folder_holds_and_a_card_tapped_by_hand_proves_itself(
    port: int, tmp_path: Path
) -> None:
    header = "住民番号,世帯番号,氏名,氏名カナ,生年月日,性別,続柄,集落,住所,電話番号,要支援\n"
    line = "0000001,H0001,髙橋 ミツ,タカハシ ミツ,1942-05-03,女,世帯主,西興部,西興部12番地,,\n"
    (tmp_path / "residents.csv").write_text(header + line, "utf-8-sig")
    cards = "住民番号,カード種別,発行者,シリアル番号\n0000001,my_number,VILLAGE-CONSOLE-DRILL,1234\n"
    (tmp_path / "cards.csv").write_text(cards, "utf-8-sig")
    command = ["card", "my-number", "--person", "0000001", "--town", str(tmp_path), "--slot", f"127.0.0.1:{port}"]
    with closing(create_server(("127.0.0.1", port))) as listener:
        listener.settimeout(30)
        hand = subprocess.Popen([sys.executable, "-m", "device_sim", *command, "--hold", "20"], stderr=subprocess.PIPE)
        connection, _ = listener.accept()
        with connection:
            transport = SlotTransport(connection)
            read = read_card_face(transport, WORLD, PIN)
            pinned = read_authorities(tmp_path / "card_ca.pem")
            proof = prove(transport, WORLD, PIN, pinned, Clock().now())
        _, said = hand.communicate(timeout=30)
    assert hand.returncode == 0
    assert read == READ
    assert proof == CardProof(Checked.HOLDS, Checked.HOLDS, Checked.HOLDS, Checked.NOT_CHECKED)
    front = said.decode().splitlines()[0]
    assert front.startswith("front  髙橋\u3000ミツ  昭和17年5月3日生")


def test_a_real_pcscd_carries_the_same_conversations(pcscd: Pcscd) -> None:
    ca = DrillCa.create()
    lying = VirtualMyNumberCard(ca, ISSUE)
    with pcscd.lay(lying) as link:
        link.start()
        for secret in (PIN, CODE):
            with card_on_reader(10) as transport:
                assert transport is not None
                assert read_card_face(transport, WORLD, secret) == READ
        with card_on_reader(10) as transport:
            assert transport is not None
            assert tries_left(transport, WORLD, Door.PIN) == TriesLeft(3), "the power was taken in between"
            found = prove(transport, WORLD, PIN, (), TODAY)
    assert found == CardProof(Checked.HOLDS, Checked.CANNOT_KNOW, Checked.HOLDS)
    assert lying.tripped == []
