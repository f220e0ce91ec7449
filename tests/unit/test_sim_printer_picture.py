"""The picture of a sheet shows the dots that were burnt, and nothing else."""

import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from device_sim.printers import symbols
from device_sim.printers.proof import proof
from device_sim.printers.sheet import Sheet, write

JAPANESE = bytes.fromhex("1b40 1b7401 1b5208 1c4301 1c530000 1b331e")
CUT = b"\x1dV\x42\x00"
MARGIN = 32


def printed(body: bytes) -> Sheet:
    (sheet,) = proof(JAPANESE + body + CUT)
    return sheet


def ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    """The box around everything black."""
    return ImageChops.invert(image).getbbox()


def dark_dots(image: Image.Image) -> int:
    return image.histogram()[0]


def test_the_picture_is_as_wide_as_the_paper_and_as_high_as_the_feed() -> None:
    assert printed(b"A\nB\n").image.size == (576 + 2 * MARGIN, 60 + 2 * MARGIN)


def test_narrow_paper_has_a_narrow_picture_and_shorter_lines() -> None:
    (sheet,) = proof(JAPANESE + b"A" * 33 + b"\n" + CUT, 384)
    assert (sheet.text.split("\n")[:2], sheet.image.width) == (["A" * 32, "A"], 384 + 2 * MARGIN)


def test_the_picture_is_black_and_white() -> None:
    histogram = printed("避難所\n".encode("shift_jis")).image.histogram()
    assert sum(histogram[1:255]) == 0


def test_a_raster_is_burnt_dot_for_dot() -> None:
    image = printed(b"\x1dv0\x00\x01\x00\x02\x00\xa5\x01").image
    rows = [[image.getpixel((MARGIN + x, MARGIN + y)) == 0 for x in range(8)] for y in range(2)]
    assert rows == [[bool(byte & 0x80 >> x) for x in range(8)] for byte in (0xA5, 0x01)]
    assert dark_dots(image) == 5


def test_an_inline_image_is_burnt_dot_for_dot_where_it_stands() -> None:
    columns = b"\x80\x00\x01" + b"\x00\x00\x00" * 22 + b"\x00\x10\x00"
    image = printed(b"\x1b*\x21\x18\x00" + columns + b"\n").image
    black = [(x, y) for x in range(24) for y in range(24) if image.getpixel((MARGIN + x, MARGIN + y)) == 0]
    assert black == [(0, 0), (0, 23), (23, 11)]


@pytest.mark.parametrize("character", ["村", "あ", "一", "鬱", "W", "g", "ｱ", "¥", "@"])
def test_a_character_stays_in_its_cell(character: str) -> None:
    code = b"\\" if character == "¥" else character.encode("shift_jis")
    box = ink(printed(code + b"\n").image)
    assert box is not None
    assert box[0] >= MARGIN
    assert box[2] <= MARGIN + 12 * len(code)
    assert box[1] >= MARGIN
    assert box[3] <= MARGIN + 24


def test_double_size_repeats_every_dot() -> None:
    plain = printed("村\n".encode("shift_jis")).image.crop((MARGIN, MARGIN, MARGIN + 24, MARGIN + 24))
    double = printed(b"\x1d!\x11" + "村\n".encode("shift_jis")).image.crop((MARGIN, MARGIN, MARGIN + 48, MARGIN + 48))
    assert dark_dots(double) == 4 * dark_dots(plain)


def test_bold_is_darker_and_reverse_is_white_on_black() -> None:
    plain, bold, reverse = (dark_dots(printed(mode + b"A\n").image) for mode in (b"", b"\x1bE\x01", b"\x1dB\x01"))
    assert plain < bold
    assert reverse == 12 * 24 - plain


def test_an_underline_runs_below_the_whole_cell() -> None:
    image = printed(b"\x1b-\x01 \n").image
    assert ink(image) == (MARGIN, MARGIN + 23, MARGIN + 12, MARGIN + 24)


def test_small_and_large_characters_stand_on_one_line() -> None:
    box = ink(printed(b"\x1d!\x01 \x1d!\x00-\n").image)
    assert box is not None
    assert box[1] > MARGIN + 24


def test_upside_down_turns_the_line() -> None:
    box = ink(printed(b"\x1b{\x01A\n").image)
    assert box is not None
    assert box[2] > MARGIN + 576 - 12


def test_a_torn_sheet_has_a_ragged_end() -> None:
    (torn,) = proof(JAPANESE + b"A\n")
    box = ink(torn.image)
    assert box is not None
    assert box[3] == torn.image.height


def test_every_font_glyph_of_a_roster_is_there() -> None:
    blank = dark_dots(printed(b"\n").image)
    for character in "避難者名簿南会津町立第一体育館合計（）「」、。〜々〇○×―…アイウあいう":
        assert dark_dots(printed(character.encode("shift_jis") + b"\n").image) > blank


def test_a_qr_code_is_a_real_one() -> None:
    qr = b"\x1d(k\x03\x00\x31\x43\x02\x1d(k\x05\x00\x31\x50\x3012\x1d(k\x03\x00\x31\x51\x30"
    image = printed(qr).image
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    seen = [
        "".join(str(int(image.getpixel((MARGIN + 2 * x, MARGIN + 2 * y)) == 0)) for x in range(7)) for y in range(7)
    ]
    assert seen == finder


def test_a_sheet_is_saved_as_text_and_picture(tmp_path: Path) -> None:
    sheet = printed("避難所\n".encode("shift_jis"))
    write(sheet, tmp_path, "roster")
    assert (tmp_path / "roster.txt").read_text(encoding="utf-8") == "避難所\n"
    with Image.open(tmp_path / "roster.png") as image:
        assert image.size == sheet.image.size


def test_reading_text_does_not_load_the_picture_library() -> None:
    import subprocess

    program = (
        "import sys; from device_sim.printers.proof import proof; "
        "assert proof(b'A\\n')[0].text == 'A'; sys.exit('PIL' in sys.modules)"
    )
    root = Path(symbols.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
