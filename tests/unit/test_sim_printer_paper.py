"""The mechanism wraps, aligns, feeds and cuts as a printer with 576 dots does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_sim.printers.dots import Dots
from device_sim.printers.proof import proof
from device_sim.printers.sheet import Block, Glyph, Line, Sheet

JAPANESE = bytes.fromhex("1b40 1b7401 1b5208 1c4301 1c530000 1b331e")
CUT = b"\x1dV\x42\x00"
INLINE = b"\x1b*\x21\x18\x00" + b"\xff\x00\xff" * 24


def printed(text: str | bytes) -> Sheet:
    body = text.encode("shift_jis") if isinstance(text, str) else text
    (sheet,) = proof(JAPANESE + body + CUT)
    return sheet


def lines(sheet: Sheet) -> list[Line]:
    return [strip for strip in sheet.strips if isinstance(strip, Line) and strip.text is not None]


def places(sheet: Sheet) -> list[int]:
    return [placed.x for line in lines(sheet) for placed in line.items]


def test_a_line_holds_48_columns() -> None:
    assert printed("0" * 49 + "\n").text == "0" * 48 + "\n0"


def test_a_full_line_and_a_line_feed_are_one_line() -> None:
    assert printed("0" * 48 + "\n次\n").text == "0" * 48 + "\n次"


def test_a_kanji_that_does_not_fit_whole_goes_to_the_next_line() -> None:
    assert printed("0" * 47 + "村\n").text == "0" * 47 + "\n村"


@given(st.text("村a", min_size=1, max_size=120))
def test_wrapping_loses_nothing_and_never_prints_beyond_the_edge(text: str) -> None:
    sheet = printed(text + "\n")
    assert sheet.text.replace("\n", "") == text
    ends = [placed.x + placed.item.across for line in lines(sheet) for placed in line.items]
    assert max(ends) <= 576


def test_double_size_halves_the_columns_and_doubles_the_height() -> None:
    sheet = printed(b"\x1d!\x11" + "村".encode("shift_jis") * 13 + b"\n")
    assert sheet.text == "村" * 12 + "\n村"
    assert [line.height for line in lines(sheet)] == [48, 48]


@pytest.mark.parametrize(("alignment", "first"), [(b"0", 0), (b"1", 264), (b"2", 528)])
def test_lines_stand_left_centred_or_right(alignment: bytes, first: int) -> None:
    assert places(printed(b"\x1ba" + alignment + b"ABCD\n"))[0] == first


def test_alignment_counts_only_at_the_beginning_of_a_line() -> None:
    sheet = printed(b"A\x1ba\x01B\n")
    assert places(sheet) == [0, 12]
    assert sheet.refused == (b"\x1ba\x01",)


def test_margin_and_width_move_the_edges() -> None:
    sheet = printed(b"\x1dL\x18\x00\x1dW\x30\x00ABCDE\n")
    assert sheet.text == "ABCD\nE"
    assert places(sheet) == [24, 36, 48, 60, 24]


def test_tabs_and_positions_leave_room() -> None:
    assert printed(b"A\tB\x1b$\x18\x01C\x1b\\\x0c\x00D\n").text == "A       B              C D"


def test_own_tab_stops_replace_those_of_the_factory() -> None:
    assert printed(b"\x1bD\x04\x06\x00A\tB\tC\tD\n").text == "A   B CD"


def test_a_position_outside_the_paper_is_refused() -> None:
    assert printed(b"\x1b$\x41\x02A\n").refused == (b"\x1b$\x41\x02",)


def test_spacing_widens_characters_but_is_no_character() -> None:
    sheet = printed(b"\x1b \x02AB\x1cS\x01\x03" + "村村".encode("shift_jis") + b"\n")
    assert sheet.text == "AB村村"
    assert places(sheet) == [0, 14, 29, 57]


def test_feeds_are_lines_and_dots() -> None:
    sheet = printed(b"A\x1bd\x03B\x1bJ\x50\x1bJ\x64C\n")
    assert sheet.text == "A\n\n\nB\nC"
    assert [strip.height for strip in sheet.strips] == [30, 30, 30, 80, 100, 30, 0]


def test_line_spacing_can_be_set_and_put_back() -> None:
    sheet = printed(b"\x1b3\x40A\n\x1b2B\n\x1b3\x00C\n")
    assert [line.height for line in lines(sheet)] == [64, 30, 24]


def test_styles_hold_until_they_are_switched_off() -> None:
    sheet = printed(b"\x1bE\x01\x1b-\x02A\x1bE\x00\x1b-\x00\x1dB\x01B\x1dB\x00C\n")
    glyphs = [placed.item for placed in lines(sheet)[0].items if isinstance(placed.item, Glyph)]
    assert [(glyph.bold, glyph.underline, glyph.reverse) for glyph in glyphs] == [
        (True, 2, False),
        (False, 0, True),
        (False, 0, False),
    ]


def test_kanji_have_a_size_and_an_underline_of_their_own() -> None:
    sheet = printed(b"\x1c!\x0c\x1c-\x01A" + "村".encode("shift_jis") + b"\x1cW\x00" + "村".encode("shift_jis") + b"\n")
    glyphs = [placed.item for placed in lines(sheet)[0].items if isinstance(placed.item, Glyph)]
    assert [(glyph.scale, glyph.underline) for glyph in glyphs] == [((1, 1), 0), ((2, 2), 1), ((1, 1), 1)]


def test_the_print_mode_of_single_bytes_sets_font_size_and_underline_at_once() -> None:
    sheet = printed(b"\x1b!\xb9A\x1b!\x00\x1bM\x01B\n")
    first, second = (placed.item for placed in lines(sheet)[0].items)
    assert isinstance(first, Glyph)
    assert (first.cell, first.scale, first.bold, first.underline) == ((9, 17), (2, 2), True, 1)
    assert second.across == 9


def test_a_reset_drops_the_unprinted_line_and_every_mode() -> None:
    sheet = printed(b"\x1d!\x11lost\x1b@kept\n")
    assert sheet.text == "kept"
    assert lines(sheet)[0].height == 30


def test_each_cut_ends_a_sheet() -> None:
    sheets = proof(b"one\n" + CUT + b"two\n\x1dV\x00" + b"three\n")
    assert [(sheet.text, sheet.torn) for sheet in sheets] == [("one", False), ("two", False), ("three", True)]


def test_a_cut_in_the_middle_of_a_line_is_refused() -> None:
    (sheet,) = proof(b"one" + CUT + b"\n" + CUT)
    assert (sheet.text, sheet.refused) == ("one", (CUT,))


def test_counts_belong_to_one_sheet() -> None:
    sheets = proof(b"\x1b~" + INLINE + b"\n" + CUT + b"clean\n" + CUT)
    assert [(sheet.inline_images, sheet.refused) for sheet in sheets] == [(1, (b"\x1b~",)), (0, ())]


def test_an_image_in_the_line_is_one_geta_among_the_characters() -> None:
    sheet = printed(INLINE + "橋".encode("shift_jis") + b"\n")
    assert (sheet.text, sheet.inline_images, sheet.undecodable) == ("〓橋", 1, 0)
    assert places(sheet) == [0, 24]


def test_an_image_does_not_wrap_and_what_is_beyond_the_edge_is_counted() -> None:
    sheet = printed(b"0" * 47 + INLINE + b"\n")
    assert (len(lines(sheet)), sheet.clipped) == (1, 1)


def test_low_density_images_are_enlarged() -> None:
    (line,) = lines(printed(b"\x1b*\x00\x02\x00\xff\xff\n"))
    assert (line.items[0].item.across, line.items[0].item.down) == (4, 24)


def test_a_defined_character_is_printed_and_forgotten_by_a_reset() -> None:
    define, use = b"\x1c2\xec\x40" + b"\xff" * 72, b"\xec\x40\n"
    sheet = printed(define + use + JAPANESE + use)
    assert (sheet.text, sheet.inline_images, sheet.undecodable) == ("〓\n〓", 1, 1)


def test_a_defined_character_can_be_deleted_and_only_its_area_can_be_defined() -> None:
    outside = b"\x1c2\x88\x9f" + b"\xff" * 72
    sheet = printed(outside + b"\x1c2\xec\x40" + b"\xff" * 72 + b"\x1c?\xec\x40\x1c?\x88\x9f\xec\x40\n")
    assert (sheet.undecodable, sheet.refused) == (1, (outside, b"\x1c?\x88\x9f"))


@pytest.mark.parametrize(
    "image",
    [
        b"\x1dv0\x00\x02\x00\x02\x00\xff\x00\x0f\xf0",
        b"\x1d(L\x0e\x00\x30\x70\x30\x01\x01\x31\x10\x00\x02\x00\xff\x00\x0f\xf0\x1d(L\x02\x00\x30\x32",
        b"\x1d8L\x0e\x00\x00\x00\x30\x70\x30\x01\x01\x31\x10\x00\x02\x00\xff\x00\x0f\xf0\x1d8L\x02\x00\x00\x00\x30\x32",
    ],
)
def test_rasters_are_kept_dot_for_dot(image: bytes) -> None:
    sheet = printed(image)
    assert sheet.text == "[image 16x2]"
    (block,) = [strip for strip in sheet.strips if isinstance(strip, Block)]
    assert block.dots == Dots(16, 2, b"\xff\x00\x0f\xf0")
    assert sheet.refused == ()


def test_stored_graphics_are_printed_once() -> None:
    again = b"\x1d(L\x02\x00\x30\x32"
    sheet = printed(b"\x1d(L\x0b\x00\x30\x70\x30\x01\x01\x31\x08\x00\x01\x00\xff" + again + again)
    assert sheet.refused == (again,)


def test_an_image_that_stands_alone_is_refused_within_a_line() -> None:
    image = b"\x1dv0\x00\x01\x00\x01\x00\xff"
    assert printed(b"A" + image + b"\n").refused == (image,)


def test_a_qr_code_is_text_and_modules() -> None:
    qr = b"\x1d(k\x03\x00\x31\x43\x06\x1d(k\x0e\x00\x31\x50\x3012345678901\x1d(k\x03\x00\x31\x51\x30"
    sheet = printed(b"\x1ba\x01" + qr)
    assert sheet.text == "[QR 12345678901]"
    (block,) = [strip for strip in sheet.strips if isinstance(strip, Block)]
    assert (block.x, block.dots.across) == (225, 126)


def test_a_bar_code_is_text_and_bars_or_a_frame() -> None:
    sheet = printed(b"\x1dw\x02\x1dh\x40\x1dkI\x06{B1234\x1dk\x02490000000000\x00")
    assert sheet.text == "[CODE128 1234]\n[EAN13 490000000000]"


def test_a_bar_code_wider_than_the_paper_is_refused() -> None:
    codes = [b"\x1dkI\x40{B" + b"1" * 62, b"\x1dkC\x40" + b"1" * 64]
    assert printed(b"".join(codes)).refused == tuple(codes)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=8) | st.sampled_from([b"\x1b", b"\x1c", b"\x1d", INLINE, b"\n"]), max_size=30))
def test_whatever_comes_can_be_printed_and_drawn(pieces: list[bytes]) -> None:
    for sheet in proof(b"".join(pieces) + b"\n" + CUT):
        assert sheet.image.width == 640
        assert isinstance(sheet.text, str)
