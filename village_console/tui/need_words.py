"""How needs and supplies read: the word of a code, what is left of it, who must not eat what."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from village_console.needs.codes import Kind, label
from village_console.needs.rows import Need
from village_console.needs.rules import Alarm
from village_console.tui.answers import at_of
from village_console.words import Language

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp
    from village_console.tui.screens.desk import Desk

ALARM_SIGN = {Alarm.NONE: "－", Alarm.SOON: "！", Alarm.NOW: "！！"}


def need_word(app: ConsoleApp, code: str) -> str:
    """The word of a need."""
    return label(app.station.needs.codes.needs.get(code), code, japanese=app.words.language is Language.JAPANESE)


def supply_word(app: ConsoleApp, code: str) -> str:
    """The word of something that is handed out."""
    return label(app.station.needs.codes.supplies.get(code), code, japanese=app.words.language is Language.JAPANESE)


def allergy_words(app: ConsoleApp, codes: tuple[str, ...]) -> str:
    """What somebody must not eat; empty: nothing is known of."""
    return app.words.say("list.comma").join(need_word(app, code) for code in codes)


def left_of(desk: Desk, need: Need) -> str:
    """How long it lasts still: hours for what runs out soon, else until when."""
    if need.until is None:
        kind = desk.console_app.station.needs.codes.kind(need.code)
        return desk.say("needs.left.unknown") if kind in (Kind.DEVICE, Kind.MEDICINE) else ""
    now = desk.console_app.station.clock.now()
    minutes = int((need.until - now).total_seconds() // 60)
    if minutes <= 0:
        return desk.say("needs.left.over", at=at_of(need.until, now))
    if minutes < 60:
        return desk.say("needs.left.minutes", n=minutes)
    if minutes < 48 * 60:
        return desk.say("needs.left.hours", n=minutes // 60)
    return desk.say("needs.left.days", n=minutes // (24 * 60))


def until_typed(kind: Kind, typed: str, now: datetime) -> datetime | None:
    """What a number means: hours of a device, days of a medicine; None: nobody knows."""
    digits = unicodedata.normalize("NFKC", typed)
    if not digits.isdecimal() or kind not in (Kind.DEVICE, Kind.MEDICINE):
        return None
    return now + (timedelta(hours=int(digits)) if kind is Kind.DEVICE else timedelta(days=int(digits)))
