"""時点: the screens as this console knew things at a past moment. Cards are taken as ever; nothing else is written."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from village_console.shelter.paper import moment_of
from village_console.tui.shapes import BARS

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp
    from village_console.tui.station import Station

_DAY = re.compile(r"(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})(?:[T ]+(\S+))?")


class Past:
    """Which moment the screens show; none: now."""

    def __init__(self, app: ConsoleApp) -> None:
        """Begin now."""
        self._app = app
        self.at: datetime | None = None
        self.station: Station | None = None
        """Rooms over the journal as of then; the devices are those of now."""

    def show(self, at: datetime) -> None:
        """Fold what had arrived by then, in a thread of its own, and bring it to the screens."""
        self._app.say_in_band("same", BARS, "同", "－", "as_of.folding", at=moment_text(at, self._app.live.clock.now()))
        self._app.run_worker(lambda: self._fold(at), group="past", exclusive=True, thread=True)

    def leave(self) -> None:
        """Back to now; pages that were opened on the past are closed."""
        if self.station is not None:
            self._app.pages.close()
            self.at = self.station = None
            self._app.refresh_everything()
            self._app.say_in_band("same", BARS, "同", "〇", "as_of.now")

    def _fold(self, at: datetime) -> None:
        live = self._app.live
        station = live.at(at)
        station.paper, station.own_card, station.link = live.paper, live.own_card, live.link
        station.journal.note_look("opened", "screens")
        self._app.call_later(self._stand, at, station)

    def _stand(self, at: datetime, station: Station) -> None:
        self.at, self.station = at, station
        self._app.refresh_everything()
        said = moment_text(at, self._app.live.clock.now())
        self._app.say_in_band("ask", BARS, "昔", "！", "as_of.shown", at=said)


def moment_asked(written: str, now: datetime) -> datetime | None:
    """The moment that `1930`, `19:30`, `11/3 19:30` or `2026-11-03` (its end) means; None: no moment."""
    plain = unicodedata.normalize("NFKC", written).strip()
    found = _DAY.fullmatch(plain)
    if found is None:
        return moment_of(plain, now)
    try:
        day = now.replace(year=int(found[1] or now.year), month=int(found[2]), day=int(found[3])).date()
    except ValueError:
        return None
    if not found[1] and day > now.date():
        day = day.replace(year=day.year - 1)
    midnight = datetime.combine(day + timedelta(days=1), time(), now.tzinfo)
    if found[4] is None:
        return min(midnight - timedelta(seconds=1), now)
    clock = moment_of(found[4], midnight)
    return clock if clock is None or clock.date() == day else clock.replace(year=day.year, month=day.month, day=day.day)


def moment_text(at: datetime, now: datetime) -> str:
    """A past moment as short as it can be: the time, and the day where it is not today's."""
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at.month}/{at.day} {at:%H:%M}"
