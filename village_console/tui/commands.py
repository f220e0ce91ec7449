"""A command: its key, its word in the actions row and its line in the help come from one place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Command:
    """Something a clerk can do at a desk."""

    name: str
    """Textual action, and the key of its words: `command.NAME.word` and `command.NAME.help`."""
    keys: str
    """Keys as Textual names them, separated by commas."""
    label: str
    """The key as printed on the keyboard; empty: not in the actions row."""


UNDO = Command("undo", "z", "z")
MENU = Command("menu", "0,f10", "0")
HELP = Command("help", "f1,question_mark", "")
EVERYWHERE = (UNDO, MENU)

DESKS: tuple[tuple[str, str], ...] = (("f2", "reception"), ("f3", "stranded"), ("f4", "roster"))
"""Function key and name of every desk; the words are `desk.NAME`."""


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """What Textual must know of the commands."""
    return [Binding(command.keys, command.name, show=False) for command in commands]


_KANA_KEYS = dict(
    zip("ちこそしいはきくにまのりもみらせたすとかなひてさんつ", "abcdefghijklmnopqrstuvwxyz", strict=True)
) | dict(zip("あいうえお", "aiueo", strict=True))
"""Kana of the same key on a JIS keyboard, and the vowels of romaji input."""


def plain_key(character: str) -> str | None:
    """The key that was meant by a full-width letter or a kana: composition was left on. None for anything else."""
    if character.isascii():
        return None
    folded = unicodedata.normalize("NFKC", character)
    if len(folded) == 1 and folded.isascii():
        return {"/": "slash", "?": "question_mark", " ": "space"}.get(folded, folded.lower())
    return _KANA_KEYS.get(character)
