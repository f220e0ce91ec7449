"""When a need is an alarm, and whether something is handed out once more. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from village_console.needs.codes import Kind, Supply
from village_console.needs.facts import Urgency
from village_console.needs.rows import Handed, Need

DEVICE_SOON, DEVICE_NOW = timedelta(hours=3), timedelta(hours=1)
MEDICINE_SOON, MEDICINE_NOW = timedelta(hours=24), timedelta(hours=6)


class Alarm(IntEnum):
    """How loudly a need calls."""

    NONE = 0
    SOON = 1
    NOW = 2


class HandVerdict(StrEnum):
    """Whether something was handed out."""

    HANDED = "handed"
    TOO_SOON = "too_soon"
    ENOUGH_TODAY = "enough_today"
    NOT_RECEIVED = "not_received"
    """Nobody has said where the person stays."""


_LIMITS = {Kind.DEVICE: (DEVICE_SOON, DEVICE_NOW), Kind.MEDICINE: (MEDICINE_SOON, MEDICINE_NOW)}
_RANK = {Urgency.NOW: 0, Urgency.TODAY: 1, Urgency.ORDINARY: 2}


def alarm_of(need: Need, kind: Kind, now: datetime) -> Alarm:
    """How loudly a need calls; of a device nobody looks after, of which nobody knows how long it lasts, loudly."""
    if need.outcome is not None or kind not in _LIMITS:
        return Alarm.NONE
    if need.until is None:
        return Alarm.SOON if kind is Kind.DEVICE and need.owner is None else Alarm.NONE
    soon, at_once = _LIMITS[kind]
    left = need.until - now
    return Alarm.NOW if left <= at_once else Alarm.SOON if left <= soon else Alarm.NONE


def rank(need: Need, kind: Kind, now: datetime) -> tuple[int, int, float, datetime]:
    """What comes first: alarms, then urgency, then what is due, then what was told first."""
    due = need.until.timestamp() if need.until else float("inf")
    return (-alarm_of(need, kind, now), _RANK[need.urgency], due, need.told_at)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not handed out again yet."""

    verdict: HandVerdict
    last: datetime
    again_at: datetime


def may_hand(before: Sequence[Handed], supply: Supply, now: datetime) -> Refusal | None:
    """Whether the interval has passed and the day's limit is not reached; None: it may be handed."""
    own = [one.at for one in before if one.item == supply.code]
    if not own:
        return None
    last = max(own)
    today = sum(at.date() == now.date() for at in own)
    if today >= supply.a_day:
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        return Refusal(HandVerdict.ENOUGH_TODAY, last, max(midnight, last + supply.interval))
    if now - last < supply.interval:
        return Refusal(HandVerdict.TOO_SOON, last, last + supply.interval)
    return None
