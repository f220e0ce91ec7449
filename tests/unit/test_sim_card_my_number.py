"""The virtual My Number card answers as reference/cards.md 1.3-1.4 says a real one does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard

TODAY = datetime(2026, 11, 3, tzinfo=UTC)
ISSUE = Issue.plain(0x0123_4567, TODAY)
CA = DrillCa.create()

SELECT_JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
SELECT_TEXT = bytes.fromhex("00A4040C0AD3921000310001010408")
SELECT_VISUAL = bytes.fromhex("00A4040C0AD3921000310001010402")


def card_with_jpki() -> VirtualMyNumberCard:
    card = VirtualMyNumberCard(CA, ISSUE)
    assert ask(card, SELECT_JPKI) == "9000"
    return card


def ask(card: VirtualMyNumberCard, apdu: bytes | str) -> str:
    """The answer in hex."""
    return card.transmit(bytes.fromhex(apdu) if isinstance(apdu, str) else apdu).hex().upper()


def read_in_chunks(card: VirtualMyNumberCard, size: int) -> bytes:
    """Read the current file as a patient reader would, until the card says that there is no more."""
    content = b""
    while True:
        answer = card.transmit(bytes([0x00, 0xB0, *len(content).to_bytes(2, "big"), size % 256]))
        if answer[-2:] != b"\x90\x00":
            assert answer == b"\x6b\x00"
            return content
        content += answer[:-2]


def auth_certificate() -> bytes:
    return CA.issue_auth(ISSUE.serial, ISSUE.common_name, ISSUE.not_before, ISSUE.not_after)


@pytest.mark.parametrize("application", [SELECT_JPKI, SELECT_TEXT, SELECT_VISUAL])
def test_its_applications_can_be_selected(application: bytes) -> None:
    assert ask(VirtualMyNumberCard(CA, ISSUE), application) == "9000"


def test_an_application_it_does_not_have_is_not_found() -> None:
    assert ask(VirtualMyNumberCard(CA, ISSUE), "00A4040C07A0000002471001") == "6A82"


def test_the_authentication_certificate_is_read_without_a_pin() -> None:
    card = card_with_jpki()
    assert ask(card, "00A4020C02000A") == "9000"
    assert read_in_chunks(card, 256) == auth_certificate()


@given(size=st.integers(1, 256))
def test_a_file_reads_the_same_whatever_the_size_of_the_chunks(size: int) -> None:
    card = card_with_jpki()
    ask(card, "00A4020C02000A")
    assert read_in_chunks(card, size) == auth_certificate()


def test_a_short_identifier_saves_the_select_and_makes_the_file_current() -> None:
    card = card_with_jpki()
    first = card.transmit(bytes.fromhex("00B08A0000"))
    rest = card.transmit(bytes.fromhex("00B0010000"))
    assert first[:-2] + rest[:-2] == auth_certificate()[:512]


def test_a_short_identifier_takes_an_offset_of_one_byte() -> None:
    assert card_with_jpki().transmit(bytes.fromhex("00B08A0A04")) == auth_certificate()[10:14] + b"\x90\x00"


def test_reading_past_the_end_is_refused() -> None:
    card = card_with_jpki()
    ask(card, "00A4020C02000A")
    end = len(auth_certificate())
    assert card.transmit(b"\x00\xb0" + (end - 1).to_bytes(2, "big") + b"\0") == auth_certificate()[-1:] + b"\x90\x00"
    assert card.transmit(b"\x00\xb0" + end.to_bytes(2, "big") + b"\0") == b"\x6b\x00"


def test_filler_may_follow_the_certificate() -> None:
    card = VirtualMyNumberCard(CA, ISSUE, filler=300)
    ask(card, SELECT_JPKI)
    ask(card, "00A4020C02000A")
    assert read_in_chunks(card, 256) == auth_certificate() + b"\xff" * 300


def test_the_token_name_tells_a_card_from_a_phone() -> None:
    card = card_with_jpki()
    ask(card, "00A4020C020006")
    assert read_in_chunks(card, 256) == b"JPKIAPICCTOKEN2" + b" " * 145


@pytest.mark.parametrize(("identifier", "expected"), [("000B", CA.auth_ca), ("0002", CA.sign_ca)], ids=["auth", "sign"])
def test_ca_certificates_are_free_to_read(identifier: str, expected: bytes) -> None:
    card = card_with_jpki()
    ask(card, f"00A4020C02{identifier}")
    assert read_in_chunks(card, 256) == expected


def test_the_signature_certificate_wants_the_signature_password() -> None:
    card = card_with_jpki()
    assert ask(card, "00A4020C020001") == "9000"
    assert ask(card, "00B0000000") == "6982"
    assert ask(card, b"\x00\x20\x00\x9b\x06ABC123") == "9000"
    sign = x509.load_der_x509_certificate(read_in_chunks(card, 256))
    assert sign.serial_number == ISSUE.serial + 1


def test_the_authentication_pin_does_not_open_the_signature_certificate() -> None:
    card = card_with_jpki()
    assert ask(card, b"\x00\x20\x00\x98\x041234") == "9000"
    assert ask(card, "00B0810000") == "6982"


def test_a_card_the_town_does_not_know_needs_no_more_than_a_serial_number() -> None:
    card = VirtualMyNumberCard(CA, Issue.plain(999, TODAY))
    ask(card, SELECT_JPKI)
    ask(card, "00A4020C02000A")
    certificate = x509.load_der_x509_certificate(read_in_chunks(card, 256))
    assert certificate.serial_number == 999
    assert certificate.not_valid_before_utc < TODAY < certificate.not_valid_after_utc


def test_a_childs_card_has_no_signature_certificate() -> None:
    card = VirtualMyNumberCard(CA, replace(ISSUE, has_sign=False))
    ask(card, SELECT_JPKI)
    assert [ask(card, f"00A4020C02{ef}") for ef in ("0001", "001A", "001B", "000A")] == ["6A82", "6A82", "6A82", "9000"]


def test_a_card_may_lack_the_authentication_certificate() -> None:
    card = VirtualMyNumberCard(CA, replace(ISSUE, has_auth=False))
    ask(card, SELECT_JPKI)
    assert ask(card, "00B08A0000") == "6A82"


@pytest.mark.parametrize(
    ("apdu", "answer"),
    [
        ("00A4020C021234", "6A82"),  # no such file
        ("00A4020C0100", "6700"),  # half an identifier
        ("00A4080C02000A", "6A86"),  # selected by path
        ("00A40000", "9000"),  # SELECT MF: says yes, does nothing
        ("00B0000000", "6986"),  # nothing selected to read from
        ("00B08A00", "6700"),  # READ BINARY that asks for nothing
        ("00B08A000155", "6700"),  # READ BINARY with data
        ("00B0EA0000", "6A86"),  # reserved bits beside the short identifier
        ("00B0970000", "6981"),  # a key is no file to read
        ("00F0000000", "6D00"),
        ("00CA000000", "6D00"),
        ("80B0000000", "6D00"),  # right instruction, wrong class
        ("A0A4040C00", "6E00"),
        ("FFCA000000", "6E00"),  # a command for the reader
        ("00B0", "6700"),
        ("", "6700"),
        ("00A4020C05000A", "6700"),  # Lc promises more than there is
        ("00A4020C00000002000A", "6700"),  # extended length
    ],
)
def test_what_it_can_not_do_it_says_with_the_status_of_iso_7816(apdu: str, answer: str) -> None:
    assert ask(card_with_jpki(), apdu) == answer


def test_no_file_is_found_before_an_application_is_selected() -> None:
    assert ask(VirtualMyNumberCard(CA, ISSUE), "00A4020C02000A") == "6A82"


def test_selecting_an_application_forgets_the_current_file() -> None:
    card = card_with_jpki()
    ask(card, "00A4020C02000A")
    ask(card, SELECT_JPKI)
    assert ask(card, "00B0000000") == "6986"


@pytest.mark.parametrize(("length", "count"), [("01", 1), ("10", 16), ("00", 256)])
def test_a_challenge_has_the_length_that_was_asked_for(length: str, count: int) -> None:
    answer = VirtualMyNumberCard(CA, ISSUE).transmit(bytes.fromhex("00840000" + length))
    assert (len(answer), answer[-2:]) == (count + 2, b"\x90\x00")


def test_two_challenges_differ() -> None:
    card = VirtualMyNumberCard(CA, ISSUE)
    assert ask(card, "0084000010") != ask(card, "0084000010")


@pytest.mark.parametrize(("apdu", "answer"), [("0084010010", "6A86"), ("00840000", "6700"), ("008400000155", "6700")])
def test_a_challenge_takes_neither_parameters_nor_data(apdu: str, answer: str) -> None:
    assert ask(VirtualMyNumberCard(CA, ISSUE), apdu) == answer


def test_power_off_and_reset_forget_what_was_selected() -> None:
    for forget in (VirtualMyNumberCard.power_off, VirtualMyNumberCard.reset):
        card = card_with_jpki()
        ask(card, "00A4020C02000A")
        forget(card)
        card.power_on()
        assert ask(card, "00B0000000") == "6986"
        assert ask(card, "00A4020C02000A") == "6A82"


def test_without_power_there_is_no_sense_in_its_answers() -> None:
    card = card_with_jpki()
    card.power_off()
    assert [ask(card, SELECT_JPKI), ask(card, SELECT_JPKI)] == ["6F00", "6F00"]


def test_a_card_with_the_hiccup_fails_the_first_command_after_each_power_up() -> None:
    card = VirtualMyNumberCard(CA, ISSUE, hiccup=True)
    assert [ask(card, SELECT_JPKI), ask(card, SELECT_JPKI)] == ["6F00", "9000"]
    card.power_off()
    card.power_on()
    assert [ask(card, SELECT_JPKI), ask(card, SELECT_JPKI)] == ["6F00", "9000"]


def test_the_answer_to_reset_is_that_of_a_contact_card_unless_told_otherwise() -> None:
    assert VirtualMyNumberCard(CA, ISSUE).atr.hex().upper() == "3BE000FF8131FE4514"
    contactless = bytes.fromhex("3B888001000005E0B381A1007F")
    assert VirtualMyNumberCard(CA, ISSUE, atr=contactless).atr == contactless


@pytest.mark.parametrize(
    ("application", "apdu", "wire"),
    [
        (SELECT_TEXT, "00A4020C020001", "text 0001"),
        (SELECT_TEXT, "00A4020C020014", "text 0014"),
        (SELECT_VISUAL, "00A4020C020005", "visual 0005"),
        (SELECT_VISUAL, "00A4020C020013", "visual 0013"),
        (SELECT_TEXT, "00B0810000", "text 0001"),
        (SELECT_TEXT, "00200094", "text 0014"),
        (SELECT_VISUAL, "00A4080C020005", "visual 0005"),
    ],
)
def test_whoever_reaches_for_the_my_number_trips_a_wire(application: bytes, apdu: str, wire: str) -> None:
    card = VirtualMyNumberCard(CA, ISSUE)
    ask(card, application)
    answer = ask(card, apdu)
    assert card.tripped == [wire]
    assert answer in {"6A82", "6A86"}


def test_an_ordinary_reading_trips_nothing() -> None:
    card = card_with_jpki()
    for identifier in ("0001", "0002", "0006", "000A", "000B", "0005", "0013", "0014"):
        ask(card, f"00A4020C02{identifier}")
    ask(card, SELECT_TEXT)
    ask(card, "00A4020C020002")
    assert card.tripped == []
