"""Codes that the virtual printer draws are read by a reader that is not ours; what a printer refuses is refused."""

from __future__ import annotations

import pytest
import zxingcpp
from PIL import Image, ImageChops

from device_sim.printers.code128 import characters
from device_sim.printers.proof import proof
from device_sim.printers.sheet import Sheet

START = bytes.fromhex("1b40 1b6101")
CUT = b"\x1dV\x42\x30"


def printed(body: bytes, width: int = 576) -> Sheet:
    """One sheet with room around what is on it, as a reader needs."""
    (sheet,) = proof(START + b"\n" + body + CUT, width)
    return sheet


def read(image: Image.Image) -> list[tuple[str, str]]:
    return [(code.format.name, code.text) for code in zxingcpp.read_barcodes(image)]


def bars(data: bytes, module: int = 2, height: int = 80) -> bytes:
    return b"\x1dh" + bytes([height]) + b"\x1dw" + bytes([module]) + b"\x1dkI" + bytes([len(data)]) + data


def qr(text: bytes, module: int = 6, level: int = 51) -> bytes:
    stored = b"\x31\x50\x30" + text
    return (
        b"\x1d(k\x03\x00\x31\x43" + bytes([module]) + b"\x1d(k\x03\x00\x31\x45" + bytes([level])
        + b"\x1d(k" + len(stored).to_bytes(2, "little") + stored + b"\x1d(k\x03\x00\x31\x51\x30"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"{C\x00\x01\x0c\x63", "00011299"),
        (b"{BVillage-1", "Village-1"),
        (b"{ASHELTER 7", "SHELTER 7"),
        (b"{BS1-{C\x0c\x22{B5", "S1-12345"),
        (b"{B{{}", "{}"),
        (b"{C\x0c{Ax", None),
        (b"{C\x64", None),
        (b"1234", None),
        (b"{B", None),
        (b"{B{9", None),
        (b"{C{S\x01", None),
        (b"{B\x80", None),
        (b"{B1{", None),
    ],
)
def test_a_code_128_follows_the_code_sets_of_its_bytes(data: bytes, text: str | None) -> None:
    sheet = printed(bars(data))
    if text is None:
        assert (sheet.refused, sheet.text.strip(), read(sheet.image)) == ((bars(data)[6:],), "", [])
    else:
        assert (sheet.refused, sheet.text.strip()) == ((), f"[CODE128 {text}]")
        assert read(sheet.image) == [("Code128", text)]


def test_two_digits_stand_in_one_character_of_set_c() -> None:
    pairs, single = characters(b"{C\x0c\x22"), characters(b"{B1234")
    assert pairs is not None
    assert single is not None
    assert ([c.text for c in pairs], [c.text for c in single]) == (["", "12", "34"], ["", "1", "2", "3", "4"])


@pytest.mark.parametrize("module", [1, 2, 3, 4, 5, 6])
def test_bars_are_as_wide_as_was_asked_and_of_the_height(module: int) -> None:
    sheet = printed(bars(b"{C\x01\x02", module, 50))
    (block,) = [strip for strip in sheet.strips if strip.text is not None and strip.text.startswith("[CODE")]
    assert (block.height, read(sheet.image)) == (50, [("Code128", "0102")])
    dark = [x for x in range(sheet.image.width) if sheet.image.getpixel((x, 32 + 30 + 10)) == 0]
    assert dark[-1] + 1 - dark[0] == (4 * 11 + 13) * module


def test_what_just_fits_is_printed_and_one_pair_more_is_not() -> None:
    fits, too_wide = b"{C" + b"\x01" * 13, b"{C" + b"\x01" * 15
    assert printed(bars(fits), 384).refused == ()
    assert printed(bars(too_wide), 384).refused == (bars(too_wide)[6:],)
    assert printed(bars(too_wide), 576).refused == ()


@pytest.mark.parametrize("text", [b"50100123847581", b"S1-2-0129", "避難所".encode()])
@pytest.mark.parametrize("level", [48, 49, 50, 51])
def test_a_qr_code_of_any_level_is_read(text: bytes, level: int) -> None:
    assert read(printed(qr(text, level=level)).image) == [("QRCode", text.decode())]


def test_digits_need_the_smallest_qr_code_even_at_the_strongest_level() -> None:
    sheet = printed(qr(b"50100123847581", module=8))
    (block,) = [strip for strip in sheet.strips if strip.text is not None and strip.text.startswith("[QR")]
    assert block.height == 21 * 8


def test_a_qr_code_that_is_wider_than_the_paper_or_holds_too_much_is_refused() -> None:
    wide, much = qr(b"1" * 14, module=16), qr(b"\xff" * 2000)
    printing = b"\x1d(k\x03\x00\x31\x51\x30"
    assert printed(wide, 320).refused == (printing,)
    assert printed(wide, 384).refused == ()
    assert printed(much).refused == (printing,)


def test_a_stronger_level_survives_a_stain_that_a_weaker_does_not() -> None:
    text = b"50100123847581 village"

    def stained(level: int) -> list[tuple[str, str]]:
        image = printed(qr(text, module=8, level=level)).image
        box = ImageChops.invert(image).getbbox()
        assert box is not None
        side = (box[2] - box[0]) // 4
        image.paste(255, (box[2] - side, box[3] - side, box[2], box[3]))
        image.paste(
            0, (box[0] + side * 2, box[1] + side * 2, box[0] + side * 2 + side // 2, box[1] + side * 2 + side // 2)
        )
        return read(image)

    assert stained(51) == [("QRCode", text.decode())]
    assert stained(48) == []


@pytest.mark.parametrize("column", [20, 50, 80])
@pytest.mark.parametrize(
    ("code", "lost"), [(bars(b"{C\x01\x02\x03\x04\x05", 3), 3), (qr(b"50100123847581", 6, 48), 6 * 4)]
)
def test_a_code_that_lost_modules_is_not_read(code: bytes, lost: int, column: int) -> None:
    """One is enough for bars; a QR code is made to stand the loss of one, so it loses four of 21."""
    image = printed(code).image
    assert len(read(image)) == 1
    box = ImageChops.invert(image).getbbox()
    assert box is not None
    cut = box[0] + (box[2] - box[0]) * column // 100
    shorter = image.crop((0, 0, image.width - lost, image.height))
    shorter.paste(image.crop((cut + lost, 0, image.width, image.height)), (cut, 0))
    assert read(shorter) == []
