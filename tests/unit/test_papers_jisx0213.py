"""Every character of JIS X 0213, and a thousand names with variants: printed as written, or said not to be. Never a `?`."""

from __future__ import annotations

from random import Random

import pytest

from device_sim.printers.proof import proof
from village_console.devices.printers.escpos import encode
from village_console.papers.characters import native_code
from village_console.papers.document import Document
from village_console.papers.glyphs import glyph
from village_console.village.names import clusters

LINE = 24
"""Kanji on a line of 48 columns."""
BATCH = 1_000


def jis_x_0213() -> list[str]:
    """All of both planes, as Python's table of EUC-JIS-2004 has them; combining marks stand with their base."""
    found: list[str] = []
    for plane in (b"", b"\x8f"):
        for high in range(0xA1, 0xFF):
            for low in range(0xA1, 0xFF):
                try:
                    text = (plane + bytes((high, low))).decode("euc_jis_2004")
                except UnicodeDecodeError:
                    continue
                if len(clusters(text)) == 1 and clusters(f"あ{text}")[0] == "あ":
                    found.append(text)
    return found


ALL = jis_x_0213()


def names_with_variants(count: int) -> list[str]:
    """Names in which kanji that registers write in several forms have a selector: of a font's own, and of none."""
    chance, names = Random(1), list[str]()
    usual, given = "葛辻邉邊齋斎髙﨑𠮷芦榊祇樋鯖飴", "一二三正清実茂勝幸"
    while len(names) < count:
        selector = chr(0xE0100 + chance.randrange(18))
        family = chance.choice(usual) + selector + chance.choice("田村山川")
        names.append(f"{family} {chance.choice(given)}{chance.choice(given)}")
    return names


def test_both_planes_are_there() -> None:
    assert len(ALL) > 11_000


@pytest.mark.parametrize("start", range(0, len(ALL), BATCH))
def test_every_character_is_printed_as_written_or_said_not_to_be(start: int) -> None:
    batch = ALL[start : start + BATCH]
    document = Document(48)
    for at in range(0, len(batch), LINE):
        document.text("".join(batch[at : at + LINE]))
    document.cut()
    job = encode(document)
    (sheet,) = proof(job.data)
    native = [c for c in batch if native_code(c)]
    drawn = [c for c in batch if not native_code(c) and glyph(c) is not None]
    assert (sheet.refused, sheet.undecodable) == ((), 0)
    assert set(job.missing) == set(batch) - set(native) - set(drawn)
    assert sheet.text.count("?") == batch.count("?")
    assert sheet.inline_images == len(drawn)
    assert sheet.text.count("〓") == len(batch) - len(native) + batch.count("〓")


def test_a_thousand_names_are_printed_in_their_own_form_or_said_not_to_be() -> None:
    names, missing = names_with_variants(1_000), 0
    for name in names:
        document = Document(48)
        document.text(name)
        document.cut()
        job = encode(document)
        (sheet,) = proof(job.data)
        rare = [c for c in clusters(name) if native_code(c) is None]
        assert sheet.text.count("〓") == len(rare)
        assert "?" not in sheet.text
        lacking = [c for c in rare if glyph(c) is None]
        assert (list(job.missing), sheet.inline_images) == (lacking, len(rare) - len(lacking))
        missing += bool(lacking)
    assert 0 < missing < len(names), "some variants are in the font, and some are not"
