"""The answer band: what the last act did, for whom, and how to take it back. It always starts in row 3."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from village_console.tui.answers import Face
from village_console.tui.cells import cut, ends, lines, spans
from village_console.tui.shapes import ART_WIDTH, DIGITS_WIDTH, art_row, digits_row
from village_console.tui.theme import Roles
from village_console.tui.widgets.line import Line

MARGIN = 2
GAP = 2
_TEXT_ROWS = {0: 0, 2: 1, 4: 2}
"""Which of the five picture rows carry words."""


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


def _picture_row(face: Face, roles: Roles, n: int, words: list[Text], width: int) -> Text:
    tone = face.tone_in(roles)
    line = Text(" " * MARGIN, no_wrap=True, end="", style=tone.band)
    line.append_text(art_row(face.shape, n, face.mark, tone.art, tone.ink))
    line.append(" " * GAP)
    if n in _TEXT_ROWS:
        line.append_text(words[_TEXT_ROWS[n]])
    right = digits_row(face.number, n, tone.digits) if face.number else Text("", end="")
    line.append(" " * max(0, width - line.cell_len - right.cell_len - 3))
    line.append_text(right)
    line.append(" " * max(0, width - line.cell_len))
    return line


def _words(face: Face, roles: Roles, room: int) -> list[Text]:
    tone = face.tone_in(roles)
    second = spans((cut(face.name, room), roles.strong))
    if face.aside and second.cell_len + 3 + len(face.aside) * 2 <= room:
        second.append(f"   {face.aside}", style=roles.muted)
    return [
        spans((cut(face.first, room), tone.ink + Style(bold=True))),
        second,
        spans((cut(face.third, room), roles.text)),
    ]
