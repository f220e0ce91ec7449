"""The answer band: what the last act did, for whom, and how to take it back. It always starts in row 3."""

from __future__ import annotations

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from village_console.tui.answers import Face
from village_console.tui.cells import cut, ends, lines, spans, within
from village_console.tui.shapes import ART_WIDTH, DIGITS_WIDTH, art_row, digits_row
from village_console.tui.theme import Roles
from village_console.tui.widgets.line import Line

MARGIN = 2
GAP = 2


class Band(Line):
    """Seven rows with a picture, or one row, whichever its height allows."""

    def face(self, face: Face, roles: Roles) -> None:
        """Show an answer."""
        width = max(80, self.size.width)
        self.set(large(face, roles, width) if self.size.height >= 7 else small(face, roles, width))

    def blank(self, roles: Roles) -> None:
        """Show nothing."""
        self.set(Text(" " * self.size.width, style=roles.ground))


def small(face: Face, roles: Roles, width: int) -> Text:
    """One row: chip, sentence, whom it is about."""
    tone = face.tone_in(roles)
    left = spans(
        (f" {face.sign} ", roles.chip if face.tone in ("ask", "stop") else tone.ink), (f" {face.first}", tone.ink)
    )
    if face.name:
        left.append(f"   {face.name}", style=roles.strong)
    return ends(left, spans((face.aside or face.third, roles.muted)), width, ground=tone.band)


def large(face: Face, roles: Roles, width: int) -> Text:
    """Seven rows: a blank, five with picture, words and number, a blank."""
    tone = face.tone_in(roles)
    room = width - MARGIN - ART_WIDTH - GAP - (DIGITS_WIDTH + 3 if face.number else 1)
    words = _words(face, roles, room)
    rows = [_picture_row(face, roles, n, words, width) for n in range(5)]
    blank = Text(" " * width, style=tone.band, no_wrap=True, end="")
    return lines(blank, *rows, blank.copy())


def _picture_row(face: Face, roles: Roles, n: int, words: dict[int, Text], width: int) -> Text:
    tone = face.tone_in(roles)
    line = Text(" " * MARGIN, no_wrap=True, end="", style=tone.band)
    line.append_text(art_row(face.shape, n, face.mark, tone.art, tone.ink))
    line.append(" " * GAP)
    if n in words:
        line.append_text(words[n])
    right = digits_row(face.number, n, tone.digits) if face.number else Text("", end="")
    line.append(" " * max(0, width - line.cell_len - right.cell_len - 3))
    line.append_text(right)
    line.append(" " * max(0, width - line.cell_len))
    return line


def _words(face: Face, roles: Roles, room: int) -> dict[int, Text]:
    """The words by the picture row that carries them; a name that is too long goes on in the row below."""
    begins = _first_line(face.name, room)
    named, goes_on = spans((begins, roles.strong)), spans((face.name[len(begins) :].lstrip(), roles.strong))
    last = goes_on or named
    if face.aside and last.cell_len + 3 + cell_len(face.aside) <= room:
        last.append(f"   {face.aside}" if last else face.aside, style=roles.muted)
    return {
        0: within(spans((face.first, face.tone_in(roles).ink + Style(bold=True))), room),
        2: named,
        3: within(goes_on, room),
        4: within(spans((face.third, roles.text)), room),
    }


def _first_line(name: str, room: int) -> str:
    """As much of a name as fits, parted at a blank where there is one in its second half."""
    begins = cut(name, room)
    blank = begins.rfind(" ")
    return begins[:blank] if begins != name and blank > len(begins) // 2 else begins
