"""The printer takes any bytes, in any split, apart into the same commands."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device_sim.printers.command_stream import CommandStream
from device_sim.printers.commands import Command, RealTimeCommand, Received, Text, UnknownCommand

INTRODUCERS = st.sampled_from([b"\x10", b"\x1b", b"\x1c", b"\x1d", b"\x1d(", b"\x1bD", b"\x1dk", b"\x1b&", b"\x1b*!"])
LIKE_COMMANDS = st.lists(INTRODUCERS | st.binary(max_size=6), max_size=30).map(b"".join)


def commands_in(*pieces: bytes) -> list[Received]:
    stream = CommandStream()
    return [command for piece in pieces for command in stream.feed(piece)]


def split(received: bytes, cuts: list[int]) -> list[bytes]:
    """The bytes in pieces that end at each of the cuts."""
    places = [0, *sorted(cut % (len(received) + 1) for cut in cuts), len(received)]
    return [received[start:end] for start, end in itertools.pairwise(places)]


@given(st.binary(max_size=300) | LIKE_COMMANDS, st.lists(st.integers(min_value=0), max_size=8))
def test_any_bytes_in_any_split_give_the_same_commands(received: bytes, cuts: list[int]) -> None:
    assert commands_in(*split(received, cuts)) == commands_in(received)


@given(st.binary(max_size=300) | LIKE_COMMANDS)
@example(b"\x1bD" + bytes(range(1, 60)))
@example(b"\x1dk\x04" + b"A" * 600)
def test_bytes_one_by_one_give_the_same_commands(received: bytes) -> None:
    assert commands_in(*(bytes((byte,)) for byte in received)) == commands_in(received)


@given(st.binary(max_size=300) | LIKE_COMMANDS)
def test_no_byte_is_lost_and_none_is_invented(received: bytes) -> None:
    stream = CommandStream()
    taken = b"".join(command.raw for command in stream.feed(received))
    assert taken + stream.pending == received


def test_text_is_one_command_a_byte() -> None:
    assert commands_in(b"A\x94\xf0") == [Text(0x41), Text(0x94), Text(0xF0)]


@pytest.mark.parametrize(
    ("received", "name", "arguments"),
    [
        ("1b40", "ESC @", ""),
        ("1b7401", "ESC t", "01"),
        ("1b5208", "ESC R", "08"),
        ("1c4301", "FS C", "01"),
        ("1c26", "FS &", ""),
        ("1c2e", "FS .", ""),
        ("1c530000", "FS S", "0000"),
        ("1c2101", "FS !", "01"),
        ("1c2d01", "FS -", "01"),
        ("1c5701", "FS W", "01"),
        ("1c3f7721", "FS ?", "7721"),
        ("1c32" + "ec40" + "ff" * 72, "FS 2", "ec40" + "ff" * 72),
        ("1c284102003001", "FS ( A", "02003001"),
        ("1c284302003002", "FS ( C", "02003002"),
        ("1b331e", "ESC 3", "1e"),
        ("1b2005", "ESC SP", "05"),
        ("1b441018200" + "0", "ESC D", "10182000"),
        ("1b2a210100ffffff", "ESC *", "210100ffffff"),
        ("1b2a010200ffff", "ESC *", "010200ffff"),
        ("1b2401" + "00", "ESC $", "0100"),
        ("1b5c0100", "ESC \\", "0100"),
        ("1d564220", "GS V", "4220"),
        ("1d5601", "GS V", "01"),
        ("1d763000010001" + "00ff", "GS v 0", "0001000100ff"),
        ("1d284c0200" + "3032", "GS ( L", "02003032"),
        ("1d384c02000000" + "3032", "GS 8 L", "020000003032"),
        ("1d286b03003143" + "06", "GS ( k", "0300314306"),
        ("1d6b02" + "3132" + "00", "GS k", "02313200"),
        ("1d6b4902" + "7b42", "GS k", "49027b42"),
        ("1d6840", "GS h", "40"),
        ("1d4c1000", "GS L", "1000"),
        ("1d571000", "GS W", "1000"),
        ("1d7201", "GS r", "01"),
        ("1d6100", "GS a", "00"),
        ("1d4943", "GS I", "43"),
        ("1d2848060030304142" + "4344", "GS ( H", "0600303041424344"),
        ("0a", "LF", ""),
        ("0d", "CR", ""),
        ("09", "HT", ""),
    ],
)
def test_a_command_ends_where_its_arguments_end(received: str, name: str, arguments: str) -> None:
    raw = bytes.fromhex(received)
    assert commands_in(raw + b"A") == [Command(name, bytes.fromhex(arguments), raw), Text(0x41)]


@pytest.mark.parametrize(
    ("received", "name"),
    [
        ("100401", "DLE EOT"),
        ("10040801", "DLE EOT"),
        ("100502", "DLE ENQ"),
        ("1014010001", "DLE DC4"),
        ("10140801031401060208", "DLE DC4"),
    ],
)
def test_real_time_commands_are_told_apart(received: str, name: str) -> None:
    raw = bytes.fromhex(received)
    assert commands_in(raw + b"A") == [RealTimeCommand(name, raw[2:], raw), Text(0x41)]


def test_a_status_question_inside_an_image_is_image() -> None:
    image = b"\x1b*\x21\x01\x00\x10\x04\x01"
    assert commands_in(image) == [Command("ESC *", image[2:], image)]


def test_an_unknown_command_is_reported_and_not_printed() -> None:
    assert commands_in(b"\x1b~A") == [UnknownCommand(b"\x1b~"), Text(0x41)]


def test_an_unknown_command_leaves_the_command_after_it_alone() -> None:
    assert commands_in(b"\x1b\x1b@") == [UnknownCommand(b"\x1b"), Command("ESC @", b"", b"\x1b@")]


def test_an_unknown_block_is_skipped_by_its_own_length() -> None:
    block = b"\x1d(z\x03\x00ABC"
    assert commands_in(block + b"D") == [UnknownCommand(block), Text(0x44)]


def test_tab_stops_end_where_they_no_longer_rise() -> None:
    commands = commands_in(b"\x1bD\x20\x30\x0aA")
    assert [command.raw for command in commands] == [b"\x1bD\x20\x30", b"\n", b"A"]


def test_the_beginning_of_a_command_waits_for_its_end() -> None:
    stream = CommandStream()
    assert stream.feed(b"\x1b*\x21\x18") == []
    assert stream.pending == b"\x1b*\x21\x18"
