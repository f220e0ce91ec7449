"""The status line: every device as word and shape; abnormal is a chip with since-when. A lost device is never a dialog."""

from __future__ import annotations

from rich.text import Text

from village_console.devices.ports import Health, Part
from village_console.tui.cells import PLAIN, filled
from village_console.tui.station import Signs
from village_console.tui.theme import Roles
from village_console.words import Words

_FINE = (Health.READY, Health.ABSENT, Health.ELSEWHERE)
_SILENT_WHEN_FINE = (Part.TV_LOG, Part.PROGRAM)
"""Parts that have a place in the line only when something is wrong."""


def status_line(signs: Signs, now: float, roles: Roles, words: Words, width: int) -> Text:
    """Compose the row."""
    line = Text(" ", no_wrap=True, end="", style=roles.ground)
    for part in Part:
        health, count, since = signs.health.get(part, (Health.ABSENT, 0, now))
        if (part in _SILENT_WHEN_FINE and health in _FINE) or (part is Part.SYNC and health is Health.ABSENT):
            continue
        line.append(words.say(f"part.{part}"), style=roles.muted)
        if health is Health.READY:
            counted = words.say("status.counted", count=count) if count and part is Part.TELEVISIONS else ""
            line.append(f"〇{counted}", style=roles.muted)
        else:
            said = words.say(f"health.{health}", count=count)
            age = "" if health in _FINE else " " + age_text(now - since, words)
            line.append(f"{said}{age}", style=roles.muted if health in _FINE else roles.chip)
        line.append("  ", style=PLAIN)
    line.rstrip()
    return filled(line, width, roles.ground)


def age_text(seconds: float, words: Words) -> str:
    """How old something is, never rounded to look fresher."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return words.say("age_of.now")
    if minutes < 60:
        return words.say("age_of.minutes", n=minutes)
    if minutes < 48 * 60:
        return words.say("age_of.hours", n=minutes // 60)
    return words.say("age_of.days", n=minutes // (24 * 60))
