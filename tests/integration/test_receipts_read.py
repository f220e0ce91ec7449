"""Judges that are not ours: tesseract reads a slip and a roster, iconv knows the same JIS X 0208; both can say no."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from device_sim.printers.proof import proof
from device_sim.printers.sheet import Sheet
from village_console.devices.printers.escpos import CUT, START, encode
from village_console.devices.printers.escpos_transports import transports
from village_console.papers.characters import native_code
from village_console.papers.document import Document
from village_console.papers.receipts.card_slip import CardSlip, card_slip
from village_console.papers.receipts.roster import RosterHead, RosterLine, roster
from village_console.words import Words

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed"),
]
LEGIBLE = 0.85
NOT_JAPANESE = 0.3
NAMES = (
    "佐藤 正一",
    "山本 花子",
    "高橋 清",
    "中村 明",
    "小林 優子",
    "加藤 健",
    "吉田 幸子",
    "工藤 勝",
    "阿部 キヨ",
    "菊地 茂",
)


def read(sheet: Sheet, folder: Path) -> str:
    """What tesseract reads on a paper, twice as large as it is, without blanks."""
    path = folder / "paper.png"
    picture: Any = sheet.image
    picture.resize((picture.width * 2, picture.height * 2)).save(path)
    command = ["tesseract", str(path), "-", "-l", "jpn", "--psm", "6"]
    return "".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def agreement(sheet: Sheet, said: str, folder: Path) -> float:
    """How much of what a paper says is read, from 0 to 1."""
    wanted = "".join(said.replace("-", "").split())
    return SequenceMatcher(None, wanted, read(sheet, folder).replace("-", ""), autojunk=False).ratio()


def a_slip() -> Document:
    paper = Document(48)
    for line in ("受付票", "中央公民館", "十一月三日", "受付番号 0129", "この紙を 見せてください", "なくしたら 受付へ"):
        paper.text(line)
    paper.cut()
    return paper


def a_roster() -> Document:
    lines = [
        RosterLine(f"S1-{n:04d}", name, "", "84歳", "上興部", "18:12") for n, name in enumerate(NAMES * 3, start=1)
    ]
    return roster(
        RosterHead("中央公民館", "11/3 18:30", drill=False, people=30, households=9, filter=""), lines, 48, Words()
    )


def test_a_slip_is_read_as_japanese(tmp_path: Path) -> None:
    (sheet,) = proof(encode(a_slip()).data)
    assert agreement(sheet, sheet.text, tmp_path) >= LEGIBLE


def test_a_roster_is_read_as_japanese(tmp_path: Path) -> None:
    (sheet,) = proof(encode(a_roster()).data)
    assert agreement(sheet, sheet.text, tmp_path) >= LEGIBLE


def test_a_layout_of_the_desk_is_read_as_japanese(tmp_path: Path) -> None:
    paper = card_slip(CardSlip("S1-2-0129", "中央公民館", "11/3 18:30", drill=True), 48, Words())
    (sheet,) = proof(encode(paper).data)
    assert agreement(sheet, sheet.text, tmp_path) >= LEGIBLE


def test_names_that_are_drawn_are_read_as_well(tmp_path: Path) -> None:
    paper = Document(48)
    for line in ("鷗外 正一", "髙田 花子", "𠮷野 清", "栁田 健"):
        paper.text(f"{line} 上興部 八十四歳")
    paper.cut()
    (sheet,) = proof(encode(paper).data)
    assert sheet.inline_images == 4
    said = "鷗外正一上興部八十四歳高田花子上興部八十四歳吉野清上興部八十四歳柳田健上興部八十四歳"
    assert agreement(sheet, said, tmp_path) >= LEGIBLE


def test_the_same_slip_by_python_escpos_own_text_is_not_read(tmp_path: Path) -> None:
    (sheet,) = proof(encode(a_slip()).data)
    dummy: Any = transports().Dummy()
    for line in sheet.text.splitlines():
        dummy.text(f"{line}\n")
    (garbled,) = proof(START + bytes(dummy.output) + CUT)
    assert agreement(garbled, sheet.text, tmp_path) < NOT_JAPANESE


def test_the_same_slip_in_a_code_that_is_not_japanese_is_not_read(tmp_path: Path) -> None:
    (sheet,) = proof(encode(a_slip()).data)
    wrong = START + sheet.text.encode("gb18030") + b"\n" + CUT
    (garbled,) = proof(wrong)
    assert agreement(garbled, sheet.text, tmp_path) < NOT_JAPANESE


def every_character() -> Iterable[str]:
    """All that could be in the table: the planes in which JIS X 0208 has its characters."""
    return (chr(code) for code in range(0x00A1, 0xFFE6) if not 0xD800 <= code <= 0xF8FF)


def test_iconv_has_the_same_characters_in_its_table_of_jis_x_0208() -> None:
    text = "\n".join(every_character())
    known = subprocess.run(
        ["iconv", "-c", "-f", "UTF-8", "-t", "ISO-2022-JP"], input=text.encode(), capture_output=True, check=False
    ).stdout
    theirs = {line for line in known.decode("iso2022_jp").splitlines() if len(line) == 1}
    ours = {c for c in every_character() if len(native_code(c) or b"") == 2}
    # The signs that Unicode doubles are printed by both of their codes; iconv takes one of each.
    doubles = set("～－—∥〜−―‖＼\\¢£¬￠￡￢¥‾")
    assert len(theirs) > 6800
    assert theirs ^ ours <= doubles


def test_the_names_of_this_test_are_in_the_printers_own_font() -> None:
    assert [name for name in NAMES if any(native_code(c) is None for c in name)] == []
