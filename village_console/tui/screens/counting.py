"""What the reception desk does about people who are counted and not named."""

from __future__ import annotations

from typing import Any, cast

from village_console.register.rows import Resident
from village_console.shelter.rules import PersonState
from village_console.tui.commands import Command, Usable
from village_console.tui.screens.count import CountPage
from village_console.tui.screens.desk import Desk


def _may_be_one_of_them(desk: Any) -> Usable:
    """Somebody in front is received here, and people are here whose names nobody has taken."""
    reception, person = desk.console_app.station.reception, cast("CountingDesk", desk).in_front()
    here = person is not None and reception.state_of(person.id) is PersonState.HERE
    return True if here and reception.unnamed() else None


COUNTING = (
    Command("count", "b", "b", quiet=True),
    Command("name_one", "g", "g", _may_be_one_of_them, quiet=True),
)


class CountingDesk(Desk):
    """A desk that counts people, and takes one off the count who has a name by now."""

    def in_front(self) -> Resident | None:
        """Whom the keys of one person are about."""
        return None

    def action_count(self) -> None:
        """Count people by sex and age band."""
        self.console_app.push_screen(CountPage())

    def action_name_one(self) -> None:
        """The person in front had been counted with a group."""
        if person := self.in_front():
            self.console_app.attempt(lambda: self.console_app.station.reception.name_one(person.id))
