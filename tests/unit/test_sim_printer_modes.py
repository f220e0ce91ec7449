"""Mode commands change what they name, refuse what the printer lacks, and are all known to the grammar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_sim.printers.character_codes import KanjiSystem
from device_sim.printers.command_grammar import GRAMMAR, NAMES
from device_sim.printers.mode_commands import MODE_COMMANDS
from device_sim.printers.paper import AT_LINE_START, WITHOUT_EFFECT
from device_sim.printers.print_modes import Alignment, PrintModes

FIXED_LENGTHS = {
    shape.name: shape.arguments(bytearray(), 0)
    for shape in GRAMMAR.values()
    if shape.name in MODE_COMMANDS and shape.arguments(bytearray(), 0) is not None
}


def modes_after(*commands: tuple[str, bytes]) -> PrintModes:
    modes = PrintModes(576)
    for name, arguments in commands:
        assert MODE_COMMANDS[name](modes, arguments)
    return modes


def test_every_command_that_is_obeyed_can_be_received() -> None:
    assert set(MODE_COMMANDS) | AT_LINE_START | WITHOUT_EFFECT <= NAMES


def test_no_command_hides_a_longer_one() -> None:
    assert not [prefix for prefix in GRAMMAR for other in GRAMMAR if other != prefix and other.startswith(prefix)]


@given(st.data())
def test_no_argument_of_the_right_length_makes_a_mode_command_fail(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FIXED_LENGTHS)))
    length = FIXED_LENGTHS[name] or 0
    assert MODE_COMMANDS[name](PrintModes(576), data.draw(st.binary(min_size=length, max_size=length))) in {True, False}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("FS C", b"\x02"),
        ("FS -", b"\x03"),
        ("FS ( A", b"\x02\x00\x30\x01"),
        ("FS ( C", b"\x02\x00\x30\x02"),
        ("ESC -", b"\x03"),
        ("ESC M", b"\x02"),
        ("ESC t", b"\x63"),
        ("ESC R", b"\x01"),
        ("ESC a", b"\x03"),
        ("ESC V", b"\x01"),
    ],
)
def test_what_the_printer_lacks_is_refused_and_changes_nothing(name: str, arguments: bytes) -> None:
    modes = PrintModes(576)
    assert not MODE_COMMANDS[name](modes, arguments)
    assert modes == PrintModes(576)


@pytest.mark.parametrize("digit", [b"\x01", b"1"])
def test_numbers_are_taken_as_numbers_and_as_digits(digit: bytes) -> None:
    modes = modes_after(("FS C", digit), ("ESC a", digit), ("ESC -", digit), ("ESC M", digit))
    assert modes.kanji_system is KanjiSystem.SHIFT_JIS
    assert modes.alignment is Alignment.CENTRE
    assert (modes.single.underline, modes.small_font) == (1, True)


def test_gs_exclamation_enlarges_both_kinds_of_characters_up_to_eight_times() -> None:
    modes = modes_after(("GS !", b"\x73"))
    assert (modes.single.scale, modes.kanji.scale) == ((8, 4), (8, 4))


def test_the_size_of_single_bytes_leaves_kanji_alone() -> None:
    modes = modes_after(("ESC !", b"\x30"))
    assert (modes.single.scale, modes.kanji.scale) == ((2, 2), (1, 1))


def test_kanji_mode_is_entered_and_left_in_the_jis_system_only() -> None:
    assert modes_after(("FS &", b"")).kanji_mode
    assert not modes_after(("FS &", b""), ("FS .", b"")).kanji_mode
    assert not modes_after(("FS C", b"\x01"), ("FS &", b"")).kanji_mode


def test_only_the_lowest_bit_switches() -> None:
    assert modes_after(("ESC E", b"\xff")).emphasised
    assert not modes_after(("ESC E", b"\x01"), ("ESC E", b"\xfe")).emphasised


def test_tabs_count_in_columns_of_the_present_font() -> None:
    assert PrintModes(576).column == 12
    assert modes_after(("ESC M", b"\x01"), ("ESC SP", b"\x03")).column == 12
    assert modes_after(("GS !", b"\x10")).column == 24


def test_lengths_are_little_endian() -> None:
    modes = modes_after(("GS L", b"\x10\x01"), ("GS W", b"\x00\x01"))
    assert (modes.margin, modes.area_width) == (272, 256)
