"""FeliCa, MIFARE and NTAG: the driver and the twin agree, and what changes on each tap is never taken for a card."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.storage import StorageKind, VirtualStorageCard, atr_of
from device_sim.cards.vpcd import Card
from village_console.devices.cards import recognise, storage
from village_console.devices.cards.transport import CardGoneError, Response
from village_console.devices.ports import CardRead, CardUnreadable, CardUnusable, Tap, Unusable
from village_console.village.run_mode import World

SUICA_ATR = bytes.fromhex("3B8F8001804F0CA0000003061100 3B0000000042".replace(" ", ""))
FELICA_OF_SOME_READERS = bytes.fromhex("3B8C80010443FD0101010101010101A5")
IDM = bytes.fromhex("0101081A2B3C4D5E")
UID4, UID7 = bytes.fromhex("A1B2C3D4"), bytes.fromhex("04112233445566")
CLASSIC, NTAG, FELICA = StorageKind.MIFARE_CLASSIC_1K, StorageKind.NTAG, StorageKind.FELICA


@dataclass
class OnReader:
    """A card on a reader without a wire; remembers every command."""

    card: Card
    sent: list[bytes] = field(default_factory=list[bytes])

    @property
    def atr(self) -> bytes:
        return self.card.atr

    def send(self, apdu: bytes) -> Response:
        self.sent.append(apdu)
        return Response.parse(self.card.transmit(apdu))


@dataclass
class Answering:
    """A reader that shows an ATR and answers everything alike."""

    atr: bytes
    answer: bytes

    def send(self, apdu: bytes) -> Response:
        assert apdu
        return Response.parse(self.answer)


def read(kind: StorageKind, identifier: bytes, atr: bytes | None = None) -> Tap:
    return recognise.read(OnReader(VirtualStorageCard(kind, identifier, atr=atr)))


@pytest.mark.parametrize(
    ("kind", "identifier", "name"),
    [(FELICA, IDM, "felica"), (CLASSIC, UID4, "mifare"), (StorageKind.MIFARE_CLASSIC_4K, UID7, "mifare"),
     (NTAG, UID7, "mifare"), (StorageKind.TYPE_A_NO_NAME, UID7, "mifare"), (CLASSIC, UID7 + b"\x01\x02\x03", "mifare")],
)  # fmt: skip
def test_a_storage_card_is_read_by_its_identifier(kind: StorageKind, identifier: bytes, name: str) -> None:
    assert read(kind, identifier) == CardRead(name, storage.NOT_KNOWN, identifier, World.SIMULATED)


def test_the_twin_makes_the_atr_that_a_real_reader_shows() -> None:
    assert atr_of(FELICA, reserved=bytes(4)) == SUICA_ATR
    assert atr_of(CLASSIC, reserved=bytes(4)).hex().upper() == "3B8F8001804F0CA000000306030001000000006A"


@pytest.mark.parametrize("atr", [SUICA_ATR, FELICA_OF_SOME_READERS])
def test_a_card_of_a_real_reader_is_of_the_physical_world(atr: bytes) -> None:
    assert read(FELICA, IDM, atr) == CardRead("felica", storage.NOT_KNOWN, IDM, World.PHYSICAL)


def test_readers_that_name_a_card_differently_agree_on_what_is_kept_of_it() -> None:
    assert read(NTAG, UID7) == read(StorageKind.TYPE_A_NO_NAME, UID7) == read(CLASSIC, UID7)


@pytest.mark.parametrize("rest", ["000000", "A1B2C3", "FFFFFF"])
def test_a_telephone_that_draws_its_identifier_cannot_be_used(rest: str) -> None:
    assert read(CLASSIC, bytes.fromhex("08" + rest)) == CardUnusable(Unusable.CHANGING_NUMBER)


def test_only_four_bytes_beginning_with_08_are_drawn() -> None:
    assert isinstance(read(NTAG, b"\x08" + UID7[1:]), CardRead)
    assert isinstance(read(CLASSIC, b"\x09\x08\x08\x08"), CardRead)
    assert isinstance(read(FELICA, b"\x08" + IDM[1:]), CardRead)


def test_an_idm_drawn_for_two_telephones_cannot_be_used() -> None:
    assert read(FELICA, bytes.fromhex("01FE081A2B3C4D5E")) == CardUnusable(Unusable.CHANGING_NUMBER)


@pytest.mark.parametrize("identifier", [b"", UID4[:3], IDM[:7], IDM + b"\0", UID7 + b"\0"])
@pytest.mark.parametrize("kind", [FELICA, CLASSIC])
def test_an_identifier_of_a_length_that_cannot_be_is_unreadable(kind: StorageKind, identifier: bytes) -> None:
    lengths = {8} if kind is FELICA else {4, 7, 10}
    tap = read(kind, identifier)
    assert (tap == CardUnreadable()) is (len(identifier) not in lengths)


def test_a_card_of_type_b_has_no_lasting_identifier_and_is_not_even_asked() -> None:
    reader = OnReader(VirtualStorageCard(StorageKind.TYPE_B, UID4))
    assert recognise.read(reader) == CardUnusable()
    assert reader.sent == []


def test_nothing_but_the_identifier_is_asked_of_a_storage_card() -> None:
    reader = OnReader(VirtualStorageCard(FELICA, IDM))
    recognise.read(reader)
    assert reader.sent == [storage.GET_IDENTIFIER]


@pytest.mark.parametrize("answer", [b"\x6a\x81", b"\x63\x00", UID4 + b"\x62\x82"])
def test_a_reader_that_does_not_give_the_identifier_has_an_unreadable_card(answer: bytes) -> None:
    assert recognise.read(Answering(SUICA_ATR, answer)) == CardUnreadable()


@pytest.mark.parametrize("answer", [b"", b"\x90"])
def test_a_card_that_left_is_gone(answer: bytes) -> None:
    with pytest.raises(CardGoneError):
        recognise.read(Answering(SUICA_ATR, answer))


def test_a_card_with_applications_is_asked_for_jpki_and_never_for_an_identifier() -> None:
    ca = DrillCa.create()
    card = VirtualMyNumberCard(ca, Issue.plain(5, datetime(2026, 11, 3, tzinfo=UTC)))
    contactless = VirtualMyNumberCard(ca, card.issue, atr=bytes.fromhex("3B888001000041E0B381A1003B"))
    for on_it in (card, contactless):
        reader = OnReader(on_it)
        assert recognise.read(reader) == CardRead("my_number", "VILLAGE-CONSOLE-DRILL", b"\x05", World.SIMULATED)
        assert storage.GET_IDENTIFIER not in reader.sent


def test_a_card_with_other_applications_cannot_be_used() -> None:
    licence = Answering(bytes.fromhex("3B888001000000009181C100D8"), b"\x6a\x82")
    assert recognise.read(licence) == CardUnusable()


@given(st.binary(max_size=33), st.binary(max_size=40))
def test_whatever_a_reader_shows_and_answers_there_is_a_tap_or_no_card(atr: bytes, answer: bytes) -> None:
    try:
        tap = recognise.read(Answering(atr, answer))
    except CardGoneError:
        return
    assert isinstance(tap, CardRead | CardUnreadable | CardUnusable)


@given(st.binary(min_size=8, max_size=8), st.binary(max_size=12))
def test_whatever_stands_in_a_storage_atr_there_is_a_tap_or_no_card(rest: bytes, identifier: bytes) -> None:
    tap = recognise.read(Answering(SUICA_ATR[:12] + rest, identifier + b"\x90\x00"))
    assert isinstance(tap, CardRead | CardUnreadable | CardUnusable)


def test_the_twin_answers_as_a_reader_and_only_while_it_has_power() -> None:
    card = VirtualStorageCard(FELICA, IDM)
    asked = [bytes.fromhex(apdu) for apdu in ("FFCA000000", "FFCA010000", "FF82000000", "00A4040C00", "")]
    assert [card.transmit(apdu).hex() for apdu in asked] == [IDM.hex() + "9000", "6a81", "6d00", "6e00", "6e00"]
    card.power_off()
    assert card.transmit(asked[0]) == b"\x6f\x00"
    card.reset()
    assert card.transmit(asked[0]) == IDM + b"\x90\x00"
