"""居場所: where a person goes for good, or stays; one digit. And the space of somebody who is here."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Input

from village_console.register.rows import Resident
from village_console.shelter.acts import Answer
from village_console.shelter.facts import Place
from village_console.shelter.rules import PersonState
from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.frame import key_cell
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.field import FieldPage
from village_console.tui.stay_acts import state_words
from village_console.tui.widgets.line import Line
from village_console.village.ids import ResidentId

PLACES = (Place.HOME, Place.CAR, Place.RELATIVES, Place.FACILITY, Place.OUTSIDE, Place.SHELTER, Place.UNKNOWN)
"""In the order of their digits."""
_REGISTERED = (PersonState.HERE, PersonState.OUT)
SHELTERS = 6
"""Shelters that fit on the page; the village's list has its largest first."""


def _registered(desk: Any) -> Usable:
    return cast("PlacePage", desk).state in _REGISTERED


def _has_family(desk: Any) -> Usable:
    return bool(cast("PlacePage", desk).family())


class PlacePage(Desk):
    """Asks where a person goes or stays, and writes it with one digit."""

    NAME = "reception"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("everyone", "a", "a", _has_family, toggles=True),
        Command("back", label="Esc"),
        Command("choose", digits="1234567"),
        Command("space", usable=_registered, digits="8"),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = "PlacePage #page { height: 1fr; }"

    def __init__(self, person: Resident) -> None:
        """Begin with this person alone."""
        super().__init__()
        self.person = person
        self.together = False

    @property
    def state(self) -> PersonState:
        """Where the person is now."""
        return self.console_app.station.reception.state_of(self.person.id)

    def family(self) -> list[ResidentId]:
        """The others of the household who are registered here: they may leave together."""
        if self.state not in _REGISTERED:
            return []
        household = self.console_app.station.reception.household_of(self.person.id)
        return [c.resident.id for c in household if c.state in _REGISTERED and c.resident.id != self.person.id]

    def compose_work(self) -> ComposeResult:
        """Everything on one page."""
        yield Line(id="page")

    def heading(self) -> tuple[Text, Text]:
        """What is asked, and of whom."""
        roles, person = self.console_app.roles, self.person
        stay = self.console_app.station.reception.stay_of(person.id)
        now = state_words(self.console_app, self.state, stay)
        left = spans(
            (self.say("stay.title"), roles.strong), (f"  {self.say('name.polite', name=person.name)}", roles.strong)
        )
        return left, spans((f"{person.settlement}   {now}", roles.text))

    def paint_work(self) -> None:
        """Paint the places, and how full the shelters are."""
        roles, family = self.console_app.roles, self.family()
        blank = Text(" ", end="")
        ask = self.say("stay.leaves" if self.state in _REGISTERED else "stay.stays")
        rows = [spans((f"  {ask}", roles.strong)), blank]
        for n, place in enumerate(PLACES, start=1):
            rows.append(self._choice(f"choose({n})", n, self.say(f"place.long.{place}")))
        if self.state in _REGISTERED:
            now = self.console_app.station.reception.space_of(self.person.id) or self.say("none")
            rows.append(self._choice("space(8)", 8, self.say("stay.space", space=now)))
        if family:
            key = "stay.everybody_on" if self.together else "stay.everybody"
            rows.append(
                spans((f"    {self.say(key, count=len(family))}", roles.strong if self.together else roles.text))
            )
        rows += [blank, spans((f"  {self.say('stay.enter')}", roles.muted)), *self._shelters()]
        self.query_one("#page", Line).set(lines(*rows))

    def action_everyone(self) -> None:
        """Those of the household who are here go along, or not."""
        self.together = not self.together
        self.repaint()

    def action_choose(self, n: int) -> None:
        """Write where the person goes or stays."""
        app, person = self.console_app, self.person.id
        people, to = [person, *(self.family() if self.together else ())], PLACES[n - 1]
        app.pop_screen()
        app.attempt(lambda: app.station.reception.depart(person, people, to))

    def action_space(self, _n: int) -> None:
        """Type the space."""
        app, person = self.console_app, self.person
        app.pop_screen()
        app.push_screen(SpacePage(person))

    def enter(self) -> None:
        """Nobody knows where to: that is a word too, and somebody will ask."""
        self.action_choose(len(PLACES))

    def take_answer(self, answer: Answer) -> None:
        """A card ends the question: it is answered at the reception desk."""
        self.console_app.show_at_reception(answer)

    def _choice(self, action: str, n: int, said: str) -> Text:
        roles = self.console_app.roles
        return spans(("    ", roles.text), key_cell(self, action, f" {n} "), (f" {said}", roles.text))

    def _shelters(self) -> list[Text]:
        """How full every shelter is, in two columns."""
        roles, reception = self.console_app.roles, self.console_app.station.reception
        if not reception.desk.shelters:
            return []
        said = [
            self.say("stay.shelter", name=reception.desk.name_of(one.shelter), people=one.people,
                     capacity=one.capacity or self.say("unknown"), room=self.say(f"room.{one.room}"))
            for one in reception.fullness()[:SHELTERS]
        ]  # fmt: skip
        return [
            spans((f"  {self.say('stay.shelters')}", roles.muted)),
            *(spans((f"    {s}", roles.muted)) for s in said),
        ]


class SpacePage(FieldPage):
    """Asks for the space of a person."""

    NAME = "reception"
    LABEL = "stay.space_label"
    FORMS = "stay.space_forms"
    DEFAULT_CSS = """
    SpacePage #label { width: 11; }
    SpacePage Input { width: 16; }
    """

    def __init__(self, person: Resident) -> None:
        """Begin with the space that the person has."""
        super().__init__()
        self.person = person

    def make_field(self) -> Input:
        """With the space that the person has."""
        return Input(self.console_app.station.reception.space_of(self.person.id) or "", id="wanted", max_length=8)

    def heading(self) -> tuple[Text, Text]:
        """Whose space."""
        roles = self.console_app.roles
        return spans((self.say("stay.space_title"), roles.strong),
                     (f"  {self.say('name.polite', name=self.person.name)}", roles.strong)), Text("")  # fmt: skip

    def enter(self) -> None:
        """Write the space; an empty field writes nothing."""
        app, person, space = self.console_app, self.person.id, self.field.value.strip()
        if self.is_current and space:
            app.pop_screen()
            app.attempt(lambda: app.station.reception.assign(person, space))

    def take_answer(self, answer: Answer) -> None:
        """A card ends the question: it is answered at the reception desk."""
        self.console_app.show_at_reception(answer)
