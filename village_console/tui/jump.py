"""Jump mode: one letter on every target. On a row it moves the cursor there, anywhere else it does what it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.events import Key

from village_console.tui.commands import DESKS, Command, plain_key

if TYPE_CHECKING:
    from village_console.tui.screens.desk import Desk

LETTERS = "asdfghjklwertyuiopcvbnm"
"""The home row first. Never z and x, which take back and clear, nor q, which does nothing anywhere."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Which letter stands for what, until one is typed."""

    actions: dict[str, str] = field(default_factory=dict[str, str])
    """Action, as Textual writes it -> letter."""
    rows: dict[object, str] = field(default_factory=dict[object, str])
    """Key of a row -> letter: a row that moves meanwhile keeps its letter."""


def begin(desk: Desk) -> None:
    """Hand out the letters: rows or numbered choices first, then the actions, then the other desks."""
    rows = desk.row_list()
    taken = {key for command in desk.commands for key in command.keys.split(",")}
    free = iter([letter for letter in LETTERS if letter not in taken])
    lettered = dict(zip(rows.visible_keys if rows else (), free, strict=False))
    desk.jump = Jump(dict(zip(_actions(desk, choices=not lettered), free, strict=False)), lettered)
    _paint(desk)


def end(desk: Desk) -> None:
    """Take the letters off."""
    if desk.jump is not None:
        desk.jump = None
        _paint(desk)


def take(desk: Desk, event: Key) -> None:
    """Go where a letter stands; any other key only ends the jump."""
    jump, rows, typed = desk.jump, desk.row_list(), plain_key(event.character or "") or event.key
    end(desk)
    if jump is None:
        return
    row = next((row for row, letter in jump.rows.items() if letter == typed), None)
    action = next((action for action, letter in jump.actions.items() if letter == typed), None)
    if row is not None and rows is not None:
        rows.move_to(row)
        desk.action_move(0)
    elif action is not None:
        desk.call_later(desk.console_app.run_action, action, desk)


def _paint(desk: Desk) -> None:
    rows = desk.row_list()
    if rows is not None:
        rows.letter(desk.jump.rows if desk.jump else {}, desk.console_app.roles.chip)
    desk.paint_frame()
    desk.paint_work()


def _actions(desk: Desk, *, choices: bool) -> Iterable[str]:
    usable = [command for command in desk.commands if desk.check_action(command.name, ())]
    numbered = [f"{command.name}({digit})" for command in usable for digit in command.digits]
    row = [command.name for command in usable if command.label and not command.quiet]
    desks = [f"go('{name}')" for _, name in DESKS if name != desk.NAME]
    return [*(numbered if choices else ()), *row, *desks, *_quiet(usable)]


def _quiet(usable: Sequence[Command]) -> list[str]:
    return [command.name for command in usable if command.name in ("help", "hide")]
