"""PINs of the virtual card: tries are spent, blocked, given back, and forgotten only by whoever forgets the card."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard

ISSUE = Issue.plain(42, datetime(2026, 11, 3, tzinfo=UTC))
CA = DrillCa.create()
SHA256_PREFIX = bytes.fromhex("3031300D060960864801650304020105000420")
DIGEST_INFO = SHA256_PREFIX + sha256(b"a challenge").digest()
SIGN_NOW = b"\x80\x2a\x00\x80" + bytes([len(DIGEST_INFO)]) + DIGEST_INFO + b"\x00"


@dataclass(frozen=True)
class Secret:
    name: str
    pin: str
    key: str
    right: bytes
    tries: int


AUTH = Secret("authentication PIN", "0018", "0017", b"1234", 3)
SIGN = Secret("signature password", "001B", "001A", b"ABC123", 5)
both = pytest.mark.parametrize("secret", [AUTH, SIGN], ids=lambda secret: secret.name)


def fresh() -> VirtualMyNumberCard:
    card = VirtualMyNumberCard(CA, ISSUE)
    assert card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001")) == b"\x90\x00"
    return card


def select(card: VirtualMyNumberCard, identifier: str) -> None:
    assert card.transmit(bytes.fromhex("00A4020C02" + identifier)) == b"\x90\x00"


def show(card: VirtualMyNumberCard, secret: Secret, attempt: bytes) -> str:
    select(card, secret.pin)
    return card.transmit(b"\x00\x20\x00\x80" + bytes([len(attempt)]) + attempt).hex().upper()


def tries_left(card: VirtualMyNumberCard, secret: Secret) -> str:
    select(card, secret.pin)
    return card.transmit(bytes.fromhex("00200080")).hex().upper()


@both
def test_asking_for_the_tries_left_costs_none(secret: Secret) -> None:
    card = fresh()
    assert {tries_left(card, secret) for _ in range(10)} == {f"63C{secret.tries}"}


@both
def test_tries_can_be_asked_by_short_identifier(secret: Secret) -> None:
    query = bytes([0x00, 0x20, 0x00, 0x80 + int(secret.pin, 16)])
    assert fresh().transmit(query).hex().upper() == f"63C{secret.tries}"


@both
def test_a_wrong_secret_costs_a_try_and_the_right_one_gives_all_back(secret: Secret) -> None:
    card = fresh()
    assert show(card, secret, b"000000") == f"63C{secret.tries - 1}"
    assert show(card, secret, secret.right) == "9000"
    card.reset()
    card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    assert tries_left(card, secret) == f"63C{secret.tries}"


@both
def test_after_the_last_try_even_the_right_secret_is_refused(secret: Secret) -> None:
    card = fresh()
    answers = [show(card, secret, b"9999") for _ in range(secret.tries)]
    assert answers == [f"63C{left}" for left in reversed(range(secret.tries))]
    assert (show(card, secret, secret.right), tries_left(card, secret)) == ("6984", "6984")


@both
def test_spent_tries_survive_the_loss_of_power(secret: Secret) -> None:
    card = fresh()
    show(card, secret, b"9999")
    card.power_off()
    card.power_on()
    card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    assert tries_left(card, secret) == f"63C{secret.tries - 1}"


def test_blocking_one_secret_leaves_the_other_alone() -> None:
    card = fresh()
    for _ in range(AUTH.tries):
        show(card, AUTH, b"9999")
    assert show(card, SIGN, SIGN.right) == "9000"


@both
def test_a_verified_secret_says_so_until_a_wrong_one_is_shown(secret: Secret) -> None:
    card = fresh()
    show(card, secret, secret.right)
    assert tries_left(card, secret) == "9000"
    show(card, secret, b"9999")
    assert tries_left(card, secret) == f"63C{secret.tries - 1}"


@pytest.mark.parametrize(
    ("apdu", "answer"),
    [
        (b"\x00\x20\x00\x80\x041234", "6986"),  # which PIN?
        (b"\x00\x20\x00\x8a\x041234", "6981"),  # a certificate is no PIN
        (b"\x00\x20\x00\x9f\x041234", "6A82"),  # no such file
        (b"\x00\x20\x00\x00\x041234", "6A86"),  # a PIN of the whole card: there is none
        (b"\x00\x20\x01\x98\x041234", "6A86"),
        (b"\x00\x20\x00\x98\x041234\x00", "6700"),  # VERIFY answers nothing, so there is nothing to ask for
    ],
)
def test_a_malformed_verify_costs_no_try(apdu: bytes, answer: str) -> None:
    card = fresh()
    assert card.transmit(apdu).hex().upper() == answer
    assert tries_left(card, AUTH) == "63C3"


@both
def test_a_signature_wants_the_secret_first(secret: Secret) -> None:
    card = fresh()
    select(card, secret.key)
    assert card.transmit(SIGN_NOW) == b"\x69\x82"


@both
def test_a_signature_is_what_the_certificates_key_expects(secret: Secret) -> None:
    card = fresh()
    show(card, secret, secret.right)
    select(card, secret.key)
    answer = card.transmit(SIGN_NOW)
    assert (len(answer), answer[-2:]) == (258, b"\x90\x00")
    key = CA.auth_key if secret is AUTH else CA.sign_key
    key.public_key().verify(answer[:-2], b"a challenge", PKCS1v15(), SHA256())
    with pytest.raises(InvalidSignature):
        key.public_key().verify(answer[:-2], b"another challenge", PKCS1v15(), SHA256())


def test_one_secret_does_not_unlock_the_other_key() -> None:
    card = fresh()
    show(card, AUTH, AUTH.right)
    select(card, SIGN.key)
    assert card.transmit(SIGN_NOW) == b"\x69\x82"


@pytest.mark.parametrize("forget", [VirtualMyNumberCard.reset, VirtualMyNumberCard.power_on])
def test_reset_and_power_up_forget_that_a_secret_was_shown(forget: object) -> None:
    card = fresh()
    show(card, AUTH, AUTH.right)
    assert callable(forget)
    forget(card)
    card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    select(card, AUTH.key)
    assert card.transmit(SIGN_NOW) == b"\x69\x82"


def test_a_secret_stays_shown_across_applications_until_power_is_cut() -> None:
    card = fresh()
    show(card, AUTH, AUTH.right)
    card.transmit(bytes.fromhex("00A4040C0AD3921000310001010408"))
    card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    select(card, AUTH.key)
    assert card.transmit(SIGN_NOW)[-2:] == b"\x90\x00"


@given(length=st.integers(1, 245))
def test_any_digest_info_that_fits_is_padded_and_signed_as_given(length: int) -> None:
    card, given_bytes = fresh(), bytes(range(length))
    show(card, AUTH, AUTH.right)
    answer = card.transmit(b"\x80\x2a\x00\x97" + bytes([length]) + given_bytes + b"\x00")
    numbers = CA.auth_key.public_key().public_numbers()
    block = pow(int.from_bytes(answer[:-2], "big"), numbers.e, numbers.n).to_bytes(256, "big")
    assert block == b"\x00\x01" + b"\xff" * (253 - length) + b"\x00" + given_bytes


@pytest.mark.parametrize(
    ("apdu", "answer"),
    [
        (b"\x80\x2a\x00\x80\x01A", "6700"),  # a signature that nobody wants to have
        (b"\x80\x2a\x00\x80\x00", "6700"),  # nothing to sign
        (b"\x80\x2a\x00\x80\xf6" + b"A" * 246 + b"\x00", "6700"),  # no room for the padding
        (b"\x80\x2a\x00\x80\x01A\x10", "6C00"),  # 16 of 256 bytes
        (b"\x80\x2a\x02\x80\x01A\x00", "6A86"),
        (b"\x80\x2a\x00\x98\x01A\x00", "6981"),  # a PIN does not sign
    ],
)
def test_a_malformed_order_to_sign_is_refused(apdu: bytes, answer: str) -> None:
    card = fresh()
    show(card, AUTH, AUTH.right)
    select(card, AUTH.key)
    assert card.transmit(apdu).hex().upper() == answer


@pytest.mark.parametrize("pin", ["123", "12345", "12a4", "", "１２３４"])
def test_no_card_is_issued_with_a_pin_that_nobody_could_enter(pin: str) -> None:
    with pytest.raises(ValueError, match="four digits"):
        replace(ISSUE, auth_pin=pin)


@pytest.mark.parametrize("password", ["ABC12", "abc123", "A" * 17])
def test_no_card_is_issued_with_an_impossible_signature_password(password: str) -> None:
    with pytest.raises(ValueError, match="6 to 16"):
        replace(ISSUE, sign_password=password)


def test_a_pin_keeps_its_leading_zeros() -> None:
    card = VirtualMyNumberCard(CA, replace(ISSUE, auth_pin="0007"))
    card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    assert (show(card, AUTH, b"7"), show(card, AUTH, b"0007")) == ("63C2", "9000")
