"""What a message says on one television, which repetition is due, and what may not be said. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from village_console.announce.rows import Announcement
from village_console.announce.templates import Template, never

DRILL_MARK = {"ja": "【訓練】", "easy": "【くんれん】", "en": "[DRILL] "}
"""Put in front here, where no hand can edit it out."""
LONGEST_NOTE = 60
LONGEST_LIFE = timedelta(hours=48)


class Refused(StrEnum):
    """Why a message is not made."""

    NEVER = "never"
    """It speaks of health or of what somebody needs."""
    NAME = "name"
    """A line that goes to many has somebody's name in it."""
    TOO_LONG = "too_long"
    EMPTY = "empty"
    OVER = "over"
    """It would be over before it begins, or last beyond what a television should remember."""
    NOBODY = "nobody"
    """No television is there to show it."""


@dataclass(frozen=True, slots=True)
class Texts:
    """One message in three languages."""

    ja: str
    easy: str
    en: str


def fill(template: Template, *, place: str = "", note: str = "") -> Texts:
    """The words of a template with what was chosen."""
    values = {"place": place, "note": note}
    said = (text.format(**values) for text in (template.ja, template.easy, template.en))
    return Texts(*(" ".join(text.split()) for text in said))


def refusal(template: Template, note: str, names: Iterable[str]) -> Refused | None:
    """Whether a line that the office typed may be said; `names`: everybody in the register."""
    if not template.note:
        return None
    plain = "".join(note.split()).lower()
    if not plain:
        return Refused.EMPTY
    if len(note) > LONGEST_NOTE:
        return Refused.TOO_LONG
    if speaks_of_health(note):
        return Refused.NEVER
    return Refused.NAME if any("".join(name.split()).lower() in plain for name in names if name) else None


def speaks_of_health(text: str) -> bool:
    """Whether a word of health or need stands in it: Japanese anywhere, English where a word begins."""
    plain, lower = "".join(text.split()), text.lower()
    return any(re.search(rf"\b{re.escape(word)}", lower) if word.isascii() else word in plain for word in never())


def on_screen(texts: Texts, name: str, *, drill: bool) -> Texts:
    """What one television shows: a drill is marked in every language; `name` only where it is that person's own."""
    marks = DRILL_MARK if drill else dict.fromkeys(DRILL_MARK, "")
    polite, english = (f"{name} さん  ", f"{name}: ") if name else ("", "")
    return Texts(marks["ja"] + polite + texts.ja, marks["easy"] + polite + texts.easy, marks["en"] + english + texts.en)


def is_live(announcement: Announcement, now: datetime) -> bool:
    """Whether it may be sent now."""
    return not announcement.cancelled and announcement.starts_at <= now < announcement.valid_until


def round_due(announcement: Announcement, now: datetime) -> int | None:
    """Which repetition belongs on the screens now, from 0; None before it starts, when it is over or cancelled."""
    if not is_live(announcement, now):
        return None
    if announcement.every_minutes <= 0:
        return 0
    return int((now - announcement.starts_at) // timedelta(minutes=announcement.every_minutes))


def begin_of(announcement: Announcement, n: int) -> datetime:
    """When a repetition begins."""
    return announcement.starts_at + n * timedelta(minutes=announcement.every_minutes)
