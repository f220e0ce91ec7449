"""The rows that are the same on every screen: banner, title, status, actions, desks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from village_console.tui.cells import ends, filled, spans
from village_console.tui.commands import DESKS, Command, Usable
from village_console.tui.past import moment_text
from village_console.tui.widgets.status import status_line
from village_console.village.run_mode import RunMode

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp
    from village_console.tui.screens.desk import Desk
    from village_console.tui.station import Head
    from village_console.tui.theme import Roles
    from village_console.words import Words

_TO_DESKS = tuple((key, name, f"go('{name}')") for key, name in DESKS)
_DESK_ROW = (("f1", "help", "help"), *_TO_DESKS, ("f9", "hide", "hide"), ("f10", "menu", "menu"))
"""Key, name and action of everything in the last row; the same words on every screen."""


def frame(desk: Desk) -> dict[str, Text]:
    """Every row of the frame by the id of its line."""
    roles = desk.console_app.roles
    left, right = desk.heading()
    return {
        "banner": _banner(desk),
        "title": ends(Text(" ", end="").append_text(left), right, desk.width, ground=roles.ground),
        "status": _jump_said(desk) if desk.jump is not None else _status(desk),
        "actions": _actions(desk),
        "desks": _desks(desk),
    }


def key_cell(desk: Desk, action: str, label: str, style: Style | None = None) -> tuple[str, Style]:
    """How a key is drawn: as it is printed on the keyboard, or as the letter of a jump."""
    letter = desk.jump.actions.get(action) if desk.jump else None
    if letter is not None:
        return f" {letter} ", desk.console_app.roles.chip
    return label, style or desk.console_app.roles.key


def rows_below(desk: Desk) -> Text:
    """How many rows of the list lie below the last visible one, and how to get there."""
    rows = desk.row_list()
    said = desk.say("list.more", count=rows.below) + "   PageDown " if rows is not None and rows.below else ""
    return spans((said, desk.console_app.roles.muted))


def _status(desk: Desk) -> Text:
    app = desk.console_app
    return status_line(app.signs, app.live.clock.epoch(), app.roles, app.words, desk.width)


def _jump_said(desk: Desk) -> Text:
    roles = desk.console_app.roles
    return filled(spans((" ; ", roles.chip), (f" {desk.say('jump.said')}", roles.strong)), desk.width, roles.ground)


def _banner(desk: Desk) -> Text:
    app, at = desk.console_app, desk.console_app.past.at
    past = desk.say("as_of.chip", at=moment_text(at, app.live.clock.now())) if at is not None else ""
    who = app.live.operators.current if app.stands else None
    return banner(app.head, app.roles, app.words, _speed(app), desk.width, past, who.name if who else "")


def _speed(app: ConsoleApp) -> str:
    speed = app.head.clock.speed
    key = "speed.stopped" if speed == 0 else "speed.real" if speed == 1 else "speed.times"
    return app.words.say(key, n=f"{speed:g}")


def banner(  # noqa: PLR0913, PLR0917 -- what stands in one row
    head: Head, roles: Roles, words: Words, speed: str, width: int, past: str = "", who: str = ""
) -> Text:
    """Run mode, past moment, title, speed and clock: on every screen, from the first paint."""
    real = head.run_mode is RunMode.REAL
    chip = (f" {words.say(f'mode.{head.run_mode}')} ", roles.strong if real else roles.drill)
    left = spans(
        chip, (f" {past} " if past else "", roles.chip), (f"  {head.title}", roles.text if real else roles.drill_rest)
    )
    time = f"{who + '  ' if who else ''}{'' if real else speed + '  '}{head.clock.now():%H:%M:%S}"
    right = spans((time, roles.text if real else roles.drill_rest))
    return ends(left, right, width, ground=roles.ground if real else roles.drill_rest)


def _actions(desk: Desk) -> Text:
    """The letters of this desk; a grey one cannot be used now, one that has no place here is not drawn."""
    roles = desk.console_app.roles
    line = Text(" ", no_wrap=True, end="", style=roles.surface)
    for command, usable in _shown(desk):
        label, style = key_cell(desk, command.name, f"{command.label} ", roles.key if usable else roles.muted)
        line.append(label, style=style)
        word = desk.say(f"command.{command.name}.word")
        line.append(
            f"{word}  " if label.startswith(command.label) else f" {word} ", style=roles.text if usable else roles.muted
        )
    return filled(line, desk.width, roles.surface)


def _shown(desk: Desk) -> list[tuple[Command, Usable]]:
    commands = desk.DESK_COMMANDS if desk.TEXT_FOCUS else desk.commands
    asked = [(c, desk.check_action(c.name, ())) for c in commands if c.label and not c.quiet]
    return [(command, usable) for command, usable in asked if usable is not False]


def _desks(desk: Desk) -> Text:
    roles = desk.console_app.roles
    line = Text("", no_wrap=True, end="", style=roles.raised)
    for key, name, action in _DESK_ROW:
        here = name == desk.NAME
        gone = desk.check_action(action.partition("(")[0], ()) is False and not here
        label, style = key_cell(desk, action, f" {key.upper()}", roles.here if here else roles.text)
        if not gone:
            line.append(label, style=style)
            line.append(f"{desk.say(f'desk.{name}')} ", style=roles.here if here else roles.text)
        if name == "needs" and not gone and (alarms := len(desk.console_app.station.needs.alarms())):
            line.right_crop(1)
            line.append(f"！{alarms}", style=roles.chip).append(" ", style=roles.text)
    return filled(line, desk.width, roles.raised)
