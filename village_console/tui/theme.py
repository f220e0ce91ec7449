"""The visual language in one place: colour roles, dark, light and mono. State is a word and a shape before a colour."""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style
from textual.theme import Theme


@dataclass(frozen=True, slots=True)
class Tone:
    """One kind of answer: the colour of its words, of its band and of its big digits."""

    ink: Style
    band: Style
    art: Style
    """The filled pixels of a shape."""
    digits: Style


@dataclass(frozen=True, slots=True)
class Roles:
    """Every colour that a screen may use."""

    ground: Style
    surface: Style
    raised: Style
    text: Style
    muted: Style
    strong: Style
    chip: Style
    """An abnormal device, an open question in a one-row band."""
    key: Style
    drill: Style
    drill_rest: Style
    here: Style
    """The desk one is at."""
    good: Tone
    same: Tone
    ask: Tone
    stop: Tone
    name: str


def _tone(ink: str, band: str, digits: str) -> Tone:
    return Tone(
        Style.parse(f"bold {ink}"), Style.parse(f"on {band}"), Style.parse(f"on {ink}"), Style.parse(f"on {digits}")
    )


def _coloured(name: str, c: dict[str, str]) -> Roles:
    return Roles(
        name=name,
        ground=Style.parse(f"on {c['ground']}"),
        surface=Style.parse(f"on {c['surface']}"),
        raised=Style.parse(f"on {c['raised']}"),
        text=Style.parse(c["text"]),
        muted=Style.parse(c["muted"]),
        strong=Style.parse(f"bold {c['text']}"),
        chip=Style.parse(f"bold {c['chip_ink']} on {c['chip']}"),
        key=Style.parse(f"bold {c['text']}"),
        drill=Style.parse(f"bold {c['drill_ink']} on {c['drill']}"),
        drill_rest=Style.parse(f"{c['text']} on {c['drill_rest']}"),
        here=Style.parse(f"bold {c['ground']} on {c['text']}"),
        good=_tone(c["good"], c["good_band"], c["good_digits"]),
        same=_tone(c["same"], c["same_band"], c["same_digits"]),
        ask=_tone(c["ask"], c["ask_band"], c["ask"]),
        stop=_tone(c["stop"], c["stop_band"], c["stop"]),
    )


DARK = _coloured(
    "village-dark",
    {
        "ground": "#11161B", "surface": "#1A2128", "raised": "#26303A", "text": "#EDF1F4", "muted": "#BCC7D1",
        "good": "#7FE3C6", "good_band": "#0D3B33", "good_digits": "#56B79E",
        "same": "#C3CFDB", "same_band": "#2A343E", "same_digits": "#8FA0B0",
        "ask": "#FFD35C", "ask_band": "#40330B", "stop": "#FFA58A", "stop_band": "#4C1C10",
        "chip": "#FFD35C", "chip_ink": "#181D22",
        "drill": "#8CCBFF", "drill_rest": "#12304A", "drill_ink": "#0B0F12",
    },
)  # fmt: skip
LIGHT = _coloured(
    "village-light",
    {
        "ground": "#FBF8F1", "surface": "#F3EEE3", "raised": "#E7E0D0", "text": "#181D22", "muted": "#3B444C",
        "good": "#004E3B", "good_band": "#CFEBE0", "good_digits": "#2F7A64",
        "same": "#36414B", "same_band": "#DEE3E7", "same_digits": "#5E6C78",
        "ask": "#5A3F00", "ask_band": "#FBEBBE", "stop": "#7E1F05", "stop_band": "#FAD8CB",
        "chip": "#F2B705", "chip_ink": "#181D22",
        "drill": "#0B4A8F", "drill_rest": "#D5E6F7", "drill_ink": "#FFFFFF",
    },
)  # fmt: skip
_PLAIN, _REVERSE = Style.parse("#E8E8E8 on #000000"), Style.parse("bold #000000 on #E8E8E8")
_MONO_TONE = Tone(Style(bold=True), Style(), _REVERSE, _REVERSE)
MONO = Roles(
    name="village-mono", ground=_PLAIN, surface=_PLAIN, raised=_PLAIN, text=Style(), muted=Style(), strong=Style(bold=True),
    chip=_REVERSE, key=Style(bold=True), drill=_REVERSE, drill_rest=_PLAIN, here=_REVERSE,
    good=_MONO_TONE, same=_MONO_TONE, ask=_MONO_TONE, stop=_MONO_TONE,
)  # fmt: skip
ALL = (DARK, LIGHT, MONO)


def textual_theme(roles: Roles) -> Theme:
    """What Textual itself must know: grounds and text."""
    ground, text = _hex(roles.ground.bgcolor), _hex(roles.text.color) or "#E8E8E8"
    return Theme(
        name=roles.name,
        primary=text,
        foreground=text,
        background=ground or "#000000",
        surface=_hex(roles.surface.bgcolor) or "#000000",
        panel=_hex(roles.raised.bgcolor) or "#000000",
        dark=roles is not LIGHT,
    )


def _hex(colour: object) -> str:
    triplet = getattr(colour, "triplet", None)
    return triplet.hex if triplet else ""
