"""A card proves itself, driver against twin: it signs our challenge, and whoever gave its certificate out is pinned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.kept_ca import CERTIFICATE, ca_of
from device_sim.cards.storage import StorageKind, VirtualStorageCard
from tests.contract.laid_cards import CA, ISSUE, SIGN, TODAY, Laid, Twisted, card
from village_console.devices.cards.card_proof import prove, read_authorities
from village_console.devices.ports import CardProof, Checked, Pin, Refusal, Refused
from village_console.village.run_mode import World

OTHER = DrillCa.create()
"""Of the same name, with other keys, as a later generation of the same authority."""
PIN = Pin("1234")


def pinned(*cas: DrillCa) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_der_x509_certificate(ca.auth_ca) for ca in cas)


PINNED = pinned(CA)
HOLDS = CardProof(Checked.HOLDS, Checked.HOLDS, Checked.HOLDS, Checked.NOT_CHECKED)


def proof(
    lying: Laid,
    pin: Pin = PIN,
    authorities: Sequence[x509.Certificate] = PINNED,
    now: datetime = TODAY,
    *,
    dares: bool = False,
) -> CardProof | Refused:
    return prove(lying, World.SIMULATED, pin, authorities, now, dares_last_try=dares)


def signing(lying: Laid) -> int:
    """Which command orders the signature."""
    return next(n for n, apdu in enumerate(lying.sent) if apdu[1] == SIGN)


def test_a_good_card_proves_itself_and_its_revocation_is_not_checked() -> None:
    found = proof(Laid(card()))
    assert found == HOLDS
    assert isinstance(found, CardProof)
    assert (found.holds, found.revocation) == (True, Checked.NOT_CHECKED)


def test_nothing_of_a_proof_tells_whose_card_it_is() -> None:
    assert [field.name for field in fields(CardProof)] == ["signature", "authority", "dates", "revocation"]
    one, another = (proof(Laid(card(replace(ISSUE, serial=serial)))) for serial in (5, 6))
    assert one == another == HOLDS


def test_of_several_generations_the_right_one_is_found_by_its_signature() -> None:
    assert proof(Laid(card()), authorities=pinned(OTHER, CA)) == HOLDS


def test_a_card_of_an_authority_that_is_not_pinned_fails_though_its_name_is_right() -> None:
    found = proof(Laid(card()), authorities=pinned(OTHER))
    assert found == replace(HOLDS, authority=Checked.FAILS)
    assert isinstance(found, CardProof)
    assert not found.holds


def test_where_no_authority_is_pinned_nobody_can_know() -> None:
    found = proof(Laid(card()), authorities=())
    assert found == replace(HOLDS, authority=Checked.CANNOT_KNOW)
    assert isinstance(found, CardProof)
    assert not found.holds


@pytest.mark.parametrize("now", [ISSUE.not_before - timedelta(seconds=1), ISSUE.not_after + timedelta(seconds=1)])
def test_a_card_outside_its_time_fails(now: datetime) -> None:
    assert proof(Laid(card()), now=now) == replace(HOLDS, dates=Checked.FAILS)


@pytest.mark.parametrize("now", [ISSUE.not_before, ISSUE.not_after])
def test_the_first_and_the_last_moment_are_in_time(now: datetime) -> None:
    assert proof(Laid(card()), now=now) == HOLDS


def test_a_copy_of_a_certificate_without_its_key_fails() -> None:
    thief = replace(CA, auth_key=OTHER.auth_key)
    copied = CA.issue_auth(ISSUE.serial, ISSUE.common_name, ISSUE.not_before, ISSUE.not_after)
    lying = Laid(card(ca=thief))
    honest = lying.card.transmit
    lying.card.transmit = (
        lambda apdu: (  # type: ignore[method-assign] -- a forged card
            copied[(0 if apdu[2] & 0x80 else apdu[2] << 8 | apdu[3]) :][:256] + b"\x90\x00"
            if apdu[1] == 0xB0
            else honest(apdu)
        )
    )
    assert proof(lying) == replace(HOLDS, signature=Checked.FAILS)


def test_yesterdays_signature_is_no_proof_of_today() -> None:
    first = Laid(card())
    proof(first)
    replayed = first.card.transmit(first.sent[signing(first)])
    assert replayed[-2:] == b"\x90\x00", "the card signs that challenge like that for ever"
    assert proof(Twisted(card(), {signing(first): replayed})) == replace(HOLDS, signature=Checked.FAILS)


def test_each_challenge_is_new() -> None:
    lying = Laid(card())
    proof(lying)
    lying.card.power_on()
    proof(lying)
    orders = [apdu for apdu in lying.sent if apdu[1] == SIGN]
    assert len(set(orders)) == 2


def test_a_key_of_another_kind_proves_nothing() -> None:
    template = x509.load_der_x509_certificate(
        CA.issue_auth(ISSUE.serial, ISSUE.common_name, ISSUE.not_before, ISSUE.not_after)
    )
    builder = x509.CertificateBuilder().issuer_name(template.issuer).subject_name(template.subject).serial_number(5)
    builder = builder.not_valid_before(ISSUE.not_before).not_valid_after(ISSUE.not_after)
    policies = template.extensions.get_extension_for_class(x509.CertificatePolicies).value
    builder = builder.public_key(generate_private_key(SECP256R1()).public_key()).add_extension(policies, critical=True)
    content = builder.sign(CA.key, SHA256()).public_bytes(Encoding.DER)
    lying = Laid(card())
    honest = lying.card.transmit
    lying.card.transmit = (
        lambda apdu: (  # type: ignore[method-assign] -- a forged card
            content[(0 if apdu[2] & 0x80 else apdu[2] << 8 | apdu[3]) :][:256] + b"\x90\x00"
            if apdu[1] == 0xB0
            else honest(apdu)
        )
    )
    assert proof(lying) == replace(HOLDS, signature=Checked.FAILS)


def test_the_pin_is_cared_for_as_everywhere() -> None:
    lying, wrong = Laid(card()), Pin("9999")
    outcomes = [proof(lying, wrong) for _ in range(3)]
    assert outcomes == [Refused(Refusal.WRONG_PIN, 2), Refused(Refusal.WRONG_PIN, 1), Refused(Refusal.LAST_TRY, 1)]
    assert proof(lying) == Refused(Refusal.LAST_TRY, 1)
    assert proof(lying, wrong, dares=True) == Refused(Refusal.BLOCKED, 0)
    assert proof(lying, dares=True) == Refused(Refusal.BLOCKED, 0)
    assert lying.secrets() == [b"9999"] * 3


def test_the_pin_of_the_card_face_is_another_one() -> None:
    lying = Laid(card(replace(ISSUE, text_pin="5678")))
    assert proof(lying, Pin("5678")) == Refused(Refusal.WRONG_PIN, 2)
    assert proof(lying, PIN) == HOLDS


@pytest.mark.parametrize("world", World)
def test_cards_without_a_certificate_of_this_world_are_not_asked_for_a_pin(world: World) -> None:
    felica = Laid(VirtualStorageCard(StorageKind.FELICA, bytes.fromhex("0101081A2B3C4D5E")))
    without = Laid(card(replace(ISSUE, has_auth=False)))
    assert [prove(lying, world, PIN, PINNED, TODAY) for lying in (felica, without)] == [
        Refused(Refusal.NOT_THIS_KIND)
    ] * 2
    drill = Laid(card())
    assert prove(drill, World.PHYSICAL, PIN, PINNED, TODAY) == Refused(Refusal.NOT_THIS_KIND)
    assert [lying.secrets() for lying in (felica, without, drill)] == [[], [], []]


def test_a_card_that_leaves_at_any_moment_is_gone_and_was_sent_the_pin_at_most_once() -> None:
    whole = Laid(card())
    assert proof(whole) == HOLDS
    for commands in range(len(whole.sent)):
        lying = Laid(card(), leaves_after=commands)
        assert proof(lying) == Refused(Refusal.GONE), commands
        assert len(lying.secrets()) <= 1


@pytest.mark.parametrize("answer", [b"\x69\x82", b"\x90\x00", b"\0" * 255 + b"\x90\x00", b"\x61\x00"])
def test_a_card_that_gives_no_signature_cannot_be_read(answer: bytes) -> None:
    honest = Laid(card())
    proof(honest)
    assert proof(Twisted(card(), {signing(honest): answer})) == Refused(Refusal.UNREADABLE)


def test_the_authority_of_a_towns_cards_is_pinned_by_its_file(tmp_path: Path) -> None:
    ca = ca_of(tmp_path)
    assert proof(Laid(card(ca=ca)), authorities=read_authorities(tmp_path / CERTIFICATE)) == HOLDS
    assert proof(Laid(card()), authorities=read_authorities(tmp_path / CERTIFICATE)) == replace(
        HOLDS, authority=Checked.FAILS
    )


def test_a_file_may_hold_several_generations(tmp_path: Path) -> None:
    path = tmp_path / "authorities.pem"
    path.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in pinned(OTHER, CA)))
    assert read_authorities(path) == pinned(OTHER, CA)


def test_without_a_file_of_certificates_there_is_no_authority(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a certificate")
    assert [read_authorities(path) for path in (None, tmp_path / "nowhere", tmp_path / "text", tmp_path)] == [()] * 4
