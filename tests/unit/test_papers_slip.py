"""The slip and the sheet of codes: everything fits at any width, both codes are read, and no name is on it unasked."""

from __future__ import annotations

import pytest
import zxingcpp
from PIL import Image

from device_sim.printers.proof import proof
from device_sim.printers.sheet import Block, Sheet
from village_console.devices.printers.escpos import encode
from village_console.papers.document import Barcode, Cut, Document, QrCode, TextLine
from village_console.papers.receipts.slip import Slip, code_sheet, slip
from village_console.village.printed_code import PrintedCode
from village_console.village.run_mode import RunMode, World
from village_console.words import Language, Words

WIDTHS = [32, 35, 42, 48]
LANGUAGES = list(Language)
CODE = PrintedCode(RunMode.DRILL, World.SIMULATED, 1, 123, 8475)
REAL = PrintedCode(RunMode.REAL, World.PHYSICAL, 1, 123, 8475)
CODES = [PrintedCode(RunMode.DRILL, World.SIMULATED, 2, serial, serial * 37 % 10_000) for serial in range(5)]
SLIP = Slip("S1-2-0129", "中央公民館", "2026年11月3日 18:30", CODE)
WORDS = Words()


def printed(document: Document) -> Sheet:
    (sheet,) = proof(encode(document).data, document.columns * 12)
    return sheet


def squeezed(text: str) -> str:
    """A text without what a layout adds."""
    return "".join(text.split())


def read(image: Image.Image) -> list[tuple[str, str]]:
    """What zxing finds, from the top to the bottom."""
    found = sorted(zxingcpp.read_barcodes(image), key=lambda code: code.position.top_left.y)
    return [(code.format.name, code.text) for code in found]


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_a_slip_is_wider_than_the_paper(columns: int, language: Language) -> None:
    words = Words(language)
    for document in (slip(SLIP, columns, words), code_sheet(CODES, SLIP.shelter, columns, words)):
        assert max(line.columns for line in document.lines if isinstance(line, TextLine)) <= columns
        sheet = printed(document)
        assert (sheet.clipped, sheet.refused, sheet.undecodable) == (0, (), 0)


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_slip_says_where_and_when_and_by_which_number(columns: int) -> None:
    text = squeezed(printed(slip(SLIP, columns, WORDS)).text)
    assert [part for part in (SLIP.receipt, SLIP.shelter, squeezed(SLIP.at), *CODE.groups) if part not in text] == []


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("code", [CODE, REAL, *CODES])
def test_both_codes_of_a_slip_are_read_back_as_its_digits(columns: int, code: PrintedCode) -> None:
    image = printed(slip(Slip("S1-0001", "中央公民館", "18:30", code), columns, WORDS)).image
    assert read(image) == [("QRCode", code.digits), ("Code128", code.digits)]


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_code_with_other_digits_is_not_taken_for_this_one(columns: int) -> None:
    document = slip(SLIP, columns, WORDS)
    document.lines = [Barcode(REAL.digits) if isinstance(line, Barcode) else line for line in document.lines]
    assert read(printed(document).image) == [("QRCode", CODE.digits), ("Code128", REAL.digits)]


@pytest.mark.parametrize(("columns", "narrow"), [(32, 3), (35, 3), (42, 3), (48, 3), (20, 2), (12, 1)])
def test_bars_are_as_wide_as_the_paper_lets_them_be(columns: int, narrow: int) -> None:
    document = Document(columns)
    document.barcode(CODE.digits)
    document.cut()
    (bars,) = [strip for strip in printed(document).strips if isinstance(strip, Block)]
    assert (bars.dots.across, bars.dots.scale[0]) == (112 * narrow, narrow)


def test_codes_stand_in_the_middle_of_the_paper() -> None:
    for columns in WIDTHS:
        blocks = [strip for strip in printed(slip(SLIP, columns, WORDS)).strips if isinstance(strip, Block)]
        assert [block.x for block in blocks] == [(columns * 12 - block.dots.across) // 2 for block in blocks]
        assert len(blocks) == 2


def test_codes_count_as_the_paper_that_they_take() -> None:
    document = Document(48)
    document.qr(CODE.digits)
    document.barcode(CODE.digits)
    document.text("終")
    document.cut()
    strips = printed(document).strips
    assert encode(document).lines == sum(-(-strip.height // 30) for strip in strips[:3]) + 1


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_digits_are_large_and_never_broken_within_a_group(columns: int) -> None:
    document = slip(SLIP, columns, WORDS)
    spans = [span for line in document.lines if isinstance(line, TextLine) for span in line.spans]
    large = [span.text for span in spans if span.double]
    first = next(n for n, text in enumerate(large) if text.startswith(CODE.groups[0]))
    assert " ".join(large[first:-1]).split() == list(CODE.groups)
    assert len(large[first:-1]) == (2 if columns == 32 else 1)


def test_a_name_is_on_a_slip_only_when_asked_for() -> None:
    assert "佐藤" not in printed(slip(SLIP, 48, WORDS)).text
    named = Slip(SLIP.receipt, SLIP.shelter, SLIP.at, CODE, name="佐藤 正一")
    assert "佐藤 正一" in printed(slip(named, 32, WORDS)).text


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_drill_is_marked_at_the_head_and_at_the_foot_and_the_real_thing_is_not(columns: int) -> None:
    mark = squeezed(WORDS.say("paper.drill"))
    text = squeezed(printed(slip(SLIP, columns, WORDS)).text)
    assert (text.startswith(mark), text.endswith(mark), text.count(mark)) == (True, True, 2)
    real = Slip(SLIP.receipt, SLIP.shelter, SLIP.at, REAL)
    assert mark not in squeezed(printed(slip(real, columns, WORDS)).text)


@pytest.mark.parametrize("columns", WIDTHS)
def test_every_code_of_a_sheet_is_read_in_its_order(columns: int) -> None:
    image = printed(code_sheet(CODES, SLIP.shelter, columns, WORDS)).image
    assert read(image) == [(form, code.digits) for code in CODES for form in ("QRCode", "Code128")]


def test_a_sheet_has_a_line_to_cut_along_between_two_codes_and_every_piece_says_what_it_is() -> None:
    text = printed(code_sheet(CODES, SLIP.shelter, 32, WORDS)).text
    pieces = text.split(WORDS.say("slip.blank.cut_here"))
    assert len(pieces) == 5
    for n, (piece, code) in enumerate(zip(pieces, CODES, strict=True), start=1):
        assert WORDS.say("slip.blank.title", n=n, of=5) in piece
        assert WORDS.say("slip.blank.nobody") in piece
        assert WORDS.say("paper.drill") in piece
        assert [group for group in code.groups if group not in piece] == []


def test_a_sheet_of_no_codes_is_only_a_cut() -> None:
    assert code_sheet([], SLIP.shelter, 48, WORDS).lines == [Cut()]


@pytest.mark.parametrize("digits", ["123", "12a4", "１２", "-1"])
def test_a_bar_code_takes_only_pairs_of_digits(digits: str) -> None:
    with pytest.raises(ValueError, match="not pairs of digits"):
        Document(48).barcode(digits)


def test_the_codes_are_made_by_the_printer_from_few_bytes() -> None:
    document = slip(SLIP, 48, WORDS)
    codes = Document(48, [line for line in document.lines if isinstance(line, QrCode | Barcode)])
    assert len(encode(codes).data) < 120
