"""Which characters the printer has by itself, and how the others are drawn."""

from __future__ import annotations

import pytest

from device_sim.printers.proof import proof
from device_sim.printers.sheet import Glyph, Line, Sheet
from village_console.devices.printers.escpos import GETA, encode
from village_console.own_files import data_folder
from village_console.papers import glyphs
from village_console.papers.characters import columns_of, native_code
from village_console.papers.document import Document
from village_console.papers.fonts import standard_chain
from village_console.papers.glyphs import DOTS, glyph
from village_console.village.names import clusters


def printed(text: str) -> tuple[Sheet, tuple[str, ...]]:
    document = Document(48)
    document.text(text)
    document.cut()
    job = encode(document)
    (sheet,) = proof(job.data)
    return sheet, job.missing


@pytest.mark.parametrize(
    ("character", "code"),
    [("A", "41"), ("?", "3f"), ("ｱ", "b1"), ("村", "91ba"), ("\u3000", "8140"), ("〇", "815a"), ("々", "8158"),
     ("〜", "8160"), ("\uff5e", "8160"), ("−", "817c"), ("\uff0d", "817c"), ("―", "815c"), ("—", "815c"), ("¥", "5c"),
     ("か\u3099", "82aa"), ("ハ\u309a", "8370")],
)  # fmt: skip
def test_what_the_printers_font_has_is_sent_as_its_code(character: str, code: str) -> None:
    assert native_code(character) == bytes.fromhex(code)


@pytest.mark.parametrize(
    "cluster", ["髙", "﨑", "𠮷", "\ufa19", "葛\U000e0100", "か\u309a", "①", "\\", "~", "é", "\t", "\x00", "\x1b", "😀"]
)
def test_what_the_printers_font_lacks_is_not_sent_as_a_code(cluster: str) -> None:
    assert native_code(cluster) is None


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("ｱﾊﾞ", 3), ("村a", 3), ("髙", 2), ("葛\U000e0100西", 4), ("○", 2), ("\u3000", 2)],
)
def test_a_character_is_as_wide_as_its_code_and_a_drawn_one_two_columns(text: str, columns: int) -> None:
    assert columns_of(text) == columns


@pytest.mark.parametrize("cluster", ["髙", "﨑", "𠮷", "葛\U000e0100", "\ufa19"])
def test_a_name_that_the_printer_lacks_is_drawn_exactly(cluster: str) -> None:
    sheet, missing = printed(f"山{cluster}田")
    assert (sheet.inline_images, sheet.undecodable, sheet.text, missing) == (1, 0, "山〓田", ())


def test_a_variant_is_another_picture_than_its_base() -> None:
    assert None not in (glyph("葛"), glyph("葛\U000e0100"), glyph("\ufa19"), glyph("神"))
    assert glyph("葛") != glyph("葛\U000e0100")
    assert glyph("\ufa19") != glyph("神")


def test_a_font_further_down_draws_what_the_first_lacks() -> None:
    chain = standard_chain()
    families = {c: chain.family_of(c) for c in ("髙", "葛\U000e0100", "𠮷", "邉\U000e0108")}
    assert families == {
        "髙": "BIZ UDGothic", "葛\U000e0100": "BIZ UDGothic", "𠮷": "Noto Sans JP", "邉\U000e0108": "Noto Sans JP",
    }  # fmt: skip
    assert all(glyph(cluster) for cluster in families)


def test_nothing_is_told_over_the_screen_when_a_variant_is_drawn(capfd: pytest.CaptureFixture[str]) -> None:
    glyphs.glyph.cache_clear()
    assert glyph("邉\U000e0108")
    assert capfd.readouterr() == ("", "")


def test_the_licence_stands_beside_the_font() -> None:
    text = (data_folder() / "fonts" / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "The BIZ UDGothic Project Authors" in text


def test_a_compatibility_ideograph_is_not_turned_into_the_usual_one() -> None:
    assert printed("\ufa19")[0].inline_images == 1
    assert (printed("神")[0].inline_images, printed("神")[0].text) == (0, "神")


@pytest.mark.parametrize("cluster", ["葛\U000e01ef", "か\u3099\u3099", "葛\U000e0100\u3099"])
def test_a_form_that_no_font_here_has_is_never_replaced_by_another(cluster: str) -> None:
    sheet, missing = printed(cluster)
    assert (sheet.inline_images, sheet.text, missing) == (0, "〓", (cluster,))


@pytest.mark.parametrize("cluster", ["\U0010ffff", "\U00030edd\U000e0100", "\x07", "\n", "\ud800"])
def test_what_nobody_can_draw_is_a_geta_and_named(cluster: str) -> None:
    sheet, missing = printed(f"山{cluster}田")
    assert (sheet.inline_images, sheet.undecodable, sheet.text, missing) == (0, 0, "山〓田", (cluster,))


def test_a_geta_that_was_written_is_not_missing() -> None:
    assert printed("〓") == (printed("〓")[0], ())
    assert GETA == "〓"


def test_a_glyph_is_24_columns_of_3_bytes_and_leaves_the_paper_white_around_it() -> None:
    drawn = glyph("髙")
    assert drawn is not None
    assert len(drawn) == DOTS * 3
    black = sum(byte.bit_count() for byte in drawn)
    assert 60 < black < 300


def test_a_glyph_is_drawn_upright_from_its_left_column() -> None:
    drawn = glyph("卜")
    assert drawn is not None
    heights = [sum(byte.bit_count() for byte in drawn[3 * x : 3 * x + 3]) for x in range(DOTS)]
    (tallest,) = [x for x, height in enumerate(heights) if height == max(heights)][:1]
    assert tallest < DOTS // 2
    assert sum(heights[DOTS // 2 :]) > 0


def test_the_picture_on_the_paper_is_the_glyph_dot_for_dot() -> None:
    drawn = glyph("髙")
    assert drawn is not None
    (line,) = [strip for strip in printed("髙")[0].strips if isinstance(strip, Line) and strip.items]
    dots = line.items[0].item
    assert not isinstance(dots, Glyph)
    columns = [int.from_bytes(drawn[3 * x : 3 * x + 3], "big") for x in range(DOTS)]
    rows = [sum((columns[x] >> (DOTS - 1 - y) & 1) << (DOTS - 1 - x) for x in range(DOTS)) for y in range(DOTS)]
    assert [int.from_bytes(dots.rows[3 * y : 3 * y + 3], "big") for y in range(DOTS)] == rows


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("葛\U000e0100西", ["葛\U000e0100", "西"]),
        ("か\u3099", ["か\u3099"]),
        ("\U000e0100葛", ["\U000e0100", "葛"]),
        ("", []),
    ],
)
def test_a_base_keeps_what_changes_it(text: str, parts: list[str]) -> None:
    assert clusters(text) == parts
