"""The printer reads Japanese only where it was told how, and says 〓 where a code has no character."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_sim.printers.command_stream import CommandStream
from device_sim.printers.paper import Paper
from device_sim.printers.proof import proof
from device_sim.printers.sheet import Sheet

# printing.md 7.1: reset, katakana page, Japan, Shift_JIS, no spacing, 30 dots a line
JAPANESE = bytes.fromhex("1b40 1b7401 1b5208 1c4301 1c530000 1b331e")
CUT = b"\x1dV\x42\x00"


def has_two_bytes(code: int) -> bool:
    try:
        return len(chr(code).encode("shift_jis")) == 2
    except UnicodeEncodeError:
        return False


KANJI = [chr(code) for code in range(0x80, 0x10000) if has_two_bytes(code)]
HALF_WIDTH = [chr(code) for code in (*range(0x20, 0x7F), *range(0xFF61, 0xFFA0)) if chr(code) != "\\"]
LINES = st.lists(st.text(st.sampled_from(KANJI) | st.sampled_from(HALF_WIDTH), max_size=24), min_size=1, max_size=5)


def printed(received: bytes) -> Sheet:
    (sheet,) = proof(received)
    return sheet


def test_all_characters_of_jis_x_0208_are_there() -> None:
    assert len(KANJI) == 6879


@given(LINES, st.lists(st.integers(min_value=0), max_size=6))
def test_japanese_is_read_as_it_was_sent_whatever_the_split(lines: list[str], cuts: list[int]) -> None:
    received = JAPANESE + "".join(line + "\n" for line in lines).encode("shift_jis") + CUT
    stream, paper = CommandStream(), Paper()
    places = [0, *sorted(cut % len(received) for cut in cuts), len(received)]
    pieces = [received[start:end] for start, end in itertools.pairwise(places)]
    motions = [paper.execute(command) for piece in pieces for command in stream.feed(piece)]
    (sheet,) = [motion.sheet for motion in motions if motion.sheet is not None]
    assert sheet.text == "\n".join(lines)
    assert (sheet.undecodable, sheet.inline_images, sheet.refused) == (0, 0, ())


@pytest.mark.parametrize("start", range(0, 6879, 500))
def test_every_character_of_jis_x_0208_is_printed(start: int) -> None:
    text = "\n".join("".join(KANJI[at : at + 24]) for at in range(start, min(start + 500, 6879), 24))
    assert printed(JAPANESE + text.encode("shift_jis") + b"\n" + CUT).text == text


def test_what_python_escpos_sends_for_japanese_is_not_japanese(tmp_path: Path) -> None:
    program = "from escpos.printer import Dummy; d = Dummy(); d.text('避難所'); print(d.output.hex())"
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TMPDIR": str(tmp_path), "ESCPOS_CAPABILITIES_PICKLE_DIR": str(tmp_path)},
    )
    sent = bytes.fromhex(answer.stdout.strip().splitlines()[-1])
    assert "避難所".encode("gb18030") in sent
    sheet = printed(JAPANESE + sent + b"\n" + CUT)
    assert not set("避難所") & set(sheet.text)
    assert sheet.text.startswith("ｱﾜ")


def test_without_the_code_system_the_same_bytes_are_no_kanji() -> None:
    sheet = printed(b"\x1b@\x1bt\x01" + "避難所".encode("shift_jis") + b"\n" + CUT)
    assert not set("避難所") & set(sheet.text)


def test_kanji_mode_reads_jis_codes() -> None:
    codes = "避難所".encode("iso2022_jp")[3:-3]
    sheet = printed(b"\x1b@\x1c&" + codes + b"\x1c.ABC\n" + CUT)
    assert sheet.text == "避難所ABC"


def test_kanji_mode_means_nothing_in_shift_jis() -> None:
    assert printed(JAPANESE + b"\x1c&AB\n" + CUT).text == "AB"


def test_the_yen_sign_stands_where_japan_puts_it() -> None:
    assert printed(JAPANESE + b"\\100\n" + CUT).text == "¥100"
    assert printed(b"\x1b@\\100\n" + CUT).text == "\\100"


@pytest.mark.parametrize("code", ["8540", "87 40", "eaa5", "ed95", "eee0", "efe3"])
def test_a_code_that_jis_x_0208_does_not_assign_prints_a_geta_and_is_counted(code: str) -> None:
    sheet = printed(JAPANESE + b"<" + bytes.fromhex(code) + b">\n" + CUT)
    assert (sheet.text, sheet.undecodable) == ("<〓>", 1)


def test_the_extension_area_of_windows_is_no_lead_byte() -> None:
    sheet = printed(JAPANESE + b"\xfb\xfc\n" + CUT)
    assert "髙" not in sheet.text
    assert len(sheet.text) == 2


def test_half_a_character_before_a_command_is_counted_and_the_rest_is_right() -> None:
    sheet = printed(JAPANESE + b"\x94\n" + "村\n".encode("shift_jis") + CUT)
    assert (sheet.text, sheet.undecodable) == ("〓\n村", 1)


def test_a_second_byte_that_cannot_be_one_is_printed_by_itself() -> None:
    sheet = printed(JAPANESE + b"\x94 A\n" + CUT)
    assert (sheet.text, sheet.undecodable) == ("〓 A", 1)


def test_a_system_or_page_that_the_printer_lacks_is_refused_and_changes_nothing() -> None:
    sheet = printed(JAPANESE + b"\x1cC\x02\x1bt\x63\x1c(C\x02\x00\x30\x02" + "村\n".encode("shift_jis") + CUT)
    assert sheet.text == "村"
    assert sheet.refused == (b"\x1cC\x02", b"\x1bt\x63", b"\x1c(C\x02\x00\x30\x02")


def test_a_hole_in_a_code_page_is_counted() -> None:
    sheet = printed(JAPANESE + b"\x7f\n" + CUT)
    assert (sheet.text, sheet.undecodable) == ("〓", 1)


def test_a_western_page_can_be_chosen() -> None:
    assert printed(b"\x1b@\x1bt\x10caf\xe9\n" + CUT).text == "café"
