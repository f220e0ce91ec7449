"""The tripwire: whatever a driver sends to whatever card, the My Number is never reached for, and nothing else leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device_sim.cards.my_number import TEXT, TRIPWIRE, VISUAL, VirtualMyNumberCard
from tests.contract.laid_cards import ISSUE, TODAY, Laid, card
from village_console.devices.cards import gate, my_number, recognise
from village_console.devices.cards.card_face import read_card_face, tries_left
from village_console.devices.cards.card_proof import prove
from village_console.devices.cards.gate import ForbiddenCommandError, check
from village_console.devices.cards.transport import CardGoneError
from village_console.devices.ports import CodeB, Door, Pin
from village_console.village.run_mode import World

SELECT_APPLICATIONS = [bytes.fromhex("00A4040C0A") + name for name in (*gate.APPLICATIONS, VISUAL)]
nearly = st.one_of(
    st.sampled_from(SELECT_APPLICATIONS),
    st.integers(0, 0xFFFF).map(lambda file: b"\x00\xa4\x02\x0c\x02" + file.to_bytes(2, "big")),
    st.integers(0, 0x1F).map(lambda file: bytes([0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, file])),
    st.tuples(st.integers(0, 255), st.integers(0, 255)).map(lambda at: bytes([0x00, 0xB0, *at, 0x00])),
    st.integers(0, 255).map(lambda parameter: bytes([0x00, 0x20, 0x00, parameter])),
    st.sampled_from(["1234", ISSUE.face.code_b if ISSUE.face else "", "0" * 12]).map(
        lambda digits: bytes([0x00, 0x20, 0x00, 0x80, len(digits)]) + digits.encode()
    ),
    st.binary(max_size=24),
)


def passes(apdu: bytes) -> bool:
    try:
        check(apdu)
    except ForbiddenCommandError:
        return False
    return True


def test_what_is_forbidden_is_what_trips_the_twins_wires() -> None:
    assert {file for wires in TRIPWIRE.values() for file in wires} == gate.FORBIDDEN
    assert not gate.FORBIDDEN & gate.FILES


@given(st.lists(nearly, max_size=40))
@example([SELECT_APPLICATIONS[2], bytes.fromhex("00A4020C020005")])
def test_no_order_of_commands_that_pass_reaches_the_my_number(apdus: list[bytes]) -> None:
    lying = card()
    answers = [lying.transmit(apdu) for apdu in apdus if passes(apdu)]
    assert lying.tripped == []
    assert not any(b"0" * 12 in answer for answer in answers), "nobody's number, in the file that holds it"


@pytest.mark.parametrize("application", [TEXT, VISUAL])
@pytest.mark.parametrize("file", sorted(gate.FORBIDDEN))
@pytest.mark.parametrize(
    "form", ["00A4020C0200{:02X}", "00A4000C0200{:02X}", "00B0{:02X}0000", "002000{:02X}", "802A00{:02X}04AABBCCDD00"]
)
def test_every_way_to_name_a_forbidden_file_is_closed(application: bytes, file: int, form: str) -> None:
    parameter = file if form.startswith("00A4") else 0x80 | file
    apdu = bytes.fromhex(form.format(parameter))
    assert not passes(apdu)
    lying = card()
    lying.transmit(b"\x00\xa4\x04\x0c\x0a" + application)
    lying.transmit(apdu)
    assert bool(lying.tripped) is (file in TRIPWIRE[application])


@pytest.mark.parametrize(
    "apdu",
    [
        "", "00", "00A4", "00A4040C", "00A4040C0A" + VISUAL.hex(), "00A4040C0AD392F0002601000000", "00A4040C00",
        "00A4040C0AD392F00026010000000100", "00A404000AD392F000260100000001", "00A40000", "00A40000023F00",
        "00A4020C01", "00A4020C02000A00", "00A4020C03000A00", "00A4080C02000A", "00A4020C02001A", "00A4020C02001B",
        "00B08A00", "00B08A000000", "00B0EA0000", "00B1800000", "0CB08A0000",
        "0020008006414243313233", "002000800C303030303030303030303030", "00200080053132333435", "0020008004313233",
        "00200080043132333400", "00200098",
        "00240080083132333435363738", "802A0080", "802A0097", "002A9E9A", "0084000008", "00C0000000",
        "FFCA010000", "FFD60004",
    ],
)  # fmt: skip
def test_what_no_driver_needs_does_not_leave(apdu: str) -> None:
    assert not passes(bytes.fromhex(apdu))


def test_what_is_held_back_is_not_told() -> None:
    with pytest.raises(ForbiddenCommandError) as held:
        check(b"\x00\x20\x00\x80\x0c123456789012")
    assert "1234" not in f"{held.value!r}{held.value}"


@pytest.mark.parametrize("has_auth", [False, True])
@pytest.mark.parametrize("hiccup", [False, True])
def test_everything_the_drivers_send_passes_and_trips_nothing(*, has_auth: bool, hiccup: bool) -> None:
    code = CodeB.of(date(1942, 5, 3), "2035", "2285")
    for leaves_after in range(40):
        lying = Laid(card(replace(ISSUE, has_auth=has_auth), hiccup=hiccup), leaves_after)
        for world in World:
            for secret in (Pin("1234"), Pin("9999"), code, CodeB("0" * 14)):
                read_card_face(lying, world, secret, dares_last_try=True)
            for door in Door:
                tries_left(lying, world, door)
            prove(lying, world, Pin("1234"), (), TODAY, dares_last_try=True)
        for read in (my_number.read, recognise.read):
            try:
                read(lying)
            except CardGoneError:
                assert len(lying.sent) == leaves_after
        assert isinstance(lying.card, VirtualMyNumberCard)
        assert lying.card.tripped == []
        assert all(passes(apdu) for apdu in lying.sent)


def test_the_twin_would_open_the_my_number_to_whoever_reached_for_it() -> None:
    lying = card()
    select, show, read = "00A4040C0A" + TEXT.hex(), "0020009104" + b"1234".hex(), "00B0810000"
    answers = [lying.transmit(bytes.fromhex(apdu)) for apdu in (select, show, read)]
    assert answers == [b"\x90\x00", b"\x90\x00", b"0" * 12 + b"\x90\x00"], "so that the tests above can fail"
    assert lying.tripped == ["text 0001"]
