"""The envelope: the same bytes everywhere, and a chain that survives erasing what is sealed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from village_console.journal import envelope as env
from village_console.journal.envelope import Envelope
from village_console.register.facts import ResidentListed, Sex
from village_console.stranded.facts import EvacuationOrdered, Level
from village_console.village.ids import NOT_SIGNED_IN, FactHash, HouseholdId

KEY = bytes(32)
ENVELOPE = Envelope(
    dev="0123456789abcdef", inc="89abcdef", seq=7, hlc=117_549_000_000_000_000, wall=1_793_696_531_123, mono=55_000,
    boot="3f1c2b4d", kind="EvacueeReceived", version=1, subject="resident:haru", prev=(FactHash("aa"), FactHash("bb")),
    by=NOT_SIGNED_IN, via="reception/1", mode="drill", world="simulated", incident="夕方の大雨",
    d={"shelter": "S1", "receipt": "S1-0007", "path": "card"},
)  # fmt: skip
LISTED = ResidentListed(
    subject="resident:haru", household=HouseholdId("household:015636/H0001"), number="0000002", name="葛\U000e0100西 𠮷子",
    kana="カサイ ヨシコ", birth=date(1944, 9, 21), sex=Sex.FEMALE, relation="妻", settlement="上興部", address="上興部12番地",
    phone="0158-00-1811", needs_evacuation_support=True,
)  # fmt: skip


def test_an_envelope_is_read_back_from_its_body() -> None:
    assert Envelope.from_body(ENVELOPE.body()) == ENVELOPE
    assert Envelope.from_body(ENVELOPE.body()).body() == ENVELOPE.body()


def test_a_body_is_canonical_json() -> None:
    body = ENVELOPE.body()
    plain = json.loads(body)
    assert json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() == body
    assert list(plain) == sorted(plain)
    assert "夕方の大雨".encode() in body


def test_the_order_in_which_fields_were_given_does_not_matter() -> None:
    turned = replace(ENVELOPE, d=dict(reversed(ENVELOPE.d.items())))
    assert turned.body() == ENVELOPE.body()


def test_a_body_names_the_version_of_its_own_form() -> None:
    assert json.loads(ENVELOPE.body())["v"] == env.ENVELOPE_VERSION


def test_the_time_of_a_fact_is_japans_to_the_millisecond() -> None:
    assert ENVELOPE.at.isoformat() == "2026-11-03T18:02:11.123000+09:00"


def test_the_hash_follows_from_the_one_before_the_body_and_the_seal() -> None:
    body, sealed_sha = ENVELOPE.body(), env.sha(b"sealed")
    assert env.hash_of(env.FIRST_HASH, body, sealed_sha) == hashlib.sha256(bytes(32) + body + sealed_sha).digest()
    others = [
        env.hash_of(b"\1" * 32, body, sealed_sha),
        env.hash_of(env.FIRST_HASH, body + b" ", sealed_sha),
        env.hash_of(env.FIRST_HASH, body, env.sha(b"")),
    ]
    assert env.hash_of(env.FIRST_HASH, body, sealed_sha) not in others


def test_personal_fields_are_those_that_the_fact_names() -> None:
    plain, secret = env.split(LISTED)
    assert plain == {"household": "household:015636/H0001"}
    assert set(secret) == ResidentListed.personal_fields()
    assert (secret["name"], secret["birth"]) == ("葛\U000e0100西 𠮷子", "1944-09-21")


def test_a_fact_about_nobody_has_nothing_to_seal() -> None:
    at = datetime(2026, 11, 3, 9, tzinfo=UTC)
    order = EvacuationOrdered(subject="order:1", level=Level.EVACUATION_ORDER, settlements=("上興部",), issued_at=at)
    plain, secret = env.split(order)
    assert (set(plain), secret) == ({"level", "settlements", "issued_at", "by"}, {})


def test_a_seal_opens_with_its_key_only() -> None:
    secret = env.split(LISTED)[1]
    sealed = env.seal(KEY, secret)
    assert env.unseal(KEY, sealed) == secret
    assert env.unseal(b"\1" * 32, sealed) is None
    assert env.unseal(KEY, sealed[: env.NONCE_BYTES]) is None


def test_no_two_seals_are_alike() -> None:
    assert env.seal(KEY, {"name": "佐藤 ハル"}) != env.seal(KEY, {"name": "佐藤 ハル"})


@pytest.mark.parametrize("place", [0, env.NONCE_BYTES, -1])
def test_a_seal_with_one_wrong_byte_does_not_open(place: int) -> None:
    sealed = bytearray(env.seal(KEY, {"name": "佐藤 ハル"}))
    sealed[place] ^= 1
    assert env.unseal(KEY, bytes(sealed)) is None
