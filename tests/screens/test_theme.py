"""Every colour of every theme is read from where it stands: contrast by the rule of WCAG, and nothing said by hue alone."""

from __future__ import annotations

from itertools import combinations

import pytest
from rich.color_triplet import ColorTriplet
from rich.console import Console
from rich.style import Style

from village_console.shelter.rules import Verdict
from village_console.tui import shapes
from village_console.tui.answers import _LOOK
from village_console.tui.theme import ALL, DARK, LIGHT, MONO, Roles, Tone

CONSOLE = Console()
TONES = ("good", "same", "ask", "stop")
GROUNDS = ("ground", "surface", "raised")
ENOUGH_FOR_TEXT, ENOUGH_FOR_LARGE = 7.0, 4.0


def luminance(colour: ColorTriplet) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)


def contrast(ink: ColorTriplet, ground: ColorTriplet) -> float:
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_of(style: Style, roles: Roles) -> ColorTriplet:
    colour = style.color or roles.ground.color
    assert colour is not None
    return colour.get_truecolor()


def ground_of(style: Style, roles: Roles) -> ColorTriplet:
    colour = style.bgcolor or roles.ground.bgcolor
    assert colour is not None
    return colour.get_truecolor()


def tone(roles: Roles, name: str) -> Tone:
    return getattr(roles, name)


@pytest.mark.parametrize("roles", ALL, ids=lambda roles: roles.name)
@pytest.mark.parametrize("words", ["text", "muted", "strong", "key"])
@pytest.mark.parametrize("on", [*GROUNDS, *TONES])
def test_words_stand_out_seven_to_one_on_every_ground_and_band(roles: Roles, words: str, on: str) -> None:
    ground = tone(roles, on).band if on in TONES else getattr(roles, on)
    assert contrast(ink_of(getattr(roles, words), roles), ground_of(ground, roles)) >= ENOUGH_FOR_TEXT


@pytest.mark.parametrize("roles", ALL, ids=lambda roles: roles.name)
@pytest.mark.parametrize("name", TONES)
def test_the_first_sentence_of_a_band_stands_out_seven_to_one(roles: Roles, name: str) -> None:
    band = ground_of(tone(roles, name).band, roles)
    assert contrast(ink_of(tone(roles, name).ink, roles), band) >= ENOUGH_FOR_TEXT


@pytest.mark.parametrize("roles", ALL, ids=lambda roles: roles.name)
@pytest.mark.parametrize("name", TONES)
@pytest.mark.parametrize("large", ["art", "digits"])
def test_pictures_and_digits_stand_out_four_to_one(roles: Roles, name: str, large: str) -> None:
    fill = ground_of(getattr(tone(roles, name), large), roles)
    assert contrast(fill, ground_of(tone(roles, name).band, roles)) >= ENOUGH_FOR_LARGE


@pytest.mark.parametrize("roles", ALL, ids=lambda roles: roles.name)
@pytest.mark.parametrize("chip", ["chip", "here", "drill", "drill_rest"])
def test_chips_the_desk_one_is_at_and_the_banner_can_be_read(roles: Roles, chip: str) -> None:
    style: Style = getattr(roles, chip)
    assert contrast(ink_of(style, roles), ground_of(style, roles)) >= ENOUGH_FOR_TEXT


@pytest.mark.parametrize("roles", ALL, ids=lambda roles: roles.name)
@pytest.mark.parametrize("name", TONES)
@pytest.mark.parametrize("shape", ["DIAMOND", "HILL", "CROSS"])
def test_the_kanji_in_a_filled_shape_can_be_read(roles: Roles, name: str, shape: str) -> None:
    rows = getattr(shapes, shape)
    row = next(n for n, pixels in enumerate(rows) if "C" in pixels)
    fill = tone(roles, name).art
    drawn = shapes.art_row(rows, row, "問", fill, tone(roles, name).ink)
    kanji = drawn.get_style_at_offset(CONSOLE, drawn.plain.index("問"))
    assert contrast(ink_of(kanji, roles), ground_of(fill, roles)) >= ENOUGH_FOR_TEXT


def test_a_terminal_of_one_colour_has_only_reverse_and_bold() -> None:
    styles = [
        getattr(MONO, name)
        for name in ("ground", "surface", "raised", "text", "muted", "strong", "chip", "key", "here", "drill")
    ]
    colours = {c.get_truecolor().hex for s in styles for c in (s.color, s.bgcolor) if c}
    assert colours == {"#e8e8e8", "#000000"}


@pytest.mark.parametrize("roles", [DARK, LIGHT], ids=lambda roles: roles.name)
def test_drill_blue_is_used_for_nothing_else(roles: Roles) -> None:
    drill = ground_of(roles.drill, roles)
    others = (
        [tone(roles, name).band for name in TONES]
        + [tone(roles, name).art for name in TONES]
        + [roles.chip, roles.raised]
    )
    assert drill not in {ground_of(style, roles) for style in others}


def test_verdicts_of_different_tone_differ_in_shape_and_kanji_before_colour() -> None:
    for (a, left), (b, right) in combinations(_LOOK.items(), 2):
        if left[0] != right[0]:
            assert (left[1], left[2], left[3]) != (right[1], right[2], right[3]), (a, b)
            assert left[1] is not right[1], (a, b)


def test_every_verdict_has_a_look() -> None:
    assert set(_LOOK) == set(Verdict)
