"""The card driver and the twin agree, whatever lies on the reader; and nothing is selected that must not be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import example, given, settings
from hypothesis import strategies as st

import device_sim.cards
import village_console.devices.cards
from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from village_console.devices.cards import gate, my_number
from village_console.devices.cards.transport import CardGoneError, Response
from village_console.devices.ports import CardRead, CardRemoved, CardUnreadable, CardUnusable
from village_console.register.tokens import serial_bytes
from village_console.village.run_mode import World

SERIAL = 0x0123_4567
TODAY = datetime(2026, 11, 3, tzinfo=UTC)
ISSUE = Issue.plain(SERIAL, TODAY)
CA = DrillCa.create()
CERTIFICATE = CA.issue_auth(SERIAL, ISSUE.common_name, ISSUE.not_before, ISSUE.not_after)
READ = CardRead("my_number", "VILLAGE-CONSOLE-DRILL", bytes.fromhex("01234567"), World.SIMULATED)
READABLE = {(gate.JPKI, None), (gate.JPKI, gate.AUTHENTICATION_CERTIFICATE)}
"""Every application and file that a tap may select."""
TEXT, VISUAL = bytes.fromhex("D3921000310001010408"), bytes.fromhex("D3921000310001010402")


class OnReader:
    """The twin on a reader without a wire; remembers every command."""

    def __init__(self, card: VirtualMyNumberCard) -> None:
        self.card = card
        self.atr = card.atr
        self.sent: list[bytes] = []

    def send(self, apdu: bytes) -> Response:
        self.sent.append(apdu)
        return Response.parse(self.card.transmit(apdu))


class Scripted:
    """A card that says yes to the first command and has one certificate, or whatever stands in its place."""

    atr = b"\x3b\x00"

    def __init__(self, content: bytes, chunk: int = 256) -> None:
        self._content, self._chunk = content, chunk

    def send(self, apdu: bytes) -> Response:
        if apdu[1] == 0xA4:
            return Response(b"", 0x9000)
        offset = 0 if apdu[2] & 0x80 else apdu[2] << 8 | apdu[3]
        return Response(self._content[offset : offset + self._chunk], 0x9000 if offset < len(self._content) else 0x6B00)


class Babbling:
    """A card that answers with whatever comes next, and is gone when nothing does."""

    atr = b"\x3b\x00"

    def __init__(self, answers: list[bytes]) -> None:
        self._answers: Iterator[bytes] = iter(answers)

    def send(self, apdu: bytes) -> Response:
        assert apdu
        return Response.parse(next(self._answers, b""))


def kinds(package: Path) -> set[str]:
    return {path.stem for path in package.glob("*.py")}


def test_every_kind_of_card_has_a_twin_of_the_same_name() -> None:
    drivers = kinds(Path(village_console.devices.cards.__path__[0])) - {"__init__"}
    modules = {name: import_module(f"village_console.devices.cards.{name}") for name in drivers}
    named = {name: module.KIND for name, module in modules.items() if hasattr(module, "KIND")}
    assert named == {"my_number": "my_number"}
    several = {name: set(module.KINDS.values()) for name, module in modules.items() if hasattr(module, "KINDS")}
    assert several == {"storage": {"felica", "mifare"}}
    assert set(named) | set(several) <= kinds(Path(device_sim.cards.__path__[0]))


@pytest.mark.parametrize("filler", [0, 1, 300])
@pytest.mark.parametrize("hiccup", [False, True])
def test_a_card_of_a_drill_is_read(*, hiccup: bool, filler: int) -> None:
    assert my_number.read(OnReader(VirtualMyNumberCard(CA, ISSUE, hiccup=hiccup, filler=filler))) == READ


def test_a_card_that_lies_on_the_reader_can_be_read_again() -> None:
    reader = OnReader(VirtualMyNumberCard(CA, ISSUE))
    assert [my_number.read(reader) for _ in range(3)] == [READ] * 3


@pytest.mark.parametrize("serial", [1, 0x7F, 0x80, 0xFF00, 2**63, 2**159 - 1])
def test_the_driver_and_the_register_make_the_same_bytes_of_a_serial(serial: int) -> None:
    tap = my_number.read(OnReader(VirtualMyNumberCard(CA, Issue.plain(serial, TODAY))))
    assert isinstance(tap, CardRead)
    assert tap.identifier == serial_bytes(serial)


def test_a_card_without_the_certificate_cannot_be_read() -> None:
    assert my_number.read(OnReader(VirtualMyNumberCard(CA, replace(ISSUE, has_auth=False)))) == CardUnreadable()


def test_a_card_without_the_signature_certificate_is_read_all_the_same() -> None:
    assert my_number.read(OnReader(VirtualMyNumberCard(CA, replace(ISSUE, has_sign=False)))) == READ


def test_a_card_without_the_application_is_of_another_kind() -> None:
    assert my_number.read(Babbling([b"\x6a\x82"])) == CardUnusable()


def test_a_card_that_hiccups_twice_is_of_no_use() -> None:
    assert my_number.read(Babbling([b"\x6f\x00", b"\x6f\x00", b"\x90\x00"])) == CardUnusable()


@pytest.mark.parametrize("chunk", [4, 5, 17, 255, 256])
def test_a_certificate_is_read_whatever_the_card_gives_at_a_time(chunk: int) -> None:
    assert my_number.read(Scripted(CERTIFICATE, chunk)) == READ


@pytest.mark.parametrize(
    "content",
    [b"", b"\x30", b"\x30\x82\xff\xff" + b"\0" * 5000, CERTIFICATE[:-1], b"\x31" + CERTIFICATE[1:], b"\0" * 300,
     b"\x30\x82\x00\x00", b"\x30\x81\x80" + b"\0" * 128],
    ids=["empty", "cut", "endless", "short", "no_sequence", "zeros", "nothing_in_it", "half_a_certificate"],
)  # fmt: skip
def test_a_card_with_something_else_where_its_certificate_should_be_cannot_be_read(content: bytes) -> None:
    assert my_number.read(Scripted(content)) == CardUnreadable()


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300) | st.binary(max_size=256).map(lambda data: data + b"\x90\x00"), max_size=8))
def test_whatever_bytes_a_card_answers_there_is_a_tap_or_no_card(answers: list[bytes]) -> None:
    try:
        tap = my_number.read(Babbling(answers))
    except CardGoneError:
        return
    assert isinstance(tap, CardRead | CardRemoved | CardUnreadable | CardUnusable)


# Byte 12 is the version, bytes 15 to 18 are the serial number.
@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(CERTIFICATE) - 1), st.integers(0, 255)), min_size=1, max_size=4))
@example([(12, 1)])
@example([(15, 0x80)])
@example([(15, 0), (16, 0), (17, 0), (18, 0)])
def test_a_certificate_with_any_bytes_changed_is_read_or_cannot_be_read(changes: list[tuple[int, int]]) -> None:
    content = bytearray(CERTIFICATE)
    for place, byte in changes:
        content[place] = byte
    assert isinstance(my_number.read(Scripted(bytes(content))), CardRead | CardUnreadable)


def test_a_serial_number_below_one_is_no_serial_number() -> None:
    place = CERTIFICATE.index(bytes.fromhex("020401234567")) + 2
    negative = CERTIFICATE[:place] + b"\x81" + CERTIFICATE[place + 1 :]
    nothing = CERTIFICATE[:place] + bytes(4) + CERTIFICATE[place + 4 :]
    assert [my_number.read(Scripted(content)) for content in (negative, nothing)] == [CardUnreadable()] * 2


def test_an_extension_that_stands_twice_cannot_be_read() -> None:
    key_usage, extended = bytes.fromhex("0603551d0f"), bytes.fromhex("0603551d25")
    assert CERTIFICATE.count(key_usage) == CERTIFICATE.count(extended) == 1
    assert my_number.read(Scripted(CERTIFICATE.replace(extended, key_usage))) == CardUnreadable()


def certificate_of(key: RSAPrivateKey, organisation: str | None, policy: str | None) -> bytes:
    """A certificate of another authority."""
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "JP")
    names = [country, *([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)] if organisation else [])]
    builder = x509.CertificateBuilder().issuer_name(x509.Name(names)).subject_name(x509.Name([country]))
    builder = builder.serial_number(5).public_key(key.public_key())
    builder = builder.not_valid_before(ISSUE.not_before).not_valid_after(ISSUE.not_after)
    if policy:
        information = x509.PolicyInformation(x509.ObjectIdentifier(policy), None)
        builder = builder.add_extension(x509.CertificatePolicies([information]), critical=True)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def test_a_card_with_the_policy_of_a_real_one_is_of_the_physical_world() -> None:
    real = certificate_of(CA.auth_key, "JPKI", "1.2.392.200149.8.5.1.3.30")
    assert my_number.read(Scripted(real)) == CardRead("my_number", "JPKI", b"\x05", World.PHYSICAL)


def test_the_policy_alone_says_that_a_card_is_simulated() -> None:
    pretender = certificate_of(CA.auth_key, "VILLAGE-CONSOLE-DRILL", "1.2.392.200149.8.5.1.3.30")
    tap = my_number.read(Scripted(pretender))
    assert isinstance(tap, CardRead)
    assert tap.world is World.PHYSICAL


@pytest.mark.parametrize(("organisation", "policy"), [(None, my_number.DRILL_POLICY), ("JPKI", None)])
def test_a_certificate_without_issuer_or_policy_cannot_be_read(organisation: str | None, policy: str | None) -> None:
    assert my_number.read(Scripted(certificate_of(CA.auth_key, organisation, policy))) == CardUnreadable()


@pytest.mark.parametrize("hiccup", [False, True])
@pytest.mark.parametrize("has_auth", [False, True])
def test_only_what_is_readable_is_ever_selected(*, hiccup: bool, has_auth: bool) -> None:
    reader = OnReader(VirtualMyNumberCard(CA, replace(ISSUE, has_auth=has_auth), hiccup=hiccup))
    my_number.read(reader)
    assert selected(reader.sent) <= READABLE
    assert {apdu[1] for apdu in reader.sent} <= {0xA4, 0xB0}
    assert reader.card.tripped == []


def selected(sent: list[bytes]) -> set[tuple[bytes, int | None]]:
    """Every application and file that commands named."""
    found: set[tuple[bytes, int | None]] = set()
    application = b""
    for apdu in sent:
        if apdu[1] == 0xA4 and apdu[2] == 0x04:
            application = apdu[5:]
            found.add((application, None))
        elif apdu[1] == 0xA4:
            found.add((application, int.from_bytes(apdu[5:], "big")))
        elif apdu[2] & 0x80:
            found.add((application, apdu[2] & 0x1F))
    return found


@pytest.mark.parametrize(
    ("application", "read", "tripped"),
    [(TEXT, "00B0810000", "text 0001"), (VISUAL, "00A4020C020005", "visual 0005"), (TEXT, "00B0940000", "text 0014")],
)
def test_the_twin_would_notice_whoever_asks_for_the_my_number(application: bytes, read: str, tripped: str) -> None:
    reader = OnReader(VirtualMyNumberCard(CA, ISSUE))
    reader.send(bytes([0x00, 0xA4, 0x04, 0x0C, len(application)]) + application)
    reader.send(bytes.fromhex(read))
    assert reader.card.tripped == [tripped]
    assert not selected(reader.sent) <= READABLE


def test_an_answer_without_a_status_word_is_no_card() -> None:
    for raw in (b"", b"\x90"):
        with pytest.raises(CardGoneError):
            Response.parse(raw)
    assert Response.parse(b"\x01\x90\x00") == Response(b"\x01", 0x9000)
    assert [Response(b"", sw).ok for sw in (0x9000, 0x9001, 0x6A82)] == [True, False, False]
