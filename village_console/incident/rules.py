"""What may be done to an incident and to its people: values in, verdict out."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from village_console.incident.rows import Incident, State
from village_console.register.households import plain


class CloseVerdict(StrEnum):
    """What came of closing."""

    CLOSED = "closed"
    ALREADY_CLOSED = "already_closed"
    NOT_EXPORTED = "not_exported"
    """Nothing was exported, or something was written since."""


class AnonymiseVerdict(StrEnum):
    """What came of anonymising."""

    ANONYMISED = "anonymised"
    NOT_CLOSED = "not_closed"
    TOO_EARLY = "too_early"
    WRITTEN_SINCE = "written_since"
    """Facts came after the closing that are in no export: they have re-opened it."""


class EraseVerdict(StrEnum):
    """What came of erasing one person."""

    ERASED = "erased"
    UNKNOWN = "unknown"
    WHY_IS_MISSING = "why_is_missing"
    """The person stands only in the register: then somebody must say why."""
    WHY_NAMES = "why_names"
    """The reason holds a name: it would stay for ever."""


def may_close(incident: Incident | None, exported: int | None, facts: int) -> CloseVerdict:
    """Whether the incident can be closed: `exported` is how many facts the last finished export held."""
    if incident is not None and incident.state is not State.OPEN:
        return CloseVerdict.ALREADY_CLOSED
    return CloseVerdict.CLOSED if exported == facts else CloseVerdict.NOT_EXPORTED


def may_anonymise(incident: Incident | None, now: datetime, written_since: int) -> AnonymiseVerdict:
    """Whether everybody can be anonymised; `written_since`: facts that came after the closing."""
    if incident is None or incident.state is not State.CLOSED:
        return AnonymiseVerdict.NOT_CLOSED
    if written_since:
        return AnonymiseVerdict.WRITTEN_SINCE
    return AnonymiseVerdict.TOO_EARLY if now < due(incident) else AnonymiseVerdict.ANONYMISED


def due(incident: Incident) -> datetime:
    """When the days are over."""
    return incident.since + timedelta(days=incident.days)


def days_left(incident: Incident, now: datetime) -> int:
    """Days that are left, begun ones counted; 0 when they are over."""
    return max(0, math.ceil((due(incident) - now) / timedelta(days=1)))


def may_erase(why: str, names: Iterable[str], *, register_only: bool) -> EraseVerdict:
    """Whether a person can be erased: the reason stays in the clear, so it holds no part of a name."""
    if register_only and not why.strip():
        return EraseVerdict.WHY_IS_MISSING
    said = plain(why)
    parts = (part for name in names for part in name.replace("\u3000", " ").split())
    return EraseVerdict.WHY_NAMES if any(plain(part) in said for part in parts) else EraseVerdict.ERASED
