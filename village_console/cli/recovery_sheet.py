"""The recovery key as a sheet of paper: numbered words, and a QR code of the same."""

from __future__ import annotations

import segno
from rich.cells import cell_len

from village_console.journal.keys.printed import ENGLISH, JAPANESE, digits, written
from village_console.words import Language, Words

_COLUMNS = 4
_CELL = 19
_BORDER = 4
_LIGHT, _DARK, _PLAIN = "\x1b[107m", "\x1b[40m", "\x1b[0m"


def recovery_sheet(secret: bytes, slot: str, words: Words, *, colours: bool) -> str:
    """What is shown once; `colours`: on a terminal, where spaces are painted. Printed, a module is two full blocks."""
    language = JAPANESE if words.language is Language.JAPANESE else ENGLISH
    head, foot = words.say("keys.sheet_head", slot=slot), words.say("keys.sheet_foot")
    return "\n".join(
        [head, "", *_table(written(secret, language)), "", *_code(digits(secret), colours=colours), foot, ""]
    )


def _table(said: tuple[str, ...]) -> list[str]:
    cells = [f"{number:2d} {word}" for number, word in enumerate(said, start=1)]
    rows = len(cells) // _COLUMNS
    return ["".join(_padded(cells[at]) for at in range(row, len(cells), rows)).rstrip() for row in range(rows)]


def _padded(cell: str) -> str:
    return cell + " " * (_CELL - cell_len(cell))


def _code(text: str, *, colours: bool) -> list[str]:
    code = segno.make(text, error="m", micro=False)
    return [_line([bool(module) for module in row], colours=colours) for row in code.matrix_iter(border=_BORDER)]


def _line(modules: list[bool], *, colours: bool) -> str:
    if not colours:
        return "".join("██" if dark else "  " for dark in modules).rstrip()
    return "".join((_DARK if dark else _LIGHT) + "  " for dark in modules) + _PLAIN
