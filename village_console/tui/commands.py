"""A command: keys, word in the actions row, line in the help, entry in the palette and gate from one place."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from textual.binding import Binding, BindingType

Usable = bool | None
"""True: it runs. None: not now (grey, and its key does nothing). False: it has no place here (gone)."""


def always(_desk: Any) -> Usable:
    """The gate of what can be done at any time."""
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """Something a clerk can do at a desk."""

    name: str
    """Textual action, and the key of its words: `command.NAME.word`, `.help` and `.find` (what one may call it)."""
    keys: str = ""
    """Keys as Textual names them, separated by commas."""
    label: str = ""
    """The key as printed on the keyboard; empty: neither in the actions row nor in help and palette."""
    usable: Callable[[Any], Usable] = always
    """Asked with the desk by its `check_action`, the only gate of keys, actions row, jump and palette."""
    digits: str = ""
    """Digits of a numbered choice: each runs the action with its number."""
    toggles: bool = False
    """Whether doing it twice undoes it: then a key that bounces or repeats counts once."""
    quiet: bool = False
    """Not in the actions row, for there is no room; in help and palette all the same."""

    def heard_by(self, key: str) -> bool:
        """Whether a key means this command."""
        return key in self.keys.split(",") or key in self.digits


UNDO = Command("undo", "z", "z")
MENU = Command("menu", "0,f10", "0")
HELP = Command("help", "f1,question_mark", "F1 ?", quiet=True)
HIDE = Command("hide", "f9,full_stop", "F9 .", quiet=True, toggles=True)
JUMP = Command("jump", "semicolon", ";", quiet=True)
PALETTE = Command("palette", "ctrl+p", "Ctrl+P", quiet=True)
AS_OF = Command("as_of", "ctrl+t", "Ctrl+T", quiet=True)
SHIFT = Command("shift", "ctrl+o", "Ctrl+O", quiet=True)
CONSOLES = Command("consoles", "ctrl+l", "Ctrl+L", quiet=True)
PRINT_JOBS = Command("print_jobs", "ctrl+u", "Ctrl+U", quiet=True)
EVERYWHERE = (UNDO, MENU, HELP, HIDE, JUMP, PALETTE, AS_OF, SHIFT, PRINT_JOBS, CONSOLES)

DESKS: tuple[tuple[str, str], ...] = (
    ("f2", "reception"),
    ("f3", "stranded"),
    ("f4", "roster"),
    ("f5", "needs"),
    ("f6", "announce"),
)
"""Function key and name of every desk; the words are `desk.NAME`. A room that does not exist yet has no key."""


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """What Textual must know of the commands."""
    bound: list[BindingType] = []
    for command in commands:
        if command.keys:
            bound.append(Binding(command.keys, command.name, show=False))
        bound += [Binding(digit, f"{command.name}({digit})", show=False) for digit in command.digits]
    return bound


_KANA_KEYS = (
    dict(zip("ちこそしいはきくにまのりもみらせたすとかなひてさんつ", "abcdefghijklmnopqrstuvwxyz", strict=True))
    | dict(zip("ぬふやゆよわ", "127890", strict=True))
    | {"め": "slash", "る": "full_stop", "れ": "semicolon", "。": "full_stop", "・": "slash"}
    | dict(zip("あいうえお", "aiueo", strict=True))
)
"""Kana of the same key on a JIS keyboard, what romaji input makes of the marks, and its vowels."""
_MARKS = {"/": "slash", "?": "question_mark", " ": "space", ".": "full_stop", ";": "semicolon"}


def plain_key(character: str) -> str | None:
    """The key that was meant by a full-width letter or a kana: composition was left on. None for anything else."""
    if character.isascii():
        return None
    folded = unicodedata.normalize("NFKC", character)
    if len(folded) == 1 and folded.isascii():
        return _MARKS.get(folded, folded.lower())
    return _KANA_KEYS.get(character)
