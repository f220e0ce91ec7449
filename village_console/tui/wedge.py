"""A scanner that types (keyboard wedge): its burst becomes a code, and what a person types stays typing.

Pure: strokes with times in, what was heard out. A stroke that may be the first of a burst is held back for 50 ms, so that
no digit of a code is ever taken for a choice; a burst is known by its mean pace, since a busy machine hands on strokes
unevenly. With an input method on, the digits come at its commit: all at once, changed, and with no key behind them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from village_console.village.printed_code import CodeRefusal, PrintedCode, read_code, repaired
from village_console.village.run_mode import RunMode, World

SCANNER_PACE = 0.03
"""Seconds a stroke that a burst takes at most in the mean; scanners take 1 to 20 ms, a key held down 33, fingers 60."""
HOLD = 0.05
"""Seconds that a single stroke is held back."""
HOLD_BURST = 0.15
"""Seconds that two or more at a scanner's pace are held back."""
BURST = 6
"""Strokes from which a burst is somebody's barcode and no slip of two fingers."""
SUFFIXES = frozenset({"enter", "tab", "ctrl+j"})
"""Keys that scanners put behind a code; `ctrl+j` is the line feed of CR LF."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key as the terminal tells it."""

    key: str
    """Its name, as Textual has it."""
    character: str | None
    """What it writes."""
    at: float
    """When it was read, in seconds, monotonic and unscaled."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scanner read a code; the strokes are used up."""

    code: PrintedCode


@dataclass(frozen=True, slots=True)
class Refused:
    """A scanner read something that is no code of here and now; the strokes are used up."""

    why: CodeRefusal


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody typed: the strokes go on to the desk, in their order."""

    strokes: tuple[Stroke, ...]


_NO_CODE_AT_ALL = (CodeRefusal.NOT_DIGITS, CodeRefusal.WRONG_LENGTH)
Heard = Scanned | Refused | Typing


class Wedge:
    """Tells one keyboard's scanner from its fingers."""

    def __init__(self, run_mode: RunMode, world: World) -> None:
        """Codes printed for another run mode or world are refused."""
        self._purpose = (run_mode, world)
        self._held: list[Stroke] = []
        self._in_field = False
        self._tail_until = float("-inf")

    @property
    def due(self) -> float | None:
        """When `settle` is to be called, on the strokes' clock; None while nothing is held back."""
        if not self._held:
            return None
        return self._held[-1].at + (HOLD_BURST if len(self._held) > 1 and self._at_scanner_pace else HOLD)

    def hear(self, stroke: Stroke, *, in_field: bool = False) -> tuple[Heard, ...]:
        """Take a stroke and say what is settled by it; in a text field only digits are held back.

        There a birth date comes in one go when an input method hands it on: what is no code in length is typing.
        """
        heard = self.settle(stroke.at)
        if stroke.key in SUFFIXES:
            return heard + self._suffix(stroke)
        self._tail_until = float("-inf")
        if not _may_be_scanned(stroke, in_field=in_field):
            return heard + self._typed(stroke)
        self._held.append(stroke)
        self._in_field = in_field
        return heard

    def settle(self, now: float) -> tuple[Heard, ...]:
        """Say what was held back and is settled by silence."""
        return self._end() if self.due is not None and now >= self.due else ()

    def _suffix(self, stroke: Stroke) -> tuple[Heard, ...]:
        if stroke.at < self._tail_until:
            return ()
        heard = self._end()
        if not heard or isinstance(heard[-1], Typing):
            return heard + self._typed(stroke)
        self._tail_until = stroke.at + HOLD
        return heard

    def _typed(self, stroke: Stroke) -> tuple[Typing]:
        """What no scanner types ends whatever came before it."""
        held, self._held = self._held, []
        return (Typing((*held, stroke)),)

    def _end(self) -> tuple[Heard, ...]:
        """Judge what was held back, and hold back nothing."""
        if not self._held:
            return ()
        held, burst = tuple(self._held), len(self._held) >= BURST and self._at_scanner_pace
        self._held = []
        text = "".join(stroke.character or "" for stroke in held)
        if not burst or len(set(text)) == 1 or not repaired(text).isascii():
            return (Typing(held),)
        code = read_code(text, *self._purpose)
        if isinstance(code, PrintedCode):
            return (Scanned(code),)
        return (Typing(held),) if self._in_field and code in _NO_CODE_AT_ALL else (Refused(code),)

    @property
    def _at_scanner_pace(self) -> bool:
        steps = len(self._held) - 1
        return self._held[-1].at - self._held[0].at <= SCANNER_PACE * steps


def _may_be_scanned(stroke: Stroke, *, in_field: bool) -> bool:
    """Whether it can be a part of a code: outside of text fields any sign, since other barcodes have letters."""
    if stroke.character is None or not stroke.character.isprintable():
        return False
    return not in_field or unicodedata.normalize("NFKC", stroke.character).isdecimal()
