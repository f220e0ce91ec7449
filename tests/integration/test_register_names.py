"""Names of the register (文字情報基盤): with IPAmj Mincho a form is printed as registered; without it, it is said not to be.

The list of forms is the font's own table, which is the MJ collection's: a thousand of them, none chosen by us.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from device_sim.printers.proof import proof
from village_console.devices.printers.escpos import encode
from village_console.papers import fonts, glyphs
from village_console.papers.characters import native_code
from village_console.papers.document import Document
from village_console.papers.fonts import Face, FontChain, face_of, standard_chain
from village_console.village.names import clusters

INSTALLED = [path for path in fonts.IPAMJ if path.is_file()]
pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not INSTALLED, reason="fonts-ipamj-mincho is not installed"),
]
NAMES = 1_000


@pytest.fixture(scope="module")
def register() -> Face:
    return face_of(INSTALLED[0])


@pytest.fixture(scope="module")
def names(register: Face) -> list[str]:
    """Family names of one registered form and a usual kanji, and a given name with a kanji from all planes."""
    chance, forms = Random(1), sorted(register.forms)
    kanji = sorted(code for code in register.characters if 0x3400 <= code <= 0x9FFF or code >= 0x20000)
    chosen = chance.sample(forms, NAMES)
    return [f"{chr(base)}{chr(form)}田 {chr(chance.choice(kanji))}子" for base, form in chosen]


def printed(name: str) -> tuple[int, str, tuple[str, ...]]:
    document = Document(48)
    document.text(name)
    document.cut()
    job = encode(document)
    (sheet,) = proof(job.data)
    return sheet.inline_images, sheet.text, job.missing


def test_the_register_has_many_more_forms_than_the_fonts_of_the_program(register: Face) -> None:
    assert len(register.forms) > 11_000
    assert register.path in [face.path for face in standard_chain().faces]


def test_with_the_registers_font_a_thousand_names_are_printed_in_their_registered_forms(names: list[str]) -> None:
    for name in names:
        drawn, text, missing = printed(name)
        rare = [c for c in clusters(name) if native_code(c) is None]
        assert (drawn, text.count("〓"), missing) == (len(rare), len(rare), ())


def test_without_it_each_of_them_is_printed_or_said_not_to_be(
    names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = FontChain(face for face in standard_chain().faces if face.path not in INSTALLED)
    monkeypatch.setattr(glyphs, "standard_chain", lambda: chain)
    glyphs.glyph.cache_clear()
    said = 0
    for name in names:
        drawn, text, missing = printed(name)
        rare = [c for c in clusters(name) if native_code(c) is None]
        assert set(missing) == {c for c in rare if chain.face_for(c) is None}
        assert (drawn + len(missing), text.count("〓"), "?" in text) == (len(rare), len(rare), False)
        said += bool(missing)
    glyphs.glyph.cache_clear()
    assert 0 < said < NAMES


def test_a_form_of_the_register_is_another_picture_than_the_usual_one() -> None:
    assert glyphs.glyph("邉\U000e010f") not in (None, glyphs.glyph("邉"))


def test_the_font_is_looked_for_where_debian_puts_it() -> None:
    assert Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf") in fonts.IPAMJ
