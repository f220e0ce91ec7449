"""A staff card as a key: the driver against the twin. PINs are spent only by people, and the same card always signs alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.storage import StorageKind, VirtualStorageCard
from village_console.devices.cards.staff_card import Refusal, Refused, Signer, sign_in
from village_console.devices.cards.transport import CardGoneError, Response
from village_console.village.run_mode import World

CA = DrillCa.create()
TODAY = datetime(2026, 11, 3, tzinfo=UTC)
ISSUE = Issue.plain(77, TODAY)
CHALLENGE = bytes(range(32))
VERIFY, SIGN = 0x20, 0x2A


class Lying:
    """A twin on a reader without a wire; remembers every command, and may leave after so many."""

    def __init__(self, card: VirtualMyNumberCard | VirtualStorageCard, leaves_after: int = 1000) -> None:
        self.card, self.atr, self._leaves_after = card, card.atr, leaves_after
        self.sent: list[bytes] = []

    def send(self, apdu: bytes) -> Response:
        if len(self.sent) == self._leaves_after:
            raise CardGoneError
        self.sent.append(apdu)
        return Response.parse(self.card.transmit(apdu))

    def pins(self) -> list[bytes]:
        """Every PIN that was sent."""
        return [apdu[5:] for apdu in self.sent if apdu[1] == VERIFY and len(apdu) > 4]


class Person:
    """Whose card it is."""

    def __init__(self, pin: str | None = "1234", *, dares: bool = False) -> None:
        self._pin, self._dares = pin, dares
        self.told: list[int] = []

    def lay(self) -> None:
        """Not asked for here: the card lies there already."""

    def pin(self, left: int) -> str | None:
        self.told.append(left)
        return self._pin

    def dares_last_try(self) -> bool:
        return self._dares


def card(issue: Issue = ISSUE, ca: DrillCa = CA) -> VirtualMyNumberCard:
    return VirtualMyNumberCard(ca, issue)


def signer_of(lying: Lying, person: Person | None = None) -> Signer:
    signer = sign_in(lying, World.SIMULATED, person or Person())
    assert not isinstance(signer, Refused)
    return signer


def refused(lying: Lying, person: Person | None = None, world: World = World.SIMULATED) -> Refused:
    outcome = sign_in(lying, world, person or Person())
    assert isinstance(outcome, Refused)
    return outcome


def test_the_same_card_signs_the_same_challenge_alike_for_ever() -> None:
    signed = {signer_of(Lying(card()))(CHALLENGE) for _ in range(3)}
    assert len(signed) == 1
    assert len(next(iter(signed))) == 256


def test_it_is_a_signature_that_the_cards_own_certificate_vouches_for() -> None:
    lying = Lying(card())
    signature = signer_of(lying)(CHALLENGE)
    said = b"village-console staff card 1" + b"VILLAGE-CONSOLE-DRILL" + bytes([77]) + CHALLENGE
    CA.auth_key.public_key().verify(signature, said, PKCS1v15(), SHA256())


def test_another_challenge_another_card_and_another_key_sign_differently() -> None:
    signer = signer_of(Lying(card()))
    twin_key = signer_of(Lying(card(Issue.plain(78, TODAY))))
    other_key = signer_of(Lying(card(ca=DrillCa.create())))
    assert len({signer(CHALLENGE), signer(b"x" * 32), twin_key(CHALLENGE), other_key(CHALLENGE)}) == 4


def test_one_pin_is_enough_for_several_challenges() -> None:
    lying = Lying(card())
    signer = signer_of(lying)
    assert signer(CHALLENGE) != signer(b"x" * 32)
    assert lying.pins() == [b"1234"]


def test_the_tries_that_are_left_are_told_before_anything_is_sent() -> None:
    lying, person = Lying(card()), Person("9999")
    assert refused(lying, person) == Refused(Refusal.WRONG_PIN, 2)
    assert refused(lying, person) == Refused(Refusal.WRONG_PIN, 1)
    assert person.told == [3, 2]


def test_the_last_try_is_never_spent_without_a_word() -> None:
    lying, wrong = Lying(card()), Person("9999")
    refused(lying, wrong)
    refused(lying, wrong)
    sent = len(lying.pins())
    assert refused(lying, Person("1234")) == Refused(Refusal.LAST_TRY, 1)
    assert len(lying.pins()) == sent
    signer_of(lying, Person("1234", dares=True))
    lying.card.power_on()
    assert refused(lying, wrong) == Refused(Refusal.WRONG_PIN, 2), "the right PIN gave all tries back"


def test_a_blocked_card_is_named_and_left_alone() -> None:
    lying, daring = Lying(card()), Person("9999", dares=True)
    outcomes = [refused(lying, daring) for _ in range(3)]
    assert outcomes[-1] == Refused(Refusal.BLOCKED, 0)
    sent = len(lying.pins())
    assert refused(lying, daring) == Refused(Refusal.BLOCKED, 0)
    assert len(lying.pins()) == sent


@pytest.mark.parametrize("pin", [None, "", "123", "12345", "１２３４", "abcd", " 123", "1234\n"])
def test_what_is_no_pin_is_not_sent(pin: str | None) -> None:
    lying = Lying(card())
    assert refused(lying, Person(pin)) == Refused(Refusal.NO_PIN, 3)
    assert lying.pins() == []


@pytest.mark.parametrize(
    "lying",
    [
        Lying(card(replace(ISSUE, has_auth=False))),
        Lying(VirtualStorageCard(StorageKind.FELICA, bytes.fromhex("0101081A2B3C4D5E"))),
    ],
)
def test_a_card_that_cannot_sign_is_not_asked_for_a_pin(lying: Lying) -> None:
    person = Person()
    assert refused(lying, person) == Refused(Refusal.NOT_THIS_KIND)
    assert (person.told, lying.pins()) == ([], [])


def test_a_simulated_card_is_no_key_in_the_physical_world() -> None:
    person = Person()
    assert refused(Lying(card()), person, World.PHYSICAL) == Refused(Refusal.NOT_THIS_KIND)
    assert person.told == []


@pytest.mark.parametrize("commands", range(10))
def test_a_card_that_leaves_is_gone_and_its_pin_is_sent_at_most_once(commands: int) -> None:
    lying = Lying(card(), leaves_after=commands)
    with pytest.raises(CardGoneError):
        signer_of(lying)(CHALLENGE)
    assert len(lying.pins()) <= 1


def test_a_card_without_power_forgets_the_pin() -> None:
    lying = Lying(card())
    signer = signer_of(lying)
    lying.card.power_on()
    with pytest.raises(CardGoneError):
        signer(CHALLENGE)


def test_nothing_else_of_the_card_is_touched() -> None:
    lying = Lying(card())
    signer_of(lying)(CHALLENGE)
    assert isinstance(lying.card, VirtualMyNumberCard)
    assert lying.card.tripped == []
    selected = {apdu[5:] for apdu in lying.sent if apdu[1:4] == bytes([0xA4, 0x02, 0x0C])}
    assert selected == {b"\x00\x17", b"\x00\x18"}, "the authentication key and its PIN; never the signature's"
    assert {apdu[1] for apdu in lying.sent} == {0xA4, 0xB0, VERIFY, SIGN}
