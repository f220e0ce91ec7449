"""A token stands for one card under one key, and the card's number cannot be found back from it."""

from __future__ import annotations

import hashlib
import hmac
import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_console.register.tokens import PRINTED, card_token, may_become_token, serial_bytes, token_key_name
from village_console.village.run_mode import World

KEY = b"k" * 32
WHOLE = card_token(KEY, "my_number", "ISSUER", b"\x01\x23")


def test_the_same_card_under_the_same_key_is_the_same_token() -> None:
    assert card_token(KEY, "my_number", "ISSUER", b"\x01\x23") == WHOLE


def test_a_token_is_the_kind_and_128_bits_of_an_hmac_over_parts_with_their_lengths() -> None:
    message = b"\x00\x09my_number\x00\x06ISSUER\x00\x02\x01\x23"
    digest = hmac.new(KEY, message, hashlib.sha256).digest()
    assert f"my_number-{digest[:16].hex()}" == WHOLE


def test_another_key_kind_issuer_or_card_is_another_token() -> None:
    tokens = [
        WHOLE,
        card_token(b"j" * 32, "my_number", "ISSUER", b"\x01\x23"),
        card_token(KEY, "licence", "ISSUER", b"\x01\x23"),
        card_token(KEY, "my_number", "OTHER", b"\x01\x23"),
        card_token(KEY, "my_number", "ISSUER", b"\x01\x24"),
    ]
    digests = [token.rpartition("-")[2] for token in tokens]
    assert all(one != other for one, other in combinations(digests, 2))


def test_a_byte_that_moves_from_one_part_to_the_next_makes_another_token() -> None:
    moved = [card_token(KEY, "k", issuer, card) for issuer, card in [("AB", b"C"), ("A", b"BC"), ("ABC", b"")]]
    assert b"AB" + b"C" == b"A" + b"BC"
    assert len(set(moved)) == 3


@given(st.text(max_size=8), st.text(max_size=8), st.binary(max_size=8), st.text(max_size=8), st.binary(max_size=8))
def test_different_parts_never_share_a_token(kind: str, issuer: str, card: bytes, issuer_2: str, card_2: bytes) -> None:
    same_parts = (issuer, card) == (issuer_2, card_2)
    assert (card_token(KEY, kind, issuer, card) == card_token(KEY, kind, issuer_2, card_2)) == same_parts


@given(st.integers(min_value=0, max_value=2**160))
def test_a_serial_number_is_its_shortest_bytes(serial: int) -> None:
    assert int.from_bytes(serial_bytes(serial), "big") == serial
    assert re.fullmatch(rb"\x00|[^\x00].*", serial_bytes(serial), re.DOTALL)


def test_each_incident_has_a_key_of_its_own() -> None:
    assert token_key_name("a") != token_key_name("b")


@pytest.mark.parametrize("ground", ["", " ", "\u3000"])
def test_the_number_of_a_real_certificate_is_no_token_without_a_ground_in_law(ground: str) -> None:
    assert not may_become_token("my_number", World.PHYSICAL, ground)


@pytest.mark.parametrize(
    ("kind", "world", "ground"),
    [
        ("my_number", World.PHYSICAL, "西興部村の条例 第1条"),
        ("my_number", World.SIMULATED, ""),
        ("felica", World.PHYSICAL, ""),
        ("mifare", World.PHYSICAL, ""),
        (PRINTED, World.PHYSICAL, ""),
    ],
)
def test_with_a_ground_in_a_drill_and_of_cards_to_hand_out_a_token_may_be_made(
    kind: str, world: World, ground: str
) -> None:
    assert may_become_token(kind, world, ground)
